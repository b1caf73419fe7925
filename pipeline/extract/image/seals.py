"""Lines that were found where there is only a seal.

The detector sees the page in its colours, and finds lines in a seal's words and in what its ring cuts off. They are read where
the red has been taken out: of the paper that is left there readers make characters, and of the print beside it they read a part
once more (`手机 机`), so that labels were not known and values had strange ends.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from pipeline.extract.image.cells import Rect
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.ink import INK_LEVEL, Mask

#: A line with fewer red dots is no seal's.
_LEAST_RED: Final = 30
#: Dark dots of a seal's line that no other line has: of its height squared, and for each red one. A bare 1 has some 0.06 of the
#: height squared.
_DARK: Final = 0.02
_PER_RED: Final = 0.1


def without_seals(rects: Sequence[Rect], clean: Gray, red: Mask) -> tuple[Rect, ...]:
    """The lines of a cell without those in which all that is dark is another line's. `clean` is the page without red ink and
    rules, `red` is where the red was."""
    kept = list(rects)
    for rect in sorted(rects, key=_area):
        others = [other for other in kept if other is not rect]
        if _is_of_a_seal(rect, others, clean, red):
            kept = others
    return tuple(kept)


def _area(rect: Rect) -> int:
    return (rect[2] - rect[0]) * (rect[3] - rect[1])


def _is_of_a_seal(rect: Rect, others: Sequence[Rect], clean: Gray, red: Mask) -> bool:
    left, top, right, bottom = rect
    reds = int(np.count_nonzero(red[top:bottom, left:right]))
    if reds < _LEAST_RED:
        return False
    dark = clean[top:bottom, left:right] < math.ceil(255 * INK_LEVEL)
    for x0, y0, x1, y1 in others:
        dark[max(0, y0 - top) : max(0, y1 - top), max(0, x0 - left) : max(0, x1 - left)] = False
    return int(np.count_nonzero(dark)) <= min(_DARK * (bottom - top) ** 2, _PER_RED * reds)
