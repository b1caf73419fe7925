"""What a line's box may have left out of a value: what stands between two pieces on one row, and before a short last line.

A seal over a character parts the line there. Each half is then read alike by all readers, and a name is believed without the
character between (某某兴汇 and 饮管理有限公司 on both sides of 餐). Both halves are one line of print: they are read as one, and
that reading is asked what every line is asked.

A last line of one or two characters has nothing that tells where it begins: the crop of 1室 began behind the 1, and 281 above it
was believed to be the room's whole number. It is read with more before it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pipeline.domain.spelling import normalise
from pipeline.extract.image.one_spelling import OneSpellingRereader
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.page import Page
from pipeline.extract.paper_geometry import Found, Piece, same_row
from pipeline.extract.rects import around

#: Between two pieces that were one line at most so many characters may have been lost.
_MOST_BETWEEN: Final = 2
#: Characters of a short line, and how much more of the page before it is read, in heights of it.
_SHORT: Final = 2
_BEFORE: Final = 0.4


def close_gaps(page: Page, found: Found) -> Found:
    """`found` with pieces that follow each other on a row put into one, as it is read; `open` where it is read otherwise."""
    rereader = page.rereader
    if not isinstance(rereader, PictureRereader) or len(found.pieces) < 2:
        return found
    pieces: list[Piece] = [found.pieces[0]]
    is_open = found.open
    for piece in found.pieces[1:]:
        last = pieces[-1]
        if last.line is piece.line or not same_row(last, piece) or piece.x0 < last.x0:
            pieces.append(piece)
            continue
        joined = _joined(last, piece, rereader)
        is_open = is_open or joined is None
        pieces[-1:] = [last, piece] if joined is None else [joined]
    return replace(found, text="".join(piece.text for piece in pieces), pieces=tuple(pieces), open=is_open)


def widen_last(page: Page, found: Found) -> Found:
    """`found` with a short last line as it is read with more of the page before it; the same where that is what it says."""
    rereader, last = page.rereader, found.pieces[-1]
    if not isinstance(rereader, PictureRereader) or len(found.pieces) < 2 or len(last.text) > _SHORT:
        return found
    if same_row(last, found.pieces[-2]):
        return found
    left, top, right, bottom = last.line.box
    box = (max(0.0, left - _BEFORE * last.height / page.width), top, right, bottom)
    reading = rereader.first_reading(box)
    text = "".join(normalise(reading.text).split())
    if text == last.text or not text.endswith(last.text):
        return found
    line = replace(last.line, text=text, box=box, confidence=reading.confidence)
    wider = replace(last, text=text, x0=box[0] * page.width, line=line)
    pieces = (*found.pieces[:-1], wider)
    return replace(found, text="".join(piece.text for piece in pieces), pieces=pieces)


def _joined(one: Piece, other: Piece, rereader: PictureRereader) -> Piece | None:
    """Both as one line with what the main reader sees of it; None where it sees other ends, or more between than may be lost."""
    box = around((one.line.box, other.line.box))
    reading = rereader.first_reading(box)
    spell = rereader.text if isinstance(rereader, OneSpellingRereader) else str
    between = _between(reading.text, spell(one.text), spell(other.text))
    if between is None:
        return None
    doubt = one.line.doubt or other.line.doubt
    line = replace(one.line, text=reading.text, box=box, confidence=reading.confidence, doubt=doubt)
    text = f"{one.text}{between}{other.text}"
    return Piece(text=text, x0=one.x0, y0=min(one.y0, other.y0), x1=other.x1, y1=max(one.y1, other.y1), line=line)


def _between(whole: str, one: str, other: str) -> str | None:
    """What stands between two texts in a reading that ends with the second, and holds the first before it."""
    seen, head, tail = ("".join(normalise(text).split()) for text in (whole, one, other))
    if not head or not tail or not seen.endswith(tail):
        return None
    at = seen.rfind(head, 0, len(seen) - len(tail))
    lost = seen[at + len(head) : len(seen) - len(tail)] if at >= 0 else None
    return lost if lost is not None and len(lost) <= _MOST_BETWEEN else None
