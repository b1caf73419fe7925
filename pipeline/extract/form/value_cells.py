"""Which cells of a table hold a label's value, and what is odd about that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.domain.spelling import squash
from pipeline.extract.form.hits import BEFORE_LABEL, SEVERAL_CELLS, SEVERAL_ROWS
from pipeline.extract.form.known_labels import KnownLabels
from pipeline.extract.form.labels import TEXT_READERS
from pipeline.extract.form.slots import Slot, Table
from pipeline.extract.ticks import find_options

#: Rows that a margin is higher than a label; a photograph's place is as high, and is no value either.
_MARGIN: Final = 3.5
#: What heads a column that says how to fill in the others.
_NOTE_HEADS: Final = frozenset(
    {"备注", "说明", "填写说明", "填表说明", "填报说明", "填写要求", "填报要求", "要求", "注意事项"}
)
#: Labels of other forms that people set beside ours.
_OTHER_LABELS: Final = frozenset(
    {
        "邮编",
        "邮政编码",
        "传真",
        "邮箱",
        "电子邮箱",
        "电子邮件",
        "QQ",
        "QQ号",
        "QQ号码",
        "职务",
        "性别",
        "年龄",
        "民族",
        "学历",
    }
)
#: What stands in a cell of its own behind a number.
_UNITS: Final = frozenset({"人", "名", "个", "位", "万", "万人"})


class ValueCells:
    """The values of one table. `claimed` are the cells that are some label's value already."""

    def __init__(self, table: Table, known: KnownLabels, claimed: set[Slot]) -> None:
        self._table = table
        self._known = known
        self._claimed = claimed
        self._notes = [slot for slot in table.slots if slot.top < 1 and squash(slot.text) in _NOTE_HEADS]

    def of(self, slot: Slot, keys: tuple[str, ...]) -> list[Slot]:
        """The cells with the value of a label that may mean `keys`: right of it, below it, or left of it."""
        beside = self._table.right_of(slot)
        beside = beside[1:] if beside and beside[0].text.strip() in (":", "：") else beside
        beside = tuple(item for item in beside if not _is_margin(item, slot))
        under = self._table.below(slot)
        if (
            beside
            and self._may_be_value(beside[0], slot, keys)
            and not self._known.cells.is_last_head(slot, beside[0], under)
        ):
            return [beside[0], *self._more(slot, beside)]
        free = under is not None and under not in self._claimed and not self._known.is_label(under, keys)
        if under is not None and free and self._known.cells.heads_columns(slot, under):
            return [item for item in self._table.in_rows_of(under) if item is under or _is_under(item, slot)]
        return [] if beside else self._before(slot)

    def _may_be_value(self, beside: Slot, label: Slot, keys: tuple[str, ...]) -> bool:
        return not self._known.is_label(beside, keys) and not self._known.cells.is_sibling(label, beside, keys)

    def _before(self, slot: Slot) -> list[Slot]:
        """The value left of a label that ends its row, if it is no other label's."""
        left = self._table.left_of(slot)
        free = (
            bool(left)
            and left[0].text.strip()
            and left[0] not in self._claimed
            and not self._known.is_label(left[0], ())
        )
        return [left[0]] if free and slot.cell.reader in TEXT_READERS else []

    def _more(self, label: Slot, beside: tuple[Slot, ...]) -> Iterator[Slot]:
        """Further value cells up to the next label; taller ones (a photograph's place) belong to other rows too."""
        single = len(beside[0].text.strip()) == 1
        for slot in beside[1:]:
            single = single and len(slot.text.strip()) == 1
            if any(_is_under(slot, head) for head in self._notes):
                return
            # A character a cell: 号 is one of an address and not 编号 that has lost its first.
            if single:
                yield slot
                continue
            if not any(item.text.strip() for item in beside[: beside.index(slot)]) and self._known.says_again(
                slot, label
            ):
                yield slot
                return
            if self._known.may_be_label(slot):
                return
            if slot.cell.reader in TEXT_READERS and squash(slot.text) in _OTHER_LABELS:
                return
            if slot.top >= label.top - 1e-6 and slot.bottom <= label.bottom + 1e-6:
                yield slot

    def misplaced(self, label: Slot, slots: list[Slot]) -> str | None:
        """What is odd about where a value stands: before its label, or below it with another value below that."""
        if not slots or slots[0].left >= label.right - 1e-6:
            return None
        if slots[0].right <= label.left + 1e-6:
            return BEFORE_LABEL
        under = self._table.below(slots[0])
        if under is None or not under.text.strip() or self._known.is_label(under, ()):
            return None
        # What stands beside a label of its own row is that label's value.
        answers = any(self._known.exact[left] for left in self._table.left_of(under))
        return None if answers else SEVERAL_ROWS

    def several(self, slots: list[Slot], keys: tuple[str, ...]) -> str | None:
        """Several filled cells may be one value a character a cell, options, or a value beside a label nobody knows."""
        texts = [slot.text.strip() for slot in slots if slot.text.strip()]
        if len(texts) < 2 or all(len(text) == 1 for text in texts):
            return None
        if self._known.choices.isdisjoint(keys):
            return None if texts[0][-1:].isdecimal() and _UNITS.issuperset(texts[1:]) else SEVERAL_CELLS
        # A row of options is whole in its cell, or an option and what belongs to it have cells of their own.
        whole = len(find_options(texts[0], self._known.options)) > 1
        others = [text for text in texts[1:] if len(text) > 1 and not find_options(text, self._known.options)]
        return SEVERAL_CELLS if whole and others else None


def _is_margin(slot: Slot, label: Slot) -> bool:
    """Whether an empty cell reaches so far beyond a label's row that it is the margin of a form within a frame."""
    return not slot.text.strip() and slot.bottom - slot.top > label.bottom - label.top + _MARGIN


def _is_under(slot: Slot, head: Slot) -> bool:
    return slot.top >= head.bottom - 1e-6 and slot.left >= head.left - 1e-6 and slot.right <= head.right + 1e-6
