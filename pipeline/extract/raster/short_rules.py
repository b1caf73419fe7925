"""Upright rules that are too short to be told from the strokes of characters by their length: walls within one low row.

A table whose rows are close has walls of 8 mm between the value of one field and the label of the next, which no other row
goes on with. By length alone a bold stroke of a heading is as much; but no stroke of a line of print reaches from one level
rule to the next and touches both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.ink import Mask

#: Lower rows hold no print.
_LOWEST_PX: Final = 10
#: Of the dots between two level rules; a stroke of a character leaves the spaces above and below it.
_DRAWN: Final = 0.95
#: So many dots at both ends all have to be ink, counted from the middles of the level rules.
_END_PX: Final = 4

_Columns = npt.NDArray[np.int_]


def short_uprights(ink: Mask, level: Mask, heights: Sequence[float], *, near: int, highest: int) -> Mask:
    """255 where an upright rule stands between two level rules that are nearer to each other than `highest`.

    `level` is the mask of level rules, `heights` their y in any order; rules nearer to each other than `near` are one.
    """
    found = np.zeros_like(ink)
    lines = list(_apart(sorted(heights), near))
    wide = np.asarray(cv2.dilate(ink, np.ones((1, 3), np.uint8)), dtype=np.uint8)
    for index, upper in enumerate(lines):
        for lower in lines[index + 1 :]:  # what runs between them elsewhere on the page is no end of a wall here
            if lower - upper > highest:
                break
            if lower - upper >= _LOWEST_PX:
                _mark(wide, level, (upper, lower), near, found)
    return found


def _apart(heights: Sequence[float], near: int) -> Iterator[int]:
    cluster: list[float] = []
    for height in heights:
        if cluster and height - cluster[-1] >= near:
            yield round(sum(cluster) / len(cluster))
            cluster = []
        cluster.append(height)
    if cluster:
        yield round(sum(cluster) / len(cluster))


def _mark(ink: Mask, level: Mask, row: tuple[int, int], near: int, found: Mask) -> None:
    """Set the columns of dots in `found` that are ink from the middle of one level rule to that of the other."""
    upper, lower = (_middles(level, y, near) for y in row)
    columns = np.flatnonzero((upper >= 0) & (lower - upper >= _LOWEST_PX))
    if not columns.size:
        return
    first, last = upper[columns], lower[columns]
    top, bottom = int(first.min()), int(last.max()) + 1
    inked = ink[top:bottom, columns] > 0
    at = np.arange(top, bottom)[:, None]
    between = (at >= first) & (at <= last)
    drawn = (inked & between).sum(axis=0) >= _DRAWN * between.sum(axis=0)
    ends = between & ((at < first + _END_PX) | (at > last - _END_PX))
    whole = drawn & ~(ends & ~inked).any(axis=0)
    found[top:bottom, columns[whole]] |= between[:, whole].astype(np.uint8) * np.uint8(255)


def _middles(level: Mask, y: int, near: int) -> _Columns:
    """Of each column of dots the y of the level rule near `y`, -1 where none runs."""
    top = max(0, y - near)
    band = level[top : y + near + 1] > 0
    first, last = band.argmax(axis=0), band.shape[0] - 1 - band[::-1].argmax(axis=0)
    return np.where(band.any(axis=0), top + (first + last) // 2, -1)
