"""What is ink on a picture: light evened out, red ink told from black.

All pictures are uint8; gray ones (height, width), 0 black.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.image_decode import Gray, Rgb

Mask = npt.NDArray[np.uint8]  # 255 where set

#: Below this share of the local paper brightness a dot is ink.
INK_LEVEL: Final = 0.72


def red_free(rgb: Rgb) -> Gray:
    """The red channel, brightened by how red a dot is: a seal becomes paper, black and blue ink stay dark."""
    red, green, blue = cv2.split(rgb)
    redness = cv2.subtract(red, cv2.addWeighted(green, 0.5, blue, 0.5, 20))
    return np.asarray(cv2.addWeighted(red, 1.0, redness, 0.9, 0), dtype=np.uint8)


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


def ink_mask(even: Gray) -> Mask:
    """255 where a picture with evened light is dark."""
    return (even < math.ceil(255 * INK_LEVEL)).astype(np.uint8) * np.uint8(255)


def red_mask(rgb: Rgb) -> Mask:
    """255 where there is red ink (a seal): clearly more red than green and blue, as seals are on any paper."""
    red, green, blue = cv2.split(rgb)
    others = cv2.max(green, blue)
    strong = np.asarray(cv2.subtract(red, others)) > 45
    if strong.any():
        strong &= (np.asarray(red) > 90) & (np.asarray(others) < np.asarray(cv2.convertScaleAbs(red, alpha=0.8)))
    return strong.astype(np.uint8) * np.uint8(255)
