"""Text that a screen drew on the thirds of its dots (ClearType), in grey.

Red, green and blue of a dot lie side by side, and such text is drawn on them one by one: what looks like a coloured fringe is where
a stroke ends between dots. Red is the same text as blue, seen two thirds of a dot further on, and green is in the middle: its
text in grey stands where the screen showed it. Half of a fringe would pass for red ink of a seal otherwise, and be taken
out: of four pages no digits proved to be print.

Measured (pages of seeds 3200000 to 3200007): with the three laid upon each other, each moved to its place, two sentences more were
doubted than with green alone, which is sharper.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.image.screen import is_drawn
from pipeline.extract.raster.decode import Rgb
from pipeline.extract.raster.ink import wide_redness
from pipeline.extract.raster.planes import planes

#: Every so many rows are looked at.
_STEP: Final = 14
#: How far apart red and blue may be, in dots of a picture that was enlarged twice at most; some screens have blue first.
_TRIED: Final = tuple(sign * apart for sign in (1, -1) for apart in (2 / 3, 1.0, 4 / 3))
#: Moved, red and blue differ by this share of what they did, or less: 0.2 to 0.55 were seen.
_LESS: Final = 0.65
#: And by so many levels at least before, the mean of dots that differ; JPEG changes some.
_COLOURED: Final = 12.0
_SAME: Final = 4
#: Of the dots looked at.
_LEAST_SHARE: Final = 0.002
#: Redder than this, as wide as a stroke, is a seal.
_RED: Final = 45

Plane = npt.NDArray[np.uint8]


def without_fringes(rgb: Rgb) -> Rgb:
    """The picture in grey, seals left red; the very picture where it has no fringes."""
    if not is_drawn(rgb) or fringe_px(rgb) is None:
        return rgb
    grey = np.repeat(rgb[:, :, 1:2], 3, axis=2)
    sealed = wide_redness(rgb) > _RED
    grey[sealed] = rgb[sealed]
    return grey


def fringe_px(rgb: Rgb) -> float | None:
    """About how far to the right of blue the same text lies in red, in dots; None where colours are no fringes."""
    rows = np.ascontiguousarray(rgb[_STEP // 2 :: _STEP])
    red, _, blue = planes(rows)
    apart = np.asarray(cv2.absdiff(red, blue))
    coloured = apart > _SAME
    if coloured.mean() < _LEAST_SHARE:
        return None
    before = float(apart[coloured].mean())
    if before < _COLOURED:
        return None
    tried = [(float(np.asarray(cv2.absdiff(_moved(red, by), blue))[coloured].mean()), by) for by in _TRIED]
    least, by = min(tried)
    return -by if least <= _LESS * before else None


def _moved(plane: Plane, by: float) -> Plane:
    """A picture moved to the right by so many dots."""
    matrix = np.array([[1.0, 0.0, by], [0.0, 1.0, 0.0]])
    size = (plane.shape[1], plane.shape[0])
    moved = cv2.warpAffine(plane, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.uint8)
