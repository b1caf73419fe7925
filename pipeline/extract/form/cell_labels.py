"""How a table is filled in: values in cells of their own, or behind the label in its cell ("label：value"); and which cell says its
label once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.domain.spelling import squash
from pipeline.extract.form.labels import InlineValue, LabelBook
from pipeline.extract.form.slots import Slot, Table

#: So many cells show how a table is filled in.
_MANY: Final = 3


def says_label_again(label: str, item: InlineValue) -> bool:
    """Whether a value begins with the word that its label ends with or consists of (管理员姓名: 姓名：…; 管理员微信号: 微信：…)."""
    own, again = squash(label), squash(item.label)
    return len(again) > 1 and again in own


def is_filled_apart(table: Table, labels: Mapping[Slot, tuple[str, ...]], book: LabelBook) -> bool:
    """Whether most labels stand in a cell of their own, beside a filled one."""
    apart = sum(1 for slot, keys in labels.items() if keys and _is_answered(slot, table, labels, book))
    return apart >= _MANY and apart > _behind(table, book)


def is_filled_behind(table: Table, labels: Mapping[Slot, tuple[str, ...]], book: LabelBook) -> bool:
    """Whether most values stand behind their label in its cell."""
    return not is_filled_apart(table, labels, book) and _behind(table, book) >= _MANY


def _is_answered(slot: Slot, table: Table, labels: Mapping[Slot, tuple[str, ...]], book: LabelBook) -> bool:
    beside = table.right_of(slot)
    return bool(beside) and bool(beside[0].text.strip()) and not labels[beside[0]] and not _is_filled(beside[0], book)


def _behind(table: Table, book: LabelBook) -> int:
    return sum(_is_filled(slot, book) for slot in table.slots)


def _is_filled(slot: Slot, book: LabelBook) -> bool:
    return book.starts_inline(slot.text) and any(item.value for item in book.inline(slot.text)[:1])
