"""Labels of two characters of which one was misread (手机 read as 于机), found by where they stand.

One wrong character in two is no likeness: half of all words of two characters would be 手机. So the place must speak
too. The label before it in reading order is of the field that the form has just before this one; and the cell lies
between two values of that label's row, or in a column of labels, directly above or below one that was read right.
What is placed by such a label is doubtful all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.extract.form.labels import TEXT_READERS, LabelBook
from pipeline.extract.form.slots import Slot, Table
from pipeline.profile.form import FormSpec

_EPSILON: Final = 1e-6


def find_short_labels(
    table: Table, known: Mapping[Slot, tuple[str, ...]], book: LabelBook, spec: FormSpec
) -> dict[Slot, tuple[str, ...]]:
    """The misread short labels of a table and the one field that each means. `known` are the labels read right."""
    order = {field.key: number for number, field in enumerate(spec.fields)}
    found: dict[Slot, tuple[str, ...]] = {}
    before: Slot | None = None
    for slot in table.slots:
        if known[slot]:
            before = slot
        elif before is not None and slot.cell.reader not in TEXT_READERS:
            own = book.near_short(slot.text)
            keys = tuple(key for key in own if any(order[key] == order[last] + 1 for last in known[before]))
            if len(keys) == 1 and (_between_values(slot, before, table, known) or _in_label_column(slot, table, known)):
                found[slot] = keys
    return found


def _between_values(slot: Slot, before: Slot, table: Table, known: Mapping[Slot, tuple[str, ...]]) -> bool:
    """Label, value, this cell, value: whether they stand beside each other in one row."""
    beside = table.right_of(before)
    return len(beside) > 2 and beside[1] is slot and not known[beside[0]] and not known[beside[2]]


def _in_label_column(slot: Slot, table: Table, known: Mapping[Slot, tuple[str, ...]]) -> bool:
    """Whether a label read right stands directly above or below, as wide as this cell."""
    return any(
        known[other]
        and abs(other.left - slot.left) < _EPSILON
        and abs(other.right - slot.right) < _EPSILON
        and (abs(other.bottom - slot.top) < _EPSILON or abs(other.top - slot.bottom) < _EPSILON)
        for other in table.slots
    )
