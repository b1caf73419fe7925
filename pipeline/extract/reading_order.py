"""In which order tables of a page are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
#: Left, top, right, bottom, in any unit, y downwards.
Bounds = tuple[float, float, float, float]


def in_reading_order(items: Iterable[T], bounds: Callable[[T], Bounds]) -> tuple[T, ...]:
    """Those side by side from the left, such rows from the top: of two sheets in one photo either may lie higher."""
    rows: list[list[T]] = []
    for item in sorted(items, key=lambda item: bounds(item)[1]):
        if rows and _are_side_by_side(bounds(rows[-1][0]), bounds(item)):
            rows[-1].append(item)
        else:
            rows.append([item])
    return tuple(item for row in rows for item in sorted(row, key=lambda item: bounds(item)[0]))


def _are_side_by_side(one: Bounds, other: Bounds) -> bool:
    """Whether the lower of the two shares most of its height with the other."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return 2 * shared > min(one[3] - one[1], other[3] - other[1])
