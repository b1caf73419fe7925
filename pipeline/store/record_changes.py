"""How records changed: every version of those that have more than the first."""

from __future__ import annotations

import json
import uuid
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from pipeline.domain.life import RecordChange
from pipeline.store.case_reading import CaseReader
from pipeline.store.cipher import Cipher
from pipeline.store.events import EventLog
from pipeline.store.models import Event, RegistryRecord
from pipeline.store.models_life import RecordVersion
from pipeline.store.register_records import RecordChangeRow

_PAGE: Final = 500
#: The events whose note holds why a record changed or ended.
_GROUNDED: Final = ("case.conclude", "record.cancelled", "record.corrected")
_Grounds = Mapping[tuple[uuid.UUID, datetime], str]


def iter_changes(session: Session, cipher: Cipher, events: EventLog, ids: array[int]) -> Iterator[RecordChangeRow]:
    """The versions of those records that were changed or cancelled, record by record in the order of `ids`."""
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        found = _versions(session, page)
        if found:
            yield from _page(session, cipher, events, [found[number] for number in page if number in found])


def _versions(session: Session, ids: Sequence[int]) -> dict[int, list[Row[*tuple[Any, ...]]]]:
    later = aliased(RecordVersion)
    query = (
        select(RegistryRecord.id, RegistryRecord.number, RegistryRecord.office, *_VERSION)
        .join(RecordVersion, RecordVersion.record_id == RegistryRecord.id)
        .where(RegistryRecord.id.in_(ids))
        .where(select(later.id).where(later.record_id == RegistryRecord.id, later.version > 1).exists())
        .order_by(RegistryRecord.id, RecordVersion.version)
    )
    found: defaultdict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in session.execute(query):
        found[row.id].append(row)
    return found


_VERSION: Final = (
    RecordVersion.version,
    RecordVersion.kind,
    RecordVersion.case_id,
    RecordVersion.actor,
    RecordVersion.at,
)


def _page(
    session: Session, cipher: Cipher, events: EventLog, records: Sequence[Sequence[Row[*tuple[Any, ...]]]]
) -> Iterator[RecordChangeRow]:
    cases = list({version.case_id for versions in records for version in versions})
    reader = CaseReader(session, cipher)
    values = reader.form_values(cases)
    grounds = _grounds(session, events, cases)
    for versions in records:
        before: Mapping[str, str] = {}
        corrected = any(version.kind == RecordChange.CORRECTED.value for version in versions)
        for version in versions:
            whole = values[version.case_id]
            now = reader.form_values_at(version.case_id, version.version) if corrected else whole
            yield RecordChangeRow(
                number=version.number,
                office=version.office,
                version=version.version,
                kind=version.kind,
                at=version.at,
                actor=version.actor,
                ground=grounds.get((version.case_id, version.at), ""),
                before=before,
                values=now,
            )
            before = now


def _grounds(session: Session, events: EventLog, cases: Sequence[uuid.UUID]) -> _Grounds:
    """Why, by case and time: version and event are written in one transaction with one time."""
    found: dict[tuple[uuid.UUID, datetime], str] = {}
    for start in range(0, len(cases), _PAGE):
        query = select(Event).where(Event.case_id.in_(cases[start : start + _PAGE]), Event.kind.in_(_GROUNDED))
        for event in session.scalars(query):
            note = events.note_of(event)
            if event.case_id is not None and note:
                found[event.case_id, event.at] = str(json.loads(note).get("ground", ""))
        session.expunge_all()
    return found
