"""What is handed in at the counter: entered once, listed, and held against the ledger like everything else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import delete

from pipeline.domain.message import COUNTER_FOLDER
from pipeline.ingest.ports import FolderKey
from pipeline.store.counter_book import CounterMail, HandedIn
from pipeline.store.models_mail import LedgerEntry
from pipeline.store.store import Store
from tests.store.filings import MAILBOX, NOW, RECEIVED


def counter_mail(store: Store, number: int, *, content: bytes = b"") -> CounterMail:
    content = content or f"mail {number}".encode()
    sha256 = store.archive.keep([content])
    return CounterMail(mailbox=MAILBOX, number=number, sha256=sha256, received=RECEIVED, size_bytes=len(content))


def enter(store: Store, mail: CounterMail) -> HandedIn:
    return store.counter.enter(mail, actor="张三", note="原件已核对", now=NOW)


def test_the_same_files_are_entered_once(store: Store) -> None:
    first = enter(store, counter_mail(store, 2**61 + 1))
    again = enter(store, counter_mail(store, 2**61 + 1, content=b"with another note"))
    assert (first.repeated, again) == (False, HandedIn(message_id=first.message_id, repeated=True))
    assert store.counter.find(MAILBOX, 2**61 + 1) == first.message_id
    assert store.counter.find("other@163.com", 2**61 + 1) is None
    assert [event.kind for event in store.list_events()] == ["message.handed_in"]
    assert store.work.waiting_count() == 1


def test_many_at_once_enter_one_message_each_and_all_are_listed(store: Store) -> None:
    mails = [counter_mail(store, number, content=f"{number} {copy}".encode()) for number in range(4) for copy in "ab"]
    with ThreadPoolExecutor(8) as threads:
        entered = list(threads.map(lambda mail: enter(store, mail), mails))
    assert sum(not item.repeated for item in entered) == 4
    assert len({item.message_id for item in entered}) == 4
    equation = store.ledger_equation(MAILBOX)
    assert (equation.listed, equation.waiting, equation.holds) == (4, 4, True)
    assert store.events.verify().whole


def test_polls_leave_it_listed(store: Store) -> None:
    enter(store, counter_mail(store, 7))
    inbox = FolderKey(folder="INBOX", uidvalidity=1)
    for hours in range(2):
        store.ledger.record_poll(MAILBOX, now=NOW + timedelta(hours=hours), error=None, listed={inbox: frozenset()})
    equation = store.ledger_equation(MAILBOX)
    assert (equation.listed, equation.waiting, equation.no_longer_listed, equation.holds) == (1, 1, 0, True)


def test_a_lost_ledger_row_shows(store: Store) -> None:
    enter(store, counter_mail(store, 7))
    enter(store, counter_mail(store, 9))
    with store._database.writing() as connection:  # what no program does
        connection.execute(delete(LedgerEntry).where(LedgerEntry.uid == 7))
    equation = store.ledger_equation(MAILBOX)
    assert [(place.folder, place.uid) for place in equation.unaccounted] == [(COUNTER_FOLDER, 7)]
    assert not equation.holds


def test_one_message_can_be_claimed_before_all_others(store: Store) -> None:
    enter(store, counter_mail(store, 1))
    later = enter(store, counter_mail(store, 2))
    claimed = store.work.claim("host:1:2:0", now=NOW, lease_seconds=60, message_id=later.message_id)
    assert claimed is not None
    assert claimed.message_id == later.message_id
    assert store.work.claim("host:1:2:1", now=NOW, lease_seconds=60, message_id=later.message_id) is None
    assert store.outcome_of(later.message_id) is None
    assert store.cases_of(later.message_id) == ()
