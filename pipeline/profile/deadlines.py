"""When a filing is due, and for whom: window, periods, thresholds, annual review."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from pipeline.domain.base import Frozen


class TimeUnit(StrEnum):
    """How a period counts. Working days are those of the State Council's yearly calendar, and the profile's own."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class Period(Frozen):
    """A span of time; the day it starts from is not counted."""

    amount: Annotated[int, Field(ge=0, le=3660)]
    unit: TimeUnit = TimeUnit.DAYS


class Window(Frozen):
    """The days of the first registration; accounts opened by `last` are due on it."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("'last' is before 'first'")
        return self


class Deadlines(Frozen):
    """When a filing is due: `window` for accounts opened by its last day, `after_opening` for later ones.

    `trigger` is the form's date field that both count from, `opened_on` or `first_posted_on`. `holidays` are days off
    and `workdays` weekend days worked; they overrule the calendar, and complete it up to `calendar_until` where it
    does not reach that far. All three only matter for periods in working days.
    """

    window: Window | None = None
    trigger: str = "opened_on"
    after_opening: Period | None = None
    after_change: Period | None = None
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    calendar_until: date | None = None

    @model_validator(mode="after")
    def _some_rule(self) -> Self:
        if self.window is None and self.after_opening is None:
            raise ValueError("give 'window' or 'after_opening'")
        if doubled := sorted(set(self.holidays) & set(self.workdays)):
            raise ValueError(f"both a holiday and a working day: {', '.join(map(str, doubled))}")
        return self


class Threshold(Frozen):
    """From how many followers on accounts of these types have to be filed; fewer may be filed, and are never late."""

    types: Annotated[tuple[str, ...], Field(min_length=1)]
    followers: Annotated[int, Field(ge=1)]
    clause: str | None = None


class AnnualReview(Frozen):
    """The days of every year, "MM-DD", in which registered accounts hand their filing in once more (年度核验)."""

    first: str
    last: str

    @field_validator("first", "last")
    @classmethod
    def _month_and_day(cls, value: str) -> str:
        try:
            return date.fromisoformat(f"2000-{value}").strftime("%m-%d")
        except ValueError as error:
            raise ValueError(f"{value!r} is no day of a year; write it MM-DD, such as 03-31") from error

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("'last' is before 'first'")
        return self

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day.strftime("%m-%d") <= self.last
