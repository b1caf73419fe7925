"""Searching the register: the newest records first, page by page, for those of the offices somebody may see."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Row, select
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

#: The account's type is sealed, who files stands with the filing: both are looked at record by record, so many for one
#: page and no more.
_BATCH: Final = 500
MOST_OPENED: Final = 2_500
_Found = Row[*tuple[int, uuid.UUID]]


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
    named = _named(session, cipher, wanted)
    sieved = wanted.account_type is not None or wanted.entity is not None
    place, opened, batch = before, 0, _BATCH if sieved else limit + 1
    while True:
        rows = _next(session, wanted, named, place, batch)
        matching = _matching(session, cipher, wanted, rows)
        room = limit - len(found)
        found += matching[:room]
        if len(matching) > room:
            return _page(session, cipher, found, behind=found[-1])
        if len(rows) < batch:
            return _page(session, cipher, found, behind=None)
        place, opened = rows[-1].id, opened + len(rows)
        if opened >= MOST_OPENED:
            return _page(session, cipher, found, behind=place)


def _named(session: Session, cipher: Cipher, wanted: RegisterSearch) -> list[int] | None:
    """The records that were ever about who is asked for, None where nobody is.

    The filings first, by their indexes: no index leads from a record's versions to them.
    """
    about = tuple(looked_up(cipher, account=wanted.account, subject=wanted.subject, owner_id=wanted.owner_id))
    if not about:
        return None
    cases = session.scalars(select(Case.id).where(*about).limit(MOST_OPENED)).all()
    found: set[int] = set()
    for start in range(0, len(cases), _BATCH):
        of_case = RecordVersion.case_id.in_(cases[start : start + _BATCH])
        found.update(session.scalars(select(RecordVersion.record_id).where(of_case)))
    return sorted(found)


def _next(
    session: Session, wanted: RegisterSearch, named: list[int] | None, before: int | None, limit: int
) -> Sequence[_Found]:
    query = select(RegistryRecord.id, RegistryRecord.case_id).where(*_conditions(wanted))
    if named is not None:
        query = query.where(RegistryRecord.id.in_(named))
    if before is not None:
        query = query.where(RegistryRecord.id < before)
    return session.execute(query.order_by(RegistryRecord.id.desc()).limit(limit)).all()


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


def _matching(session: Session, cipher: Cipher, wanted: RegisterSearch, rows: Sequence[_Found]) -> list[int]:
    """Those of them whose filing in force is of the kind and type asked for."""
    left = {row.case_id: row.id for row in rows}
    if wanted.entity is not None and left:
        query = select(Case.id).where(Case.id.in_(left), Case.entity == wanted.entity.value)
        kept = set(session.scalars(query))
        left = {case_id: record_id for case_id, record_id in left.items() if case_id in kept}
    if wanted.account_type is not None and left:
        types = CaseReader(session, cipher).form_values(list(left), ("account_type",))
        left = {key: number for key, number in left.items() if types[key].get("account_type") == wanted.account_type}
    return list(left.values())


def _page(session: Session, cipher: Cipher, ids: list[int], *, behind: int | None) -> RegisterPage:
    rows = {row.id: row for row in read_records(session, cipher, ids)}
    return RegisterPage(rows=tuple(rows[number] for number in ids), behind=behind)
