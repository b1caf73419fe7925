"""The closing bracket of a name that wrapped alone: (有限合伙 with nothing but ) below it.

A line of one bracket is found seldom, and the name is then asked about though everybody sees where it ends. The value itself tells
that a bracket is owed; it is looked for at the one place where it can stand, and two networks have to see nothing else there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pipeline.domain.document import Box
from pipeline.domain.spelling import normalise, squash
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.characters import SURE
from pipeline.extract.page import Page
from pipeline.extract.paper_geometry import Found, Piece, same_row

#: In heights of a line: from where to where the place under a line's first character reaches. Lines stand up to half a line apart.
_BEFORE: Final = 0.3
_WIDE: Final = 1.05
_ABOVE: Final = 0.05
_HIGH: Final = 1.25
_CLOSING: Final = ")"


def close_bracket(page: Page, found: Found) -> Found:
    """`found` with the bracket that it owes, if that stands alone under its last line; else as it is."""
    text = normalise(found.text)
    if text.count("(") != text.count(")") + 1 or not isinstance(page.rereader, PictureRereader):
        return found
    last = found.pieces[-1]
    first = min((piece for piece in found.pieces if same_row(piece, last)), key=lambda piece: piece.x0)
    box = page.rereader.close_round(_under(page, first, last))
    if not is_bracket(page.rereader, box):
        return found
    line = replace(last.line, text=_CLOSING, box=box, confidence=page.rereader.first_reading(box).confidence)
    x0, y0, x1, y1 = box
    wide, high = page.width, page.height
    piece = Piece(text=_CLOSING, x0=x0 * wide, y0=y0 * high, x1=x1 * wide, y1=y1 * high, line=line)
    return replace(found, text=found.text + _CLOSING, pieces=(*found.pieces, piece))


def _under(page: Page, first: Piece, last: Piece) -> Box:
    height = last.height
    left, right = first.x0 - _BEFORE * height, first.x0 + _WIDE * height
    top, bottom = last.y1 - _ABOVE * height, last.y1 + _HIGH * height
    return (
        max(0.0, left / page.width),
        max(0.0, top / page.height),
        min(1.0, right / page.width),
        min(1.0, bottom / page.height),
    )


def is_bracket(rereader: PictureRereader, box: Box) -> bool:
    """Whether both networks see a closing bracket there and nothing else."""
    looks = (rereader.first_reading(box), rereader.third_reading(box))
    return all(normalise(look.text) == _CLOSING and look.confidence >= SURE for look in looks)


def is_lone_bracket(piece: Piece) -> bool:
    """Whether a piece is nothing but a closing bracket."""
    return not squash(piece.text) and "".join(piece.text.split()) == _CLOSING
