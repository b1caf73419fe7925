"""Cells of a picture between which a rule is faint or gone, told apart by the labels that stand in them.

A cell whose every row of text is a label was several cells. Its row of the table is cut in as many, between the rows of text
that lie nearest to each label; what is found so is for a person to confirm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from pipeline.extract.form.labels import TEXT_READERS, LabelBook
from pipeline.extract.form.line_rows import Rows, line_rows, row_text
from pipeline.extract.form.slots import Slot
from pipeline.extract.page import Line

LOST_RULE: Final = "表格线不清，此栏内容按位置与上下栏分开，请核对"
_EPSILON: Final = 1e-6


def split_at_lost_rules(slots: Sequence[Slot], book: LabelBook) -> tuple[Slot, ...]:
    """The slots of a table, those that lost a rule cut in parts; the others as they are."""
    found: dict[tuple[float, float], tuple[float, ...]] = {}
    for slot in slots:
        cuts = _cuts(slot, book)
        if len(cuts) > len(found.get((slot.top, slot.bottom), ())):
            found[slot.top, slot.bottom] = cuts
    return tuple(part for slot in slots for part in _parts(slot, found.get((slot.top, slot.bottom), ()), book))


def _cuts(slot: Slot, book: LabelBook) -> tuple[float, ...]:
    """Where a cell of several labels is to be cut: heights on the page, between each label and the next."""
    if slot.cell.reader in TEXT_READERS or _means(slot.text, book):
        return ()
    rows = line_rows(slot.cell.lines)
    if len(rows) < 2 or not all(_means(row_text(row), book) for row in rows):
        return ()
    return tuple((_middle(upper) + _middle(lower)) / 2 for upper, lower in pairwise(rows))


def _means(text: str, book: LabelBook) -> bool:
    return bool(book.exact(text) or book.section(text) or book.near(text))


def _parts(slot: Slot, cuts: tuple[float, ...], book: LabelBook) -> Iterator[Slot]:
    rows = line_rows(slot.cell.lines)
    # A section's label stands beside all of its rows.
    if not cuts or slot.cell.box is None or (len(rows) == 1 and book.section(slot.text)):
        yield slot
        return
    left, top, right, bottom = slot.cell.box
    cuts = _between_rows(cuts, rows)
    high = (slot.bottom - slot.top) / (len(cuts) + 1)
    for number, (above, below) in enumerate(pairwise((top, *cuts, bottom))):
        own = [row for row in rows if above <= _middle(row) < below]
        cell = replace(
            slot.cell,
            text="\n".join(map(row_text, own)),
            lines=tuple(line for row in own for line in row),
            box=(left, above, right, below),
            confidence=min(
                (line.confidence for row in own for line in row if line.confidence is not None), default=None
            ),
            doubt=slot.cell.doubt or LOST_RULE,
        )
        yield replace(slot, cell=cell, top=slot.top + number * high, bottom=slot.top + (number + 1) * high)


def _between_rows(cuts: tuple[float, ...], rows: Rows) -> tuple[float, ...]:
    """Each cut moved into the widest gap between rows of text that is near: rows of one value stand close together."""
    gaps = [
        (lower[0].box[1] - upper[0].box[3], (lower[0].box[1] + upper[0].box[3]) / 2) for upper, lower in pairwise(rows)
    ]
    reach = min((below - above for above, below in pairwise(cuts)), default=1.0) / 2
    return tuple(max((gap for gap in gaps if abs(gap[1] - cut) < reach), default=(0.0, cut))[1] for cut in cuts)


def _middle(row: Sequence[Line]) -> float:
    return (row[0].box[1] + row[0].box[3]) / 2
