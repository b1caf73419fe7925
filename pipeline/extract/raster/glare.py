"""Whether a lamp is mirrored on a page and washes out what is printed there.

A mirrored lamp is one white patch, paper and ink alike, that fades away on all sides amid paper that is darker. Paper that
is white because the picture is bright shows its ink, ends sharply where the sheet or a table ends, or is white elsewhere too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.decode import Rgb
from pipeline.extract.raster.ink import Mask, even_light, ink_mask, paper_light, red_free
from pipeline.extract.raster.planes import planes

#: As bright as this in all three colours a dot holds nothing any more.
_WHITE: Final = 250
_CALM_PX: Final = 9
#: Of the page's area; a smaller patch washes out a word or two.
_LEAST_AREA: Final = 0.04
#: A patch fills its outline; white paper with print on it does not.
_LEAST_FILLED: Final = 0.85
_MOST_INK: Final = 0.02
#: What the paper further off may be as bright as.
_BRIGHTEST_PAPER: Final = 245.0
#: How far from the patch light and paper are looked at, in shares of the longer side.
_CLOSE, _NEAR, _FAR = 0.01, 0.025, 0.045
_LEAST_FAR: Final = 0.05
#: As dark as this so close to a patch, and its edge there is sharp.
_SHARP: Final = 215
_STILL_WHITE: Final = 249
#: Shares of the way round. Measured: docs/decisions/0025-what-was-read-where.md.
_MOST_SHARP: Final = 0.25
_MOST_WHITE: Final = 0.45

_Distances = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhitePatch:
    """The largest white patch of a page; all but `paper` are shares (0-1).

    `area` is of the page, `filled` how much of its outline it fills, `ink` how much of its outline is ink. `paper` is the
    brightness (0-255) of the paper further off, 255 where there is hardly any. Round about it, `sharp` is where it ends at
    once, and `white` where the paper is white a little further off as well.
    """

    area: float
    filled: float
    ink: float
    paper: float
    sharp: float
    white: float

    @property
    def is_glare(self) -> bool:
        """Whether it is surely a mirrored lamp."""
        return (
            self.area >= _LEAST_AREA
            and self.filled >= _LEAST_FILLED
            and self.ink <= _MOST_INK
            and self.paper <= _BRIGHTEST_PAPER
            and self.sharp <= _MOST_SHARP
            and self.white <= _MOST_WHITE
        )


def find_white_patch(rgb: Rgb) -> WhitePatch | None:
    """The largest white patch of a page; None where it has none worth speaking of."""
    patch = _largest(rgb)
    if patch is None:
        return None
    edges, _ = cv2.findContours(patch, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = np.zeros_like(patch)
    cv2.fillConvexPoly(outline, cv2.convexHull(np.vstack(edges)), 255)
    inside = cv2.countNonZero(outline)
    ink = ink_mask(even_light(red_free(rgb)))
    light = paper_light(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8))
    away = np.asarray(cv2.distanceTransform(cv2.bitwise_not(outline), cv2.DIST_L2, 5) / max(patch.shape), np.float32)
    beyond = away > _FAR
    return WhitePatch(
        area=cv2.countNonZero(patch) / patch.size,
        filled=cv2.countNonZero(patch) / inside,
        ink=cv2.countNonZero(cv2.bitwise_and(ink, outline)) / inside,
        paper=float(np.median(light[beyond])) if beyond.mean() >= _LEAST_FAR else 255.0,
        sharp=float((light[_ring(away, _CLOSE)] < _SHARP).mean()),
        white=float((light[_ring(away, _NEAR)] >= _STILL_WHITE).mean()),
    )


def _largest(rgb: Rgb) -> Mask | None:
    red, green, blue = planes(rgb)
    darkest = cv2.min(cv2.min(red, green), blue)  # a tenth of the time that numpy takes for it
    white = np.asarray(cv2.blur(darkest, (_CALM_PX, _CALM_PX)) >= _WHITE)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(white.astype(np.uint8))
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    if stats[largest, cv2.CC_STAT_AREA] < _LEAST_AREA * white.size / 2:
        return None
    return np.asarray(labels == largest, dtype=np.uint8) * np.uint8(255)


def _ring(away: _Distances, share: float) -> npt.NDArray[np.bool_]:
    """The dots that lie so far from the patch; all of the picture's where none does."""
    ring = np.abs(away - share) * max(away.shape) < 1.0
    return ring if ring.any() else np.ones_like(ring)
