"""Pictures of a two-dimensional code: an account's own, which people send along with its form."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from pipeline.extract.raster.decode import Gray, Rgb

#: Larger pictures are looked at in this size: a code that fills a good part of one is plain in it.
_LOOKED_AT_PX: Final = 900
#: In shares of the picture's area. Screenshots of an account's page show a code of 0.1 and more; one printed in a form's corner
#: takes 0.03.
_LEAST_SHARE: Final = 0.08


def is_code(rgb: Rgb) -> bool:
    """Whether a good part of the picture is a QR code."""
    gray = _shrunk(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8))
    try:
        found, corners = cv2.QRCodeDetector().detect(gray)
    except cv2.error:  # of some noise the detector makes a code without area, and fails at it
        return False
    if not found or corners is None:
        return False
    return float(cv2.contourArea(np.asarray(corners, dtype=np.float32).reshape(-1, 2))) >= _LEAST_SHARE * gray.size


def _shrunk(gray: Gray) -> Gray:
    scale = _LOOKED_AT_PX / max(gray.shape)
    if scale >= 1:
        return gray
    return np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
