"""Labels whose characters are spread over the column, and of which some were not found: 定 … 表 of 法定代表人.

What was found of one, in order, tells it where only one field's labels have these characters in this order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pipeline.extract.paper_geometry import Label, Piece, fold_label, part_of, same_row

#: Characters of a piece, and room between pieces in heights: labels of two characters are spread widest.
_MOST_CHARACTERS: Final = 3
_WIDEST: Final = 6.0


def join_fragments(pieces: Sequence[Piece], labels: Sequence[Label]) -> tuple[Piece, ...]:
    """`pieces` with the fragments of one label joined, with the label as text."""
    heads = {id(head): (head, rest, piece) for piece in pieces for head, rest in _cut_at_blank(piece)}
    lone = [p for p in pieces if 0 < len(fold_label(p.text)) <= _MOST_CHARACTERS]
    short = sorted((*lone, *(head for head, _, _ in heads.values())), key=lambda p: p.x0)
    joined: list[Piece] = []
    taken: set[int] = set()
    for first in short:
        if id(first) in taken or id(first) in heads:
            continue
        row = _row_from(first, [p for p in short if id(p) not in taken], labels, heads.keys())
        is_spread = len(row) > 1 or " " in first.text.strip()
        spelling = _only_label(_text(row), labels) if is_spread else None
        if spelling is not None:
            taken |= {id(p) for p in row}
            joined.append(_joined(row, spelling))
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


def _joined(row: Sequence[Piece], spelling: str) -> Piece:
    y0, y1 = min(p.y0 for p in row), max(p.y1 for p in row)
    line = replace(row[0].line, text=spelling)
    return Piece(text=spelling, x0=row[0].x0, y0=y0, x1=row[-1].x1, y1=y1, line=line)
