"""What is ink on a picture: light evened out, red ink told from black.

All pictures are uint8; gray ones (height, width), 0 black.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.extract.raster.planes import only_plane, planes

Mask = npt.NDArray[np.uint8]  # 255 where set

#: Below this share of the local paper brightness a dot is ink.
INK_LEVEL: Final = 0.72
#: Of a hairline on a photo, a third of a dot wide.
FAINT_LEVEL: Final = 0.87
#: Of the sides of a box in a typeface that draws them as hairlines, on a scan.
FAINTEST_LEVEL: Final = 0.94
#: The darkest dots of a page, so many of all, are the middles of its strokes: 160 to 187 on carbon copies, 33 to 60 on scans, 92 to
#: 128 on coarse ones, 60 to 93 on photos. They are made as dark as on photos, but noise is not drawn out without end.
_INKED: Final = 0.01
_PALE: Final = 140
_DARK: Final = 90
_FAINTEST: Final = 66


def red_free(rgb: Rgb) -> Gray:
    """The red channel, brightened by how red a dot is: a seal becomes paper, black and blue ink stay dark."""
    if (grey := only_plane(rgb)) is not None:
        return grey
    red, green, blue = planes(rgb)
    redness = cv2.subtract(red, cv2.addWeighted(green, 0.5, blue, 0.5, 20))
    return np.asarray(cv2.addWeighted(red, 1.0, redness, 0.9, 0), dtype=np.uint8)


def red_as_paper(rgb: Rgb) -> Gray:
    """As `red_free`, but red is made no lighter than the paper round it.

    On tinted or shaded paper a seal becomes lighter than that, which then is dark beside it: readers see the seal's words in white.
    """
    return np.asarray(np.minimum(red_free(rgb), paper_light(planes(rgb)[0])), dtype=np.uint8)


def paper_light(gray: Gray) -> Gray:
    """The brightness of the paper at each dot (shadows included), without the ink on it."""
    height, width = gray.shape
    small = cv2.resize(gray, (max(8, width // 8), max(8, height // 8)), interpolation=cv2.INTER_AREA)
    spread = cv2.dilate(small, np.ones((5, 5), np.uint8))
    smooth = cv2.medianBlur(spread, 9 if min(small.shape) > 9 else 3)
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def even_light(gray: Gray) -> Gray:
    """The picture divided by its paper's brightness: paper is about 255 everywhere, in shadow too."""
    return np.asarray(cv2.divide(gray, np.maximum(paper_light(gray), 16), scale=255), dtype=np.uint8)


def level_ink(even: Gray) -> Gray:
    """A picture with evened light whose ink is pale all over (a carbon copy), with ink as dark as others have; else the very same.

    Boxes and thin strokes would be broken by what counts as ink elsewhere.
    """
    shades = cv2.calcHist([even], [0], None, [256], [0, 256]).ravel().cumsum()
    darkest = int(np.searchsorted(shades, _INKED * shades[-1]))
    if darkest < _PALE:
        return even
    gain = (255 - _DARK) / max(_FAINTEST, 255 - darkest)
    darker = np.clip(255 - gain * (255 - np.arange(256)), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(even, darker), dtype=np.uint8)


def ink_mask(even: Gray) -> Mask:
    """255 where a picture with evened light is dark."""
    return (even < math.ceil(255 * INK_LEVEL)).astype(np.uint8) * np.uint8(255)


def faint_ink(even: Gray, level: float = FAINT_LEVEL) -> Mask:
    """255 where a picture with evened light is a little darker than paper: hairlines that a lens made pale."""
    return (even < math.ceil(255 * level)).astype(np.uint8) * np.uint8(255)


def wide_redness(rgb: Rgb) -> Gray:
    """How much redder than anything else each dot and those round it are, as wide as a stroke: of fringes and waves of colour,
    which are finer, little is left."""
    red, green, blue = planes(np.asarray(cv2.blur(rgb, (5, 5)), dtype=np.uint8))
    return np.asarray(cv2.subtract(red, cv2.max(green, blue)), dtype=np.uint8)


def red_mask(rgb: Rgb) -> Mask:
    """255 where there is red ink (a seal): clearly more red than green and blue, as seals are on any paper."""
    if only_plane(rgb) is not None:
        return np.zeros(rgb.shape[:2], np.uint8)
    red, green, blue = planes(rgb)
    others = cv2.max(green, blue)
    strong = np.asarray(cv2.subtract(red, others)) > 45
    if strong.any():
        strong &= (np.asarray(red) > 90) & (np.asarray(others) < np.asarray(cv2.convertScaleAbs(red, alpha=0.8)))
    return strong.astype(np.uint8) * np.uint8(255)
