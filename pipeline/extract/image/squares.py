"""The frames of tick boxes on a picture, by their ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from pipeline.extract.image.cells import Rect
from pipeline.extract.raster.components import find_components
from pipeline.extract.raster.ink import Mask

_LEAST_SIDE_PX: Final = 10
#: Share of a frame's side that is inked; pens and scanners leave gaps.
_SIDE: Final = 0.75
#: Of the largest frame's height: boxes of one row are as high. The bowl of a P (手机APP) has half of it.
_OF_ONE_ROW: Final = 0.65
#: A word processor takes the □ behind APP from another typeface than the one behind 其他; a smaller one is a box if no stroke leads
#: away from it, all its sides are inked so far, and it is a square.
_OF_ANOTHER_FACE: Final = 0.4
_WHOLE_SIDE: Final = 0.9
#: In heights of the line, which detectors make up to twice as high as its characters: a box, and one of another typeface.
_LOW: Final = 0.35
_LOWEST: Final = 0.25
_AS_WIDE: Final = 1.15
#: Of a frame's side: ink that reaches no farther is a speck. The smallest ticks reached 0.4.
_SPECK: Final = 0.34
#: Up to which share of ink inside a frame is empty, and from which on it is ticked; between them nobody can tell.
EMPTY_SHARE: Final = 0.05
TICKED_SHARE: Final = 0.10
_UNSURE: Final = (EMPTY_SHARE + TICKED_SHARE) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """A tick box: its pixels, and the share of ink inside its frame (0-1)."""

    rect: Rect
    filled: float


def find_squares(rect: Rect, ink: Mask, least: float | None = None) -> tuple[Square, ...]:
    """Frames of about a character's size in a line of text, left to right; none lower than `least` pixels.

    Without it none lower than that share of the line which a capital letter's bowl has not: but a pen's tick makes a line twice
    as high as its print.
    """
    left, top, right, bottom = rect
    height = bottom - top
    lowest = _LOW * height if least is None else least
    grow = height // 4
    top, bottom = max(0, top - grow), min(ink.shape[0], bottom + grow)
    part = ink[top:bottom, left:right]
    if part.size == 0:
        return ()
    found = []
    whole: list[Square] = []
    apart = {piece[:4] for piece in find_components(np.ascontiguousarray(part))}
    for x, y, wide, high in pieces_of(part):
        fits = _LEAST_SIDE_PX <= wide <= 1.3 * height and min(lowest, _LOWEST * height) <= high <= 1.3 * height
        if not (fits and 0.7 < wide / high < 1.45):
            continue
        piece = part[y : y + high, x : x + wide] > 0
        square = Square(rect=(left + x, top + y, left + x + wide, top + y + high), filled=_filled(piece))
        if (x, y, wide, high) in apart and _is_square(piece):
            whole.append(square)
        elif high < lowest or not _framed(piece):
            continue
        found.append(square)
    squares = _apart(sorted(found, key=lambda square: square.rect))
    largest = max(map(_height, squares), default=0)
    return tuple(s for s in squares if _height(s) >= (_OF_ANOTHER_FACE if s in whole else _OF_ONE_ROW) * largest)


def _is_square(piece: np.typing.NDArray[np.bool_]) -> bool:
    high, wide = piece.shape
    return max(high, wide) <= _AS_WIDE * min(high, wide) and min(_inked_sides(piece)) >= _WHOLE_SIDE


def _height(square: Square) -> int:
    return square.rect[3] - square.rect[1]


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
            found.append(Square(rect=place, filled=_filled(ink[place[1] : place[3], place[0] : place[2]] > 0)))
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


def pieces_of(part: Mask) -> list[tuple[int, int, int, int]]:
    """Pieces of ink as left, top, width and height, and the holes in them: a tick that runs out of its box makes the
    piece larger than the box."""
    outlines, _ = cv2.findContours(part, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes = []
    for outline in outlines:
        x, y, wide, high = cv2.boundingRect(outline)
        boxes.append((int(x), int(y), int(wide), int(high)))
    return boxes


def _framed(piece: np.typing.NDArray[np.bool_]) -> bool:
    """Ink along all four sides (within a sixth of the size)."""
    return min(_inked_sides(piece)) > _SIDE


def _inked_sides(piece: np.typing.NDArray[np.bool_]) -> tuple[float, float, float, float]:
    """The share of ink along top, bottom, left and right."""
    band = _band(*piece.shape)
    top, bottom = piece[:band].any(axis=0).mean(), piece[-band:].any(axis=0).mean()
    left, right = piece[:, :band].any(axis=1).mean(), piece[:, -band:].any(axis=1).mean()
    return float(top), float(bottom), float(left), float(right)


def _band(high: int, wide: int) -> int:
    return max(2, min(high, wide) // 6)


def inked_inside(piece: np.typing.NDArray[np.bool_]) -> float:
    """The share of ink in the middle of a piece, where a frame has none."""
    inner = _inner(piece)
    return float(inner.mean()) if inner.size else 1.0


def _inner(piece: np.typing.NDArray[np.bool_]) -> np.typing.NDArray[np.bool_]:
    high, wide = piece.shape
    dy, dx = max(2, round(high * 0.22)), max(2, round(wide * 0.22))
    return piece[dy : high - dy, dx : wide - dx]


def _filled(piece: np.typing.NDArray[np.bool_]) -> float:
    """The share of ink inside a frame. A speck is no tick, nor is the box surely empty: it counts as something between."""
    share = inked_inside(piece)
    high, wide = piece.shape
    inner = np.ascontiguousarray(_inner(piece)).astype(np.uint8)
    largest = max((max(w / wide, h / high) for _, _, w, h, _ in find_components(inner)), default=1.0)
    return min(share, _UNSURE) if largest < _SPECK else share


def _apart(squares: Sequence[Square]) -> list[Square]:
    """The outer one of squares that lie in each other."""
    kept: list[Square] = []
    for square in sorted(squares, key=lambda s: -(s.rect[2] - s.rect[0])):
        if not any(s.rect[0] - 3 <= (square.rect[0] + square.rect[2]) / 2 <= s.rect[2] + 3 for s in kept):
            kept.append(square)
    return sorted(kept, key=lambda s: s.rect)
