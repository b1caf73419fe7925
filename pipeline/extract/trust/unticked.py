"""Rows of tick boxes whose boxes do not say it all: a pen's line through or round a label, pale ticks, a marker's colour.

Where no box is ticked the sender is told so, where one is the form is believed: neither holds where somebody chose by other means.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pipeline.extract.image.cells import Rect
from pipeline.extract.image.pixels import Picture
from pipeline.extract.raster.components import find_components
from pipeline.extract.raster.ink import Mask, wide_redness
from pipeline.extract.raster.planes import only_plane

#: In heights of the row's lines: no character nor box is so wide, and letters that touch are not.
_WIDE: Final = 2.3
_RULE: Final = 0.3
_PASSED: Final = 2
#: How much darker the inside of one box is than that of the palest, of 255; empty boxes of one page differed by 12 at most
#: (49 pages), a grey tick on a photo by 60.
_PALE_TICK: Final = 20
_DARKEST: Final = 0.1
#: How much more colour than the cell's paper, of 255, and on what share of the cell: of a marker, not of a pen.
_COLOUR: Final = 60
_MARKED: Final = 0.02
_SIDE_PX: Final = 4
#: How far beyond a box as it was found its frame may reach, in heights of the box: one that a tick broke is found without it.
_FRAME: Final = 0.2
_FRAME_PX: Final = 3
#: An underline is so flat, in heights of the row's lines.
_FLAT: Final = 0.2
#: How much redder than its cell a red pen's stroke is when it is blurred, of 255 (other cells had none that was 12 redder), and
#: how large one is, in heights of the row's lines.
_REDDER: Final = 18
_RED_STROKE: Final = 0.25
_INSIDE: Final = 0.22


def has_stroke(cell: Rect, height: int, labels: Sequence[float], picture: Picture) -> bool:
    """Whether a piece of ink is wider than any printed character: a line through labels, under one or round one.

    `height` is that of the row's lines, `labels` are the middles of the options' characters, in pixels of the page: a line to write
    on behind 其他 passes none.
    """
    left, top, right, bottom = _inner(cell)
    inked = np.ascontiguousarray(picture.ink[top:bottom, left:right])
    least = _RULE * height if picture.coarse else 0  # a fax leaves whole lines of the rules, and draws its own
    pieces = [(left + x, wide) for x, _, wide, high, _ in find_components(inked) if high > least]
    return height > 0 and any(
        wide >= _WIDE * height and sum(x < at < x + wide for at in labels) >= _PASSED for x, wide in pieces
    )


def has_underline(cell: Rect, height: int, labels: Sequence[float], picture: Picture) -> bool:
    """Whether a flat stroke passes several characters of the options' labels: shorter ones than `has_stroke` knows, as what
    a pen's line makes of the height of a line of text is not known."""
    left, top, right, bottom = _inner(cell)
    found = find_components(np.ascontiguousarray(picture.ink[top:bottom, left:right]))
    flat = [(left + x, wide) for x, _, wide, high, _ in found if high <= _FLAT * height and wide >= height]
    return any(sum(x < at < x + wide for at in labels) >= _PASSED for x, wide in flat)


def has_pale_tick(squares: Sequence[Rect], picture: Picture) -> bool:
    """Whether one of several empty boxes is a little darker inside than another: a pencil's tick is no ink."""
    shades = [_shade(square, picture) for square in squares]
    return len(shades) > 1 and max(shades) - min(shades) >= _PALE_TICK


def has_mark_round(squares: Sequence[Rect], cell: Rect, ink: Mask) -> bool:
    """Whether a piece of ink lies on an empty box and reaches beyond it: a ring round it, or a tick that mostly passes its inside.

    A box that touches its label in print is taken for such a one."""
    left, top, right, bottom = _inner(cell)
    found = find_components(np.ascontiguousarray(ink[top:bottom, left:right]))
    pieces = [(left + x, top + y, left + x + wide, top + y + high) for x, y, wide, high, _ in found]
    return any(_overlap(piece, box) and _beyond(piece, box) for piece in pieces for box in squares)


def has_red_stroke(cell: Rect, picture: Picture, height: int) -> bool:
    """Whether something in a cell is redder than the rest of it, and as large as a small tick: a thin red pen's stroke goes with
    the seals, and in the shade or in a picture of few bytes too little of it is red enough for one."""
    left, top, right, bottom = _inner(cell)
    part = np.ascontiguousarray(picture.rgb[top:bottom, left:right])
    if part.ndim < 3 or not part.size or only_plane(part) is not None:
        return False
    redness = wide_redness(part)
    red = (redness > np.median(redness) + _REDDER).astype(np.uint8) * np.uint8(255)
    return any(max(wide, high) >= _RED_STROKE * height for _, _, wide, high, _ in find_components(red))


def has_marker(cell: Rect, picture: Picture, height: int = 0) -> bool:
    """Whether part of a cell has a colour that the rest of it lacks, or a stroke in it is red: what goes with the seals may be a
    ring that a pen drew round a box. `height` is that of the row's lines."""
    left, top, right, bottom = _inner(cell)
    part = picture.rgb[top:bottom, left:right].astype(np.int16)
    if part.ndim < 3 or not part.size:
        return False
    red = part[:, :, 0] - part[:, :, 1:].max(axis=2) > _COLOUR
    if 0 < height <= int(red.sum()):
        return True
    colour = part.max(axis=2) - part.min(axis=2)
    return bool((colour > np.median(colour) + _COLOUR).mean() >= _MARKED)


def _shade(square: Rect, picture: Picture) -> int:
    """How much darker than white the darkest tenth of a box's inside is."""
    left, top, right, bottom = square
    dy, dx = max(2, round((bottom - top) * _INSIDE)), max(2, round((right - left) * _INSIDE))
    inside = picture.clean[top + dy : bottom - dy, left + dx : right - dx]
    return 255 - int(np.quantile(inside, _DARKEST)) if inside.size else 0


def _overlap(piece: Rect, box: Rect) -> bool:
    return piece[0] < box[2] and box[0] < piece[2] and piece[1] < box[3] and box[1] < piece[3]


def _beyond(piece: Rect, box: Rect) -> bool:
    """Whether a piece reaches farther to any side than a box's own frame does."""
    more = max(_FRAME_PX, _FRAME * (box[3] - box[1]))
    return max(box[0] - piece[0], box[1] - piece[1], piece[2] - box[2], piece[3] - box[3]) > more


def _inner(cell: Rect) -> Rect:
    """Without what is left of the cell's rules."""
    left, top, right, bottom = cell
    return (
        left + _SIDE_PX,
        top + _SIDE_PX,
        max(left + _SIDE_PX, right - _SIDE_PX),
        max(top + _SIDE_PX, bottom - _SIDE_PX),
    )
