"""The event log page by page, newest first, for whoever audits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pipeline.store.events import EventLog
from pipeline.store.models import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EventItem:
    """One event. `note` is opened JSON or text, and may name people: mask it before it is shown."""

    seq: int
    at: datetime
    actor: str
    kind: str
    case_id: str | None
    message_id: int | None
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events. `kind` is a whole kind or the part before the dot; `until` itself is left out."""

    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None
    actor: str | None = None
    case_id: str | None = None


EVERY_EVENT: Final = EventFilter()


def read_events(
    session: Session, events: EventLog, wanted: EventFilter, *, limit: int, before: int | None
) -> tuple[EventItem, ...]:
    """A page of them; `before` is the number of the last one of the page before."""
    query = select(Event).order_by(Event.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(Event.seq < before)
    if wanted.since is not None:
        query = query.where(Event.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Event.at < wanted.until)
    if wanted.kind is not None:
        family = Event.kind.startswith(f"{wanted.kind}.", autoescape=True)
        query = query.where(or_(Event.kind == wanted.kind, family))
    if wanted.actor is not None:
        query = query.where(Event.actor == wanted.actor)
    if wanted.case_id is not None:
        query = query.where(Event.case_id == uuid.UUID(wanted.case_id))
    return tuple(to_item(events, row) for row in session.scalars(query))


def to_item(events: EventLog, row: Event) -> EventItem:
    """The row with its note opened."""
    return EventItem(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        kind=row.kind,
        case_id=str(row.case_id) if row.case_id else None,
        message_id=row.message_id,
        note=events.note_of(row),
    )
