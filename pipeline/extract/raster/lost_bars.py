"""Whether a printed number is what it seems to be, on a page that may have lost level strokes (a fax).

A 4 that lost its bar is a 1 to every reader, now and then an 8 without its waist a 0, and no other digit was another one that all
were sure of (decision 75). But printed digits stand evenly, and the upright stroke of a 4 is not where a 1 has its own: 0.12 to
0.16 of a digit's step right of the middle, that of a 1 0.07 at most in most typefaces. Where bar and slanting stroke met, left of
it, a dot of both is left. And an 8 is narrower at half its height, where a 0 is widest.

Nothing here knows a typeface. A number whose digits do not stand evenly proves nothing: so a hand's does not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Final

import cv2
import numpy as np

from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.ink import Mask, ink_mask

#: Of each character: of digits in more pieces so much is gone that a 3 was an 8 to all, and of a 4 no dot was left.
_PIECES: Final = 2.25
#: Digits whose ink lies round the middle of their step in every typeface, whatever level strokes they lost.
_CENTRED: Final = frozenset("0235689")
_RUN: Final = re.compile("[0-9]+")
#: So many pairs of those in one row of digits tell how far a step is.
_FEWEST: Final = 3
#: In steps: how far from its place a digit of print may stand, and the stroke of a 1.
_EVEN: Final = 0.15
_MIDDLE: Final = 0.07
#: From a step's left end to the stroke, in these rows (shares of the height), a 4 leaves its dot. A 1 has its flag above them, its
#: foot below.
_STEP_BEGINS: Final = 0.42
_DOT_ROWS: Final = (0.4, 0.88)
#: Columns with as much of the fullest one's ink belong to the same upright stroke.
_STROKE: Final = 0.6
#: Rows with less ink than this share of the fullest one's are dust above and below the line.
_SPECK_SHARE: Final = 0.12
#: In steps: wider ink is of two digits.
_WIDEST: Final = 1.05
#: The rows at half of a digit's height, and how wide a 0 is there, as a share of its width.
_WAIST: Final = (0.4, 0.6)
_ROUND: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """Digits that follow one another, by their places in the text: those to be proved, and where the middles are (pixels) of those
    that have one."""

    ones: tuple[int, ...]
    zeros: tuple[int, ...]
    middles: Mapping[int, float]

    def slopes(self) -> Iterator[float]:
        for (one, before), (other, after) in combinations(sorted(self.middles.items()), 2):
            yield (after - before) / (other - one)

    def begins(self, step: float) -> float | None:
        """Where the text's first character would stand; None where the digits do not stand evenly, or none tells."""
        found = [middle - step * at for at, middle in self.middles.items()]
        begin = median(found) if found else None
        return None if begin is None or max(abs(x - begin) for x in found) > _EVEN * step else begin


def is_as_it_seems(text: str, centres: Sequence[float], crop: Gray, open_at: Collection[int]) -> bool:
    """Whether each 1 and 0 of a printed number that stands at one of `open_at` is one. `centres` are where the characters of `text`
    stand, as shares of the width of `crop`, which holds that line alone: black on white, no rules. False where that cannot be
    told, and where the digits do not stand evenly."""
    ink = _line(ink_mask(crop))
    if cv2.connectedComponents(ink)[0] - 1 > _PIECES * len(text):
        return False
    rows = _rows(text, [centre * crop.shape[1] for centre in centres], ink, open_at)
    slopes = [slope for row in rows for slope in row.slopes()]
    if len(slopes) < _FEWEST:
        return False
    step = median(slopes)
    return all(_is_proved(row, step, ink) for row in rows)


def _line(ink: Mask) -> Mask:
    inked = np.count_nonzero(ink, axis=1)
    rows = np.flatnonzero(inked > _SPECK_SHARE * inked.max(initial=0))
    return ink[rows[0] : rows[-1] + 1] if rows.size else ink[:0]


def _rows(text: str, middles: Sequence[float], ink: Mask, open_at: Collection[int]) -> list[_Row]:
    if len(middles) != len(text) or len(text) < _FEWEST or not ink.size:
        return []
    step = (middles[-1] - middles[0]) / (len(text) - 1)
    found = _middles(middles, ink, _WIDEST * step)
    return [
        _Row(
            ones=tuple(at for at in range(*run.span()) if text[at] == "1" and at in open_at),
            zeros=tuple(at for at in range(*run.span()) if text[at] == "0" and at in open_at),
            middles={at: found[at] for at in range(*run.span()) if text[at] in _CENTRED and at in found},
        )
        for run in _RUN.finditer(text)
    ]


def _middles(centres: Sequence[float], ink: Mask, widest: float) -> dict[int, float]:
    """The middle of each character's ink; without those that seem to be wider than a character."""
    steps = np.diff(np.pad(ink.any(axis=0).astype(np.int8), 1))
    spans: dict[int, tuple[int, int]] = {}
    for left, right in zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True):
        at = int(np.abs(np.asarray(centres) - (left + right) / 2).argmin())
        before = spans.get(at, (left, right))
        spans[at] = (min(left, before[0]), max(right, before[1]))
    return {at: (left + right) / 2 for at, (left, right) in spans.items() if right - left < widest}


def _is_proved(row: _Row, step: float, ink: Mask) -> bool:
    begin = row.begins(step)
    if begin is None:
        return not row.ones and not row.middles
    ones = (_is_one(begin + step * at, step, ink) for at in row.ones)
    return all(ones) and all(_is_zero(begin + step * at, step, ink) for at in row.zeros)


def _is_one(middle: float, step: float, ink: Mask) -> bool:
    """Whether the fullest upright stroke of a step is in its middle, with nothing left of it."""
    left, right = max(0, round(middle - step / 2)), round(middle + step / 2) + 1
    inked = np.count_nonzero(ink[:, left:right], axis=0)
    if not inked.size or not inked.any():
        return False
    first = last = int(inked.argmax())
    full = _STROKE * inked[first]
    while first > 0 and inked[first - 1] >= full:
        first -= 1
    while last + 1 < inked.size and inked[last + 1] >= full:
        last += 1
    if abs(left + (first + last + 1) / 2 - middle) > _MIDDLE * step:
        return False
    above, below = (round(share * ink.shape[0]) for share in _DOT_ROWS)
    begins, ends = max(0, round(middle - _STEP_BEGINS * step)), max(0, left + first - 1)
    return not ink[above:below, begins:ends].any()


def _is_zero(middle: float, step: float, ink: Mask) -> bool:
    """Whether a digit is as wide in each row about half its height as anywhere."""
    digit = ink[:, max(0, round(middle - step / 2)) : round(middle + step / 2) + 1]
    above, below = (round(share * ink.shape[0]) for share in _WAIST)
    return min(map(_width, digit[above:below, None]), default=0) >= _ROUND * _width(digit) > 0


def _width(part: Mask) -> int:
    columns = np.flatnonzero(part.any(axis=0))
    return int(columns[-1] - columns[0]) + 1 if columns.size else 0
