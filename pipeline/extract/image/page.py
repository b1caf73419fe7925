"""One picture to one upright page with its lines and tables, read by the main reader."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import cv2
import numpy as np

from pipeline.domain.document import Box, PageBox
from pipeline.domain.spelling import squash
from pipeline.extract.doubts import CUT_OFF, INKED, STAMPED, STREAKED
from pipeline.extract.image.border import is_border, is_folded
from pipeline.extract.image.cells import (
    Rect,
    bounds,
    goes_on_unseen,
    holds_middle,
    is_cut,
    lines_in_frame,
    rows_of,
    runs_on,
)
from pipeline.extract.image.columns import column_of, laid_in_a_row
from pipeline.extract.image.dots import DecidedDots, dots_of, moved_dots
from pipeline.extract.image.faults import Shot, edge_width_px
from pipeline.extract.image.grid import Frame, Table, find_tables
from pipeline.extract.image.pixels import FlatPicture, prepare
from pipeline.extract.image.red_print import find_red_print, in_black, is_how_it_is_filled_in
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.seals import without_seals
from pipeline.extract.image.sheet import Sheet, sheet_of
from pipeline.extract.image.skim import Skimmer
from pipeline.extract.image.torn import is_torn
from pipeline.extract.image.turn import cut
from pipeline.extract.image.walls import wall_mask
from pipeline.extract.image.watermark import without_watermark
from pipeline.extract.ocr.readers import Engines, Quad, Reading
from pipeline.extract.page import Cell, Grid, Line, Page
from pipeline.extract.paper_geometry import fold_label
from pipeline.extract.paper_labels import is_form, is_stamped_text
from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.extract.raster.ink import Mask, even_light, level_ink, red_free, red_mask
from pipeline.extract.raster.marks import has_few_marks
from pipeline.extract.raster.negative import without_negative
from pipeline.extract.raster.rules import Rules, find_rules, has_long_rules
from pipeline.extract.raster.sheet_colour import shows_no_sheet
from pipeline.extract.rects import around

CameAs = Callable[[Rgb], DecidedDots | None]
#: Edges of carbon copies were 3.8 to 5.3 px wide, of photos soft enough to be pale 7.
_SHARP_PX: Final = 6.0
#: In heights of a line: so high is the rectangle round one that slopes. Those of scans were up to 1.12, of photos laid nearly
#: level up to 1.18.
_SLOPED: Final = 1.25
#: A page with fewer says nothing.
_FEW_CHARACTERS: Final = 8
_FEW_UNSURE: Final = 24
_LIKELY: Final = 0.5
#: How sure a reader is of lines whose tone tells that of the print.
_PRINT: Final = 0.9


def read_picture(
    rgb: Rgb, *, number: int, engines: Engines, skimmer: Skimmer | None = None, came_as: CameAs | None = None
) -> Page:
    """Read a decoded picture. Never raises for what it shows: an empty page has no lines.

    With a `skimmer` neither has a page of prose, which is then not read. `came_as` is asked where the page was rendered
    of a picture.
    """
    rgb = without_negative(rgb)
    laid = sheet_of(rgb, engines)
    upright, quads = laid.rgb, laid.quads
    if skimmer is not None and skimmer.is_prose(upright, quads):
        return _unread(number, rgb, laid, skimmer.heads)
    came = came_as(rgb) if came_as is not None else None
    reading = _Reading(
        number=number, engines=engines, laid=laid, came=came or dots_of(rgb), source=(rgb.shape[0], rgb.shape[1])
    )
    page, reader = reading.page(upright, quads, even=laid.even)
    page = _under_watermark(reading, page, reader) or page
    bare = has_hardly_any_text(page) and (has_few_marks(rgb) or shows_no_sheet(rgb))
    return replace(page, bare=True) if bare else page


def has_hardly_any_text(page: Page) -> bool:
    """Whether a page says nothing: hardly a character was read, or few and none of their lines at all surely. Of a blur a reader
    made 18026188612."""
    count = len(squash("".join(line.text for line in page.lines)))
    unsure = all((line.confidence or 0.0) < _LIKELY for line in page.lines)
    return count < (_FEW_UNSURE if unsure else _FEW_CHARACTERS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Reading:
    """How one laid page is read, whether as it is or without its watermark."""

    number: int
    engines: Engines
    laid: Sheet
    came: DecidedDots
    source: tuple[int, int]

    def page(
        self, upright: Rgb, quads: tuple[Quad, ...], *, even: Gray | None = None, red: Mask | None = None
    ) -> tuple[Page, _PageReader]:
        """`red`, where it is known, belongs to a picture from which the colours were taken."""
        even = even if even is not None else even_light(red_free(upright))
        rules = find_rules(even)
        rects = tuple(bounds(quad) for quad in quads)
        tables = tuple(table for table in find_tables(rules) if not is_folded(table, rects))
        own_red = red_mask(upright) if red is None else red
        reds = find_red_print(upright, own_red, quads, tables) if red is None else ()
        if reds:
            upright = in_black(upright, reds)
            own_red, even = red_mask(upright), even_light(red_free(upright))
        height, width = upright.shape[:2]
        laid, came = self.laid, self.came
        shown = upright if red is None else laid.rgb
        own = None if came.dots is None else moved_dots(came.dots, laid.matrix, laid.mesh, (width, height))
        inked = _with_ink(even)
        walls = wall_mask(rules, tables, inked)
        picture = prepare(upright, inked, walls, red=own_red, dots=came.sort, own=own)
        tables = tuple(table for table in tables if not is_border(table, width, height))
        stamps = () if is_how_it_is_filled_in(reds, tables) else reds
        reader = _PageReader(picture, quads, self.number, self.engines, laid=laid, stamps=stamps)
        grids = tuple(reader.grid(index, table) for index, table in enumerate(tables))
        cells = (line for grid in grids for cell in grid.cells for line in cell.lines)
        page = Page(
            number=self.number,
            width=width,
            height=height,
            lines=_in_order((*cells, *reader.lines_outside(tables))),
            grids=grids,
            rereader=PictureRereader(picture, self.engines, reader.readings, reader.slopes),
            photograph=self._shot(shown, rules),
            geometry=laid.geometry(self.number, self.source),
            ruled=has_long_rules(rules),
        )
        return page, reader

    def _shot(self, shown: Rgb, rules: Rules) -> Shot:
        laid = self.laid
        across, down = rules.horizontal, rules.vertical
        return Shot(
            rgb=shown,
            quads=laid.quads,
            matrix=laid.matrix,
            mesh=laid.mesh,
            source=self.source,
            across=across,
            down=down,
        )


def _under_watermark(reading: _Reading, page: Page, reader: _PageReader) -> Page | None:
    """The page of a paper read without the watermark over it; None where there is none that its tone tells from the print."""
    stamped = [is_stamped_text(line.text) for line in page.lines]
    if not any(stamped) or is_form("".join(fold_label(line.text) for line in page.lines)):
        return None
    rgb = reading.laid.rgb
    marks = [reader.quad_of(line.box) for line, is_mark in zip(page.lines, stamped, strict=True) if is_mark]
    lines = [
        reader.quad_of(line.box)
        for line, is_mark in zip(page.lines, stamped, strict=True)
        if not is_mark and (line.confidence or 0.0) >= _PRINT
    ]
    freed = without_watermark(rgb, marks, lines)
    if freed is None:
        return None
    red = red_mask(rgb)
    cv2.fillPoly(red, [quad.round().astype(np.int32) for quad in marks], 0)
    return reading.page(freed, reading.engines.main.find_lines(freed), red=red)[0]


def _with_ink(even: Gray) -> Gray:
    """The page with its pale ink made dark. A blur makes ink pale as well, but what it closed is to stay in doubt."""
    levelled = level_ink(even)
    return levelled if levelled is even or edge_width_px(even) <= _SHARP_PX else even


def put_away(page: Page) -> Page:
    """The page with a tenth of the memory, until somebody looks at its picture again."""
    if not isinstance(page.rereader, PictureRereader) or not isinstance(page.photograph, Shot):
        return page
    return replace(page, rereader=page.rereader.put_away(), photograph=page.photograph.put_away())


def _unread(number: int, rgb: Rgb, laid: Sheet, heads: str) -> Page:
    height, width = laid.rgb.shape[:2]
    return Page(
        number=number,
        width=width,
        height=height,
        lines=(),
        grids=(),
        prose=True,
        heads=heads,
        geometry=laid.geometry(number, rgb.shape),
    )


class _PageReader:
    """Reads the lines of one page: those of its tables cell by cell, the others as they were found."""

    def __init__(
        self,
        picture: FlatPicture,
        quads: tuple[Quad, ...],
        number: int,
        engines: Engines,
        *,
        laid: Sheet,
        stamps: tuple[Rect, ...],
    ) -> None:
        """`stamps` are lines in red that may not be print; `laid` is asked for streaks."""
        self._picture = picture
        self._quads = quads
        self._rects = tuple(bounds(quad) for quad in quads)
        self._usual_px = float(np.median([bottom - top for _, top, _, bottom in self._rects])) if quads else 0.0
        self._number = number
        self._engine = engines.main
        self._laid = laid
        self._stamps = stamps
        self.readings: dict[Box, Reading] = {}
        self.slopes: dict[Box, Quad] = {}

    def quad_of(self, box: Box) -> Quad:
        """The corners of a line that was read."""
        left, top, right, bottom = self._picture.rect(box)
        level = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)
        return self.slopes.get(box, level)

    def grid(self, index: int, table: Table) -> Grid:
        """A table with the text of each cell."""
        columns = [column_of(frame, self._picture.ink, usual_px=self._usual_px) for frame in table.frames]
        places = [
            (around(column),) if column else self._lines_in(frame)
            for frame, column in zip(table.frames, columns, strict=True)
        ]
        crops = [
            laid_in_a_row(self._picture.clean, column) if column else _part(self._picture.clean, rect)
            for rects, column in zip(places, columns, strict=True)
            for rect in rects
        ]
        readings = iter(self._engine.read_lines(crops))  # of the whole table: short lines are read several at once
        cells = (
            self._cell(frame, table, list(zip(rects, islice(readings, len(rects)), strict=True)))
            for frame, rects in zip(table.frames, places, strict=True)
        )
        return Grid(index=index, page=self._number, cells=tuple(cells))

    def _lines_in(self, frame: Frame) -> tuple[Rect, ...]:
        picture = self._picture
        return without_seals(lines_in_frame(frame, self._rects, picture.ink), picture.clean, picture.red)

    def _cell(self, frame: Frame, table: Table, lines_read: Sequence[tuple[Rect, Reading]]) -> Cell:
        read = [(rect, reading) for rect, reading in lines_read if reading.text]
        doubts = [self._doubt(rect, frame, table) for rect, _ in read]
        lines = tuple(
            self._line(rect, reading, doubt=doubt) for (rect, reading), doubt in zip(read, doubts, strict=True)
        )
        box = self._picture.box((frame.left, frame.top, frame.right, frame.bottom))
        return Cell(
            row=frame.row,
            column=frame.column,
            row_span=frame.row_span,
            column_span=frame.column_span,
            text=_text(read),
            lines=lines,
            place=PageBox(page=self._number, box=box),
            box=box,
            reader=self._engine.name,
            confidence=min((reading.confidence for _, reading in read), default=None),
            doubt=next(filter(None, doubts), None)
            or (INKED if not read and is_cut(frame, self._rects, table.frames) else None),
        )

    def _doubt(self, rect: Rect, frame: Frame, table: Table) -> str | None:
        if self._is_cut_off(rect, frame, table):
            return CUT_OFF
        return self._marked(rect)

    def _marked(self, rect: Rect) -> str | None:
        """What a line of text may be, or may have lost, wherever it stands."""
        if self._laid.is_under_streak(rect):
            return STREAKED
        return STAMPED if self._may_be_stamped(rect) else None

    def _may_be_stamped(self, rect: Rect) -> bool:
        return any(holds_middle(stamp, rect) or holds_middle(rect, stamp) for stamp in self._stamps)

    def _is_cut_off(self, rect: Rect, frame: Frame, table: Table) -> bool:
        """Whether a line read in a cell may go on beyond it, or was cut by its wall."""
        ink = self._picture.ink
        return (
            runs_on(rect, frame, self._rects, table.frames)
            or is_torn(rect, frame, self._rects, ink)
            or goes_on_unseen(rect, frame, ink)
        )

    def lines_outside(self, tables: tuple[Table, ...]) -> tuple[Line, ...]:
        """The lines whose middle lies in no cell: within a table's bounds may be areas that are none."""
        areas = [(f.left, f.top, f.right, f.bottom) for table in tables for f in table.frames]
        outside = [i for i, rect in enumerate(self._rects) if not any(holds_middle(area, rect) for area in areas)]
        crops = [cut(self._picture.rgb, self._quads[i]) for i in outside]
        readings = self._engine.read_lines(crops)
        read = ((self._rects[i], reading) for i, reading in zip(outside, readings, strict=True) if reading.text)
        self.slopes = {self._picture.box(self._rects[i]): self._quads[i] for i in outside if _is_sloped(self._quads[i])}
        return tuple(self._line(rect, reading, doubt=self._marked(rect)) for rect, reading in read)

    def _line(self, rect: Rect, reading: Reading, *, doubt: str | None = None) -> Line:
        box = self._picture.box(rect)
        self.readings[box] = reading
        return Line(text=reading.text, box=box, reader=self._engine.name, confidence=reading.confidence, doubt=doubt)


def _is_sloped(quad: Quad) -> bool:
    """Whether the upright rectangle round a line shows much more than the line: those above and below it, too."""
    _, top, _, bottom = bounds(quad)
    own = (math.dist(quad[0], quad[3]) + math.dist(quad[1], quad[2])) / 2
    return bottom - top > _SLOPED * own


def _part(gray: Gray, rect: Rect) -> Gray:
    left, top, right, bottom = rect
    return np.ascontiguousarray(gray[top:bottom, left:right])


def _text(read: list[tuple[Rect, Reading]]) -> str:
    """Rows by newlines; pieces of one row by blanks."""
    texts = {rect: reading.text for rect, reading in read}
    return "\n".join(" ".join(texts[rect] for rect in row) for row in rows_of([rect for rect, _ in read]))


def _in_order(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    by_rect: dict[Rect, list[Line]] = {}
    for line in lines:
        left, top, right, bottom = (round(v * 10_000) for v in line.box)
        by_rect.setdefault((left, top, right, bottom), []).append(line)
    return tuple(line for row in rows_of(list(by_rect)) for rect in row for line in by_rect[rect])
