"""Which cells are labels of others, and which only begin as labels do ("label：value")."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from pipeline.domain.spelling import squash
from pipeline.extract.form.labels import InlineValue, LabelBook
from pipeline.extract.form.slots import Slot, Table

#: So many cells show how a table is filled in.
_MANY: Final = 3


def says_label_again(label: str, item: InlineValue) -> bool:
    """Whether a value begins with the word that its label ends with or consists of (管理员姓名: 姓名：…; 管理员微信号: 微信：…)."""
    own, again = squash(label), squash(item.label).removesuffix("码").removesuffix("号")
    return len(again) > 1 and again in own


def said_once(found: Iterable[InlineValue]) -> tuple[InlineValue, ...]:
    """The labels of a cell, one without a value and the same once more with it as one (管理员姓名：⏎ 姓名：…)."""
    kept: list[InlineValue] = []
    for item in found:
        last = kept[-1] if kept else None
        if last is not None and not last.value and (says_label_again(last.label, item) or item.keys == last.keys):
            kept[-1] = replace(last, value=item.value)
        else:
            kept.append(item)
    return tuple(kept)


class CellLabels:
    """The labels of one table. `exact` and `sections` are what each slot's whole text is the label of; `wordy` are keys of fields
    whose values may begin with a word and a colon."""

    def __init__(
        self,
        table: Table,
        book: LabelBook,
        *,
        exact: Mapping[Slot, tuple[str, ...]],
        sections: Mapping[Slot, str | None],
        wordy: Collection[str],
    ) -> None:
        self._table = table
        self._book = book
        self._exact = exact
        self._sections = sections
        self._wordy = frozenset(wordy)
        behind = sum(map(self._is_filled, table.slots))
        apart = sum(1 for slot, keys in exact.items() if keys and self._is_answered(slot))
        #: Whether most values stand behind their label in its cell.
        self.fill_behind = behind >= _MANY and behind >= apart

    def heads_columns(self, slot: Slot, under: Slot) -> bool:
        """Values stand below only where a whole row of labels heads a row without any."""
        heads, below = self._table.in_rows_of(slot), self._table.in_rows_of(under)
        labels = all(self._exact[s] or self._sections[s] is not None or not s.text.strip() for s in heads)
        # One of the values may say once more what it is (手机：138…).
        answers = {self._table.below(head): head for head in heads}
        again = sum(self._book.starts_inline(s.text) and not self._may_answer(answers.get(s), s) for s in below)
        return labels and 3 * again <= len(below) and not any(self._exact[s] for s in below)

    def is_last_head(self, slot: Slot, beside: Slot, under: Slot | None) -> bool:
        """Whether a label behind another one heads a column though the cell beside it, the row's last, is empty."""
        filled = under is not None and bool(under.text.strip())
        behind = any(self._exact[left] for left in self._table.left_of(slot))
        return filled and behind and not beside.text.strip() and under is not None and self.heads_columns(slot, under)

    def is_sibling(self, slot: Slot, beside: Slot, keys: tuple[str, ...]) -> bool:
        """Where labels end in a colon, a cell that starts with "label：" is the next field, not a value; and so one of
        another field is beside the label of a name or a number, which begin with no label. A cell that says its own label again is
        a value, and so is a text that begins with a word (微信：…) that is a label elsewhere."""
        if not self._book.starts_inline(beside.text):
            return False
        named = self._book.inline(beside.text)
        again = says_label_again(slot.text, named[-1]) or named[0].keys == keys
        if again and (
            len(named) == 1 or (not slot.text.rstrip().endswith((":", "：")) and self._wordy.isdisjoint(keys))
        ):
            return False
        if slot.text.rstrip().endswith((":", "：")):
            return self._wordy.isdisjoint(keys) or not self._is_labelled_elsewhere(named[0].keys, beside)
        return bool(named[0].keys) and {*named[0].keys}.isdisjoint(keys) and self._wordy.isdisjoint(keys)

    def _may_answer(self, head: Slot | None, value: Slot) -> bool:
        """Whether a cell below a label may be its value though it begins as "label：value" does."""
        if head is None or not self._wordy.isdisjoint(self._exact[head]):
            return head is not None
        named = self._book.inline(value.text)
        return len(named) == 1 and says_label_again(head.text, named[0])

    def _is_labelled_elsewhere(self, keys: tuple[str, ...], slot: Slot) -> bool:
        """Whether another cell is the label of one of these fields, or begins with it."""
        others = (other for other in self._table.slots if other is not slot)
        return any(not {*keys}.isdisjoint(self._exact[other] or self._first_inline(other)) for other in others)

    def _first_inline(self, slot: Slot) -> tuple[str, ...]:
        return self._book.inline(slot.text)[0].keys if self._book.starts_inline(slot.text) else ()

    def _is_answered(self, slot: Slot) -> bool:
        """Whether a filled cell that is no label stands beside a label."""
        beside = next(iter(self._table.right_of(slot)), None)
        filled = beside is not None and bool(beside.text.strip())
        return filled and beside is not None and not self._exact[beside] and not self._is_filled(beside)

    def _is_filled(self, slot: Slot) -> bool:
        return self._book.starts_inline(slot.text) and any(item.value for item in self._book.inline(slot.text)[:1])
