"""Labels among the characters of a PDF page, however wide they are set and however many lines they take. Pure.

A label is told by its words alone and by the blanks before and behind it; so it is found where no wall stands beside it, and
where it is spread over its column (分散对齐), wider than what lies between it and its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pipeline.domain.document import Box
from pipeline.domain.spelling import squash
from pipeline.extract.form.labels import LabelBook
from pipeline.extract.page import Letter

#: The blank before and behind a label, in heights of a line.
_BLANK: Final = 0.2
#: As many characters has a label at most, and as many lines.
_LONGEST: Final = 14
_MOST_LINES: Final = 6
#: The lines of one label stand no further apart, in heights of a line, and begin or have their middle at one place.
_CLOSE: Final = 1.6
#: The name of a section and the first label below it are two labels, and stand further apart.
_CLOSER: Final = 0.5
#: What is spread evenly goes on: 粉 丝 is no label where 地 域 follows as far behind.
_EVEN: Final = 0.1
_ALIGNED: Final = 0.4
#: Labels of one column begin, end or have their middle at one place, in heights of a line.
COLUMN: Final = 0.25
_COLONS: Final = frozenset(":：")
_OPENING: Final = frozenset("(（")
_CLOSING: Final = frozenset(")）")

Row = tuple[Letter, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetLabel:
    """A label, or the name of a section, with its letters. `box` is around them; `alone`: it names a section and no field."""

    text: str
    letters: tuple[Letter, ...]
    box: Box
    alone: bool


def rows_of(letters: Iterable[Letter]) -> tuple[Row, ...]:
    """Letters as rows from the top, each from the left; blanks are left out."""
    rows: list[list[Letter]] = []
    for item in sorted((one for one in letters if not one.text.isspace()), key=_level):
        if rows and abs(_level(item) - _level(rows[-1][-1])) < 0.5 * min(_height(item), _height(rows[-1][-1])):
            rows[-1].append(item)
        else:
            rows.append([item])
    return tuple(tuple(sorted(row, key=lambda one: one.box[0])) for row in rows)


def box_of(letters: Iterable[Letter]) -> Box:
    """The box around letters."""
    lefts, tops, rights, bottoms = zip(*(item.box for item in letters), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def whole_label(letters: Sequence[Letter]) -> SetLabel:
    """All letters of a cell, in the order in which they are read, as one label."""
    return SetLabel(text=_text(letters), letters=tuple(letters), box=box_of(letters), alone=False)


def find_labels(letters: Iterable[Letter], book: LabelBook, upright: float) -> tuple[SetLabel, ...]:
    """Every label, those of several lines first. `upright` is the page's height as a share of its width."""
    rows = rows_of(letters)
    found = list(_stacked(rows, book, upright))
    used = {id(item) for label in found for item in label.letters}
    left = [tuple(item for item in row if id(item) not in used) for row in rows]
    found += [
        _with_hint(label, (row, *left[number + 1 : number + 2]), book)
        for number, row in enumerate(left)
        for label in _in_row(row, book, upright)
    ]
    return tuple(label for label in found if not any(_is_within(label, other) for other in found))


def without_options(labels: Iterable[SetLabel], rows: Iterable[Row], options: Iterable[str]) -> tuple[SetLabel, ...]:
    """The labels that do not begin one of the options to tick: 手机 of 手机 APP."""
    words = [squash(option) for option in options]
    behind = {id(item): squash(_text(row[at : at + _LONGEST])) for row in rows for at, item in enumerate(row)}
    return tuple(
        label
        for label in labels
        if not any(
            behind[id(label.letters[0])].startswith(word) for word in words if len(word) > len(squash(label.text))
        )
    )


def in_columns(labels: Sequence[SetLabel], upright: float, reach: float = COLUMN) -> tuple[SetLabel, ...]:
    """Those that stand in a column with another one, and names of sections in several lines: a word of a value, or of a sentence,
    is at no such place."""
    return tuple(
        one
        for one in labels
        if (one.alone and len(rows_of(one.letters)) > 1)
        or any(_share_column(one.box, other.box, reach * upright) for other in labels if other is not one)
    )


def _share_column(first: Box, second: Box, near: float) -> bool:
    reach = near * (first[3] - first[1])
    middles = (first[0] + first[2]) / 2 - (second[0] + second[2]) / 2
    return min(abs(first[0] - second[0]), abs(first[2] - second[2]), abs(middles)) <= reach


def _in_row(row: Row, book: LabelBook, upright: float) -> Iterator[SetLabel]:
    at = 0
    while at < len(row):
        end = next((end for end in _ends(row, at, upright) if _is_label(row, at, end, book)), None)
        if end is None:
            at += 1
            continue
        yield _label(row[at:end], book)
        at = end


def _ends(row: Row, start: int, upright: float) -> Iterator[int]:
    """Where a label that begins at a letter may end, the farthest first; none where no blank is before it."""
    if start and not is_apart(row[start - 1], row[start], upright):
        return
    last = min(len(row), start + _LONGEST)
    yield from (end for end in range(last, start, -1) if end == len(row) or is_apart(row[end - 1], row[end], upright))


def _is_label(row: Row, start: int, end: int, book: LabelBook) -> bool:
    colon = end < len(row) and row[end].text in _COLONS
    return not colon and not _goes_on(row, start, end) and _names(_text(row[start:end]), book)


def _goes_on(row: Row, start: int, end: int) -> bool:
    """Whether the letters behind a label that is spread follow as its own do."""
    gaps = [after.box[0] - before.box[2] for before, after in pairwise(row[start : end + 2])]
    if len(gaps) <= end - start or min(gaps) <= 0:
        return False
    return all(abs(gap - gaps[0]) < _EVEN * gaps[0] for gap in gaps)


def _names(text: str, book: LabelBook) -> bool:
    """Whether a text is a label and nothing besides: no mark behind it (手机〃), no hint that could be part of a value."""
    if len(text) < 2 or not text[0].isalnum() or not (text[-1].isalnum() or text[-1] in _CLOSING):
        return False
    if sum(item in _OPENING for item in text) != sum(item in _CLOSING for item in text):
        return False
    text = squash(text) if not _OPENING.isdisjoint(text) else text
    return bool(book.exact(text)) or book.section(text) is not None


def _is_within(label: SetLabel, other: SetLabel) -> bool:
    return len(label.letters) < len(other.letters) and {*map(id, label.letters)} <= {*map(id, other.letters)}


def _with_hint(label: SetLabel, rows: Sequence[Row], book: LabelBook) -> SetLabel:
    """A label with what stands in brackets behind it, or in its next line, and says the same once more: 账号名（昵称）."""
    left, _, right, _ = label.box
    behind = [item for item in rows[0] if item.box[0] >= right]
    below = [item for row in rows[1:] for item in row if left <= (item.box[0] + item.box[2]) / 2 <= right]
    for letters in ((*behind, *below), below):
        closing = next((at for at, item in enumerate(letters[:_LONGEST]) if item.text in _CLOSING), 0)
        hint = tuple(letters[: closing + 1])
        if closing and hint[0].text in _OPENING and {*book.exact(_text(hint[1:-1]))} & {*book.exact(label.text)}:
            return _label((*label.letters, *hint), book)
    return label


def _stacked(rows: Sequence[Row], book: LabelBook, upright: float) -> Iterator[SetLabel]:
    """Labels of several lines."""
    used: set[int] = set()
    for number, row in enumerate(rows):
        for start, end in _pieces(row, upright):
            first = row[start:end]
            if any(id(item) in used for item in first) or not book.begins_a_label(_text(first)):
                continue
            whole = _grown(first, first, rows[number + 1 :], book, upright, _MOST_LINES)
            if whole is not None and not any(id(item) in used for item in whole):
                used.update(map(id, whole))
                yield _label(whole, book)


def _pieces(row: Row, upright: float) -> Iterator[tuple[int, int]]:
    """Parts of a row between blanks, the longest first."""
    for start in range(len(row)):
        if start == 0 or is_apart(row[start - 1], row[start], upright):
            last = min(len(row), start + _LONGEST)
            yield from (
                (start, end)
                for end in range(last, start, -1)
                if end == len(row) or is_apart(row[end - 1], row[end], upright)
            )


def _grown(
    whole: Row, last: Row, below: Sequence[Row], book: LabelBook, upright: float, lines: int
) -> tuple[Letter, ...] | None:
    """A label's first lines with those that complete it, None where nothing does."""
    over = box_of(last)
    text = _text(whole)
    apart = _CLOSER if book.section(text) is not None and not book.exact(text) else _CLOSE
    high = over[3] - over[1]
    for number, row in enumerate(below[:4]):
        if not row or box_of(row)[1] - over[3] > apart * high:
            continue
        pieces = [row[a:b] for a, b in _pieces(row, upright) if _is_aligned(over, box_of(row[a:b]), upright)]
        complete = [piece for piece in pieces if _names(_text(whole + piece), book)]
        # Behind the end of a section's name the first label of its rows may stand.
        heads = (piece for piece in complete if not book.exact(_text(whole + piece)))
        if complete:
            return whole + next(heads, complete[0])
        for piece in pieces:
            text = _text(whole + piece)
            if lines > 2 and book.begins_a_label(text):
                longer = _grown(whole + piece, piece, below[number + 1 :], book, upright, lines - 1)
                if longer is not None:
                    return longer
    return None


def _is_aligned(over: Box, under: Box, upright: float) -> bool:
    reach = _ALIGNED * upright * (over[3] - over[1])
    middles = (over[0] + over[2]) / 2 - (under[0] + under[2]) / 2
    return abs(over[0] - under[0]) <= reach or abs(middles) <= reach


def _label(letters: Sequence[Letter], book: LabelBook) -> SetLabel:
    text = _text(letters)
    alone = not book.exact(text)
    return SetLabel(text=text, letters=tuple(letters), box=box_of(letters), alone=alone)


def _text(letters: Iterable[Letter]) -> str:
    return "".join(item.text for item in letters)


def is_apart(previous: Letter, item: Letter, upright: float, blank: float = _BLANK) -> bool:
    """Whether a blank as wide as before a label, or `blank` heights of a line, is between two letters."""
    return item.box[0] - previous.box[2] > blank * upright * min(_height(previous), _height(item))


def _level(item: Letter) -> float:
    return (item.box[1] + item.box[3]) / 2


def _height(item: Letter) -> float:
    return item.box[3] - item.box[1]
