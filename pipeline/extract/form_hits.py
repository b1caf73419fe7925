"""Find a form's labels in tables and in lines, with the cells or lines their values stand in.

Nothing is decided here about which of two fields a label means; that needs the whole sequence (`form_sequence`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from pipeline.domain.values import is_ditto
from pipeline.extract.doubts import CUT_OFF
from pipeline.extract.form_ditto import OWNER
from pipeline.extract.form_labels import TEXT_READERS, LabelBook
from pipeline.extract.form_short_labels import find_short_labels
from pipeline.extract.form_slots import Slot, Table
from pipeline.extract.page import Cell, Line, Page
from pipeline.extract.ticks import find_options
from pipeline.profile.form import FieldKind, FormSpec

SEVERAL_CELLS: Final = "此栏右侧有多个填写格，请核对"
APART: Final = "此栏内容分在几行，请核对"
MISREAD: Final = "此栏标签未读清，请核对此栏内容"
#: Shorter labels of sections may be spread.
_WORD: Final = 3
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
        self._short = find_short_labels(table, self._exact, book, spec)

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
        if not beside or slot.bottom - slot.top > 1.5:
            return True
        return bool(self._exact[beside[0]]) or self._book.starts_inline(beside[0].text)

    def _near(self, slot: Slot) -> tuple[str, ...]:
        return () if slot.cell.reader in TEXT_READERS else self._book.near(slot.text) or self._short.get(slot, ())

    def _hit(self, slot: Slot, keys: tuple[str, ...]) -> Hit:
        slots = self._value_slots(slot, keys)
        self._claimed.update(slots)
        return Hit(
            page=slot.page,
            keys=keys,
            label=slot.text,
            section=self._section_of(slot),
            label_cell=slot.cell,
            cells=tuple(item.cell for item in slots),
            doubt=MISREAD if slot in self._short else _several(slots, choice=bool(self._choices.intersection(keys))),
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

    def _value_slots(self, slot: Slot, keys: tuple[str, ...]) -> list[Slot]:
        beside = self._table.right_of(slot)
        if beside and not self._is_label(beside[0], keys) and not self._is_sibling(slot, beside[0], keys):
            return [beside[0], *self._more(slot, beside)]
        under = self._table.below(slot)
        if under is None or under in self._claimed or self._is_label(under, keys):
            return []
        return [under] if self._heads_columns(slot, under) else []

    def _heads_columns(self, slot: Slot, under: Slot) -> bool:
        """Values stand below only where a whole row of labels heads a row without any."""
        heads = [s for s in self._table.slots if s.shares_rows(slot)]
        below = [s for s in self._table.slots if s.shares_rows(under)]
        labels = all(self._exact[s] or self._section[s] is not None or not s.text.strip() for s in heads)
        return labels and not any(self._exact[s] or self._book.starts_inline(s.text) for s in below)

    def _is_sibling(self, slot: Slot, beside: Slot, keys: tuple[str, ...]) -> bool:
        """Where labels end in a colon, a cell that starts with "label：" is the next field, not a value; and so it is beside
        the label of a name or a number, which begin with no label."""
        if not self._book.starts_inline(beside.text):
            return False
        return slot.text.rstrip().endswith((":", "：")) or not self._wordy.intersection(keys)

    def _more(self, label: Slot, beside: tuple[Slot, ...]) -> Iterator[Slot]:
        """Further value cells up to the next label; taller ones (a photograph's place) belong to other rows too."""
        for slot in beside[1:]:
            if self._is_label(slot, ()) or self._near(slot) or self._book.starts_inline(slot.text):
                return
            if slot.top >= label.top - 1e-6 and slot.bottom <= label.bottom + 1e-6:
                yield slot

    def _is_label(self, slot: Slot, asking: tuple[str, ...]) -> bool:
        """Whether a cell beside a label is a label itself and not the answer 微信 or 账号所有人."""
        if self._choices.intersection(asking) and find_options(slot.text, self._options):
            return False
        if self._exact[slot] or self._section[slot] is not None:
            # In an owner's field nobody points at the owner: 账号所有人手机 is there the next label of a row of labels.
            return not (asking and is_ditto(slot.text)) or all(key.startswith(OWNER) for key in asking)
        return False

    def _section_of(self, slot: Slot) -> str | None:
        """The section whose label cell stands left of this one in the same rows; the nearest of several."""
        left = [(s, key) for s, key in self._sections if s.right <= slot.left + 1e-6 and s.shares_rows(slot)]
        left = [(s, key) for s, key in left if self._heads(s) and s is not slot]
        return max(left, key=lambda pair: pair[0].right)[1] if left else None

    def _inline_hits(self, slot: Slot) -> Iterator[Mark]:
        found = self._book.inline(slot.text)
        seen = slot.cell.reader not in TEXT_READERS
        behind = bool(found) and seen and _stands_behind(slot.text, found[0].label)
        doubt = APART if behind else None
        if not found and seen:
            found, doubt = self._book.spaced(slot.text), CUT_OFF
        for item in found:
            if item.section is not None:
                yield SectionMark(section=item.section)
            elif item.keys:
                hit = self._inline_hit(slot, item.keys, item.label, item.value)
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
            doubt=_several(slots, choice=bool(self._choices.intersection(keys))),
        )


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


def _several(slots: list[Slot], *, choice: bool) -> str | None:
    """Several filled cells may be one value a character a cell, or a value beside a label nobody knows."""
    texts = [slot.text.strip() for slot in slots if slot.text.strip()]
    if choice or len(texts) < 2 or all(len(text) == 1 for text in texts):
        return None
    return SEVERAL_CELLS
