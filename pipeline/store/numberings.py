"""Generations of folders' numberings, and what the servers said of the mails in them (`domain.numbering`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from pipeline.domain.numbering import KnownPlace, Numbering
from pipeline.store.database import Database
from pipeline.store.ledger import NumberedFolder, in_folder
from pipeline.store.models_mail import LedgerEntry, Message, NumberingRow
from pipeline.store.statements import insert_into

_KEY: Final = ("mailbox", "folder", "uidvalidity")
_BOUNDS: Final = ("size_least", "size_most", "dated_first", "dated_last")


class Numberings:
    """What the poller knows of the servers' numberings. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, mailbox: str, folder: str, uidvalidity: int) -> Numbering:
        """The generation in force; the first one where nothing was noted yet."""
        with self._database.reading() as connection:
            return _current(connection, mailbox, folder, uidvalidity)

    def known(self, mailbox: str, folder: NumberedFolder, uids: Collection[int]) -> dict[int, KnownPlace]:
        """Those of the UIDs (a thousand at most) that have a message."""
        bounds = [getattr(LedgerEntry, name) for name in _BOUNDS]
        query = (
            select(LedgerEntry.uid, Message.sha256, *bounds)
            .join(Message, Message.id == LedgerEntry.message_id)
            .where(*_places_of(mailbox, folder), LedgerEntry.uid.in_(uids))
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {uid: KnownPlace(sha256=sha256, **dict(zip(_BOUNDS, said, strict=True))) for uid, sha256, *said in rows}

    def learn(self, mailbox: str, folder: NumberedFolder, places: Mapping[int, KnownPlace]) -> None:
        """Keep what the server was seen to say of these."""
        table = LedgerEntry.table()
        statement = (
            update(table)
            .where(*_places_of(mailbox, folder), table.c.uid == bindparam("place"))
            .values({name: bindparam(f"new_{name}") for name in _BOUNDS})
        )
        rows = [
            {"place": uid} | {f"new_{name}": getattr(place, name) for name in _BOUNDS} for uid, place in places.items()
        ]
        with self._database.writing() as connection:
            connection.execute(statement, rows)

    def note(self, mailbox: str, folder: NumberedFolder, *, now: datetime, doubted: bool) -> None:
        """The folder was compared whole, or is `doubted` and has to be. Nothing when that generation is over."""
        with self._database.writing() as connection:
            numbering = _current(connection, mailbox, folder.folder, folder.uidvalidity)
            if numbering.generation == folder.generation:
                compared = numbering.compared_at if doubted else now
                changed = numbering.model_copy(update={"compared_at": compared, "doubted": doubted})
                _put(connection, mailbox, folder, changed)

    def begin(self, mailbox: str, folder: NumberedFolder, *, now: datetime) -> None:
        """Begin the generation after `folder`'s, unless another process did. Nothing is known in it."""
        with self._database.writing() as connection:
            numbering = _current(connection, mailbox, folder.folder, folder.uidvalidity)
            if numbering.generation == folder.generation:
                _put(connection, mailbox, folder, numbering.next(now))


def _places_of(mailbox: str, folder: NumberedFolder) -> tuple[ColumnElement[bool], ...]:
    return in_folder(mailbox, folder.folder, folder.uidvalidity, folder.generation)


def _current(connection: Connection, mailbox: str, folder: str, uidvalidity: int) -> Numbering:
    table = NumberingRow.table()
    query = select(*(table.c[name] for name in Numbering.model_fields)).where(
        table.c.mailbox == mailbox, table.c.folder == folder, table.c.uidvalidity == uidvalidity
    )
    row = connection.execute(query).one_or_none()
    return Numbering() if row is None else Numbering.model_validate(dict(row._mapping))


def _put(connection: Connection, mailbox: str, folder: NumberedFolder, numbering: Numbering) -> None:
    """Only over the generation of `folder`: on PostgreSQL another process may have gone on since it was read."""
    table = NumberingRow.table()
    values = numbering.model_dump()
    key = {"mailbox": mailbox, "folder": folder.folder, "uidvalidity": folder.uidvalidity}
    insert = insert_into(connection, table).values(key | values)
    connection.execute(
        insert.on_conflict_do_update(index_elements=_KEY, set_=values, where=table.c.generation == folder.generation)
    )
