"""How thick the level strokes of a line of text are, in a page of black and white.

A fax has few rows, and each of its dots was decided: black where ink covers more than some share of it. A level stroke
thinner than two such shares can fall between two rows and vanish; a thicker one cannot, and only a thicker one ever
blackens two rows at once. So strokes that are two rows thick somewhere show that strokes of their typeface were not
lost, whatever the machine's threshold was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from pipeline.extract.image_decode import Gray
from pipeline.extract.image_ink import ink_mask

#: A level run of ink this long, in line heights, is part of a level stroke: upright strokes and serifs are narrower.
_LEAST_RUN: Final = 0.2
#: Two rows of a fax at 100 rows an inch, shown at 200; on pages with finer rows this asks for more than two.
_TWO_ROWS_PX: Final = 4
#: Rows with less ink than this share of the fullest one's are dust above and below the line.
_SPECK_SHARE: Final = 0.12
#: Higher runs are no strokes: blots, and characters that run together.
_BLOT_PX: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Strokes:
    """Level strokes by the columns of dots they are seen in: all, those two rows thick; and the line's height in dots."""

    columns: int
    thick: int
    height: int

    @property
    def share(self) -> float:
        """Thick ones among all, 0-1; 0 where there are none."""
        return self.thick / max(1, self.columns)


def level_strokes(crop: Gray) -> Strokes:
    """Of one line, rules taken out: (height, width), 0 black."""
    ink = ink_mask(crop)
    inked = (ink > 0).sum(axis=1)
    rows = np.flatnonzero(inked > _SPECK_SHARE * inked.max(initial=0))
    height = int(rows[-1] - rows[0]) + 1 if rows.size else 0
    run = max(3, round(_LEAST_RUN * height))
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    steps = np.diff(np.pad((level > 0).astype(np.int8), ((1, 1), (0, 0))), axis=0).T
    thickness = np.nonzero(steps == -1)[1] - np.nonzero(steps == 1)[1]
    strokes = thickness[thickness < _BLOT_PX]
    return Strokes(columns=strokes.size, thick=int((strokes >= _TWO_ROWS_PX).sum()), height=height)
