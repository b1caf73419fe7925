from __future__ import annotations

import pytest
from sqlalchemy import text

from pipeline.domain.decision import DecidedCase, Filing, KnownFiling, Verdict
from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field
from pipeline.domain.finding import Finding, finding
from pipeline.profile.schema import Profile
from pipeline.store import known_cases
from pipeline.store.errors import (
    AccountTakenError,
    NotReplaceableError,
    NotReplaceableReason,
    StaleClaimError,
    UnstorableError,
)
from pipeline.store.register_records import RegisterScope
from pipeline.store.store import Store
from tests.store.filings import (
    MAILBOX,
    NOW,
    REGISTERED,
    REVIEW,
    WORKER,
    case,
    decide,
    doubt,
    form,
    later,
    mail,
    receive,
    shared,
    submission,
)
from tests.stores import Place


def _commit(store: Store, profile: Profile, message_id: int, decision, owner: str = WORKER):
    return store.cases.commit_decision(message_id, owner, decision, submission=submission(), profile=profile, now=NOW)


def test_a_case_comes_back_exactly_as_it_was_decided(store: Store, profile: Profile) -> None:
    decided = case(doubt(), finding("material.one_side", "身份证只有一面"))
    blocked = finding("attachment.unreadable", "附件密码附件.zip打不开")
    done = decide(store, profile, mail(decided, findings=(blocked,)))
    found = store.show_case(done.cases[0].case_id)
    assert found is not None
    assert found.decided == decided
    assert found.mail_findings == (blocked,)
    assert (found.subject, found.sender) == ("备案申请书\0", "sender@example.cn")
    assert (found.state, found.number, found.mailbox) == ("review", None, MAILBOX)
    assert store.show_case(done.cases[0].case_id[:8]) == found
    assert store.show_case("ffffffff") is None
    assert store.show_case("王") is None
    assert store.codes_of(done.message_id) == ("attachment.unreadable", "field.doubtful", "material.one_side")


def test_every_part_of_the_records_is_kept() -> None:
    """A new part of a record must be given a place in the store: then change this test with it."""
    where = {"source", "reader", "confidence", "sure", "doubtful", "doubt", "approximate"}
    assert set(Field.model_fields) == {"key", "value", "raw", "second", "candidates"} | where
    # What stands round a part of a form is for joining parts, which is done before a case is decided.
    beyond = {"text_above", "text_below"}
    assert set(ExtractedForm.model_fields) == {"fields", "profile", "file", "pages", "unplaced", "findings"} | beyond
    assert set(ExtractedPaper.model_fields) == {"fields", "kind", "file", "pages", "title", "findings"}
    assert set(Finding.model_fields) == {"code", "severity", "field", "detail", "clause", "remedy"}
    assert set(Filing.model_fields) == {"office", "received", "form", "papers", "unreadable", "findings", "shared"}
    # What the rules say again of the same filing need not be kept.
    assert set(Verdict.model_fields) == {"entity", "office", "due", "findings"} | {"entity_reasons", "scope_reasons"}
    assert set(DecidedCase.model_fields) == {"filing", "verdict"}


def test_a_registered_case_has_a_number_and_a_record(store: Store, profile: Profile) -> None:
    done = decide(store, profile, mail(case()))
    assert done.outcome is REGISTERED
    number = done.cases[0].number
    assert number == "廊新媒备-131082-2018-00001"
    detail = store.show_record(number)
    assert detail is not None
    assert detail.record.values["owner_name"] == "王小测"
    assert detail.record.values["follower_count"] == "1200"
    assert detail.case.number == number
    assert store.list_queue() == ()
    (row,) = store.list_registry(office="sanhe", year=2018)
    assert row == detail.record
    assert store.list_registry(office="city") == ()
    with store.exporting(RegisterScope(), actor="tester", now=NOW, revealed=False) as export:
        assert (len(export), list(export.records()), list(export.changes())) == (1, [row], [])


def test_the_year_is_the_offices_own(store: Store, profile: Profile) -> None:
    new_year = NOW.replace(month=12, day=31, hour=16, minute=30)
    done = decide(store, profile, mail(case()), now=new_year)
    assert done.cases[0].number == "廊新媒备-131082-2019-00001"


def test_a_number_format_without_area_counts_through(store: Store, profile: Profile) -> None:
    plain = profile.model_copy(update={"number_format": "备{seq}"})
    one = decide(store, plain, mail(case()), number=1)
    other = decide(store, plain, mail(case(name="大厂小测", office="dachang")), number=2)
    assert [one.cases[0].number, other.cases[0].number] == ["备1", "备2"]


def test_repeating_changes_nothing(store: Store, profile: Profile) -> None:
    first = decide(store, profile, mail(case()))
    again = _commit(store, profile, first.message_id, mail(case(doubt())), owner="another")
    assert again.repeated
    assert again.cases == first.cases
    assert len(store.list_registry()) == 1
    assert store.list_queue() == ()


def test_only_the_claims_owner_commits(store: Store, profile: Profile) -> None:
    receive(store, 1)
    waiting = store.work.claim(WORKER, now=NOW, lease_seconds=10)
    assert waiting is not None
    retaken = store.work.claim("host:9:9:9", now=later(11), lease_seconds=10)
    assert retaken is not None
    assert retaken.message_id == waiting.message_id
    with pytest.raises(StaleClaimError):
        _commit(store, profile, waiting.message_id, mail(case()))
    assert store.list_registry() == ()
    with pytest.raises(StaleClaimError):
        _commit(store, profile, 4711, mail(case()))


def test_a_second_record_of_an_account_is_refused_and_nothing_is_written(store: Store, profile: Profile) -> None:
    decide(store, profile, mail(case()), number=1)
    with pytest.raises(AccountTakenError) as caught:
        decide(store, profile, mail(case(name="别的账号"), case(name=" 三河“小测”")), number=2)
    assert (caught.value.position, caught.value.within_mail) == (1, False)
    assert len(store.list_registry()) == 1
    assert store.work.waiting_count() == 1
    again = _commit(store, profile, 2, mail(case(name="别的账号"), case(doubt())))
    assert [item.number for item in again.cases] == ["廊新媒备-131082-2018-00002", None]


def test_one_account_twice_in_a_mail_is_said_to_be(store: Store, profile: Profile) -> None:
    with pytest.raises(AccountTakenError) as caught:
        decide(store, profile, mail(case(), case()))
    assert (caught.value.position, caught.value.within_mail) == (1, True)


def test_a_record_needs_account_and_office(store: Store, profile: Profile) -> None:
    with pytest.raises(UnstorableError):
        decide(store, profile, mail(case(name="")))
    with pytest.raises(UnstorableError):
        _commit(store, profile, 1, mail(case(office="nowhere")))
    doubled = form().model_copy(update={"fields": (*form().fields, form().fields[0])})
    filing = Filing(office="sanhe", received=NOW, form=doubled)
    with pytest.raises(UnstorableError):
        _commit(store, profile, 1, mail(DecidedCase(filing=filing, verdict=Verdict(office="sanhe"))))
    assert store.work.waiting_count() == 1


def test_a_mail_for_review_without_a_case_is_in_the_queue(store: Store, profile: Profile) -> None:
    blocked = finding("attachment.remote", "附件是网盘链接，请重新发送")
    done = decide(store, profile, mail(findings=(blocked,)))
    (item,) = store.list_queue(office="sanhe", code="attachment.remote")
    assert item.case_id == done.cases[0].case_id
    assert item.codes == ("attachment.remote",)
    assert store.ledger_equation(MAILBOX).contradictions == ()


def test_an_ignored_mail_has_no_case(store: Store, profile: Profile) -> None:
    done = decide(store, profile, mail(findings=(finding("submission.automatic", "自动回复"),)))
    assert (done.outcome.value, done.cases) == ("ignored", ())


def test_known_filings_are_records_and_open_cases(store: Store, profile: Profile) -> None:
    first = decide(store, profile, mail(case()), number=1)
    decide(store, profile, mail(case(doubt(), name="三河　小测", office="city"), case(name="另一个")), number=2)
    known = store.cases.known_filings(form("三河小測".replace("測", "测")))
    assert [item.registered for item in known] == [True, False]
    assert known[0] == KnownFiling(
        reference="廊新媒备-131082-2018-00001", office="sanhe", registered=True, values=known[0].values
    )
    assert known[0].values["owner_id_number"] == "131082199003077518"
    assert known[1].office == "city"
    assert store.cases.known_filings(form(kind="app")) == ()
    assert store.cases.known_filings(form("")) == ()
    own = store.find_kept(MAILBOX, store.show_case(first.cases[0].case_id).sha256)
    others = store.cases.known_filings(form(), exclude_sha256=own.sha256, exclude_mailbox=MAILBOX)
    assert [item.registered for item in others] == [False]
    elsewhere = store.cases.known_filings(form(), exclude_sha256=own.sha256, exclude_mailbox="other@163.com")
    assert len(elsewhere) == 2


def test_a_flood_of_one_account_is_not_read_whole(
    store: Store, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_cases, "MOST_KNOWN", 3)
    for number in range(1, 7):
        decide(store, profile, mail(case(doubt())), number=number)
    decide(store, profile, mail(case()), number=7)
    known = store.cases.known_filings(form())
    assert [item.registered for item in known] == [False, False, True]  # the record among them, however late it came


def _replace(store: Store, profile: Profile, message_id: int, decision, **options):
    return store.cases.replace_decision(
        message_id, decision, submission=submission(), profile=profile, now=later(60), **options
    )


def test_a_review_can_be_decided_anew_and_the_old_case_stays(store: Store, profile: Profile) -> None:
    first = decide(store, profile, mail(case(doubt())))
    second = _replace(store, profile, first.message_id, mail(case()), expected_revision=1)
    assert (second.outcome, second.revision) == (REGISTERED, 2)
    assert second.cases[0].number == "廊新媒备-131082-2018-00001"
    old = store.show_case(first.cases[0].case_id)
    assert old is not None
    assert old.state == "superseded"
    assert old.decided == case(doubt())
    assert store.list_queue() == ()
    assert store.codes_of(first.message_id) == ()
    assert store.ledger_equation(MAILBOX).contradictions == ()


def test_what_is_registered_touched_changed_or_waiting_stays(store: Store, profile: Profile) -> None:
    registered = decide(store, profile, mail(case()), number=1)
    review = decide(store, profile, mail(case(doubt(), name="另一个")), number=2)
    receive(store, 3)

    def reason(message_id: int, **options) -> NotReplaceableReason:
        with pytest.raises(NotReplaceableError) as caught:
            _replace(store, profile, message_id, mail(case(name="第三个")), **options)
        return caught.value.reason

    assert reason(registered.message_id) is NotReplaceableReason.REGISTERED
    assert reason(review.message_id, expected_revision=2) is NotReplaceableReason.CHANGED
    assert reason(3) is NotReplaceableReason.WAITING
    assert reason(4711) is NotReplaceableReason.UNKNOWN
    store.events.record("case.viewed", actor="officer", case_id=review.cases[0].case_id, touches=True)
    assert reason(review.message_id) is NotReplaceableReason.TOUCHED
    assert len(store.list_registry()) == 1
    assert store.list_queue()[0].case_id == review.cases[0].case_id


def test_the_queue_pages_by_due_date_then_age(store: Store, profile: Profile) -> None:
    for number in range(1, 8):
        decided = case(doubt(), name=f"账号{number}")
        verdict = decided.verdict.model_copy(
            update={"due": None if number % 3 == 0 else decided.verdict.due.replace(day=number)}
        )
        decide(store, profile, mail(decided.model_copy(update={"verdict": verdict})), number=number)
    whole = store.list_queue(limit=100)
    assert [item.account_name for item in whole][:5] == ["账号1", "账号2", "账号4", "账号5", "账号7"]
    assert {item.account_name for item in whole[5:]} == {"账号3", "账号6"}
    paged, cursor = [], None
    while page := store.list_queue(limit=3, after=cursor):
        paged += page
        cursor = page[-1].cursor
    assert tuple(paged) == whole
    assert len(store.list_queue(code="field.doubtful")) == 7
    assert store.list_queue(code="form.missing") == ()
    assert store.list_queue(office="city") == ()


def test_the_database_itself_refuses_a_second_active_record(store: Store, profile: Profile) -> None:
    decide(store, profile, mail(case()))
    copy = text(
        "INSERT INTO registry (case_id, number, account_index, office, area_code, year, seq, registered_on, state)"
        " SELECT case_id, 'x', account_index, office, area_code, year, 2, registered_on, 'active' FROM registry"
    )
    with pytest.raises(Exception, match=r"(?i)unique"), store._database.writing() as connection:
        connection.execute(copy)


def test_a_mail_with_open_and_registered_cases_is_for_review(store: Store, profile: Profile, place: Place) -> None:
    done = decide(store, profile, mail(shared(case()), shared(case(doubt(), name="另一个"))))
    assert done.outcome is REVIEW
    assert [item.decision for item in done.cases] == [REGISTERED, REVIEW]
    store.close()
    with place.open() as again:
        assert again.show_case(done.cases[1].case_id).decided == shared(case(doubt(), name="另一个"))
        assert again.ledger_equation(MAILBOX).contradictions == ()


def test_deciding_anew_only_what_was_decided_before_is_known(store: Store, profile: Profile) -> None:
    """The later filing repeats the earlier one, not the other way round; also after the earlier was decided anew."""
    first = decide(store, profile, mail(case(doubt())), number=1, now=NOW)
    second = decide(store, profile, mail(case(doubt())), number=2, now=later(10))
    one, other = store.iter_kept()
    assert (one.decided_at, other.decided_at) == (NOW, later(10))

    def known(message) -> list[str]:
        return [
            item.reference
            for item in store.cases.known_filings(
                form(), exclude_sha256=message.sha256, exclude_mailbox=MAILBOX, decided_before=message.decided_at
            )
        ]

    assert known(one) == []
    assert known(other) == [first.cases[0].case_id]
    again = _replace(store, profile, first.message_id, mail(case(doubt(), office="city")))
    one, other = store.iter_kept()
    assert one.decided_at == NOW
    assert known(one) == []
    assert known(other) == [again.cases[0].case_id]
    number = _replace(store, profile, second.message_id, mail(case())).cases[0].number
    assert known(one) == [number]  # a record counts whenever it came


def test_a_kept_mail_says_why_its_decision_is_fixed(store: Store, profile: Profile) -> None:
    decide(store, profile, mail(case(), case(doubt(), name="另一个")), number=1)
    review = decide(store, profile, mail(case(doubt(), name="第三个")), number=2)
    receive(store, 3)
    assert [kept.fixed for kept in store.iter_kept()] == [NotReplaceableReason.REGISTERED, None, None]
    store.events.record("case.viewed", actor="officer", case_id=review.cases[0].case_id, touches=True)
    assert [kept.fixed for kept in store.iter_kept()] == [
        NotReplaceableReason.REGISTERED,
        NotReplaceableReason.TOUCHED,
        None,
    ]
    found = store.find_kept(MAILBOX, store.show_case(review.cases[0].case_id).sha256)
    assert found is not None
    assert found.fixed is NotReplaceableReason.TOUCHED
