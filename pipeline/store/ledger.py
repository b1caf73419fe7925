"""The ledger (收件台账): one row for every place on a server that was dealt with, and what each poll listed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from pipeline.domain.aftermath import NOTHING_LEFT, Aftermath
from pipeline.domain.message import COUNTER_FOLDER, ServerKey
from pipeline.domain.numbering import NOTHING_TOLD, ServerFacts
from pipeline.store.database import Database
from pipeline.store.models_mail import LedgerEntry, Listing, Message, Poll
from pipeline.store.models_watching import LoginRow
from pipeline.store.statements import insert_into
from pipeline.store.uid_ranges import render_uids

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=6)
_PLACE: Final = ("mailbox", "folder", "uidvalidity", "generation", "uid")


class NumberedFolder(Protocol):
    """A folder in one numbering of its messages."""

    @property
    def folder(self) -> str: ...

    @property
    def uidvalidity(self) -> int: ...

    @property
    def generation(self) -> int: ...


Folder = TypeVar("Folder", bound=NumberedFolder)


class Ledger:
    """What the poller reads and writes. Every call is one transaction, and calling it twice changes nothing more."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def settled_uids(self, mailbox: str, folder: str, uidvalidity: int, generation: int = 0) -> set[int]:
        """Every UID that has a message."""
        query = select(LedgerEntry.uid).where(
            *in_folder(mailbox, folder, uidvalidity, generation), LedgerEntry.state == "message"
        )
        with self._database.reading() as connection:
            return set(connection.scalars(query))

    def retries_not_due(
        self, mailbox: str, folder: str, uidvalidity: int, now: datetime, generation: int = 0
    ) -> set[int]:
        """Refused UIDs whose pause is not over."""
        query = select(LedgerEntry.uid).where(
            *in_folder(mailbox, folder, uidvalidity, generation),
            LedgerEntry.state == "refused",
            LedgerEntry.next_try > now,
        )
        with self._database.reading() as connection:
            return set(connection.scalars(query))

    def record_message(
        self,
        key: ServerKey,
        *,
        sha256: str,
        received: datetime,
        size_bytes: int,
        told: ServerFacts = NOTHING_TOLD,
    ) -> None:
        """Ledger row and waiting message together; the same content in the same mailbox is one message.

        `told` is what the server said of it.
        """
        with self._database.writing() as connection:
            message_id = message_id_of(connection, key.mailbox, sha256, received, size_bytes)
            settled: dict[str, object] = {
                "state": "message",
                "message_id": message_id,
                "reason": None,
                "next_try": None,
                "recorded_at": datetime.now(UTC),
                "size_least": told.size_bytes,
                "size_most": told.size_bytes,
                "dated_first": told.dated,
                "dated_last": told.dated,
            }
            row = place_values(key) | settled | {"attempts": 0}
            insert = insert_into(connection, LedgerEntry.table()).values(row)
            connection.execute(
                insert.on_conflict_do_update(
                    index_elements=_PLACE, set_=settled, where=LedgerEntry.table().c.state == "refused"
                )
            )

    def record_refusal(self, key: ServerKey, *, reason: str, now: datetime) -> None:
        """Note that the server would not give this mail. Pauses double from 1 minute to 6 hours and never end.

        A place that has a message keeps it.
        """
        table = LedgerEntry.table()
        with self._database.writing() as connection:
            row = place_values(key) | {"state": "refused", "reason": reason, "attempts": 1, "recorded_at": now}
            insert = insert_into(connection, table).values(row)
            upsert = insert.on_conflict_do_update(
                index_elements=_PLACE,
                set_={"reason": reason, "attempts": table.c.attempts + 1},
                where=table.c.state == "refused",
            )
            refused = connection.execute(upsert.returning(table.c.id, table.c.attempts)).one_or_none()
            if refused is not None:
                due = now + pause_after(refused.attempts)
                connection.execute(update(table).where(table.c.id == refused.id).values(next_try=due))

    def record_poll(
        self,
        mailbox: str,
        *,
        now: datetime,
        error: str | None,
        listed: Mapping[Folder, frozenset[int]],
        left: Aftermath = NOTHING_LEFT,
    ) -> None:
        """Note the poll, what the server listed, and how long the account must be left alone.

        After a good poll, folders it did not list are gone. What was handed in at the counter is on no server, and
        stays.
        """
        with self._database.writing() as connection:
            failures = _note_poll(connection, mailbox, now, error, left)
            _note_login(connection, mailbox, error, now + _hold_after(failures, left) if left.pause_seconds else None)
            for key, uids in listed.items():
                note_listing(connection, mailbox, key, uids, now)
            if error is None:
                kept = [COUNTER_FOLDER, *(key.folder for key in listed)]
                gone = and_(Listing.mailbox == mailbox, Listing.folder.not_in(kept))
                connection.execute(delete(Listing).where(gone))


def pause_after(attempts: int) -> timedelta:
    """The pause after so many refusals in a row."""
    doublings = min(max(attempts - 1, 0), 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def in_folder(mailbox: str, folder: str, uidvalidity: int, generation: int) -> tuple[ColumnElement[bool], ...]:
    """The ledger's rows of a folder in one numbering."""
    return (
        LedgerEntry.mailbox == mailbox,
        LedgerEntry.folder == folder,
        LedgerEntry.uidvalidity == uidvalidity,
        LedgerEntry.generation == generation,
    )


def place_values(key: ServerKey) -> dict[str, object]:
    """A place as the columns that tell it from every other."""
    return {name: getattr(key, name) for name in _PLACE}


def message_id_of(connection: Connection, mailbox: str, sha256: str, received: datetime, size_bytes: int) -> int:
    """The message of that content in that mailbox, made and waiting if there is none; in the caller's transaction."""
    row = {
        "mailbox": mailbox,
        "sha256": sha256,
        "received": received,
        "size_bytes": size_bytes,
        "state": "waiting",
        "revision": 1,
        "attempts": 0,
    }
    insert = insert_into(connection, Message.table()).values(row)
    connection.execute(insert.on_conflict_do_nothing(index_elements=["mailbox", "sha256"]))
    query = select(Message.id).where(Message.mailbox == mailbox, Message.sha256 == sha256)
    return connection.execute(query).scalar_one()


def _note_poll(connection: Connection, mailbox: str, now: datetime, error: str | None, left: Aftermath) -> int:
    """Returns how many polls in a row have failed."""
    table = Poll.table()
    failed = error is not None
    row = {"mailbox": mailbox, "last_poll": now, "last_error": error, "failures": int(failed), "problem": left.problem}
    changed: dict[str, object] = {"last_poll": now, "last_error": error, "problem": left.problem}
    changed["failures"] = table.c.failures + 1 if failed else 0
    if not failed:
        row["last_ok"] = changed["last_ok"] = now
    if left.full or not failed:
        row["full_at"] = changed["full_at"] = now if left.full else None
    insert = insert_into(connection, table).values(row)
    upsert = insert.on_conflict_do_update(index_elements=["mailbox"], set_=changed)
    in_a_row: int = connection.execute(upsert.returning(table.c.failures)).scalar_one()
    return in_a_row


def _note_login(connection: Connection, mailbox: str, error: str | None, held_until: datetime | None) -> None:
    """The credentials in use worked, or earned a pause; any other trouble says nothing of them."""
    values: dict[str, object] = {"held_until": held_until, "held_for": error if held_until else None}
    if error is None:
        values["good_mark"] = LoginRow.mark
    connection.execute(update(LoginRow).where(LoginRow.mailbox == mailbox).values(values))


def _hold_after(failures: int, left: Aftermath) -> timedelta:
    doublings = min(max(failures - 1, 0), 20)
    return timedelta(seconds=min(left.pause_seconds << doublings, max(left.pause_seconds, left.longest_pause_seconds)))


def note_listing(
    connection: Connection, mailbox: str, key: NumberedFolder, uids: frozenset[int], now: datetime
) -> None:
    """What stands in a folder now; in the caller's transaction."""
    listing = {
        "uidvalidity": key.uidvalidity,
        "generation": key.generation,
        "uids": render_uids(uids),
        "listed_at": now,
    }
    insert = insert_into(connection, Listing.table()).values({"mailbox": mailbox, "folder": key.folder} | listing)
    connection.execute(insert.on_conflict_do_update(index_elements=["mailbox", "folder"], set_=listing))
