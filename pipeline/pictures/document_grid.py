"""The tables of a Word file or of a mail's own HTML as plain data, addressed as places are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.document import ExtractedForm, TableCell
from pipeline.domain.masking import mask, mask_identity_numbers
from pipeline.domain.message import Media
from pipeline.extract.form.judge import TextJudge
from pipeline.extract.form.mapper import map_forms
from pipeline.extract.grid.docx import read_docx
from pipeline.extract.grid.html import read_html_tables
from pipeline.extract.page import Cell, Grid, Page
from pipeline.extract.reading_error import ReadingError, RejectedFileError
from pipeline.pictures.requests import MAX_CELLS, MAX_TEXT, DocumentGrid, GridAnswer, GridCell, GridTable
from pipeline.pictures.trouble import Trouble
from pipeline.profile.schema import Profile

_DIGITS: Final = re.compile(r"[0-9０-９XxＸｘ]")
#: More digits in a row than a masked number shows.
_SEVERAL: Final = re.compile(r"[0-9０-９]{5,}")
_LONG: Final = re.compile(r"[0-9０-９XxＸｘ]{15,}")
#: Of one file; an office's form has some thirty lines.
_MAX_LINES: Final = 2_000


def show_grid(content: bytes, media: Media, profile: Profile, *, masked: bool) -> GridAnswer:
    """The tables of a DOCX or of HTML; an answer with its trouble where it cannot be opened."""
    try:
        page = read_html_tables(content) if media is Media.HTML else read_docx(content).pages[0]
    except RejectedFileError:
        return GridAnswer(trouble=Trouble.REJECTED)
    except ReadingError:
        return GridAnswer(trouble=Trouble.UNREADABLE)
    hider = _Hider.of(page, profile) if masked else None
    room = MAX_CELLS
    tables = []
    for grid in page.grids:
        if len(grid.cells) > room:
            break
        room -= len(grid.cells)
        tables.append(_table(grid, hider))
    lines = tuple(_line(line.text, masked=masked) for line in page.lines[:_MAX_LINES])
    cut = len(tables) < len(page.grids) or len(page.lines) > _MAX_LINES
    return GridAnswer(grid=DocumentGrid(tables=tuple(tables), lines=lines, cut=cut))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hider:
    """Covers ID numbers: those that read as one, and whatever stands in a form's cell for the owner's."""

    cells: frozenset[tuple[int, int, int]]

    @classmethod
    def of(cls, page: Page, profile: Profile) -> _Hider:
        """For one document. Rows whose cells together hold a number (a digit in each) are covered too."""
        forms = map_forms((page,), profile.form, profile_key=profile.key, judge=TextJudge())
        split = (cell for grid in page.grids for row in _rows(grid) if _is_split(row) for cell in row)
        return cls(cells=frozenset((*_owner_cells(forms), *(_address(cell.place) for cell in split))))

    def text(self, cell: Cell) -> str:
        shown = mask_identity_numbers(cell.text)
        return _without_digits(shown, cell.text) if _address(cell.place) in self.cells else shown


def _owner_cells(forms: Iterable[ExtractedForm]) -> list[tuple[int, int, int]]:
    fields = (form.field("owner_id_number") for form in forms)
    return [_address(field.source) for field in fields if field is not None and field.source is not None]


def _address(place: object) -> tuple[int, int, int]:
    return (place.table, place.row, place.column) if isinstance(place, TableCell) else (-1, -1, -1)


def _without_digits(masked: str, written: str) -> str:
    """A cell that holds the owner's number however it is written: as masked, and no other digits beside it."""
    return _DIGITS.sub("*", written) if masked == written else _SEVERAL.sub(lambda found: "*" * len(found[0]), masked)


def _rows(grid: Grid) -> Iterable[Sequence[Cell]]:
    rows: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        rows.setdefault(cell.row, []).append(cell)
    return rows.values()


def _is_split(row: Sequence[Cell]) -> bool:
    """Whether cells of a row, none of them holding a whole number, hold one together."""
    texts = ["".join(cell.text.split()) for cell in row]
    parts = ["".join(_DIGITS.findall(text)) if _DIGITS.sub("", text) == "" else "|" for text in texts]
    return _LONG.search("".join(parts)) is not None and not any(_LONG.search(part) for part in parts)


def _table(grid: Grid, hider: _Hider | None) -> GridTable:
    cells = tuple(
        GridCell(
            row=cell.row,
            column=cell.column,
            row_span=cell.row_span,
            column_span=cell.column_span,
            text=(cell.text if hider is None else hider.text(cell))[:MAX_TEXT],
            nested=cell.nested,
        )
        for cell in grid.cells
    )
    rows = max((cell.row + cell.row_span for cell in cells), default=0)
    columns = max((cell.column + cell.column_span for cell in cells), default=0)
    return GridTable(index=grid.index, rows=rows, columns=columns, cells=cells)


def _line(text: str, *, masked: bool) -> str:
    shown = mask_identity_numbers(text) if masked else text
    return (_LONG.sub(lambda found: mask(found.group()), shown) if masked else shown)[:MAX_TEXT]
