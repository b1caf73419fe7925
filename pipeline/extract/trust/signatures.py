"""Signatures on a picture: a seal, a name, or ink that is not the form's own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pipeline.domain.document import Box
from pipeline.domain.spelling import squash
from pipeline.extract.form.judge import Parsed, Reading
from pipeline.extract.form.labels import LabelBook
from pipeline.extract.form.signature_words import is_wording, names_in, signed_by, wording_end
from pipeline.extract.image.cells import Rect, holds_middle
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.characters import is_same, least_sure
from pipeline.extract.page import Cell, Line, Page
from pipeline.extract.raster.components import Component, find_components
from pipeline.extract.trust.marks import cell_of

SIGNATURE: Final = "是否签名或盖章看不清，请对照图片核对"
#: Ink beyond the printed words, in squares of a line's height: a character written by hand has a quarter or more.
_NOTHING: Final = 0.15
_SOMETHING: Final = 0.8
#: The same where words were read, and badly, on a page that reads well: 只蕉 for a small name by hand had 0.53.
_BY_HAND: Final = 0.4
_PRINT: Final = 0.8
#: Words that are no name are printed, and nobody's hand, where the reader is so sure of each character.
_WORDS: Final = 0.95
#: In heights of the page's usual line.
_TWO_LINES: Final = 1.6
#: A piece of a rule: so thin and so long, in heights of a line of print.
_THIN: Final = 0.25
_LONG: Final = 2.0
#: Specks are no larger, in the same heights: many of them are no signature. A seal copied in black and white may leave only such.
_SPECK: Final = 0.35
#: Nor is one piece that is smaller, unless it fills that share of its place as characters do.
_ALONE: Final = 3.0
_DRAWN: Final = (0.25, 0.65)
#: Of the page: so far apart two edges of one row may lie, and so far below the table people sign.
_EDGE: Final = 0.01
_BELOW: Final = 0.06
#: From the middle of the last character to where print surely ends, a full stop included, in distances of characters.
_BEYOND_MIDDLE: Final = 1.5
#: Characters whose distance from each other can be measured.
_PITCHED: Final = 4


def judge_signature(
    reading: Reading, rereader: PictureRereader, boilerplate: tuple[str, ...], book: LabelBook, *, clear: bool
) -> Parsed:
    """A seal, a name or other ink says yes; a cell with nothing but print says no; anything between cannot be told.

    Where the page is not clear a name must stand elsewhere on it too: misread print is a name to no other cell.
    """
    cell = cell_of(reading)
    if cell is None or cell.box is None:
        signs = reading.parsed.value is True
        named = signs and clear and _names_a_line(reading, boilerplate)
        return Parsed(value=True if signs else None, doubt=None if named else SIGNATURE)
    named = reading.parsed.value is True and (clear or _names_a_value(cell, reading, boilerplate, book))
    if named or rereader.has_seal(cell.box):
        return Parsed(value=True)
    sentences = {squash(words) for words in boilerplate}
    ink, specks = _ink_beyond_print(cell.lines, cell.box, rereader, boilerplate)
    by_hand = clear and reading.parsed.value is None and any(map(_is_unsure, cell.lines))
    if ink >= (_BY_HAND if by_hand else _SOMETHING):
        return Parsed(value=True)
    # Soft strokes leave no ink: where the page is not clear, or words were read, nothing is not proved.
    nothing = ink + specks < _NOTHING and clear and reading.parsed.value is False
    # Of a sentence that was misread something may lie upon it.
    nothing = nothing and all(
        _sure_of(line, rereader) >= _PRINT or squash(line.text) in sentences for line in cell.lines
    )
    nothing = nothing and not _goes_on(cell.box, reading.page, rereader) and not _holds_two_lines(cell, reading.page)
    nothing = nothing and not _is_below(cell.box, reading.page, rereader, boilerplate)
    return Parsed(value=False) if nothing else Parsed(doubt=SIGNATURE)


def _is_unsure(line: Line) -> bool:
    """Whether a line was read so unsurely as handwriting is."""
    return line.confidence is not None and line.confidence < _PRINT


def _sure_of(line: Line, rereader: PictureRereader) -> float:
    """How sure the main reader was of the least sure character of a line; of blanks, as between 年 and 月, it never is."""
    seen, sure = rereader.first_reading(line.box), line.confidence or 0.0
    known = len(seen.chances) == len(seen.text) and is_same(seen.text, line.text)
    return max(sure, least_sure(seen)) if known else sure


def _is_below(box: Box, page: Page, rereader: PictureRereader, boilerplate: tuple[str, ...]) -> bool:
    """Whether a seal or a pen's ink stands below the table's last row, where people sign for want of room."""
    if any(c.box is not None and c.box[1] >= box[3] - _EDGE for grid in page.grids for c in grid.cells):
        return False
    below = (box[0], box[3], box[2], min(1.0, box[3] + _BELOW))
    lines = tuple(line for line in page.lines if holds_middle(below, line.box))
    return rereader.has_seal(below) or sum(_ink_beyond_print(lines, below, rereader, boilerplate)) >= _SOMETHING


def _holds_two_lines(cell: Cell, page: Page) -> bool:
    """Whether a line of a cell is as high as two of the page: of what stands in the other nothing was read."""
    if not cell.lines or not page.lines:
        return False
    usual = np.median([line.box[3] - line.box[1] for line in page.lines])
    return any(line.box[3] - line.box[1] > _TWO_LINES * usual for line in cell.lines)


def _goes_on(box: Box, page: Page, rereader: PictureRereader) -> bool:
    """Whether a seal or text stands right of a cell in its rows: of a table known in part the last column may be missing."""
    beside = (box[2], box[1], 1.0, box[3])
    return rereader.has_seal(beside) or any(holds_middle(beside, line.box) for line in page.lines)


def _names_a_value(cell: Cell, reading: Reading, boilerplate: tuple[str, ...], book: LabelBook) -> bool:
    """Whether a whole line of the cell is what another cell, no label, says."""
    own = _names(cell.lines, boilerplate)
    cells = (other for grid in reading.page.grids for other in grid.cells if other is not cell)
    return any(
        squash(other.text) in own and not (book.exact(other.text) or book.near(other.text) or book.section(other.text))
        for other in cells
    )


def _names_a_line(reading: Reading, boilerplate: tuple[str, ...]) -> bool:
    """Whether who is named in the lines of a signature stands in another line of the page, too."""
    own = _names(reading.lines, boilerplate)
    boxes = {line.box for line in reading.lines}
    others = [squash(line.text) for line in reading.page.lines if line.box not in boxes]
    return any(name in other for name in own for other in others)


def _names(lines: Sequence[Line], boilerplate: tuple[str, ...]) -> set[str]:
    """What may be names in a signature's lines: with what is printed round them, and without."""
    signing = [line.text for line in lines if signed_by(line.text, boilerplate) is not False]
    return {name for text in signing for name in (squash(text), *names_in(text)) if len(name) > 1}


def _ink_beyond_print(
    lines: Sequence[Line], box: Box, rereader: PictureRereader, boilerplate: tuple[str, ...]
) -> tuple[float, float]:
    """Ink outside the printed sentence and the date, in squares of a printed line's height: that of strokes, and that of
    specks or of one small stroke (a slash, a hole's edge), which is no signature for sure."""
    left, top, right, bottom = rereader.picture.rect(box)
    ink = rereader.picture.ink[top:bottom, left:right].copy()
    height = 0
    for line in lines:
        if not _is_print(line, rereader, boilerplate):
            continue
        (x0, y0, x1, y1), size = _print_of(line, rereader, boilerplate)
        height = max(height, size)
        grow = size // 5
        ink[max(0, y0 - grow - top) : y1 + grow - top, max(0, x0 - grow - left) : x1 + grow - left] = 0
    edge = 4
    inner = np.ascontiguousarray(ink[edge:-edge, edge:-edge])
    height = max(height, 24)
    found = [piece for piece in find_components(inner) if not _is_line(piece[2], piece[3], height)]
    specks = [area for _, _, wide, high, area in found if max(wide, high) < _SPECK * height]
    large = [area for _, _, wide, high, area in found if max(wide, high) >= _SPECK * height]
    alone = len(large) == 1 and all(_is_stroke(piece, height) for piece in found)
    strokes, rest = (0, sum(specks) + sum(large)) if alone else (sum(large), sum(specks))
    return strokes / height**2, rest / height**2


def _is_stroke(piece: Component, height: int) -> bool:
    """Whether a small piece is a single stroke or a blot; a name's stamp, or a name in one stroke, is neither."""
    _, _, wide, high, area = piece
    return max(wide, high) < _ALONE * height and not _DRAWN[0] < area / (wide * high) < _DRAWN[1]


def _print_of(line: Line, rereader: PictureRereader, boilerplate: tuple[str, ...]) -> tuple[Rect, int]:
    """As far as the characters of a line reach, and their size: what is written close behind a sentence stands in its line,
    read or not, and makes it higher."""
    left, top, right, bottom = rereader.picture.rect(line.box)
    reading = rereader.first_reading(line.box)
    centres = reading.centres[: wording_end(reading.text, boilerplate)]
    if len(centres) < _PITCHED:
        return (left, top, right, bottom), bottom - top
    pitch = float(np.median(np.diff(centres))) * (right - left)
    end = left + centres[-1] * (right - left) + _BEYOND_MIDDLE * pitch
    return (left, top, min(right, round(end)), bottom), min(bottom - top, round(_BEYOND_MIDDLE * pitch))


def _is_line(wide: int, high: int, height: int) -> bool:
    """Whether a piece of ink is of a rule: the inner one of a double border, or a line to write on."""
    return min(wide, high) <= _THIN * height and max(wide, high) >= _LONG * height


def _is_print(line: Line, rereader: PictureRereader, boilerplate: tuple[str, ...]) -> bool:
    """What is printed has letters or digits: a ★ is the middle of a seal without its red."""
    sure = _sure_of(line, rereader) >= _PRINT
    wording = sure and any(map(str.isalnum, line.text)) and signed_by(line.text, boilerplate) is False
    words = _sure_of(line, rereader) >= _WORDS and signed_by(line.text, boilerplate) is None
    return wording or words or is_wording(line.text, boilerplate)
