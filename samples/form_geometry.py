"""Where the form's cells and lines of text stand on an A4 page, in points, origin top left.

PDF and pixel page share it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from samples.form_layout import COLUMNS, FormCell, FormSheet, Segment

PAGE_PT = (595.0, 842.0)
Box = tuple[float, float, float, float]
#: Width of a text at a size, both in points.
Measure = Callable[[str, float], float]

_TOKENS = re.compile(r"[\x21-\x7e]+|.", re.DOTALL)
_LEFT_PT, _RIGHT_PT, _TOP_PT = 68.0, 527.0, 66.0
_SHARES = (0.18, 0.13, 0.26, 0.14, 0.29)
_SIZE_PT, _LEADING, _PAD_PT = 12.0, 1.42, 5.0
_MIN_ROW_PT = 29.0
_MIN_ROW_BY_KEY = {"description": 66.0, "signed": 112.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedText:
    """One line of text (or one tick box) with its left end and baseline."""

    x: float
    baseline: float
    segment: Segment
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCell:
    """A cell with its rectangle and its lines."""

    cell: FormCell
    box: Box
    texts: tuple[PlacedText, ...]
    #: Rectangle round the written text (the cell's own when it is empty).
    ink: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSheet:
    """The whole page."""

    sheet: FormSheet
    heading: PlacedText
    cells: tuple[PlacedCell, ...]
    columns_pt: tuple[float, ...]
    rows_pt: tuple[float, ...]


def wrap(text: str, width: float, size: float, measure: Measure) -> list[str]:
    """Lines as a word processor breaks them: between Chinese characters, inside a Latin word only when it must."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for token in _TOKENS.findall(part):
            if measure(line + token, size) <= width:
                line += token
                continue
            if measure(token, size) <= width and line:
                lines.append(line.rstrip())
                line = token.lstrip()
                continue
            for char in token:
                if line and measure(line + char, size) > width:
                    lines.append(line)
                    line = ""
                line += char
        lines.append(line.rstrip())
    return lines


def place_sheet(
    sheet: FormSheet,
    measure: Measure,
    *,
    value_measure: Measure | None = None,
    size_pt: float = _SIZE_PT,
    shares: tuple[float, ...] = _SHARES,
) -> PlacedSheet:
    """Lay the form out on its page.

    `shares` are the columns' shares of the table's width; `value_measure` measures what is written by hand.
    """
    by_kind = {"value": value_measure or measure}
    width = _RIGHT_PT - _LEFT_PT
    columns = tuple(_LEFT_PT + width * sum(shares[:i]) / sum(shares) for i in range(COLUMNS + 1))
    heading_size = 18.0
    title = sheet.style.title
    heading = PlacedText(
        x=(PAGE_PT[0] - measure(title, heading_size)) / 2,
        baseline=_TOP_PT + 20,
        segment=Segment(text=title),
        size=heading_size,
    )
    rows = _row_edges(sheet, columns, size_pt, lambda cell: by_kind.get(cell.kind, measure))
    close = sheet.style.close
    cells = tuple(
        _place_cell(cell, columns, rows, size_pt, by_kind.get(cell.kind, measure), close) for cell in sheet.cells
    )
    return PlacedSheet(sheet=sheet, heading=heading, cells=cells, columns_pt=columns, rows_pt=rows)


def _row_edges(
    sheet: FormSheet, columns: tuple[float, ...], size: float, measure: Callable[[FormCell], Measure]
) -> tuple[float, ...]:
    heights = [_MIN_ROW_PT] * sheet.rows
    for cell in sheet.cells:
        if cell.row_span > 1:
            continue
        room = columns[cell.column + cell.column_span] - columns[cell.column] - 2 * _PAD_PT
        lines = len(_flow(cell, room, size, measure(cell)))
        need = lines * size * _LEADING + (0.0 if sheet.style.close else 2 * _PAD_PT)
        if not sheet.style.close or cell.kind == "signature":
            need = max(need, _MIN_ROW_BY_KEY.get(cell.key, 0.0))
        heights[cell.row] = max(heights[cell.row], need)
    edges = [_TOP_PT + 36]
    for height in heights:
        edges.append(edges[-1] + height)
    return tuple(edges)


def _flow(cell: FormCell, room: float, size: float, measure: Measure) -> list[list[Segment]]:
    """The cell's lines, each a run of segments."""
    if cell.kind != "ticks":
        return [[Segment(text=line)] for line in wrap(cell.text, room, size, measure)]
    lines: list[list[Segment]] = [[]]
    used = 0.0
    for segment in cell.segments:
        wide = size if segment.box else measure(segment.text, size)
        if used + wide > room and lines[-1]:
            lines.append([])
            used = 0.0
        lines[-1].append(segment)
        used += wide
    return lines


def _place_cell(
    cell: FormCell, columns: tuple[float, ...], rows: tuple[float, ...], size: float, measure: Measure, close: bool
) -> PlacedCell:
    box = (
        columns[cell.column],
        rows[cell.row],
        columns[cell.column + cell.column_span],
        rows[cell.row + cell.row_span],
    )
    lines = _flow(cell, box[2] - box[0] - 2 * _PAD_PT, size, measure)
    step = size * _LEADING
    top = box[1] + _PAD_PT if cell.kind == "signature" else (box[1] + box[3] - len(lines) * step) / 2
    top = box[1] if close else top
    texts: list[PlacedText] = []
    right = box[0] + _PAD_PT
    for index, line in enumerate(lines):
        wide = sum(size if s.box else measure(s.text, size) for s in line)
        x = (box[0] + box[2] - wide) / 2 if cell.kind == "label" else box[0] + _PAD_PT
        for segment in line:
            texts.append(PlacedText(x=x, baseline=top + index * step + size * 1.06, segment=segment, size=size))
            x += size if segment.box else measure(segment.text, size)
        right = max(right, x)
    written = bool(cell.text or cell.segments)
    ink = (texts[0].x, top, right, top + len(lines) * step) if written and texts else box
    return PlacedCell(cell=cell, box=box, texts=tuple(texts), ink=ink)
