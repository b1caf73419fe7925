"""Lines that people print or stamp across copies (仅供备案使用, 与原件一致): no part of a paper, but for a number they cross.

The detector finds one line for a stamp and the number below it. The number is read with the stamp's words, and went with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.extract.doubts import COVERED
from pipeline.extract.paper.numbers import CREDIT_CODE, ID_NUMBER, REGISTRATION_NUMBER
from pipeline.extract.paper_geometry import Piece, part_of
from pipeline.extract.paper_labels import is_stamped_text

_KINDS = (CREDIT_CODE, ID_NUMBER, REGISTRATION_NUMBER)


def own_pieces(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """A paper's own pieces. What a number was read together with throws it into doubt (`COVERED`)."""
    for piece in pieces:
        if not is_stamped_text(piece.text):
            yield piece
            continue
        span = _number_in(piece.text)
        if span is not None:
            part = part_of(piece, *span)
            yield replace(part, line=replace(piece.line, doubt=COVERED))


def _number_in(text: str) -> tuple[int, int] | None:
    """Where a number stands that its check digit proves, as it was read."""
    runs = (match for kind in _KINDS for match in kind.shape.finditer(text) if kind.is_right(match.group()))
    return next((match.span() for match in runs), None)
