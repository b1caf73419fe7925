"""Cells of a PDF's tables between which no rule was drawn, told apart by the labels that stand in them.

Of a page of characters everything has an exact place. Where a cell holds labels besides other text, it was several cells: each
label begins one, and what stands between it and the next label is its value. Cells without rules above and below are told
apart by how labels and values stand to each other (`form.bands`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.form.bands import Span, find_bands
from pipeline.extract.form.hits import APART
from pipeline.extract.form.labels import LabelBook
from pipeline.extract.form.slots import Slot
from pipeline.extract.form.typeset_labels import (
    SetLabel,
    box_of,
    find_labels,
    in_columns,
    is_apart,
    rows_of,
    without_options,
)
from pipeline.extract.page import Letter, Page, Typeset
from pipeline.profile.form import FieldKind, FormSpec

#: Beyond the first and last label text belongs to the table as far as it follows within so many heights of a line.
_NEAR: Final = 3.0
#: What may have several lines.
_WRAPPING: Final = frozenset({FieldKind.TEXT, FieldKind.CHOICE, FieldKind.SIGNATURE})
#: Lines of one label that nobody knows stand no further apart.
_CLOSE: Final = 0.6
#: A blank between two columns, in heights of a line.
_WIDE: Final = 0.8
#: Of so many rows one may be blank.
_MOST_BLANK: Final = 3
#: Fewer labels on a page without rules make no table.
_LEAST: Final = 5


def cut_open_cells(slots: Sequence[Slot], book: LabelBook, spec: FormSpec) -> tuple[Slot, ...]:
    """The slots of a table; those in which labels stand besides other text cut in parts, the others as they are."""
    typeset = slots[0].page.typeset if slots else None
    if typeset is None:
        return tuple(slots)
    cutter = _Cutter(typeset, slots[0].page, book, spec, [slot.cell.box for slot in slots if slot.cell.box])
    labels = in_columns(cutter.labels, cutter.upright)
    wide = max(slot.right for slot in slots)
    rows = [
        cutter.rows(
            slot,
            [label for label in labels if _lies_in(label, slot)],
            whole=slot.left < 1e-6 and slot.right > wide - 1e-6,
        )
        for slot in slots
    ]
    found_rows = _with_columns(_with_sections(rows), cutter)
    return tuple(part for row in found_rows for part in row.slots(cutter))


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
    rows = _with_sections([cutter.rows(slot, labels, whole=True)])
    return tuple(part for row in rows for part in row.slots(cutter)) if len(rows) > 1 else ()


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Row:
    """A row of a table: the slot it is or is part of, from where to where on the page, with its labels from the left; none where
    the slot stays as it is. `doubt` is about all of it; `start` is where it begins behind the name of a section beside it;
    `open`: no rules are above and below it; `edges` are where its columns begin and end, if it is of labels that head columns or of the values below those."""

    slot: Slot
    box: Box
    labels: tuple[SetLabel, ...] = ()
    head: SetLabel | None = None
    head_rows: tuple[float, float] = (0.0, 0.0)
    start: float | None = None
    edges: tuple[float, ...] = ()
    doubt: str | None = None
    open: bool = False

    def slots(self, cutter: _Cutter) -> Iterator[Slot]:
        """Its cells."""
        if self.edges:
            yield from cutter.columns(self)
        elif not self.labels and self.head is None:
            yield self.slot
        else:
            yield from cutter.cells(self)


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
        self._heads = _letters_of(label for label in self.labels if label.alone)

    def _found(self, book: LabelBook, cells: Sequence[Box]) -> list[SetLabel]:
        """The labels of the page, or of each cell by itself; only the name of a section may stand across their rules."""
        found = list(find_labels(self.letters, book, self.upright))
        if not cells:
            return found
        across = [label for label in found if label.alone and not any(_is_within(label, box) for box in cells)]
        known = _letters_of(across)
        for box in cells:
            own = [item for item in self._inside(box) if id(item) not in known]
            across += find_labels(own, book, self.upright)
        return across

    def rows(self, slot: Slot, labels: Sequence[SetLabel], *, whole: bool) -> list[_Row]:
        """The slot as rows, in each labels besides other text; as it is where there are none. `whole`: it is as wide as the
        table; of a column of labels beside one of values nothing is told by itself."""
        box = slot.cell.box
        # The name of a section may stand across the rule between two of its rows.
        known = _letters_of(labels) | self._heads
        rest = [item for item in self._inside(box) if id(item) not in known] if box is not None else []
        if box is None or not labels or slot.cell.nested or (len(labels) < 2 and not rest):
            return [_Row(slot=slot, box=box or (0.0, 0.0, 0.0, 0.0))]
        if not _stand_over_each_other(labels):
            ordered = _from_left(labels)
            behind = all(_has_place(item, ordered) for item in rest)
            return [_Row(slot=slot, box=box, labels=ordered if behind else ())]
        return (self._bands(slot, box, labels, rest) if whole else []) or [_Row(slot=slot, box=box)]

    def cells(self, row: _Row) -> Iterator[Slot]:
        """A row's cells: each label, and what stands between it and the next one."""
        left, top, right, bottom = row.box
        start = left if row.start is None else row.start
        known = _letters_of(row.labels) | self._heads
        rest = [item for item in self._inside((start, top, right, bottom)) if id(item) not in known]
        if row.head is not None:
            yield self._head(row)
        stray = any(_middle(item) < row.labels[0].box[0] for item in rest) if row.labels else False
        edge = start
        for label, following in zip(row.labels, [*row.labels[1:], None], strict=True):
            end = following.box[0] if following is not None else right
            values = [item.box[0] for item in rest if label.box[2] <= _middle(item) < end]
            wall = (label.box[2] + min(values, default=label.box[2])) / 2
            yield self._part(row, (edge, top, wall, bottom), label)
            value = self._part(row, (wall, top, end, bottom), None)
            # A name or a number has one line; of two it may be told elsewhere that they are one.
            lines = row.open and len(value.cell.lines) > 1 and self._wrapping.isdisjoint(self._book.exact(label.text))
            doubt = APART if stray or lines else None
            yield replace(value, cell=replace(value.cell, doubt=_joined(value.cell.doubt, doubt)))
            edge = end

    def columns(self, row: _Row) -> Iterator[Slot]:
        """The cells of a row of labels that head columns, or of the values below them."""
        for number, (left, right) in enumerate(pairwise(row.edges)):
            yield self._part(row, (left, row.box[1], right, row.box[3]), row.labels[number] if row.labels else None)

    def values_of(self, row: _Row) -> list[Letter]:
        """What stands in a row besides its labels."""
        known = _letters_of(row.labels)
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

    def _head(self, row: _Row) -> Slot:
        assert row.head is not None
        start = row.head.box[2] if row.start is None else row.start
        slot = self._part(row, (row.box[0], row.box[1], start, row.box[3]), row.head)
        return replace(slot, top=row.head_rows[0], bottom=row.head_rows[1])

    def _part(self, row: _Row, box: Box, label: SetLabel | None) -> Slot:
        cell = self._typeset.cell(box)
        # Spread over its column a label has blanks between its characters.
        cell = (
            replace(cell, doubt=_joined(cell.doubt, row.doubt))
            if label is None
            else replace(cell, text=label.text, doubt=None)
        )
        left, _, right, _ = row.box
        wide = (row.slot.right - row.slot.left) / max(right - left, 1e-9)
        across = (row.slot.left + (box[0] - left) * wide, row.slot.left + (box[2] - left) * wide)
        return replace(row.slot, cell=cell, left=across[0], right=across[1])

    def _inside(self, box: Box) -> list[Letter]:
        return [item for item in self.letters if _is_in(item, box)]

    def _bands(self, slot: Slot, box: Box, labels: Sequence[SetLabel], rest: Sequence[Letter]) -> list[_Row]:
        """The rows of a cell that holds labels below each other."""
        heads = [label for label in labels if label.alone]
        fields = [label for label in labels if not label.alone]
        others = _unknown(fields, rest, self.upright)
        strange = _letters_of(others)
        levels = _levels([*fields, *others])
        lines = [_span(box_of(row)) for row in rows_of(item for item in rest if id(item) not in strange)]
        spans = [_span(box_of(_all_letters(level))) for level in levels]
        found = find_bands(spans, lines) if lines else None
        if any(_overlap(one.box, field.box) for one in others for field in fields):
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
            ordered = _from_left([*levels[number], *beside])
            own = [item for item in rest if id(item) not in strange and top <= (item.box[1] + item.box[3]) / 2 < bottom]
            sure = number not in found.guessed and all(_has_place(item, ordered) for item in own)
            doubt = None if sure else APART
            rows.append(_Row(slot=part, box=(box[0], top, box[2], bottom), labels=ordered, doubt=doubt, open=True))
        return rows


def _with_sections(slots: Sequence[Sequence[_Row]]) -> list[_Row]:
    """All rows; the name of a section that begins one stands beside the rows above and below it that begin right of it, too."""
    rows = [row for part in slots for row in part]
    for at, row in enumerate(rows):
        head = row.labels[0] if len(row.labels) > 1 and row.labels[0].alone else None
        if head is None:
            continue
        first = last = at
        while first > 0 and _is_beside(rows[first - 1], head):
            first -= 1
        while last + 1 < len(rows) and _is_beside(rows[last + 1], head):
            last += 1
        start = min([head.box[2], *(one.labels[0].box[0] for one in rows[first : last + 1] if one is not row)])
        reach = rows[first].slot.top, rows[last].slot.bottom
        for number in range(first, last + 1):
            rows[number] = replace(rows[number], start=start)
        rows[at] = replace(rows[at], labels=row.labels[1:], head=head, head_rows=reach)
    return rows


def _is_beside(row: _Row, head: SetLabel) -> bool:
    return bool(row.labels) and row.start is None and row.labels[0].box[0] >= head.box[2] and not row.labels[0].alone


def _unknown(labels: Sequence[SetLabel], rest: Sequence[Letter], upright: float) -> list[SetLabel]:
    """Labels that no form of this city has, in the column that most labels begin: each has a row of its own as well."""
    first = min(labels, key=lambda label: label.box[0])
    right = max(label.box[2] for label in labels if label.box[0] < first.box[2])
    found: list[SetLabel] = []
    for row in rows_of(rest):
        inside = tuple(item for item in row if item.box[2] <= right)
        behind = row[len(inside) :]
        if not inside or (behind and not is_apart(inside[-1], behind[0], upright)):
            continue
        box, before = box_of(inside), found[-1] if found else None
        if before is not None and box[1] - before.box[3] < _CLOSE * (box[3] - box[1]):
            inside = (*before.letters, *inside)
            found.pop()
        found.append(
            SetLabel(text="".join(one.text for one in inside), letters=inside, box=box_of(inside), alone=False)
        )
    return found


def _with_columns(rows: Sequence[_Row], cutter: _Cutter) -> list[_Row]:
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
        edges = _column_edges(upper.labels, cutter.words_in(lower.box), upper.box)
        doubt = None if edges else APART
        edges = edges or [upper.box[0], *(label.box[0] for label in upper.labels[1:]), upper.box[2]]
        found[at] = replace(upper, edges=tuple(edges))
        found[at + 1] = replace(lower, edges=tuple(edges), doubt=doubt)
    return found


def _column_edges(labels: Sequence[SetLabel], words: Sequence[Box], box: Box) -> list[float] | None:
    """Where the columns below labels begin and end, None where a text stands below two of them or below none."""
    columns = [[label.box] for label in labels]
    for word in words:
        over = [column for column in columns if min(column[0][2], word[2]) > max(column[0][0], word[0])]
        if len(over) != 1:
            return None
        over[0].append(word)
    ends = [(min(one[0] for one in column), max(one[2] for one in column)) for column in columns]
    if any(before[1] > after[0] for before, after in pairwise(ends)):
        return None
    return [box[0], *((before[1] + after[0]) / 2 for before, after in pairwise(ends)), box[2]]


def _has_place(item: Letter, labels: Sequence[SetLabel]) -> bool:
    """Whether a letter stands between two labels or behind the last, or before the first; not over or under one."""
    return not any(label.box[0] <= _middle(item) < label.box[2] for label in labels)


def _all_letters(labels: Iterable[SetLabel]) -> list[Letter]:
    return [item for label in labels for item in label.letters]


def _levels(labels: Sequence[SetLabel]) -> list[list[SetLabel]]:
    """Labels side by side, from the top."""
    levels: list[list[SetLabel]] = []
    for label in sorted(labels, key=lambda one: one.box[1] + one.box[3]):
        if levels and _overlap(levels[-1][0].box, label.box):
            levels[-1].append(label)
        else:
            levels.append([label])
    return levels


def _stand_over_each_other(labels: Sequence[SetLabel]) -> bool:
    """Whether two labels of fields share a column: then they are of two rows."""
    ordered = _from_left([label for label in labels if not label.alone])
    return any(left.box[2] > right.box[0] for left, right in pairwise(ordered))


def _from_left(labels: Sequence[SetLabel]) -> tuple[SetLabel, ...]:
    return tuple(sorted(labels, key=lambda one: one.box[0]))


def _letters_of(labels: Iterable[SetLabel]) -> set[int]:
    return {id(item) for label in labels for item in label.letters}


def _around(span: Span, lines: Sequence[Span]) -> Span:
    all_of_it = [span, *lines]
    return Span(top=min(one.top for one in all_of_it), bottom=max(one.bottom for one in all_of_it))


def _span(box: Box) -> Span:
    return Span(top=box[1], bottom=box[3])


def _overlap(first: Box, second: Box) -> bool:
    shared = min(first[3], second[3]) - max(first[1], second[1])
    return shared > 0.5 * min(first[3] - first[1], second[3] - second[1])


def _joined(first: str | None, second: str | None) -> str | None:
    return "；".join(dict.fromkeys(filter(None, (first, second)))) or None


def _lies_in(label: SetLabel, slot: Slot) -> bool:
    """Whether a label's middle stands in a cell."""
    return slot.cell.box is not None and _is_in(Letter(text="", box=label.box), slot.cell.box)


def _is_within(label: SetLabel, box: Box) -> bool:
    return all(_is_in(item, box) for item in label.letters)


def _is_in(item: Letter, box: Box) -> bool:
    x, y = _middle(item), (item.box[1] + item.box[3]) / 2
    return box[0] <= x < box[2] and box[1] <= y < box[3]


def _middle(item: Letter) -> float:
    return (item.box[0] + item.box[2]) / 2
