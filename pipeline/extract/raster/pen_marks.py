"""What somebody did by hand to a value that was there already: a line through it, a cover over part of it, a character written
in with another pen.

Readers read on as if it were not there: of twelve printed values with a line through them eleven were believed, and 诸葛志 was
诸葛 where a bar lay over its last character. Who struck a value out meant that it is not the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.components import find_components
from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.extract.raster.ink import Mask

#: In heights of a line: no stroke of a character is as long, nor do strokes of two characters hang together (0.97 at most in 490
#: lines of eleven sorts of pages).
_STROKE: Final = 1.25
#: A red line is flatter than this, and ends within the line of text; what of a seal's ring is as flat comes from outside.
_FLAT: Final = 0.5
#: Between which shares of the ink's height a line through it runs; below are underscores and underlines.
_MIDDLE: Final = (0.2, 0.8)
_HIGHER: Final = (0.2, 0.68)
#: By hand digits hang together, the bar of a 4 with the waist of an 8: of 274 numbers in one hand 54 had a run of 1.25 heights.
#: Each further 4 or 8 makes the run longer.
_STROKE_BY_HAND: Final = 1.6
_WAISTED: Final = re.compile("[48]{2,}")
_WAIST: Final = 0.5
#: So far above and below a line's middle, in heights of the line of text, so many strokes at least are cut by it.
_BESIDE: Final = 0.2
_CROSSED: Final = 2
#: A pen's line climbs: so much, in heights of the line of text, counts as one row.
_CLIMB: Final = 0.09
#: Darker is surely ink: what a blur leaves between two characters is not.
_SURELY: Final = 150
#: Characters that are lines themselves.
_LINES: Final = frozenset("—–―─－ー~～…=＝")
#: In heights of a line: a patch of that size without paper in it, and all of one shade, is no part of a character.
_PATCH: Final = 0.4
_DARK: Final = 200
_ONE_SHADE: Final = 22
_LEAST_PX: Final = 8
#: A highlighter's tint under a value: lighter and darker shades than these are paper and ink. So much of a line has it, within so
#: many shades; print is so much darker, and nowhere missing for so many heights of the line: under a grey bar there is none.
_TINTS: Final = (90, 235)
_TINTED: Final = 0.4
_DARKER: Final = 50
_BARE: Final = 0.8

#: How much bluer ink is than what is black, with the paper as white (fringes of colour are a dot wide); how many such dots are a
#: mark; and what share of a cell's ink has none, where the value is not written in that pen itself.
_BLUE: Final = 48
_INK: Final = 190
_LEAST_DOTS: Final = 30
_APART: Final = 0.2
#: Of the hue of what is surely that pen: what has half of it or more is its lighter strokes, or its darker ones.
_SAME_HUE: Final = 0.5


def without_tint(ink: Gray) -> Gray:
    """A line of text (gray) that a highlighter marked as on paper; any other line as it is."""
    shades = np.bincount(ink.ravel(), minlength=256).astype(np.float64)
    near = np.convolve(shades, np.ones(2 * _ONE_SHADE + 1), mode="same")[_TINTS[0] : _TINTS[1]]
    tint = _TINTS[0] + int(near.argmax())
    if near.max() < _TINTED * ink.size or _is_bare(ink < tint - _DARKER, np.abs(ink.astype(np.int16) - tint)):
        return ink
    return np.minimum(ink.astype(np.uint16) * 255 // tint, 255).astype(np.uint8)


def _is_bare(text: npt.NDArray[np.bool_], off: npt.NDArray[np.int16]) -> bool:
    """Whether a tint, which dots are so many shades `off`, has room for a character in it without any."""
    tinted = np.flatnonzero((off <= _ONE_SHADE).mean(axis=0) >= _TINTED / 2)
    inked = np.flatnonzero(text.any(axis=0))
    if not tinted.size or not inked.size:
        return True
    ends = np.unique([tinted[0], *inked[(inked >= tinted[0]) & (inked <= tinted[-1])], tinted[-1]])
    return ends.size < 2 or int(np.diff(ends).max()) > _BARE * text.shape[0]


def is_struck(ink: Gray, red: Mask, text: str, *, by_hand: bool = False) -> bool:
    """Whether a line of pen runs through a line of text. `ink` is its crop (gray, rules taken out), `red` where seals may be;
    `by_hand`, that the text itself may be written."""
    rows = np.flatnonzero((ink < _SURELY).any(axis=1))
    if rows.size < _LEAST_PX or not _LINES.isdisjoint(text):
        return False
    top, high = int(rows[0]), int(rows[-1]) + 1 - int(rows[0])
    share = _HIGHER if text.isascii() else _MIDDLE  # the strokes of Latin letters end lower, underscores too
    first, last = (top + round(part * high) for part in share)
    black = (ink < _SURELY).astype(np.uint8)
    length = _longest_stroke(text) if by_hand and text.isascii() else _STROKE
    runs = _runs(black[first:last], length * high, max(1, round(_CLIMB * high)))
    return any(_is_crossed(black, first + at, left, right, round(_BESIDE * high)) for at, left, right in runs) or any(
        wide >= _STROKE * high and tall <= _FLAT * high and at > 0 and first < at + tall / 2 < last
        for _, at, wide, tall, _ in find_components(np.ascontiguousarray(red))
    )


def _longest_stroke(text: str) -> float:
    """How long strokes of digits by hand are that hang together, in heights of the line."""
    return _STROKE_BY_HAND + _WAIST * max((len(digits) for digits in _WAISTED.findall(text)), default=0)


def _runs(black: Mask, length: float, climb: int) -> Iterator[tuple[int, int, int]]:
    """Level runs so long, or parts of them: the row, and the first and the last column."""
    if black.shape[1] < length or not black.any():
        return
    thick = cv2.dilate(black, np.ones((climb, 1), np.uint8))
    side = round(length)
    found = cv2.erode(thick, np.ones((1, side), np.uint8), anchor=(0, 0), borderValue=(0.0,))
    for at in np.flatnonzero(found.any(axis=1)).tolist():
        columns = np.flatnonzero(found[at])
        yield at, int(columns[0]), int(columns[-1]) + side


def _is_crossed(black: Mask, at: int, left: int, right: int, beside: int) -> bool:
    """Whether strokes go on above and below a run at several places, as those that somebody drew a line through do: the feet of
    2s that touch are a run as well, and nothing hangs from them."""
    over = black[max(0, at - beside), left:right]
    under = black[min(len(black) - 1, at + beside), left:right]
    return min(_count(over), _count(under)) >= _CROSSED


def _count(row: npt.NDArray[np.uint8]) -> int:
    """How many strokes a row of dots meets."""
    return int(np.count_nonzero(np.diff(row.astype(np.int8), prepend=0) > 0))


def is_covered(ink: Gray) -> bool:
    """Whether a patch of one dark shade lies in a line of text: a bar or a blot, under which something may stand."""
    high = ink.shape[0]
    side = round(_PATCH * high)
    if min(ink.shape) < max(side, _LEAST_PX):
        return False
    brick = np.ones((side, side), np.uint8)
    inner = ink[high // 5 : high - high // 5]
    lightest, darkest = (np.asarray(how(inner, brick), dtype=np.int16) for how in (cv2.dilate, cv2.erode))
    within = (slice(side // 2, -(side // 2) or None),) * 2
    flat = (lightest < _DARK) & (lightest - darkest <= _ONE_SHADE)
    return bool(flat[within].any())


def has_another_ink(cell: Rgb, ink: Mask) -> bool:
    """Whether some pieces of a cell's `ink` (without rules and seals) are blue and others are not: print that somebody amended
    with a pen."""
    inked = ink > 0
    if int(np.count_nonzero(inked)) < _LEAST_DOTS:
        return False
    paper = np.maximum(cv2.mean(cell, mask=(~inked).astype(np.uint8))[:3], 32)
    red, green, blue = np.minimum(cell[inked] * (255 / paper), 255).T
    shade = np.zeros_like(ink)
    shade[inked] = (blue - red > _BLUE) & (np.minimum(red, green) < _INK)
    pen = np.asarray(cv2.morphologyEx(shade, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)), dtype=np.uint8)
    if int(np.count_nonzero(pen)) < _LEAST_DOTS:
        return False
    of_pen = _of_pen(ink, pen)[inked]
    apart = ~of_pen
    if float(apart.mean()) < _APART:
        return False
    return _hue((blue - red)[apart], red[apart]) < _SAME_HUE * _hue((blue - red)[of_pen], red[of_pen])


def _of_pen(ink: Mask, pen: Mask) -> npt.NDArray[np.bool_]:
    """Which dots are in pieces of ink with any dot of that pen."""
    count, pieces = cv2.connectedComponents(ink, connectivity=8)
    of_pen = np.zeros(count, bool)
    of_pen[np.unique(pieces[pen > 0])] = True
    return np.asarray(of_pen[pieces])


def _hue(bluer: npt.NDArray[np.float64], red: npt.NDArray[np.float64]) -> float:
    """How blue ink is for how dark it is: a light stroke of a blue pen is less blue than a strong one, and of the same hue."""
    return float(bluer.sum()) / max(1.0, float((255 - red).sum()))
