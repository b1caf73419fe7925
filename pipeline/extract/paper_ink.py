"""Ink round a value that was read as none of its characters.

A watermark over a paper (仅供备案使用) hides what it crosses: the line found ends where it begins, every reader reads that
line alike, and a name or address would be believed without its second half. Ink tells that something stands there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.page import Page
from pipeline.extract.paper_geometry import Found, Piece, same_row

#: Of the ink a place of the value's own has. The pattern of an ID card's ground had 0.53 of it, watermarks 1.6 and 2.6.
_LIKE_PRINT: Final = 0.75
#: In heights of a line: most of a character's place beside a value, four below.
_CLEAR: Final = 0.25
_WIDE: Final = 0.7
_BELOW: Final = 4.0


def has_ink_beside(page: Page, found: Found, pieces: Sequence[Piece]) -> bool:
    """Whether ink like a value's own stands behind its last line, or right below it, where no line was read."""
    return any(share > _LIKE_PRINT for share in shares_of_ink(page, found, pieces))


def shares_of_ink(page: Page, found: Found, pieces: Sequence[Piece]) -> Iterator[float]:
    """How inked each place is against the value itself."""
    if page.rereader is None or not found.pieces:
        return
    own = max(page.rereader.ink(piece.line.box) for piece in found.pieces)
    if own <= 0:
        return
    for x0, y0, x1, y1 in _places(found, pieces):
        middle = (y0 + y1) / 2
        box: Box = (x0 / page.width, y0 / page.height, x1 / page.width, y1 / page.height)
        taken = any(o not in found.pieces and o.x0 < x1 and o.x1 > x0 and o.y0 < middle < o.y1 for o in pieces)
        if not taken and 0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1:
            yield page.rereader.ink(box) / own


def _places(found: Found, pieces: Sequence[Piece]) -> Iterator[tuple[float, float, float, float]]:
    last = found.pieces[-1]
    first = min((piece for piece in found.pieces if same_row(piece, last)), key=lambda piece: piece.x0)
    height = last.height
    yield last.x1 + _CLEAR * height, last.y0, last.x1 + (_CLEAR + _WIDE) * height, last.y1
    yield first.x0, last.y1 + _CLEAR * height, first.x0 + _BELOW * height, last.y1 + height
