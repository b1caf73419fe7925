"""The few expressions about times that both databases say in their own words: days of a zone, and spans.

Days are texts (2018-12-20), which compare and group alike everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, SQLColumnExpression, String, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_DAY: Final = timedelta(days=1)
#: `2018-12`, the month of a day.
MONTH_LENGTH: Final = 7


@dataclass(frozen=True, slots=True)
class OffsetUntil:
    """How many seconds a zone is ahead of UTC before that instant; None for the last."""

    seconds: int
    until: datetime | None


def zone_offsets(zone: ZoneInfo, first: datetime, last: datetime) -> tuple[OffsetUntil, ...]:
    """The zone's offsets between two instants, in order: SQLite knows no zones."""
    found: list[OffsetUntil] = []
    at, end = first.astimezone(UTC) - _DAY, last.astimezone(UTC) + _DAY
    seconds = _offset(zone, at)
    while at < end:
        after = at + _DAY
        if (changed := _offset(zone, after)) != seconds:
            found.append(OffsetUntil(seconds, _change(zone, at, after)))
            seconds = changed
        at = after
    return (*found, OffsetUntil(seconds, None))


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset() or timedelta(0)
    return int(offset.total_seconds())


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second at which the offset changes between two instants."""
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + ((after - before) // 2 // timedelta(seconds=1)) * timedelta(seconds=1)
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def local_day(at: SQLColumnExpression[datetime], offsets: Sequence[OffsetUntil]) -> ColumnElement[str]:
    """The day of an instant in the zone of those offsets."""
    days = [(item.until, _ShiftedDay(at, literal(f"{item.seconds} seconds", String()))) for item in offsets]
    if len(days) == 1:
        return days[0][1]
    return case(*((at < until, day) for until, day in days[:-1] if until is not None), else_=days[-1][1])


def day_text(day: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """A column of days as texts."""
    return _DayText(day)


def later(one: SQLColumnExpression[Any], other: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """The later of two instants, or of two texts of the same length; neither may be NULL."""
    return _Later(one, other)


def microseconds(since: SQLColumnExpression[datetime], until: SQLColumnExpression[datetime]) -> ColumnElement[int]:
    """How long it is from one instant to the other."""
    return _Microseconds(since, until)


class _ShiftedDay(FunctionElement[str]):
    inherit_cache = True
    type = String()


class _DayText(FunctionElement[str]):
    inherit_cache = True
    type = String()


class _Later(FunctionElement[Any]):
    inherit_cache = True


class _Microseconds(FunctionElement[int]):
    inherit_cache = True
    type = BigInteger()


def _parts(element: FunctionElement[Any], compiler: SQLCompiler, more: dict[str, Any]) -> list[str]:
    return [compiler.process(clause, **more) for clause in element.clauses]


@compiles(_ShiftedDay, "sqlite")
def _shifted_sqlite(element: _ShiftedDay, compiler: SQLCompiler, **more: Any) -> str:
    """Of whole seconds: SQLite reckons in milliseconds and rounds the last microsecond of a day up."""
    at, seconds = _parts(element, compiler, more)
    return f"date(substr({at}, 1, 19), {seconds})"


@compiles(_ShiftedDay, "postgresql")
def _shifted_postgresql(element: _ShiftedDay, compiler: SQLCompiler, **more: Any) -> str:
    at, seconds = _parts(element, compiler, more)
    return f"to_char(({at} AT TIME ZONE 'UTC') + CAST({seconds} AS interval), 'YYYY-MM-DD')"


@compiles(_DayText, "sqlite")
def _day_sqlite(element: _DayText, compiler: SQLCompiler, **more: Any) -> str:
    (day,) = _parts(element, compiler, more)
    return f"CAST({day} AS TEXT)"


@compiles(_DayText, "postgresql")
def _day_postgresql(element: _DayText, compiler: SQLCompiler, **more: Any) -> str:
    (day,) = _parts(element, compiler, more)
    return f"to_char({day}, 'YYYY-MM-DD')"


@compiles(_Later, "sqlite")
def _later_sqlite(element: _Later, compiler: SQLCompiler, **more: Any) -> str:
    return f"max({', '.join(_parts(element, compiler, more))})"


@compiles(_Later, "postgresql")
def _later_postgresql(element: _Later, compiler: SQLCompiler, **more: Any) -> str:
    return f"greatest({', '.join(_parts(element, compiler, more))})"


@compiles(_Microseconds, "sqlite")
def _span_sqlite(element: _Microseconds, compiler: SQLCompiler, **more: Any) -> str:
    """Times are kept as texts with six places (2018-12-15 02:20:00.000000)."""
    since, until = _parts(element, compiler, more)
    return (
        f"((strftime('%s', {until}) - strftime('%s', {since})) * 1000000 + substr({until}, 21) - substr({since}, 21))"
    )


@compiles(_Microseconds, "postgresql")
def _span_postgresql(element: _Microseconds, compiler: SQLCompiler, **more: Any) -> str:
    since, until = _parts(element, compiler, more)
    return f"CAST(extract(epoch FROM {until} - {since}) * 1000000 AS bigint)"
