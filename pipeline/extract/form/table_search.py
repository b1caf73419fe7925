"""Finds a form's labels in tables, with the cells their values stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pipeline.extract.doubts import CUT_OFF
from pipeline.extract.form.cell_labels import said_once
from pipeline.extract.form.hits import APART, MISREAD, SHARED_CELL, Break, Hit, Mark, SectionMark
from pipeline.extract.form.known_labels import KnownLabels
from pipeline.extract.form.labels import TEXT_READERS, LabelBook
from pipeline.extract.form.slots import Slot, Table
from pipeline.extract.form.table_sections import TableSections
from pipeline.extract.form.value_cells import ValueCells
from pipeline.profile.form import FieldKind, FormSpec

_ORDINAL: Final = re.compile(r"[(（]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）.、．]?")


class TableSearch:
    """Finds the labels of one table, in reading order."""

    def __init__(self, table: Table, book: LabelBook, spec: FormSpec) -> None:
        self._table = table
        self._book = book
        self._claimed: set[Slot] = set()
        self._known = KnownLabels(table, book, spec)
        self._sections = TableSections(table, book, spec, self._known)
        self._values = ValueCells(table, self._known, self._claimed)
        self._numbers = {field.key for field in spec.fields if field.kind is FieldKind.FILING_NUMBER}

    def marks(self) -> Iterator[Mark]:
        """Every label, section label and heading of the table."""
        for slot in self._table.slots:
            if slot in self._claimed or not slot.text.strip():
                continue
            yield from self._marks_of(slot)

    def _marks_of(self, slot: Slot) -> Iterator[Mark]:
        section = self._sections.headed_by(slot)
        if section is not None:
            yield SectionMark(section=section)
            return
        keys = self._known.exact[slot] or self._known.near(slot)
        if keys and self._numbers.issuperset(keys) and self._counts_rows(slot):
            return
        if keys:
            yield from self._run_on(slot, keys) or (self._hit(slot, keys),)
        elif self._book.is_title(slot.text):
            yield Break(title=True)
        else:
            yield from self._inline_hits(slot)

    def _counts_rows(self, slot: Slot) -> bool:
        """Whether 序号 heads a column of 1, 2, 3 instead of naming the form's number."""
        first = self._table.below(slot)
        second = None if first is None else self._table.below(first)
        return all(item is not None and _ORDINAL.fullmatch(item.text.strip()) for item in (first, second))

    def _hit(self, slot: Slot, keys: tuple[str, ...]) -> Hit:
        slots = self._values.of(slot, keys)
        self._claimed.update(slots)
        several = self._values.several(slots, keys) or self._values.misplaced(slot, slots)
        # Where values stand behind their labels, "label：" alone in its row is a blank.
        alone = (
            not slots
            and self._known.cells.fill_behind
            and slot.text.rstrip().endswith((":", "："))
            and not self._table.right_of(slot)
        )
        return Hit(
            page=slot.page,
            keys=keys,
            label=slot.text,
            section=self._sections.beside(slot, self._claimed),
            label_cell=slot.cell,
            cells=tuple(item.cell for item in slots),
            inline="" if alone else None,
            doubt=MISREAD if slot in self._known.short else several,
        )

    def _run_on(self, slot: Slot, keys: tuple[str, ...]) -> tuple[Hit, ...]:
        """On a picture a value and the label of the value behind it in one cell: the wall between them was not seen."""
        beside = self._table.right_of(slot)
        words = beside[0].text.rsplit(None, 1) if len(beside) > 1 else []
        other = self._book.exact(words[1]) if len(words) == 2 else ()
        ticks = self._known.choices.intersection(keys)
        if (
            not other
            or ticks
            or slot.cell.reader in TEXT_READERS
            or self._known.is_label(beside[1], ())
            or {*keys} & {*other}
        ):
            return ()
        self._claimed.update(beside[:2])
        section = self._sections.beside(slot, self._claimed)
        cell, page = beside[0].cell, slot.page
        value = Hit(
            page=page, keys=keys, label=slot.text, section=section, label_cell=cell, inline=words[0], doubt=CUT_OFF
        )
        behind = (beside[1].cell,)
        following = Hit(
            page=page, keys=other, label=words[1], section=section, label_cell=cell, cells=behind, doubt=CUT_OFF
        )
        return value, following

    def _inline_hits(self, slot: Slot) -> Iterator[Mark]:
        seen = slot.cell.reader not in TEXT_READERS
        found = self._book.inline(slot.text)
        found = found if seen else said_once(found)
        behind = bool(found) and seen and _stands_behind(slot.text, found[0].label)
        doubt = APART if behind else None
        if not found and seen:
            found, doubt = self._book.spaced(slot.text), CUT_OFF
        elif not found and not self._table.right_of(slot):
            # Label and value were typed, or merged, into the one cell of a row.
            spaced = self._book.spaced(slot.text)
            begins = len(spaced) == 1 and slot.text.lstrip().startswith(spaced[0].label)
            found, doubt = (spaced, SHARED_CELL) if begins else ((), None)
        for item in found:
            if item.section is not None:
                yield SectionMark(section=item.section)
            elif item.keys:
                hit = self._inline_hit(slot, item.keys, item.label + item.hint, item.value)
                yield replace(hit, doubt=hit.doubt or doubt)

    def _inline_hit(self, slot: Slot, keys: tuple[str, ...], label: str, value: str) -> Hit:
        slots = [] if value.strip() else [s for s in self._values.of(slot, keys) if not self._book.inline(s.text)]
        self._claimed.update(slots)
        cells = tuple(item.cell for item in slots)
        return Hit(
            page=slot.page,
            keys=keys,
            label=label,
            section=self._sections.beside(slot, self._claimed),
            label_cell=slot.cell,
            cells=cells,
            inline=None if cells else value,
            doubt=self._values.several(slots, keys),
        )


def _stands_behind(text: str, label: str) -> bool:
    """Whether words stand before a cell's first label: on a picture label and value may be two cells that ran together, and the
    words the beginning of the value."""
    return any(character.isalpha() for character in text[: max(0, text.find(label))])
