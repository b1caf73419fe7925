"""Rules that are drawn as dots or dashes, each a piece of ink of its own.

Pieces of one size that follow each other at one distance are a rule, if its ends are held as a wall's are: it goes on, with no
blank wider than those between its dashes, to a rule that crosses it there, or others end with it. So dots in a sentence (……) and
lines to write on or to cut along (------) are none: they end in the open. Where text touches dashes, or other rules cross them,
they are no pieces of their own; what counts there is that ink goes on. Positions are pixels of the mask that was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.ink import Mask

#: Shares of the picture's longer side: how thick a dash is at most, how long, how far from the next, and from one that is a piece
#: of its own again.
_THICK: Final = 0.0035
_LONGEST: Final = 0.02
_GAP: Final = 0.009
_REACH: Final = 0.06
#: How much longer gaps may be than dashes, and in which share of thickness a dot may be shorter.
_OF_DASH: Final = 3.0
_FLAT: Final = 0.6
#: So many prove themselves by being alike; fewer are like some that are proved.
_PROVED: Final = 8
_FEW: Final = 2
#: Of the pieces of a chain so many are dashes, if its own look counts; of its gaps so many are shorter than those where dashes are
#: missing.
_MOSTLY: Final = 0.75
_WHOLE: Final = 0.3
#: How far dashes may differ in length, gaps in width, and both in pixels besides.
_LENGTHS: Final = 0.35
_GAPS: Final = 0.5
_SOFT_PX: Final = 1.5
#: Where two rules cross, their dashes leave so much more paper.
_CORNER_PX: Final = 2.5
#: From one dash to the next, across the rule.
_STEP_PX: Final = 1.6
#: So many rules that end together need no other across their ends.
_TOGETHER: Final = 4
#: A speck is no dot.
_LEAST_PX: Final = 3
#: No wall is shorter, in shares of the longer side.
_LOWEST: Final = 0.01

_Boxes = npt.NDArray[np.int32]
_Numbers = npt.NDArray[np.float64]


class _Drawn(Protocol):
    """A rule as `raster.rules.Rule` has it."""

    @property
    def at(self) -> float: ...

    @property
    def start(self) -> float: ...

    @property
    def end(self) -> float: ...


@dataclass(frozen=True, slots=True, eq=False)
class _Dashes:
    """Pieces along one level line in their order: where each starts and ends, its middle across the line, how thick it is."""

    starts: _Numbers
    ends: _Numbers
    middles: _Numbers
    thick: _Numbers

    @property
    def start(self) -> float:
        return float(self.starts[0])

    @property
    def end(self) -> float:
        return float(self.ends[-1])

    @property
    def gaps(self) -> _Numbers:
        return np.asarray(self.starts[1:] - self.ends[:-1])

    def __len__(self) -> int:
        return len(self.starts)

    def part(self, own: slice | npt.NDArray[np.intp]) -> _Dashes:
        return _Dashes(self.starts[own], self.ends[own], self.middles[own], self.thick[own])


@dataclass(frozen=True, slots=True)
class _Look:
    """How dashes of one rule are drawn: their length, the gaps between them, how thick they are."""

    length: float
    gap: float
    thick: float

    @property
    def blank(self) -> float:
        """No wider blank is in such a rule."""
        return (1 + _GAPS) * self.gap + _CORNER_PX

    @property
    def near(self) -> float:
        """How far from its last dash a rule may run that the dashes reach."""
        return self.length + self.gap + self.thick + _SOFT_PX

    def alike(self, dashes: _Dashes) -> npt.NDArray[np.bool_]:
        """Which pieces are drawn so."""
        long = np.abs(dashes.ends - dashes.starts - self.length) <= _LENGTHS * self.length + _SOFT_PX
        return np.asarray(long & (np.abs(dashes.thick - self.thick) <= _SOFT_PX))


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """A rule of dashes, and how far it may reach."""

    dashes: _Dashes
    look: _Look
    at: float
    start: float
    end: float


def _rule(dashes: _Dashes, look: _Look) -> _Rule:
    at = float(np.median(dashes.middles))
    return _Rule(dashes, look, at=at, start=dashes.start - look.near, end=dashes.end + look.near)


def paint_dashed_rules(ink: Mask, across: Sequence[_Drawn], down: Sequence[_Drawn]) -> tuple[Mask, Mask] | None:
    """Masks of the level and of the upright rules of `ink` that are drawn in dashes, as if whole; None where there are none.

    `across` and `down` are the level and the upright rules that are drawn whole, or seem so.
    """
    longest = max(ink.shape)
    boxes = _small_pieces(ink, longest)
    if len(boxes) < _PROVED:
        return None
    sides = (_Side(ink, boxes, down, across), _Side(ink.T, boxes[:, (1, 0, 3, 2)], across, down))
    _keep_held(*sides, [[*side.proved(longest)] for side in sides])
    looks = _unlike(rule for side in sides for rule in side.rules)
    if not looks:
        return None
    _keep_held(*sides, [[*side.resembling(looks)] for side in sides])
    level, upright = np.zeros_like(ink), np.zeros_like(ink)
    sides[0].paint(level)
    sides[1].paint(upright.T)
    return level, upright


class _Side:
    """The dashes of a page in one direction, turned so that it is level."""

    def __init__(self, ink: Mask, boxes: _Boxes, crossing: Sequence[_Drawn], along: Sequence[_Drawn]) -> None:
        """`crossing` and `along` are the rules drawn whole."""
        self._ink = ink
        self._chains = list(_chains_of(boxes, max(ink.shape)))
        self._crossing = crossing
        self._along = along
        self._holders = _places(crossing)
        self.rules: list[_Rule] = []

    def proved(self, longest: int) -> Iterator[_Rule]:
        """Rules whose dashes are many and alike."""
        for chain in self._chains:
            if len(chain) < _PROVED:
                continue
            look = _look(chain)
            if look.gap > min(_GAP * longest, _OF_DASH * look.length + _SOFT_PX):
                continue
            if look.alike(chain).mean() >= _MOSTLY:
                yield from (rule for rule in self._parts(chain, look) if len(rule.dashes) >= _PROVED)

    def resembling(self, looks: Sequence[_Look]) -> Iterator[_Rule]:
        """Rules whose dashes are drawn as others are: by the look that fits most of a chain."""
        for chain in self._chains:
            found = ([*self._parts(chain, look)] for look in looks)
            yield from max(found, key=lambda parts: sum(len(part.dashes) for part in parts), default=[])

    def _parts(self, chain: _Dashes, look: _Look) -> Iterator[_Rule]:
        """The parts of a chain that are drawn so, as far as there is ink between the dashes that are pieces of their own."""
        alike = np.flatnonzero(look.alike(chain))
        if alike.size < _FEW:
            return
        own = chain.part(alike)
        wide = np.flatnonzero(own.gaps > look.blank)
        cuts = [
            int(i) + 1 for i in wide if not self._goes_on(own.ends[i], own.starts[i + 1], own.middles[i : i + 2], look)
        ]
        for first, last in pairwise([0, *cuts, len(own)]):
            if last - first >= _FEW and own.ends[last - 1] - own.starts[first] >= _LOWEST * max(self._ink.shape):
                yield _rule(own.part(slice(first, last)), look)

    def _goes_on(self, start: float, end: float, middles: _Numbers, look: _Look) -> bool:
        """Whether from `start` to `end` no blank is wider than between dashes, on the line between two `middles`."""
        x = np.arange(max(0, int(start)), min(self._ink.shape[1], int(end) + 1))
        if not x.size:
            return True
        y = np.interp(x, (start, end), (middles[0], middles[-1])).round().astype(np.intp)
        rows = np.clip(y[:, None] + (-1, 0, 1), 0, self._ink.shape[0] - 1)
        inked = (self._ink[rows, x[:, None]] > 0).any(axis=1)
        edges = np.flatnonzero(np.concatenate(([True], inked, [True])))
        return int(np.diff(edges).max()) - 1 <= look.blank

    def keep_held(self, others: Sequence[_Drawn]) -> None:
        """Keep the rules both ends of which are held, by rules drawn whole or by the `others` that cross them."""
        self._holders = _places([*self._crossing, *others])
        along = _places([*self._along, *self.rules])
        self.rules = [
            rule for rule in self.rules if all(self._is_held(rule, along, last=last) for last in (False, True))
        ]

    def _is_held(self, rule: _Rule, along: _Numbers, *, last: bool) -> bool:
        x = rule.end if last else rule.start
        together = np.abs(along[2 if last else 1] - x) <= 2 * rule.look.near
        return bool(together.sum() >= _TOGETHER) or self._holder(rule, last=last) is not None

    def _holder(self, rule: _Rule, *, last: bool) -> float | None:
        """Where the rule runs that holds an end; None where none does."""
        dashes, near = rule.dashes, rule.look.near
        x, y = (dashes.end, dashes.middles[-1]) if last else (dashes.start, dashes.middles[0])
        at, first, end = self._holders
        beyond = (at - x) * (1 if last else -1)
        found = at[
            (first - near <= y) & (y <= end + near) & (-near <= beyond) & (beyond <= _REACH * max(self._ink.shape))
        ]
        for place in found[np.argsort(np.abs(found - x))].tolist():
            if self._goes_on(min(x, place), max(x, place), np.array((y, y)), rule.look):
                return float(place)
        return None

    def paint(self, mask: Mask) -> None:
        """Draw the rules from dash to dash, and on to the rules that hold them."""
        for rule in self.rules:
            dashes = rule.dashes
            thick = max(1, round(rule.look.thick))
            x, y = np.stack([dashes.starts, dashes.ends], axis=1).ravel(), np.repeat(dashes.middles, 2)
            before, behind = (self._holder(rule, last=last) for last in (False, True))
            first = max(0.0, x[0] if before is None else min(x[0], before))
            last = x[-1] if behind is None else max(x[-1], behind)
            along = np.arange(int(first), min(int(last) + 1, mask.shape[1]))
            tops = np.round(np.interp(along, x, y) - thick / 2).astype(np.intp)
            for row in range(thick):
                mask[np.clip(tops + row, 0, mask.shape[0] - 1), along] = 255


def _keep_held(level: _Side, upright: _Side, found: Sequence[list[_Rule]]) -> None:
    """Give both sides those of the rules found that are held; what only hangs on one that is not goes with it."""
    level.rules, upright.rules = found
    before = -1
    while before != len(level.rules) + len(upright.rules):
        before = len(level.rules) + len(upright.rules)
        level.keep_held(upright.rules)
        upright.keep_held(level.rules)


def _places(rules: Sequence[_Drawn]) -> _Numbers:
    """Where rules run, start and end: three rows of numbers."""
    return np.array([(rule.at, rule.start, rule.end) for rule in rules], np.float64).reshape(-1, 3).T


def _small_pieces(ink: Mask, longest: int) -> _Boxes:
    """Left, top, width, height of the pieces of ink that are no longer than a dash, nor thicker."""
    outlines, levels = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return np.zeros((0, 4), np.int32)
    parents = np.asarray(levels)[0, :, 3].tolist()
    own = [cv2.boundingRect(outline) for outline, parent in zip(outlines, parents, strict=True) if parent < 0]
    boxes = np.array(own, np.int32)
    long, short = boxes[:, 2:].max(axis=1), boxes[:, 2:].min(axis=1)
    kept = (long >= _LEAST_PX) & (long <= _LONGEST * longest) & (short <= max(4.0, _THICK * longest))
    return np.asarray(boxes[kept], dtype=np.int32)


def _chains_of(boxes: _Boxes, longest: int) -> Iterator[_Dashes]:
    """Pieces that follow each other along one level line, whatever they are."""
    thickest = max(4.0, _THICK * longest)
    own = boxes[(boxes[:, 3] <= thickest) & (boxes[:, 2] >= _FLAT * boxes[:, 3])]
    own = own[np.argsort(own[:, 0])]
    for chain in _chains(own, reach=_REACH * longest):
        left, top, wide, high = own[chain].astype(np.float64).T
        yield _Dashes(starts=left, ends=left + wide, middles=top + high / 2, thick=high)


def _chains(boxes: _Boxes, *, reach: float) -> list[list[int]]:
    """Indexes of boxes, sorted from the left, of which each stands beside the one before it."""
    rows: dict[int, list[int]] = {}
    done: list[list[int]] = []
    middles = (boxes[:, 1] + boxes[:, 3] / 2).tolist()
    ends = (boxes[:, 0] + boxes[:, 2]).tolist()
    for index, (start, middle) in enumerate(zip(boxes[:, 0].tolist(), middles, strict=True)):
        row = int(middle // _STEP_PX)
        beside = [
            key
            for key in (row - 1, row, row + 1)
            if (chain := rows.get(key)) is not None
            and start - ends[chain[-1]] <= reach
            and abs(middles[chain[-1]] - middle) <= _STEP_PX
        ]
        chain = rows.pop(max(beside, key=lambda key: ends[rows[key][-1]])) if beside else []
        if row in rows:
            done.append(rows[row])
        chain.append(index)
        rows[row] = chain
    return [chain for chain in (*done, *rows.values()) if len(chain) >= _FEW]


def _look(dashes: _Dashes) -> _Look:
    return _Look(
        length=float(np.median(dashes.ends - dashes.starts)),
        gap=max(1.0, float(np.quantile(dashes.gaps, _WHOLE))),
        thick=float(np.median(dashes.thick)),
    )


def _unlike(rules: Iterable[_Rule]) -> list[_Look]:
    """How the longest rules are drawn, and those that are drawn in another way."""
    looks: list[_Look] = []
    for rule in sorted(rules, key=lambda rule: len(rule.dashes), reverse=True):
        own = rule.look
        if not any(look.alike(rule.dashes).mean() >= _MOSTLY and abs(look.gap - own.gap) <= _SOFT_PX for look in looks):
            looks.append(own)
    return looks
