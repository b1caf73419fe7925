"""The opening date: whether it can be, and which days it may mean."""

from __future__ import annotations

from datetime import date

from pipeline.domain.finding import Finding, finding
from pipeline.domain.values import parse_date
from pipeline.validate.case import Case
from pipeline.validate.periods import month_days

_KEY = "opened_on"


def opening_days(case: Case) -> tuple[date, ...]:
    """The days the account may have been opened: one, or those of a month; none when it is blank or not sure."""
    if not case.is_sure(_KEY):
        return ()
    return named_days(case.text(_KEY))


def named_days(text: str) -> tuple[date, ...]:
    """The days a date or month names; none for what is neither."""
    iso = parse_date(text)
    if iso is None:
        return ()
    if len(iso) == 7:
        return month_days(int(iso[:4]), int(iso[5:]))
    return (date.fromisoformat(iso),)


def plausible_days(case: Case) -> tuple[date, ...]:
    """Of the opening days, those that lie between the earliest opening and the day of receipt."""
    return tuple(day for day in opening_days(case) if case.profile.earliest_opening <= day <= case.received_on)


def check_opening(case: Case) -> list[Finding]:
    """`date.implausible` for an opening after receipt or before accounts existed."""
    days = opening_days(case)
    if not days or plausible_days(case):
        return []
    if days[0] > case.received_on:
        detail = "“开通日期”晚于收到登记表的日期，请核对后更正。"
    else:
        earliest = case.profile.earliest_opening
        detail = f"“开通日期”早于{earliest.year}年{earliest.month}月{earliest.day}日，请核对后更正。"
    return [finding("date.implausible", detail, field=_KEY)]
