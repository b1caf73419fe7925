"""Sheets that were scanned on both sides: what shows on the back of one is its front, seen through the paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.decode import Rgb

#: Grey levels above and below the paper's own, of a page made small.
Relief = npt.NDArray[np.float32]

_SIDE_PX: Final = 480
#: Paper and light change over more than this, letters and rules over less.
_LIGHT_PX: Final = 16.0
#: Two pages of one sheet may lie in their pictures so differently, in shares of a side.
_MOVED: Final = 0.15
_TURNS: Final = np.arange(-4.0, 4.1, 0.5)
#: How much a back is like the front held to a mirror, and how much more than like the front itself. Backs that showed 4 % of
#: their front were 0.39 and more; of other pages only forms were as much (0.52), and those are more alike unmirrored (0.87).
_ALIKE: Final = 0.3
_MORE: Final = 1.4


def relief_of(rgb: Rgb) -> Relief:
    """The page small and without its light: dots of letters and rules are below 0."""
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    scale = _SIDE_PX / max(gray.shape)
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(small - cv2.GaussianBlur(small, (0, 0), _LIGHT_PX), dtype=np.float32)


def is_back_of(page: Relief, front: Relief) -> bool:
    """Whether what little shows on the page is the front seen through the paper, however the sheet was turned over."""
    mirrored = max(_likeness(page[:, ::-1], front), _likeness(page[::-1], front))
    if mirrored < _ALIKE:
        return False
    return mirrored >= _MORE * max(_likeness(page, front), _likeness(page[::-1, ::-1], front))


def _likeness(page: Relief, front: Relief) -> float:
    """The correlation (-1 to 1) of the page's middle with the best place on the front, turned a little either way."""
    down, right = (round(_MOVED * side) for side in page.shape)
    middle = np.ascontiguousarray(page[down : page.shape[0] - down, right : page.shape[1] - right])
    if middle.shape[0] > front.shape[0] or middle.shape[1] > front.shape[1]:
        return -1.0
    return max(float(cv2.matchTemplate(turned, middle, cv2.TM_CCOEFF_NORMED).max()) for turned in _turned(front))


def _turned(front: Relief) -> Iterator[Relief]:
    height, width = front.shape
    for degrees in _TURNS:
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), float(degrees), 1.0)
        yield np.asarray(cv2.warpAffine(front, matrix, (width, height)), dtype=np.float32)
