"""The rows of a table without walls: the names of sections beside several of them, labels that head columns, blanks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.domain.document import Box
from pipeline.extract.form.slots import Slot
from pipeline.extract.form.typeset_labels import SetLabel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenRow:
    """A row of a table: the slot it is or is part of, and from where to where on the page.

    `labels` stand in it from the left; without any the slot stays as it is. `head` is the name of a section that begins in it, for
    the rows `head_rows`; `start` is where a row begins behind such a name. `edges` are where its columns begin and end, if it is of
    labels that head columns or of the values below those. `open`: no rules are above and below it. `lone`: it is one
    label and nothing else. `doubt` is about all of it.
    """

    slot: Slot
    box: Box
    labels: tuple[SetLabel, ...] = ()
    head: SetLabel | None = None
    head_rows: tuple[float, float] = (0.0, 0.0)
    start: float | None = None
    edges: tuple[float, ...] = ()
    doubt: str | None = None
    open: bool = False
    lone: bool = False


def with_sections(slots: Sequence[Sequence[OpenRow]]) -> list[OpenRow]:
    """All rows; the name of a section that begins one stands beside the rows above and below it that begin right of it, too."""
    rows = [row for part in slots for row in part]
    for at, row in enumerate(rows):
        head = row.labels[0] if len(row.labels) > 1 and row.labels[0].alone else None
        if head is None:
            continue
        first = last = at
        while first > 0 and _is_beside(rows[first - 1], head):
            first -= 1
        while last + 1 < len(rows) and _is_beside(rows[last + 1], head):
            last += 1
        start = min([head.box[2], *(one.labels[0].box[0] for one in rows[first : last + 1] if one is not row)])
        reach = rows[first].slot.top, rows[last].slot.bottom
        for number in range(first, last + 1):
            rows[number] = replace(rows[number], start=start)
        rows[at] = replace(rows[at], labels=row.labels[1:], head=head, head_rows=reach)
    return rows


def _is_beside(row: OpenRow, head: SetLabel) -> bool:
    return bool(row.labels) and row.start is None and row.labels[0].box[0] >= head.box[2] and not row.labels[0].alone


def with_blanks(rows: Sequence[OpenRow]) -> list[OpenRow]:
    """All rows; a label alone in its row has a blank beside it in a table without walls, unless its value may stand below."""
    open_table = any(row.labels and not row.lone for row in rows)
    found = []
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        free = below is not None and (bool(below.labels) or below.head is not None or not below.slot.text.strip())
        found.append(replace(row, labels=()) if row.lone and not (open_table and free) else row)
    return found


def column_edges(labels: Sequence[SetLabel], words: Sequence[Box], box: Box) -> list[float] | None:
    """Where the columns below labels begin and end, None where a text stands below two of them or below none."""
    columns = [[label.box] for label in labels]
    for word in words:
        over = [column for column in columns if min(column[0][2], word[2]) > max(column[0][0], word[0])]
        if len(over) != 1:
            return None
        over[0].append(word)
    ends = [(min(one[0] for one in column), max(one[2] for one in column)) for column in columns]
    if any(before[1] > after[0] for before, after in pairwise(ends)):
        return None
    return [box[0], *((before[1] + after[0]) / 2 for before, after in pairwise(ends)), box[2]]
