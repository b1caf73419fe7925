"""What the dots of a decoded page are: shades of a fine scan, or black and white decided by a machine with few rows.

A scanner or fax at 200 rows an inch sends every row once. A standard fax has 100 rows an inch, and whoever shows it
draws each row twice, so that neighbours come in equal pairs. Of a page that was drawn at yet another size since, its
rows still change at every second place; but how many of them a stroke is thick cannot be counted any more.

Measured on fine faxes, scans and photos: at most 0.07 of the places beside a change of rows are without one; on
standard faxes all are, and 0.75 to 0.82 where they were stretched smoothly afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.image.mesh import Mesh, warp_bent
from pipeline.extract.raster.decode import Gray, Rgb

#: An A4 page at 220 dpi; the longer side of finer ones is longer.
_FINE_SIDE_PX: Final = 2600
#: Grey dots for each dark one that even a sharp scan has at the edges of its strokes.
_BETWEEN: Final = 0.2
#: No stroke is as thick as this, nor a ticked box.
_SOLID_PX: Final = 41
#: Share of places without a change, beside one with: half of them is far from both sorts of pages.
_COMB: Final = 0.5
#: A row changes here where this share of its dots does; less is speckle.
_CHANGE: Final = 0.01
#: And stays the same where less than this share of its neighbour's changes: speckle again.
_SAME: Final = 0.15
#: So many places beside a change say something: a carbon copy had four, so pale was all but its rules, and faxes 350 or more.
_TELLING: Final = 12
#: A picture's rows are drawn higher than this where it has half of the page's.
_FEW_ROWS_PX: Final = 1.5
#: Every so many columns are looked at.
_STEP: Final = 3


class Dots(Enum):
    """The sorts of pages by what can be gone from them."""

    SHADES = "nothing was decided away"
    OWN_ROWS = "black and white, each row the machine's own"
    DOUBLED = "black and white, each row of the machine's drawn twice"
    REDRAWN = "rows were doubled, and drawn at another size since"

    @property
    def coarse(self) -> bool:
        """Whether strokes thinner than a dot may be gone altogether: what is left can be another character."""
        return self is not Dots.SHADES


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecidedDots:
    """What a page was made of; `dots` are those that came, at the page's size, where each row is the machine's own."""

    sort: Dots
    dots: Gray | None = None


def sort_of_dots(rgb: Rgb) -> Dots:
    """Of a decoded page, before it is turned or flattened: that moves dots."""
    grey = rgb[:, :, 1]
    decided = _is_decided(grey)
    if _is_doubled(grey[:, ::_STEP]) or _is_doubled(grey[::_STEP].T):
        return Dots.DOUBLED if decided else Dots.REDRAWN
    return Dots.OWN_ROWS if decided and may_be_decided(rgb.shape[1], rgb.shape[0]) else Dots.SHADES


def dots_of(rgb: Rgb) -> DecidedDots:
    """What a decoded page is made of."""
    sort = sort_of_dots(rgb)
    return DecidedDots(sort=sort, dots=rgb[:, :, 1] if sort is Dots.OWN_ROWS else None)


def may_be_decided(width: int, height: int) -> bool:
    """Whether a picture of that size may have lost strokes for being black and white: finer ones keep them."""
    return max(width, height) <= _FINE_SIDE_PX


def sort_of_picture(grey: Gray, *, row_px: float, movable: bool) -> Dots | None:
    """Of a picture that is drawn on a page, each of its rows `row_px` high; None where nothing was decided away.

    Where it is not `movable` to the page dot by dot (it is turned), nothing can be counted on it.
    """
    if not may_be_decided(grey.shape[1], grey.shape[0]) or not _is_decided(grey):
        return None
    few = row_px > _FEW_ROWS_PX or _is_doubled(grey[:, ::_STEP]) or _is_doubled(grey[::_STEP].T)
    return Dots.REDRAWN if few or not movable else Dots.OWN_ROWS


def _is_decided(grey: Gray) -> bool:
    shades = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel()
    between = int(shades[41:215].sum(dtype=np.float64))
    if between >= _BETWEEN * int(shades[:128].sum(dtype=np.float64)):
        return False
    dark = grey < 128
    # The dark ground of a screenshot has no edges that could be grey: only strokes count.
    solid = cv2.erode(dark.astype(np.uint8), np.ones((_SOLID_PX, _SOLID_PX), np.uint8))
    strokes = dark & (cv2.dilate(solid, np.ones((_SOLID_PX, _SOLID_PX), np.uint8)) == 0)
    return between < _BETWEEN * int(np.count_nonzero(strokes))


def _is_doubled(grey: Gray) -> bool:
    """Whether rows change at every second place only."""
    black = np.ascontiguousarray(grey < 128)
    changes = np.asarray((black[1:] != black[:-1]).sum(axis=1), dtype=np.float64)
    if changes.size < 3:
        return False
    beside = np.asarray(np.maximum(changes[:-2], changes[2:]), dtype=np.float64)
    written = beside >= _CHANGE * black.shape[1]
    same = written & (changes[1:-1] <= _SAME * beside)
    return bool(written.sum() >= _TELLING and same.sum() > _COMB * written.sum())


def moved_dots(grey: Gray, matrix: npt.NDArray[np.float64], mesh: Mesh | None, size: tuple[int, int]) -> Gray:
    """A page moved by `matrix`, then `mesh`, to `size` (width, height) dot by dot: none is blended with its neighbours."""
    return warp_bent(grey, matrix, mesh, size, flags=cv2.INTER_NEAREST, paper=255)
