"""Accounts an office knows of: imported, matched with what was filed, removed. Names are sealed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, select
from sqlalchemy.orm import Session

from pipeline.store.cipher import Cell, Cipher
from pipeline.store.database import Database
from pipeline.store.events import EventDraft, EventLog
from pipeline.store.identity import index_named_account
from pipeline.store.models import Case, RegistryRecord
from pipeline.store.models_known import KnownAccountRow
from pipeline.store.statements import insert_into

_PAGE: Final = 500
_SOURCE: Final = "account source"


class Filed(StrEnum):
    """What became of a known account, the best of its filings."""

    REGISTERED = "registered"
    OPEN = "open"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    NOT_FILED = "not_filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """An account as a list names it. `account_type` is a key of the form's, "" when the list does not say."""

    name: str = field(repr=False)
    account_type: str = ""
    type_text: str = ""
    subject: str = field(default="", repr=False)
    remark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAccount:
    """An account of a list, and whether anybody filed for it."""

    id: str
    office: str
    entry: AccountEntry
    source: str = field(repr=False)
    added_at: datetime
    filed: Filed


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many accounts of a list are new, and how many were known before."""

    new: int
    known: int


class KnownAccounts:
    """Writes and removes known accounts, each with the event that says who did it."""

    def __init__(self, database: Database, cipher: Cipher, events: EventLog) -> None:
        self._database = database
        self._cipher = cipher
        self._events = events

    def add(self, office: str, entries: Sequence[AccountEntry], *, source: str, actor: str, at: datetime) -> Imported:
        """Add what is not known yet at that office: all of it or nothing. What is known stays as it is."""
        rows = [self._row(office, entry, source, at, position) for position, entry in enumerate(entries)]
        table = KnownAccountRow.table()
        with self._database.writing() as connection:
            self._events.lock(connection)
            before = _count(connection, office)
            for start in range(0, len(rows), _PAGE):
                insert = insert_into(connection, table).values(rows[start : start + _PAGE])
                connection.execute(insert.on_conflict_do_nothing(index_elements=["office", "account_index"]))
            new = _count(connection, office) - before
            said = {"office": office, "source": source, "new": new, "known": len(rows) - new}
            self._note(connection, "accounts.imported", said, actor, at)
        return Imported(new=new, known=len(rows) - new)

    def remove(self, ids: Sequence[str], *, actor: str, at: datetime) -> int:
        """Remove the accounts of those ids; returns how many there were."""
        return self._remove(KnownAccountRow.id.in_([uuid.UUID(one) for one in ids]), {"ids": list(ids)}, actor, at)

    def remove_source(self, office: str, source: str, *, actor: str, at: datetime) -> int:
        """Remove what was imported into an office from that source; returns how many there were."""
        index = self._cipher.index(_SOURCE, source)
        of_source = (KnownAccountRow.office == office) & (KnownAccountRow.source_index == index)
        return self._remove(of_source, {"office": office, "source": source}, actor, at)

    def _remove(self, which: ColumnElement[bool], said: Mapping[str, object], actor: str, at: datetime) -> int:
        with self._database.writing() as connection:
            self._events.lock(connection)
            gone = len(connection.execute(delete(KnownAccountRow).where(which).returning(KnownAccountRow.id)).all())
            if gone:
                self._note(connection, "accounts.removed", {**said, "removed": gone}, actor, at)
        return gone

    def _row(self, office: str, entry: AccountEntry, source: str, at: datetime, position: int) -> dict[str, object]:
        row_id = uuid.uuid4()
        content = {
            "name": entry.name,
            "type_text": entry.type_text,
            "subject": entry.subject,
            "remark": entry.remark,
            "source": source,
        }
        return {
            "id": row_id,
            "office": office,
            "account_index": index_named_account(entry.name, entry.account_type, self._cipher),
            "account_type": entry.account_type,
            "source_index": self._cipher.index(_SOURCE, source),
            "content": self._cipher.seal(json.dumps(content), _cell(row_id)),
            "added_at": at,
            "position": position,
        }

    def _note(self, connection: Connection, kind: str, said: Mapping[str, object], actor: str, at: datetime) -> None:
        note = json.dumps(said, ensure_ascii=False)
        self._events.append(connection, EventDraft(kind=kind, actor=actor, at=at, note=note))


def iter_known_accounts(
    session: Session, cipher: Cipher, *, office: str | None, types: Sequence[str]
) -> Iterator[KnownAccount]:
    """Known accounts in the order of their lists, with what became of them. `types` are the account types of the form.

    An account whose type a list does not say counts as filed under any; a filing with no type ticked counts for any.
    """
    place = (KnownAccountRow.office, KnownAccountRow.added_at, KnownAccountRow.position, KnownAccountRow.id)
    query = select(KnownAccountRow.id).order_by(*place)
    if office is not None:
        query = query.where(KnownAccountRow.office == office)
    ids = list(session.scalars(query))
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        rows = {row.id: row for row in session.scalars(select(KnownAccountRow).where(KnownAccountRow.id.in_(page)))}
        yield from _page(session, cipher, [rows[row_id] for row_id in page], types)
        session.expunge_all()


def _page(
    session: Session, cipher: Cipher, rows: Sequence[KnownAccountRow], types: Sequence[str]
) -> Iterator[KnownAccount]:
    contents = {row.id: json.loads(cipher.open(row.content, _cell(row.id))) for row in rows}
    indexes = {
        row.id: [
            index_named_account(contents[row.id]["name"], kind, cipher)
            for kind in ((row.account_type, "") if row.account_type else (*types, ""))
        ]
        for row in rows
    }
    filed = _filed(session, [index for found in indexes.values() for index in found])
    for row in rows:
        content = contents[row.id]
        source = content.pop("source")
        yield KnownAccount(
            id=str(row.id),
            office=row.office,
            entry=AccountEntry(account_type=row.account_type, **content),
            source=source,
            added_at=row.added_at,
            filed=min((filed.get(index, Filed.NOT_FILED) for index in indexes[row.id]), key=list(Filed).index),
        )


def _filed(session: Session, indexes: Sequence[bytes]) -> Mapping[bytes, Filed]:
    """The best that became of each account, by its look-up value."""
    found: dict[bytes, Filed] = {}
    for start in range(0, len(indexes), _PAGE):
        query = (
            select(Case.account_index, Case.state, RegistryRecord.state.label("record"))
            .outerjoin(RegistryRecord, RegistryRecord.case_id == Case.id)
            .where(Case.account_index.in_(indexes[start : start + _PAGE]), Case.state != "superseded")
        )
        for row in session.execute(query):
            if row.account_index is not None:
                known = (_standing(row.state, row.record), found.get(row.account_index, Filed.NOT_FILED))
                found[row.account_index] = min(known, key=list(Filed).index)
    return found


def _standing(state: str, record: str | None) -> Filed:
    """A registered case without a record of its own was followed by a change, which has it."""
    if state == "registered":
        return Filed.REGISTERED if record == "active" else Filed.CANCELLED
    return Filed.OPEN if state == "review" else Filed.REFUSED


def _count(connection: Connection, office: str) -> int:
    query = select(func.count()).select_from(KnownAccountRow).where(KnownAccountRow.office == office)
    return connection.execute(query).scalar_one()


def _cell(row_id: uuid.UUID) -> Cell:
    return Cell(table="known_accounts", column="content", row=str(row_id))
