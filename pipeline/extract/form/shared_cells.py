"""Cells of a PDF's table that stand beside several labels: the rule between the values was not drawn, that between the labels was.

Such a cell is cut where the labels end, if every line of text stands wholly beside one label, and all stand to their labels in one
way: their first lines level with the labels' first ones, their middles, or their last lines. One value of several labels that
was centred in a merged cell stands otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.form.label_rows import stands_in
from pipeline.extract.form.labels import LabelBook
from pipeline.extract.form.slots import Slot
from pipeline.extract.form.typeset_labels import box_of, rows_of
from pipeline.extract.page import Letter, Typeset

#: How far a value may be off its label's level, in heights of a line.
_LEVEL: Final = 0.35
_EPSILON: Final = 1e-6


def cut_shared_cells(slots: Sequence[Slot], book: LabelBook) -> tuple[Slot, ...]:
    """The slots of a table, those beside several labels in parts."""
    typeset = slots[0].page.typeset if slots else None
    if typeset is None:
        return tuple(slots)
    letters = tuple(item for item in typeset.letters if not item.text.isspace())
    labels = [slot for slot in slots if book.exact(slot.text)]
    return tuple(part for slot in slots for part in _parts(slot, labels, letters, typeset))


def _parts(slot: Slot, labels: Iterable[Slot], letters: Sequence[Letter], typeset: Typeset) -> Iterator[Slot]:
    beside = [one for one in labels if abs(one.right - slot.left) < _EPSILON and one.shares_rows(slot)]
    beside.sort(key=lambda one: one.top)
    tiled = (
        bool(beside) and abs(beside[0].top - slot.top) < _EPSILON and abs(beside[-1].bottom - slot.bottom) < _EPSILON
    )
    if len(beside) < 2 or not tiled or not _are_level(slot, beside, letters):
        yield slot
        return
    for label in beside:
        assert slot.cell.box is not None
        assert label.cell.box is not None
        box = (slot.cell.box[0], label.cell.box[1], slot.cell.box[2], label.cell.box[3])
        yield replace(slot, cell=typeset.cell(box), top=label.top, bottom=label.bottom)


def _are_level(slot: Slot, labels: Sequence[Slot], letters: Sequence[Letter]) -> bool:
    pairs: list[tuple[Box, Box]] = []
    for label in labels:
        if slot.cell.box is None or label.cell.box is None:
            return False
        left, _, right, _ = slot.cell.box
        _, top, _, bottom = label.cell.box
        value = list(rows_of(_inside((left, top, right, bottom), letters)))
        if any(box_of(row)[1] < top - _EPSILON or box_of(row)[3] > bottom + _EPSILON for row in value):
            return False
        own = _inside(label.cell.box, letters)
        if value and own:
            pairs.append((box_of(own), box_of(item for row in value for item in row)))
    ways: tuple[Callable[[Box], float], ...] = (lambda b: b[1], lambda b: (b[1] + b[3]) / 2, lambda b: b[3])
    high = min((item.box[3] - item.box[1] for item in letters), default=0.0)
    return any(all(abs(way(one) - way(two)) <= _LEVEL * high for one, two in pairs) for way in ways)


def _inside(box: Box, letters: Iterable[Letter]) -> list[Letter]:
    return [item for item in letters if stands_in(item.box, box)]
