"""The sheet that a screenshot shows, without the bars and the ground of the program round it.

A screen draws without noise: bars and ground are of one colour dot by dot, and so is the sheet. On a phone the sheet is half
of the picture and less, and everything that goes by the picture's size (how long a rule is, how small text is found)
would go by twice the page's.

Nothing is left out that may be read: the picture must be a screen's, there must be one sheet, and what lies round it must
be mostly flat, as a photo in a chat is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from pipeline.extract.image.cells import Rect
from pipeline.extract.image.flat import Transform
from pipeline.extract.raster.components import find_components
from pipeline.extract.raster.decode import Rgb, to_work_size
from pipeline.extract.raster.planes import planes

#: Every so many dots are looked at.
_STEP: Final = 4
#: Every so many rows tell whether a screen drew the picture.
_ROWS: Final = 16
#: Share of dots that are their neighbour's very colour: screenshots 0.95 and more, scans and photos 0.81 at most. Faxes
#: have 0.99, and no ground.
_DRAWN: Final = 0.9
#: A piece of a photo has so many dots unlike their neighbours, and more such pieces above each other than a bar's text has.
_PIECE_PX: Final = 32
_UNEVEN: Final = 0.5
_THICK: Final = 3
_ALIKE: Final = 2
_WHITE: Final = 245
#: Of the picture, that the sheet takes at least; and of the sheet's sides, that another would have.
_LEAST_SHARE: Final = 0.3
_OTHER_SIDE: Final = 0.2
#: So far from a sheet's side, on both sides of it, its white and the ground are compared; so much darker the ground is.
_EDGE_PX: Final = 2 * _STEP
_STEPS_DOWN: Final = 5
#: A smaller part round the sheet is not worth anything.
_MOST_SHARE: Final = 0.95


def cut_sheet(rgb: Rgb) -> tuple[Rgb, Transform]:
    """The sheet at its working size, and how pixels move there; the very picture where it is no plain screenshot of one."""
    rect = find_sheet(rgb)
    if rect is None:
        return rgb, np.eye(3)
    left, top, right, bottom = rect
    cut = np.ascontiguousarray(rgb[top:bottom, left:right])
    sized = to_work_size(cut)
    across, down = sized.shape[1] / cut.shape[1], sized.shape[0] / cut.shape[0]
    return sized, np.array([[across, 0, -left * across], [0, down, -top * down], [0, 0, 1.0]])


def find_sheet(rgb: Rgb) -> Rect | None:
    """Where the one sheet of a screenshot lies; None where there is none for sure, or hardly anything round it."""
    if not is_drawn(rgb):
        return None
    high, wide = rgb.shape[:2]
    white = (rgb[::_STEP, ::_STEP].min(axis=2) >= _WHITE).astype(np.uint8) * np.uint8(255)
    found = sorted(find_components(white), key=lambda piece: -piece[2] * piece[3])
    if not found:
        return None
    first, *others = found
    if any(
        min(other[2] / first[2], other[3] / first[3]) >= _OTHER_SIDE and not _within(other, first) for other in others
    ):
        return None
    x, y, w, h, _ = first
    if not _LEAST_SHARE <= w * h / white.size <= _MOST_SHARE:
        return None
    left, top, right, bottom = x * _STEP, y * _STEP, min(wide, (x + w) * _STEP), min(high, (y + h) * _STEP)
    sheet = left, top, right, bottom
    return sheet if _has_edges(rgb, sheet) and not _shows_photo(rgb, sheet) else None


def _has_edges(rgb: Rgb, sheet: Rect) -> bool:
    """Whether the sheet ends all at once: white inside its sides and darker outside. Of a page that a lamp lights from one
    side, without noise as programs for phones make it, the bright part has no such sides."""
    return all(_is_edge(inside, outside) for inside, outside in _beside_sides(rgb, sheet))


def _beside_sides(rgb: Rgb, sheet: Rect) -> Iterator[tuple[Rgb, Rgb]]:
    """A line of dots within each side that is not the picture's own, and the lines up to as far without it (lines, dots)."""
    left, top, right, bottom = sheet
    upright = rgb[:, left:right:_STEP]
    level = rgb[top:bottom:_STEP].swapaxes(0, 1)
    for lines, first, last in ((upright, top, bottom - 1), (level, left, right - 1)):
        if first >= _EDGE_PX:
            yield lines[first + _EDGE_PX], lines[first - _EDGE_PX : first]
        if last + _EDGE_PX < len(lines):
            yield lines[last - _EDGE_PX], lines[last + 1 : last + 1 + _EDGE_PX]


def _is_edge(inside: Rgb, outside: Rgb) -> bool:
    """The darkest line counts: beyond a window's frame, a dot thick, may lie another white bar."""
    white, ground = float(np.median(inside.min(axis=1))), float(np.median(outside.min(axis=2), axis=1).min())
    return white >= _WHITE and white - ground >= _STEPS_DOWN


def _shows_photo(rgb: Rgb, sheet: Rect) -> bool:
    """Whether something beside the sheet is neither flat nor as thin as a line of text."""
    left, top, right, bottom = sheet
    rows = np.ascontiguousarray(rgb[::_STEP, :, 1])
    apart = (rows[:, 1:] != rows[:, :-1]).astype(np.uint8) * np.uint8(255)
    apart[top // _STEP : bottom // _STEP, left:right] = 0
    size = (rgb.shape[1] // _PIECE_PX, rgb.shape[0] // _PIECE_PX)
    shares = cv2.resize(apart, size, interpolation=cv2.INTER_AREA)
    uneven = (shares > _UNEVEN * 255).astype(np.uint8)
    return bool(cv2.morphologyEx(uneven, cv2.MORPH_OPEN, np.ones((_THICK, _THICK), np.uint8)).any())


def is_drawn(rgb: Rgb) -> bool:
    """Whether nothing is noisy: a screen's picture, or one in black and white."""
    return _flatness(rgb[::_ROWS]) >= _DRAWN


def _flatness(rows: Rgb) -> float:
    """The share of dots that are their neighbour's colour."""
    if rows.shape[1] < 2 or not rows.shape[0]:
        return 1.0
    apart = cv2.absdiff(np.ascontiguousarray(rows[:, 1:]), np.ascontiguousarray(rows[:, :-1]))
    red, green, blue = planes(np.asarray(apart, dtype=np.uint8))
    most = np.asarray(cv2.max(cv2.max(red, green), blue))
    return float(np.count_nonzero(most <= _ALIKE) / most.size)


def _within(inner: tuple[int, int, int, int, int], outer: tuple[int, int, int, int, int]) -> bool:
    x, y = inner[0] + inner[2] / 2, inner[1] + inner[3] / 2
    return outer[0] <= x <= outer[0] + outer[2] and outer[1] <= y <= outer[1] + outer[3]
