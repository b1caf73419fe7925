"""Ink round a value that was read as none of its characters.

A watermark over a paper (仅供备案使用) hides what it crosses: the line found ends where it begins, every reader reads that
line alike, and a name or address would be believed without its second half. Ink tells that something stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.page import Page
from pipeline.extract.paper.looks import value_alone
from pipeline.extract.paper_geometry import Found, Piece, same_row

_Place = tuple[float, float, float, float]
#: Of the ink a place of the value's own has. The pattern of an ID card's ground had 0.53 of it, watermarks 1.6 and 2.6.
_LIKE_PRINT: Final = 0.75
#: The same of a place for one character, of which a thin digit fills little: a 7 had 0.16.
_LONE: Final = 0.12
#: The same of a window of a digit's size (in heights of a line) within that place, which is too wide where the page slopes: of 1-47
#: on a photo the 7 had 0.08 of the place and 0.4 of a window.
_LONE_IN_WINDOW: Final = 0.25
_WINDOW: Final = (0.5, 0.55)
_STEP: Final = 0.25
#: Share of red where a seal lies, and of the value's own dark ink what strokes between its red have: behind 万莲 0.029 and 0.37,
#: behind an address that a seal only touched 0.051 and 0.
_RED: Final = 0.01
_BESIDE_RED: Final = 0.15
#: In heights of a line: most of a character's place beside a value, four below.
_CLEAR: Final = 0.25
_WIDE: Final = 0.7
_BELOW: Final = 4.0
#: The place of a character that wrapped alone, close below; of short values none does.
_UNDER: Final = 0.05
_ONE: Final = 0.9
#: From the middle of the blank before it.
_AFTER_BLANK: Final = 1.6
_FULL: Final = 0.6
_LEAST_TEXT: Final = 8
#: So little room above the next line holds no line.
_LEAST_ROOM: Final = 0.35


def has_ink_beside(page: Page, found: Found, pieces: Sequence[Piece]) -> bool:
    """Whether ink like a value's own stands behind its last line, or right below it, where no line was read; or, where its last
    line is a full one, what may be a lone character below."""
    lone = [*_lone_place(page, found, pieces)]
    windows = [window for place in lone for window in _windows(place, found.pieces[-1].height)]
    places = [
        *_places(found, pieces),
        *((place, _LONE) for place in lone),
        *((window, _LONE_IN_WINDOW) for window in windows),
    ]
    seen = any(share > least for share, least in _shares(page, found, pieces, places))
    return seen or _goes_on_under_red(page, found)


def _goes_on_under_red(page: Page, found: Found) -> bool:
    """Whether a seal lies behind the end of one of a value's lines and dark strokes with it: of 万莲宁 all readers saw 万莲, of
    万庄镇东营村, which went on below, 万庄镇东营."""
    ends = (piece for piece in found.pieces if not any(same_row(o, piece) and o.x0 > piece.x0 for o in found.pieces))
    rereader = page.rereader
    return isinstance(rereader, PictureRereader) and any(_has_strokes_in_red(page, rereader, piece) for piece in ends)


def _has_strokes_in_red(page: Page, rereader: PictureRereader, last: Piece) -> bool:
    left, right = last.x1 / page.width, (last.x1 + _ONE * last.height) / page.width
    box: Box = (left, last.y0 / page.height, min(1.0, right), last.y1 / page.height)
    red = rereader.line_red(box) if box[2] > box[0] else None
    if red is None or float((red > 0).mean()) <= _RED:
        return False
    own = float((rereader.dark(last.line.box) > 0).mean())
    return float((rereader.dark(box) > 0).mean()) > _BESIDE_RED * own


def _shares(
    page: Page, found: Found, pieces: Sequence[Piece], places: Iterable[tuple[_Place, float]]
) -> Iterator[tuple[float, float]]:
    """How inked each place is against the value itself, beside what is asked of it."""
    if page.rereader is None or not found.pieces:
        return
    own = max(page.rereader.ink(piece.line.box) for piece in found.pieces)
    if own <= 0:
        return
    for (x0, y0, x1, y1), least in places:
        middle = (y0 + y1) / 2
        box: Box = (x0 / page.width, y0 / page.height, x1 / page.width, y1 / page.height)
        taken = any(o not in found.pieces and o.x0 < x1 and o.x1 > x0 and o.y0 < middle < o.y1 for o in pieces)
        if not taken and 0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1:
            yield page.rereader.ink(box) / own, least


def _places(found: Found, pieces: Sequence[Piece]) -> Iterator[tuple[_Place, float]]:
    first, last = _last_line(found)
    height = last.height
    yield (last.x1 + _CLEAR * height, last.y0, last.x1 + (_CLEAR + _WIDE) * height, last.y1), _LIKE_PRINT
    for place in _below(first, last, pieces, _CLEAR, _BELOW):
        yield place, _LIKE_PRINT


def _lone_place(page: Page, found: Found, pieces: Sequence[Piece]) -> Iterator[_Place]:
    """Right below the first character of a full last line: of 6-117 all readers saw 6-11, and no line was found below."""
    first, last = _last_line(found)
    is_full = last.x1 > max(piece.x1 for piece in found.pieces) - _FULL * last.height
    if not is_full or len(found.text) < _LEAST_TEXT:
        return
    alone = value_alone(first, page.rereader) if isinstance(page.rereader, PictureRereader) else None
    if alone is None:
        yield from _below(first, last, pieces, _UNDER, _ONE)
    else:  # where the value begins is only reckoned of a line it shares with a label
        yield from _below(replace(first, x0=alone[0] * page.width), last, pieces, _UNDER, _AFTER_BLANK)


def _windows(place: _Place, height: float) -> Iterator[_Place]:
    """The windows of a place in which a lone digit may stand, side by side and overlapping."""
    left, top, right, bottom = place
    wide, high = (share * height for share in _WINDOW)
    while left + wide <= right:
        yield left, top, left + wide, min(bottom, top + high)
        left += _STEP * height


def _last_line(found: Found) -> tuple[Piece, Piece]:
    last = found.pieces[-1]
    return min((piece for piece in found.pieces if same_row(piece, last)), key=lambda piece: piece.x0), last


def _below(first: Piece, last: Piece, pieces: Sequence[Piece], clear: float, wide: float) -> Iterator[_Place]:
    """The place under a line, as far as to the next one that was read; none where that is near."""
    height = last.height
    right, top = first.x0 + wide * height, last.y1 + clear * height
    below = (o.y0 for o in pieces if o.x0 < right and o.x1 > first.x0 and o.y0 > last.middle and o.middle > last.y1)
    bottom = min([last.y1 + height, *below])
    if bottom - top > _LEAST_ROOM * height:
        yield first.x0, top, right, bottom
