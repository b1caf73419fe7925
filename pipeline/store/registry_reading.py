"""The register (台账): records in any order, one record, and how records changed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVarTuple

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from pipeline.domain.decision import Entity
from pipeline.store.case_reading import CaseReader
from pipeline.store.case_scope import looked_up
from pipeline.store.cipher import Cipher
from pipeline.store.models import Case, RegistryRecord
from pipeline.store.models_life import RecordVersion
from pipeline.store.register_records import RecordDetail, RegisterOrder, RegisterScope, RegistryRow

_Columns = TypeVarTuple("_Columns")
_PAGE: Final = 500
_BY_NUMBER: Final = (RegistryRecord.area_code, RegistryRecord.year, RegistryRecord.seq)
#: The filing that led to the record: a change (变更) gives other values, not another day of receipt or due date.
_First: Final = aliased(Case, name="first_case")
_ORDERS: Final[dict[RegisterOrder, tuple[InstrumentedAttribute[Any], ...]]] = {
    RegisterOrder.ENTERED: (RegistryRecord.id,),
    RegisterOrder.NUMBER: _BY_NUMBER,
    RegisterOrder.REGISTERED: (RegistryRecord.registered_on, *_BY_NUMBER),
    RegisterOrder.RECEIVED: (_First.received, *_BY_NUMBER),
    RegisterOrder.DUE: (_First.queue_rank, *_BY_NUMBER),
}


def read_registry(
    session: Session,
    cipher: Cipher,
    scope: RegisterScope,
    *,
    year: int | None = None,
    limit: int,
    after: int | None = None,
) -> tuple[RegistryRow, ...]:
    """The first `limit` records of the scope in its order.

    `after` is the `id` of the last row of the page before; pages exist only in the order of entry (ValueError).
    """
    if after is not None and scope.order is not RegisterOrder.ENTERED:
        raise ValueError("the register is read page by page in the order of entry only")
    query = _records().where(*scope_conditions(cipher, scope))
    if year is not None:
        query = query.where(RegistryRecord.year == year)
    if after is not None:
        query = query.where(RegistryRecord.id > after)
    found = session.execute(query.order_by(*_ORDERS[scope.order]).limit(limit)).all()
    return _rows(session, cipher, found)


def record_ids(session: Session, cipher: Cipher, scope: RegisterScope) -> array[int]:
    """The ids of the scope's records in its order: eight bytes for each, whatever is sorted by."""
    query = _with_first(in_force(select(RegistryRecord.id))).where(*scope_conditions(cipher, scope))
    return array("q", session.scalars(query.order_by(*_ORDERS[scope.order])))


def iter_records(session: Session, cipher: Cipher, ids: array[int]) -> Iterator[RegistryRow]:
    """The records of those ids in their order, read a page at a time."""
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        found = session.execute(_records().where(RegistryRecord.id.in_(page))).all()
        rows = {row.id: row for row in _rows(session, cipher, found)}
        session.expunge_all()
        yield from (rows[number] for number in page)


def read_records(session: Session, cipher: Cipher, ids: Sequence[int]) -> tuple[RegistryRow, ...]:
    """The records of those ids, in no order; what is not there is left out."""
    return _rows(session, cipher, session.execute(_records().where(RegistryRecord.id.in_(ids))).all())


def read_record(session: Session, cipher: Cipher, number: str) -> RecordDetail | None:
    """The record of that 备案号 with its case, None if there is none."""
    found = session.execute(_records().where(RegistryRecord.number == number)).one_or_none()
    if found is None:
        return None
    (row,) = _rows(session, cipher, [found])
    return RecordDetail(record=row, case=CaseReader(session, cipher).detail(found[1]))


def scope_conditions(cipher: Cipher, scope: RegisterScope) -> Iterator[ColumnElement[bool]]:
    """What a query of records joined with their cases (`in_force`) is narrowed by."""
    if scope.offices is not None:
        yield RegistryRecord.office.in_(sorted(scope.offices))
    if scope.office is not None:
        yield RegistryRecord.office == scope.office
    if scope.first is not None:
        yield RegistryRecord.registered_on >= scope.first
    if scope.last is not None:
        yield RegistryRecord.registered_on <= scope.last
    if scope.state is not None:
        yield RegistryRecord.state == scope.state.value
    if scope.number:
        yield RegistryRecord.number == scope.number
    if scope.entity is not None:
        yield Case.entity == scope.entity.value
    if scope.account_type is not None:
        yield Case.account_type == scope.account_type
    yield from _about(cipher, scope)


def _about(cipher: Cipher, scope: RegisterScope) -> Iterator[ColumnElement[bool]]:
    """Records that were ever about who is asked for: the filings by their keyed hashes, then the versions with them."""
    filing = aliased(Case, name="filing")
    about = tuple(looked_up(cipher, account=scope.account, subject=scope.subject, owner_id=scope.owner_id, of=filing))
    if about:
        versions = select(RecordVersion.record_id).where(RecordVersion.case_id.in_(select(filing.id).where(*about)))
        yield RegistryRecord.id.in_(versions)


def in_force(query: Select[*_Columns]) -> Select[*_Columns]:
    """The query of records with the case whose values are in force."""
    return query.join(Case, Case.id == RegistryRecord.case_id)


def _records() -> Select[RegistryRecord, Case, Case]:
    """Each record with the case whose values are in force, and the one it began with."""
    return _with_first(in_force(select(RegistryRecord, Case, _First)))


def _with_first(query: Select[*_Columns]) -> Select[*_Columns]:
    begun = (RecordVersion.record_id == RegistryRecord.id) & (RecordVersion.version == 1)
    return query.join(RecordVersion, begun).join(_First, _First.id == RecordVersion.case_id)


def _rows(
    session: Session, cipher: Cipher, found: Sequence[tuple[RegistryRecord, Case, Case]]
) -> tuple[RegistryRow, ...]:
    values = CaseReader(session, cipher).form_values([case.id for _, case, _ in found])
    return tuple(_row(record, case, first, values[case.id]) for record, case, first in found)


def _row(record: RegistryRecord, case: Case, first: Case, values: dict[str, str]) -> RegistryRow:
    return RegistryRow(
        id=record.id,
        number=record.number,
        office=record.office,
        area_code=record.area_code,
        year=record.year,
        seq=record.seq,
        registered_on=record.registered_on,
        state=record.state,
        case_id=str(case.id),
        entity=Entity(case.entity) if case.entity else None,
        received=first.received,
        due=first.due,
        values=values,
    )
