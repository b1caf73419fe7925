"""What happened to a case, and which versions a record had."""

from __future__ import annotations

import uuid

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pipeline.store.events import EventLog
from pipeline.store.models import Case, Event, RegistryRecord
from pipeline.store.models_life import RecordVersion
from pipeline.store.records import HistoryItem
from pipeline.store.register_records import RecordVersionRow


def read_history(session: Session, events: EventLog, case_id: str) -> tuple[HistoryItem, ...]:
    """The events of a case and of its mail, oldest first."""
    case = session.get(Case, uuid.UUID(case_id))
    if case is None:
        return ()
    of_mail = (Event.message_id == case.message_id) & Event.case_id.is_(None)
    rows = session.scalars(select(Event).where(or_(Event.case_id == case.id, of_mail)).order_by(Event.seq))
    return tuple(HistoryItem(at=row.at, actor=row.actor, kind=row.kind, note=events.note_of(row)) for row in rows)


def read_versions(session: Session, number: str) -> tuple[RecordVersionRow, ...]:
    """The versions of the record of that 备案号, oldest first."""
    query = (
        select(RecordVersion)
        .join(RegistryRecord, RegistryRecord.id == RecordVersion.record_id)
        .where(RegistryRecord.number == number)
        .order_by(RecordVersion.version)
    )
    return tuple(
        RecordVersionRow(version=row.version, kind=row.kind, case_id=str(row.case_id), actor=row.actor, at=row.at)
        for row in session.scalars(query)
    )
