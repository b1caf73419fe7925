"""Upright runs of ink that are strokes of print and no rules.

Where rows are so low that print fills them from rule to rule, upright strokes of characters that stand below each other join to
runs as long as a wall: 管 over 管 over 管. At such a stroke others end or cross it (口, 日, 贝), beside a wall runs paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.ink import Mask

#: Of the picture's longer side: no longer run is of strokes of a few rows.
_LONGEST: Final = 0.12
#: Of a run's rows of dots, those in which ink goes on beside it. Walls of tables whose text stands as close as in Word had 0.02
#: at most (2,600 rules on scans, faxes and photos), strokes mostly 0.1 to 0.5.
_TOUCHED: Final = 0.06
#: How far ink goes on beside a run, of the picture's longer side, and at least.
_REACH: Final = 0.003
_REACH_PX: Final = 4
#: Of a run's rows, those without ink in its middle: strokes of two rows leave paper where the rule between them begins. A dashed
#: wall leaves more.
_GAPS: Final = (0.03, 0.3)
#: So many strokes in the same rows are a line of print, of which another run may be.
_LINE: Final = 2
_SIDE_PX: Final = 40
#: Beside a level rule lies its soft edge; so far from it a wall goes on without a break.
_SOFT_PX: Final = 2
_HOLD_PX: Final = 5
#: So many ends tell where it goes on at none of them, so many where it does at fewer than this share. Walls of scans, faxes, photos
#: and carbon copies went on at 0.89 of their ends at least, print that fills its rows at 0.36 at most.
_ENDS: Final = 2
_MANY: Final = 4
_HELD: Final = 0.5


class _Upright(Protocol):
    """An upright rule as `raster.rules.Rule` has it."""

    @property
    def at(self) -> float: ...

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def thick(self) -> int: ...


#: Of the rows of one cell, where strokes of its text join a wall of the cells above and below: one that a stroke meets has less.
_TOUCHED_CELL: Final = 0.15
_LOWEST_PX: Final = 10
#: Where a wall is whole elsewhere, so much of it is inked, and less of a stroke that carries it on into one more cell;
#: if that reaches one of the level rules, so much ink touches it.
_SOLID: Final = 0.97
_CARRIED: Final = 0.9

#: Left, right, top, bottom.
_Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Look:
    """Of the rows of dots of a run that no level rule crosses: their y, whether other ink touches it, whether it has ink itself.

    `ends`: above and below each level rule that crosses it, whether its ink goes on there without a break.
    """

    rows: npt.NDArray[np.int_]
    touched: npt.NDArray[np.bool_]
    inked: npt.NDArray[np.bool_]
    ends: tuple[bool, ...]

    @property
    def held(self) -> bool:
        """Whether it goes on from one of the level rules, or there is none to tell."""
        return not self.ends or any(self.ends)

    @property
    def is_cut_off(self) -> bool:
        """Whether it breaks off before most of the level rules, as a wall does not."""
        if len(self.ends) < _MANY:
            return len(self.ends) >= _ENDS and not self.held
        return sum(self.ends) < _HELD * len(self.ends)


def strokes_of_print(ink: Mask, upright: Mask, level: Mask, rules: Sequence[_Upright]) -> list[_Box]:
    """The parts of `rules` that are strokes of print, as boxes. `upright` is the mask they were found in, `level` that of level
    rules."""
    looks = [(rule, look) for rule in rules if (look := _look(ink, upright, level, rule)) is not None]
    short = [(rule, look) for rule, look in looks if rule.end - rule.start < _LONGEST * max(ink.shape)]
    strokes = [rule for rule, look in short if look.touched.mean() >= _TOUCHED]
    broken = [rule for rule, look in short if rule not in strokes and _GAPS[0] < 1 - look.inked.mean() < _GAPS[1]]
    free = {id(rule) for rule, look in short if not look.held}
    strokes += [r for r in broken if id(r) in free or sum(_share_rows(r, other) for other in strokes) >= _LINE]
    # Print that fills its rows leaves too little paper to be broken: what ends before most level rules is no wall all the same.
    strokes += [rule for rule, look in looks if rule not in strokes and look.is_cut_off]
    cells = [box for rule, look in looks if rule not in strokes for box in _cells_of_print(rule, look)]
    return [(*_sides(rule), rule.start, rule.end) for rule in strokes] + cells


def _sides(rule: _Upright) -> tuple[int, int]:
    left = max(0, round(rule.at - rule.thick / 2))
    return left, left + rule.thick + 1


def _cells_of_print(rule: _Upright, look: _Look) -> Iterator[_Box]:
    """The parts of a rule from one level rule to the next that are strokes of the text there."""
    for part in np.split(np.arange(look.rows.size), np.flatnonzero(np.diff(look.rows) > 1) + 1):
        if part.size < _LOWEST_PX:
            continue
        if look.touched[part].mean() >= _TOUCHED_CELL or _carries_on(part, look):
            yield *_sides(rule), int(look.rows[part[0]]), int(look.rows[part[-1]]) + 1


def _carries_on(part: npt.NDArray[np.int_], look: _Look) -> bool:
    """Whether in one cell a run breaks off before the level rules, and is a whole wall elsewhere: a stroke of a label in the middle
    of two columns, below the wall that parts them."""
    rest = np.delete(look.inked, part)
    if rest.size < part.size or rest.mean() < _SOLID or look.inked[part].mean() > _CARRIED:
        return False
    held = bool(look.inked[part[:_HOLD_PX]].all()) + bool(look.inked[part[-_HOLD_PX:]].all())
    return held == 0 or (held == 1 and bool(look.touched[part].mean() >= _TOUCHED))


def _share_rows(one: _Upright, other: _Upright) -> bool:
    both = min(one.end, other.end) - max(one.start, other.start)
    return both > 0.5 * (one.end - one.start)


def _look(ink: Mask, upright: Mask, level: Mask, rule: _Upright) -> _Look | None:
    left, right = _sides(rule)
    part = upright[rule.start : rule.end, left:right] > 0
    across = np.asarray((level[rule.start : rule.end, max(0, left - 3) : right + 2] > 0).any(axis=1))
    crossed = np.convolve(across, np.ones(2 * _SOFT_PX + 1), "same") > 0
    rows = np.flatnonzero(part.any(axis=1) & ~crossed)
    if not rows.size:
        return None
    middles = left + (part[rows] * np.arange(part.shape[1])).sum(axis=1) // part[rows].sum(axis=1)
    columns = np.clip(middles[:, None] + np.arange(-_SIDE_PX, _SIDE_PX + 1), 0, ink.shape[1] - 1)
    window = ink[rule.start + rows[:, None], columns] > 0
    inked = np.asarray(window[:, _SIDE_PX - 1 : _SIDE_PX + 2].any(axis=1))
    window[:, _SIDE_PX] |= inked
    before, behind = _inked_first(window[:, _SIDE_PX::-1]), _inked_first(window[:, _SIDE_PX:])
    if not inked.any():
        return None
    usual = float(np.median((before + behind - 1)[inked]))
    reach = usual / 2 + max(_REACH_PX, round(max(ink.shape) * _REACH))
    return _Look(
        rows=rule.start + rows,
        touched=((before > reach) | (behind > reach)) & inked,
        inked=inked,
        ends=tuple(_ends_inked(ink[rule.start : rule.end, left:right], across)),
    )


def _inked_first(rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.int_]:
    """How many dots each row begins with that have ink."""
    return np.asarray(np.where(rows.all(axis=1), rows.shape[1], rows.argmin(axis=1)))


def _ends_inked(ink: Mask, across: npt.NDArray[np.bool_]) -> list[bool]:
    """Above and below each level rule whether ink goes on there without a break; `across` are the rows that level rules take."""
    inked = np.asarray((ink > 0).any(axis=1))
    edges = np.flatnonzero(np.diff(across.astype(np.int8)))
    sides = (
        (inked[at + 1 : at + 1 + _HOLD_PX] if across[at] else inked[max(0, at + 1 - _HOLD_PX) : at + 1]) for at in edges
    )
    return [bool(side.all()) for side in sides if side.size == _HOLD_PX]
