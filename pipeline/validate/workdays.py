"""Working days in China: weekends, holidays and the weekend days worked for them, as the State Council sets them yearly.

`chinesecalendar` holds the published years and refuses every other one, which is why it is used and not `holidays`:
that one goes on past the last published year with the bare statutory days, a guess nobody would notice.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Final

import chinese_calendar
from chinese_calendar.constants import holidays as published

from pipeline.profile.deadlines import Deadlines

#: New Year's arrangement is published with the year it opens, and has moved days as early as 29 December before it
#: (in 2018): until the next year is known, the end of the last one isn't either.
_SETTLED_UNTIL: Final = (12, 24)


class WorkdaysUnknownError(Exception):
    """A year whose holidays are not known here. `reached` is the last day that could be counted."""

    def __init__(self, year: int, reached: date) -> None:
        self.year, self.reached = year, reached
        super().__init__(f"the holidays of {year} are not published here yet; counted up to {reached}")


def add_workdays(start: date, days: int, rules: Deadlines) -> date:
    """The `days`-th working day after `start`. Raises `WorkdaysUnknownError` beyond what is known."""
    day = start
    while days > 0:
        following = day + timedelta(days=1)
        days -= is_workday(following, rules, reached=day)
        day = following
    return day


def is_workday(day: date, rules: Deadlines, *, reached: date | None = None) -> bool:
    """Whether people work that day; the profile's own lists come first. Raises `WorkdaysUnknownError`."""
    if day in rules.workdays:
        return True
    if day in rules.holidays:
        return False
    first, last = _known_days()
    if first <= day <= last:
        return bool(chinese_calendar.is_workday(day))
    if rules.calendar_until is not None and last < day <= rules.calendar_until:
        return day.weekday() < 5
    year = day.year if day.year > last.year or day < first else day.year + 1
    raise WorkdaysUnknownError(year, reached or day - timedelta(days=1))


@cache
def _known_days() -> tuple[date, date]:
    last = max(published).year
    return date(min(published).year, 1, 1), date(last, *_SETTLED_UNTIL)
