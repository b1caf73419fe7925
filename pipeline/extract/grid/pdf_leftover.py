"""Ink in a cell of a PDF page that is none of its characters: handwriting with a stylus, text turned into outlines, a signature.

The page's text knows nothing of it, and the cell would pass for blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.domain.document import Box
from pipeline.extract.grid.pdf_text import Character
from pipeline.extract.raster.components import find_components

#: A rule and what a renderer blends with it, in dots of the page that is 1,600 dots high.
_RULE_PX: Final = 5
_DARK: Final = 140
#: In dots of the same page: no speck, no dot, no dash is as wide and as high (a character at 10 points is 19 high).
_LEAST_PX: Final = (9, 8)


def inked_cells(
    grey: npt.NDArray[np.uint8],
    cells: Iterable[Box],
    characters: Sequence[Character],
    pictures: Sequence[Box],
    level: Sequence[tuple[float, float, float]],
) -> Iterator[Box]:
    """Those of `cells` in which there is ink that is no character, no picture and no rule."""
    height, width = grey.shape
    ink = (grey < _DARK).astype(np.uint8)
    for box in (*(item.ink for item in characters if item.seen), *pictures):
        _clear(ink, box, 2)
    for at, start, end in level:
        _clear(ink, (start, at, end, at), _RULE_PX - 2)
    for cell in cells:
        left, right = round(cell[0] * width) + _RULE_PX, round(cell[2] * width) - _RULE_PX
        top, bottom = round(cell[1] * height) + _RULE_PX, round(cell[3] * height) - _RULE_PX
        inside = np.ascontiguousarray(ink[top:bottom, left:right])
        if inside.size and inside.any() and _is_drawing(inside):
            yield cell


def _clear(ink: npt.NDArray[np.uint8], box: Box, margin_px: int) -> None:
    height, width = ink.shape
    left, right = round(box[0] * width) - margin_px, round(box[2] * width) + margin_px
    top, bottom = round(box[1] * height) - margin_px, round(box[3] * height) + margin_px
    ink[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = 0


def _is_drawing(ink: npt.NDArray[np.uint8]) -> bool:
    return any(wide >= _LEAST_PX[0] and high >= _LEAST_PX[1] for _, _, wide, high, _ in find_components(ink))
