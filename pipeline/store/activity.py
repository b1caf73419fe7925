"""What happened to every filing, for statistics: when it came, and each step of its life, in order.

Whoever keeps the answer can bring it up to date (`read_changes`): every write has its event in the same transaction,
so the log says which filings are other than they were.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.life import RecordChange
from pipeline.store.case_reading import CaseReader
from pipeline.store.cipher import Cipher
from pipeline.store.events import EventLog
from pipeline.store.models import Case, Event, EventHead
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


_EVENTS: Final[Mapping[str, StepKind]] = {
    "case.return": StepKind.RETURNED,
    "case.refuse": StepKind.REFUSED,
    "case.reopen": StepKind.REOPENED,
    "case.transfer": StepKind.TRANSFERRED,
}
_VERSIONS: Final[Mapping[str, StepKind]] = {
    RecordChange.REGISTERED.value: StepKind.REGISTERED,
    RecordChange.CHANGED.value: StepKind.CHANGED,
    RecordChange.CANCELLED.value: StepKind.CANCELLED,
}
_Steps = Mapping[uuid.UUID, Sequence[Step]]
#: Events that change nothing a statistic counts.
_LOOKS: Final = (
    "case.viewed",
    "record.viewed",
    "case.revealed",
    "case.action_refused",
    "case.set_aside",
    "case.taken_over",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityChanges:
    """What became of the filings since an event, up to the event `head`: their courses by id, None for one that is gone."""

    head: int
    courses: Mapping[uuid.UUID, CaseActivity | None]


def iter_activity(session: Session, cipher: Cipher, events: EventLog) -> Iterator[CaseActivity]:
    """Every filing that was not decided anew since, a page at a time.

    In the order in which the mails came: what belongs to a page lies together on the disk.
    """
    return (activity for _, activity in _iter_courses(session, cipher, events))


def read_changes(session: Session, cipher: Cipher, events: EventLog, since: int) -> ActivityChanges:
    """The filings that changed after the event `since`; every filing for 0."""
    head = session.scalar(select(EventHead.seq)) or 0
    if since == 0:
        return ActivityChanges(head=head, courses=dict(_iter_courses(session, cipher, events)))
    courses: dict[uuid.UUID, CaseActivity | None] = {}
    if head > since:
        ids = _touched(session, since)
        courses |= dict.fromkeys(ids)
        for start in range(0, len(ids), _PAGE):
            query = select(*_COLUMNS).where(Case.id.in_(ids[start : start + _PAGE]), Case.state != "superseded")
            page = session.execute(query).all()
            courses |= _courses(session, cipher, events, page, _versions(session, [row.id for row in page]))
    return ActivityChanges(head=head, courses=courses)


def _touched(session: Session, since: int) -> list[uuid.UUID]:
    """The filings those events are about: their own, and all of a mail that was decided."""
    own = select(Event.case_id).where(Event.seq > since, Event.case_id.is_not(None), Event.kind.not_in(_LOOKS))
    mails = select(Event.message_id).where(Event.seq > since, Event.message_id.is_not(None))
    ids = {case_id for case_id in session.scalars(own.distinct()) if case_id is not None}
    return list(ids | set(session.scalars(select(Case.id).where(Case.message_id.in_(mails)))))


_COLUMNS: Final = (Case.id, Case.message_id, Case.received, Case.due, Case.office, Case.received_office)


def _iter_courses(session: Session, cipher: Cipher, events: EventLog) -> Iterator[tuple[uuid.UUID, CaseActivity]]:
    query = select(*_COLUMNS).where(Case.state != "superseded").order_by(Case.message_id, Case.id).limit(_PAGE)
    after: tuple[int, uuid.UUID] | None = None
    versions = _versions(session)  # at once: no index leads from a case to its record's versions
    while page := session.execute(query if after is None else query.where(_behind(*after))).all():
        yield from _courses(session, cipher, events, page, versions).items()
        after = page[-1].message_id, page[-1].id


def _courses(
    session: Session, cipher: Cipher, events: EventLog, page: Sequence[Row[*tuple[Any, ...]]], versions: _Steps
) -> dict[uuid.UUID, CaseActivity]:
    ids = [row.id for row in page]
    types = CaseReader(session, cipher).form_values(ids, ("account_type",))
    steps = _steps(session, events, ids)
    session.expunge_all()
    return {
        row.id: _activity(row, types[row.id].get("account_type"), (*steps.get(row.id, ()), *versions.get(row.id, ())))
        for row in page
    }


def _behind(message_id: int, case_id: uuid.UUID) -> ColumnElement[bool]:
    """The first condition alone says it to the index."""
    return and_(Case.message_id >= message_id, or_(Case.message_id > message_id, Case.id > case_id))


def _activity(row: Row[*tuple[Any, ...]], account_type: str | None, steps: Sequence[Step]) -> CaseActivity:
    return CaseActivity(
        received=row.received,
        due=row.due,
        office=row.office or row.received_office,
        received_office=row.received_office,
        account_type=account_type,
        steps=tuple(sorted(steps, key=lambda step: step.at)),
    )


def _steps(session: Session, events: EventLog, ids: Sequence[uuid.UUID]) -> _Steps:
    found: defaultdict[uuid.UUID, list[Step]] = defaultdict(list)
    happened = select(Event).where(Event.case_id.in_(ids), Event.kind.in_(_EVENTS)).order_by(Event.seq)
    for event in session.scalars(happened):
        if event.case_id is not None:
            office = _target(event, events) if event.kind == "case.transfer" else None
            found[event.case_id].append(Step(at=event.at, kind=_EVENTS[event.kind], office=office))
    return found


def _versions(session: Session, ids: Sequence[uuid.UUID] | None = None) -> _Steps:
    """What happened to the records of those filings, of all of them for None."""
    query = select(RecordVersion.case_id, RecordVersion.kind, RecordVersion.at).order_by(RecordVersion.id)
    query = query.where(RecordVersion.kind.in_(_VERSIONS))
    found: defaultdict[uuid.UUID, list[Step]] = defaultdict(list)
    for row in session.execute(query if ids is None else query.where(RecordVersion.case_id.in_(ids))):
        found[row.case_id].append(Step(at=row.at, kind=_VERSIONS[row.kind]))
    return found


def _target(event: Event, events: EventLog) -> str | None:
    """Which office a transfer went to."""
    office = json.loads(events.note_of(event) or "{}").get("office")
    return None if office is None else str(office)
