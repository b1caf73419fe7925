"""Writing from top to bottom in a narrow cell beside several rows, as 管理员 beside the administrator's: laid in a row to be read.

Readers of lines know writing from left to right only; of such a column they see its last character, or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from pipeline.extract.image.cells import Rect, inside
from pipeline.extract.image.grid import Frame
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.ink import Mask

#: A cell of a column is so many times as high as it is wide.
_TALL: Final = 1.2
#: A character's height in widths of the widest one: 日 and 四 are broad or narrow, 三 is nearly square.
_LOWEST: Final = 0.7
_HIGHEST: Final = 1.5
_LEAST_PX: Final = 10
_MOST: Final = 12
#: In heights of the page's usual line: no character is so wide. Of the page of a licence, whose border and fold made it a cell,
#: two blocks of text were taken for two characters (over 20 heights).
_WIDEST: Final = 3.0
#: What is drawn round the characters of a row, of their height.
_SPACE: Final = 0.15


def column_of(frame: Frame, ink: Mask, *, usual_px: float) -> tuple[Rect, ...]:
    """The characters of a cell whose text runs from top to bottom, from the top; none where it is written in lines.

    `usual_px` is the height of the page's usual line.
    """
    if frame.bottom - frame.top < _TALL * (frame.right - frame.left):
        return ()
    left, top, right, bottom = inside(frame)
    part = ink[top:bottom, left:right] > 0
    columns = np.flatnonzero(part.sum(axis=0) >= 2)
    if not columns.size:
        return ()
    start, end = left + int(columns[0]), left + int(columns[-1]) + 1
    wide = end - start
    runs = _characters(np.asarray(part.any(axis=1)), wide)
    found = tuple((start, top + first, end, top + last) for first, last in runs)
    likely = 2 <= len(found) <= _MOST and _LEAST_PX <= wide <= _WIDEST * usual_px
    return found if likely and all(_LOWEST * wide <= r[3] - r[1] <= _HIGHEST * wide for r in found) else ()


def laid_in_a_row(gray: Gray, characters: Sequence[Rect]) -> Gray:
    """The characters of a column beside each other, paper round them: a crop for a reader of lines."""
    high = max(bottom - top for _, top, _, bottom in characters)
    space = max(3, round(_SPACE * high))
    parts = []
    for left, top, right, bottom in characters:
        own = high - (bottom - top)
        parts.append(
            cv2.copyMakeBorder(
                gray[top:bottom, left:right],
                space + own // 2,
                space + own - own // 2,
                space // 2,
                space // 2,
                cv2.BORDER_CONSTANT,
                value=255,
            )
        )
    row = cv2.copyMakeBorder(np.hstack(parts), 0, 0, space, space, cv2.BORDER_CONSTANT, value=255)
    return np.asarray(row, dtype=np.uint8)


def _characters(rows: np.typing.NDArray[np.bool_], wide: int) -> Iterator[tuple[int, int]]:
    """Runs of inked rows, those of one character joined: 号 and 管 have gaps in them, but no part of one is as high as it is."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], rows.astype(np.int8), [0]))))
    begun: int | None = None
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        begun = first if begun is None else begun
        if last - begun >= _LOWEST * wide:
            yield begun, last
            begun = None
    if begun is not None:
        yield begun, len(rows)
