"""Tick-box rows on pictures that have no boxes to look at: one √, √ and ×, （是）and（否）, or the one type written as a word.

What a reader says of such a row is believed where three things agree: another network reads the same marks; in the cell there is
no other ink, however pale, that is not a character which was read; and a stroke without its like has the shape of a tick
and stands clearly nearer to its option than to the next.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from pipeline.domain.spelling import squash
from pipeline.extract.form.judge import Reading
from pipeline.extract.image.cells import Rect
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.row_ink import strange_ink, width_of_one
from pipeline.extract.image.ticks import BOX_LIKE, MARKS, STROKES, TickRow
from pipeline.extract.ocr.readers import Reading as Seen
from pipeline.extract.raster.components import find_components
from pipeline.extract.raster.ink import FAINT_LEVEL, FAINTEST_LEVEL, Mask, faint_ink
from pipeline.extract.tick_marks import OptionPlace
from pipeline.extract.ticks import TickReading, as_brackets, find_options
from pipeline.profile.form import Option

_SAME: Final = str.maketrans({**dict.fromkeys("✓✔∨vV", "√"), **dict.fromkeys("xX✗✘✕╳", "×")})
_NOTHING: Final = frozenset("_.。·:、,;-—~0123456789○〇") | MARKS - STROKES
#: A tick is so large, in widths of a Chinese character, and so far at most its middle is from where a reader has it.
_TICK: Final = (0.3, 1.6)
_AWAY: Final = 0.6
#: How much farther the next option is than its own.
_FARTHER: Final = 2.0
#: Of its height and width: the corners in which a tick has no ink and in which it ends.
_CORNER: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class UnboxedRow:
    """A row as it was seen: its lines as rectangles of the page with what the main reader saw; `third` asks the third one."""

    cell: Rect
    lines: Sequence[tuple[Rect, Seen]]
    third: Callable[[], Sequence[Seen]]
    options: Sequence[Option]

    def is_proved(self, row: TickRow, ticks: TickReading, masks: Sequence[Mask]) -> bool:
        """Whether exactly one option is ticked beyond doubt. `masks` are the page's ink at several darknesses."""
        if not ticks.sure or len(ticks.ticked) != 1 or not self._has_a_form(row, ticks, masks[0]):
            return False
        known = (*row.rects, *row.strokes)
        return self._marks_alike() and all(strange_ink(self.cell, self.lines, known, mask) == () for mask in masks)

    def _has_a_form(self, row: TickRow, ticks: TickReading, ink: Mask) -> bool:
        """Whether a row is one of those that a word, a mark for each option, or one stroke answers."""
        if len(ticks.known) == 1:
            return self._is_one_word(row, ticks)
        # Boxes that only a reader saw are none: a lost one may be the ticked.
        boxes = sum(character in MARKS - STROKES for character in row.text)
        if len(ticks.known) != len(self.options) or boxes != row.squares:
            return False
        if ticks.in_turn:
            return boxes == 0 or (row.sure and self._lacks_one(row))
        alone = sum(character in MARKS for character in row.text) == 1 and "×" not in self._main().translate(_SAME)
        return alone and self._is_clear_stroke(row, ticks, ink)

    def _lacks_one(self, row: TickRow) -> bool:
        return row.squares == len(self.options) - 1 and "☑" not in row.text

    def _marks_alike(self) -> bool:
        """Whether both networks read the same marks and words beside the labels."""
        labels = {c for option in self.options for label in option.labels for c in label.casefold()}
        return _beside(self._main(), labels) == _beside("".join(seen.text for seen in self.third()), labels)

    def _main(self) -> str:
        return "".join(seen.text for _, seen in self.lines)

    def _is_one_word(self, row: TickRow, ticks: TickReading) -> bool:
        """A label alone; behind that of free text its text, which is judged by itself."""
        option = next(option for option in self.options if option.value == ticks.ticked[0])
        texts = [squash(text).casefold() for text in (self._main(), "".join(seen.text for seen in self.third()))]
        labels = [squash(label).casefold() for label in option.labels]
        is_label = all(text in labels for text in texts)
        begins = all(any(text.startswith(label) for label in labels) for text in texts)
        return row.squares == 0 and (is_label or (bool(option.other_key) and begins))

    def _is_clear_stroke(self, row: TickRow, ticks: TickReading, ink: Mask) -> bool:
        width = width_of_one(self.lines)
        found = next(((r, s, i) for r, s in self.lines for i, c in enumerate(s.text) if c in MARKS), None)
        if found is None or width is None:
            return False
        rect, seen, at = found
        middle = rect[0] + seen.centres[at] * (rect[2] - rect[0])
        piece = row.rects[0] if row.squares == 1 else _tick_at(middle, rect, ink, width)
        if piece is None:
            return False
        places = find_options(seen.text, self.options)
        if all(seen.text[p.end :].lstrip()[:1] in (":", "：") for p in places) and places:
            return True  # what stands behind an option's colon is its own
        gaps = sorted((_gap(piece, rect, seen, place, width), place.value) for place in places)
        clear = len(gaps) == 1 or (bool(gaps) and gaps[1][0] >= _FARTHER * max(gaps[0][0], 0.1 * width))
        return clear and bool(gaps) and gaps[0][1] == ticks.ticked[0]


def unboxed_row(reading: Reading, rereader: PictureRereader, cell: Rect) -> UnboxedRow:
    """The row of a reading."""
    picture = rereader.picture
    return UnboxedRow(
        cell=cell,
        lines=[(picture.rect(line.box), rereader.first_reading(line.box)) for line in reading.lines],
        third=cache(lambda: [rereader.third_reading(line.box) for line in reading.lines]),
        options=reading.field.options,
    )


def masks_of(rereader: PictureRereader, *, clear: bool) -> tuple[Mask, ...]:
    """The page's ink, and what is a little darker than paper; of a page that is not `clear` also what is hardly so."""
    picture = rereader.picture
    levels = (FAINT_LEVEL,) if clear else (FAINT_LEVEL, FAINTEST_LEVEL)
    return picture.ink, *(faint_ink(picture.clean, level) for level in levels)


def _beside(text: str, labels: Collection[str]) -> str:
    """The marks and words of a row: not its labels and numbers, nor how readers call a box, nor blanks and stops."""
    plain = as_brackets(unicodedata.normalize("NFKC", text)).translate(_SAME)
    left_out = _NOTHING | BOX_LIKE - STROKES
    return "".join(c for c in plain if c not in left_out and c.casefold() not in labels and not c.isspace())


def _tick_at(middle: float, rect: Rect, ink: Mask, width: float) -> Rect | None:
    """The one piece of ink where a reader saw a tick, if it is shaped as one."""
    left, top, right, bottom = rect
    part = np.ascontiguousarray(ink[top:bottom, left:right])
    sized = [
        p
        for p in find_components(part)
        if _TICK[0] * width <= max(p[2], p[3]) <= _TICK[1] * width
        and abs(left + p[0] + p[2] / 2 - middle) <= _AWAY * width
    ]
    ticks = [p for p in sized if _is_tick(part[p[1] : p[1] + p[3], p[0] : p[0] + p[2]] > 0)]
    if len(ticks) != 1:
        return None
    x, y, wide, high, _ = ticks[0]
    return (left + x, top + y, left + x + wide, top + y + high)


def _is_tick(piece: np.typing.NDArray[np.bool_]) -> bool:
    """Whether a stroke comes down, turns left of its middle and goes up to the right, where it ends: no × nor 1 nor V does."""
    high, wide = piece.shape
    dy, dx = max(1, round(high * _CORNER)), max(1, round(wide * _CORNER))
    lowest = float(np.flatnonzero(piece[-max(1, high // 8) :].any(axis=0)).mean()) / max(1, wide)
    ends = piece[:dy, -dx:].any() and not piece[:dy, :dx].any() and not piece[-dy:, -dx:].any()
    return bool(ends) and lowest < 0.55 and wide >= 0.5 * high


def _gap(piece: Rect, rect: Rect, seen: Seen, place: OptionPlace, width: float) -> float:
    """How much paper is between a mark and an option's label."""
    wide = rect[2] - rect[0]
    first, last = seen.text[place.start], seen.text[place.end - 1]
    start = rect[0] + seen.centres[place.start] * wide - width * (0.3 if first.isascii() else 0.5)
    end = rect[0] + seen.centres[place.end - 1] * wide + width * (0.3 if last.isascii() else 0.5)
    return max(0.0, start - piece[2], piece[0] - end)
