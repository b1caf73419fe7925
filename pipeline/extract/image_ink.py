"""What is ink on a picture: light evened out, red ink told from black.

All pictures are uint8; gray ones (height, width), 0 black.
"""

from __future__ import annotations

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
    red, green, blue = (rgb[:, :, channel].astype(np.float32) for channel in range(3))
    redness = np.clip(red - (green + blue) / 2 - 20, 0, None)
    return np.clip(red + 0.9 * redness, 0, 255).astype(np.uint8)


def paper_light(gray: Gray) -> Gray:
    """The brightness of the paper at each dot (shadows included), without the ink on it."""
    height, width = gray.shape
    small = cv2.resize(gray, (max(8, width // 8), max(8, height // 8)), interpolation=cv2.INTER_AREA)
    spread = cv2.dilate(small, np.ones((5, 5), np.uint8))
    smooth = cv2.medianBlur(spread, 9 if min(small.shape) > 9 else 3)
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def even_light(gray: Gray) -> Gray:
    """The picture divided by its paper's brightness: paper is about 255 everywhere, in shadow too."""
    light = np.maximum(paper_light(gray), 16).astype(np.float32)
    return np.clip(gray.astype(np.float32) * (255.0 / light), 0, 255).astype(np.uint8)


def ink_mask(even: Gray) -> Mask:
    """255 where a picture with evened light is dark."""
    return np.where(even < 255 * INK_LEVEL, 255, 0).astype(np.uint8)


def red_mask(rgb: Rgb) -> Mask:
    """255 where there is red ink (a seal): clearly more red than green and blue, as seals are on any paper."""
    red = rgb[:, :, 0].astype(np.int16)
    others = np.maximum(rgb[:, :, 1], rgb[:, :, 2]).astype(np.int16)
    strong = (red - others > 45) & (red > 90) & (others * 10 < red * 8)
    return np.where(strong, 255, 0).astype(np.uint8)


def sharpness(gray: Gray) -> float:
    """How sharp the strokes are, whatever their number: the 99.5th percentile of |Laplacian| over the picture's contrast."""
    small = gray
    edges = np.abs(cv2.Laplacian(cv2.GaussianBlur(small, (3, 3), 0), cv2.CV_32F))
    low, high = np.percentile(small, (0.5, 99.5))
    return float(np.percentile(edges, 99.5) / max(high - low, 24.0))
