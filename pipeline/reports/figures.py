"""The figures of the statistics page, kept so that a look costs nothing.

The database counts (`store.course_counts`). Counted figures hold for five minutes; the page says of which time they are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Lock
from typing import Final

from pipeline.profile.schema import Profile
from pipeline.reports.month_counting import sum_months
from pipeline.reports.monthly import Monthly, next_month
from pipeline.store.case_times import OfficeTimes
from pipeline.store.counting import FindingCount, OpenCount
from pipeline.store.course_counts import CountScope
from pipeline.store.store import Store

FRESH: Final = timedelta(minutes=5)
_MOST_KEPT: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureScope:
    """Whose figures, and of which months (their first days, both included). `office` None is the whole city."""

    office: str | None
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigures:
    """What is known of a scope at `at`: the months, the time cases took people, findings of the filings, what is open."""

    scope: FigureScope
    at: datetime
    monthly: Monthly
    times: tuple[OfficeTimes, ...]
    findings: tuple[FindingCount, ...]
    open: tuple[OpenCount, ...]


class Figures:
    """Counts, and keeps what was counted. Safe for threads: one counts, the others wait for it."""

    def __init__(self, store: Store, profile: Profile, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._profile = profile
        self._clock = clock
        self._counting = Lock()
        self._kept: OrderedDict[FigureScope, PeriodFigures] = OrderedDict()

    def show(self, scope: FigureScope) -> PeriodFigures:
        """The figures of a scope, at most `FRESH` old."""
        found = self._fresh(scope)
        if found is not None:
            return found
        with self._counting:
            found = self._fresh(scope)
            if found is None:
                found = self._count(scope)
                self._kept[scope] = found
                if len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
            return found

    def _fresh(self, scope: FigureScope) -> PeriodFigures | None:
        found = self._kept.get(scope)
        return found if found is not None and timedelta(0) <= self._clock() - found.at < FRESH else None

    def _count(self, scope: FigureScope) -> PeriodFigures:
        now, zone = self._clock(), self._profile.zone
        since, until = self._midnight(scope.first), self._midnight(next_month(scope.last))
        offices = None if scope.office is None else frozenset({scope.office})
        today = now.astimezone(zone).date()
        counted = CountScope(zone=zone, first=scope.first, last=scope.last, today=today, office=scope.office)
        return PeriodFigures(
            scope=scope,
            at=now,
            monthly=sum_months(self._store.count_courses(counted), counted, now),
            times=self._store.times.report(offices, since, until),
            findings=self._store.count_findings(offices, since=since, until=until),
            open=self._store.count_open(offices, today=today),
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self._profile.zone)
