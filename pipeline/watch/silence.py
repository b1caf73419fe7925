"""When a mailbox is silent against its own rhythm. Pure: days in, days out.

The rhythm is that of the 180 days before its last mail, counted in working days between days on which mail came. Nine
tenths of its pauses are ordinary; a pause three times as long as the longest of these, and of more than three working
days, is none. One long pause in the past (a holiday nobody foresaw, an earlier outage) therefore changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

WINDOW: Final = timedelta(days=180)
#: With fewer days of mail there is no rhythm to speak of.
LEAST_DAYS: Final = 10
LEAST_WORKDAYS: Final = 3
_ORDINARY_SHARE: Final = 0.9
_TIMES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """For how many working days nothing has come, and how many would be ordinary at most."""

    last_day: date
    workdays: int
    allowed: int

    @property
    def strange(self) -> bool:
        return self.workdays > self.allowed


def find_silence(arrivals: Sequence[date], today: date, is_workday: Callable[[date], bool]) -> Silence | None:
    """The pause since the last mail, None where there is no rhythm yet. `arrivals` are days, in any order."""
    days = sorted(set(arrivals))
    days = [day for day in days if day > days[-1] - WINDOW]
    if len(days) < LEAST_DAYS:
        return None
    gaps = [_workdays_between(before, after, is_workday) for before, after in pairwise(days)]
    ordinary = _ordinary([gap for gap in gaps if gap])
    # Today may still bring something.
    pause = _workdays_between(days[-1], today - timedelta(days=1), is_workday)
    return Silence(last_day=days[-1], workdays=pause, allowed=max(LEAST_WORKDAYS, _TIMES * ordinary))


def _ordinary(gaps: Sequence[int]) -> int:
    """The longest of the shorter nine tenths."""
    ordered = sorted(gaps) or [1]
    return ordered[min(len(ordered) - 1, int(len(ordered) * _ORDINARY_SHARE))]


def _workdays_between(before: date, after: date, is_workday: Callable[[date], bool]) -> int:
    """Working days after `before` up to `after` itself."""
    days = (before + timedelta(days=number) for number in range(1, (after - before).days + 1))
    return sum(map(is_workday, days))
