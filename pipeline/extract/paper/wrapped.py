"""Labels that wrap inside a narrow column: 执行事务合伙 with 人 below it, and the value behind the first line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from pipeline.extract.paper_geometry import Label, Piece, fold_label

#: Characters of a label's first line at least, and of its second at most.
_LEAST_HEAD: Final = 2
_MOST_TAIL: Final = 3
#: In heights of a line: how far the two lines begin apart, and stand apart.
_RAGGED: Final = 0.8
_GAP: Final = 0.6


def join_wrapped(pieces: Sequence[Piece], labels: Sequence[Label]) -> tuple[Piece, ...]:
    """`pieces` with the second line of each wrapped label taken into the piece that begins with its first line."""
    spellings = frozenset(text for label in labels for text in label.texts)
    ends = [piece for piece in pieces if 0 < len(fold_label(piece.text)) <= _MOST_TAIL]
    joined: dict[int, Piece] = {}
    taken: set[int] = set()
    for piece in pieces:
        below = next((end for end in ends if id(end) not in taken and _is_below(end, piece)), None)
        text = None if below is None else _whole(piece.text, fold_label(below.text), spellings)
        if below is not None and text is not None:
            taken.add(id(below))
            joined[id(piece)] = replace(piece, text=text)
    return tuple(joined.get(id(piece), piece) for piece in pieces if id(piece) not in taken)


def _is_below(end: Piece, piece: Piece) -> bool:
    height = piece.height
    return (
        end is not piece
        and abs(end.x0 - piece.x0) < _RAGGED * height
        and end.middle > piece.middle + 0.4 * height
        and end.y0 - piece.y1 < _GAP * height
    )


def _whole(text: str, tail: str, spellings: Iterable[str]) -> str | None:
    """The piece's text with its label whole; None where no label goes on with `tail`, or one is whole without it."""
    folded = [(index, fold_label(character)) for index, character in enumerate(text)]
    kept = [(index, character) for index, character in folded if character]
    characters = "".join(character for _, character in kept)
    heads = [spelling.removesuffix(tail) for spelling in spellings if spelling.endswith(tail)]
    fits = [head for head in heads if len(head) >= _LEAST_HEAD and characters.startswith(head)]
    if not fits or any(characters.startswith(spelling) and len(spelling) > _LEAST_HEAD for spelling in spellings):
        return None
    head = max(fits, key=len)
    return f"{head}{tail} {text[kept[len(head) - 1][0] + 1 :].strip()}".rstrip()
