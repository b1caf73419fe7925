"""Cells of a PDF's tables between which no rule was drawn, told apart by the labels that stand in them.

Of a page of characters everything has an exact place. Where a cell holds labels besides other text, it was several cells: each
label begins one, and what stands between it and the next label is its value. Cells without rules above and below are told
apart by how labels and values stand to each other (`form.bands`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.doubts import joined
from pipeline.extract.form.bands import Span, find_bands
from pipeline.extract.form.hits import APART
from pipeline.extract.form.label_rows import (
    all_letters,
    are_level,
    from_left,
    has_place,
    label_levels,
    letters_of,
    middle_of,
    stand_over_each_other,
    stands_in,
    unknown_labels,
)
from pipeline.extract.form.labels import LabelBook
from pipeline.extract.form.open_rows import OpenRow, column_edges, with_blanks, with_sections
from pipeline.extract.form.slots import Slot
from pipeline.extract.form.typeset_labels import (
    COLUMN,
    SetLabel,
    box_of,
    find_labels,
    in_columns,
    is_apart,
    rows_of,
    whole_label,
    without_options,
)
from pipeline.extract.page import Letter, Page, Typeset
from pipeline.profile.form import FieldKind, FormSpec

#: Beyond the first and last label text belongs to the table as far as it follows within so many heights of a line.
_NEAR: Final = 3.0
#: What may have several lines.
_WRAPPING: Final = frozenset({FieldKind.TEXT, FieldKind.CHOICE, FieldKind.SIGNATURE})
#: A blank between two columns, in heights of a line.
_WIDE: Final = 0.8
#: Of so many rows one may be blank.
_MOST_BLANK: Final = 3
#: Fewer labels on a page without rules make no table.
_LEAST: Final = 5


def cut_open_cells(slots: Sequence[Slot], book: LabelBook, spec: FormSpec) -> tuple[Slot, ...]:
    """The slots of a table; those in which labels stand besides other text cut in parts, the others as they are."""
    typeset = slots[0].page.typeset if slots else None
    return tuple(slots) if typeset is None else cut_slots(slots, typeset, book, spec)


def cut_slots(
    slots: Sequence[Slot], typeset: Typeset, book: LabelBook, spec: FormSpec, reach: float = COLUMN
) -> tuple[Slot, ...]:
    """As `cut_open_cells`; labels of one column are no further apart than `reach` of their height."""
    cutter = _Cutter(typeset, slots[0].page, book, spec, [slot.cell.box for slot in slots if slot.cell.box])
    labels = in_columns(cutter.labels, cutter.upright, reach)
    wide = max(slot.right for slot in slots)
    rows = [
        cutter.rows(slot, cutter.labels_of(slot, labels), whole=slot.left < 1e-6 and slot.right > wide - 1e-6)
        for slot in slots
    ]
    found_rows = with_blanks(_with_columns(with_sections(rows), cutter))
    return tuple(part for row in found_rows for part in cutter.slots(row))


def open_table(page: Page, book: LabelBook, spec: FormSpec) -> tuple[Slot, ...]:
    """The cells of a table of which no rule tells anything, none where the page's labels and values are set in no known way."""
    if page.typeset is None or page.width <= 0:
        return ()
    cutter = _Cutter(page.typeset, page, book, spec)
    labels = in_columns(cutter.labels, cutter.upright)
    if len(labels) < _LEAST:
        return ()
    box = _reach(cutter.letters, labels, book)
    slot = Slot(cell=page.typeset.cell(box), page=page, left=0.0, top=0.0, right=1.0, bottom=1.0)
    rows = with_sections([cutter.rows(slot, labels, whole=True)])
    return tuple(part for row in rows for part in cutter.slots(row)) if len(rows) > 1 else ()


def _reach(letters: Iterable[Letter], labels: Sequence[SetLabel], book: LabelBook) -> Box:
    """The table's box: from the first label's line on, or from text close above it, to the last text that follows closely."""
    rows = [box_of(row) for row in rows_of(letters) if not book.is_title("".join(item.text for item in row))]
    top, bottom = min(label.box[1] for label in labels), max(label.box[3] for label in labels)
    high = labels[0].box[3] - labels[0].box[1]
    for row in sorted(rows, key=lambda one: -one[1]):
        if row[1] < top and top - row[3] < 0.5 * high:
            top = row[1]
    for row in rows:
        if row[3] > bottom and row[1] - bottom < _NEAR * high:
            bottom = row[3]
    return 0.0, max(0.0, top - 1e-4), 1.0, min(1.0, bottom + 1e-4)


class _Cutter:
    """Cuts the cells of one page."""

    def __init__(
        self, typeset: Typeset, page: Page, book: LabelBook, spec: FormSpec, cells: Sequence[Box] = ()
    ) -> None:
        self._typeset = typeset
        self.letters = tuple(item for item in typeset.letters if not item.text.isspace())
        self.upright = page.height / max(page.width, 1e-6)
        self._book = book
        self._wrapping = {field.key for field in spec.fields if field.kind in _WRAPPING}
        options = [label for field in spec.fields for option in field.options for label in option.labels]
        found = self._found(book, cells)
        self.labels = without_options(found, rows_of(self.letters), options)
        self._heads = letters_of(label for label in self.labels if label.alone)

    def _found(self, book: LabelBook, cells: Sequence[Box]) -> list[SetLabel]:
        """The labels of the page, or of each cell by itself; only the name of a section may stand across their rules. A cell that
        is one label (管理员 above 姓名) is no two, nor part of what stands across."""
        if not cells:
            return list(find_labels(self.letters, book, self.upright))
        inside = [[item for row in rows_of(self._inside(box)) for item in row] for box in cells]
        whole = [whole_label(own) for own in inside if self._is_one(own, book)]
        known = letters_of(whole)
        free = [item for item in self.letters if id(item) not in known]
        across = [label for label in find_labels(free, book, self.upright) if label.alone]
        across = [label for label in across if not any(_is_within(label, box) for box in cells)]
        known |= letters_of(across)
        for own in inside:
            across += find_labels([item for item in own if id(item) not in known], book, self.upright)
        return [*across, *whole]

    def _is_one(self, cell: Sequence[Letter], book: LabelBook) -> bool:
        """Whether what stands in a cell is one label, however many may be made of it."""
        parts = find_labels(cell, book, self.upright)
        bare = sum(len(part.letters) for part in parts) == len(cell)
        return bare and bool(book.exact("".join(item.text for item in cell)))

    def labels_of(self, slot: Slot, columns: Sequence[SetLabel]) -> list[SetLabel]:
        """A cell's labels that stand in a column; all of them where nothing stands in it besides labels."""
        own = [label for label in self.labels if _lies_in(label, slot)]
        known = letters_of(own)
        bare = slot.cell.box is not None and all(id(item) in known for item in self._inside(slot.cell.box))
        return own if bare else [label for label in own if label in columns]

    def rows(self, slot: Slot, labels: Sequence[SetLabel], *, whole: bool) -> list[OpenRow]:
        """The slot as rows, in each labels besides other text; as it is where there are none. `whole`: it is as wide as the
        table; of a column of labels beside one of values nothing is told by itself."""
        box = slot.cell.box
        # The name of a section may stand across the rule between two of its rows.
        known = letters_of(labels) | self._heads
        rest = [item for item in self._inside(box) if id(item) not in known] if box is not None else []
        if box is None or not labels or slot.cell.nested:
            return [OpenRow(slot=slot, box=box or (0.0, 0.0, 0.0, 0.0))]
        if len(labels) < 2 and not rest:
            heading = not whole or self._book.section(labels[0].text) is not None
            return [OpenRow(slot=slot, box=box, labels=() if heading else tuple(labels), lone=True)]
        if not stand_over_each_other(labels):
            ordered = from_left(labels)
            behind = all(has_place(item, ordered) for item in rest)
            return [OpenRow(slot=slot, box=box, labels=ordered if behind else ())]
        return (self._bands(slot, box, labels, rest) if whole else []) or [OpenRow(slot=slot, box=box)]

    def slots(self, row: OpenRow) -> Iterator[Slot]:
        """A row's cells."""
        if row.edges:
            yield from self.columns(row)
        elif not row.labels and row.head is None:
            yield row.slot
        else:
            yield from self.cells(row)

    def cells(self, row: OpenRow) -> Iterator[Slot]:
        """A row's cells: each label, and what stands between it and the next one."""
        left, top, right, bottom = row.box
        start = left if row.start is None else row.start
        known = letters_of(row.labels) | self._heads
        rest = [item for item in self._inside((start, top, right, bottom)) if id(item) not in known]
        if row.head is not None:
            yield self._head(row)
        stray = any(middle_of(item) < row.labels[0].box[0] for item in rest) if row.labels else False
        edge = start
        for label, following in zip(row.labels, [*row.labels[1:], None], strict=True):
            end = following.box[0] if following is not None else right
            values = [item.box[0] for item in rest if label.box[2] <= middle_of(item) < end]
            wall = (label.box[2] + min(values, default=label.box[2])) / 2
            yield self._part(row, (edge, top, wall, bottom), label)
            value = self._part(row, (wall, top, end, bottom), None)
            # A name or a number has one line; of two it may be told elsewhere that they are one.
            lines = row.open and len(value.cell.lines) > 1 and self._wrapping.isdisjoint(self._book.exact(label.text))
            doubt = APART if stray or lines else None
            yield replace(value, cell=replace(value.cell, doubt=joined((value.cell.doubt, doubt))))
            edge = end

    def columns(self, row: OpenRow) -> Iterator[Slot]:
        """The cells of a row of labels that head columns, or of the values below them."""
        for number, (left, right) in enumerate(pairwise(row.edges)):
            yield self._part(row, (left, row.box[1], right, row.box[3]), row.labels[number] if row.labels else None)

    def values_of(self, row: OpenRow) -> list[Letter]:
        """What stands in a row besides its labels."""
        known = letters_of(row.labels)
        return [item for item in self._inside(row.box) if id(item) not in known]

    def words_in(self, box: Box) -> list[Box]:
        """The parts of a cell's lines that wide blanks part."""
        found: list[Box] = []
        for row in rows_of(self._inside(box)):
            part = [row[0]]
            for item in row[1:]:
                if is_apart(part[-1], item, self.upright, _WIDE):
                    found.append(box_of(part))
                    part = []
                part.append(item)
            found.append(box_of(part))
        return found

    def _head(self, row: OpenRow) -> Slot:
        assert row.head is not None
        start = row.head.box[2] if row.start is None else row.start
        slot = self._part(row, (row.box[0], row.box[1], start, row.box[3]), row.head)
        return replace(slot, top=row.head_rows[0], bottom=row.head_rows[1])

    def _part(self, row: OpenRow, box: Box, label: SetLabel | None) -> Slot:
        cell = self._typeset.cell(box)
        # Spread over its column a label has blanks between its characters.
        cell = (
            replace(cell, doubt=joined((cell.doubt, row.doubt)))
            if label is None
            else replace(cell, text=label.text, doubt=None)
        )
        left, _, right, _ = row.box
        wide = (row.slot.right - row.slot.left) / max(right - left, 1e-9)
        across = (row.slot.left + (box[0] - left) * wide, row.slot.left + (box[2] - left) * wide)
        return replace(row.slot, cell=cell, left=across[0], right=across[1])

    def _inside(self, box: Box) -> list[Letter]:
        return [item for item in self.letters if stands_in(item.box, box)]

    def _bands(self, slot: Slot, box: Box, labels: Sequence[SetLabel], rest: Sequence[Letter]) -> list[OpenRow]:
        """The rows of a cell that holds labels below each other."""
        heads = [label for label in labels if label.alone]
        fields = [label for label in labels if not label.alone]
        others = unknown_labels(fields, rest, self.upright)
        strange = letters_of(others)
        levels = label_levels([*fields, *others])
        lines = [_span(box_of(row)) for row in rows_of(item for item in rest if id(item) not in strange)]
        spans = [_span(box_of(all_letters(level))) for level in levels]
        found = find_bands(spans, lines) if lines else None
        if any(are_level(one.box, field.box) for one in others for field in fields):
            return []  # what stands beside a label names a section that nobody knows
        if found is None or _MOST_BLANK * sum(a == b for a, b in found.lines) > len(levels):
            return []  # values stand below their labels
        extents = [_around(span, lines[a:b]) for span, (a, b) in zip(spans, found.lines, strict=True)]
        edges = [box[1], *((upper.bottom + lower.top) / 2 for upper, lower in pairwise(extents)), box[3]]
        high = (slot.bottom - slot.top) / len(levels)
        rows = []
        for number, (top, bottom) in enumerate(pairwise(edges)):
            part = replace(slot, top=slot.top + number * high, bottom=slot.top + (number + 1) * high)
            beside = [head for head in heads if top <= (head.box[1] + head.box[3]) / 2 < bottom]
            ordered = from_left([*levels[number], *beside])
            own = [item for item in rest if id(item) not in strange and top <= (item.box[1] + item.box[3]) / 2 < bottom]
            sure = number not in found.guessed and all(has_place(item, ordered) for item in own)
            doubt = None if sure else APART
            rows.append(OpenRow(slot=part, box=(box[0], top, box[2], bottom), labels=ordered, doubt=doubt, open=True))
        return rows


def _with_columns(rows: Sequence[OpenRow], cutter: _Cutter) -> list[OpenRow]:
    """All rows; of a row of labels without any value, with a row of text below it, the labels head columns."""
    found = list(rows)
    for at, (upper, lower) in enumerate(pairwise(rows)):
        meet = abs(upper.slot.bottom - lower.slot.top) < 1e-6 and abs(upper.slot.left - lower.slot.left) < 1e-6
        if len(upper.labels) < 2 or lower.labels or not meet or upper.head or not lower.slot.text.strip():
            continue
        if cutter.values_of(upper):
            # A label that nobody knows would be the value of the one before it.
            blank = any(not part.text.strip() for part in cutter.cells(upper))
            doubt = APART if blank and len(cutter.words_in(lower.box)) > 1 else upper.doubt
            found[at] = replace(found[at], doubt=doubt)
            continue
        edges = column_edges(upper.labels, cutter.words_in(lower.box), upper.box)
        doubt = None if edges else APART
        edges = edges or [upper.box[0], *(label.box[0] for label in upper.labels[1:]), upper.box[2]]
        found[at] = replace(upper, edges=tuple(edges))
        found[at + 1] = replace(lower, edges=tuple(edges), doubt=doubt)
    return found


def _around(span: Span, lines: Sequence[Span]) -> Span:
    all_of_it = [span, *lines]
    return Span(top=min(one.top for one in all_of_it), bottom=max(one.bottom for one in all_of_it))


def _span(box: Box) -> Span:
    return Span(top=box[1], bottom=box[3])


def _lies_in(label: SetLabel, slot: Slot) -> bool:
    """Whether a label's middle stands in a cell."""
    return slot.cell.box is not None and stands_in(label.box, slot.cell.box)


def _is_within(label: SetLabel, box: Box) -> bool:
    return all(stands_in(item.box, box) for item in label.letters)
