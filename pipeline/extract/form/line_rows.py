"""Lines of text as rows: those side by side are one. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.extract.page import Line

Rows = tuple[tuple[Line, ...], ...]


def line_rows(lines: Iterable[Line]) -> Rows:
    """Rows from the top, the lines of each from the left."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: item.box[1] + item.box[3]):
        if rows and rows[-1][0].box[1] < (line.box[1] + line.box[3]) / 2 < rows[-1][0].box[3]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(tuple(sorted(row, key=lambda item: item.box[0])) for row in rows)


def row_text(row: Iterable[Line]) -> str:
    """The texts of a row's lines, with blanks between them."""
    return " ".join(line.text for line in row)
