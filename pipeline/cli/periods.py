"""Days, months and years as options take them."""

from __future__ import annotations

import calendar
import re
from datetime import date

from pipeline.configuration.settings import SettingsError

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_MONTHS = 12


def first_day(text: str | None, option: str) -> date | None:
    """The day itself, or the first of the month or year. Raises SettingsError."""
    found = _parts(text, option)
    return None if found is None else _day(found[0], found[1] or 1, found[2] or 1, text, option)


def last_day(text: str | None, option: str) -> date | None:
    """The day itself, or the last of the month or year. Raises SettingsError."""
    found = _parts(text, option)
    if found is None:
        return None
    year, month, day = found[0], found[1] or _MONTHS, found[2]
    begin = _day(year, month, day or 1, text, option)
    return begin if day else begin.replace(day=calendar.monthrange(year, month)[1])


def month(text: str | None, option: str) -> date | None:
    """The first day of a month written YYYY-MM. Raises SettingsError."""
    found = _parts(text, option)
    if found is None:
        return None
    if found[1] is None or found[2] is not None:
        raise SettingsError(f"{option} = {text!r}: a month such as 2018-12")
    return _day(found[0], found[1], 1, text, option)


def require_order(first: date | None, last: date | None) -> None:
    """Raise SettingsError when the period ends before it begins."""
    if first is not None and last is not None and last < first:
        raise SettingsError(f"--from {first} is after --to {last}")


def _parts(text: str | None, option: str) -> tuple[int, int | None, int | None] | None:
    if text is None:
        return None
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise SettingsError(f"{option} = {text!r}: a day such as 2018-12-31, a month (2018-12) or a year (2018)")
    year, month, day = (None if part is None else int(part) for part in found.groups())
    return year or 0, month, day


def _day(year: int, month: int, day: int, text: str | None, option: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise SettingsError(f"{option} = {text!r}: there is no such day") from None
