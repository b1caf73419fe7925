"""What happened to a filing, for statistics: when it came, and each step of its life, in order."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from pipeline.domain.life import RecordChange
from pipeline.store.events import EventLog
from pipeline.store.models import Case, Event
from pipeline.store.models_life import RecordVersion

_PAGE: Final = 500


class StepKind(StrEnum):
    """What a step did. `REGISTERED` and `CHANGED` conclude a filing, `REFUSED` ends it, `REOPENED` begins it again."""

    RETURNED = "returned"
    REFUSED = "refused"
    REOPENED = "reopened"
    TRANSFERRED = "transferred"
    REGISTERED = "registered"
    CHANGED = "changed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step; `office` is the receiving one of a transfer."""

    at: datetime
    kind: StepKind
    office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseActivity:
    """A filing's course. `office` is the one it belongs to now, `received_office` whose mailbox it came to."""

    received: datetime
    due: date | None
    office: str | None
    received_office: str | None
    account_type: str | None
    steps: tuple[Step, ...]


EVENT_STEPS: Final[Mapping[str, StepKind]] = {
    "case.return": StepKind.RETURNED,
    "case.refuse": StepKind.REFUSED,
    "case.reopen": StepKind.REOPENED,
    "case.transfer": StepKind.TRANSFERRED,
}
VERSION_STEPS: Final[Mapping[str, StepKind]] = {
    RecordChange.REGISTERED.value: StepKind.REGISTERED,
    RecordChange.CHANGED.value: StepKind.CHANGED,
    RecordChange.CANCELLED.value: StepKind.CANCELLED,
}
_Steps = Mapping[uuid.UUID, Sequence[Step]]


def iter_activity(session: Session, events: EventLog, ids: Sequence[uuid.UUID] | None = None) -> Iterator[CaseActivity]:
    """Those filings, or every one, that were not decided anew since; a page at a time.

    In the order in which the mails came: what belongs to a page lies together on the disk.
    """
    if ids is None:
        ids = session.scalars(select(Case.id).order_by(Case.message_id, Case.id)).all()
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        rows = session.execute(select(*_COLUMNS).where(Case.id.in_(page), Case.state != "superseded")).all()
        steps, versions = _steps(session, events, page), _versions(session, page)
        session.expunge_all()
        yield from (_activity(row, (*steps.get(row.id, ()), *versions.get(row.id, ()))) for row in rows)


_COLUMNS: Final = (Case.id, Case.received, Case.due, Case.office, Case.received_office, Case.account_type)


def _activity(row: Row[*tuple[Any, ...]], steps: Sequence[Step]) -> CaseActivity:
    return CaseActivity(
        received=row.received,
        due=row.due,
        office=row.office or row.received_office,
        received_office=row.received_office,
        account_type=row.account_type or None,
        steps=tuple(sorted(steps, key=lambda step: step.at)),
    )


def _steps(session: Session, events: EventLog, ids: Sequence[uuid.UUID]) -> _Steps:
    found: defaultdict[uuid.UUID, list[Step]] = defaultdict(list)
    happened = select(Event).where(Event.case_id.in_(ids), Event.kind.in_(EVENT_STEPS)).order_by(Event.seq)
    for event in session.scalars(happened):
        if event.case_id is not None:
            office = _target(event, events) if event.kind == "case.transfer" else None
            found[event.case_id].append(Step(at=event.at, kind=EVENT_STEPS[event.kind], office=office))
    return found


def _versions(session: Session, ids: Sequence[uuid.UUID]) -> _Steps:
    """What happened to the records of those filings."""
    query = select(RecordVersion.case_id, RecordVersion.kind, RecordVersion.at).order_by(RecordVersion.id)
    found: defaultdict[uuid.UUID, list[Step]] = defaultdict(list)
    for row in session.execute(query.where(RecordVersion.kind.in_(VERSION_STEPS), RecordVersion.case_id.in_(ids))):
        found[row.case_id].append(Step(at=row.at, kind=VERSION_STEPS[row.kind]))
    return found


def _target(event: Event, events: EventLog) -> str | None:
    """Which office a transfer went to."""
    office = json.loads(events.note_of(event) or "{}").get("office")
    return None if office is None else str(office)
