"""The rules that are walls of cells, as the mask of what is taken out of a picture before it is read.

Rules are found by thickened runs of ink, and text that stands two or three dots from a rule has strokes that join such a run:
with the head of its first character 花 became 化, and every reader said so. So of a wall only the rule itself goes, and what
belongs to characters stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.image.grid import Table
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.ink import Mask, ink_mask
from pipeline.extract.raster.rules import Rules

#: Of the picture's longer side: how far from a cell's side its rule may run.
_NEAR: Final = 0.0035
#: A rule is looked at piece by piece, each of some three characters: bent paper takes it up and down.
_PIECE: Final = 0.03
#: Of a piece's length: so much is drawn in the middle of a rule, and so much in each row of dots that is of it.
_WHOLE: Final = 0.8
_DRAWN: Final = 0.5
#: Round a rule its soft edge.
_SOFT_PX: Final = 1
#: How far past what would be taken out ink is looked for that a stroke goes on in.
_BEYOND_PX: Final = 2
#: So long at least is an underscore, and so much of it may lie below its neighbours, whose height is no less than so many of its
#: lengths.
_BAR_PX: Final = 8
_OVERHANG: Final = 0.2
_LETTER_HIGH: Final = 1

#: Row (or column) of dots, and where on it a wall begins and ends.
_Side = tuple[int, int, int]


def wall_mask(rules: Rules, tables: Sequence[Table], even: Gray) -> Mask:
    """255 where the walls of cells are taken out of a picture with evened light, a little thicker than their ink.

    Strokes of neighbouring characters in a row can look like a piece of a rule; away from the walls they stay, and so do
    those at a wall that go on beyond it.
    """
    longest = max(even.shape)
    near = max(3, round(longest * _NEAR))
    frames = [frame for table in tables for frame in table.frames]
    level = [side for f in frames for side in ((f.top, f.left, f.right), (f.bottom, f.left, f.right))]
    upright = [side for f in frames for side in ((f.left, f.top, f.bottom), (f.right, f.top, f.bottom))]
    walls = np.zeros_like(rules.horizontal_mask)
    _copy_runs(rules.horizontal_mask, walls, level, near)
    _copy_runs(rules.vertical_mask.T, walls.T, upright, near)
    if not walls.any():
        return walls
    walls = np.asarray(cv2.dilate(walls, np.ones((5, 5), np.uint8)), dtype=np.uint8)
    ink = ink_mask(even)
    own = np.zeros_like(walls)
    piece = max(24, round(longest * _PIECE))
    for side in _whole_sides(level, near):
        _mark_rule(ink, walls, own, side, near, piece)
    for side in _whole_sides(upright, near):
        _mark_rule(ink.T, walls.T, own.T, side, near, piece)
    walls[_strokes(ink, walls, own, piece) > 0] = 0
    return walls


def _copy_runs(runs: Mask, walls: Mask, sides: Iterable[_Side], near: int) -> None:
    for at, start, end in set(sides):
        rows, columns = slice(max(0, at - near), at + near + 1), slice(max(0, start - near), end + near)
        walls[rows, columns] |= runs[rows, columns]


def _whole_sides(sides: Iterable[_Side], near: int) -> Iterator[_Side]:
    """The sides of cells that lie in one line and go on from each other as one."""
    at, start, end = -1, 0, 0
    for side in sorted(set(sides)):
        if side[0] == at and side[1] <= end + near:
            end = max(end, side[2])
            continue
        if at >= 0:
            yield at, start, end
        at, start, end = side
    if at >= 0:
        yield at, start, end


def _mark_rule(ink: Mask, walls: Mask, own: Mask, side: _Side, near: int, piece: int) -> None:
    """Set in `own` what of a level wall is the rule itself, piece by piece; all of a piece in which none is seen."""
    at, start, end = side
    top = max(0, at - near - _BEYOND_PX)
    rows = slice(top, at + near + _BEYOND_PX + 1)
    for left, right in _pieces(start, end, piece):
        first, last = _drawn_rows((ink[rows, left:right] & walls[rows, left:right]).mean(axis=1) / 255)
        own[max(0, top + first - _SOFT_PX) : top + last + 1 + _SOFT_PX, left:right] = 255


def _drawn_rows(drawn: npt.NDArray[np.float64]) -> tuple[int, int]:
    """The first and the last row of a rule, of the shares of rows of dots that are inked; all where no row is a rule's."""
    first = last = int(drawn.argmax())
    if drawn[first] < _WHOLE:
        return 0, drawn.size - 1
    while first > 0 and drawn[first - 1] >= _DRAWN:
        first -= 1
    while last < drawn.size - 1 and drawn[last + 1] >= _DRAWN:
        last += 1
    return first, last


def _pieces(start: int, end: int, piece: int) -> Iterator[tuple[int, int]]:
    count = max(1, round((end - start) / piece))
    yield from pairwise(np.linspace(start, end, count + 1).round().astype(int).tolist())


def _strokes(ink: Mask, walls: Mask, own: Mask, longest: int) -> Mask:
    """What of the walls belongs to characters: ink beside the rule itself that goes on outside or stands apart from the rule, no
    longer than a few characters."""
    around = cv2.dilate(walls, np.ones((2 * _BEYOND_PX + 1,) * 2, np.uint8))
    beside = ink & np.asarray(around, dtype=np.uint8) & ~own
    dots = np.flatnonzero(beside > 0)  # of numbers it takes twenty times as long
    if not dots.size:
        return np.zeros_like(walls)
    rows, columns = divmod(dots, beside.shape[1])
    count, piece = _connected(beside, rows, columns)
    kept = np.ones(count, bool)
    kept[piece[_next_to(own, dots)]] = False
    wide, high = _extents(piece, columns, count), _extents(piece, rows, count)
    for index in np.flatnonzero(~kept & (wide >= _BAR_PX) & (high > 1) & (wide >= 2 * high)):
        of = piece == index
        kept[index] = _is_underscore(ink, int(rows[of].min()), int(columns[of].min()), int(columns[of].max()) + 1)
    kept[piece[walls.ravel()[dots] == 0]] = True
    for at in (rows, columns):
        kept &= _extents(piece, at, count) <= longest
    strokes = np.zeros_like(walls)
    strokes.ravel()[dots[kept[piece]]] = 255
    return np.asarray(cv2.dilate(strokes, np.ones((3, 3), np.uint8)), dtype=np.uint8) & ~own


def _connected(
    mask: Mask, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]
) -> tuple[int, npt.NDArray[np.int32]]:
    """How many connected pieces there are, the paper counted, and of each dot of the mask its piece.

    Only the part with dots is looked at: the labels of a page are sixteen megabytes. Counting what is in each piece would take
    OpenCV four times as long.
    """
    top, left = int(rows.min()), int(columns.min())
    part = np.ascontiguousarray(mask[top : int(rows.max()) + 1, left : int(columns.max()) + 1])
    count, labels = cv2.connectedComponents(part, connectivity=8, ltype=cv2.CV_32S)
    return count, np.asarray(labels, dtype=np.int32)[rows - top, columns - left]


def _is_underscore(ink: Mask, top: int, left: int, right: int) -> bool:
    """Whether a flat piece of ink on a rule is an underscore: nothing stands above it, and letters at its sides.

    What is left of a rule that bends has letters above it, or none beside it.
    """
    wide = right - left
    rows = slice(max(0, top - _LETTER_HIGH * wide), top - 1)
    above = ink[rows, left:right].any(axis=0)
    before, behind = ink[rows, max(0, left - wide) : left], ink[rows, right : right + wide]
    return bool(above.mean() <= _OVERHANG and before.any() and behind.any())


def _next_to(mask: Mask, dots: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Which of the dots adjoin a mask, over corners too."""
    return np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8))).ravel()[dots] > 0


def _extents(piece: npt.NDArray[np.int32], at: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
    """How many rows (or columns) each of `count` pieces takes, of its dots' `piece` and places `at`; piece 0 has none."""
    low, high = np.full(count, np.iinfo(np.intp).max), np.full(count, -1)
    np.minimum.at(low, piece, at)
    np.maximum.at(high, piece, at)
    return np.where(high < 0, 0, high - low + 1)
