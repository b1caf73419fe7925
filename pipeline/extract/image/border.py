"""The printed border of a licence, which looks like a table: bands round one large cell, or that cell alone.

Its lines are no table's. Read as a cell's they are cut upright and joined where they touch, so that one watermark aslant
swallows every line it crosses.
"""

from __future__ import annotations

from typing import Final

from pipeline.extract.image.grid import Frame, Table

_LEAST_SHARE: Final = 0.6
#: A band is narrower than this share of the table; cells of forms are wider.
_BAND: Final = 0.12
_LEAST_BANDS: Final = 3  # one may be lost; a form's large cell has none beside it
_LEAST_OF_PAGE: Final = 0.3


def is_border(table: Table, width: int, height: int) -> bool:
    """Whether a table on a page of that size is a border: one cell makes up most of it, with bands round it."""
    left, top, right, bottom = table.bounds
    wide, high = right - left, bottom - top
    largest = max(table.frames, key=_area)
    if wide * high < _LEAST_OF_PAGE * width * height or _area(largest) < _LEAST_SHARE * wide * high:
        return False
    if len(table.frames) == 1:
        return True
    around = (largest.left - left, largest.top - top, right - largest.right, bottom - largest.bottom)
    sides = (wide, high, wide, high)
    narrow = all(room < _BAND * side for room, side in zip(around, sides, strict=True))
    return narrow and sum(room > 0 for room in around) >= _LEAST_BANDS


def _area(frame: Frame) -> int:
    return (frame.right - frame.left) * (frame.bottom - frame.top)
