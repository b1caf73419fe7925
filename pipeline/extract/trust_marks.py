"""Tick boxes and signatures on a picture: what the ink itself says."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipeline.domain.document import Box
from pipeline.domain.spelling import squash
from pipeline.extract.form_judge import Parsed, Reading
from pipeline.extract.form_labels import LabelBook
from pipeline.extract.form_values import is_signed
from pipeline.extract.image_cells import holds_middle
from pipeline.extract.image_components import find_components
from pipeline.extract.image_ink import faint_ink
from pipeline.extract.image_reread import PictureRereader
from pipeline.extract.image_ticks import STROKES, TickRow, write_row
from pipeline.extract.page import Cell, Line, Page
from pipeline.extract.ticks import read_ticks

TICKS: Final = "勾选标记看不清，请对照图片核对账号类型"
SIGNATURE: Final = "是否签名或盖章看不清，请对照图片核对"
#: Ink beyond the printed words, in squares of a line's height: a character written by hand has a quarter or more.
_NOTHING: Final = 0.15
_SOMETHING: Final = 0.8
_PRINT: Final = 0.8
#: In heights of the page's usual line.
_TWO_LINES: Final = 1.6
#: A piece of a rule: so thin and so long, in heights of a line of print.
_THIN: Final = 0.25
_LONG: Final = 2.0


def judge_ticks(reading: Reading, rereader: PictureRereader) -> tuple[Parsed, str]:
    """The ticked options from the squares' ink, and the row as it was seen."""
    picture = rereader.picture
    lines = [(picture.rect(line.box), rereader.first_reading(line.box)) for line in reading.lines]
    field = reading.field
    row = write_row(lines, picture.ink, field.options, labels=field.labels, few_dots=picture.coarse)
    ticks = read_ticks(row.text, field.options)
    whole = has_every_mark(row, len(ticks.known), len(field.options))
    if not whole and not picture.coarse:
        paler = write_row(lines, faint_ink(picture.clean), field.options, labels=field.labels)
        seen = read_ticks(paler.text, field.options)
        # The engine saw the same marks: of hairlines half is left as ink, and a box with a gap in each side is none.
        if seen.ticked == ticks.ticked and has_every_mark(paler, len(seen.known), len(field.options)):
            row, ticks, whole = paler, seen, True
    one = ticks.ticked[0] if len(ticks.ticked) == 1 else None
    # On a fax a tick falls out and an empty square fills: none and several ticks prove nothing there.
    sure = row.sure and ticks.sure and whole and not (picture.coarse and one is None)
    return Parsed(value=one, candidates=ticks.ticked, doubt=None if sure else TICKS), row.text


def has_every_mark(row: TickRow, known: int, options: int) -> bool:
    """Whether all options were found, each with its mark: an empty square, a ticked one, or a stroke in its place.

    A lost one may be the ticked.
    """
    return known == options and row.squares + sum(character in STROKES for character in row.text) >= options


def judge_signature(
    reading: Reading, rereader: PictureRereader, boilerplate: tuple[str, ...], book: LabelBook, *, clear: bool
) -> Parsed:
    """A seal, a name or other ink says yes; a cell with nothing but print says no; anything between cannot be told.

    Where the page is not clear a name must stand elsewhere on it too: misread print is a name to no other cell.
    """
    cell = _cell(reading)
    if cell is None or cell.box is None:
        return Parsed(value=True if reading.parsed.value is True else None, doubt=SIGNATURE)
    named = reading.parsed.value is True and (clear or _names_a_value(cell, reading, boilerplate, book))
    if named or rereader.has_seal(cell.box):
        return Parsed(value=True)
    ink = _ink_beyond_print(cell, cell.box, rereader, boilerplate)
    if ink >= _SOMETHING:
        return Parsed(value=True)
    # Soft strokes leave no ink: where the page is not clear, or a name was read, nothing is not proved.
    nothing = ink < _NOTHING and clear and reading.parsed.value is not True
    nothing = nothing and not _goes_on(cell.box, reading.page, rereader) and not _holds_two_lines(cell, reading.page)
    return Parsed(value=False) if nothing else Parsed(doubt=SIGNATURE)


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


def _cell(reading: Reading) -> Cell | None:
    return reading.label if reading.inline else reading.cells[0] if reading.cells else None


def _names_a_value(cell: Cell, reading: Reading, boilerplate: tuple[str, ...], book: LabelBook) -> bool:
    """Whether a whole line of the cell is what another cell, no label, says."""
    own = {squash(line.text) for line in cell.lines if is_signed(line.text, boilerplate)}
    cells = (other for grid in reading.page.grids for other in grid.cells if other is not cell)
    return any(
        squash(other.text) in own and not (book.exact(other.text) or book.near(other.text) or book.section(other.text))
        for other in cells
    )


def _ink_beyond_print(cell: Cell, box: Box, rereader: PictureRereader, boilerplate: tuple[str, ...]) -> float:
    """Ink outside the printed sentence and the date, in squares of a printed line's height."""
    printed = [line for line in cell.lines if _is_print(line, boilerplate)]
    left, top, right, bottom = rereader.picture.rect(box)
    ink = rereader.picture.ink[top:bottom, left:right].copy()
    height = 0
    for line in printed:
        x0, y0, x1, y1 = rereader.picture.rect(line.box)
        height = max(height, y1 - y0)
        grow = (y1 - y0) // 5
        ink[max(0, y0 - grow - top) : y1 + grow - top, max(0, x0 - grow - left) : x1 + grow - left] = 0
    edge = 4
    inner = np.ascontiguousarray(ink[edge:-edge, edge:-edge])
    height = max(height, 24)
    written = sum(area for _, _, wide, high, area in find_components(inner) if not _is_line(wide, high, height))
    return float(written) / height**2


def _is_line(wide: int, high: int, height: int) -> bool:
    """Whether a piece of ink is of a rule: the inner one of a double border, or a line to write on."""
    return min(wide, high) <= _THIN * height and max(wide, high) >= _LONG * height


def _is_print(line: Line, boilerplate: tuple[str, ...]) -> bool:
    """What is printed has letters or digits: a ★ is the middle of a seal without its red."""
    sure = line.confidence is not None and line.confidence >= _PRINT
    return sure and any(map(str.isalnum, line.text)) and not is_signed(line.text, boilerplate)
