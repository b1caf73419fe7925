"""What each cell of a table is known to be the label of."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from pipeline.domain.values import is_ditto, is_same_as_phone
from pipeline.extract.form.cell_labels import CellLabels
from pipeline.extract.form.labels import TEXT_READERS, LabelBook
from pipeline.extract.form.short_labels import find_short_labels
from pipeline.extract.form.slots import Slot, Table
from pipeline.extract.ticks import find_options
from pipeline.profile.form import FieldKind, FormSpec

#: Shorter labels of sections may be spread.
_WORD: Final = 3
#: Fields whose values may begin with a word and a colon.
_WORDY: Final = frozenset({FieldKind.TEXT, FieldKind.CHOICE, FieldKind.SIGNATURE})
_PERSONAL: Final = frozenset({FieldKind.PERSON_NAME, FieldKind.PHONE, FieldKind.WECHAT_ID, FieldKind.ID_NUMBER})


class KnownLabels:
    """The labels of one table. `exact` and `sections` are what each slot's whole text is the label of."""

    def __init__(self, table: Table, book: LabelBook, spec: FormSpec) -> None:
        self._table = table
        self._book = book
        self.options = [option for field in spec.fields for option in field.options]
        self.choices = {field.key for field in spec.fields if field.kind is FieldKind.CHOICE}
        self._wordy = {field.key for field in spec.fields if field.kind in _WORDY}
        self._referring = {f.key for f in spec.fields if f.section is None and f.kind in _PERSONAL}
        self.exact = {slot: book.exact(slot.text) for slot in table.slots}
        self.sections = {slot: book.section(_without_specks(slot)) for slot in table.slots}
        self.short = find_short_labels(table, self.exact, book, spec)

    @cached_property
    def cells(self) -> CellLabels:
        """Which cells are labels of others, and which begin as labels do."""
        return CellLabels(self._table, self._book, exact=self.exact, sections=self.sections, wordy=self._wordy)

    def near(self, slot: Slot) -> tuple[str, ...]:
        """The fields that a cell of a picture may be the misread label of."""
        return () if slot.cell.reader in TEXT_READERS else self._book.near(slot.text) or self.short.get(slot, ())

    def is_label(self, slot: Slot, asking: tuple[str, ...]) -> bool:
        """Whether a cell beside a label is a label itself and not the answer 微信 or 账号所有人."""
        if self.choices.intersection(asking) and find_options(slot.text, self.options):
            return False
        beside = self._table.right_of(slot)
        if asking and is_same_as_phone(slot.text) and beside and set(self.exact[beside[0]]) & set(self.exact[slot]):
            return False  # 手机号 as a WeChat ID, before the phone's own label
        if self.exact[slot] or self.sections[slot] is not None:
            return not (self._referring.intersection(asking) and is_ditto(slot.text))
        return False

    def may_be_label(self, slot: Slot) -> bool:
        """Whether a cell is a label, perhaps a misread one, or begins with one: as "label：value", or on a picture "label value",
        the wall between them not seen."""
        if self.is_label(slot, ()) or self.near(slot) or self._book.starts_inline(slot.text):
            return True
        return slot.cell.reader not in TEXT_READERS and bool(self._book.spaced(slot.text))

    def says_again(self, slot: Slot, label: Slot) -> bool:
        """Whether a cell begins with the label it stands beside (微信号：…)."""
        first = next(iter(self._book.inline(slot.text[:200])), None)
        return first is not None and bool(set(first.keys) & set(self.exact[label]))


def _without_specks(slot: Slot) -> str:
    """A cell's text, on a picture without characters by themselves beside a longer word: what is read of a seal over it."""
    words = slot.text.split()
    if slot.cell.reader in TEXT_READERS or max(map(len, words), default=0) < _WORD:
        return slot.text
    return " ".join(word for word in words if len(word) > 1)
