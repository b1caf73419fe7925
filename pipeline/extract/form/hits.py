"""Find a form's labels in tables and in lines, with the cells or lines their values stand in.

Nothing is decided here about which of two fields a label means; that needs the whole sequence (`form.sequence`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from pipeline.domain.spelling import squash
from pipeline.domain.values import is_ditto, is_same_as_phone
from pipeline.extract.doubts import CUT_OFF
from pipeline.extract.form.cell_labels import CellLabels, said_once
from pipeline.extract.form.labels import TEXT_READERS, LabelBook
from pipeline.extract.form.short_labels import find_short_labels
from pipeline.extract.form.slots import Slot, Table
from pipeline.extract.page import Cell, Line, Page
from pipeline.extract.ticks import find_options
from pipeline.profile.form import FieldKind, FormSpec

SEVERAL_CELLS: Final = "此栏右侧有多个填写格，请核对"
APART: Final = "此栏内容分在几行，请核对"
SEVERAL_ROWS: Final = "此栏下方还有一行内容，可能是另一个账号，请核对"
BEFORE_LABEL: Final = "此栏内容写在标签左侧，请核对"
SHARED_CELL: Final = "标签与内容写在同一格内，请核对"
MISREAD: Final = "此栏标签未读清，请核对此栏内容"
#: Shorter labels of sections may be spread.
_WORD: Final = 3
#: Rows that a margin is higher than a label; a photograph's place is as high, and is no value either.
_MARGIN: Final = 3.5
#: Fields whose values may begin with a word and a colon.
_WORDY: Final = frozenset({FieldKind.TEXT, FieldKind.CHOICE, FieldKind.SIGNATURE})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hit:
    """A label found. `keys` are the fields it may mean; `section` is the section whose spanning cell it stands beside.

    The value stands in `cells`, or behind the label in the same cell or line (`inline` is then that text), or in
    `lines`. `doubt` says in Chinese what is unsure about where the value stands.
    """

    page: Page
    keys: tuple[str, ...]
    label: str
    section: str | None = None
    label_cell: Cell | None = None
    cells: tuple[Cell, ...] = ()
    lines: tuple[Line, ...] = ()
    inline: str | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMark:
    """A section label in reading order, spanning or heading what follows."""

    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Something after which another form may begin: a heading (`title`), or the start of another table."""

    title: bool


Mark = Hit | SectionMark | Break

_PERSONAL: Final = frozenset({FieldKind.PERSON_NAME, FieldKind.PHONE, FieldKind.WECHAT_ID, FieldKind.ID_NUMBER})
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
_ORDINAL: Final = re.compile(r"[(（]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）.、．]?")


class TableSearch:
    """Finds the labels of one table, in reading order."""

    def __init__(self, table: Table, book: LabelBook, spec: FormSpec) -> None:
        self._table = table
        self._book = book
        self._options = [option for field in spec.fields for option in field.options]
        self._choices = {field.key for field in spec.fields if field.kind is FieldKind.CHOICE}
        self._wordy = {field.key for field in spec.fields if field.kind in _WORDY}
        self._claimed: set[Slot] = set()
        self._exact = {slot: book.exact(slot.text) for slot in table.slots}
        self._section = {slot: book.section(_without_specks(slot)) for slot in table.slots}
        self._sections = [(slot, key) for slot, key in self._section.items() if key is not None]
        self._section_of_key = {field.key: field.section for field in spec.fields}
        self._referring = {f.key for f in spec.fields if f.section is None and f.kind in _PERSONAL}
        self._numbers = {field.key for field in spec.fields if field.kind is FieldKind.FILING_NUMBER}
        self._notes = [slot for slot in table.slots if slot.top < 1 and squash(slot.text) in _NOTE_HEADS]
        self._reaches = {slot: self._reach(slot, key) for slot, key in self._sections}
        self._short = find_short_labels(table, self._exact, book, spec)
        self._labels = CellLabels(table, book, exact=self._exact, sections=self._section, wordy=self._wordy)

    def marks(self) -> Iterator[Mark]:
        """Every label, section label and heading of the table."""
        for slot in self._table.slots:
            if slot in self._claimed or not slot.text.strip():
                continue
            yield from self._marks_of(slot)

    def _marks_of(self, slot: Slot) -> Iterator[Mark]:
        section = self._section[slot]
        if section is not None and self._heads(slot):
            yield SectionMark(section=section)
            return
        keys = self._exact[slot] or self._near(slot)
        if keys and self._numbers.issuperset(keys) and self._counts_rows(slot):
            return
        if keys:
            yield from self._run_on(slot, keys) or (self._hit(slot, keys),)
        elif self._book.is_title(slot.text):
            yield Break(title=True)
        else:
            yield from self._inline_hits(slot)

    def _heads(self, slot: Slot) -> bool:
        """A section label stands before other labels, or alone in its row; otherwise it is a label like any other."""
        if not self._exact[slot]:
            return True
        beside = self._table.right_of(slot)
        if not beside or self._exact[beside[0]] or slot.bottom - slot.top > 1.5:
            return True
        labelled = len(self._book.inline(beside[0].text))
        return labelled > 1 or (labelled == 1 and slot.cell.reader not in TEXT_READERS)

    def _counts_rows(self, slot: Slot) -> bool:
        """Whether 序号 heads a column of 1, 2, 3 instead of naming the form's number."""
        first = self._table.below(slot)
        second = None if first is None else self._table.below(first)
        return all(item is not None and _ORDINAL.fullmatch(item.text.strip()) for item in (first, second))

    def _near(self, slot: Slot) -> tuple[str, ...]:
        return () if slot.cell.reader in TEXT_READERS else self._book.near(slot.text) or self._short.get(slot, ())

    def _hit(self, slot: Slot, keys: tuple[str, ...]) -> Hit:
        slots = self._value_slots(slot, keys)
        self._claimed.update(slots)
        several = self._several(slots, keys) or self._misplaced(slot, slots)
        # Where values stand behind their labels, "label：" alone in its row is a blank.
        alone = (
            not slots
            and self._labels.fill_behind
            and slot.text.rstrip().endswith((":", "："))
            and not self._table.right_of(slot)
        )
        return Hit(
            page=slot.page,
            keys=keys,
            label=slot.text,
            section=self._section_of(slot),
            label_cell=slot.cell,
            cells=tuple(item.cell for item in slots),
            inline="" if alone else None,
            doubt=MISREAD if slot in self._short else several,
        )

    def _run_on(self, slot: Slot, keys: tuple[str, ...]) -> tuple[Hit, ...]:
        """On a picture a value and the label of the value behind it in one cell: the wall between them was not seen."""
        beside = self._table.right_of(slot)
        words = beside[0].text.rsplit(None, 1) if len(beside) > 1 else []
        other = self._book.exact(words[1]) if len(words) == 2 else ()
        ticks = self._choices.intersection(keys)
        if (
            not other
            or ticks
            or slot.cell.reader in TEXT_READERS
            or self._is_label(beside[1], ())
            or {*keys} & {*other}
        ):
            return ()
        self._claimed.update(beside[:2])
        section = self._section_of(slot)
        cell, page = beside[0].cell, slot.page
        value = Hit(
            page=page, keys=keys, label=slot.text, section=section, label_cell=cell, inline=words[0], doubt=CUT_OFF
        )
        behind = (beside[1].cell,)
        following = Hit(
            page=page, keys=other, label=words[1], section=section, label_cell=cell, cells=behind, doubt=CUT_OFF
        )
        return value, following

    def _misplaced(self, label: Slot, slots: list[Slot]) -> str | None:
        """What is odd about where a value stands: before its label, or below it with another value below that."""
        if not slots or slots[0].left >= label.right - 1e-6:
            return None
        if slots[0].right <= label.left + 1e-6:
            return BEFORE_LABEL
        under = self._table.below(slots[0])
        if under is None or not under.text.strip() or self._is_label(under, ()):
            return None
        # What stands beside a label of its own row is that label's value.
        answers = any(self._exact[left] for left in self._table.left_of(under))
        return None if answers else SEVERAL_ROWS

    def _value_slots(self, slot: Slot, keys: tuple[str, ...]) -> list[Slot]:
        beside = self._table.right_of(slot)
        beside = beside[1:] if beside and beside[0].text.strip() in (":", "：") else beside
        beside = tuple(item for item in beside if not _is_margin(item, slot))
        under = self._table.below(slot)
        if (
            beside
            and self._may_be_value(beside[0], slot, keys)
            and not self._labels.is_last_head(slot, beside[0], under)
        ):
            return [beside[0], *self._more(slot, beside)]
        free = under is not None and under not in self._claimed and not self._is_label(under, keys)
        if under is not None and free and self._labels.heads_columns(slot, under):
            return [item for item in self._table.in_rows_of(under) if item is under or _is_under(item, slot)]
        return [] if beside else self._before(slot)

    def _may_be_value(self, beside: Slot, label: Slot, keys: tuple[str, ...]) -> bool:
        return not self._is_label(beside, keys) and not self._labels.is_sibling(label, beside, keys)

    def _before(self, slot: Slot) -> list[Slot]:
        """The value left of a label that ends its row, if it is no other label's."""
        left = self._table.left_of(slot)
        free = bool(left) and left[0].text.strip() and left[0] not in self._claimed and not self._is_label(left[0], ())
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
            if not any(item.text.strip() for item in beside[: beside.index(slot)]) and self._says_again(slot, label):
                yield slot
                return
            if self._is_label(slot, ()) or self._near(slot) or self._begins_with_label(slot):
                return
            if slot.cell.reader in TEXT_READERS and squash(slot.text) in _OTHER_LABELS:
                return
            if slot.top >= label.top - 1e-6 and slot.bottom <= label.bottom + 1e-6:
                yield slot

    def _begins_with_label(self, slot: Slot) -> bool:
        """Whether a cell is "label：value", or on a picture "label value", the wall between them not seen."""
        seen = slot.cell.reader not in TEXT_READERS
        return self._book.starts_inline(slot.text) or (seen and bool(self._book.spaced(slot.text)))

    def _says_again(self, slot: Slot, label: Slot) -> bool:
        """Whether a cell begins with the label it stands beside (微信号：…)."""
        first = next(iter(self._book.inline(slot.text[:200])), None)
        return first is not None and bool(set(first.keys) & set(self._exact[label]))

    def _is_label(self, slot: Slot, asking: tuple[str, ...]) -> bool:
        """Whether a cell beside a label is a label itself and not the answer 微信 or 账号所有人."""
        if self._choices.intersection(asking) and find_options(slot.text, self._options):
            return False
        beside = self._table.right_of(slot)
        if asking and is_same_as_phone(slot.text) and beside and set(self._exact[beside[0]]) & set(self._exact[slot]):
            return False  # 手机号 as a WeChat ID, before the phone's own label
        if self._exact[slot] or self._section[slot] is not None:
            return not (self._referring.intersection(asking) and is_ditto(slot.text))
        return False

    def _section_of(self, slot: Slot) -> str | None:
        """The section whose label cell stands left of this one in the same rows; the nearest of several."""
        left = [(s, key) for s, key in self._sections if s.right <= slot.left + 1e-6 and s not in self._claimed]
        left = [
            (s, key) for s, key in left if s.top - 1e-6 <= slot.top < self._reaches[s] - 1e-6 or s.shares_rows(slot)
        ]
        left = [(s, key) for s, key in left if self._heads(s) and s is not slot]
        return max(left, key=lambda pair: (pair[0].right, pair[0].top))[1] if left else None

    def _reach(self, section: Slot, key: str) -> float:
        """How far down a section's cell holds that was not merged with those below: as long as there is nothing below it, and rows
        have labels of the section only."""
        under = (slot for slot in self._table.slots if slot.top >= section.bottom - 1e-6)
        for slot in under:
            labels = self._exact[slot]
            other = bool(labels) and all(self._section_of_key[one] != key for one in labels)
            if other or (slot.text.strip() and slot.shares_columns(section)):
                return slot.top
        return float("inf")

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
        slots = [] if value.strip() else [s for s in self._value_slots(slot, keys) if not self._book.inline(s.text)]
        self._claimed.update(slots)
        cells = tuple(item.cell for item in slots)
        return Hit(
            page=slot.page,
            keys=keys,
            label=label,
            section=self._section_of(slot),
            label_cell=slot.cell,
            cells=cells,
            inline=None if cells else value,
            doubt=self._several(slots, keys),
        )

    def _several(self, slots: list[Slot], keys: tuple[str, ...]) -> str | None:
        """Several filled cells may be one value a character a cell, options, or a value beside a label nobody knows."""
        texts = [slot.text.strip() for slot in slots if slot.text.strip()]
        if len(texts) < 2 or all(len(text) == 1 for text in texts):
            return None
        if self._choices.isdisjoint(keys):
            return None if texts[0][-1:].isdecimal() and _UNITS.issuperset(texts[1:]) else SEVERAL_CELLS
        # A row of options is whole in its cell, or an option and what belongs to it have cells of their own.
        whole = len(find_options(texts[0], self._options)) > 1
        others = [text for text in texts[1:] if len(text) > 1 and not find_options(text, self._options)]
        return SEVERAL_CELLS if whole and others else None


def _is_margin(slot: Slot, label: Slot) -> bool:
    """Whether an empty cell reaches so far beyond a label's row that it is the margin of a form within a frame."""
    return not slot.text.strip() and slot.bottom - slot.top > label.bottom - label.top + _MARGIN


def _is_under(slot: Slot, head: Slot) -> bool:
    return slot.top >= head.bottom - 1e-6 and slot.left >= head.left - 1e-6 and slot.right <= head.right + 1e-6


def _without_specks(slot: Slot) -> str:
    """A cell's text, on a picture without characters by themselves beside a longer word: what is read of a seal over it."""
    words = slot.text.split()
    if slot.cell.reader in TEXT_READERS or max(map(len, words), default=0) < _WORD:
        return slot.text
    return " ".join(word for word in words if len(word) > 1)


def _stands_behind(text: str, label: str) -> bool:
    """Whether words stand before a cell's first label: on a picture label and value may be two cells that ran together, and the
    words the beginning of the value."""
    return any(character.isalpha() for character in text[: max(0, text.find(label))])
