"""Generations of a folder's numbering, on both databases."""

from __future__ import annotations

from datetime import timedelta

from alembic import command
from sqlalchemy import text

from pipeline.domain.message import ServerKey
from pipeline.domain.numbering import KnownPlace, Numbering, ServerFacts
from pipeline.ingest.ports import FolderKey
from pipeline.store.database import open_database
from pipeline.store.migration import migration_config
from pipeline.store.store import Store
from tests.store.filings import MAILBOX, NOW, RECEIVED, digest, later
from tests.stores import Place

INBOX = FolderKey(folder="INBOX", uidvalidity=1)
AGAIN = FolderKey(folder="INBOX", uidvalidity=1, generation=1)
TOLD = ServerFacts(size_bytes=70, dated=RECEIVED)


def _record(store: Store, uid: int, sha256: str, *, generation: int = 0, told: ServerFacts = TOLD) -> None:
    key = ServerKey(mailbox=MAILBOX, folder="INBOX", uidvalidity=1, generation=generation, uid=uid)
    store.ledger.record_message(key, sha256=sha256, received=RECEIVED, size_bytes=5, told=told)


def test_the_same_uid_in_two_generations_is_two_places(store: Store) -> None:
    for number in (1, 2):
        _record(store, number, digest(number))
    store.numberings.begin(MAILBOX, INBOX, now=NOW)
    assert store.ledger.settled_uids(MAILBOX, "INBOX", 1, 1) == set()
    _record(store, 1, digest(2), generation=1)
    _record(store, 2, digest(3), generation=1)
    key = ServerKey(mailbox=MAILBOX, folder="INBOX", uidvalidity=1, generation=1, uid=3)
    store.ledger.record_refusal(key, reason="empty", now=NOW)
    assert store.ledger.settled_uids(MAILBOX, "INBOX", 1) == store.ledger.settled_uids(MAILBOX, "INBOX", 1, 1) == {1, 2}
    assert store.ledger.retries_not_due(MAILBOX, "INBOX", 1, NOW) == set()
    assert store.ledger.retries_not_due(MAILBOX, "INBOX", 1, NOW, 1) == {3}
    assert store.work.waiting_count() == 3
    store.ledger.record_poll(MAILBOX, now=NOW, error=None, listed={AGAIN: frozenset({1, 2, 3, 4})})
    found = store.ledger_equation(MAILBOX)
    assert (found.listed, found.waiting, found.refused, found.no_longer_listed) == (4, 2, 1, 2)
    assert [(place.generation, place.uid) for place in found.unaccounted] == [(1, 4)]
    (life,) = store.message_lives(digest(2))
    assert [(place.generation, place.uid, place.listed) for place in life.places] == [(0, 2, False), (1, 1, True)]


def test_what_was_told_is_kept_and_widened(store: Store) -> None:
    _record(store, 1, digest(1))
    _record(store, 2, digest(2), told=ServerFacts())
    store.ledger.record_refusal(
        ServerKey(mailbox=MAILBOX, folder="INBOX", uidvalidity=1, uid=3), reason="empty", now=NOW
    )
    known = store.numberings.known(MAILBOX, INBOX, [1, 2, 3, 4])
    assert known == {
        1: KnownPlace(sha256=digest(1), size_least=70, size_most=70, dated_first=RECEIVED, dated_last=RECEIVED),
        2: KnownPlace(sha256=digest(2)),
    }
    wider = {uid: place.having(ServerFacts(size_bytes=80, dated=RECEIVED)) for uid, place in known.items()}
    store.numberings.learn(MAILBOX, INBOX, wider)
    assert store.numberings.known(MAILBOX, INBOX, [1, 2]) == wider
    assert store.numberings.known(MAILBOX, AGAIN, [1, 2]) == {}


def test_a_generation_is_begun_once_and_its_end_is_not_undone(store: Store) -> None:
    numberings = store.numberings
    assert numberings.current(MAILBOX, "INBOX", 1) == Numbering()
    numberings.note(MAILBOX, INBOX, now=NOW, doubted=False)
    numberings.note(MAILBOX, INBOX, now=later(60), doubted=True)
    assert numberings.current(MAILBOX, "INBOX", 1) == Numbering(compared_at=NOW, doubted=True)
    for _ in range(2):
        numberings.begin(MAILBOX, INBOX, now=NOW)
    numberings.note(MAILBOX, INBOX, now=later(60), doubted=False)
    assert numberings.current(MAILBOX, "INBOX", 1) == Numbering(generation=1, begun_at=NOW, in_a_row=1)
    numberings.begin(MAILBOX, AGAIN, now=later(60))
    assert numberings.current(MAILBOX, "INBOX", 1).in_a_row == 2
    assert numberings.current(MAILBOX, "INBOX", 2) == Numbering()
    numberings.begin(MAILBOX, FolderKey(folder="INBOX", uidvalidity=1, generation=2), now=NOW + timedelta(days=9))
    assert numberings.current(MAILBOX, "INBOX", 1).in_a_row == 1


def test_a_ledger_from_before_is_of_the_first_generation(empty_place: Place) -> None:
    empty_place.data_dir.mkdir(mode=0o700, exist_ok=True)
    database = open_database(empty_place.url)
    with database.writing() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        connection.execute(
            text(
                "INSERT INTO messages (id, mailbox, sha256, received, size_bytes, state, revision, attempts) VALUES "
                "(7001, :mailbox, :sha256, '2018-12-15 02:20:00', 10, 'waiting', 1, 0)"
            ),
            {"mailbox": MAILBOX, "sha256": digest(1)},
        )
        connection.execute(
            text(
                "INSERT INTO ledger (mailbox, folder, uidvalidity, uid, state, message_id, attempts, recorded_at) VALUES "
                "(:mailbox, 'INBOX', 1, 7, 'message', 7001, 0, '2018-12-15 02:20:00')"
            ),
            {"mailbox": MAILBOX},
        )
        connection.execute(
            text(
                "INSERT INTO listings (mailbox, folder, uidvalidity, uids, listed_at) VALUES "
                "(:mailbox, 'INBOX', 1, '7', '2018-12-15 02:20:00')"
            ),
            {"mailbox": MAILBOX},
        )
    database.close()
    with empty_place.open() as store:
        assert store.ledger.settled_uids(MAILBOX, "INBOX", 1) == {7}
        assert store.numberings.known(MAILBOX, INBOX, [7]) == {7: KnownPlace(sha256=digest(1))}
        equation = store.ledger_equation(MAILBOX)
        assert (equation.listed, equation.waiting, equation.unaccounted) == (1, 1, ())
        _record(store, 7, digest(2), generation=1)
        assert store.work.waiting_count() == 2
