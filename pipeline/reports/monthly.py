"""Monthly statistics of filings, by office and by account type: what is counted, and what a table of it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

_MONTHS: Final = 12


class By(StrEnum):
    """What a row counts: everything, one office's filings, or those of one account type."""

    TOTAL = "total"
    OFFICE = "office"
    ACCOUNT_TYPE = "account_type"


class Figure(StrEnum):
    """What is counted. `LATE` came after their due day; `OVERDUE` are open at the month's end, their due day past."""

    RECEIVED = "received"
    REGISTERED = "registered"
    CHANGED = "changed"
    RETURNED = "returned"
    REFUSED = "refused"
    REOPENED = "reopened"
    TRANSFERRED_OUT = "transferred_out"
    TRANSFERRED_IN = "transferred_in"
    CANCELLED = "cancelled"
    LATE = "late"
    OVERDUE = "overdue"
    OPEN = "open"


#: Figures that say how things stand at the end; all others say what happened, and add up over months.
STANDINGS: Final = frozenset({Figure.OVERDUE, Figure.OPEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """The figures of a month (its first day; None: the whole period) and a group (`key` is None for the total).

    `median_days` and `p90_days` count from receipt to 办结 over what was concluded then, None when nothing was.
    """

    month: date | None
    by: By
    key: str | None
    figures: Mapping[Figure, int]
    median_days: float | None
    p90_days: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Monthly:
    """The statistics of the months from `first` to `last`, as things stood at `at`."""

    first: date
    last: date
    at: datetime
    rows: tuple[MonthRow, ...]

    def of(self, by: By, *, whole: bool = False) -> tuple[MonthRow, ...]:
        """The rows of one kind, month by month, or those for the whole period."""
        return tuple(row for row in self.rows if row.by is by and (row.month is None) is whole)


#: The key of filings that belong to no office, or whose account type nobody knows.
UNKNOWN: Final = ""


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // _MONTHS, month.month % _MONTHS + 1, 1)


def year_up_to(month: date) -> date:
    """The first of the twelve months that end with `month`."""
    after = next_month(month)
    return after.replace(year=after.year - 1)


def months(first: date, last: date) -> Iterator[date]:
    """The first days of the months from one to the other."""
    while first <= last:
        yield first
        first = next_month(first)
