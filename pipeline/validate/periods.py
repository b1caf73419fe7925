"""Periods counted as a profile counts them: days, working days, months. The first day is not counted."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from pipeline.profile.deadlines import Deadlines, Period, TimeUnit
from pipeline.validate.workdays import add_workdays


def add_period(start: date, period: Period, rules: Deadlines) -> date:
    """The last day of a period that starts after `start`. Raises `WorkdaysUnknownError` for working days not known."""
    if period.unit is TimeUnit.DAYS:
        return start + timedelta(days=period.amount)
    if period.unit is TimeUnit.MONTHS:
        return _add_months(start, period.amount)
    return add_workdays(start, period.amount, rules)


def _add_months(start: date, months: int) -> date:
    index = start.year * 12 + start.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def month_days(year: int, month: int) -> tuple[date, ...]:
    """Every day of a month."""
    return tuple(date(year, month, day + 1) for day in range(calendar.monthrange(year, month)[1]))
