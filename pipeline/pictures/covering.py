"""Parts of a picture made unreadable in its pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np

from pipeline.domain.pages import Box
from pipeline.extract.raster.decode import Rgb

COVER: Final = (64, 72, 84)
#: So few squares on the longer side, in so few shades, hold nothing of a line of digits: even on a card that fills
#: the picture two digits share a square, and what tells one digit from another is less than a shade.
_SQUARES: Final = 14
_SHADE: Final = 32


def cover(rgb: Rgb, boxes: Iterable[Box]) -> Rgb:
    """The page with each box (fractions of it) painted over in one colour."""
    shown = np.ascontiguousarray(rgb).copy()
    height, width = shown.shape[:2]
    for left, top, right, bottom in boxes:
        rows = slice(math.floor(top * height), math.ceil(bottom * height))
        columns = slice(math.floor(left * width), math.ceil(right * width))
        shown[rows, columns] = COVER
    return shown


def pixelate(rgb: Rgb) -> Rgb:
    """The page as a few coloured squares."""
    height, width = rgb.shape[:2]
    scale = _SQUARES / max(height, width)
    few = cv2.resize(rgb, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA)
    shades = np.asarray(few // _SHADE * _SHADE + _SHADE // 2, dtype=np.uint8)
    return np.asarray(cv2.resize(shades, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
