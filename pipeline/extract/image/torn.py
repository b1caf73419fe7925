"""Lines of text that a wall runs through which may be none.

In a row as low as its print a stroke of a character may pass for a wall: it reaches from rule to rule. The label's last
character then begins the value, or the value's first are the label's, and every reader agrees on what is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from pipeline.extract.image.cells import Rect
from pipeline.extract.image.grid import Frame
from pipeline.extract.raster.ink import Mask

#: In heights of a line: so high is a row that print fills; so far a line found goes on beyond a wall; so near to each other is its
#: ink on both sides, where the wall may be a stroke of it.
_LOW: Final = 1.7
_BEYOND: Final = 0.3
_NEAR: Final = 0.6
#: In heights of its print, how high a line is that is found alone; where one is found with its neighbour's it may be twice as high.
_FOUND: Final = 1.45


def is_torn(rect: Rect, frame: Frame, lines: Iterable[Rect], ink: Mask) -> bool:
    """Whether a line that is read in a low cell was found as one with what stands close beyond the cell's side.

    `lines` are those found on the page, `ink` is the page's without its rules.
    """
    height = _height(rect, ink)
    if frame.bottom - frame.top > _LOW * height:
        return False
    beyond = round(_BEYOND * height)
    own = [line for line in lines if min(line[3], rect[3]) - max(line[1], rect[1]) > 0.5 * height]
    return any(
        line[0] < side - beyond and line[2] > side + beyond and _is_near(side, rect, height, ink)
        for side in (frame.left, frame.right)
        for line in own
    )


def _height(rect: Rect, ink: Mask) -> int:
    """How high a line is, without the room that it was found with beside another."""
    rows = np.flatnonzero(ink[rect[1] : rect[3], rect[0] : rect[2]].any(axis=1))
    high = rect[3] - rect[1]
    return min(high, round(_FOUND * float(rows[-1] + 1 - rows[0]))) if rows.size else high


def _is_near(side: int, rect: Rect, height: int, ink: Mask) -> bool:
    """Whether ink stands on both sides of a wall with less than a character between."""
    reach = round(_NEAR * height)
    band = np.asarray(ink[rect[1] : rect[3], max(0, side - reach) : side + reach].any(axis=0))
    at = np.flatnonzero(band)
    middle = min(side, reach)
    before, behind = at[at < middle], at[at >= middle]
    return bool(before.size and behind.size) and int(behind[0] - before[-1]) < reach
