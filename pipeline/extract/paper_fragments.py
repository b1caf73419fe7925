"""Labels whose characters are spread over the column, and of which some were not found: 定 … 表 of 法定代表人.

What was found of one, in order, tells it where only one field's labels have these characters in this order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline.extract.paper_geometry import Label, Piece, fold_label, same_row

#: Characters of a piece, and room between pieces in heights: labels of two characters are spread widest.
_MOST_CHARACTERS: Final = 3
_WIDEST: Final = 6.0


def join_fragments(pieces: Sequence[Piece], labels: Sequence[Label]) -> tuple[Piece, ...]:
    """`pieces` with the fragments of one label joined, with the label as text."""
    short = sorted((p for p in pieces if 0 < len(fold_label(p.text)) <= _MOST_CHARACTERS), key=lambda p: p.x0)
    joined: list[Piece] = []
    taken: set[int] = set()
    for first in short:
        if id(first) in taken:
            continue
        row = _row_from(first, [p for p in short if id(p) not in taken], labels)
        is_spread = len(row) > 1 or " " in first.text.strip()
        spelling = _only_label(_text(row), labels) if is_spread else None
        if spelling is not None:
            taken |= {id(p) for p in row}
            joined.append(_joined(row, spelling))
    return tuple(sorted((*(p for p in pieces if id(p) not in taken), *joined), key=lambda p: (p.y0, p.x0)))


def _row_from(first: Piece, short: Sequence[Piece], labels: Sequence[Label]) -> list[Piece]:
    """`first` with the pieces behind it that go on with some label."""
    row = [first]
    for piece in short:
        last = row[-1]
        near = 0 < piece.x0 - last.x1 + last.height < _WIDEST * last.height
        if piece.x0 > last.x0 and near and same_row(first, piece):
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
