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

import numpy as np

from pipeline.extract.raster.dashes import (
    FEW,
    REACH,
    SOFT_PX,
    Boxes,
    Dashes,
    Look,
    Numbers,
    chains_of,
    is_set_wider,
    look_of,
    small_pieces,
)
from pipeline.extract.raster.ink import Mask

#: Of the picture's longer side: how far dashes stand apart at most, and how short a wall is at least.
_GAP: Final = 0.009
_LOWEST: Final = 0.01
#: In dashes, how wide gaps may be.
_OF_DASH: Final = 3.0
#: So many prove themselves by being alike; fewer are like some that are proved.
_PROVED: Final = 8
#: Of the pieces of a chain so many are dashes, if its own look counts.
_MOSTLY: Final = 0.75
#: Of dotted and dashed tables (30 pictures) the longest proved rule had 27 dashes or more (14 and 15 on two), and 0.09 of all
#: small pieces or more stood in such rules (0.047 on one); of photos without 17 at most (32 on one of a screen) and 0.083 (of a
#: portrait).
_LONG: Final = 24
_OF_ALL: Final = 0.085
_MOST: Final = 200
#: So many rules that end together need no other across their ends.
_TOGETHER: Final = 4


class _Drawn(Protocol):
    """A rule as `raster.rules.Rule` has it."""

    @property
    def at(self) -> float: ...

    @property
    def start(self) -> float: ...

    @property
    def end(self) -> float: ...


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """A rule of dashes, and how far it may reach."""

    dashes: Dashes
    look: Look
    at: float
    start: float
    end: float


def _rule(dashes: Dashes, look: Look) -> _Rule:
    at = float(np.median(dashes.middles))
    return _Rule(dashes, look, at=at, start=dashes.start - look.near, end=dashes.end + look.near)


def paint_dashed_rules(ink: Mask, across: Sequence[_Drawn], down: Sequence[_Drawn]) -> tuple[Mask, Mask] | None:
    """Masks of the level and of the upright rules of `ink` that are drawn in dashes, as if whole; None where there are none.

    `across` and `down` are the level and the upright rules that are drawn whole, or seem so.
    """
    longest = max(ink.shape)
    boxes = small_pieces(ink, longest)
    if len(boxes) < _PROVED:
        return None
    sides = (_Side(ink, boxes, down, across), _Side(ink.T, boxes[:, (1, 0, 3, 2)], across, down))
    alike = [[*side.alike(longest)] for side in sides]
    if not _are_many([len(chain) for chains in alike for chain, _ in chains], len(boxes)):
        return None  # nor are their parts
    proved = [[*side.proved(chains)] for side, chains in zip(sides, alike, strict=True)]
    if not _are_drawn([rule for rules in proved for rule in rules], len(boxes)):
        return None
    _keep_held(*sides, proved)
    looks = _unlike(rule for side in sides for rule in side.rules)
    if not looks:
        return None
    _keep_held(*sides, [[*side.resembling(looks)] for side in sides])
    level, upright = np.zeros_like(ink), np.zeros_like(ink)
    sides[0].paint(level)
    sides[1].paint(upright.T)
    return level, upright


def _are_drawn(rules: Sequence[_Rule], pieces: int) -> bool:
    """Whether somebody drew a table so, and the rules are not of the grain of a desk or a portrait, where among thousands of small
    pieces some always follow each other evenly."""
    counts = [len(rule.dashes) for rule in rules]
    return len(counts) <= _MOST and _are_many(counts, pieces)


def _are_many(counts: Sequence[int], pieces: int) -> bool:
    return max(counts, default=0) >= _LONG and sum(counts) >= _OF_ALL * pieces


class _Side:
    """The dashes of a page in one direction, turned so that it is level."""

    def __init__(self, ink: Mask, boxes: Boxes, crossing: Sequence[_Drawn], along: Sequence[_Drawn]) -> None:
        """`crossing` and `along` are the rules drawn whole."""
        self._ink = ink
        self._chains = list(chains_of(boxes, max(ink.shape)))
        self._crossing = crossing
        self._along = along
        self._holders = _places(crossing)
        self.rules: list[_Rule] = []

    def alike(self, longest: int) -> Iterator[tuple[Dashes, Look]]:
        """Chains of many pieces most of which are alike, with their look."""
        for chain in self._chains:
            # Of a desk's grain are thousands, most of them set too far apart.
            if len(chain) < _PROVED or is_set_wider(chain, _GAP * longest):
                continue
            look = look_of(chain)
            if look.gap > min(_GAP * longest, _OF_DASH * look.length + SOFT_PX):
                continue
            if look.alike(chain).mean() >= _MOSTLY:
                yield chain, look

    def proved(self, chains: Iterable[tuple[Dashes, Look]]) -> Iterator[_Rule]:
        """Of chains that are `alike` the rules whose dashes are many."""
        for chain, look in chains:
            yield from (rule for rule in self._parts(chain, look) if len(rule.dashes) >= _PROVED)

    def resembling(self, looks: Sequence[Look]) -> Iterator[_Rule]:
        """Rules whose dashes are drawn as others are: by the look that fits most of a chain."""
        for chain in self._chains:
            found = ([*self._parts(chain, look)] for look in looks)
            yield from max(found, key=lambda parts: sum(len(part.dashes) for part in parts), default=[])

    def _parts(self, chain: Dashes, look: Look) -> Iterator[_Rule]:
        """The parts of a chain that are drawn so, as far as there is ink between the dashes that are pieces of their own."""
        alike = np.flatnonzero(look.alike(chain))
        if alike.size < FEW:
            return
        own = chain.part(alike)
        wide = np.flatnonzero(own.gaps > look.blank)
        cuts = [
            int(i) + 1 for i in wide if not self._goes_on(own.ends[i], own.starts[i + 1], own.middles[i : i + 2], look)
        ]
        for first, last in pairwise([0, *cuts, len(own)]):
            if last - first >= FEW and own.ends[last - 1] - own.starts[first] >= _LOWEST * max(self._ink.shape):
                yield _rule(own.part(slice(first, last)), look)

    def _goes_on(self, start: float, end: float, middles: Numbers, look: Look) -> bool:
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

    def _is_held(self, rule: _Rule, along: Numbers, *, last: bool) -> bool:
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
            (first - near <= y) & (y <= end + near) & (-near <= beyond) & (beyond <= REACH * max(self._ink.shape))
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


def _places(rules: Sequence[_Drawn]) -> Numbers:
    """Where rules run, start and end: three rows of numbers."""
    return np.array([(rule.at, rule.start, rule.end) for rule in rules], np.float64).reshape(-1, 3).T


def _unlike(rules: Iterable[_Rule]) -> list[Look]:
    """How the longest rules are drawn, and those that are drawn in another way."""
    looks: list[Look] = []
    for rule in sorted(rules, key=lambda rule: len(rule.dashes), reverse=True):
        own = rule.look
        if not any(look.alike(rule.dashes).mean() >= _MOSTLY and abs(look.gap - own.gap) <= SOFT_PX for look in looks):
            looks.append(own)
    return looks
