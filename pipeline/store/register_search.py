"""Searching the register: the newest records first, page by page, for those of the offices somebody may see."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pipeline.domain.decision import Entity
from pipeline.domain.life import RecordState
from pipeline.store.case_reading import CaseReader
from pipeline.store.case_scope import looked_up
from pipeline.store.cipher import Cipher
from pipeline.store.models import Case, RegistryRecord
from pipeline.store.models_life import RecordVersion
from pipeline.store.records import RegistryRow
from pipeline.store.registry_reading import read_records

#: The account's type is sealed: it is opened record by record, so many for one page and no more.
_BATCH: Final = 500
MOST_OPENED: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSearch:
    """What is looked for. `offices` as `visible_offices` gives them; `first` and `last` are days of registration.

    `account`, `subject` and `owner_id` are found by exact match, however spelt, in any version of a record.
    """

    offices: frozenset[str] | None = None
    office: str | None = None
    first: date | None = None
    last: date | None = None
    state: RecordState | None = None
    entity: Entity | None = None
    account_type: str | None = None
    account: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    owner_id: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """Some of the records. `behind` is where the next page begins, None at the end; the rows may be fewer than asked for."""

    rows: tuple[RegistryRow, ...]
    behind: int | None


def search_register(
    session: Session, cipher: Cipher, wanted: RegisterSearch, *, limit: int, before: int | None
) -> RegisterPage:
    """A page. `before` is the `behind` of the page before."""
    found: list[int] = []
    place, opened, batch = before, 0, limit + 1 if wanted.account_type is None else _BATCH
    while True:
        rows = _next(session, cipher, wanted, place, batch)
        matching = _of_type(session, cipher, rows, wanted.account_type)
        room = limit - len(found)
        found += matching[:room]
        if len(matching) > room:
            return _page(session, cipher, found, behind=found[-1])
        if len(rows) < batch:
            return _page(session, cipher, found, behind=None)
        place, opened = rows[-1][0], opened + len(rows)
        if opened >= MOST_OPENED:
            return _page(session, cipher, found, behind=place)


def _next(
    session: Session, cipher: Cipher, wanted: RegisterSearch, before: int | None, limit: int
) -> list[tuple[int, uuid.UUID]]:
    query = select(RegistryRecord.id, RegistryRecord.case_id).where(*_conditions(wanted), *_named(wanted, cipher))
    if before is not None:
        query = query.where(RegistryRecord.id < before)
    return [(row.id, row.case_id) for row in session.execute(query.order_by(RegistryRecord.id.desc()).limit(limit))]


def _conditions(wanted: RegisterSearch) -> Iterator[ColumnElement[bool]]:
    if wanted.offices is not None:
        yield RegistryRecord.office.in_(sorted(wanted.offices))
    if wanted.office is not None:
        yield RegistryRecord.office == wanted.office
    if wanted.first is not None:
        yield RegistryRecord.registered_on >= wanted.first
    if wanted.last is not None:
        yield RegistryRecord.registered_on <= wanted.last
    if wanted.state is not None:
        yield RegistryRecord.state == wanted.state.value
    if wanted.entity is not None:
        of_kind = select(Case.id).where(Case.id == RegistryRecord.case_id, Case.entity == wanted.entity.value)
        yield of_kind.exists()


def _named(wanted: RegisterSearch, cipher: Cipher) -> Iterator[ColumnElement[bool]]:
    about = tuple(looked_up(cipher, account=wanted.account, subject=wanted.subject, owner_id=wanted.owner_id))
    if about:
        versions = select(RecordVersion.record_id).join(Case, Case.id == RecordVersion.case_id)
        yield RegistryRecord.id.in_(versions.where(*about))


def _of_type(
    session: Session, cipher: Cipher, rows: Sequence[tuple[int, uuid.UUID]], account_type: str | None
) -> list[int]:
    if account_type is None:
        return [record_id for record_id, _ in rows]
    types = CaseReader(session, cipher).form_values([case_id for _, case_id in rows], ("account_type",))
    return [record_id for record_id, case_id in rows if types[case_id].get("account_type") == account_type]


def _page(session: Session, cipher: Cipher, ids: list[int], *, behind: int | None) -> RegisterPage:
    rows = {row.id: row for row in read_records(session, cipher, ids)}
    return RegisterPage(rows=tuple(rows[number] for number in ids), behind=behind)
