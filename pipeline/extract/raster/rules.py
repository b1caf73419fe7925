"""The ruling lines of a table on an upright, flat picture.

A rule is where a long thin run of ink lies; breaks of a fax and the bend of a photographed sheet are
tolerated. Positions are pixels of the picture that was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.components import find_components
from pipeline.extract.raster.dashed_rules import paint_dashed_rules
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.ink import Mask
from pipeline.extract.raster.print_strokes import strokes_of_print
from pipeline.extract.raster.runs import find_runs, turned
from pipeline.extract.raster.short_rules import short_uprights

#: Shares of the picture's longer side: a piece of a rule is longer than the strokes of any character on a form;
#: breaks between pieces are closed; a whole rule is at least this long.
_PIECE: Final = 0.02
_BREAK: Final = 0.012
_SHORTEST: Final = 0.035
_THICK: Final = 0.006
#: How far beside a run strokes are looked for, and the share of ink there that print has and a rule has not.
_STROKE: Final = 0.003
_CROWDED: Final = 0.09
#: Share of a level run's columns in which ink lies over ink: of words that a blur joined it is much more.
_HOLLOW: Final = 0.15
#: So many rules that end together show where a border was; only long ones, which no line of print is.
LEAST_ENDS: Final = 4
_LONG: Final = 0.2
#: So long are rules of a table and not of a box to tick or an underline, and so many of them make one likely.
_RULED: Final = 0.12
_FEW_RULES: Final = 2
#: How far from an upright rule a level one may end that is held by it: on a sheet not quite flat they slant.
_HELD: Final = 0.007
#: So much paper at both ends shows that nothing is held there: a label of bold strokes may fill its cell from side to side.
_GAP_PX: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One straight rule: `at` is its y (horizontal) or x (vertical), `start`..`end` its extent, `thick` its thickness."""

    at: float
    start: int
    end: int
    thick: int = 1

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of a page with the masks they were found in."""

    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    horizontal_mask: Mask
    vertical_mask: Mask


def find_rules(even: Gray, *, upright: bool = True, dashed: bool = True) -> Rules:
    """The rules of a picture with evened light, with `dashed` also those of dots and dashes; empty tuples where there are none.

    On an `upright` page the feet of a line of print are told from level rules; on one that may lie on its side the
    beginnings of values beside an upright rule would look the same.
    """
    ink = _thin_ink(even)
    horizontal = _runs(ink, vertical=False)
    vertical = _runs(ink, vertical=True)
    down = _rules(turned(vertical))
    across = _rules(horizontal)
    painted = paint_dashed_rules(ink, across, down) if dashed else None
    if painted is not None:
        horizontal, vertical = horizontal | painted[0], vertical | painted[1]
        ink = ink | painted[0] | painted[1]
        across, down = _rules(horizontal), _rules(turned(vertical))
    if upright:
        near = max(6, round(max(ink.shape) * _HELD))
        long = round(max(ink.shape) * _LONG)
        held = _Holders(across, down, near, long)
        across = tuple(
            rule
            for rule in across
            if not (_is_print(ink, rule) or (rule.length < long and _is_hollow(ink, rule)))
            or (held.hold(rule) and not _stands_free(ink, rule, down, near))
        )
        short = short_uprights(ink, horizontal, [r.at for r in across], near=near, highest=_shortest(ink))
        if short.any():
            vertical |= short
            down = _rules(turned(vertical))
        strokes = strokes_of_print(ink, vertical, horizontal, down)
        for left, right, top, bottom in strokes:
            vertical[top:bottom, left:right] = 0
        down = _rules(turned(vertical)) if strokes else down
    return Rules(
        horizontal=across,
        vertical=down,
        horizontal_mask=horizontal,
        vertical_mask=vertical,
    )


def has_long_rules(rules: Rules) -> bool:
    """Whether something is ruled, if only two lines of it: of creased paper no more may be seen of a table."""
    long = _RULED * float(max(rules.horizontal_mask.shape))
    return sum(rule.length > long for rule in (*rules.horizontal, *rules.vertical)) >= _FEW_RULES


def _thin_ink(even: Gray) -> Mask:
    """Ink by local contrast, so that a faint hairline counts as well as a bold one."""
    block = max(15, (min(even.shape) // 40) | 1)
    return np.asarray(
        cv2.adaptiveThreshold(even, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 14), dtype=np.uint8
    )


def _runs(ink: Mask, *, vertical: bool) -> Mask:
    """Runs of ink in one direction, longer than any stroke of a character, breaks closed."""
    longest = max(*ink.shape)
    piece, gap = (max(12, round(longest * share)) for share in (_PIECE, _BREAK))
    return find_runs(ink, vertical=vertical, piece=piece, gap=gap, shortest=_shortest(ink))


def _shortest(ink: Mask) -> int:
    return max(12, round(float(max(ink.shape)) * _SHORTEST))


def _rules(mask: Mask) -> tuple[Rule, ...]:
    """The level rules in a mask of runs."""
    thickest = max(12, round(max(mask.shape) * _THICK) * 2)
    found = []
    for left, top, width, height, area in find_components(mask):
        if area / max(width, 1) <= thickest and height <= width:  # else a filled block, not a line
            found.append(Rule(at=top + height / 2, start=left, end=left + width, thick=height))
    return tuple(sorted(found, key=lambda rule: (rule.at, rule.start)))


class _Holders:
    """What level rules reach to: upright rules, and where a border is gone the place where several long ones end."""

    def __init__(self, across: Sequence[Rule], down: Sequence[Rule], near: int, long: int) -> None:
        self._down = down
        self._near = near
        self._starts = [rule.start for rule in across if rule.length >= long]
        self._ends = [rule.end for rule in across if rule.length >= long]

    def hold(self, rule: Rule) -> bool:
        """Whether a level rule is held at both ends: the wall of a cell, however close text stands to it.

        Word leaves no room between a cell's rule and its text.
        """
        return self._at(rule.start, rule.at, self._starts) and self._at(rule.end, rule.at, self._ends)

    def _at(self, x: int, y: float, ends: Sequence[int]) -> bool:
        near = self._near
        upright = any(abs(r.at - x) <= near and r.start - near <= y <= r.end + near for r in self._down)
        return upright or sum(abs(end - x) <= near for end in ends) >= LEAST_ENDS


def _stands_free(ink: Mask, rule: Rule, down: Sequence[Rule], near: int) -> bool:
    """Whether paper lies between a level run and the upright rules beside both its ends: print that fills its cell."""
    least = max(_GAP_PX, near // 3)
    rows = ink[max(0, round(rule.at - rule.thick)) : round(rule.at + rule.thick) + 1]
    inked = np.asarray(rows.any(axis=0))
    # What stands elsewhere in the column is no wall of this row.
    here = [w for w in down if w.start - near <= rule.at <= w.end + near]
    before = [round(w.at) for w in here if rule.start - near - w.thick <= w.at < rule.start]
    behind = [round(w.at) for w in here if rule.end < w.at <= rule.end + near + w.thick]
    if not before or not behind:
        return False
    gaps = (inked[max(before) : rule.start + 1], inked[rule.end : min(behind) + 1])
    return all(_longest_blank(gap) >= least for gap in gaps)


def _longest_blank(inked: npt.NDArray[np.bool_]) -> int:
    """How many dots without ink follow each other at most."""
    edges = np.flatnonzero(np.concatenate(([True], inked, [True])))
    return int(np.diff(edges).max()) - 1


def _is_hollow(ink: Mask, rule: Rule) -> bool:
    """Whether a level run is a word or a number whose characters a blur joined: they have room in them, and a rule has none.

    A value that passed for a rule cut its row in two, was taken out of the page with it, and the field was believed blank.
    """
    rows = ink[max(0, round(rule.at - rule.thick / 2)) : round(rule.at + rule.thick / 2) + 1, rule.start : rule.end]
    pieces = np.count_nonzero(np.diff((rows > 0).astype(np.int8), axis=0, prepend=0) > 0, axis=0)
    return float((pieces > 1).mean()) > _HOLLOW


def _is_print(ink: Mask, rule: Rule) -> bool:
    """Whether a level run is the feet or the heads of a line of print: strokes stand on it or hang from it all along."""
    reach = max(6, round(max(ink.shape) * _STROKE))
    rim = reach // 2 + 1  # the soft edge of a thick rule
    columns = slice(rule.start, rule.end)
    top, bottom = round(rule.at - rule.thick / 2), round(rule.at + rule.thick / 2)
    over = ink[max(0, top - rim - reach) : max(0, top - rim), columns]
    under = ink[bottom + rim : bottom + rim + reach, columns]
    return any(
        band.size > 0 and cv2.countNonZero(np.ascontiguousarray(band)) > _CROWDED * band.size for band in (over, under)
    )
