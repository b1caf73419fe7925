"""Words that a program broke because they are wider than their cell, in a PDF's text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.domain.identifiers import check_mobile
from pipeline.extract.page import Cell, Line

#: In heights of the line: what a cell leaves free at its side, and that with room for no further letter.
_PADDING: Final = 1.0
_NO_LETTER: Final = 1.4


def is_broken_by_width(cells: Sequence[Cell]) -> bool:
    """Whether a cell's lines but the last are as wide as the cell: such a line ends where no further letter had room, and is no
    value of its own unless that happens to be as wide. A whole mobile number is one."""
    if len(cells) != 1 or cells[0].box is None or cells[0].reader != "pdf-text" or len(cells[0].lines) < 2:
        return False
    lines = cells[0].lines
    return all(_fills(line, cells[0]) for line in lines[:-1]) and not any(check_mobile(line.text).ok for line in lines)


def _fills(line: Line, cell: Cell) -> bool:
    if cell.box is None or " " in line.text.strip():
        return False
    wide = (line.box[2] - line.box[0]) / max(1, len(line.text))
    # Heights are shares of the page's height, widths of its width: a letter is about half as wide as its line is high.
    em = 2 * wide
    return line.box[0] - cell.box[0] <= _PADDING * em and cell.box[2] - line.box[2] <= _NO_LETTER * em
