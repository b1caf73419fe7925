"""The register (台账): records page by page, one record, and all of them for an export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pipeline.domain.decision import Entity
from pipeline.store.case_reading import CaseReader
from pipeline.store.cipher import Cipher
from pipeline.store.models import Case, RegistryRecord
from pipeline.store.records import RecordDetail, RegistryRow

_PAGE: Final = 500


def read_registry(
    session: Session, cipher: Cipher, *, office: str | None, year: int | None, limit: int, after: int | None
) -> tuple[RegistryRow, ...]:
    """A page of records in the order they were registered. `after` is the `id` of the last row of the page before."""
    query = _records()
    if office is not None:
        query = query.where(RegistryRecord.office == office)
    if year is not None:
        query = query.where(RegistryRecord.year == year)
    if after is not None:
        query = query.where(RegistryRecord.id > after)
    found = session.execute(query.order_by(RegistryRecord.id).limit(limit)).all()
    return _rows(session, cipher, found)


def iter_registry(
    session: Session, cipher: Cipher, *, office: str | None = None, year: int | None = None
) -> Iterator[RegistryRow]:
    """Every record, a page at a time."""
    after: int | None = None
    while page := read_registry(session, cipher, office=office, year=year, limit=_PAGE, after=after):
        yield from page
        after = page[-1].id
        session.expunge_all()


def read_record(session: Session, cipher: Cipher, number: str) -> RecordDetail | None:
    """The record of that 备案号 with its case, None if there is none."""
    found = session.execute(_records().where(RegistryRecord.number == number)).one_or_none()
    if found is None:
        return None
    (row,) = _rows(session, cipher, [found])
    return RecordDetail(record=row, case=CaseReader(session, cipher).detail(found[1]))


def _records() -> Select[RegistryRecord, Case]:
    return select(RegistryRecord, Case).join(Case, Case.id == RegistryRecord.case_id)


def _rows(session: Session, cipher: Cipher, found: Sequence[tuple[RegistryRecord, Case]]) -> tuple[RegistryRow, ...]:
    values = CaseReader(session, cipher).form_values([case.id for _, case in found])
    return tuple(_row(record, case, values[case.id]) for record, case in found)


def _row(record: RegistryRecord, case: Case, values: dict[str, str]) -> RegistryRow:
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
        received=case.received,
        due=case.due,
        values=values,
    )
