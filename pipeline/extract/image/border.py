"""What looks like a table on a paper and is none: its printed border (bands round one large cell, or that cell alone), and its
folds, which part what stands inside the border.

Their lines are no table's. Read as a cell's they are cut upright and joined where they touch, so that one watermark aslant
swallows every line it crosses; and what a fold cuts loses the character on it, which all readers then miss.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Final

from pipeline.extract.image.cells import Rect
from pipeline.extract.image.grid import Frame, Table

_LEAST_SHARE: Final = 0.6
#: A band is narrower than this share of the table; cells of forms are wider.
_BAND: Final = 0.12
_LEAST_BANDS: Final = 3  # one may be lost; a form's large cell has none beside it
_LEAST_OF_PAGE: Final = 0.3
#: A paper folded twice each way has nine panels; forms have many more cells. So many lines cross its folds, and of those that come
#: near to them such a share. In heights of a line: how far beyond a fold a line that crosses it reaches.
_MOST_PANELS: Final = 12
_LEAST_CROSSING: Final = 3
_MOSTLY: Final = 0.5
_ACROSS: Final = 1.0


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


def is_folded(table: Table, lines: Sequence[Rect]) -> bool:
    """Whether the walls of a table are folds of a paper: most of the `lines` that come near to upright ones cross them."""
    if len(table.frames) > _MOST_PANELS:
        return False
    near = {line: crosses for at, top, bottom in _walls(table) for line, crosses in _near(at, top, bottom, lines)}
    crossing = sum(near.values())
    return crossing >= _LEAST_CROSSING and crossing >= _MOSTLY * len(near)


def _walls(table: Table) -> Iterator[tuple[int, int, int]]:
    """The upright walls between two cells: where each stands, and from where to where it reaches."""
    for left, right in permutations(table.frames, 2):
        top, bottom = max(left.top, right.top), min(left.bottom, right.bottom)
        if left.right == right.left and top < bottom:
            yield left.right, top, bottom


def _near(at: int, top: int, bottom: int, lines: Sequence[Rect]) -> Iterator[tuple[Rect, bool]]:
    for line in lines:
        reach = _ACROSS * (line[3] - line[1])
        if top < (line[1] + line[3]) / 2 < bottom and line[0] < at + reach and line[2] > at - reach:
            yield line, line[0] < at - reach and line[2] > at + reach


def _area(frame: Frame) -> int:
    return (frame.right - frame.left) * (frame.bottom - frame.top)
