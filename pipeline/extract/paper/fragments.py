"""Labels whose characters are spread over the column, and of which some were not found: 定 … 表 of 法定代表人.

What was found of one, in order, tells it where only one field's labels have these characters in this order. Their last characters
stand below each other, close before the values, and readers take them for the values' first: where two labels show the column, what
else begins there is known by it (人汤光琪, 限2013年…).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from pipeline.extract.paper_geometry import Label, Piece, fold_label, part_of, same_row

#: Characters of a piece, and room between pieces in heights: labels of two characters are spread widest.
_MOST_CHARACTERS: Final = 3
_WIDEST: Final = 6.0
#: In heights of a line: how far the last characters of labels begin apart; and of so many labels they show their column.
_ALIGNED: Final = 0.6
_LEAST_ENDS: Final = 2
_LEAST_WITH_VALUE: Final = 3


def join_fragments(pieces: Sequence[Piece], labels: Sequence[Label], raw: Sequence[Piece]) -> tuple[Piece, ...]:
    """`pieces` with the fragments of one label joined, with the label as text. `raw` are they before any was joined."""
    column = _find_column(raw, labels)
    cuts = ((piece, cut) for piece in pieces for cut in (*_cut_at_blank(piece), *_cut_at_end(piece, column, labels)))
    heads = {id(head): (head, rest, piece) for piece, (head, rest) in cuts}
    lone = [p for p in pieces if 0 < len(fold_label(p.text)) <= _MOST_CHARACTERS]
    short = sorted((*lone, *(head for head, _, _ in heads.values())), key=lambda p: p.x0)
    joined: list[Piece] = []
    taken: set[int] = set()
    for first in short:
        is_head = id(first) in heads
        if id(first) in taken or (is_head and not (_stands_at(first, column) and _is_first(first, pieces, labels))):
            continue
        row = _row_from(first, [p for p in short if id(p) not in taken], labels, heads.keys())
        is_spread = len(row) > 1 or " " in first.text.strip() or is_head
        spelling = _only_label(_text(row), labels) if is_spread else None
        if spelling is not None:
            taken |= {id(p) for p in row}
            joined.append(_joined(row, spelling, column.left if is_head and column is not None else row[0].x0))
            if id(row[-1]) in heads:
                _, rest, piece = heads[id(row[-1])]
                taken.add(id(piece))
                joined.append(rest)
    return tuple(sorted((*(p for p in pieces if id(p) not in taken), *joined), key=lambda p: (p.y0, p.x0)))


def _cut_at_blank(piece: Piece) -> Iterator[tuple[Piece, Piece]]:
    """A label's last character before its value, 期 2015年04月16日, and the value."""
    head, blank, rest = piece.text.partition(" ")
    if blank and rest and len(fold_label(head)) == 1 and len(fold_label(piece.text)) > _MOST_CHARACTERS:
        yield part_of(piece, 0, len(head)), part_of(piece, len(head) + 1, len(piece.text))


@dataclass(frozen=True, slots=True)
class _Column:
    """Where labels begin, and where the last character of each does."""

    left: float
    end: float


def _find_column(raw: Sequence[Piece], labels: Sequence[Label]) -> _Column | None:
    """The column of labels, if two different ones that have another character on their row show where their last ones stand."""
    spellings = [(label.key, text) for label in labels for text in label.texts if len(text) > 1]
    short = [p for p in raw if 0 < len(fold_label(p.text)) <= _MOST_CHARACTERS]
    ends = [
        (key, first, piece)
        for piece, head in ((piece, fold_label(piece.text[:1])) for piece in raw)
        for key, text in spellings
        if head == text[-1]
        for first in short
        if first.x1 < piece.x0 and same_row(first, piece) and _is_within(fold_label(first.text), text[:-1])
    ]
    for _, _, one in ends:
        near = [end for end in ends if abs(end[2].x0 - one.x0) < _ALIGNED * one.height]
        if len({key for key, _, _ in near}) >= _LEAST_ENDS:
            return _Column(min(first.x0 for _, first, _ in near), median(piece.x0 for _, _, piece in near))
    return None


def _stands_at(piece: Piece, column: _Column | None) -> bool:
    return column is not None and abs(piece.x0 - column.end) < _ALIGNED * piece.height


def _cut_at_end(piece: Piece, column: _Column | None, labels: Sequence[Label]) -> Iterator[tuple[Piece, Piece]]:
    """A label's last character that begins in the column of such, and the value that was read with it."""
    text = piece.text
    spellings = (spelling for label in labels for spelling in label.texts if len(spelling) > 1)
    is_cut = " " not in text and len(text) >= _LEAST_WITH_VALUE and _stands_at(piece, column)
    if is_cut and any(fold_label(text[0]) == spelling[-1] for spelling in spellings):
        yield part_of(piece, 0, 1), part_of(piece, 1, len(text))


def _is_first(head: Piece, pieces: Iterable[Piece], labels: Sequence[Label]) -> bool:
    """Whether no label stands whole before a character on its row: then it is one's value."""
    before = [fold_label(p.text) for p in pieces if p.x1 <= head.x0 and same_row(p, head)]
    return not any(text.startswith(spelling) for text in before for label in labels for spelling in label.texts)


def _row_from(first: Piece, short: Sequence[Piece], labels: Sequence[Label], last: Collection[int]) -> list[Piece]:
    """`first` with the pieces behind it that go on with some label, up to one of those (ids) that are `last`."""
    row = [first]
    for piece in short:
        end = row[-1]
        near = 0 < piece.x0 - end.x1 + end.height < _WIDEST * end.height
        if id(end) not in last and piece.x0 > end.x0 and near and same_row(first, piece):
            if not _spellings(_text([*row, piece]), labels):
                break
            row.append(piece)
    return row


def _text(row: Sequence[Piece]) -> str:
    return "".join(fold_label(piece.text) for piece in row)


def _spellings(text: str, labels: Sequence[Label]) -> list[tuple[str, str]]:
    """The keys and spellings of labels that have all of `text` in order."""
    return [(label.key, spelling) for label in labels for spelling in label.texts if _is_within(text, spelling)]


def _only_label(text: str, labels: Sequence[Label]) -> str | None:
    """The shortest spelling that has all of `text` and more, where those that do are one field's; None where not."""
    found = _spellings(text, labels)
    if len({key for key, _ in found}) != 1 or any(spelling == text for _, spelling in found):
        return None
    return min((spelling for _, spelling in found), key=len)


def _is_within(text: str, spelling: str) -> bool:
    rest = iter(spelling)
    return all(character in rest for character in text)


def _joined(row: Sequence[Piece], spelling: str, x0: float) -> Piece:
    y0, y1 = min(p.y0 for p in row), max(p.y1 for p in row)
    line = replace(row[0].line, text=spelling)
    return Piece(text=spelling, x0=x0, y0=y0, x1=row[-1].x1, y1=y1, line=line)
