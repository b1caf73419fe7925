"""Where lines of text stand, from the network's map of chances.

As PaddleOCR's DB detector is meant to be read, and with its numbers: the map is cut at a threshold, each piece gets
the smallest rectangle round it, and because the network draws lines thinner than they are, that is made larger.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import pyclipper

from pipeline.extract.ocr.readers import Quad

Chances = npt.NDArray[np.float32]

_INSIDE: Final = 0.3
_LEAST_MEAN: Final = 0.5
_LARGER: Final = 1.6
_LEAST_SIDE_PX: Final = 3
_MOST: Final = 1000


def find_boxes(chances: Chances) -> Iterator[Quad]:
    """The corners of each line in a map (height, width) of chances 0-1, in whole dots of the map."""
    inside = cv2.dilate((chances > _INSIDE).astype(np.uint8), np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(inside, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    height, width = chances.shape
    for outline in outlines[:_MOST]:
        thin, side = _smallest(outline)
        if side < _LEAST_SIDE_PX or _mean(chances, thin) < _LEAST_MEAN:
            continue
        whole, side = _smallest(_enlarged(thin))
        if side < _LEAST_SIDE_PX + 2:
            continue
        box = _clockwise(np.trunc(np.clip(np.round(whole), 0, (width, height))))
        box = np.minimum(box, np.array((width - 1, height - 1), np.float32))
        if min(int(np.hypot(*(box[0] - box[1]))), int(np.hypot(*(box[0] - box[3])))) > _LEAST_SIDE_PX:
            yield box


def _smallest(points: cv2.typing.MatLike) -> tuple[Quad, float]:
    """The smallest rectangle round points, and its shorter side."""
    rectangle = cv2.minAreaRect(points)
    return np.asarray(cv2.boxPoints(rectangle), np.float32), min(rectangle[1])


def _mean(chances: Chances, box: Quad) -> float:
    """The mean chance inside a box."""
    height, width = chances.shape
    last = (width - 1, height - 1)
    left, top = np.clip(np.floor(box.min(axis=0)).astype(np.int32), 0, last)
    right, bottom = np.clip(np.ceil(box.max(axis=0)).astype(np.int32), 0, last)
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(box - (left, top)).astype(np.int32)], (1,))
    return float(cv2.mean(chances[top : bottom + 1, left : right + 1], mask)[0])


def _enlarged(box: Quad) -> cv2.typing.MatLike:
    """The outline of a box moved outwards, by more the thicker the box is."""
    corners = box.astype(np.float64)
    x, y = (corners - corners[0]).T
    area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    around = float(np.hypot(*(corners - np.roll(corners, -1, axis=0)).T).sum())
    offset = pyclipper.PyclipperOffset()
    offset.AddPath(box, pyclipper.JT_ROUND, pyclipper.ET_CLOSEDPOLYGON)
    return np.array(offset.Execute(area * _LARGER / around), np.float32).reshape(-1, 1, 2)


def _clockwise(box: Quad) -> Quad:
    """Top left, top right, bottom right, bottom left: of the two corners on each side the higher one first."""
    ordered = box[np.argsort(box[:, 0])]
    left, right = ordered[:2], ordered[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)
