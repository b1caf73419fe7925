"""Cells of a picture's table that has level rules but no walls: each row is cut at the labels that stand in it.

The rules say which lines stand in a row, and the labels, words of a closed list that stand in columns, where its cells begin. A row
is cut only where no line holds a label besides other words and each lies wholly within one cell; what was cut so is believed as
any other cell's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.form.label_rows import stands_in
from pipeline.extract.form.labels import TEXT_READERS, LabelBook
from pipeline.extract.form.line_rows import line_rows, row_text
from pipeline.extract.form.open_cells import cut_slots
from pipeline.extract.form.slots import Slot
from pipeline.extract.page import Cell, Letter
from pipeline.profile.form import FormSpec

#: Fewer rows that can be cut are not a table without walls.
_LEAST_ROWS: Final = 5
#: Labels of a column are no further apart than this, in heights of a line: on a photo no column is quite straight.
_COLUMN: Final = 0.5
#: A line's box may reach so far beyond what was printed, in its heights.
_SLACK: Final = 0.25


def cut_rows(slots: Sequence[Slot], book: LabelBook, spec: FormSpec) -> tuple[Slot, ...]:
    """The slots of a table, its rows without walls in cells; the others as they are."""
    rows = [slot for slot in slots if _may_be_cut(slot, book)]
    if len(rows) < _LEAST_ROWS or slots[0].page.photograph is None:
        return tuple(slots)
    parts = cut_slots(slots, _Lines(rows), book, spec, _COLUMN)
    whole = {id(slot) for slot in slots}
    cut = [part for part in parts if id(part) not in whole]
    lines = {id(line) for slot in slots for line in slot.cell.lines}
    placed = [line for part in parts for line in part.cell.lines]
    kept = len(placed) == len(lines) and all(_holds(part) for part in cut)
    return parts if kept and len({(part.top, part.bottom) for part in cut}) >= _LEAST_ROWS else tuple(slots)


def _may_be_cut(slot: Slot, book: LabelBook) -> bool:
    """Whether a cell is a row of a picture's table in which no line is part a label and part something else."""
    if slot.cell.reader in TEXT_READERS or slot.cell.box is None or slot.cell.nested or slot.left > 1e-6:
        return False
    return not any(_holds_label(line.text, book) for line in slot.cell.lines)


def _holds_label(text: str, book: LabelBook) -> bool:
    """Whether a line that is no label ends with one, or has one among its words."""
    if book.exact(text) or book.section(text) is not None:
        return False
    words = [word for word in text.split() if len(word) > 1]
    ends = [text[at:] for at in range(1, len(text) - 1)]
    return any(book.exact(word) for word in (*words, *ends)) or bool(book.inline(text))


def _holds(part: Slot) -> bool:
    """Whether a cell's lines lie wholly within it."""
    box = part.cell.box
    if box is None:
        return False
    slack = [
        _SLACK * (line.box[3] - line.box[1]) * part.page.height / max(part.page.width, 1e-6) for line in part.cell.lines
    ]
    return all(
        box[0] - reach <= line.box[0] and line.box[2] <= box[2] + reach
        for line, reach in zip(part.cell.lines, slack, strict=True)
    )


class _Lines:
    """The lines of a table's rows as if each were a letter (`page.Typeset`)."""

    def __init__(self, rows: Iterable[Slot]) -> None:
        self._cells = [slot.cell for slot in rows]
        self.letters = tuple(Letter(text=line.text, box=line.box) for cell in self._cells for line in cell.lines)

    def cell(self, box: Box) -> Cell:
        """The part of a row that lies in `box`, with the row's doubts."""
        row = next(cell for cell in self._cells if cell.box is not None and stands_in(box, cell.box))
        lines = tuple(line for line in row.lines if stands_in(line.box, box))
        return replace(
            row,
            row=0,
            column=0,
            row_span=1,
            column_span=1,
            text="\n".join(map(row_text, line_rows(lines))),
            lines=lines,
            box=box,
            confidence=min((one.confidence for one in lines if one.confidence is not None), default=None),
            doubt=next((one.doubt for one in lines if one.doubt), None),
        )
