"""Streaks that a scanner draws down a whole page: dust on its glass, or toner.

A dot of the glass is a column of the picture, so a streak is exactly upright and runs from edge to edge, over paper, text and
table alike. It passes for a wall and cuts every cell it crosses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.decode import Gray, Rgb

#: Of the picture's width: the widest streak, and how far beside it the paper is looked at.
_WIDEST: Final = 0.004
_LEAST_BESIDE_PX: Final = 4
#: Rows looked at together.
_ROWS: Final = 8
#: How much darker than what is on both sides of it a streak is; down how much of the page, of each part of it, and of the margins
#: above and below the table, which walls do not reach.
_DARKER: Final = 9
_WHOLE: Final = 0.75
_PARTS: Final = 20
_IN_PART: Final = 0.4
_IN_MARGIN: Final = 0.95
#: Uprights no shorter than this share of the page that end on it: without two of them what does not end may be a wall, of rows
#: that somebody cut out of a page.
_WALL: Final = 0.1
_WALLS: Final = 2
_MOST: Final = 8
#: Of the width: level rules are as long.
_LEVEL: Final = 0.08
#: In a streak that takes so much light nothing of a stroke is seen.
_OPAQUE: Final = 100
#: Round a streak its soft edge.
_SOFT_PX: Final = 1

_Columns = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """The columns `left` to `right` (not included) of a picture; in an `opaque` one no stroke can be seen."""

    left: int
    right: int
    opaque: bool


def find_streaks(gray: Gray) -> tuple[Streak, ...]:
    """The streaks of a picture of a page with a table, left to right."""
    high, wide = gray.shape
    if high < _ROWS * _PARTS:
        return ()
    rows = np.asarray(cv2.resize(gray, (wide, high // _ROWS), interpolation=cv2.INTER_AREA), dtype=np.int16)
    beside = max(_LEAST_BESIDE_PX, round(_WIDEST * wide) + 2)
    depth = np.zeros_like(rows)
    depth[:, beside:-beside] = np.minimum(rows[:, : -2 * beside], rows[:, 2 * beside :]) - rows[:, beside:-beside]
    dark = depth > _DARKER
    whole = [columns for columns in _runs(_is_whole(dark)) if columns[1] - columns[0] <= beside]
    if not 0 < len(whole) <= _MOST or _ending_walls(dark, whole) < _WALLS:
        return ()
    level = _level_runs(gray)
    if level[:, 0].any() or level[:, -1].any() or any(_ends_rules(level, columns, beside) for columns in whole):
        return ()
    return tuple(
        Streak(left=left, right=right, opaque=float(np.median(depth[:, left:right].max(axis=1))) >= _OPAQUE)
        for left, right in whole
    )


def without_streaks(rgb: Rgb, streaks: Sequence[Streak]) -> Rgb:
    """The picture with its streaks lightened, opaque ones closed from both sides."""
    clean = rgb.copy()
    for streak in streaks:
        left, right = max(1, streak.left - _SOFT_PX), min(rgb.shape[1] - 1, streak.right + _SOFT_PX)
        before, behind = rgb[:, left - 1 : left], rgb[:, right : right + 1]
        lighter = np.maximum(before, behind)
        part = rgb[:, left:right]
        if streak.opaque:
            clean[:, left:right] = lighter
        else:
            lost = np.median(lighter.astype(np.int16) - part, axis=0, keepdims=True)
            clean[:, left:right] = np.clip(part + np.maximum(lost, 0), 0, 255).astype(np.uint8)
    return clean


def _is_whole(dark: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Of each column whether it is darker than its sides from the page's top to its foot."""
    parts = np.array([part.mean(axis=0) for part in np.array_split(dark, _PARTS)])
    ends = np.minimum(parts[0], parts[-1])
    return np.asarray((dark.mean(axis=0) >= _WHOLE) & (parts.min(axis=0) >= _IN_PART) & (ends >= _IN_MARGIN))


def _ending_walls(dark: npt.NDArray[np.bool_], whole: Sequence[_Columns]) -> int:
    """How many long uprights begin and end on the page."""
    wide = cv2.dilate(dark.astype(np.uint8), np.ones((1, 3), np.uint8))
    for left, right in whole:
        wide[:, max(0, left - 2) : right + 2] = 0
    long = cv2.erode(wide, np.ones((max(2, round(_WALL * dark.shape[0])), 1), np.uint8), borderValue=(0.0,))
    return len(_runs(np.asarray(long.any(axis=0))))


def _level_runs(gray: Gray) -> npt.NDArray[np.bool_]:
    ink = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 14)
    ink = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(12, round(_LEVEL * gray.shape[1]))), np.uint8))
    return np.asarray(runs > 0)


def _ends_rules(level: npt.NDArray[np.bool_], columns: _Columns, beside: int) -> bool:
    """Whether more level rules end at these columns than cross them: a wall at the side of a table."""
    left, right = columns
    sides = [level[:, max(0, x - 2) : x + 3].any(axis=1) for x in (left - 2 * beside, right + 2 * beside)]
    found = [[run for run in _runs(side) if run[1] - run[0] <= beside] for side in map(np.asarray, sides)]
    crossing = sum(_meets(run, found[1], beside) for run in found[0])
    ending = sum(map(len, found)) - 2 * crossing
    return ending >= _WALLS and ending > crossing


def _meets(run: _Columns, others: Sequence[_Columns], room: int) -> bool:
    """Whether a rule goes on behind a streak, a little higher or lower on a sheet that lies askew."""
    return any(run[0] - room < end and start < run[1] + room for start, end in others)


def _runs(set_: npt.NDArray[np.bool_]) -> list[_Columns]:
    """Where runs of true begin and end."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], set_, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
