"""Tick boxes on a picture: what the ink itself says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from pipeline.extract.form.judge import Parsed, Reading
from pipeline.extract.image.cells import Rect
from pipeline.extract.image.pixels import Picture
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.row_ink import strange_ink
from pipeline.extract.image.ticks import MARKS, STROKES, TickRow, middles_of_labels, write_row
from pipeline.extract.ocr.readers import Reading as Seen
from pipeline.extract.page import Cell
from pipeline.extract.raster.ink import FAINT_LEVEL, FAINTEST_LEVEL, Mask, faint_ink
from pipeline.extract.ticks import TickReading, read_ticks
from pipeline.extract.trust.unboxed import masks_of, unboxed_row
from pipeline.extract.trust.unticked import (
    has_mark_round,
    has_marker,
    has_pale_tick,
    has_red_stroke,
    has_stroke,
    has_underline,
)

TICKS: Final = "勾选标记看不清，请对照图片核对账号类型"
#: From which darkness on dots are ink (None: as on the whole page), and whether boxes may be small.
_FINER: Final = ((FAINT_LEVEL, False), (None, True), (FAINTEST_LEVEL, False), (FAINT_LEVEL, True))
#: Dots round a seal's red that are darker than it.
_FRINGE: Final = 7
#: In heights of the line, above and below it.
_ROUND_A_LINE: Final = 0.4


def judge_ticks(reading: Reading, rereader: PictureRereader, *, clear: bool = False) -> tuple[Parsed, str]:
    """The ticked options from the squares' ink, and the row as it was seen; a row without squares may have no pale ink either,
    of which a page that is not `clear` may have more."""
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
    if not row.squares and not row.brackets:
        whole = False  # a reader that sees a mark for each option in nothing but strokes may take × for √
    if not whole and not picture.coarse and one is not None:
        whole = _is_proved_without_boxes(reading, rereader, row, ticks, clear=clear)
    sure = row.sure and ticks.sure and whole and not (picture.coarse and one is None)
    sure = sure and row.squares <= len(field.options)  # more are what a seal's ring and words make
    sure = sure and (picture.coarse or not _has_strange_ink(reading, rereader, row, ticked=bool(ticks.ticked)))
    sure = sure and not _is_marked_otherwise(reading, rereader, row, ticked=bool(ticks.ticked))
    return Parsed(value=one, candidates=ticks.ticked, doubt=None if sure else TICKS), row.text


def _is_proved_without_boxes(
    reading: Reading, rereader: PictureRereader, row: TickRow, ticks: TickReading, *, clear: bool
) -> bool:
    cell = cell_of(reading)
    if cell is None or cell.box is None:
        return False
    seen = unboxed_row(reading, rereader, rereader.picture.rect(cell.box))
    return seen.is_proved(row, ticks, masks_of(rereader, clear=clear))


def _has_strange_ink(reading: Reading, rereader: PictureRereader, row: TickRow, *, ticked: bool) -> bool:
    """Whether something as large as a tick stands in the cell that nobody read: a tick beside its box. A pen's tick runs out of its
    box: where something is `ticked` what touches a box is that."""
    cell = cell_of(reading)
    if cell is None or cell.box is None:
        return False
    picture = rereader.picture
    lines = [(picture.rect(line.box), rereader.first_reading(line.box)) for line in reading.lines]
    place, ink = picture.rect(cell.box), picture.ink
    if rereader.has_seal(cell.box):  # a seal over the row is none of it
        left, top, right, bottom = place
        ink = ink.copy()
        ink[top:bottom, left:right][
            cv2.dilate(picture.red[top:bottom, left:right], np.ones((_FRINGE, _FRINGE), np.uint8)) > 0
        ] = 0
    known = (*row.rects, *row.strokes)
    if not ticked and not rereader.has_seal(cell.box) and strange_ink(place, lines, known, _pale(picture)):
        return True
    strange = strange_ink(place, lines, known, ink) or ()
    return any(not ticked or not any(_touches(piece, box) for box in row.rects) for piece in strange)


def _pale(picture: Picture) -> Mask:
    """What is a little darker than paper: a thin pen's tick is no more on a soft photo."""
    return faint_ink(picture.clean, FAINT_LEVEL)


def _touches(piece: Rect, box: Rect) -> bool:
    return piece[0] < box[2] and box[0] < piece[2] and piece[1] < box[3] and box[1] < piece[3]


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
    cell = cell_of(reading)
    if cell is None or cell.box is None:
        return not ticked  # nobody knows where else a tick could stand
    place = picture.rect(cell.box)
    lines = [(picture.rect(line.box), rereader.first_reading(line.box)) for line in reading.lines]
    height = max((rect[3] - rect[1] for rect, _ in lines), default=0)
    for rect, seen in lines:
        labels = middles_of_labels(rect, seen, reading.field.options)
        if has_stroke(_band(place, rect), height, labels, picture):
            return True
        if not ticked and has_underline(_band(place, rect), height, labels, picture):
            return True
    other = (
        rereader.has_another_ink(cell.box)
        or has_marker(place, picture, height)
        or has_pale_tick(row.rects, picture)
        or has_mark_round(row.rects, place, picture.ink)
        or has_red_stroke(place, picture, height)
    )
    return not ticked and other


def _band(cell: Rect, line: Rect) -> Rect:
    """A line's part of its cell: what passes under the labels of one row is a line to write on of the next."""
    more = round(_ROUND_A_LINE * (line[3] - line[1]))
    return cell[0], max(cell[1], line[1] - more), cell[2], min(cell[3], line[3] + more)


def has_every_mark(row: TickRow, known: int, options: int) -> bool:
    """Whether all options were found, each with its mark: an empty square, a ticked one, a stroke in its place, or brackets.

    A lost one may be the ticked.
    """
    marks = row.squares + sum(character in STROKES for character in row.text)
    return known == options and max(marks, row.brackets) >= options


def cell_of(reading: Reading) -> Cell | None:
    """The cell that a field's value was read from."""
    return reading.label if reading.inline else reading.cells[0] if reading.cells else None
