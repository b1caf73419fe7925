"""Tick boxes and signatures on a picture: what the ink itself says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from pipeline.domain.document import Box
from pipeline.domain.spelling import squash
from pipeline.extract.form.judge import Parsed, Reading
from pipeline.extract.form.labels import LabelBook
from pipeline.extract.form.signature_words import is_wording, signed_by, wording_end
from pipeline.extract.image.cells import Rect, holds_middle
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.ticks import MARKS, STROKES, TickRow, middles_of_labels, write_row
from pipeline.extract.ocr.readers import Reading as Seen
from pipeline.extract.page import Cell, Line, Page
from pipeline.extract.raster.components import Component, find_components
from pipeline.extract.raster.ink import FAINT_LEVEL, FAINTEST_LEVEL, faint_ink
from pipeline.extract.ticks import read_ticks
from pipeline.extract.trust.unticked import has_marker, has_pale_tick, has_stroke

TICKS: Final = "勾选标记看不清，请对照图片核对账号类型"
SIGNATURE: Final = "是否签名或盖章看不清，请对照图片核对"
#: Ink beyond the printed words, in squares of a line's height: a character written by hand has a quarter or more.
_NOTHING: Final = 0.15
_SOMETHING: Final = 0.8
#: The same where words were read, and badly, on a page that reads well: 只蕉 for a small name by hand had 0.53.
_BY_HAND: Final = 0.4
_PRINT: Final = 0.8
#: From which darkness on dots are ink (None: as on the whole page), and whether boxes may be small.
_FINER: Final = ((FAINT_LEVEL, False), (None, True), (FAINTEST_LEVEL, False), (FAINT_LEVEL, True))
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


def judge_ticks(reading: Reading, rereader: PictureRereader) -> tuple[Parsed, str]:
    """The ticked options from the squares' ink, and the row as it was seen."""
    picture = rereader.picture
    lines = [(picture.rect(line.box), rereader.first_reading(line.box)) for line in reading.lines]
    field = reading.field
    row = write_row(lines, picture.ink, field.options, labels=field.labels, few_dots=picture.coarse)
    ticks = read_ticks(row.text, field.options)
    whole = has_every_mark(row, len(ticks.known), len(field.options))
    for paler in _finer_rows(reading, rereader, lines) if not whole and not picture.coarse else ():
        seen = read_ticks(paler.text, field.options)
        # The engine saw the same marks: of hairlines half is left as ink, and a box with a gap in each side is none.
        if seen.ticked == ticks.ticked and has_every_mark(paler, len(seen.known), len(field.options)):
            row, ticks, whole = paler, seen, True
            break
    one = ticks.ticked[0] if len(ticks.ticked) == 1 else None
    # On a fax a tick falls out and an empty square fills: none and several ticks prove nothing there.
    sure = row.sure and ticks.sure and whole and not (picture.coarse and one is None)
    sure = sure and not _is_marked_otherwise(reading, rereader, row, ticked=bool(ticks.ticked))
    return Parsed(value=one, candidates=ticks.ticked, doubt=None if sure else TICKS), row.text


def _finer_rows(reading: Reading, rereader: PictureRereader, lines: Sequence[tuple[Rect, Seen]]) -> Iterator[TickRow]:
    """The row by paler ink, which boxes of hairlines leave, and with boxes half as high as characters.

    Where the engine did not read a mark for each option, only by ink not so pale, and with boxes of usual size: a frame within a
    character could stand for the box that is lost.
    """
    field, picture = reading.field, rereader.picture
    marked = sum(character in MARKS for _, seen in lines for character in seen.text) >= len(field.options)
    for level, small in _FINER if marked else _FINER[:1]:
        ink = picture.ink if level is None else faint_ink(picture.clean, level)
        yield write_row(lines, ink, field.options, labels=field.labels, small=small)


def _is_marked_otherwise(reading: Reading, rereader: PictureRereader, row: TickRow, *, ticked: bool) -> bool:
    """Whether a pen struck or circled labels; where nothing is `ticked` also whether one is marked by pale ink or a marker."""
    picture = rereader.picture
    cell = _cell(reading)
    if cell is None or cell.box is None:
        return False
    place = picture.rect(cell.box)
    lines = [(picture.rect(line.box), rereader.first_reading(line.box)) for line in reading.lines]
    height = max((rect[3] - rect[1] for rect, _ in lines), default=0)
    labels = [at for rect, seen in lines for at in middles_of_labels(rect, seen, reading.field.options)]
    if has_stroke(place, height, labels, picture):
        return True
    other = (
        rereader.has_another_ink(cell.box) or has_marker(place, picture, height) or has_pale_tick(row.rects, picture)
    )
    return not ticked and other


def has_every_mark(row: TickRow, known: int, options: int) -> bool:
    """Whether all options were found, each with its mark: an empty square, a ticked one, a stroke in its place, or brackets.

    A lost one may be the ticked.
    """
    marks = row.squares + sum(character in STROKES for character in row.text)
    return known == options and max(marks, row.brackets) >= options


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
    ink, specks = _ink_beyond_print(cell.lines, cell.box, rereader, boilerplate)
    by_hand = clear and reading.parsed.value is None and any(map(_is_unsure, cell.lines))
    if ink >= (_BY_HAND if by_hand else _SOMETHING):
        return Parsed(value=True)
    # Soft strokes leave no ink: where the page is not clear, or words were read, nothing is not proved.
    nothing = ink + specks < _NOTHING and clear and reading.parsed.value is False
    nothing = nothing and not _goes_on(cell.box, reading.page, rereader) and not _holds_two_lines(cell, reading.page)
    nothing = nothing and not _is_below(cell.box, reading.page, rereader, boilerplate)
    return Parsed(value=False) if nothing else Parsed(doubt=SIGNATURE)


def _is_unsure(line: Line) -> bool:
    """Whether a line was read so unsurely as handwriting is."""
    return line.confidence is not None and line.confidence < _PRINT


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


def _cell(reading: Reading) -> Cell | None:
    return reading.label if reading.inline else reading.cells[0] if reading.cells else None


def _names_a_value(cell: Cell, reading: Reading, boilerplate: tuple[str, ...], book: LabelBook) -> bool:
    """Whether a whole line of the cell is what another cell, no label, says."""
    own = {squash(line.text) for line in cell.lines if signed_by(line.text, boilerplate) is not False}
    cells = (other for grid in reading.page.grids for other in grid.cells if other is not cell)
    return any(
        squash(other.text) in own and not (book.exact(other.text) or book.near(other.text) or book.section(other.text))
        for other in cells
    )


def _ink_beyond_print(
    lines: Sequence[Line], box: Box, rereader: PictureRereader, boilerplate: tuple[str, ...]
) -> tuple[float, float]:
    """Ink outside the printed sentence and the date, in squares of a printed line's height: that of strokes, and that of
    specks or of one small stroke (a slash, a hole's edge), which is no signature for sure."""
    left, top, right, bottom = rereader.picture.rect(box)
    ink = rereader.picture.ink[top:bottom, left:right].copy()
    height = 0
    for line in lines:
        if not _is_print(line, boilerplate):
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


def _is_print(line: Line, boilerplate: tuple[str, ...]) -> bool:
    """What is printed has letters or digits: a ★ is the middle of a seal without its red."""
    sure = line.confidence is not None and line.confidence >= _PRINT
    wording = sure and any(map(str.isalnum, line.text)) and signed_by(line.text, boilerplate) is False
    return wording or is_wording(line.text, boilerplate)
