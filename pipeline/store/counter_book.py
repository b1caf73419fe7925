"""Papers handed in at the counter (窗口): their place in the ledger, their listing and the message, in one transaction.

The ledger's equation holds each listed place against its outcome. What a server lists is listed by a poll; what is
handed in is listed here, apart from the ledger's own row, so that a row that is lost shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select

from pipeline.domain.message import COUNTER_FOLDER, ServerKey
from pipeline.store.database import Database
from pipeline.store.events import EventDraft, EventLog
from pipeline.store.ledger import message_id_of, note_listing, place_values
from pipeline.store.models_mail import LedgerEntry, Listing
from pipeline.store.uid_ranges import parse_uids

_UIDVALIDITY: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterMail:
    """A kept mail made of what was handed in. `number` stands for the files: the same files have the same number."""

    mailbox: str
    number: int
    sha256: str
    received: datetime
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """The message of what was handed in; `repeated` when the same files had been handed in before."""

    message_id: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class _CounterFolder:
    folder: str = COUNTER_FOLDER
    uidvalidity: int = _UIDVALIDITY
    generation: int = 0


class CounterBook:
    """Enters what is handed in."""

    def __init__(self, database: Database, events: EventLog) -> None:
        self._database = database
        self._events = events

    def find(self, mailbox: str, number: int) -> int | None:
        """The message of files that were handed in before."""
        with self._database.reading() as connection:
            return _find(connection, mailbox, number)

    def enter(self, mail: CounterMail, *, actor: str, note: str, now: datetime) -> HandedIn:
        """Ledger row, listing, waiting message and event together; files that were handed in before change nothing.

        The mail must be in the archive. `note` is sealed.
        """
        with self._database.writing() as connection:
            self._events.lock(connection)  # two that hand in the same at once stand in line here
            known = _find(connection, mail.mailbox, mail.number)
            if known is not None:
                return HandedIn(message_id=known, repeated=True)
            message_id = message_id_of(connection, mail.mailbox, mail.sha256, mail.received, mail.size_bytes)
            _enter_place(connection, mail, message_id, now)
            event = EventDraft(
                kind="message.handed_in", actor=actor, at=now, message_id=message_id, note=note if note else None
            )
            self._events.append(connection, event)
        return HandedIn(message_id=message_id, repeated=False)


def _find(connection: Connection, mailbox: str, number: int) -> int | None:
    query = select(LedgerEntry.message_id).where(
        LedgerEntry.mailbox == mailbox,
        LedgerEntry.folder == COUNTER_FOLDER,
        LedgerEntry.uidvalidity == _UIDVALIDITY,
        LedgerEntry.uid == number,
    )
    return connection.execute(query).scalar_one_or_none()


def _enter_place(connection: Connection, mail: CounterMail, message_id: int, now: datetime) -> None:
    key = ServerKey(mailbox=mail.mailbox, folder=COUNTER_FOLDER, uidvalidity=_UIDVALIDITY, uid=mail.number)
    state = {"state": "message", "message_id": message_id, "attempts": 0, "recorded_at": now}
    connection.execute(insert(LedgerEntry).values(place_values(key) | state))
    listed = select(Listing.uids).where(Listing.mailbox == mail.mailbox, Listing.folder == COUNTER_FOLDER)
    numbers = parse_uids(connection.execute(listed).scalar_one_or_none() or "")
    note_listing(connection, mail.mailbox, _CounterFolder(), frozenset(numbers | {mail.number}), now)
