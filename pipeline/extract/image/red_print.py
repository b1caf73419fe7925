"""Lines of print in red: values that were typed in red, which is no seal's ink and is to be read.

Whatever is red is taken out of a page before it is read, as seals lie over text. Of values typed in red a few dark dots were
left, and the readers made of them what they could: 形 of 贺彦, 133 of 156.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from pipeline.extract.image.cells import Rect, bounds, holds_middle, inside
from pipeline.extract.image.grid import Table
from pipeline.extract.ocr.readers import Quad
from pipeline.extract.raster.components import Component, find_components
from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.extract.raster.ink import Mask, even_light, ink_mask, wide_redness
from pipeline.extract.raster.planes import planes

#: A line of print has so many red dots at least; fewer are dust, or the edge of something else.
_LEAST_DOTS: Final = 30
#: How much redder ink is than the paper beside it, over the width of a stroke: files keep colours coarser than light. Of all the
#: ink of a line so much is: text under a seal is black where the seal is not.
_REDDER: Final = 14
_ALL: Final = 0.9
#: In heights of a line: so far strokes reach beyond its box, and so far round it there is nothing else in red. A seal's ring,
#: star and other words are nearer.
_BEYOND: Final = 0.3
_ALONE: Final = 1.0
#: So many red dots round a line, in squares of its height, are dust.
_DUST: Final = 0.02
#: A piece that is so much of a line in width and in height is a frame.
_FRAMED: Final = 0.9
#: A line is level: what is stamped lies aslant. And no line of values is as high as this, in heights of the page's usual line.
_SLOPE: Final = 0.06
_HIGH: Final = 2.2
#: So many cells in red are how a form was filled in, or a part of it. A single one may be a stamp: a date, a name, a number; and
#: lines in one cell are a stamp of an address.
_FILLED_IN: Final = 4


def find_red_print(rgb: Rgb, red: Mask, quads: Sequence[Quad], tables: Sequence[Table]) -> tuple[Rect, ...]:
    """The rectangles of lines of print in red on an upright page, of those that stand at `quads`, each cut by the cells of
    tables: a label is found as one line with the value beside it. `red` is the page's `red_mask`."""
    cells = [inside(frame) for table in tables for frame in table.frames]
    level = filter(None, (_level(quad, red.shape) for quad in quads))
    shown = [piece for rect in level for piece in _by_cells(rect, cells) if _may_be_red(piece, red)]
    if not shown:
        return ()
    usual = float(np.median([bounds(quad)[3] - bounds(quad)[1] for quad in quads]))
    thick = np.asarray(cv2.dilate(red, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    pieces = tuple(find_components(thick))
    cold = _without_red(rgb)
    inked, redness = ink_mask(even_light(cold)), wide_redness(rgb)
    lines = [
        rect
        for rect in shown
        if rect[3] - rect[1] <= _HIGH * usual and _is_all_red(rect, inked, redness) and _is_whole(rect, pieces)
    ]
    others = red.copy()
    for rect in lines:
        others[_around(rect, _BEYOND, red.shape)] = 0
    return tuple(rect for rect in lines if _stands_alone(rect, others))


def is_how_it_is_filled_in(lines: Sequence[Rect], tables: Sequence[Table]) -> bool:
    """Whether so many cells have lines in red that these are no stamps."""
    cells = [inside(frame) for table in tables for frame in table.frames]
    return sum(any(holds_middle(cell, line) for line in lines) for cell in cells) >= _FILLED_IN


def in_black(rgb: Rgb, lines: Sequence[Rect]) -> Rgb:
    """The page with its lines of red print without their red; everything else is the same."""
    black = rgb.copy()
    for rect in lines:
        place = _around(rect, _BEYOND, rgb.shape)
        part = black[place]
        part[:, :, 0] = np.minimum(part[:, :, 0], _without_red(part))
        part[:, :, 1:] = part[:, :, :1]
    return black


def _without_red(rgb: Rgb) -> Gray:
    """How light what is not red is: red ink is dark there, as black is."""
    _, green, blue = planes(rgb)
    return np.asarray(cv2.addWeighted(green, 0.5, blue, 0.5, 0), dtype=np.uint8)


def _level(quad: Quad, shape: tuple[int, ...]) -> Rect | None:
    """The rectangle of a line that is level and lies on the page; None for others."""
    (left, top), (right, end) = quad[0], quad[1]
    if right <= left or abs(float(end - top)) > _SLOPE * float(right - left):
        return None
    x0, y0, x1, y1 = bounds(quad)
    rect = max(0, x0), max(0, y0), min(shape[1], x1), min(shape[0], y1)
    return rect if rect[2] > rect[0] and rect[3] > rect[1] else None


def _by_cells(rect: Rect, cells: Sequence[Rect]) -> Iterator[Rect]:
    """What of a line lies in each cell; the whole line where it touches none."""
    left, top, right, bottom = rect
    touched = [cell for cell in cells if cell[0] < right and cell[2] > left and cell[1] < bottom and cell[3] > top]
    for x0, y0, x1, y1 in touched:
        yield max(left, x0), max(top, y0), min(right, x1), min(bottom, y1)
    if not touched:
        yield rect


def _may_be_red(rect: Rect, red: Mask) -> bool:
    left, top, right, bottom = rect
    return int(np.count_nonzero(red[top:bottom, left:right])) >= _LEAST_DOTS


def _is_all_red(rect: Rect, inked: Mask, redness: Gray) -> bool:
    """Whether all the ink of a line is redder than its paper."""
    left, top, right, bottom = rect
    ink, shades = inked[top:bottom, left:right] > 0, redness[top:bottom, left:right]
    if np.count_nonzero(ink) < _LEAST_DOTS or ink.all():
        return False
    return float((shades[ink] >= float(np.median(shades[~ink])) + _REDDER).mean()) >= _ALL


def _is_whole(rect: Rect, pieces: Sequence[Component]) -> bool:
    """Whether no piece of red in a line reaches far beyond it, as a ring does, or goes round it as a frame."""
    left, top, right, bottom = rect
    room = _BEYOND * (bottom - top)
    own = [
        (x, y, x + wide, y + high)
        for x, y, wide, high, _ in pieces
        if x < right and x + wide > left and y < bottom and y + high > top
    ]
    return all(
        x0 >= left - room
        and y0 >= top - room
        and x1 <= right + room
        and y1 <= bottom + room
        and not (x1 - x0 >= _FRAMED * (right - left) > bottom - top and y1 - y0 >= _FRAMED * (bottom - top))
        for x0, y0, x1, y1 in own
    )


def _stands_alone(rect: Rect, others: Mask) -> bool:
    """Whether nothing red that is no line of print lies round a line."""
    size = rect[3] - rect[1]
    return int(np.count_nonzero(others[_around(rect, _ALONE, others.shape)])) <= _DUST * size**2


def _around(rect: Rect, share: float, shape: tuple[int, ...]) -> tuple[slice, slice]:
    left, top, right, bottom = rect
    room = round(share * (bottom - top))
    rows = slice(max(0, top - room), min(shape[0], bottom + room))
    return rows, slice(max(0, left - room), min(shape[1], right + room))
