"""Whether a picture shows so little that no form can be on it: an empty sheet, a logo, a seal, a signature."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.decode import Rgb

#: Forms that nobody could read had 34 marks and more (blurred, dark, small), 23 (overexposed), 10 (ink 3 % darker than its
#: paper); a signature, a seal, a logo with its name, an avatar up to 9.
_FEW: Final = 9
_SIDE_PX: Final = 480
_SOFT_PX: Final = 1.0
#: Wider than a mark is: what is as dark over more than that is shade.
_SHADE_PX: Final = 19
#: A mark is darker than what is round it by so many of 255 levels between black and the picture's own white. Those of a blurred
#: table are one at the first of these.
_LEVELS: Final = (4.0, 10.0, 20.0)
_LEAST_PX: Final = 4
_WHITE_PERCENTILE: Final = 97


def has_few_marks(rgb: Rgb) -> bool:
    """Whether there are hardly any marks darker than what they lie on."""
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    scale = min(1.0, _SIDE_PX / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    calm = cv2.GaussianBlur(small, (0, 0), _SOFT_PX)
    ground = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, np.ones((_SHADE_PX, _SHADE_PX), np.uint8))
    white = max(1.0, float(np.percentile(small, _WHITE_PERCENTILE)))
    depth = cv2.subtract(ground, calm).astype(np.float32) * (255 / white)
    return all(_count(depth > level) <= _FEW for level in _LEVELS)


def _count(marks: npt.NDArray[np.bool_]) -> int:
    _, _, found, _ = cv2.connectedComponentsWithStats(marks.astype(np.uint8), connectivity=8)
    return int((found[1:, cv2.CC_STAT_AREA] >= _LEAST_PX).sum())
