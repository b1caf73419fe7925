"""What holds for every filing: properties of the rules, whatever the situation."""

from __future__ import annotations

import re
from itertools import permutations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.domain.decision import Decision, Filing, Verdict
from pipeline.domain.document import FORM_KEYS, ExtractedPaper, PaperKind
from pipeline.domain.finding import SEVERITIES, finding
from pipeline.validate.decide import decide_filing
from tests.oracle.dates import days_meant
from tests.oracle.filings import make_card, make_filing, make_known
from tests.oracle.situation import Body, Card, Known, Situation, complete
from tests.oracle.situations_drawn import filings_with_many_papers, nearly_right, situations, with_doubt
from tests.validate.builders import langfang

QUICK = settings(max_examples=80, deadline=None)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WHOLE_ID = re.compile(r"\d{17}[\dXx]|\d{15}")


def decide(filing: Filing, situation: Situation | None = None) -> Verdict:
    return decide_filing(filing, profile=langfang(), known=() if situation is None else make_known(situation))


def codes(verdict: Verdict) -> set[str]:
    return {item.code for item in verdict.findings}


def numbers_in(filing: Filing) -> set[str]:
    """Every ID number the filing holds."""
    sets = [filing.form, *filing.papers]
    return {fields.text(key) for fields in sets if fields for key in ("owner_id_number", "id_number")} - {""}


@QUICK
@given(situations)
def test_the_same_inputs_give_the_same_verdict(situation: Situation) -> None:
    filing = make_filing(situation)
    copy = Filing.model_validate_json(filing.model_dump_json())
    assert decide(filing, situation) == decide(copy, situation)


WRONG_CARD = {"match.owner", "match.admin", "operator.unclear"}


def kinds(verdict: Verdict) -> set[str]:
    """The codes; those for a wrong ID card count as one (see the next test)."""
    return {"wrong card" if code in WRONG_CARD else code for code in codes(verdict)}


@QUICK
@given(filings_with_many_papers(), st.data())
def test_the_order_of_papers_changes_no_code(filing: Filing, data: st.DataObject) -> None:
    other = filing.model_copy(update={"papers": tuple(data.draw(st.permutations(filing.papers)))})
    before, after = decide(filing), decide(other)
    assert kinds(before) == kinds(after)
    assert (before.entity, before.office) == (after.entity, after.office)


def test_of_two_wrong_cards_the_same_is_reported_in_any_order() -> None:
    situation = complete(Body.COMPANY)
    wrong = (Card.ADMIN_NAME_OWNER_NUMBER, Card.OWNER_OTHER_NAME, Card.THIRD)
    cards = [card for card in (make_card(situation.but(card=kind)) for kind in wrong) if card is not None]
    filing = make_filing(situation.but(card=Card.NONE))
    orders = (filing.model_copy(update={"papers": (*filing.papers, *order)}) for order in permutations(cards))
    assert len({frozenset(codes(decide(order))) for order in orders}) == 1


def unreadable_paper(kind: PaperKind) -> ExtractedPaper:
    return ExtractedPaper(kind=kind, findings=(finding("material.unreadable", "看不清。"),))


@QUICK
@given(filings_with_many_papers(), st.sampled_from(PaperKind))
def test_an_attachment_nobody_can_read_registers_nothing(filing: Filing, kind: PaperKind) -> None:
    before = decide(filing).decision
    named = filing.model_copy(update={"unreadable": (*filing.unreadable, "照片.zip")})
    shown = filing.model_copy(update={"papers": (*filing.papers, unreadable_paper(kind))})
    for after in (decide(named), decide(shown)):
        assert before is Decision.REGISTERED or after.decision is Decision.REVIEW


@QUICK
@given(filings_with_many_papers(), st.sampled_from(FORM_KEYS))
def test_doubt_never_clears_a_filing(filing: Filing, key: str) -> None:
    assert filing.form is not None
    doubted = filing.model_copy(update={"form": with_doubt(filing.form, key)})
    if decide(filing).decision is Decision.REVIEW:
        assert decide(doubted).decision is Decision.REVIEW


REQUIRED = tuple(field.key for field in langfang().form.fields if field.required and field.key != "signed")


@QUICK
@given(situations, st.sampled_from(REQUIRED))
def test_a_doubtful_value_is_never_registered(situation: Situation, key: str) -> None:
    filing = make_filing(situation)
    assert filing.form is not None
    verdict = decide(filing.model_copy(update={"form": with_doubt(filing.form, key)}), situation)
    assert verdict.decision is Decision.REVIEW


@QUICK
@given(situations, st.sampled_from([known for known in Known if known is not Known.NOTHING]))
def test_a_known_account_never_registers_by_itself(situation: Situation, known: Known) -> None:
    again = situation.but(known=known)
    assert decide(make_filing(again), again).decision is Decision.REVIEW


@QUICK
@given(situations)
def test_registered_means_that_nothing_blocks(situation: Situation) -> None:
    verdict = decide(make_filing(situation), situation)
    blocked = any(langfang().severities.get(code, SEVERITIES[code]) == "block" for code in codes(verdict))
    assert (verdict.decision is Decision.REGISTERED) is not blocked


def check_sentence(detail: str, numbers: set[str]) -> None:
    assert CHINESE.search(detail)
    assert detail == detail.strip() != ""
    assert re.fullmatch(r"[^。！？\n]+。", detail), detail
    assert not any(number in detail for number in numbers)
    assert not WHOLE_ID.search(detail)


@QUICK
@given(st.one_of(filings_with_many_papers(), situations.map(make_filing)), situations)
def test_findings_are_one_chinese_sentence_without_an_id_number(filing: Filing, situation: Situation) -> None:
    for verdict in (decide(filing), decide(filing, situation)):
        for item in verdict.findings:
            assert item.code in SEVERITIES
            assert item.severity is SEVERITIES[item.code]
            check_sentence(item.detail, numbers_in(filing))


@QUICK
@given(situations)
def test_no_filing_is_due_before_it_was_opened(situation: Situation) -> None:
    due = decide(make_filing(situation), situation).due
    if due is not None and situation.opened is not None:
        assert due >= days_meant(situation.opened)[0]


@QUICK
@given(situations, st.sampled_from(["city", "sanhe", "xianghe", "bazhou", None]))
def test_the_mailbox_decides_about_nothing_but_the_office(situation: Situation, mailbox: str | None) -> None:
    here, there = situation, situation.but(mailbox=mailbox)
    assert codes(decide(make_filing(here))) ^ codes(decide(make_filing(there))) <= {"office.mismatch"}


@QUICK
@given(nearly_right, nearly_right)
def test_what_registers_late_would_have_registered_earlier(situation: Situation, other: Situation) -> None:
    earlier = situation.but(received=min(situation.received, other.received))
    assume(situation.opened is None or days_meant(situation.opened)[-1] < earlier.received.date())
    if decide(make_filing(situation)).decision is Decision.REGISTERED:
        assert decide(make_filing(earlier)).decision is Decision.REGISTERED
