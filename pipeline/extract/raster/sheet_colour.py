"""Whether a picture has a part that may be a sheet of paper: as light as anything in it, and without colour in its light."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from pipeline.extract.raster.decode import Rgb

#: A form in the corner of a coloured desk, half as high as the picture, made 0.19 of it; a portrait before blue, a cup of coffee, a
#: rocket, a flower 0.01 to 0.09.
_LEAST_SHARE: Final = 0.1
_SIDE_PX: Final = 480
_SOFT_PX: Final = 2.0
_WHITE_PERCENTILE: Final = 97
#: Of what is white in the picture's light.
_LIGHT: Final = 0.45
_COLOURLESS: Final = 0.25
_DARKEST: Final = 0.1


def shows_no_sheet(rgb: Rgb) -> bool:
    """Whether no such part is as large as a page would be that somebody photographed."""
    scale = min(1.0, _SIDE_PX / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
    white = np.percentile(small.reshape(-1, 3), _WHITE_PERCENTILE, axis=0)
    shades = cv2.GaussianBlur((small / np.maximum(white, 1)).clip(0, 1), (0, 0), _SOFT_PX)
    lightest, darkest = shades.max(axis=2), shades.min(axis=2)
    colour = (lightest - darkest) / np.maximum(lightest, _DARKEST)
    sheet = (colour < _COLOURLESS) & (lightest > _LIGHT)
    _, _, found, _ = cv2.connectedComponentsWithStats(sheet.astype(np.uint8), connectivity=4)
    return bool(found[1:, cv2.CC_STAT_AREA].max(initial=0) < _LEAST_SHARE * sheet.size)
