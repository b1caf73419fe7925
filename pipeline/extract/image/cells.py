"""Lines of text inside the cells of a table, as pixel rectangles to be read.

A detected line belongs to the cell it lies in and is split where a rule of the table cuts it. Ink in a cell
that no detected line covers (a single character, a faint line) makes a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from pipeline.extract.image.grid import Frame
from pipeline.extract.ocr.readers import Quad
from pipeline.extract.raster.ink import Mask

#: Left, top, right, bottom in pixels.
Rect = tuple[int, int, int, int]

#: A piece of a line that reaches less than this share of its height into a cell is only its edge.
_EDGE: Final = 0.35
#: The same of a line that goes on beyond its cell: detectors cut wide.
_REST: Final = 0.5
_INSET_PX: Final = 3
#: Of a line's height, in a cell that it is not read in.
_CUT: Final = 0.2
#: In heights of a line: what stands no further behind it may be more of it.
_FOLLOWS: Final = 1.5
#: In heights of the page's usual line: as high are two lines, and as high is a line of print without the room round it.
_TWO_LINES: Final = 1.4
#: As high is what is left of two lines in a cell that they fill.
_MORE_THAN_ONE: Final = 1.1
_LEAST_LINE: Final = 0.4
_ALIKE: Final = 1.5
#: Paper within a character, between 立 and 早 of 章, is less.
_IN_A_LINE: Final = 0.1
_LEAST_INK_PX: Final = 30
_LEAST_HEIGHT_PX: Final = 8
#: A 。 that wrapped has 0.16 of a line's height, and in dots 0.015 of its square.
_MARK_HEIGHT: Final = 0.12
_MARK_INK: Final = 0.01
#: Whatever the size of its line, anything smaller is dust.
_SPECK_HEIGHT_PX: Final = 4
_SPECK_INK_PX: Final = 12


def bounds(quad: Quad) -> Rect:
    """The upright rectangle round four corners."""
    left, top = np.floor(quad.min(axis=0))
    right, bottom = np.ceil(quad.max(axis=0))
    return int(left), int(top), int(right), int(bottom)


def holds_middle(area: tuple[float, float, float, float], rect: tuple[float, float, float, float]) -> bool:
    """Whether the middle of a rectangle lies in an area; both are left, top, right and bottom."""
    x, y = (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
    return area[0] <= x <= area[2] and area[1] <= y <= area[3]


def lines_in_frame(frame: Frame, lines: Iterable[Rect], ink: Mask) -> tuple[Rect, ...]:
    """The rectangles to be read in a cell, top to bottom and left to right.

    `ink` is the page's ink without the rules.
    """
    inner, found = inside(frame), tuple(lines)
    pieces = [piece for line in found if (piece := _piece(line, inner)) is not None]
    pieces = _parted(_joined(pieces), found, ink)
    pieces = _grown(_heightened(pieces, inner, ink), inner, ink)
    return tuple(_in_order([*pieces, *_missed(inner, pieces, ink)]))


def is_cut(frame: Frame, lines: Iterable[Rect], frames: Sequence[Frame]) -> bool:
    """Whether a detected line reaches into a cell and is no cell's: a rule that is none runs through its letters."""
    inner = inside(frame)
    return any(
        _reaches_into(line, inner) and all(_piece(line, inside(other)) is None for other in frames) for line in lines
    )


def runs_on(rect: Rect, frame: Frame, lines: Iterable[Rect], frames: Sequence[Frame]) -> bool:
    """Whether a detected line that is read in a cell goes on beyond its side, and no other cell has the rest: where a
    side is not drawn the cell may be wider than it seems."""
    inner = inside(frame)
    others = [inside(other) for other in frames if other is not frame]
    own = (line for line in lines if _piece(line, inner) is not None and _one_line(rect, line))
    return any(all(_piece(rest, other) is None for other in others) for line in own for rest in _rests(line, inner))


def goes_on_unseen(rect: Rect, frame: Frame, ink: Mask) -> bool:
    """Whether ink follows a line beyond a side of its cell that is not drawn: the detector may have seen none of it.

    `ink` is the page's, without the rules.
    """
    left, top, right, bottom = rect
    reach, edge = round(_FOLLOWS * (bottom - top)), round(_CUT * (bottom - top))
    rows = slice(top + edge, max(top + edge + 1, bottom - edge))
    before = frame.open_left and _is_inked(ink[rows, max(0, left - reach) : max(0, frame.left - _INSET_PX)])
    return before or (frame.open_right and _is_inked(ink[rows, frame.right + _INSET_PX : max(0, right + reach)]))


def _is_inked(part: Mask) -> bool:
    return int(np.count_nonzero(part)) >= _LEAST_INK_PX


def _rests(line: Rect, inner: Rect) -> Iterator[Rect]:
    """What of a line stands left and right of a cell, if it is more than the edge of a character."""
    left, top, right, bottom = line
    least = _REST * (bottom - top)
    if inner[0] - left > least:
        yield left, top, inner[0], bottom
    if right - inner[2] > least:
        yield inner[2], top, right, bottom


def _reaches_into(line: Rect, inner: Rect) -> bool:
    wide = min(line[2], inner[2]) - max(line[0], inner[0])
    high = min(line[3], inner[3]) - max(line[1], inner[1])
    return wide > 0.5 * (line[2] - line[0]) and high > _CUT * (line[3] - line[1])


def inside(frame: Frame) -> Rect:
    """A cell without its rules' inner edges."""
    return frame.left + _INSET_PX, frame.top + _INSET_PX, frame.right - _INSET_PX, frame.bottom - _INSET_PX


def _piece(line: Rect, inner: Rect) -> Rect | None:
    left, top, right, bottom = (
        max(line[0], inner[0]),
        max(line[1], inner[1]),
        min(line[2], inner[2]),
        min(line[3], inner[3]),
    )
    height = line[3] - line[1]
    if bottom - top < 0.5 * height or right - left < min(_EDGE * height, 0.5 * (line[2] - line[0])):
        return None
    return left, top, right, bottom


def _joined(pieces: Sequence[Rect]) -> list[Rect]:
    """Pieces of one line (their middles within each other's height) that overlap or nearly touch become one."""
    rest = sorted(pieces)
    done: list[Rect] = []
    for piece in rest:
        partner = next((i for i, other in enumerate(done) if _one_line(other, piece)), None)
        if partner is None:
            done.append(piece)
        else:
            done[partner] = _union(done[partner], piece)
    return done


def _one_line(left: Rect, right: Rect) -> bool:
    overlap = min(left[3], right[3]) - max(left[1], right[1])
    least = min(left[3] - left[1], right[3] - right[1])
    return overlap > 0.6 * least and right[0] - left[2] < 0.6 * least


def _union(a: Rect, b: Rect) -> Rect:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _parted(pieces: Sequence[Rect], lines: Sequence[Rect], ink: Mask) -> list[Rect]:
    """Pieces, those much higher than the page's `lines` taken apart where paper runs through them: detection takes the two
    short lines of a label that wrapped for one."""
    if not pieces:
        return []
    usual = float(np.median([bottom - top for _, top, _, bottom in lines]))
    return [part for piece in pieces for part in (_bands(piece, usual, ink) or [piece])]


def _bands(piece: Rect, usual: float, ink: Mask) -> list[Rect]:
    """The lines in one piece, or none where it is one line as it stands."""
    left, top, right, bottom = piece
    if bottom - top < _MORE_THAN_ONE * usual:
        return []
    inked = (ink[top:bottom, left:right] > 0).sum(axis=1) >= 2
    least = _LEAST_LINE * usual
    runs = _runs(inked, gap=max(1, round(_IN_A_LINE * usual)))
    if bottom - top < _TWO_LINES * usual or len(runs) < 2 or any(end - start < least for start, end in runs):
        runs = _alike(_runs(inked, gap=0), least)
    if len(runs) < 2:
        return []
    return [(left, max(top, top + start - 2), right, min(bottom, top + end + 2)) for start, end in runs]


def _alike(runs: list[tuple[int, int]], least: float) -> list[tuple[int, int]]:
    """Runs of rows, those lower than a line joined to the nearer one beside them; none where the lines that come of it are not
    about as high as each other. So lines with next to no room between are told from parts of one character."""
    while (
        len(runs) > 1 and (low := next((i for i, run in enumerate(runs) if run[1] - run[0] < least), None)) is not None
    ):
        after = low == 0 or (low + 1 < len(runs) and runs[low + 1][0] - runs[low][1] < runs[low][0] - runs[low - 1][1])
        first = low if after else low - 1
        runs[first : first + 2] = [(runs[first][0], runs[first + 1][1])]
    heights = [end - start for start, end in runs]
    return runs if heights and max(heights) <= _ALIKE * min(heights) else []


def _heightened(pieces: Sequence[Rect], inner: Rect, ink: Mask) -> list[Rect]:
    """Lines grown up and down over ink that goes on: detection cuts descenders and underscores, or half a line."""
    grown = []
    for left, top, right, bottom in pieces:
        rows = np.asarray(ink[:, left:right].any(axis=1))
        others = [p for p in pieces if p != (left, top, right, bottom) and min(p[2], right) > max(p[0], left)]
        low = max([inner[1], *((p[3] + top) // 2 for p in others if p[1] < top)])
        high = min([inner[3], *((p[1] + bottom + 1) // 2 for p in others if p[3] > bottom)])
        grown.append((left, _climb(rows, top, low, -1), right, _climb(rows, bottom, high, 1)))
    return grown


def _climb(rows: np.typing.NDArray[np.bool_], at: int, limit: int, step: int) -> int:
    """From `at` on as long as rows hold ink or gaps of two rows at most; a margin stays where ink ends."""
    last, gap, position = at, 0, at
    while position != limit and gap <= 2:
        if rows[position if step > 0 else position - 1]:
            last, gap = position + step, 0
        else:
            gap += 1
        position += step
    if last == at:
        return at
    return min(last + 2, limit) if step > 0 else max(last - 2, limit)


def _grown(pieces: Sequence[Rect], inner: Rect, ink: Mask) -> list[Rect]:
    """Lines widened to ink that stands just beside them: detection likes to lose a last thin character."""
    grown = []
    for left, top, right, bottom in pieces:
        height = bottom - top
        band = np.asarray(ink[top + height // 5 : bottom - height // 5, :].any(axis=0))
        others = [
            p for p in pieces if p != (left, top, right, bottom) and min(p[3], bottom) - max(p[1], top) > 0.4 * height
        ]
        low = max([inner[0], *(p[2] for p in others if p[2] <= left)])
        high = min([inner[2], *(p[0] for p in others if p[0] >= right)])
        grown.append((_reach(band, left, low, height, -1), top, _reach(band, right, high, height, 1), bottom))
    return grown


def _reach(band: np.typing.NDArray[np.bool_], at: int, limit: int, height: int, step: int) -> int:
    """From `at` on as long as gaps between ink are under 0.7 of the line's height; a margin stays where ink ends."""
    gap, last, position = 0, at, at
    while position != limit and gap < 0.7 * height:
        inside = position if step > 0 else position - 1
        if band[inside]:
            last, gap = position + step, 0
        else:
            gap += 1
        position += step
    if last == at:
        return at
    margin = max(2, height // 8)
    return min(last + margin, limit) if step > 0 else max(last - margin, limit)


def _missed(inner: Rect, pieces: Sequence[Rect], ink: Mask) -> list[Rect]:
    """Lines of ink in the cell that no piece covers, found by the gaps between them.

    Beside other lines a mark that wrapped by itself (。) is one too: as high as they are, for it is told by its size.
    """
    left, top, right, bottom = inner
    if right - left < 4 or bottom - top < 4:
        return []
    rest = (ink[top:bottom, left:right] > 0).copy()
    for piece in pieces:
        high = piece[3] - piece[1]
        rest[
            max(0, piece[1] - top - high // 6) : piece[3] - top + high // 6,
            max(0, piece[0] - left - 4) : piece[2] - left + 4,
        ] = False
    rows = rest.sum(axis=1) >= 2
    line_px = int(np.median([piece[3] - piece[1] for piece in pieces])) if pieces else None
    found = (_rect(rest, start, end, inner, line_px) for start, end in _runs(rows, gap=3))
    return [rect for rect in found if rect is not None]


def _rect(rest: np.typing.NDArray[np.bool_], start: int, end: int, inner: Rect, line_px: int | None) -> Rect | None:
    """The rows `start` to `end` of `rest` as a line in the page; None where they hold too little."""
    part = rest[start:end]
    columns = np.flatnonzero(part.any(axis=0))
    least_px, least_ink = float(_LEAST_HEIGHT_PX), float(_LEAST_INK_PX)
    if line_px is not None:
        least_px = min(least_px, max(_SPECK_HEIGHT_PX, _MARK_HEIGHT * line_px))
        least_ink = min(least_ink, max(_SPECK_INK_PX, _MARK_INK * line_px**2))
    if end - start < least_px or part.sum() < least_ink or columns.size == 0:
        return None
    left, top, right, bottom = inner
    margin = max(3, (end - start) // 8)
    above = max(margin, (line_px or 0) - (end - start) - margin)
    return (
        max(left, left + int(columns[0]) - margin),
        max(top, top + start - above),
        min(right, left + int(columns[-1]) + 1 + margin),
        min(bottom, top + end + margin),
    )


def _runs(flags: np.typing.NDArray[np.bool_], *, gap: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for at in np.flatnonzero(flags):
        if runs and at - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], int(at) + 1)
        else:
            runs.append((int(at), int(at) + 1))
    return runs


def _in_order(rects: Sequence[Rect]) -> list[Rect]:
    """Reading order: rows by their middles, then left to right."""
    return [rect for row in rows_of(rects) for rect in row]


def rows_of(rects: Sequence[Rect]) -> list[list[Rect]]:
    """Rectangles grouped into rows, top to bottom, each left to right."""
    rows: list[list[Rect]] = []
    for rect in sorted(rects, key=lambda r: r[1] + r[3]):
        middle = (rect[1] + rect[3]) / 2
        if rows and rows[-1][0][1] < middle < rows[-1][0][3]:
            rows[-1].append(rect)
        else:
            rows.append([rect])
    return [sorted(row) for row in rows]
