"""Tick boxes that are round, ○ and ◎ ⊙ ◉ ●: the rings of one row, by their ink."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pipeline.extract.image.cells import Rect
from pipeline.extract.image.squares import Square
from pipeline.extract.raster.components import find_components
from pipeline.extract.raster.ink import Mask

_LEAST_SIDE_PX: Final = 10
#: In heights of the line.
_SIZES: Final = (0.25, 1.1)
#: Width to height of one, and how far the rings of a row differ in size from the middle one.
_ROUND: Final = 1.18
_ALIKE: Final = 0.15
#: Directions from its middle in which a ring is looked for, as shares of its width from the middle outwards; in nearly all there is
#: ink, and beyond none: the corners of a box, what leads away from a 9 or a pen's tick.
_DIRECTIONS: Final = 48
_RIM: Final = (0.34, 0.5)
_BEYOND: Final = 0.6
_CLOSED: Final = 0.95
#: The middle, in which an empty ring has none: where a dot is looked for, and where a second ring.
_MIDDLES: Final = (0.18, 0.32)


def find_rings(rect: Rect, ink: Mask) -> tuple[Square, ...]:
    """The round boxes in a line of text, left to right, with the share of ink in the middle of each."""
    left, top, right, bottom = rect
    height = bottom - top
    part = np.ascontiguousarray(ink[top:bottom, left:right])
    found = []
    for x, y, wide, high, _ in find_components(part):
        sized = min(wide, high) >= _LEAST_SIDE_PX and _SIZES[0] * height <= high <= _SIZES[1] * height
        if sized and max(wide, high) <= _ROUND * min(wide, high):
            piece = part[y : y + high, x : x + wide] > 0
            if _is_ring(piece):
                place = (left + x, top + y, left + x + wide, top + y + high)
                found.append(Square(rect=place, filled=_filled(piece)))
    return tuple(sorted(found, key=lambda ring: ring.rect))


def are_alike(rings: Sequence[Square]) -> bool:
    """Whether all are of one size."""
    sizes = [ring.rect[3] - ring.rect[1] for ring in rings]
    middle = float(np.median(sizes))
    return all(abs(size - middle) <= max(2.0, _ALIKE * middle) for size in sizes)


def _is_ring(piece: np.typing.NDArray[np.bool_]) -> bool:
    y, x = _from_middle(piece)
    far = np.hypot(y, x)
    turn = ((np.arctan2(y, x) / (2 * np.pi) + 0.5) * _DIRECTIONS).astype(int) % _DIRECTIONS
    rim = piece & (far >= _RIM[0]) & (far <= _BEYOND)
    closed = np.unique(turn[rim]).size / np.unique(turn[far <= _RIM[1]]).size
    return bool(closed >= _CLOSED) and not (piece & (far > _BEYOND)).any()


def _filled(piece: np.typing.NDArray[np.bool_]) -> float:
    y, x = _from_middle(piece)
    far = np.hypot(y, x)
    return max(float(piece[far < middle].mean()) for middle in _MIDDLES)


def _from_middle(piece: np.typing.NDArray[np.bool_]) -> tuple[np.typing.NDArray[np.float64], ...]:
    """How far each dot lies from the middle, down and to the right, in heights and widths of the piece."""
    high, wide = piece.shape
    y, x = np.mgrid[0:high, 0:wide]
    return (y + 0.5) / high - 0.5, (x + 0.5) / wide - 0.5
