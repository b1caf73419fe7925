"""Rows of a paper that a seal lies upon, and values it throws into doubt: looked for once more on the page without its red.

The detector sees the seal, and finds neither label nor value below it, though a clerk reads both. It is asked again, where a paper
lacks what it has to say, about the page as the readers are shown it: black print with the red taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import Final

import numpy as np

from pipeline.domain.document import Box, Field, PageBox
from pipeline.extract.image.cells import Rect, bounds
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.turn import cut
from pipeline.extract.ocr.readers import Quad, Reading
from pipeline.extract.page import Line, Page
from pipeline.extract.paper.stamped import own_pieces
from pipeline.extract.paper_geometry import Piece, make_pieces
from pipeline.extract.raster.ink import Mask

#: Share of red on a paper that bears a seal: one of 4 cm on a sheet of A4 has 0.003 and more.
_RED: Final = 0.001
#: And in a line that a part of a seal lies upon.
_RED_IN_LINE: Final = 0.003
#: Of thin strokes of a stamp on a photo hardly any red is left: on a side of a card 0.0002.
_ANY_RED: Final = 1e-4
#: In heights of a line: what is looked at above and below a paper's lines, how much of a line none that was read covers, and
#: how high it is at most.
_AROUND: Final = 1.0
_UNREAD: Final = 0.8
_HIGHEST: Final = 2.0
#: How sure the reader is of what it sees: of patterns and portraits it is less.
_PRINT: Final = 0.6


def read_under_seals(
    page: Page,
    pieces: Sequence[Piece],
    fields: tuple[Field, ...],
    said: Collection[str],
    read: Callable[[Page, Sequence[Piece]], tuple[Field, ...]],
    within: Rect | None = None,
) -> tuple[Field, ...]:
    """`fields` with those of `said` keys that are lacking, or doubtful with red on them, as they are `read` without the red.

    Lines that were read with red in them are found anew: a stamp's words and the name below them were one. What is still
    doubtful takes no other reading's place.
    """
    known = {field.key: field for field in fields}
    asked = {
        key for key in said if key not in known or (known[key].doubtful and _is_under_red(page, known[key], within))
    }
    more = with_rows_under_seals(page, pieces, within, anew=True) if asked else None
    if more is None:
        return fields
    again = {field.key: field for field in read(*more) if field.key in asked and field.value is not None}
    taken = {key: field for key, field in again.items() if key not in known or not field.doubtful}
    return (*(taken.pop(field.key, field) for field in fields), *taken.values())


def _is_under_red(page: Page, field: Field, within: Rect | None) -> bool:
    """Whether red lies in a field's place, or anywhere on so small a paper as a card: what was read may stand elsewhere."""
    rereader, source = page.rereader, field.source
    if not isinstance(rereader, PictureRereader) or not isinstance(source, PageBox):
        return False
    return within is not None or _has_red(rereader.picture.red, source.box)


def with_rows_under_seals(
    page: Page, pieces: Sequence[Piece], within: Rect | None = None, *, anew: bool = False
) -> tuple[Page, tuple[Piece, ...]] | None:
    """The page and a paper's pieces with the lines that are found without the red; None where there is no seal, or none more.

    `within` are the paper's own sides, in page units, where they are known; else it is looked where its lines begin. `anew`: lines
    that were read with red in them do not count as found.
    """
    rereader = page.rereader
    if not isinstance(rereader, PictureRereader) or not pieces:
        return None
    area = _area(page, pieces) if within is None else _on_page(page, within)
    left, top, right, bottom = area
    if float((rereader.picture.red[top:bottom, left:right] > 0).mean()) < (_ANY_RED if anew else _RED):
        return None
    rereader = rereader.without_red()
    unred = [piece for piece in pieces if not (anew and _has_red(rereader.picture.red, piece.line.box))]
    found = [quad for quad in _found(rereader, area) if _is_unread(bounds(quad), unred)]
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
    new = list(own_pieces(make_pieces(seen)))
    kept = [piece for piece in pieces if not any(_holds(other, piece) for other in new)]
    return replace(seen, lines=page.lines), tuple(sorted((*kept, *new), key=lambda piece: (piece.y0, piece.x0)))


def _area(page: Page, pieces: Sequence[Piece]) -> Rect:
    """Where a paper's lines begin, in pixels, and a line above and below: what was not found may begin where others do."""
    spare = _AROUND * max(piece.height for piece in pieces)
    left, right = min(piece.x0 for piece in pieces) - spare, max(piece.x1 for piece in pieces)
    top, bottom = min(piece.y0 for piece in pieces) - spare, max(piece.y1 for piece in pieces) + spare
    return max(0, int(left)), max(0, int(top)), int(min(page.width, right + 1)), int(min(page.height, bottom + 1))


def _has_red(red: Mask, box: Box) -> bool:
    high, wide = red.shape
    part = red[int(box[1] * high) : int(box[3] * high) + 1, int(box[0] * wide) : int(box[2] * wide) + 1]
    return float((part > 0).mean()) > _RED_IN_LINE


def _on_page(page: Page, sides: Rect) -> Rect:
    left, top, right, bottom = sides
    return max(0, left), max(0, top), int(min(page.width, right)), int(min(page.height, bottom))


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
