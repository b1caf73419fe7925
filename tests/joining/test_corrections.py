"""A later form of the same submitter puts a miswritten value right without an officer; nothing else of two sure values."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipeline.cases.joining import Joiner
from pipeline.domain.decision import Filing, Verdict
from pipeline.domain.document import ExtractedForm, ExtractedPaper
from tests.validate.builders import (
    OWNER_ID,
    RECEIVED,
    Change,
    card,
    doubtful,
    form,
    langfang,
    licence,
    owner_card,
)

RULES = Joiner(profile=langfang())


def _filing(one: ExtractedForm | None, *papers: ExtractedPaper) -> Filing:
    return Filing(office="sanhe", received=datetime.fromisoformat(RECEIVED), form=one, papers=papers)


def _combined(held: Filing, later: Filing, *, vouched: bool = True) -> tuple[ExtractedForm, Verdict]:
    filing = RULES.combine(held, later, first_file=2, vouched=vouched)
    assert filing.form is not None
    return filing.form, RULES.judge(filing, ())


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("owner_phone", "1380316123"),
        ("owner_id_number", OWNER_ID[:17]),
        ("owner_id_number", OWNER_ID[:16] + ("1" if OWNER_ID[16] != "1" else "2") + OWNER_ID[17]),
        ("owner_wechat", "gh_1a2b3c4d5e6f"),
    ],
)
def test_what_its_check_refuses_is_put_right_by_the_correction(key: str, wrong: str) -> None:
    """An officer was asked which of ten and eleven digits the telephone number is."""
    merged, verdict = _combined(_filing(form(**{key: wrong}), licence(), card()), _filing(form()))
    assert merged.text(key) == form().text(key)
    assert not any(item.blocks for item in verdict.findings)


@pytest.mark.parametrize(
    ("held", "later"),
    [
        ({"owner_phone": "13931695678"}, {}),  # both may be
        ({"owner_phone": "1380316123"}, {"owner_phone": "1380316"}),  # neither may be
        ({"owner_phone": "1380316123"}, {"owner_phone": doubtful("owner_phone", "13803161234")}),
    ],
)
def test_other_differences_are_asked_about(held: dict[str, Change], later: dict[str, Change]) -> None:
    _, verdict = _combined(_filing(form(**held), licence(), card()), _filing(form(**later)))
    assert ("field.doubtful", "owner_phone") in {(item.code, item.field) for item in verdict.findings}


def test_what_nobody_vouches_for_is_asked_about() -> None:
    _, verdict = _combined(_filing(form(owner_phone="1380316123"), licence(), card()), _filing(form()), vouched=False)
    assert ("field.doubtful", "owner_phone") in {(item.code, item.field) for item in verdict.findings}


def test_a_correction_that_a_paper_repeats_is_asked_about_no_more() -> None:
    wrong = form(account_subject="三河市晨露文化传播公司")
    merged, verdict = _combined(_filing(wrong, licence(), card()), _filing(form()))
    assert merged.text("account_subject") == form().text("account_subject")
    assert not any(item.blocks for item in verdict.findings)


def test_a_correction_that_the_papers_contradict_is_asked_about() -> None:
    other = form(account_subject="三河市晨露文化传播公司")
    _, verdict = _combined(_filing(form(), licence(), card()), _filing(other))
    assert any(item.blocks for item in verdict.findings)


def test_the_owners_card_settles_whose_name_was_mistyped() -> None:
    merged, _ = _combined(_filing(form(owner_name="苏晓形"), licence()), _filing(form(), owner_card()))
    found = merged.field("owner_name")
    assert found is not None
    assert (found.value, found.doubtful) == ("苏晓彤", False)
