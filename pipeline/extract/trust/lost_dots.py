"""A small dot between two characters of a line (·) that the reading passed over.

Of a picture of few bytes the main and the quick reader passed over the dot of 麦田·麦田 together. Its ink stands by itself:
between two Chinese characters, half-way up, with nothing above or below it. So may a speck: it only says when to ask others.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from pipeline.extract.ocr.readers import Reading
from pipeline.extract.raster.components import Component, find_components
from pipeline.extract.raster.ink import Mask

#: In heights of the line's ink: how large a dot is at least and at most, and how far up its middle is.
_LEAST: Final = 0.06
_LARGEST: Final = 0.3
_HALF_WAY: Final = (0.3, 0.7)
#: Width to height.
_ROUND: Final = 1.7
#: In the same heights: how far from the middle between two characters; a reader's places lie a sixth apart.
_AWAY: Final = 0.35


def has_dot_between(reading: Reading, ink: Mask) -> bool:
    """Whether ink like a dot's stands between two characters of a line that was read so; `ink` is that of its very crop."""
    rows = np.flatnonzero(ink.any(axis=1))
    if not rows.size or len(reading.centres) != len(reading.text):
        return False
    top, high, wide = int(rows[0]), int(rows[-1]) + 1 - int(rows[0]), ink.shape[1]
    shown = [(c, x * wide) for c, x in zip(reading.text, reading.centres, strict=True) if not c.isspace()]
    between = [(a + b) / 2 for (one, a), (two, b) in pairwise(shown) if _is_chinese(one) and _is_chinese(two)]
    pieces = list(find_components(np.ascontiguousarray(ink)))
    dots = [piece for piece in pieces if _is_dot(piece, top, high)]
    return any(
        any(abs(dot[0] + dot[2] / 2 - at) <= _AWAY * high for at in between) and _is_apart(dot, pieces) for dot in dots
    )


def _is_dot(piece: Component, top: int, high: int) -> bool:
    _, y, wide, tall, _ = piece
    sized = _LEAST * high <= min(wide, tall) and max(wide, tall) <= min(_LARGEST * high, _ROUND * min(wide, tall))
    return sized and _HALF_WAY[0] <= (y + tall / 2 - top) / high <= _HALF_WAY[1]


def _is_apart(dot: Component, pieces: list[Component]) -> bool:
    """Whether nothing else is above or below it."""
    return not any(other is not dot and other[0] < dot[0] + dot[2] and dot[0] < other[0] + other[2] for other in pieces)


def _is_chinese(character: str) -> bool:
    return character.isalpha() and not character.isascii()
