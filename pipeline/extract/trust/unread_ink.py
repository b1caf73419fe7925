"""Ink within a line of text that no character of the reading accounts for.

Where a typeface lacks a character it draws a box, and a rare character is none that the networks know: both pass over it, are
sure of the rest, and 王■明 was believed to be 王明 by all readers. But they say where on the line each character is, and Chinese
characters are as wide as they are high: what stands between two of them that are too far apart was not read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import combinations, groupby, pairwise
from statistics import median
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.extract.ocr.readers import Reading
from pipeline.extract.raster.ink import Mask

#: In widths of a character: room between two that none of the reading takes, and at an end of the line, where a reader's places
#: are less true (0.67 on 208 lines).
_ROOM: Final = 0.45
_AT_END: Final = 0.9
#: What is left out at both sides of such room.
_MARGIN: Final = 0.1
#: Of the line's ink in height: characters have ink there, and their underline has none.
_BAND: Final = (0.2, 0.8)
#: A character with the room round it, of what it has ink in.
_ROUND: Final = 1.08
#: So many steps from character to character tell how wide one is.
_TELLING: Final = 4
#: A reader's places lie a sixth of the crop's height apart: as much, and a little, may seem to be room where none is, or missing
#: where a character is gone. In a line that a seal made three times as high as its characters that is half of one.
_STEPS_IN_HEIGHT: Final = 6
_MORE_THAN_A_STEP: Final = 1.1
_LESS_THAN_A_STEP: Final = 0.9
#: Share of inked dots there, where there is room for most of a character and for a whole one: 0.16 and more of an empty box, 0.04
#: of one drawn in hairlines. Of 721 lines in which all was read two had as much.
_INKED: Final = 0.14
_WIDE_ROOM: Final = 0.75
#: Room without ink that a character may have left, in widths; and so many characters are typed as far apart as that.
_MISSING: Final = 0.8
_SPREAD: Final = 2
#: In steps of a reader's places: by so much two equal distances may seem to differ.
_UNEVEN: Final = 1.5
#: In widths of a character: blank before a value that its characters, no further apart than that, do not leave between them.
_BLANK: Final = 0.45
_TIGHT: Final = 1.3
#: From that blank to the middle of the first character; with one more between them it would be 1.5.
_NEXT: Final = 0.9
_COLONS: Final = frozenset(":：")
_INKED_WIDE: Final = 0.035

_Shown = Sequence[tuple[str, float]]


def has_unread_ink(reading: Reading, ink: Mask, *, label: int = 0) -> bool:
    """Whether a line that was read so shows ink where the reading has no character; `ink` is that of its very crop.

    Only between and beyond Chinese characters: others are of many widths. The first `label` characters are those of a label:
    between spread ones stands the paper's ground, and no value.
    """
    line = _measured(reading, ink)
    if line is None:
        return False
    shown, size, top, high = line
    least = max(_ROOM * size, _MORE_THAN_A_STEP * ink.shape[0] / _STEPS_IN_HEIGHT)
    band = ink[top + round(_BAND[0] * high) : top + round(_BAND[1] * high)] > 0
    return any(
        _share(band[:, round(start + _MARGIN * size) : round(end - _MARGIN * size)])
        >= (_INKED_WIDE if end - start >= _WIDE_ROOM * size else _INKED)
        for start, end in _rooms(shown, size, ink.shape[1], label, least)
    )


def lacks_one(reading: Reading, ink: Mask, *, label: int = 0) -> bool:
    """Whether between two characters of a value a third has room, of which nothing is left: faded, in a glare or painted over.

    Names of two are typed as far apart, and what stands behind a label (the first `label` characters) and its colon; names of three
    as well, evenly: one would have to be gone between each two.
    """
    line = _measured(reading, ink)
    if line is None:
        return False
    shown, size = line[0][label:], line[1]
    step = ink.shape[0] / _STEPS_IN_HEIGHT
    least = min((1 + _MISSING) * size, 2 * size - _LESS_THAN_A_STEP * step)
    if _is_spread(shown, step):
        return False
    return sum(_is_wide(c) for c, _ in shown) > _SPREAD and any(
        _is_wide(one) and _is_wide(other) and one not in _COLONS and after - before >= least
        for (one, before), (other, after) in pairwise(shown)
    )


def _is_spread(shown: _Shown, step_px: float) -> bool:
    """Whether the characters of a short text stand evenly, as far as a reader's places tell."""
    apart = [after - before for (_, before), (_, after) in pairwise(shown)]
    return len(apart) == _SPREAD and max(apart) - min(apart) <= _UNEVEN * step_px


def begins_after_blank(reading: Reading, ink: Mask, left_px: float) -> bool:
    """Whether the first character of a value stands right behind blank paper, wider than what is left between its characters.

    `reading` is of the value alone, whose crop begins `left_px` within `ink`, its line's. Between a label and its value a reader's
    places are least true: what seemed to be ink of no character was the first one's.
    """
    line = _measured(reading, ink[:, round(left_px) :])
    if line is None:
        return False
    shown, size = line[:2]
    steps = [after - before for (_, before), (_, after) in pairwise(shown)]
    is_tight = len(steps) >= _SPREAD and median(steps) < _TIGHT * size and all(_is_wide(c) for c, _ in shown)
    inked = np.flatnonzero(ink.any(axis=0))
    before, behind = inked[inked < left_px], inked[inked >= left_px]
    if not is_tight or not before.size or not behind.size:
        return False
    is_next = left_px + shown[0][1] - behind[0] < _NEXT * size
    return bool(is_next and behind[0] - before[-1] > _BLANK * size)


def _measured(reading: Reading, ink: Mask) -> tuple[_Shown, float, int, int] | None:
    """The characters with their middles, how wide one is, and where their ink begins and how high it is; None of what says
    nothing of places."""
    high, wide = ink.shape
    rows = np.flatnonzero(ink.any(axis=1))
    shown = [(c, x * wide) for c, x in zip(reading.text, reading.centres, strict=False) if not c.isspace()]
    if not any(c.isalnum() for c, _ in shown) or not rows.size or len(reading.centres) != len(reading.text):
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    return shown, _character_px(shown, min(high, _ROUND * (bottom - top))), top, bottom - top


def _share(part: npt.NDArray[np.bool_]) -> float:
    return float(part.mean()) if part.size else 0.0


def _rooms(shown: _Shown, size: float, wide: float, label: int, least: float) -> Iterator[tuple[float, float]]:
    """From where to where nothing of the reading is, though there is room, `least` pixels of it, for a character."""
    (first, start), (last, end) = shown[0], shown[-1]
    if not label and _is_wide(first) and start - size / 2 >= _AT_END * size:
        yield 0.0, start - size / 2
    for (one, before), (other, after) in pairwise(shown[max(0, label - 1) :]):
        if _is_wide(one) and _is_wide(other) and after - before - size >= least:
            yield before + size / 2, after - size / 2
    if _is_wide(last) and wide - end - size / 2 >= _AT_END * size:
        yield end + size / 2, wide


def _character_px(shown: _Shown, high: float) -> float:
    """How wide a Chinese character of the line is: no wider than its ink is high, however far they are apart.

    By all pairs of characters with none but such between them: neighbours are so many whole steps of a reader apart, mostly too few
    or too many, and the middle of those made room where none was.
    """
    runs = [[x for _, x in run] for wide, run in groupby(shown, lambda one: _is_wide(one[0])) if wide]
    if sum(len(run) - 1 for run in runs) < _TELLING:
        return high
    pitches = [(b - a) / (j - i) for run in runs for (i, a), (j, b) in combinations(enumerate(run), 2)]
    return min(high, median(pitches))


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
