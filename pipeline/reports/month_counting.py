"""Counts filings by month, office and account type (`monthly` says what the figures are). Pure.

Months are the city's own. For every month and group the books balance:
open before + received + reopened + transferred in = registered + changed + refused + transferred out + open at the end.

A filing counts at the office it belongs to; before a transfer (移交), at the office it came to.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.reports.monthly import STANDINGS, UNKNOWN, By, Figure, Monthly, MonthRow, months, next_month
from pipeline.store.activity import CaseActivity, Step, StepKind
from pipeline.store.course_counts import CountScope, CourseCount, Courses

_DAY: Final = timedelta(days=1)
_NINE_TENTHS: Final = 0.9
_COUNTED: Final[Mapping[StepKind, Figure]] = {
    StepKind.REGISTERED: Figure.REGISTERED,
    StepKind.CHANGED: Figure.CHANGED,
    StepKind.RETURNED: Figure.RETURNED,
    StepKind.REFUSED: Figure.REFUSED,
    StepKind.REOPENED: Figure.REOPENED,
    StepKind.CANCELLED: Figure.CANCELLED,
}
_CONCLUDES: Final = frozenset({StepKind.REGISTERED, StepKind.CHANGED})
_ENDS: Final = _CONCLUDES | {StepKind.REFUSED}
_Group = tuple[By, str | None]


@dataclass(slots=True)
class _Tally:
    """The figures of one group while they are counted; `days` of each conclusion."""

    figures: defaultdict[date, Counter[Figure]] = field(default_factory=lambda: defaultdict(Counter))
    days: defaultdict[date, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: Filings that came to or left the group, by month: their sum so far is what is open.
    flow: Counter[date] = field(default_factory=Counter)
    #: Of filings counted together: those that came to stand overdue, less those that ended then, by month; and those whose
    #: day is past today and that are open.
    overdue_flow: Counter[date] = field(default_factory=Counter)
    overdue_now: int = 0


def count_months(
    activities: Iterable[CaseActivity],
    *,
    zone: ZoneInfo,
    first: date,
    last: date,
    at: datetime,
    office: str | None = None,
) -> Monthly:
    """Count. `first` and `last` are first days of months; nothing later than `at` is expected.

    With an `office`, everything is counted as far as it happened there.
    """
    count = _Count(zone=zone, first=first, last=last, today=at.astimezone(zone).date(), only=office)
    for activity in activities:
        count.add(activity)
    return Monthly(first=first, last=last, at=at, rows=tuple(count.rows()))


def sum_months(courses: Courses, scope: CountScope, at: datetime) -> Monthly:
    """The same as `count_months` of what the database counted."""
    count = _Count(zone=scope.zone, first=scope.first, last=scope.last, today=scope.today, only=scope.office)
    for counted in courses.counts:
        count.add_counted(counted)
    for activity in courses.unusual:
        count.add(activity)
    return Monthly(first=scope.first, last=scope.last, at=at, rows=tuple(count.rows()))


class _Count:
    def __init__(self, *, zone: ZoneInfo, first: date, last: date, today: date, only: str | None) -> None:
        self._zone = zone
        self._first = first
        self._last = last
        self._today = today
        self._only = only
        self._tallies: defaultdict[_Group, _Tally] = defaultdict(_Tally)
        self._tallies[By.TOTAL, None] = _Tally()

    def add(self, activity: CaseActivity) -> None:
        """Follow one filing through its life."""
        steps = _in_order(activity)
        offices = _offices(activity, steps)
        office, since = next(offices), self._day(activity.received)
        late = activity.due is not None and since > activity.due
        groups = self._groups(activity, office)
        self._note(groups, since, Figure.RECEIVED, *((Figure.LATE,) if late else ()), flow=1)
        is_open = True
        for step in steps:
            day = self._day(step.at)
            if step.kind is StepKind.TRANSFERRED:
                self._note(groups, day, Figure.TRANSFERRED_OUT, flow=-1)
                self._stand(groups, activity.due, since, day)
                groups, since = self._groups(activity, next(offices)), day
                self._note(groups, day, Figure.TRANSFERRED_IN, flow=1)
            elif step.kind in _ENDS:
                self._note(groups, day, _COUNTED[step.kind], flow=-1)
                self._stand(groups, activity.due, since, day)
                is_open = False
                if step.kind in _CONCLUDES:
                    self._spend(groups, day, (step.at - activity.received) / _DAY)
            elif step.kind is StepKind.REOPENED:
                self._note(groups, day, Figure.REOPENED, flow=1)
                is_open, since = True, day
            else:
                self._note(groups, day, _COUNTED[step.kind])
        if is_open:
            self._stand(groups, activity.due, since, None)

    def add_counted(self, counted: CourseCount) -> None:
        """Filings of simple courses that had the same step in the same month."""
        tallies = self._tallies_of(counted.office, counted.account_type)
        ends = counted.kind in _ENDS
        flow = counted.count if counted.kind is None else -counted.count if ends else 0
        for tally in tallies:
            figures = tally.figures[counted.month]
            figures[Figure.RECEIVED if counted.kind is None else _COUNTED[counted.kind]] += counted.count
            figures[Figure.LATE] += counted.count if counted.late else 0
            tally.flow[counted.month] += flow
            if counted.due_month is not None:
                # Overdue at the ends of the months from then on; who ended before is taken off from the same month.
                tally.overdue_flow[max(counted.due_month, counted.month)] += flow
            tally.overdue_now += flow if counted.overdue_now else 0
            tally.days[counted.month] += counted.days

    def rows(self) -> Iterator[MonthRow]:
        """Every group's months and whole period; months in which nothing was are left out, but for the total."""
        for (by, key), tally in sorted(self._tallies.items(), key=lambda item: (item[0][0], item[0][1] or "")):
            yield from self._group_rows(by, key, tally)

    def _group_rows(self, by: By, key: str | None, tally: _Tally) -> Iterator[MonthRow]:
        whole: Counter[Figure] = Counter()
        spent: list[float] = []
        standing, overdue = (
            sum(number for month, number in flow.items() if month < self._first)
            for flow in (tally.flow, tally.overdue_flow)
        )
        figures: dict[Figure, int] = {}
        for month in months(self._first, self._last):
            standing += tally.flow[month]
            overdue += tally.overdue_flow[month]
            figures = {figure: tally.figures[month][figure] for figure in Figure} | {Figure.OPEN: standing}
            figures[Figure.OVERDUE] += tally.overdue_now if next_month(month) > self._today else overdue
            tally.days[month].sort()
            whole.update({figure: figures[figure] for figure in Figure if figure not in STANDINGS})
            spent += tally.days[month]
            if by is By.TOTAL or any(figures.values()):
                yield _row(month, by, key, figures, tally.days[month])
        spent.sort()
        total = {figure: figures[figure] if figure in STANDINGS else whole[figure] for figure in Figure}
        if by is By.TOTAL or any(total.values()):
            yield _row(None, by, key, total, spent)

    def _groups(self, activity: CaseActivity, office: str | None) -> tuple[_Tally, ...]:
        if self._only is not None and office != self._only:
            return ()
        return self._tallies_of(office or UNKNOWN, activity.account_type or UNKNOWN)

    def _tallies_of(self, office: str, account_type: str) -> tuple[_Tally, ...]:
        keys: tuple[_Group, ...] = ((By.TOTAL, None), (By.OFFICE, office), (By.ACCOUNT_TYPE, account_type))
        return tuple(self._tallies[key] for key in keys)

    @staticmethod
    def _note(groups: Iterable[_Tally], day: date, *figures: Figure, flow: int = 0) -> None:
        month = day.replace(day=1)
        for tally in groups:
            counted = tally.figures[month]
            for figure in figures:
                counted[figure] += 1
            tally.flow[month] += flow

    @staticmethod
    def _spend(groups: Iterable[_Tally], day: date, days: float) -> None:
        for tally in groups:
            tally.days[day.replace(day=1)].append(days)

    def _stand(self, groups: Iterable[_Tally], due: date | None, since: date, until: date | None) -> None:
        """Count the month ends at which the filing was open and its due day past; a running month ends today."""
        if due is None:
            return
        for month in months(max(self._first, min(since, self._last).replace(day=1)), self._last):
            end = next_month(month)
            running = end > self._today
            open_then = until is None if running else since < end and (until is None or until >= end)
            if open_then and due < (self._today if running else end):
                for tally in groups:
                    tally.figures[month][Figure.OVERDUE] += 1
            if until is not None and until < end:
                return

    def _day(self, when: datetime) -> date:
        return when.astimezone(self._zone).date()


def _in_order(activity: CaseActivity) -> list[Step]:
    """The steps, none before the one before it: servers' clocks and ours differ by seconds, and months begin somewhere."""
    at, steps = activity.received, []
    for step in activity.steps:
        at = max(at, step.at)
        steps.append(replace(step, at=at))
    return steps


def _offices(activity: CaseActivity, steps: Sequence[Step]) -> Iterator[str | None]:
    """Where the filing was: first, and after each transfer. The last is always where it belongs now."""
    targets = [step.office for step in steps if step.kind is StepKind.TRANSFERRED]
    known = [activity.received_office or activity.office, *targets] if targets else [activity.office]
    return iter([*known[:-1], activity.office])


def _row(month: date | None, by: By, key: str | None, figures: Mapping[Figure, int], days: Sequence[float]) -> MonthRow:
    """`days` are sorted."""
    return MonthRow(
        month=month,
        by=by,
        key=key,
        figures=figures,
        median_days=round(statistics.median(days), 1) if days else None,
        p90_days=round(days[math.ceil(_NINE_TENTHS * len(days)) - 1], 1) if days else None,
    )
