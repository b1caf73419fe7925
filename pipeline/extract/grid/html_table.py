"""The tables of an HTML tree as grids: spans, nested tables, and cells that overlap nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from pipeline.domain.document import TableCell
from pipeline.extract.grid.html_text import CellText, read_cell
from pipeline.extract.page import Cell, Grid
from pipeline.extract.reading_error import RejectedFileError

READER: Final = "html"
MAX_COLUMNS: Final = 1_000
MAX_CELLS: Final = 20_000
#: Wider or higher than any form; what HTML allows beyond is a mistake or an attack.
MAX_SPAN: Final = 200
_GROUPS: Final = frozenset({"thead", "tbody", "tfoot"})
_TOO_LARGE: Final = "表格结构异常，超出安全限制，未予读取，请改发 Word 文档或 PDF。"


@dataclass(slots=True)
class _Open:
    row: int
    column: int
    row_span: int
    column_span: int
    text: CellText
    nested: tuple[int, ...] = field(default=())


class HtmlTables:
    """Reads trees. Afterwards `grids` holds their tables in the order they begin."""

    def __init__(self) -> None:
        self._grids: list[Grid | None] = []
        self._cells = 0

    @property
    def grids(self) -> tuple[Grid, ...]:
        return tuple(grid for grid in self._grids if grid is not None)

    def read(self, root: etree._Element) -> tuple[int, ...]:
        """The outermost tables below `root`; their indexes. Raises `RejectedFileError` for what is over a limit."""
        return tuple(self._table(table) for table in _outermost(root))

    def _table(self, table: etree._Element) -> int:
        index = len(self._grids)
        self._grids.append(None)
        rows = list(_rows(table))
        taken: dict[int, int] = {}  # column → first row in which it is free again
        cells: list[_Open] = []
        for number, row in enumerate(rows):
            cells += self._row(row, number, taken, rows_left=len(rows) - number)
        self._grids[index] = Grid(index=index, page=1, cells=tuple(_cell(item, index) for item in cells))
        return index

    def _row(self, row: etree._Element, number: int, taken: dict[int, int], *, rows_left: int) -> Iterator[_Open]:
        column = 0
        for item in row:
            if item.tag not in ("td", "th"):
                continue
            self._cells += 1
            while taken.get(column, 0) > number:
                column += 1
            wide = _free(column, _span(item, "colspan"), taken, number)
            # 0 means "to the end" in HTML; a span over the last row ends with it.
            high = min(_span(item, "rowspan") or rows_left, rows_left)
            if column + wide > MAX_COLUMNS or self._cells > MAX_CELLS:
                raise RejectedFileError("cells", _TOO_LARGE)
            taken.update(dict.fromkeys(range(column, column + wide), number + high))
            yield _Open(number, column, high, wide, read_cell(item), self.read(item))
            column += wide


def _outermost(root: etree._Element) -> Iterator[etree._Element]:
    """Tables below an element that lie in no other table below it, in order."""
    waiting = list(reversed(root))
    while waiting:
        item = waiting.pop()
        if item.tag == "table":
            yield item
        else:
            waiting.extend(reversed(item))


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for item in table:
        if item.tag == "tr":
            yield item
        elif item.tag in _GROUPS:
            yield from (row for row in item if row.tag == "tr")


def _span(item: etree._Element, name: str) -> int:
    written = (item.get(name) or "1").strip()
    span = int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 1
    return min(span, MAX_SPAN)


def _free(column: int, span: int, taken: dict[int, int], row: int) -> int:
    """How many columns of the wanted ones are free, side by side; at least the first."""
    wide = 1
    while wide < span and taken.get(column + wide, 0) <= row:
        wide += 1
    return wide


def _cell(item: _Open, table: int) -> Cell:
    return Cell(
        row=item.row,
        column=item.column,
        row_span=item.row_span,
        column_span=item.column_span,
        text=item.text.text,
        place=TableCell(table=table, row=item.row, column=item.column),
        reader=READER,
        pictures=item.text.pictures,
        nested=item.nested,
        doubt=_joined(item.text.doubts),
    )


def _joined(doubts: Sequence[str]) -> str | None:
    return "；".join(doubts) or None
