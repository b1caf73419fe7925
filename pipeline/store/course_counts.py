"""The courses of all filings, counted by the database: by month, office and account type.

What has a simple course (received; returned however often; perhaps registered, changed or refused, once) is counted here.
A filing that was transferred or reopened belongs to several offices or several times; those few are handed out whole.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, Subquery, func, literal, or_, select, text, union_all
from sqlalchemy.orm import Session

from pipeline.store.activity import EVENT_STEPS, VERSION_STEPS, CaseActivity, StepKind
from pipeline.store.course_sql import MONTH_LENGTH, OffsetUntil, day_text, later, local_day, microseconds, zone_offsets
from pipeline.store.models import COURSE_EVENTS, Case, Event
from pipeline.store.models_life import RecordVersion

_UNUSUAL: Final = ("case.transfer", "case.reopen")
_CONCLUDES: Final = ("registered", "changed")
_ENDS: Final[Mapping[str, StepKind]] = {
    **{kind: step for kind, step in VERSION_STEPS.items() if kind in _CONCLUDES},
    "case.refuse": EVENT_STEPS["case.refuse"],
}
_DAY: Final = 86_400_000_000
_OFFICE: Final[ColumnElement[str | None]] = func.coalesce(Case.office, Case.received_office)
_PASSES: Final[Mapping[str, StepKind]] = {
    "cancelled": VERSION_STEPS["cancelled"],
    "case.return": EVENT_STEPS["case.return"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CountScope:
    """What is counted: the months from `first` to `last` (first days) in a zone, as of `today`, of an office or all."""

    zone: ZoneInfo
    first: date
    last: date
    today: date
    office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseCount:
    """So many filings had that step in that month, all of one office and type ("" for none).

    `kind` is None for their receipt. `due_month` is the month of their due day, None without one; `overdue_now` says that the
    day is past today, `late` that they came after it. `days` are from receipt to the step, one for each conclusion. What was
    before the scope's months has all of it one month, and neither `late` nor `days`.
    """

    kind: StepKind | None
    month: date
    office: str
    account_type: str
    count: int
    due_month: date | None = None
    overdue_now: bool = False
    late: bool = False
    days: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Courses:
    """The counts, and the courses that are followed one by one."""

    counts: tuple[CourseCount, ...]
    unusual: tuple[CaseActivity, ...]


def unusual_ids(session: Session) -> list[uuid.UUID]:
    """The filings that were transferred or reopened."""
    return [key for key in session.scalars(_unusual().distinct()) if key is not None]


def count_courses(session: Session, scope: CountScope) -> tuple[CourseCount, ...]:
    """Everything but the unusual filings."""
    begun = session.scalar(select(func.min(Case.received)))
    if begun is None:
        return ()
    midnight = datetime.combine(scope.first, time.min, tzinfo=scope.zone)
    end = datetime.combine(scope.today, time.min, tzinfo=scope.zone) + timedelta(days=2)
    return tuple(_Counting(session, scope, midnight, zone_offsets(scope.zone, begun, max(end, begun))).counts())


class _Counting:
    def __init__(
        self, session: Session, scope: CountScope, midnight: datetime, offsets: tuple[OffsetUntil, ...]
    ) -> None:
        self._session = session
        self._scope = scope
        self._midnight = midnight
        self._offsets = offsets

    def counts(self) -> Iterator[CourseCount]:
        """Receipts, what ended filings, and what happened to them meanwhile."""
        yield from self._received()
        yield from self._ended()
        yield from self._passed()

    def _received(self) -> Iterator[CourseCount]:
        day = local_day(Case.received, self._offsets)
        is_late = func.coalesce(day > day_text(Case.due), False)
        before = self._usual(select(self._earlier, *self._labels(), literal(False).label("late")))
        within = self._usual(select(_month(day).label("month"), *self._labels(), is_late.label("late")))
        for query in (before.where(Case.received < self._midnight), within.where(Case.received >= self._midnight)):
            for row in self._session.execute(_grouped(query.subquery())):
                yield CourseCount(
                    kind=None,
                    month=_first_day(row.month),
                    office=row.office,
                    account_type=row.account_type,
                    count=row.many,
                    due_month=_first_day(row.due_month) if row.due_month else None,
                    overdue_now=bool(row.overdue_now),
                    late=bool(row.late),
                )

    def _ended(self) -> Iterator[CourseCount]:
        steps = _steps(_ENDS)
        before = self._after(steps, self._earlier, *self._labels(), steps.c.kind)
        before = before.where(steps.c.at < self._midnight, Case.received < self._midnight)
        for row in self._session.execute(_grouped(before.subquery())):
            yield _end_count(row, row.many)
        spent = microseconds(Case.received, later(steps.c.at, Case.received))
        within = self._after(steps, self._month_of(steps), *self._labels(), steps.c.kind, spent)
        alike: defaultdict[tuple[Any, ...], list[float]] = defaultdict(list)
        for *same, spent_microseconds in self._session.execute(within.where(self._within(steps))):
            alike[tuple(same)].append(spent_microseconds / _DAY)
        for end, days in alike.items():
            yield _end_count(_End(*end), len(days), days)

    def _passed(self) -> Iterator[CourseCount]:
        steps = _steps(_PASSES)
        office, account_type, *_ = self._labels()
        query = self._after(steps, self._month_of(steps), office, account_type, steps.c.kind)
        for row in self._session.execute(_grouped(query.where(self._within(steps)).subquery())):
            yield CourseCount(
                kind=_PASSES[row.kind],
                month=_first_day(row.month),
                office=row.office,
                account_type=row.account_type,
                count=row.many,
            )

    @property
    def _earlier(self) -> ColumnElement[str]:
        """The month of what was before the scope's: which one is all the same, and days cost time."""
        return literal(f"{self._scope.first - timedelta(days=1):%Y-%m}").label("month")

    def _month_of(self, steps: Subquery) -> ColumnElement[str]:
        return _month(local_day(later(steps.c.at, Case.received), self._offsets)).label("month")

    def _within(self, steps: Subquery) -> ColumnElement[bool]:
        """A step earlier than the receipt counts as of the receipt: servers' clocks differ."""
        return or_(steps.c.at >= self._midnight, Case.received >= self._midnight)

    def _after(self, steps: Subquery, *columns: ColumnElement[Any]) -> Select[Any]:
        return self._usual(select(*columns).join_from(Case, steps, steps.c.case_id == Case.id))

    def _usual(self, query: Select[Any]) -> Select[Any]:
        query = query.where(Case.state != "superseded", Case.id.not_in(_unusual()))
        return query if self._scope.office is None else query.where(literal(self._scope.office) == _OFFICE)

    def _labels(self) -> tuple[ColumnElement[Any], ...]:
        return (
            func.coalesce(_OFFICE, "").label("office"),
            func.coalesce(Case.account_type, "").label("account_type"),
            _month(day_text(Case.due)).label("due_month"),
            func.coalesce(Case.due < self._scope.today, False).label("overdue_now"),
        )


class _End(NamedTuple):
    month: str
    office: str
    account_type: str
    due_month: str | None
    overdue_now: bool
    kind: str


def _end_count(end: _End | Row[Any], count: int, days: Sequence[float] = ()) -> CourseCount:
    return CourseCount(
        kind=_ENDS[end.kind],
        month=_first_day(end.month),
        office=end.office,
        account_type=end.account_type,
        count=count,
        due_month=_first_day(end.due_month) if end.due_month else None,
        overdue_now=bool(end.overdue_now),
        days=tuple(days) if end.kind in _CONCLUDES else (),
    )


def _steps(kinds: Mapping[str, StepKind]) -> Subquery:
    """Case, kind and time of those steps, from the records' versions and from the log."""
    of_records = [kind for kind in kinds if kind in VERSION_STEPS]
    of_cases = [kind for kind in kinds if kind in EVENT_STEPS]
    versions = select(RecordVersion.case_id, RecordVersion.kind, RecordVersion.at).where(
        RecordVersion.kind.in_(of_records)
    )
    events = select(Event.case_id, Event.kind, Event.at).where(Event.kind.in_(of_cases), text(COURSE_EVENTS))
    return union_all(versions, events).subquery()


def _unusual() -> Select[uuid.UUID | None]:
    query = select(Event.case_id).where(Event.kind.in_(_UNUSUAL), text(COURSE_EVENTS))
    return query.where(Event.case_id.is_not(None))


def _grouped(rows: Subquery) -> Select[Any]:
    """One row for each combination of the subquery's columns. Of a subquery: expressions are named once only."""
    return select(*rows.c, func.count().label("many")).group_by(*rows.c)


def _month(day: ColumnElement[str]) -> ColumnElement[str]:
    return func.substr(day, literal(1), literal(MONTH_LENGTH))


@cache
def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
