"""Tick boxes on a picture: the squares themselves are looked at, not what an engine makes of them.

Recognisers read ☑ as a box, as 区 or not at all. So the row is written anew: the printed words as read, and for
each square found among them □ or ☑ by the ink inside it. `ticks.read_ticks` then says which option that is.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pipeline.extract.image.brackets import Bracketed, find_bracketed
from pipeline.extract.image.cells import Rect, rows_of
from pipeline.extract.image.rings import are_alike, find_rings
from pipeline.extract.image.squares import (
    EMPTY_SHARE,
    TICKED_SHARE,
    Square,
    find_crossed,
    find_squares,
    inked_inside,
    pieces_of,
)
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.raster.ink import Mask
from pipeline.extract.ticks import find_options
from pipeline.profile.form import Option

#: What engines make of an empty or a ticked square.
BOX_LIKE: Final = frozenset("□☐口囗日曰田回区团四凹凸中☑☒■▣◼")
#: A tick without a box, as engines call it: √ where it is typed, ✓ on a fax. What they call otherwise may be anything.
STROKES: Final = frozenset("√✓")
#: From the middle of a printed character, in heights of its line: what lies there is of the character. 微 has a frame in it.
_REACH: Final = 0.23
#: From the middle of a mark as read, in heights of its line: where there is no ink an engine has made it up.
_INK_REACH: Final = 0.2
#: What is a mark and nothing else.
MARKS: Final = BOX_LIKE - frozenset("口囗日曰田回区团四凹凸中") | STROKES
#: Of the middle of a tick without a box; of a box whose sides are broken nearly nothing.
_STROKE_SHARE: Final = 0.2
_YES_OR_NO: Final = re.compile(r"(?<=[(\[（【:：])[是否]")
#: Of a Chinese character's width: boxes of some typefaces are 0.47 high, the bowl of a capital letter 0.3 inside.
_SMALL: Final = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class TickRow:
    """A tick-box row written anew. `sure` is false where a square is neither clearly empty nor clearly ticked, and where of
    several none is empty: nobody ticks them all, but a blur fills them. `rects` are where the squares lie. `brackets` are the
    pairs of brackets that stand for boxes where there is no square, if the ink says of all the same as the reader, else 0.
    `strokes` are where ticks without a box stand that no reader saw."""

    text: str
    squares: int
    sure: bool
    rects: tuple[Rect, ...] = ()
    brackets: int = 0
    strokes: tuple[Rect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    text: str
    left: float
    right: float


def write_row(
    lines: Sequence[tuple[Rect, Reading]],
    ink: Mask,
    options: Sequence[Option],
    *,
    labels: Sequence[str] = (),
    few_dots: bool = False,
    small: bool = False,
) -> TickRow:
    """The row of a tick-box cell. `lines` are its lines of text as rectangles of the page with what was read in them.

    `labels` of the field may stand in the row as well. `few_dots`: of a page in black and white, where a box may be a blot.
    `small`: boxes may be half as high as characters, as some typefaces draw them.
    """
    readings = dict(lines)
    pairs = [pair for rect, reading in lines for pair in find_bracketed(rect, reading, ink)]
    rows = rows_of([rect for rect, _ in lines])
    tokens: list[list[_Token]] = [[] for _ in rows]
    squares: list[list[Square]] = [[] for _ in rows]
    rings = {rect: find_rings(rect, ink) for rect, _ in lines}
    round_ones = [ring for found in rings.values() for ring in found]
    is_round = len(round_ones) == len(options) and are_alike(round_ones)
    for row, seen, own in zip(rows, tokens, squares, strict=True):
        least = {rect: _smallest(rect, readings[rect], options) if small else None for rect in row}
        alone = {rect: rings[rect] if is_round else find_squares(rect, ink, least[rect]) for rect in row}
        whole = [] if is_round else [square for found in alone.values() for square in found]
        for rect in row:
            reading = _without_made_up(rect, readings[rect], ink)
            printed = _printed(reading.text, options) | _within(reading.text, labels)
            printed |= _free_words(reading.text, options) | _yes_and_no(reading.text)
            if len(pairs) >= len(options):
                printed |= _words(reading.text)
            written, boxes = _line(rect, reading, [*alone[rect], *find_crossed(rect, ink, whole)], printed)
            seen += written
            own += boxes
    filled = [square.filled for own in squares for square in own]
    ground = min(filled) if len(filled) > 1 else 0.0
    for own, seen in zip(squares, tokens, strict=True):
        seen += [_Token(text=_mark(square, ground), left=square.rect[0], right=square.rect[2]) for square in own]
    strokes: tuple[Rect, ...] = ()
    if not few_dots:
        missing = len(options) - len(filled) - len(pairs)
        strokes = _add_strokes(zip(rows, tokens, strict=True), readings, ink, options, missing)
    texts = [
        _spaced(sorted(seen, key=lambda token: token.left), max(r[3] - r[1] for r in row))
        for row, seen in zip(rows, tokens, strict=True)
    ]
    sure = ground <= EMPTY_SHARE and not any(EMPTY_SHARE < share < TICKED_SHARE for share in filled)
    rects = tuple(square.rect for own in squares for square in own)
    brackets = 0 if few_dots or filled or not _is_alike(pairs) else len(pairs)
    return TickRow(
        text="\n".join(texts),
        squares=len(filled),
        sure=sure,
        rects=(*rects, *(pair.rect for pair in pairs if brackets)),
        brackets=brackets,
        strokes=strokes,
    )


def _is_alike(pairs: Sequence[Bracketed]) -> bool:
    """Whether reader and ink say the same of all of them."""
    return all(pair.ticked is not None for pair in pairs)


def _words(text: str) -> frozenset[int]:
    """Positions of Chinese characters that are no box: there is a frame in 音, and where brackets are the boxes it is none."""
    return frozenset(i for i, c in enumerate(text) if c.isalpha() and not c.isascii() and c not in BOX_LIKE)


def _free_words(text: str, options: Sequence[Option]) -> frozenset[int]:
    """Positions of what is written behind the option with free text: 微博 and 抖音 have frames in them."""
    free = {option.value for option in options if option.other_key}
    ends = [place.end for place in find_options(text, options) if place.value in free]
    return frozenset(i for end in ends if text[end : end + 1] in tuple(":：(（") for i in _words(text) if i > end)


def _yes_and_no(text: str) -> frozenset[int]:
    """Positions of 是 and 否 in the place of a mark: there is a frame in either."""
    return frozenset(found.start() for found in _YES_OR_NO.finditer(text))


def _line(rect: Rect, reading: Reading, seen: Sequence[Square], printed: Set[int]) -> tuple[list[_Token], list[Square]]:
    left, _, right, _ = rect
    wide = right - left
    centres = [left + centre * wide for centre in reading.centres]
    reach = (rect[3] - rect[1]) * _REACH
    # Where narrow letters stand is known badly, but none of them has a frame in it.
    kept = [(x - reach, x + reach) for i, x in enumerate(centres) if i in printed and not reading.text[i].isascii()]
    squares = [s for s in seen if not any(_covers(s, *place) for place in kept)]
    tokens: list[_Token] = []
    half = (rect[3] - rect[1]) * 0.3
    for index, (character, x) in enumerate(zip(reading.text, centres, strict=True)):
        if character.isspace() or any(s.rect[0] - 3 <= x <= s.rect[2] + 3 for s in squares if index not in printed):
            continue
        tokens.append(_Token(text=character, left=x - half, right=x + half))
    return tokens, squares


def _without_made_up(rect: Rect, reading: Reading, ink: Mask) -> Reading:
    """A reading without marks where there is nothing: engines have put a ☑ in the space behind an empty box."""
    left, top, right, bottom = rect
    reach = round((bottom - top) * _INK_REACH)
    inked = np.asarray(ink[top:bottom, left:right].any(axis=0))
    middles = [round(centre * (right - left)) for centre in reading.centres]
    kept = [
        (character, centre)
        for character, centre, x in zip(reading.text, reading.centres, middles, strict=True)
        if character not in MARKS or inked[max(0, x - reach) : x + reach + 1].any()
    ]
    if len(kept) == len(reading.text):
        return reading
    return replace(reading, text="".join(text for text, _ in kept), centres=tuple(centre for _, centre in kept))


def _within(text: str, labels: Sequence[str]) -> frozenset[int]:
    """Positions of the characters of whichever labels stand in a text."""
    starts = [(text.find(label), len(label)) for label in labels if label in text]
    return frozenset(i for start, length in starts for i in range(start, start + length))


def _covers(square: Square, left: float, right: float) -> bool:
    """Whether most of one lies on the other."""
    both = min(square.rect[2], right) - max(square.rect[0], left)
    return both > 0.5 * min(square.rect[2] - square.rect[0], right - left)


def _spans(rect: Rect, reading: Reading, options: Sequence[Option]) -> list[tuple[float, float]]:
    """From where to where the options' labels reach, at least."""
    wide = rect[2] - rect[0]
    places = find_options(reading.text, options)
    return [(rect[0] + reading.centres[p.start] * wide, rect[0] + reading.centres[p.end - 1] * wide) for p in places]


def _smallest(rect: Rect, reading: Reading, options: Sequence[Option]) -> float | None:
    """How high the smallest box is at least, by how far one Chinese character of a label stands from the next; None where no
    two do."""
    wide = rect[2] - rect[0]
    printed = sorted(i for i in _printed(reading.text, options) if not reading.text[i].isascii())
    steps = [reading.centres[b] - reading.centres[a] for a, b in itertools.pairwise(printed) if b == a + 1]
    return _SMALL * float(np.median(steps)) * wide if steps else None


def middles_of_labels(rect: Rect, reading: Reading, options: Sequence[Option]) -> list[float]:
    """Where the characters of the options' labels stand, in pixels of the page."""
    wide = rect[2] - rect[0]
    return [rect[0] + reading.centres[at] * wide for at in sorted(_printed(reading.text, options))]


def _add_strokes(
    rows: Iterable[tuple[Sequence[Rect], list[_Token]]],
    readings: Mapping[Rect, Reading],
    ink: Mask,
    options: Sequence[Option],
    missing: int,
) -> tuple[Rect, ...]:
    """Adds the ticks that stand for their box and that nobody read, where they are as many as boxes are `missing`: else
    they may be anything that somebody wrote there. Where they stand."""
    found: list[tuple[list[_Token], _Token, Rect]] = []
    for row, seen in rows:
        missing -= sum(token.text in STROKES for token in seen)
        labels = [span for rect in row for span in _spans(rect, readings[rect], options)]
        top, bottom = min(rect[1] for rect in row), max(rect[3] for rect in row)
        strokes = _strokes(row, seen, labels, ink)
        found += [(seen, stroke, (round(stroke.left), top, round(stroke.right), bottom)) for stroke in strokes]
    if len(found) != missing:
        return ()
    for seen, stroke, _ in found:
        seen.append(stroke)
    return tuple(place for *_, place in found)


def _strokes(
    row: Sequence[Rect], tokens: Sequence[_Token], labels: Sequence[tuple[float, float]], ink: Mask
) -> list[_Token]:
    """Pieces of ink as large as a tick, apart from everything read.

    What is left of a broken box is none: a tick has ink in its middle. Nor is a piece within a label, where an engine
    may know badly where its letters stand.
    """
    left, right = min(rect[0] for rect in row), max(rect[2] for rect in row)
    top, bottom = min(rect[1] for rect in row), max(rect[3] for rect in row)
    height = max(rect[3] - rect[1] for rect in row)
    taken = [(token.left + token.right) / 2 for token in tokens]
    found = []
    for x, y, wide, high in pieces_of(ink[top:bottom, left:right]):
        start, end, piece = left + x, left + x + wide, ink[top + y : top + y + high, left + x : left + x + wide]
        sized = 0.35 * height <= high and 0.3 * height <= wide <= 1.4 * height
        apart = not any(start - 0.3 * height < at < end + 0.3 * height for at in taken)
        within = any(first < (start + end) / 2 < last for first, last in labels)
        if sized and apart and not within and inked_inside(piece > 0) >= _STROKE_SHARE:
            found.append(_Token(text="√", left=start, right=end))
            taken.append((start + end) / 2)
    return found


def _printed(text: str, options: Sequence[Option]) -> frozenset[int]:
    """Positions of the characters of the options' labels; a box read as a character at a label's end is none of it."""
    return frozenset(i for place in find_options(text, options) for i in range(place.start, place.end))


def _spaced(tokens: Sequence[_Token], height: int) -> str:
    """The tokens with a blank for every third of a character's width between them."""
    text = ""
    last: float | None = None
    for token in tokens:
        if last is not None and token.left - last > 0.5 * height:
            text += " " * min(6, round((token.left - last) / (0.33 * height)))
        text += token.text
        last = token.right
    return text


def _mark(square: Square, ground: float) -> str:
    """`ground` is how much the emptiest of several squares is filled: by blur, where none is empty."""
    return "☑" if square.filled >= TICKED_SHARE + (ground if ground > EMPTY_SHARE else 0.0) else "□"
