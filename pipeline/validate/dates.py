"""The account's dates, its opening and its first post: whether they can be, and which days they may mean."""

from __future__ import annotations

from datetime import date
from typing import Final

from pipeline.domain.finding import Finding, finding
from pipeline.domain.values import parse_date
from pipeline.validate.case import Case
from pipeline.validate.periods import month_days

#: The form's dates of the account's life, in the order in which they happen.
_KEYS: Final = ("opened_on", "first_posted_on")


def field_days(case: Case, key: str) -> tuple[date, ...]:
    """The days a date field may mean: one, or those of a month; none when it is blank or not sure."""
    return named_days(case.text(key)) if case.is_sure(key) else ()


def named_days(text: str) -> tuple[date, ...]:
    """The days a date or month names; none for what is neither."""
    iso = parse_date(text)
    if iso is None:
        return ()
    if len(iso) == 7:
        return month_days(int(iso[:4]), int(iso[5:]))
    return (date.fromisoformat(iso),)


def plausible_days(case: Case, key: str) -> tuple[date, ...]:
    """Of the days a field may mean, those between the earliest opening and the day of receipt."""
    return tuple(day for day in field_days(case, key) if case.profile.earliest_opening <= day <= case.received_on)


def check_dates(case: Case) -> list[Finding]:
    """`date.implausible` for a date after receipt, before accounts existed, or a first post before the opening."""
    found = [item for key in _KEYS for item in _check_date(case, key)]
    return found or _check_order(case)


def _check_date(case: Case, key: str) -> list[Finding]:
    days = field_days(case, key)
    if not days or plausible_days(case, key):
        return []
    if days[0] > case.received_on:
        detail = f"“{case.name(key)}”晚于收到登记表的日期，请核对后更正。"
    else:
        earliest = case.profile.earliest_opening
        detail = f"“{case.name(key)}”早于{earliest.year}年{earliest.month}月{earliest.day}日，请核对后更正。"
    return [finding("date.implausible", detail, field=key)]


def _check_order(case: Case) -> list[Finding]:
    opened, posted = (field_days(case, key) for key in _KEYS)
    if not opened or not posted or posted[-1] >= opened[0]:
        return []
    detail = f"“{case.name(_KEYS[1])}”早于“{case.name(_KEYS[0])}”，请核对后更正。"
    return [finding("date.implausible", detail, field=_KEYS[1])]
