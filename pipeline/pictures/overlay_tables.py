"""A Word file's text and tables drawn as a picture, because the file itself has no pages: each cell with its text, as read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from pipeline.domain.document import TableCell
from pipeline.domain.pages import Box
from pipeline.extract.page import Cell, Grid, Page
from pipeline.extract.raster.decode import Rgb
from pipeline.pictures.lettering import Lettering
from pipeline.pictures.overlay_requests import CellAddress

_WIDTH_PX: Final = 1240
_MARGIN_PX: Final = 60
_PAD_PX: Final = 10
_LEAST_COLUMN_PX: Final = 56
_WIDEST_TEXT_PX: Final = 420
_MOST_HEIGHT_PX: Final = 9_000
_MOST_ROWS, _MOST_COLUMNS, _MOST_TABLES = 160, 60, 40
_MOST_LINES: Final = 12
#: Wider than this many characters no column gets anyway.
_MOST_CHARACTERS: Final = 40
_MOST_HEADING: Final = 60
_BETWEEN_PX: Final = 40
#: Lines that only touch a place do not stand in it.
_NO_HEIGHT: Final = 1e-6
_INK, _RULE, _PAPER = (31, 41, 51), (120, 128, 138), (255, 255, 255)
#: Said where a file holds more than is drawn.
_MORE: Final = "（以下内容较多，未画出）"

Rect = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnTables:
    """The picture, and where each cell and each line of text outside tables stands in it, as fractions of it.

    Lines are found by the box they were read with.
    """

    rgb: Rgb
    cells: dict[CellAddress, Box]
    lines: tuple[tuple[Box, Box], ...]

    def box(self, place: Box | CellAddress | None) -> Box | None:
        """Where a place stands; None for what was not drawn."""
        if place is None or isinstance(place, CellAddress):
            return None if place is None else self.cells.get(place)
        drawn = [there for read, there in self.lines if min(read[3], place[3]) - max(read[1], place[1]) > _NO_HEIGHT]
        if not drawn:
            return None
        return (
            min(box[0] for box in drawn),
            min(box[1] for box in drawn),
            max(box[2] for box in drawn),
            max(box[3] for box in drawn),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The cells of a table with the edges of its columns and rows, from its own top left corner."""

    cells: tuple[Cell, ...]
    columns: tuple[int, ...]
    rows: tuple[int, ...]

    @property
    def height_px(self) -> int:
        return max((self.rows[cell.row + cell.row_span] for cell in self.cells), default=0)

    def above(self, height_px: int) -> _Table:
        """The same with those cells alone that end above a height."""
        kept = tuple(cell for cell in self.cells if self.rows[cell.row + cell.row_span] <= height_px)
        return replace(self, cells=kept)

    def rect(self, cell: Cell) -> Rect:
        return (
            self.columns[cell.column],
            self.rows[cell.row],
            self.columns[cell.column + cell.column_span],
            self.rows[cell.row + cell.row_span],
        )


def draw_tables(page: Page, letters: Lettering) -> DrawnTables | None:
    """The lines outside tables, then the tables below each other; None where there is neither."""
    tables = _laid_out(page.grids, letters)
    heading = [(line.box, letters.wrap(line.text, _inner(), most=2)) for line in page.lines[:_MOST_HEADING]]
    if not tables and not heading:
        return None
    top = _MARGIN_PX + sum(len(text) for _, text in heading) * letters.line_px + (_PAD_PX if heading else 0)
    fits = _that_fit(tables, top)
    drawn = sum(len(table.cells) for table in fits)
    cut = drawn < sum(len(grid.cells) for grid in page.grids) or len(heading) < len(page.lines)
    height = top + sum(table.height_px + _BETWEEN_PX for table in fits) + _MARGIN_PX + (letters.line_px if cut else 0)
    image = Image.new("RGB", (_WIDTH_PX, height), _PAPER)
    draw = ImageDraw.Draw(image)
    lines = tuple(_draw_lines(draw, heading, letters, height))
    cells: dict[CellAddress, Box] = {}
    for table in fits:
        cells |= _draw_table(draw, table, top, letters, height)
        top += table.height_px + _BETWEEN_PX
    if cut:
        letters.write(draw, (_MARGIN_PX, top), (_MORE,), _INK)
    return DrawnTables(rgb=np.asarray(image, dtype=np.uint8), cells=cells, lines=lines)


def _draw_lines(
    draw: ImageDraw.ImageDraw, heading: Iterable[tuple[Box, tuple[str, ...]]], letters: Lettering, height: int
) -> Iterable[tuple[Box, Box]]:
    """Each line's box as it was read, and where it stands now."""
    top = _MARGIN_PX
    for box, text in heading:
        letters.write(draw, (_MARGIN_PX, top), text, _INK)
        bottom = top + len(text) * letters.line_px
        wide = max(letters.width(line) for line in text)
        right = min(_WIDTH_PX, _MARGIN_PX + wide + _PAD_PX)
        yield box, ((_MARGIN_PX - _PAD_PX) / _WIDTH_PX, top / height, right / _WIDTH_PX, bottom / height)
        top = bottom


def _inner() -> int:
    return _WIDTH_PX - 2 * _MARGIN_PX


def _laid_out(grids: Sequence[Grid], letters: Lettering) -> list[_Table]:
    """The tables that have cells, as far as so many rows, columns and tables go."""
    shown = (tuple(cell for cell in grid.cells if _is_shown(cell)) for grid in grids[:_MOST_TABLES])
    return [_table(cells, letters) for cells in shown if cells]


def _is_shown(cell: Cell) -> bool:
    return cell.row + cell.row_span <= _MOST_ROWS and cell.column + cell.column_span <= _MOST_COLUMNS


def _that_fit(tables: Sequence[_Table], top: int) -> list[_Table]:
    """The tables as far as the greatest height of a picture goes."""
    fits: list[_Table] = []
    for table in tables:
        whole = table.above(_MOST_HEIGHT_PX - top)
        if whole.cells:
            fits.append(whole)
        top += table.height_px + _BETWEEN_PX
    return fits


def _table(cells: tuple[Cell, ...], letters: Lettering) -> _Table:
    columns = _column_edges(cells, letters)
    rows = [letters.line_px + 2 * _PAD_PX] * max(cell.row + cell.row_span for cell in cells)
    for cell in sorted(cells, key=lambda cell: cell.row_span):
        width = columns[cell.column + cell.column_span] - columns[cell.column]
        needed = len(_text(cell, width, letters)) * letters.line_px + 2 * _PAD_PX
        span = slice(cell.row, cell.row + cell.row_span)
        rows[span.stop - 1] += max(0, needed - sum(rows[span]))
    return _Table(cells=cells, columns=columns, rows=(0, *(int(edge) for edge in np.cumsum(rows))))


def _column_edges(cells: Sequence[Cell], letters: Lettering) -> tuple[int, ...]:
    """Columns as wide as their text asks for, brought to the picture's width."""
    wide = [float(_LEAST_COLUMN_PX)] * max(cell.column + cell.column_span for cell in cells)
    for cell in sorted(cells, key=lambda cell: cell.column_span):
        span = slice(cell.column, cell.column + cell.column_span)
        longest = max(letters.width(line[:_MOST_CHARACTERS]) for line in cell.text.split("\n"))
        short = min(longest + 2 * _PAD_PX, _WIDEST_TEXT_PX) - sum(wide[span])
        if short > 0:
            wide[span] = [width + short / cell.column_span for width in wide[span]]
    scale = _inner() / sum(wide)
    return (0, *(round(edge) for edge in np.cumsum(wide) * scale))


def _text(cell: Cell, width: int, letters: Lettering) -> list[str]:
    if width < letters.size_px + 2 * _PAD_PX:
        return []
    lines: list[str] = []
    for line in cell.text.split("\n")[:_MOST_LINES]:
        lines += letters.wrap(line, width - 2 * _PAD_PX, most=_MOST_LINES)
    return lines[:_MOST_LINES]


def _draw_table(
    draw: ImageDraw.ImageDraw, table: _Table, top: int, letters: Lettering, height: int
) -> dict[CellAddress, Box]:
    boxes: dict[CellAddress, Box] = {}
    for cell in table.cells:
        left, upper, right, lower = table.rect(cell)
        rect = (left + _MARGIN_PX, upper + top, right + _MARGIN_PX, lower + top)
        draw.rectangle(rect, outline=_RULE, width=2)
        text = _text(cell, right - left, letters)
        middle = (rect[1] + rect[3] - len(text) * letters.line_px) / 2
        letters.write(draw, (rect[0] + _PAD_PX, middle), text, _INK)
        if isinstance(cell.place, TableCell):
            address = CellAddress(table=cell.place.table, row=cell.place.row, column=cell.place.column)
            boxes[address] = (rect[0] / _WIDTH_PX, rect[1] / height, rect[2] / _WIDTH_PX, rect[3] / height)
    return boxes
