"""A table's section labels (账号所有人, 管理员), and which of them a label belongs to."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.extract.form.known_labels import KnownLabels
from pipeline.extract.form.labels import TEXT_READERS, LabelBook
from pipeline.extract.form.slots import Slot, Table
from pipeline.profile.form import FormSpec


class TableSections:
    """The sections of one table."""

    def __init__(self, table: Table, book: LabelBook, spec: FormSpec, known: KnownLabels) -> None:
        self._table = table
        self._book = book
        self._known = known
        self._section_of_key = {field.key: field.section for field in spec.fields}
        self._sections = [(slot, key) for slot, key in known.sections.items() if key is not None]
        self._reaches = {slot: self._reach(slot, key) for slot, key in self._sections}

    def headed_by(self, slot: Slot) -> str | None:
        """The section that a cell is the label of. It stands before other labels, or alone in its row; otherwise it is a label like
        any other."""
        section = self._known.sections[slot]
        return section if section is not None and self._heads(slot) else None

    def beside(self, slot: Slot, claimed: Collection[Slot]) -> str | None:
        """The section whose label cell, none of those `claimed` as values, stands left of this one in the same rows; the nearest of
        several."""
        left = [(s, key) for s, key in self._sections if s.right <= slot.left + 1e-6 and s not in claimed]
        left = [
            (s, key) for s, key in left if s.top - 1e-6 <= slot.top < self._reaches[s] - 1e-6 or s.shares_rows(slot)
        ]
        left = [(s, key) for s, key in left if self._heads(s) and s is not slot]
        return max(left, key=lambda pair: (pair[0].right, pair[0].top))[1] if left else None

    def _heads(self, slot: Slot) -> bool:
        exact = self._known.exact
        if not exact[slot]:
            return True
        beside = self._table.right_of(slot)
        if not beside or exact[beside[0]] or slot.bottom - slot.top > 1.5:
            return True
        labelled = len(self._book.inline(beside[0].text))
        return labelled > 1 or (labelled == 1 and slot.cell.reader not in TEXT_READERS)

    def _reach(self, section: Slot, key: str) -> float:
        """How far down a section's cell holds that was not merged with those below: as long as there is nothing below it, and rows
        have labels of the section only."""
        under = (slot for slot in self._table.slots if slot.top >= section.bottom - 1e-6)
        for slot in under:
            labels = self._known.exact[slot]
            other = bool(labels) and all(self._section_of_key[one] != key for one in labels)
            if other or (slot.text.strip() and slot.shares_columns(section)):
                return slot.top
        return float("inf")
