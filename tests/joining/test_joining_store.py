"""Later mails and the case of an earlier one, with the real store on both databases and the city's rules."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.desk.officer import Officer
from pipeline.domain.document import ExtractedForm, ExtractedPaper
from pipeline.domain.finding import finding
from pipeline.domain.joining import JoinState, Way
from pipeline.domain.life import Action, LifeError, Stage
from pipeline.domain.people import Role
from pipeline.store.store import Store
from tests.joining.post import CITY, SANHE, SENDER, Letter, Post, codes
from tests.review.site import PASSWORD
from tests.store.filings import NOW
from tests.validate.builders import COMPANY_PAPERS, OTHER_ID, card, credit_code, doubtful, form, licence

LICENCE, CARD = COMPANY_PAPERS
FIRST = Letter(number=1, form=form(), papers=(LICENCE,))  # the copy of the administrator's card is missing


def settled(store: Store) -> bool:
    """Every mailbox adds up, and the log is whole."""
    equations = [store.ledger_equation(mailbox) for mailbox in store.mailboxes()]
    return all(not equation.contradictions for equation in equations) and store.events.verify().whole


def test_a_missing_paper_in_the_same_conversation_completes_the_filing(post: Post, store: Store) -> None:
    first = post.case(FIRST)
    assert (codes(first), first.state) == ({"material.missing"}, "review")
    later = post.decide(Letter(number=30, papers=(CARD,), answers=(FIRST.mail_id,)))
    joined, own = post.show(first.case_id), post.show(later.cases[0].case_id)
    assert (joined.state, joined.stage, joined.number) == ("registered", Stage.CONCLUDED, "廊新媒备-131082-2018-00001")
    assert (joined.received, joined.due) == (first.received, first.due)
    assert [paper.kind for paper in joined.filing.papers] == [LICENCE.kind, CARD.kind]
    assert (own.state, own.joined_into) == ("superseded", first.case_id)
    assert own.filing.papers == (CARD.model_copy(update={"file": 2}),)
    assert (later.outcome.value, later.cases[0].joined_into) == ("registered", first.case_id)
    assert {row.outcome for row in store.list_ledger()} == {"registered"}
    assert len(store.list_registry()) == 1
    assert store.list_queue() == ()
    (mail,) = joined.mails
    assert (mail.state, mail.ways) == (JoinState.JOINED, (Way.THREAD, Way.SENDER))
    assert post.kinds(first.case_id)[-2:] == ["case.joined", "case.registered"]
    assert post.kinds(own.case_id)[-1] == "case.joined"
    assert settled(store)


def test_the_files_of_both_mails_are_those_of_the_case(post: Post, store: Store) -> None:
    first = post.case(FIRST)
    post.decide(Letter(number=2, papers=(CARD,), answers=(FIRST.mail_id,)))
    files, case = store.mail_files(first.case_id), post.show(first.case_id)
    assert files is not None
    assert [(item.file, item.name) for item in files.files] == [
        (1, "1-1.docx"), (2, "1-2.docx"), (3, "2-1.docx"), (4, "2-2.docx")
    ]  # fmt: skip
    assert [paper.file for paper in case.filing.papers] == [2, 4]
    assert [files.mail_of(number).first_file for number in (1, 2, 3, 4)] == [0, 0, 2, 2]


@pytest.mark.parametrize(
    ("letter", "ways"),
    [
        (Letter(number=2, papers=(CARD,)), (Way.SENDER,)),
        (Letter(number=2, papers=(CARD, LICENCE), sender="other@qq.example"), (Way.CREDIT_CODE,)),
        (
            Letter(number=2, papers=(card("苏晓彤", form().text("owner_id_number")),), sender="other@qq.example"),
            (Way.ID_NUMBER,),
        ),
        (Letter(number=2, form=form(), papers=(CARD,), sender="other@qq.example"), (Way.ACCOUNT, Way.ID_NUMBER)),
        (
            Letter(number=2, form=form(), papers=COMPANY_PAPERS, mailbox=CITY),
            (Way.ACCOUNT, Way.CREDIT_CODE, Way.ID_NUMBER, Way.SENDER),
        ),
    ],
    ids=["sender", "credit code", "owner's ID", "account", "account at the city"],
)
def test_ways_to_the_case(letter: Letter, ways: tuple[Way, ...], post: Post, store: Store) -> None:
    first = post.case(FIRST)
    assert post.decide(letter).cases[0].joined_into == first.case_id
    joined = post.show(first.case_id)
    assert joined.mails[0].ways == ways
    assert joined.state == "registered"
    assert len(store.list_registry()) == 1
    assert settled(store)


@pytest.mark.parametrize(
    "letter",
    [
        Letter(number=2, papers=(card("钱多多", OTHER_ID),), answers=(FIRST.mail_id,)),
        Letter(number=2, papers=(card("钱多多", OTHER_ID),)),
        Letter(number=2, papers=(CARD, card("钱多多", OTHER_ID)), answers=(FIRST.mail_id,)),
        Letter(number=2, papers=(licence(credit_code=credit_code(seed=9)),), answers=(FIRST.mail_id,)),
        Letter(number=2, papers=(licence(name="大厂别家有限公司"),), answers=(FIRST.mail_id,)),
        Letter(number=2, form=form(owner_id_number=OTHER_ID), papers=(CARD,), answers=(FIRST.mail_id,)),
        Letter(number=2, papers=(card(doubtful("name", "程远凡"), doubtful("id_number", OTHER_ID)),)),
        Letter(
            number=2, papers=(CARD,), answers=(FIRST.mail_id,), findings=(finding("attachment.remote", "附件是链接。"),)
        ),
    ],
    ids=["stranger", "stranger's address", "one of two", "other code", "other firm", "other owner", "unsure", "a link"],
)
def test_what_may_be_somebody_elses_waits_for_an_officer(
    letter: Letter, post: Post, store: Store, officer: Officer
) -> None:
    first = post.case(FIRST)
    own = post.case(letter)
    assert (own.state, own.joined_into) == ("review", None)
    assert any(item.code == "submission.related" and first.case_id[:8].upper() in item.detail for item in own.findings)
    before = post.show(first.case_id)
    assert (before.version, before.filing) == (first.version, first.filing)
    assert [mail.state for mail in before.mails] == [JoinState.PROPOSED]
    assert [item.case_id for item in store.siblings(first.case_id)] == [own.case_id]
    officer.join(first.case_id, own.case_id)
    joined = post.show(first.case_id)
    assert joined.state == "review"
    assert len(joined.filing.papers) == len(before.filing.papers) + len(letter.papers)
    assert post.show(own.case_id).joined_into == first.case_id
    assert settled(store)


@pytest.mark.parametrize(
    ("sent", "right"),
    [
        ((licence(name="大厂别家有限公司", credit_code=credit_code(seed=9)), CARD), LICENCE),
        ((LICENCE, card("钱多多", OTHER_ID)), CARD),
    ],
)
def test_the_right_paper_after_a_wrong_one_completes_the_filing(
    sent: tuple[ExtractedPaper, ...], right: ExtractedPaper, post: Post
) -> None:
    first = post.case(Letter(number=1, form=form(), papers=sent))
    assert codes(first) & {"match.subject", "operator.unclear"}
    post.decide(Letter(number=2, papers=(right,)))
    assert post.show(first.case_id).state == "registered"


def test_two_cases_of_one_sender_leave_it_to_an_officer(post: Post) -> None:
    post.case(FIRST)
    post.case(Letter(number=2, form=form(account_name="燕郊早知道"), papers=(LICENCE,)))
    own = post.case(Letter(number=3, papers=(CARD,)))
    assert own.state == "review"
    (hint,) = [item for item in own.findings if item.code == "submission.related"]
    assert len(re.findall("件[0-9A-F]{8}", hint.detail)) == 2


def test_another_account_of_the_same_firm_is_a_filing_of_its_own(post: Post, store: Store) -> None:
    first = post.case(FIRST)
    own = post.case(
        Letter(number=2, form=form(account_name="燕郊早知道"), papers=COMPANY_PAPERS, answers=(FIRST.mail_id,))
    )
    assert (own.state, post.show(first.case_id).state) == ("registered", "review")
    assert post.show(first.case_id).mails == ()


def test_papers_of_the_firms_other_account_are_named_to_the_officer(post: Post) -> None:
    """材料见上一封 was answered with 请补交, and nobody told the officer that they lie in the other case."""
    first = post.case(Letter(number=1, form=form(), papers=COMPANY_PAPERS))
    other = form(account_name="燕郊早知道")
    own = post.case(Letter(number=2, form=other))
    assert (first.state, own.state) == ("registered", "review")
    (hint,) = [item for item in own.findings if item.code == "submission.related"]
    assert first.case_id[:8].upper() in hint.detail
    assert own.filing.papers == ()
    assert post.show(first.case_id).mails == ()


def test_papers_that_came_before_two_forms_are_named_at_both(post: Post) -> None:
    """Which of the two they join nobody can say, and both were to send what had come an hour before."""
    first = post.case(Letter(number=1, papers=COMPANY_PAPERS))
    both = post.decide(Letter(number=2, form=form(), more=(form(account_name="燕郊早知道"),)))
    for case in both.cases:
        hints = [item.detail for item in post.show(case.case_id).findings if item.code == "submission.related"]
        assert [first.case_id[:8].upper() in hint for hint in hints] == [True]


@pytest.mark.parametrize(
    "letter",
    [
        Letter(number=2, form=form(account_name="燕郊早知道"), sender="rival@qq.example"),
        Letter(
            number=2, form=form(account_name="燕郊早知道", account_subject="大厂别家有限公司", owner_id_number=OTHER_ID)
        ),
        Letter(number=2, form=form(account_name="燕郊早知道"), mailbox=CITY),
        Letter(number=2, form=form(account_name="燕郊早知道"), papers=COMPANY_PAPERS),
    ],
    ids=["another address", "another firm", "another office", "papers of its own"],
)
def test_other_cases_are_not_named(letter: Letter, post: Post) -> None:
    post.case(Letter(number=1, form=form(), papers=COMPANY_PAPERS))
    assert not [item for item in post.case(letter).findings if item.code == "submission.related"]


def test_a_stranger_who_files_for_the_same_account_does_not_enter_the_case(post: Post) -> None:
    first = post.case(FIRST)
    rival = form(account_subject="大厂别家有限公司", owner_name="钱多多", owner_id_number=OTHER_ID)
    own = post.case(Letter(number=2, form=rival, papers=(CARD,), sender="rival@qq.example"))
    assert "submission.change" in codes(own)
    assert post.show(first.case_id).filing == first.filing


#: What nobody can look up about an account.
PRIVATE = ("owner_id_number", "owner_wechat", "admin_phone", "admin_wechat")
RIVAL = "rival@qq.example"


def _rival_form() -> ExtractedForm:
    return form(**dict.fromkeys(PRIVATE), owner_phone="13931695678", follower_count=9)


def test_a_stranger_who_knows_what_is_published_supplies_no_value(post: Post, store: Store) -> None:
    """The account, its subject and the firm's credit code stand on the Web; the mail of whoever copies them has a value of his."""
    held = form(owner_phone=doubtful("owner_phone", "13803161234"))
    first = post.case(Letter(number=1, form=held, papers=COMPANY_PAPERS))
    own = post.case(Letter(number=2, form=_rival_form(), papers=(LICENCE,), sender=RIVAL))
    assert (own.state, own.joined_into) == ("review", None)
    assert post.show(first.case_id).filing == first.filing
    assert [mail.state for mail in post.show(first.case_id).mails] == [JoinState.PROPOSED]
    assert store.list_registry() == ()


def test_a_stranger_with_the_senders_address_settles_nothing(post: Post, store: Store, officer: Officer) -> None:
    """An address is written by whoever sends: what his mail alone says is asked about, what both say is not."""
    held = form(owner_phone=doubtful("owner_phone", "13803161234"), admin_wechat=None)
    first = post.case(Letter(number=1, form=held, papers=COMPANY_PAPERS))
    forged = form(owner_id_number=None, owner_phone="13931695678", admin_wechat="rival_2018", follower_count=9)
    post.decide(Letter(number=2, form=forged))
    joined = post.show(first.case_id)
    assert joined.filing.form is not None
    phone, wechat = (joined.filing.form.field(key) for key in ("owner_phone", "admin_wechat"))
    assert phone is not None
    assert wechat is not None
    assert (phone.value, phone.doubtful, phone.second) == ("13931695678", True, "13803161234")
    assert (wechat.value, wechat.doubtful) == ("rival_2018", True)
    assert joined.filing.form.value("follower_count") == form().value("follower_count")
    assert (joined.state, codes(joined)) == ("review", {"field.doubtful"})
    assert store.list_registry() == ()


@pytest.mark.parametrize(
    "lure",
    [Letter(number=1, form=_rival_form(), sender=RIVAL), Letter(number=1, papers=(LICENCE,), sender=RIVAL)],
    ids=["form", "licence"],
)
def test_nobody_lies_in_wait_for_anothers_filing(lure: Letter, post: Post) -> None:
    """Letters about a case go to whoever wrote first: a filing must not join what a stranger sent before it."""
    first = post.case(lure)
    victims = post.case(Letter(number=2, form=form(), papers=COMPANY_PAPERS))
    assert victims.joined_into is None
    assert victims.sender == SENDER
    assert post.show(first.case_id).filing == first.filing
    assert any(item.code == "submission.related" for item in victims.findings)


@pytest.mark.parametrize("forged", [1, 2])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Letter(number=1, form=form(), papers=(LICENCE,)), Letter(number=2, papers=(CARD,))),
        (Letter(number=1, papers=COMPANY_PAPERS), Letter(number=2, form=form())),
    ],
    ids=["papers", "form"],
)
def test_a_forged_address_joins_nothing_and_is_told(first: Letter, second: Letter, forged: int, post: Post) -> None:
    """Without a word of the server's the two are joined; with one the officer is told of the other."""
    held = post.case(replace(first, refuted=forged == 1))
    own = post.case(replace(second, refuted=forged == 2))
    assert own.joined_into is None
    assert post.show(held.case_id).filing == held.filing
    (related,) = [item for item in own.findings if item.code == "submission.related"]
    assert "冒用" in related.detail


def test_another_countys_mail_does_not_join(post: Post) -> None:
    first = post.case(FIRST)
    assert post.case(Letter(number=2, papers=(CARD,), mailbox=_mailbox(post, "dachang"))).state == "review"
    assert post.show(first.case_id).mails == ()


def _mailbox(post: Post, office: str) -> str:
    return next(item.mailbox for item in post.profile.offices if item.key == office)


def test_papers_that_came_first_wait_for_their_form(post: Post, store: Store) -> None:
    papers = post.case(Letter(number=1, papers=COMPANY_PAPERS, received="2018-12-30T09:00+08:00"))
    assert codes(papers) == {"form.missing"}
    assert post.decide(Letter(number=2, form=form(), received="2018-12-31T09:00+08:00")).cases[0].joined_into
    joined = post.show(papers.case_id)
    assert (joined.state, joined.received) == ("registered", papers.received)
    assert joined.filing.form is not None
    assert joined.filing.form.text("account_name") == form().text("account_name")
    assert settled(store)


def test_a_form_sent_anew_fills_what_was_blank_and_asks_about_what_differs(post: Post, officer: Officer) -> None:
    first = post.case(Letter(number=1, form=form(owner_name=None), papers=COMPANY_PAPERS))
    assert "field.missing" in codes(first)
    second = form(owner_phone="13931695678")
    post.decide(Letter(number=2, form=second, answers=("1@mail.example",)))
    joined = post.show(first.case_id)
    assert joined.filing.form is not None
    phone = joined.filing.form.field("owner_phone")
    assert phone is not None
    assert (joined.filing.form.text("owner_name"), phone.value, phone.doubtful, phone.second) == (
        "苏晓彤", "13931695678", True, "13803161234"
    )  # fmt: skip
    assert codes(joined) == {"field.doubtful"}
    officer.unjoin(first.case_id, joined.mails[0].case_id)
    parted = post.show(first.case_id)
    assert parted.filing == first.filing
    assert codes(parted) == codes(first)


def test_the_same_filing_at_city_and_county_is_one_case_seen_from_both(post: Post, store: Store) -> None:
    first = post.case(Letter(number=1, form=form(), papers=COMPANY_PAPERS))
    assert first.state == "registered"
    twin = post.decide(Letter(number=2, form=form(), papers=COMPANY_PAPERS, mailbox=CITY))
    assert (twin.outcome.value, twin.cases[0].joined_into) == ("registered", first.case_id)
    assert "submission.duplicate" in store.codes_of(twin.message_id)
    case = post.show(first.case_id)
    city = next(item.key for item in post.profile.offices if item.accepts_all)
    assert (case.office, case.received_office, case.also_office) == ("sanhe", "sanhe", city)
    assert len(store.list_registry()) == 1
    assert [post.kinds(case_id).count("case.joined") for case_id in (first.case_id, twin.cases[0].case_id)] == [1, 1]
    assert settled(store)


def test_an_open_case_stands_in_the_queues_of_both(post: Post, store: Store) -> None:
    first = post.case(Letter(number=1, form=form(address="廊坊市"), papers=(), mailbox=CITY))
    assert first.received_office != "sanhe"
    post.decide(Letter(number=2, form=form(address="廊坊市"), papers=(), mailbox=SANHE))
    for office in (first.received_office, "sanhe"):
        assert [item.case_id for item in store.list_queue(office=office)] == [first.case_id]
    assert store.list_queue(office="dachang") == ()


def test_a_resent_filing_at_the_same_office_stays_with_the_officer(post: Post, store: Store) -> None:
    post.case(Letter(number=1, form=form(), papers=COMPANY_PAPERS))
    again = post.case(Letter(number=2, form=form(), papers=COMPANY_PAPERS))
    assert codes(again) == {"submission.duplicate"}
    assert len(store.list_registry()) == 1


def test_a_returned_case_takes_what_was_asked_for(post: Post, store: Store, officer: Officer) -> None:
    first = post.case(Letter(number=1, form=form(), papers=()))
    officer.act(first.case_id, Action.RETURN)
    post.decide(Letter(number=2, papers=(LICENCE,), answers=("1@mail.example",)))
    half = post.show(first.case_id)
    assert (half.stage, codes(half)) == (Stage.RETURNED, {"material.missing"})
    post.decide(Letter(number=3, papers=(CARD,), answers=("2@mail.example", "1@mail.example")))
    whole = post.show(first.case_id)
    assert (whole.stage, len(whole.mails)) == (Stage.CONCLUDED, 2)
    assert settled(store)


def test_a_mail_of_words_is_read_by_somebody(post: Post) -> None:
    first = post.case(FIRST)
    own = post.case(Letter(number=2, answers=(FIRST.mail_id,)))
    assert (own.state, own.joined_into) == ("review", None)
    assert [mail.state for mail in post.show(first.case_id).mails] == [JoinState.PROPOSED]


def test_a_joining_is_taken_back_and_stays_so(post: Post, store: Store, officer: Officer) -> None:
    first = post.case(Letter(number=1, form=form(), papers=()))
    own = post.decide(Letter(number=2, papers=(CARD,), answers=("1@mail.example",))).cases[0]
    assert own.joined_into == first.case_id
    officer.unjoin(first.case_id, own.case_id)
    kept, back = post.show(first.case_id), post.show(own.case_id)
    assert (kept.filing, kept.verdict.findings) == (first.filing, first.verdict.findings)
    assert (back.state, back.joined_into, codes(back)) == ("review", None, {"form.missing"})
    assert [mail.state for mail in kept.mails] == [JoinState.PARTED]
    assert [post.kinds(case_id)[-1] for case_id in (first.case_id, own.case_id)] == ["case.unjoined"] * 2
    with pytest.raises(LifeError, match="没有合并"):
        officer.unjoin(first.case_id, own.case_id)
    officer.join(first.case_id, own.case_id)  # and by hand it goes in again
    assert len(post.show(first.case_id).filing.papers) == 1
    assert settled(store)


def test_what_joined_a_settled_case_can_be_taken_out(post: Post, store: Store, officer: Officer) -> None:
    first = post.case(FIRST)
    own = post.decide(Letter(number=2, papers=(CARD,), answers=(FIRST.mail_id,))).cases[0]
    assert post.show(first.case_id).state == "registered"
    officer.unjoin(first.case_id, own.case_id)
    assert (post.show(first.case_id).state, post.show(own.case_id).state) == ("registered", "review")
    assert len(post.show(first.case_id).filing.papers) == 2  # what it was decided by
    assert sorted(row.outcome for row in store.list_ledger()) == ["registered", "review"]
    assert settled(store)


def test_mails_are_taken_out_in_any_order(post: Post, officer: Officer) -> None:
    first = post.case(Letter(number=1, form=form(owner_name=None, admin_phone=None), papers=()))
    second = post.decide(Letter(number=2, form=form(admin_phone=None), answers=("1@mail.example",))).cases[0]
    third = post.decide(Letter(number=3, form=form(), answers=("1@mail.example",), papers=(CARD,))).cases[0]
    assert {second.joined_into, third.joined_into} == {first.case_id}
    officer.unjoin(first.case_id, second.case_id)
    half = post.show(first.case_id)
    assert half.filing.form is not None
    assert (half.filing.form.text("admin_phone"), len(half.filing.papers)) == ("13903161234", 1)
    officer.unjoin(first.case_id, third.case_id)
    assert post.show(first.case_id).filing == first.filing


def test_a_case_somebody_works_on_is_not_registered_under_his_hands(post: Post, store: Store, officer: Officer) -> None:
    user = store.people.add_user(
        "liumin", name="刘敏", role=Role.OFFICER, office="sanhe", password=PASSWORD, actor="test", at=NOW
    )
    first = post.case(FIRST)
    store.claims.hold(first.case_id, user, NOW - timedelta(seconds=5))
    post.decide(Letter(number=2, papers=(CARD,), answers=(FIRST.mail_id,)))
    case = post.show(first.case_id)
    assert (case.state, codes(case)) == ("review", set())
    assert officer.act(first.case_id, Action.CONCLUDE).number
    assert {row.outcome for row in store.list_ledger()} == {"registered"}
    assert settled(store)
