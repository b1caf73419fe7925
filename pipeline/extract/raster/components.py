"""Connected pieces of ink by their outlines.

The same pieces that `cv2.connectedComponentsWithStats` gives (joined over corners too), for a tenth of its time on a
page's rules: labels for every dot of a page are sixteen megabytes that nobody reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from pipeline.extract.raster.ink import Mask

#: Left, top, width, height, and how many dots are set.
Component = tuple[int, int, int, int, int]
_PARENT: Final = 3


def find_components(mask: Mask) -> Iterator[Component]:
    """Every piece of a mask, in no order."""
    outlines, parents = _outlines(mask)
    holes: dict[int, int] = {}
    for outline, parent in zip(outlines, parents, strict=True):
        if parent >= 0:
            holes[parent] = holes.get(parent, 0) + _dots(outline, rim=-1)
    for index, (outline, parent) in enumerate(zip(outlines, parents, strict=True)):
        if parent < 0:
            left, top, width, height = cv2.boundingRect(outline)
            yield left, top, width, height, _dots(outline, rim=1) - holes.get(index, 0)


def without_small(mask: Mask, least: int) -> Mask:
    """A copy of the mask without its pieces of fewer than `least` dots."""
    # No piece of so few dots has a longer outline: each dot is passed twice at most.
    small = [
        outline
        for outline, parent in zip(*_outlines(mask), strict=True)
        if parent < 0 and len(outline) < 2 * least and _dots(outline, rim=1) < least
    ]
    kept = mask.copy()
    cv2.drawContours(kept, small, -1, 0, cv2.FILLED)
    return kept


def _outlines(mask: Mask) -> tuple[Sequence[cv2.typing.MatLike], list[int]]:
    """The outlines of pieces (parent -1) and of the holes in them (whose parent is the piece)."""
    outlines, levels = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return outlines, np.asarray(levels)[0, :, _PARENT].tolist() if outlines else []


def _dots(outline: cv2.typing.MatLike, *, rim: int) -> int:
    """The dots inside an outline of dots, the outline itself counted (`rim` 1) or not (-1): Pick's theorem."""
    if len(outline) == 1:
        return 1
    return round(cv2.contourArea(outline) + rim * len(outline) / 2 + 1)
