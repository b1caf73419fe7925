"""Rows of a certificate that a seal lies upon: looked for once more on the page without its red.

The detector sees the seal, and finds neither label nor value below it, though a clerk reads both. It is asked again, where a paper
lacks what it has to say, about the page as the readers are shown it: black print with the red taken out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import Final

import numpy as np

from pipeline.domain.document import Box
from pipeline.extract.image.cells import Rect, bounds
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.turn import cut
from pipeline.extract.ocr.readers import Quad, Reading
from pipeline.extract.page import Line, Page
from pipeline.extract.paper_geometry import Piece, make_pieces
from pipeline.extract.paper_labels import is_stamped_text

#: Share of red on a paper that bears a seal: one of 4 cm on a sheet of A4 has 0.003 and more.
_RED: Final = 0.001
#: In heights of a line: what is looked at above and below a paper's lines, how much of a line none that was read covers, and
#: how high it is at most.
_AROUND: Final = 1.0
_UNREAD: Final = 0.8
_HIGHEST: Final = 2.0
#: How sure the reader is of what it sees: of patterns and portraits it is less.
_PRINT: Final = 0.6


def with_rows_under_seals(page: Page, pieces: Sequence[Piece]) -> tuple[Page, tuple[Piece, ...]] | None:
    """The page and a paper's pieces with the lines that are found without the red; None where there is no seal, or none more."""
    rereader = page.rereader
    if not isinstance(rereader, PictureRereader) or not pieces:
        return None
    area = _area(page, pieces)
    left, top, right, bottom = area
    if float((rereader.picture.red[top:bottom, left:right] > 0).mean()) < _RED:
        return None
    found = [quad for quad in _found(rereader, area) if _is_unread(bounds(quad), pieces)]
    usual = median(piece.height for piece in pieces)
    found = [q for q in found if left <= q[:, 0].min() <= right and np.ptp(q[:, 1]) < _HIGHEST * usual]
    if not found:
        return None
    clean = rereader.picture.clean
    readings = rereader.engines.main.read_lines([cut(clean, quad) for quad in found])
    boxes = [rereader.picture.box(bounds(quad)) for quad in found]
    lines = zip(boxes, found, readings, strict=True)
    read = [(box, quad, reading) for box, quad, reading in lines if reading.text and reading.confidence >= _PRINT]
    seen = replace(
        page,
        rereader=rereader.with_lines({box: r for box, _, r in read}, {box: quad for box, quad, _ in read}),
        lines=tuple(_line(box, reading, pieces[0].line.reader) for box, _, reading in read),
    )
    new = [piece for piece in make_pieces(seen) if not is_stamped_text(piece.text)]
    kept = [piece for piece in pieces if not any(_holds(other, piece) for other in new)]
    return replace(seen, lines=page.lines), tuple(sorted((*kept, *new), key=lambda piece: (piece.y0, piece.x0)))


def _area(page: Page, pieces: Sequence[Piece]) -> Rect:
    """Where a paper's lines begin, in pixels, and a line above and below: what was not found may begin where others do."""
    spare = _AROUND * max(piece.height for piece in pieces)
    left, right = min(piece.x0 for piece in pieces) - spare, max(piece.x1 for piece in pieces)
    top, bottom = min(piece.y0 for piece in pieces) - spare, max(piece.y1 for piece in pieces) + spare
    return max(0, int(left)), max(0, int(top)), int(min(page.width, right + 1)), int(min(page.height, bottom + 1))


def _found(rereader: PictureRereader, area: Rect) -> Iterator[Quad]:
    """The lines in the rows of an area, as wide as the page is: none is to be cut."""
    _, top, _, bottom = area
    part = rereader.picture.clean[top:bottom]
    for quad in rereader.engines.main.find_lines(np.repeat(part[:, :, None], 3, axis=2)):
        yield quad + np.array((0, top), np.float32)


def _is_unread(rect: Rect, pieces: Sequence[Piece]) -> bool:
    """Whether a good part of a line is covered by none that was read."""
    left, top, right, bottom = rect
    on_row = [piece for piece in pieces if top < piece.middle < bottom]
    covered = sum(max(0.0, min(right, piece.x1) - max(left, piece.x0)) for piece in on_row)
    return right - left - covered > _UNREAD * (bottom - top)


def _line(box: Box, reading: Reading, reader: str) -> Line:
    return Line(text=reading.text, box=box, reader=reader, confidence=reading.confidence)


def _holds(line: Piece, piece: Piece) -> bool:
    return line.x0 <= piece.centre <= line.x1 and line.y0 <= piece.middle <= line.y1
