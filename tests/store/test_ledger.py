from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from pipeline.domain.finding import finding
from pipeline.domain.message import ServerKey
from pipeline.profile.schema import Profile
from pipeline.store.ledger import LONGEST_PAUSE, pause_after
from pipeline.store.store import Store
from pipeline.store.uid_ranges import parse_uids, render_uids
from tests.store.filings import MAILBOX, NOW, RECEIVED, WORKER, case, decide, digest, doubt, later, mail, receive


@dataclass(frozen=True)
class Folder:
    folder: str
    uidvalidity: int
    generation: int = 0


def _key(uid: int, folder: str = "INBOX", validity: int = 1, mailbox: str = MAILBOX) -> ServerKey:
    return ServerKey(mailbox=mailbox, folder=folder, uidvalidity=validity, uid=uid)


def _record(store: Store, key: ServerKey, sha256: str) -> None:
    store.ledger.record_message(key, sha256=sha256, received=RECEIVED, size_bytes=5)


def test_a_mail_recorded_twice_is_one(store: Store) -> None:
    for _ in range(3):
        _record(store, _key(4_294_967_295), digest(1))
    assert store.ledger.settled_uids(MAILBOX, "INBOX", 1) == {4_294_967_295}
    assert store.work.waiting_count() == 1


def test_the_same_content_elsewhere_in_the_mailbox_is_one_message_with_two_rows(store: Store) -> None:
    _record(store, _key(1), digest(1))
    _record(store, _key(9, folder="垃圾邮件"), digest(1))
    _record(store, _key(1, validity=2), digest(1))
    _record(store, _key(1, mailbox="lfwlk2010@163.com"), digest(1))
    assert store.work.waiting_count() == 2
    assert len(store.list_ledger(MAILBOX)) == 3
    assert store.ledger.settled_uids(MAILBOX, "垃圾邮件", 1) == {9}
    assert store.ledger.settled_uids(MAILBOX, "INBOX", 3) == set()
    assert store.mailboxes() == ("lfwlk2010@163.com", MAILBOX)


@pytest.mark.parametrize("folder", ["a\\b", "NUL\0", "\ud800", '\ufffd:"x"', "收件箱/2018", "%_'\""])
def test_any_folder_name_is_told_apart_and_comes_back(store: Store, folder: str) -> None:
    _record(store, _key(1, folder=folder), digest(1))
    assert store.ledger.settled_uids(MAILBOX, folder, 1) == {1}
    assert store.ledger.settled_uids(MAILBOX, folder + "x", 1) == set()
    assert store.list_ledger()[0].folder == folder


def test_refusals_pause_longer_and_never_end(store: Store) -> None:
    now, pauses = NOW, []
    for _ in range(12):
        store.ledger.record_refusal(_key(7), reason="nil", now=now)
        (row,) = store.list_ledger(MAILBOX)
        assert row.next_try is not None
        pauses.append(row.next_try - now)
        assert store.ledger.retries_not_due(MAILBOX, "INBOX", 1, now) == {7}
        assert store.ledger.retries_not_due(MAILBOX, "INBOX", 1, row.next_try) == set()
        assert store.ledger.settled_uids(MAILBOX, "INBOX", 1) == set()
        now = row.next_try
    assert pauses[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert pauses[-1] == LONGEST_PAUSE == pause_after(10_000)
    assert (row.outcome, row.reason, row.attempts) == ("refused", "nil", 12)


def test_a_refused_mail_that_comes_after_all_is_a_message_and_stays_one(store: Store) -> None:
    store.ledger.record_refusal(_key(7), reason="nil", now=NOW)
    _record(store, _key(7), digest(1))
    store.ledger.record_refusal(_key(7), reason="nil", now=later(60))
    assert store.ledger.settled_uids(MAILBOX, "INBOX", 1) == {7}
    assert store.ledger.retries_not_due(MAILBOX, "INBOX", 1, NOW) == set()
    assert [row.outcome for row in store.list_ledger()] == ["waiting"]


def test_a_crash_between_archive_and_ledger_is_made_good_by_the_next_poll(store: Store) -> None:
    sha256 = store.archive.keep([b"mail 1"])
    assert store.work.waiting_count() == 0
    assert store.ledger.settled_uids(MAILBOX, "INBOX", 1) == set()
    assert receive(store, 1) == sha256
    assert list(store.archive) == [sha256]
    assert store.work.waiting_count() == 1


def test_the_equation_accounts_for_every_listed_mail(store: Store, profile: Profile) -> None:
    decide(store, profile, mail(case()), number=1)
    decide(store, profile, mail(case(doubt(), name="另一个")), number=2)
    decide(store, profile, mail(findings=(finding("submission.automatic", "自动回复"),)), number=3)
    receive(store, 4)
    receive(store, 5, folder="垃圾邮件")
    store.ledger.record_refusal(_key(6), reason="nil", now=NOW)
    receive(store, 99)
    listed = {Folder("INBOX", 1): frozenset({1, 2, 3, 4, 6}), Folder("垃圾邮件", 1): frozenset({5})}
    store.ledger.record_poll(MAILBOX, now=NOW, error=None, listed=listed)
    found = store.ledger_equation(MAILBOX)
    counts = (found.listed, found.registered, found.review, found.ignored, found.waiting, found.refused)
    assert counts == (6, 1, 1, 1, 2, 1)
    assert (found.messages, found.no_longer_listed, found.last_ok) == (6, 1, NOW)
    assert found.holds
    assert [row.outcome for row in store.list_ledger(MAILBOX, outcome="refused")] == ["refused"]
    assert len(store.list_ledger(MAILBOX, outcome="waiting")) == 3


def test_the_equation_names_every_exception(store: Store, profile: Profile) -> None:
    done = decide(store, profile, mail(case()), number=1)
    _record(store, _key(2), digest(2))
    listed = {Folder("INBOX", 1): frozenset({1, 2, 3}), Folder("INBOX/旧", 1): frozenset({1})}
    store.ledger.record_poll(MAILBOX, now=NOW, error=None, listed=listed)
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE messages SET outcome = 'ignored' WHERE id = 1")
    found = store.ledger_equation(MAILBOX)
    assert [(place.folder, place.uid) for place in found.unaccounted] == [("INBOX", 3), ("INBOX/旧", 1)]
    assert found.missing_mails == (digest(2),)
    assert found.contradictions == (done.message_id,)
    assert not found.holds


def test_a_failed_poll_keeps_the_folders_it_did_not_reach(store: Store) -> None:
    both = {Folder("INBOX", 1): frozenset({1}), Folder("old", 1): frozenset({2})}
    store.ledger.record_poll(MAILBOX, now=NOW, error=None, listed=both)
    store.ledger.record_poll(MAILBOX, now=later(1), error="login", listed={Folder("INBOX", 1): frozenset({1, 5})})
    found = store.ledger_equation(MAILBOX)
    assert (found.listed, found.last_error, found.last_ok, found.last_poll) == (3, "login", NOW, later(1))
    store.ledger.record_poll(MAILBOX, now=later(2), error=None, listed={Folder("INBOX", 2): frozenset({1})})
    found = store.ledger_equation(MAILBOX)
    assert (found.listed, found.last_error, found.last_ok) == (1, None, later(2))


def test_the_ledger_pages_newest_first(store: Store) -> None:
    for number in range(1, 6):
        receive(store, number)
    first = store.list_ledger(limit=3)
    rest = store.list_ledger(limit=3, after=first[-1].id)
    assert [row.uid for row in (*first, *rest)] == [5, 4, 3, 2, 1]
    assert store.count_kept() == 5
    assert [kept.message_id for kept in store.iter_kept()] == [1, 2, 3, 4, 5]
    assert store.find_kept(MAILBOX, digest(77)) is None


@pytest.mark.parametrize("uids", [set(), {1}, {1, 2, 3}, {5, 1, 2, 4_294_967_295, 9}, set(range(1, 5000, 2))])
def test_uid_ranges_come_back(uids: set[int]) -> None:
    assert parse_uids(render_uids(uids)) == uids
    assert render_uids({3, 1, 2, 9}) == "1-3,9"


def test_work_is_claimed_postponed_and_given_back(store: Store) -> None:
    receive(store, 1)
    receive(store, 2)
    first = store.work.claim(WORKER, now=NOW, lease_seconds=60)
    second = store.work.claim(WORKER, now=NOW, lease_seconds=60)
    assert first is not None
    assert second is not None
    assert (first.message_id, first.attempts, first.received) == (1, 1, RECEIVED)
    assert store.work.claim("another", now=NOW, lease_seconds=60) is None
    assert not store.work.release(1, "another")
    assert store.work.postpone(1, WORKER, reason="sandbox", not_before=later(30))
    assert store.work.claim("another", now=later(29), lease_seconds=60) is None
    again = store.work.claim("another", now=later(30), lease_seconds=60)
    assert again is not None
    assert (again.message_id, again.attempts) == (1, 2)
    assert store.work.renew(2, WORKER, now=later(50), lease_seconds=60)
    assert store.work.release(2, WORKER)
    third = store.work.claim("another", now=later(51), lease_seconds=60)
    assert third is not None
    assert (third.message_id, third.attempts) == (2, 1)
    assert store.work.waiting_count() == 2


def test_what_its_server_received_first_is_decided_first(store: Store) -> None:
    """Two offices' mailboxes are polled at once; which is faster must not say who gets the record."""
    for number, minutes in ((1, 20), (2, 0), (3, 10)):
        sha256 = store.archive.keep([f"mail {number}".encode()])
        received = RECEIVED + timedelta(minutes=minutes)
        store.ledger.record_message(_key(number), sha256=sha256, received=received, size_bytes=10)
    claimed = [store.work.claim(WORKER, now=NOW, lease_seconds=60) for _ in range(3)]
    assert [waiting and waiting.message_id for waiting in claimed] == [2, 3, 1]


def test_a_mail_that_kills_its_worker_does_not_hold_up_the_others(store: Store) -> None:
    receive(store, 1)
    receive(store, 2)
    assert store.work.claim("dead", now=NOW, lease_seconds=60) is not None
    assert store.work.free_dead_claims(lambda owner: owner != "dead") == 1
    following = store.work.claim(WORKER, now=NOW, lease_seconds=60)
    assert following is not None
    assert following.message_id == 2
    assert store.work.free_dead_claims(lambda owner: True) == 0
