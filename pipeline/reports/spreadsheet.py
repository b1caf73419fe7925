"""Tables as an office keeps them in Excel: a title, a line that says what is in it, headings, borders, ready for A4.

Every text is a text cell, whatever it begins with. Rows are written as they come, so that a table of any length needs
little memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Cell = str | int | float | None
#: What one sheet holds (ECMA-376, and Excel).
MAX_ROWS: Final = 1_048_576
_MAX_TEXT: Final = 32_767
_CUT_MARK: Final = "…（过长，已截断）"
#: Rows above the data: title, what is in it, headings.
HEAD_ROWS: Final = 3
#: Characters that XML cannot hold; a reader of the table should see that something stood there.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: What Excel would take for a coded character in a text (ST_Xstring).
_CODED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_CODED_UNDERSCORE: Final = "_x005F_"
_FONT: Final = "宋体"
_A4: Final = 9


class TooManyRowsError(Exception):
    """A table longer than a sheet can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading, its width in characters, and how its numbers look (None for a column of texts)."""

    title: str
    width: float
    number_format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet. `note` stands under the title and says what is in the table; `fixed` columns stay in view.

    `filtered` gives the headings filter buttons: not where a row sums up the others.
    """

    name: str
    title: str
    note: str
    columns: Sequence[Column]
    fixed: int = 2
    filtered: bool = True


def new_book() -> Workbook:
    """An empty book for `add_table`; `save_book` ends it."""
    from openpyxl import Workbook

    return Workbook(write_only=True)


def add_table(book: Workbook, table: Table, rows: Iterable[Sequence[Cell]]) -> WriteOnlyWorksheet:
    """A sheet with the table. Raises `TooManyRowsError`."""
    sheet: WriteOnlyWorksheet = book.create_sheet(table.name)
    _set_up_page(sheet, table)
    for head in _head(sheet, table):
        sheet.append(head)
    count = HEAD_ROWS
    cells = [_styled(sheet, column) for column in table.columns]
    for row in rows:
        count += 1
        if count > MAX_ROWS:
            raise TooManyRowsError(f"{table.name}: more than {MAX_ROWS} rows do not go into one sheet")
        sheet.append(_fill(cells, row))
    if table.filtered:
        sheet.auto_filter.ref = f"A{HEAD_ROWS}:{_letter(len(table.columns))}{max(count, HEAD_ROWS + 1)}"
    return sheet


def save_book(book: Workbook, file: BinaryIO) -> None:
    """Write the book; nothing can be added after that."""
    book.save(file)


def writable(text: str) -> str:
    """`text` with a mark in place of control characters and halves of characters, which no table can hold."""
    return _UNWRITABLE.sub("\ufffd", text)


def cell_text(text: str) -> str:
    """`text` as a cell can hold it: what XML cannot hold is replaced, what is too long is cut and says so."""
    clean = _CODED.sub(_CODED_UNDERSCORE, writable(text))
    return clean if len(clean) <= _MAX_TEXT else clean[: _MAX_TEXT - len(_CUT_MARK)] + _CUT_MARK


def _fill(cells: Sequence[Any], row: Sequence[Cell]) -> Iterator[Any]:
    """The same cell objects with another row's values: the sheet writes each before it asks for the next."""
    for cell, value in zip(cells, row, strict=True):
        if isinstance(value, str):
            cell._value, cell.data_type = cell_text(value), "s"  # past the setter, which guesses formulas
        else:
            cell._value, cell.data_type = value, "n"
        yield cell


def _styled(sheet: WriteOnlyWorksheet, column: Column) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cell = WriteOnlyCell(sheet)
    cell.font = Font(name=_FONT, size=9)
    across = "left" if column.number_format is None else "right"
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
    cell.border = _border()
    cell.number_format = column.number_format or "@"
    return cell


def _head(sheet: WriteOnlyWorksheet, table: Table) -> Iterator[list[Any]]:
    from openpyxl.styles import Alignment, Font, PatternFill

    yield [_text(sheet, table.title, Font(name="黑体", size=16, bold=True), Alignment("center", "center"))]
    yield [_text(sheet, table.note, Font(name=_FONT, size=9), Alignment("left", "center"))]
    headings = []
    for column in table.columns:
        middle = Alignment("center", "center", wrap_text=True)
        cell = _text(sheet, column.title, Font(name=_FONT, size=9, bold=True), middle)
        cell.border, cell.fill = _border(), PatternFill("solid", fgColor="E7EDF3")
        headings.append(cell)
    yield headings


def _text(sheet: WriteOnlyWorksheet, text: str, font: Any, alignment: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = cell_text(text), "s"
    cell.font, cell.alignment = font, alignment
    return cell


def _border() -> Any:
    from openpyxl.styles import Border, Side

    line = Side(style="thin", color="808080")
    return Border(left=line, right=line, top=line, bottom=line)


def _set_up_page(sheet: WriteOnlyWorksheet, table: Table) -> None:
    """Everything that stands in the file before the first row."""
    last = _letter(len(table.columns))
    for number, column in enumerate(table.columns, 1):
        sheet.column_dimensions[_letter(number)].width = column.width
    for row, height in enumerate((30, 18, 30), 1):
        sheet.row_dimensions[row].height = height
    for row in (1, 2):
        sheet.merged_cells.add(f"A{row}:{last}{row}")
    sheet.freeze_panes = f"{_letter(table.fixed + 1)}{HEAD_ROWS + 1}"
    page = sheet.page_setup
    page.orientation, page.paperSize = "landscape", _A4
    page.fitToWidth, page.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{HEAD_ROWS}"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.5
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))
