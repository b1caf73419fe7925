"""Pages that came white on black: scans in black and white whose file says the wrong way round which is ink, and copies of them.

Nothing on such a page is light but strokes; a sheet on a dark desk or in a dark window is light itself.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from pipeline.extract.raster.decode import Rgb

#: Of all dots so many are darker than the middle between black and white, and so few are in light areas as large as this share
#: of the picture's longer side: strokes are thinner, blots and seals are few.
_DARK: Final = 0.6
_LIGHT: Final = 0.01
_STROKE: Final = 0.008
_LEAST_PX: Final = 5
#: So many dots are light at least: a picture of nothing stays what it is.
_INK: Final = 0.002


def without_negative(rgb: Rgb) -> Rgb:
    """The picture with black and white exchanged if it is a negative; else the very same."""
    if int(np.median(rgb[::16, ::16])) > 127:
        return rgb
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    light = (np.asarray(gray) > 127).astype(np.uint8)
    share = float(light.mean())
    if not _INK <= share <= 1 - _DARK:
        return rgb
    brick = np.ones((max(_LEAST_PX, round(_STROKE * max(light.shape))),) * 2, np.uint8)
    areas = cv2.morphologyEx(light, cv2.MORPH_OPEN, brick)
    return np.asarray(255 - rgb, dtype=np.uint8) if float(np.asarray(areas).mean()) < _LIGHT else rgb
