"""Tick boxes on a picture: the squares themselves are looked at, not what an engine makes of them.

Recognisers read ☑ as a box, as 区 or not at all. So the row is written anew: the printed words as read, and for
each square found among them □ or ☑ by the ink inside it. `ticks.read_ticks` then says which option that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from pipeline.domain.document import Box
from pipeline.extract.image_cells import Rect, rows_of
from pipeline.extract.image_ink import Mask
from pipeline.extract.ocr import Reading
from pipeline.extract.ticks import find_options
from pipeline.profile.form import Option

#: What engines make of an empty or a ticked square.
BOX_LIKE: Final = frozenset("□☐口囗日曰田回区团四凹凸中☑☒■▣◼")
#: A tick without a box, as engines call it: √ where it is typed, ✓ on a fax. What they call otherwise may be anything.
STROKES: Final = frozenset("√✓")
_EMPTY_SHARE: Final = 0.05
_TICKED_SHARE: Final = 0.10
_LEAST_SIDE_PX: Final = 10
#: From the middle of a printed character, in heights of its line: what lies there is of the character. 微 has a frame in it.
_REACH: Final = 0.23
#: Of the middle of a tick without a box; of a box whose sides are broken nearly nothing.
_STROKE_SHARE: Final = 0.2
#: Share of a frame's side that is inked; pens and scanners leave gaps.
_SIDE: Final = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """A tick box: its pixels, and the share of ink inside its frame (0-1)."""

    rect: Rect
    filled: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TickRow:
    """A tick-box row written anew. `sure` is false where a square is neither clearly empty nor clearly ticked."""

    text: str
    squares: int
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    text: str
    left: float
    right: float


def write_row(
    lines: Sequence[tuple[Rect, Reading]], ink: Mask, options: Sequence[Option], *, few_dots: bool = False
) -> TickRow:
    """The row of a tick-box cell. `lines` are its lines of text as rectangles of the page with what was read in them.

    `few_dots`: of a page in black and white, where a box may be a blot.
    """
    readings = dict(lines)
    rows = rows_of([rect for rect, _ in lines])
    tokens: list[list[_Token]] = [[] for _ in rows]
    squares: list[Square] = []
    for row, seen in zip(rows, tokens, strict=True):
        alone = {rect: find_squares(rect, ink) for rect in row}
        whole = [square for found in alone.values() for square in found]
        for rect in row:
            found, own = _line(rect, readings[rect], [*alone[rect], *find_crossed(rect, ink, whole)], options)
            seen += found
            squares += own
    if not few_dots:
        _add_strokes(zip(rows, tokens, strict=True), readings, ink, options, len(options) - len(squares))
    texts = [
        _spaced(sorted(seen, key=lambda token: token.left), max(r[3] - r[1] for r in row))
        for row, seen in zip(rows, tokens, strict=True)
    ]
    return TickRow(text="\n".join(texts), squares=len(squares), sure=not any(map(_unclear, squares)))


def _line(
    rect: Rect, reading: Reading, seen: Sequence[Square], options: Sequence[Option]
) -> tuple[list[_Token], list[Square]]:
    left, _, right, _ = rect
    wide = right - left
    centres = [left + centre * wide for centre in reading.centres]
    printed = _printed(reading.text, options)
    reach = (rect[3] - rect[1]) * _REACH
    # Where narrow letters stand is known badly, but none of them has a frame in it.
    kept = [(x - reach, x + reach) for i, x in enumerate(centres) if i in printed and not reading.text[i].isascii()]
    squares = [s for s in seen if not any(_covers(s, *place) for place in kept)]
    tokens = [_Token(text=_mark(square), left=square.rect[0], right=square.rect[2]) for square in squares]
    half = (rect[3] - rect[1]) * 0.3
    for index, (character, x) in enumerate(zip(reading.text, centres, strict=True)):
        if character.isspace() or any(s.rect[0] - 3 <= x <= s.rect[2] + 3 for s in squares if index not in printed):
            continue
        tokens.append(_Token(text=character, left=x - half, right=x + half))
    return tokens, squares


def _covers(square: Square, left: float, right: float) -> bool:
    """Whether most of one lies on the other."""
    both = min(square.rect[2], right) - max(square.rect[0], left)
    return both > 0.5 * min(square.rect[2] - square.rect[0], right - left)


def _spans(rect: Rect, reading: Reading, options: Sequence[Option]) -> list[tuple[float, float]]:
    """From where to where the options' labels reach, at least."""
    wide = rect[2] - rect[0]
    places = find_options(reading.text, options)
    return [(rect[0] + reading.centres[p.start] * wide, rect[0] + reading.centres[p.end - 1] * wide) for p in places]


def _add_strokes(
    rows: Iterable[tuple[Sequence[Rect], list[_Token]]],
    readings: Mapping[Rect, Reading],
    ink: Mask,
    options: Sequence[Option],
    missing: int,
) -> None:
    """Adds the ticks that stand for their box and that nobody read, where they are as many as boxes are `missing`: else
    they may be anything that somebody wrote there."""
    found: list[tuple[list[_Token], _Token]] = []
    for row, seen in rows:
        missing -= sum(token.text in STROKES for token in seen)
        labels = [span for rect in row for span in _spans(rect, readings[rect], options)]
        found += [(seen, stroke) for stroke in _strokes(row, seen, labels, ink)]
    if len(found) == missing:
        for seen, stroke in found:
            seen.append(stroke)


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
    for x, y, wide, high in _candidates(ink[top:bottom, left:right]):
        start, end, piece = left + x, left + x + wide, ink[top + y : top + y + high, left + x : left + x + wide]
        sized = 0.35 * height <= high and 0.3 * height <= wide <= 1.4 * height
        apart = not any(start - 0.3 * height < at < end + 0.3 * height for at in taken)
        within = any(first < (start + end) / 2 < last for first, last in labels)
        if sized and apart and not within and _inside(piece > 0) >= _STROKE_SHARE:
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


def _mark(square: Square) -> str:
    return "☑" if square.filled >= _TICKED_SHARE else "□"


def _unclear(square: Square) -> bool:
    return _EMPTY_SHARE < square.filled < _TICKED_SHARE


def find_squares(rect: Rect, ink: Mask) -> tuple[Square, ...]:
    """Frames of about a character's size in a line of text, left to right."""
    left, top, right, bottom = rect
    height = bottom - top
    grow = height // 4
    top, bottom = max(0, top - grow), min(ink.shape[0], bottom + grow)
    part = ink[top:bottom, left:right]
    if part.size == 0:
        return ()
    found = []
    for x, y, wide, high in _candidates(part):
        if not (
            _LEAST_SIDE_PX <= wide <= 1.3 * height
            and 0.35 * height <= high <= 1.3 * height
            and 0.7 < wide / high < 1.45
        ):
            continue
        piece = part[y : y + high, x : x + wide] > 0
        if _framed(piece):
            found.append(Square(rect=(left + x, top + y, left + x + wide, top + y + high), filled=_inside(piece)))
    return tuple(_apart(sorted(found, key=lambda square: square.rect)))


def find_crossed(rect: Rect, ink: Mask, others: Sequence[Square]) -> tuple[Square, ...]:
    """Frames in a line that a pen's tick runs through and out of, so that they are no piece of ink by themselves.

    The row's `others` say how large and how high its frames are; where all four sides of such a one are inked it stands.
    """
    if not others:
        return ()
    wide = int(np.median([s.rect[2] - s.rect[0] for s in others]))
    high = int(np.median([s.rect[3] - s.rect[1] for s in others]))
    slack = max(2, high // 5)
    left, right = rect[0], min(rect[2] + wide, ink.shape[1])
    top = max(0, min(s.rect[1] for s in others) - slack)
    sides = _sides(ink[top : max(s.rect[3] for s in others) + slack, left:right] > 0, wide, high)
    found: list[Square] = []
    while sides.size and sides.max() > _SIDE:
        y, x = (int(at) for at in np.unravel_index(int(sides.argmax()), sides.shape))
        sides[:, max(0, x - wide) : x + wide] = 0
        place = (left + x, top + y, left + x + wide, top + y + high)
        if not any(s.rect[0] < place[2] and place[0] < s.rect[2] for s in others):
            found.append(Square(rect=place, filled=_inside(ink[place[1] : place[3], place[0] : place[2]] > 0)))
    return tuple(found)


def _sides(piece: np.typing.NDArray[np.bool_], wide: int, high: int) -> np.typing.NDArray[np.float64]:
    """For each place a frame of that size can have in `piece`: the share of ink along the least inked of its sides."""
    rows, columns = piece.shape[0] - high + 1, piece.shape[1] - wide + 1
    if rows < 1 or columns < 1:
        return np.zeros((0, 0))
    band = _band(high, wide)
    flat, upright = _any_of_next(piece, band, axis=0), _any_of_next(piece, band, axis=1)
    along, down = _mean_of_next(flat, wide, axis=1), _mean_of_next(upright, high, axis=0)
    bottom, right = high - band, wide - band
    sides = (
        along[:rows, :columns],
        along[bottom : bottom + rows, :columns],
        down[:rows, :columns],
        down[:rows, right : right + columns],
    )
    return np.asarray(np.minimum.reduce(sides), dtype=np.float64)


def _any_of_next(piece: np.typing.NDArray[np.bool_], count: int, *, axis: int) -> np.typing.NDArray[np.bool_]:
    windows = np.lib.stride_tricks.sliding_window_view(piece, count, axis=axis)
    return np.asarray(windows.any(axis=-1))


def _mean_of_next(piece: np.typing.NDArray[np.bool_], count: int, *, axis: int) -> np.typing.NDArray[np.float64]:
    windows = np.lib.stride_tricks.sliding_window_view(piece, count, axis=axis)
    return np.asarray(windows.mean(axis=-1), dtype=np.float64)


def _candidates(part: Mask) -> list[tuple[int, int, int, int]]:
    """Pieces of ink, and the holes in them: a tick that runs out of its box makes the piece larger than the box."""
    outlines, _ = cv2.findContours(part, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes = []
    for outline in outlines:
        x, y, wide, high = cv2.boundingRect(outline)
        boxes.append((int(x), int(y), int(wide), int(high)))
    return boxes


def _framed(piece: np.typing.NDArray[np.bool_]) -> bool:
    """Ink along all four sides (within a sixth of the size)."""
    high, wide = piece.shape
    band = _band(high, wide)
    sides = (
        piece[:band].any(axis=0).mean(),
        piece[-band:].any(axis=0).mean(),
        piece[:, :band].any(axis=1).mean(),
        piece[:, -band:].any(axis=1).mean(),
    )
    return bool(min(sides) > _SIDE)


def _band(high: int, wide: int) -> int:
    return max(2, min(high, wide) // 6)


def _inside(piece: np.typing.NDArray[np.bool_]) -> float:
    high, wide = piece.shape
    dy, dx = max(2, round(high * 0.22)), max(2, round(wide * 0.22))
    inner = piece[dy : high - dy, dx : wide - dx]
    return float(inner.mean()) if inner.size else 1.0


def _apart(squares: Sequence[Square]) -> list[Square]:
    """The outer one of squares that lie in each other."""
    kept: list[Square] = []
    for square in sorted(squares, key=lambda s: -(s.rect[2] - s.rect[0])):
        if not any(s.rect[0] - 3 <= (square.rect[0] + square.rect[2]) / 2 <= s.rect[2] + 3 for s in kept):
            kept.append(square)
    return sorted(kept, key=lambda s: s.rect)


def row_box(boxes: Sequence[Box]) -> Box:
    """The smallest box round all of `boxes`."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
