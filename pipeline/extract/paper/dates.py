"""Dates and periods on papers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipeline.domain.spelling import normalise
from pipeline.domain.values import parse_date

#: The value of `valid_until` for papers without an end.
UNLIMITED: Final = "长期"
_UNLIMITED_WORDS: Final = ("长期", "永久", "长久", "不约定期限", "无固定期限")
_BETWEEN: Final = re.compile(r"至|到|~|—|–|--|(?<=[0-9日])-(?=[0-9]{4}|长)")
#: What a seal left behind the last day.
_AFTER: Final = re.compile(r"(?<=[0-9]日)[^0-9年月日]{1,8}$")
_MAX_LENGTH: Final = 80
_MAX_YEARS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period's first and last day: ISO dates, None where one is not there; `end` may be `UNLIMITED`.

    `lone`: one day was all that stood there, and nothing before it said that it is the end.
    """

    start: str | None = None
    end: str | None = None
    lone: bool = False

    @property
    def is_whole_day(self) -> bool:
        """Whether the end names a day, and not its month alone."""
        return _whole(self.end) is not None

    @property
    def is_whole_years(self) -> bool:
        """Whether it lasts a whole number of years, to the same day or the one before: a misread digit breaks this."""
        first, last = _whole(self.start), _whole(self.end)
        if first is None or last is None:
            return False
        ends = {first.toordinal() + shift for shift in (0, -1)}
        back = _shift_years(last, first.year - last.year)
        before = _shift_years(last, first.year - last.year + 1) if first.month == 1 and first.day == 1 else back
        years = last.year - first.year
        return 0 < years <= _MAX_YEARS and bool({back.toordinal(), before.toordinal()} & ends)


def _whole(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None and len(text) == 10 else None


def _shift_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def parse_period(text: str) -> Period:
    """A period as papers print it: "2010.05.06-2030.05.06", "自2015年03月02日至长期", or its end alone."""
    plain = "".join(normalise(text).split())[:_MAX_LENGTH]
    parts = [_AFTER.sub("", part.strip("自从起止:;,。.()")) for part in _BETWEEN.split(plain)]
    unlimited = any(word in plain for word in _UNLIMITED_WORDS)
    days = [parse_date(part) for part in parts if part]
    if unlimited:
        return Period(start=days[0] if days else None, end=UNLIMITED)
    if len(days) >= 2:
        return Period(start=days[0], end=days[-1])
    if not days:
        return Period()
    if len(parts) > 1 and parts[0]:
        return Period(start=days[0])
    return Period(end=days[0], lone=len(parts) == 1)


def is_whole_period(text: str) -> bool:
    """Whether a text is a period with its first day and its last, or without an end."""
    period = parse_period(text)
    return period.start is not None and (period.end == UNLIMITED or period.is_whole_day)


def parse_day(text: str) -> str | None:
    """One day, as an ISO date."""
    found = parse_date("".join(normalise(text).split())[:_MAX_LENGTH])
    return found if found is not None and len(found) == 10 else None
