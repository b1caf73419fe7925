"""Tick boxes typed as brackets on a picture, [√] and （ ） and 【】: what a reader says of them, held against their ink.

Readers see brackets well, and what stands between two of them mostly. That nothing does is believed only where there is no
ink, that a tick does only where there is; where a bracket is not found in the ink by itself nothing is known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.extract.image.cells import Rect
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.raster.components import Component, find_components
from pipeline.extract.raster.ink import Mask
from pipeline.extract.ticks import as_brackets

#: An opening bracket, at most four marks and blanks, a closing one.
_PAIR: Final = re.compile(r"[\[(][\s√✓✔∨×✗✘vVxX☑■□☐]{0,4}[\])]")
#: A cross is a mark as well: what it means the whole row tells.
_TICKS: Final = frozenset("√✓✔∨☑■vVxX×✗✘")
#: In heights of the line: so high and so wide is a bracket, and so far at most from where a reader has it.
_HIGH: Final = 0.5
_WIDE: Final = 0.5
_AWAY: Final = 0.45
#: A tick is so large, in the same heights; and of what has fewer dots nobody could see anything.
_TICK: Final = 0.3
_NOTHING_PX: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracketed:
    """A pair of brackets: what lies between them, in pixels of the page; whether a mark does, None where reader and ink do not
    say the same."""

    rect: Rect
    ticked: bool | None


def find_bracketed(rect: Rect, reading: Reading, ink: Mask) -> tuple[Bracketed, ...]:
    """The pairs of brackets in a line of text, left to right."""
    text = as_brackets("".join(unicodedata.normalize("NFKC", c)[:1] for c in reading.text))
    left, top, right, bottom = rect
    pieces = list(find_components(np.ascontiguousarray(ink[top:bottom, left:right])))
    middles = [centre * (right - left) for centre in reading.centres]
    found = []
    for match in _PAIR.finditer(text):
        sides = _sides(middles[match.start()], middles[match.end() - 1], pieces, bottom - top)
        inner = match[0][1:-1].strip()
        # A tick that touches its bracket is one piece with it; of nothing the brackets have to be seen.
        known = sides is not None or bool(inner)
        start, end = sides or (round(middles[match.start()]), round(middles[match.end() - 1]))
        within = [p for p in pieces if start <= p[0] + p[2] / 2 <= end]
        ticked = _ticked(inner, within, bottom - top) if known else None
        found.append(Bracketed(rect=(left + start, top, left + end, bottom), ticked=ticked))
    return tuple(found)


def _sides(first: float, last: float, pieces: Sequence[Component], height: int) -> tuple[int, int] | None:
    """From where to where the inside of two brackets reaches; None where one is not found, or both are one piece."""
    sized = [p for p in pieces if p[3] >= _HIGH * height and p[2] <= _WIDE * height and p[3] > 1.5 * p[2]]
    pairs = [
        (abs(a[0] + a[2] / 2 - first) + abs(b[0] + b[2] / 2 - last), a, b)
        for a in sized
        for b in sized
        if a[0] + a[2] <= b[0]
        and abs(a[0] + a[2] / 2 - first) <= _AWAY * height
        and abs(b[0] + b[2] / 2 - last) <= _AWAY * height
    ]
    if not pairs:
        return None
    _, opening, closing = min(pairs)
    return opening[0] + opening[2], closing[0]


def _ticked(inner: str, pieces: Sequence[Component], height: int) -> bool | None:
    if not inner:
        return False if sum(area for *_, area in pieces) <= _NOTHING_PX else None
    large = any(max(wide, high) >= _TICK * height for _, _, wide, high, _ in pieces)
    return True if large and set(inner) <= _TICKS else None
