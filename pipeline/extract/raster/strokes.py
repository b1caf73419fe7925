"""How thick the strokes of a line of text are, in a page of black and white.

A fax has few rows, and each of its dots was decided: black where ink covers more than some share of it. A level stroke
thinner than two such shares can fall between two rows and vanish; a thicker one cannot, and only a thicker one ever
blackens two rows at once. So strokes that are two rows thick somewhere show that strokes of their typeface were not
lost, whatever the machine's threshold was. The rows are the machine's own: a standard fax shows each of them twice.
Where columns are no finer than rows the same holds of upright strokes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.ink import Mask, ink_mask

#: A run of ink this long, in line heights, is part of a stroke: strokes across it and serifs are narrower.
_LEAST_RUN: Final = 0.2
#: Two rows of a fax at 100 rows an inch, shown at 200.
DOUBLED_ROWS_PX: Final = 4
#: Two rows of a page that shows every row once.
OWN_ROWS_PX: Final = 2
#: Rows with less ink than this share of the fullest one's are dust above and below the line.
_SPECK_SHARE: Final = 0.12
#: Higher runs are no strokes: blots, and characters that run together.
_BLOT_PX: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Strokes:
    """Strokes of one direction by the dots along them: all, those two dots of the machine thick; and the line's height."""

    columns: int
    thick: int
    height: int

    @property
    def share(self) -> float:
        """Thick ones among all, 0-1; 0 where there are none."""
        return self.thick / max(1, self.columns)


def level_strokes(crop: Gray, *, two_px: int = DOUBLED_ROWS_PX) -> Strokes:
    """Of one line, rules taken out: (height, width), 0 black. `two_px` is the height of two of the machine's rows."""
    ink = ink_mask(crop)
    height = _height(ink)
    return _strokes(ink, height, two_px)


def upright_strokes(crop: Gray) -> Strokes:
    """The same of upright strokes, which are as wide as columns; those are the machine's own."""
    ink = ink_mask(crop)
    return _strokes(np.ascontiguousarray(ink.T), _height(ink), OWN_ROWS_PX)


def _height(ink: Mask) -> int:
    inked = (ink > 0).sum(axis=1)
    rows = np.flatnonzero(inked > _SPECK_SHARE * inked.max(initial=0))
    return int(rows[-1] - rows[0]) + 1 if rows.size else 0


def _strokes(ink: Mask, height: int, two_px: int) -> Strokes:
    run = max(3, round(_LEAST_RUN * height))
    along = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    steps = np.diff(np.pad((along > 0).astype(np.int8), ((1, 1), (0, 0))), axis=0).T
    thickness = np.nonzero(steps == -1)[1] - np.nonzero(steps == 1)[1]
    strokes = thickness[thickness < _BLOT_PX]
    return Strokes(columns=strokes.size, thick=int((strokes >= two_px).sum()), height=height)
