"""The characters of a PDF page together with what its form fields, notes and tick boxes say.

A page's text has no tick boxes that are drawn, and a tick in one may be a letter of any font or a stroke of a pen. Here each
box becomes one character, □ or ☑, as it looks; values of fields that nothing was drawn for become characters
that are not certain; and fields that show something else than they hold leave a doubt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.domain.document import Box
from pipeline.domain.spelling import normalise
from pipeline.extract.doubts import MARKED, OVERLAID, STALE, UNDRAWN
from pipeline.extract.grid.pdf_notes import Filled, PageNotes, Sort
from pipeline.extract.grid.pdf_places import holds, middle_of
from pipeline.extract.grid.pdf_text import Character

#: The inner part of a box, in which only a mark leaves ink.
_INNER: Final = 0.25
#: Share of its dots that are dark; a frame or a neighbour's stroke leaves less.
_INKED: Final = 0.08
_DARK: Final = 150
_EMPTY: Final = "□☐○◯◻❏❐❑❒"
_CROSSES: Final = "xX×✗✘✕✖╳☒"
#: Marks that are lettered beside or over a printed box.
_STROKES: Final = "√✓✔VvⅤ"
#: Shares of the smaller one's ink that two characters have in common: no pair beside each other has the first (0.47 of lf in a
#: typeface put in for another), and no row has several pairs with the second. They are looked for in cells of a page.
_STANDS_ON: Final = 0.6
_TOUCHES: Final = 0.25
_SEVERAL: Final = 3
_MOST_TOUCHING: Final = 500
_CELL: Final = 0.02
_MOST_HERE: Final = 40
#: How far from a box its option may stand, in widths of the box.
_NEAR: Final = 2.0
#: Of the values of a field, what a program adds where it formats them.
_FORMATTED: Final = str.maketrans("", "", ",，")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """`characters` of the page with its boxes as characters; `boxes` are where those stand, which replace what else is there.

    `missing` are those of the characters that nothing was drawn for. `doubts` are boxes with a reason to ask about what stands in
    them. `inked` are cells with ink that is no character.
    """

    characters: tuple[Character, ...]
    boxes: tuple[Box, ...] = ()
    missing: tuple[Character, ...] = ()
    doubts: tuple[tuple[Box, str], ...] = ()
    inked: frozenset[Box] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    box: Box
    text: str
    certain: bool


def settle(
    characters: Sequence[Character],
    notes: PageNotes,
    squares: Sequence[Box],
    pictures: Sequence[Box],
    grey: npt.NDArray[np.uint8],
) -> Settled:
    """What a reader of the page sees. `squares` are small frames that were drawn, `grey` is the page, (height, width)."""
    upright = grey.shape[0] / max(1, grey.shape[1])
    ticks = [_field_mark(item, grey) for item in notes.of(Sort.TICK)]
    marks = [*ticks, *_drawn_marks(characters, squares, [mark.box for mark in ticks], grey)]
    marks += _lettered_marks(characters, [mark.box for mark in marks], pictures, grey)
    kept = [item for item in characters if not any(holds(mark.box, item.middle) for mark in marks)]
    missing, doubts = _fields(kept, notes, upright)
    return Settled(
        characters=(*kept, *(_as_character(mark, upright) for mark in marks), *missing),
        boxes=tuple(mark.box for mark in marks),
        missing=tuple(missing),
        doubts=(*_still_asked(notes.doubts, marks, kept), *doubts, *_overlaid(kept)),
    )


def _still_asked(
    doubts: Iterable[tuple[Box, str]], marks: Sequence[_Mark], characters: Sequence[Character]
) -> Iterator[tuple[Box, str]]:
    """Without strokes of a pen that tick a box and cross no text."""
    for box, reason in doubts:
        ticks = reason == MARKED and any(mark.text == "☑" and holds(box, middle_of(mark.box)) for mark in marks)
        if not ticks or any(holds(box, item.middle) for item in characters if not item.text.isspace()):
            yield box, reason


def _overlaid(characters: Iterable[Character]) -> Iterator[tuple[Box, str]]:
    """Characters that stand on each other: a patch was laid over a value and another typed above it."""
    places: dict[tuple[int, int], list[Character]] = {}
    touching: list[Character] = []
    for item in characters:
        if not item.seen or item.text.isspace():
            continue
        key = int(item.middle[0] / _CELL), int(item.middle[1] / _CELL)
        around = [places.get((key[0] + i, key[1] + j), []) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        shared = max((_shared(item.ink, other.ink) for near in around for other in near[-_MOST_HERE:]), default=0.0)
        if shared > _STANDS_ON:
            yield item.box, OVERLAID
        elif shared > _TOUCHES:
            touching.append(item)
        places.setdefault(key, []).append(item)
    for item in touching:
        # A single pair is an f whose head reaches over an l.
        if sum(_in_one_row(item, other) for other in touching[:_MOST_TOUCHING]) >= _SEVERAL:
            yield item.box, OVERLAID


def _in_one_row(one: Character, other: Character) -> bool:
    return abs(one.middle[1] - other.middle[1]) < (one.box[3] - one.box[1]) / 2


def _shared(one: Box, other: Box) -> float:
    """Of the smaller box, the share that lies in the other."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if min(wide, high) <= 0:
        return 0.0
    return wide * high / max(1e-9, min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other)))


def _field_mark(item: Filled, grey: npt.NDArray[np.uint8]) -> _Mark:
    """A check box or radio button: what it holds, if that is what it shows."""
    shown = is_inked(grey, item.box)
    return _Mark(box=_grown(item.box), text="☑" if item.ticked or shown else "□", certain=item.ticked is shown)


def _drawn_marks(
    characters: Sequence[Character], squares: Sequence[Box], taken: Sequence[Box], grey: npt.NDArray[np.uint8]
) -> Iterator[_Mark]:
    """Frames that are tick boxes: beside a text, and not one of a row of cells for a digit each."""
    seen = [item for item in characters if item.seen and not item.text.isspace()]
    for square in squares:
        if any(holds(box, middle_of(square)) for box in taken) or _in_row(square, squares):
            continue
        inside = [item for item in seen if holds(square, item.middle)]
        others = (item for item in seen if item not in inside)
        if len(inside) > 1 or not any(_beside(square, item) for item in others):
            continue
        if inside and inside[0].text in _EMPTY:
            continue
        crossed = bool(inside) and inside[0].text in _CROSSES
        ticked = bool(inside) or is_inked(grey, square)
        known = not inside or crossed or inside[0].text in _STROKES or inside[0].text in "■●"
        yield _Mark(box=square, text="☒" if crossed else "☑" if ticked else "□", certain=known)


def _lettered_marks(
    characters: Sequence[Character], taken: Sequence[Box], pictures: Sequence[Box], grey: npt.NDArray[np.uint8]
) -> list[_Mark]:
    """Boxes that are letters of a font, with something drawn in them. Where all are full the letters are too."""
    boxes = [item for item in characters if item.text in _EMPTY and item.seen]
    boxes = [item for item in boxes if not any(holds(box, item.middle) for box in taken)]
    full = [item for item in boxes if is_inked(grey, item.ink)]
    sure = len(full) < len(boxes) or bool(taken)
    return [
        _Mark(
            box=item.ink,
            text="☑",
            certain=sure and not any(holds(picture, item.middle) for picture in pictures),
        )
        for item in full
    ]


def is_inked(grey: npt.NDArray[np.uint8], box: Box) -> bool:
    """Whether there is ink in the inner part of a box."""
    height, width = grey.shape
    across, down = _INNER * (box[2] - box[0]), _INNER * (box[3] - box[1])
    left, right = round((box[0] + across) * width), round((box[2] - across) * width)
    top, bottom = round((box[1] + down) * height), round((box[3] - down) * height)
    patch = grey[max(0, top) : bottom, max(0, left) : right]
    return bool(patch.size) and float((patch < _DARK).mean()) >= _INKED


def _in_row(square: Box, squares: Sequence[Box]) -> bool:
    """Whether another frame begins where this one ends."""
    near = 0.35 * (square[2] - square[0])
    level = 0.3 * (square[3] - square[1])
    return any(
        other is not square
        and abs(other[1] - square[1]) < level
        and min(abs(other[0] - square[2]), abs(other[2] - square[0])) < near
        for other in squares
    )


def _beside(square: Box, item: Character) -> bool:
    wide = square[2] - square[0]
    level = square[1] < item.middle[1] < square[3]
    return level and -wide / 2 < max(item.box[0] - square[2], square[0] - item.box[2]) < _NEAR * wide


def _fields(
    characters: Sequence[Character], notes: PageNotes, upright: float
) -> tuple[list[Character], list[tuple[Box, str]]]:
    """What of the fields' and notes' texts the page lacks, and where it shows something else."""
    missing: list[Character] = []
    doubts: list[tuple[Box, str]] = []
    for item in notes.filled:
        if item.sort is Sort.TICK:
            continue
        shown = "" if item.sort is Sort.WORDS else _shown_in(item.box, characters)
        wanted = {_bare(text) for text in item.texts}
        if any(Counter(shown) == Counter(text) for text in wanted):
            continue
        if not shown:
            missing += _spread(item.texts[-1], item.box, upright)
        doubts.append((item.box, STALE if shown else UNDRAWN))
    return missing, doubts


def _shown_in(box: Box, characters: Iterable[Character]) -> str:
    return _bare("".join(item.text for item in characters if item.seen and holds(box, item.middle)))


def _bare(text: str) -> str:
    return "".join(normalise(text).split()).translate(_FORMATTED)


def _spread(text: str, box: Box, upright: float) -> Iterator[Character]:
    """A text that nothing was drawn for, as characters laid out in its box."""
    lines = [line for line in text.replace("\r", "\n").split("\n") if line.strip()]
    high = (box[3] - box[1]) / max(1, len(lines))
    for row, line in enumerate(lines):
        em = min(0.7 * high * upright, (box[2] - box[0]) / len(line))
        top = box[1] + row * high + (high - em / upright) / 2
        for at, character in enumerate(line):
            place = (box[0] + at * em, top, box[0] + (at + 1) * em, top + em / upright)
            yield Character(text=character, box=place, ink=place, seen=True, certain=False, em=em)


def _as_character(mark: _Mark, upright: float) -> Character:
    em = (mark.box[3] - mark.box[1]) * upright
    return Character(text=mark.text, box=mark.box, ink=mark.box, seen=True, certain=mark.certain, em=em)


def _grown(box: Box) -> Box:
    """A little larger: a printed box lies under a field seldom quite where the field is."""
    across, down = 0.2 * (box[2] - box[0]), 0.2 * (box[3] - box[1])
    return max(0.0, box[0] - across), max(0.0, box[1] - down), min(1.0, box[2] + across), min(1.0, box[3] + down)


def without_doubles(characters: Iterable[Character], upright: float) -> tuple[Character, ...]:
    """Without what was drawn again a hair's breadth beside itself to look bold: the second 7 is none.

    `upright` is the page's height by its width. A tenth of the character's height is no distance between two characters.
    """
    kept: list[Character] = []
    places: dict[tuple[str, int, int], list[int]] = {}
    for item in characters:
        near = max(1e-6, 0.11 * item.em)
        x, y = item.box[0], item.box[1] * upright
        key = item.text, int(x / near), int(y / near)
        around = ((item.text, key[1] + i, key[2] + j) for i in (-1, 0, 1) for j in (-1, 0, 1))
        twins = [at for place in around for at in places.get(place, ())]
        first = next((at for at in twins if _is_twin(kept[at], x, y / upright, near, upright)), None)
        if first is None or item.text.isspace():
            places.setdefault(key, []).append(len(kept))
            kept.append(item)
        elif item.seen and not kept[first].seen:
            kept[first] = item
    return tuple(kept)


def _is_twin(other: Character, x: float, y: float, near: float, upright: float) -> bool:
    return abs(other.box[0] - x) <= near and abs(other.box[1] - y) * upright <= near
