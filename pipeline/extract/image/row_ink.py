"""Ink in the cell of a tick-box row that is no printed character and no box: a tick that no reader saw, or anything else.

That nothing is ticked but one option is believed only where everything else that stands in the cell is known.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np

from pipeline.extract.image.cells import Rect
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.raster.components import Component, find_components
from pipeline.extract.raster.ink import Mask

#: A rectangle that need not end at whole pixels.
_Place = tuple[float, float, float, float]
#: From the middle of a character, in widths of a Chinese one: as far as its own ink lies, and a narrow one's.
_WIDE: Final = 0.62
_NARROW: Final = 0.5
#: In the same widths: no tick is smaller, and what is so flat and so long is a rule or a line to write on.
_LEAST: Final = 0.28
_FLAT: Final = 0.2
_SMALL: Final = 0.4
_ASIDE: Final = 0.2
_LONG: Final = 0.6
_OVER: Final = 0.25
#: In heights of the line, above and below it.
_ABOVE: Final = 0.25
_SIDE_PX: Final = 5


def width_of_one(lines: Sequence[tuple[Rect, Reading]]) -> float | None:
    """How far one Chinese character stands from the next, in pixels; None where no two do."""
    steps = [
        (b - a) * (rect[2] - rect[0])
        for rect, reading in lines
        for (one, a), (two, b) in itertools.pairwise(zip(reading.text, reading.centres, strict=True))
        if _is_chinese(one) and _is_chinese(two)
    ]
    return float(np.median(steps)) if steps else None


def strange_ink(
    cell: Rect, lines: Sequence[tuple[Rect, Reading]], known: Sequence[Rect], ink: Mask
) -> tuple[Rect, ...] | None:
    """The pieces of ink in a cell whose middle lies neither on a character that was read nor in one of the `known` places, or that
    reach beyond all of these; None where characters have no width. All in pixels of the page."""
    width = width_of_one(lines)
    if width is None:
        return None
    left, top, right, bottom = cell
    left, top, right, bottom = left + _SIDE_PX, top + _SIDE_PX, right - _SIDE_PX, bottom - _SIDE_PX
    if left >= right or top >= bottom:
        return ()
    places, wider = [*_characters(lines, width), *known], _characters(lines, width, more=_ASIDE)
    pieces = find_components(np.ascontiguousarray(ink[top:bottom, left:right]))
    found = [(left + p[0], top + p[1], left + p[0] + p[2], top + p[1] + p[3]) for p in pieces if _is_mark(p, width)]
    return tuple(piece for piece in found if _is_strange(piece, places, wider, width))


def _is_strange(piece: Rect, places: Sequence[_Place], wider: Sequence[_Place], width: float) -> bool:
    """What is large enough for a tick stands for itself; a smaller piece may be a stroke of a character beside it, as the first
    one of 微 is: where a character's middle is networks tell in steps of a sixth of its width."""
    if max(piece[2] - piece[0], piece[3] - piece[1]) < _SMALL * width and any(_on(piece, place) for place in wider):
        return False
    return not any(_on(piece, place) for place in places) or _overhang(piece, places) > _OVER * width


def _characters(lines: Sequence[tuple[Rect, Reading]], width: float, *, more: float = 0.0) -> list[_Place]:
    """Where the characters stand, and so much more to both sides, in widths of one."""
    places = []
    for (left, top, right, bottom), reading in lines:
        above = _ABOVE * (bottom - top)
        for character, centre in zip(reading.text, reading.centres, strict=True):
            if not character.isspace():
                x = left + centre * (right - left)
                reach = width * ((_NARROW if character.isascii() else _WIDE) + more)
                places.append((x - reach, top - above, x + reach, bottom + above))
    return places


def _is_mark(piece: Component, width: float) -> bool:
    _, _, wide, high, _ = piece
    rule = min(wide, high) <= _FLAT * width and max(wide, high) >= _LONG * width
    return max(wide, high) >= _LEAST * width and not rule


def _on(piece: Rect, place: _Place) -> bool:
    x, y = (piece[0] + piece[2]) / 2, (piece[1] + piece[3]) / 2
    return place[0] <= x <= place[2] and place[1] <= y <= place[3]


def _overhang(piece: Rect, places: Sequence[_Place]) -> float:
    """How far a piece reaches to one side of whatever stands where it is: a tick that touches a character is one piece with it."""
    y = (piece[1] + piece[3]) / 2
    over = [place for place in places if place[1] <= y <= place[3] and place[0] < piece[2] and piece[0] < place[2]]
    left, right = min(place[0] for place in over), max(place[2] for place in over)
    return max(left - piece[0], piece[2] - right)


def _is_chinese(character: str) -> bool:
    return character.isalpha() and not character.isascii()
