"""How paper is bent, by the rules of the table that is printed on it.

Every rule was drawn straight. On a page whose corners have been laid flat, what the rules leave their straight lines by is the
bend; it changes smoothly from one rule to the next, and so does the place of the lines of text between them. One field of
displacements is fitted to all rules of a direction at once. Where each rule belongs is not known and not asked: the field
need only make them straight and level. So a rule that a seal hides in part counts for what is seen of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from pipeline.extract.image.flat import Flat, Layout
from pipeline.extract.image.mesh import Mesh, warp_bent
from pipeline.extract.raster.curves import Area, Curve, Reals, find_curves, moved_curves, points_of
from pipeline.extract.raster.rules import Rule, Rules, find_rules

#: Shares of the trial's longer side: rules that leave a straight line by less are straight enough for the grid (those of flat
#: pages left it by no more than 0.0005); so long are those that can tell, and so many must.
_BENT: Final = 0.004
_TELLING: Final = 0.15
_LEAST_TELLING: Final = 2
#: What straight rules take of the side, their mask drawn thicker than they are, is less than this (0.0045 was measured).
_ROOM: Final = 0.0055
#: How far a bent table may stand out of its corners, in lengths of its longer side.
_OUTSIDE: Final = 0.03
#: Knots of the field along rules and from one rule to the next; it goes on beyond the rules by a share of their extent.
_ALONG: Final = 13
_ACROSS: Final = 7
_BEYOND: Final = 0.06
#: How stiff the field is along rules and from one to the next, against the points of the rules; and against moving them whole.
_STIFF_ALONG: Final = 0.3
_STIFF_ACROSS: Final = 3.0
_STAYING: Final = 1e-3
#: Points are believed that lie within so many pixels of where the others want them.
_BELIEVED_PX: Final = 1.5
_ROUNDS: Final = 5
#: The table is looked at again when it has been straightened so far: of a strong bend rules are seen in pieces at first.
_LOOKS: Final = 3
#: Of the mesh that is handed out, in each direction over the whole page.
_NODES: Final = 33
_SEARCHES: Final = 8


def find_mesh(trial: Flat, rules: Rules, layout: Layout) -> Mesh | None:
    """The mesh that makes a page straight; None where it is straight already, or nothing shows that it is not.

    `trial` is the page laid flat at a smaller size, a gray one, with the `rules` found on it; `layout` how it is at its own.
    """
    side = max(trial.picture.shape)
    area = _grown(trial.area, _OUTSIDE)
    if not _may_be_bent(rules, area, side):
        return None
    bend = _Bend.of(*find_curves(rules, area), _TELLING * side)
    if bend is None or bend.most < _BENT * side:
        return None
    size = (trial.picture.shape[1], trial.picture.shape[0])
    for _ in range(_LOOKS - 1):
        mesh = bend.mesh(size, trial.area, trial.area)
        straight = warp_bent(trial.picture, np.eye(3), mesh, size, flags=cv2.INTER_LINEAR)
        level, upright = find_curves(find_rules(straight, upright=False), area)
        if not level or not upright:
            break
        seen = _as_bent(level, mesh, size, level=True), _as_bent(upright, mesh, size, level=False)
        bend = _Bend.of(*seen, _TELLING * side) or bend
    return bend.mesh(layout.size, trial.area, layout.area)


def _may_be_bent(rules: Rules, area: Area, side: int) -> bool:
    """Whether long rules take more room than straight ones would: most pages are told to be straight by this alone."""
    turned = (area[1], area[0], area[3], area[2])
    return _take_room(rules.horizontal, area, side) or _take_room(rules.vertical, turned, side)


def _take_room(rules: Sequence[Rule], area: Area, side: int) -> bool:
    wide = [
        rule
        for rule in rules
        if rule.length > _TELLING * side
        and rule.thick > _ROOM * side
        and area[0] <= (rule.start + rule.end) / 2 <= area[2]
        and area[1] <= rule.at <= area[3]
    ]
    return len(wide) >= _LEAST_TELLING


def _as_bent(curves: Sequence[Curve], mesh: Mesh, size: tuple[int, int], *, level: bool) -> list[Curve]:
    return moved_curves(curves, mesh.at(points_of(curves, level=level), size), level=level)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Field:
    """How far rules of one direction have left their places, by knots over `area` (along them, and across)."""

    knots: Reals
    area: Area

    def at(self, along: Reals, across: Reals) -> Reals:
        return np.asarray(_weights(along, across, self.area) @ self.knots)

    def most(self, curves: Sequence[Curve], telling: float) -> float:
        """How far rules of the length `telling` leave straight lines, level or not: as many as can tell leave them by so much."""
        ranges = [float(np.ptp(_unsloped(c.along, self.at(c.along, c.across)))) for c in curves if c.length >= telling]
        return sorted(ranges)[-_LEAST_TELLING] if len(ranges) >= _LEAST_TELLING else 0.0


def _unsloped(along: Reals, values: Reals) -> Reals:
    """What is left of values beside the straight line through them: corners that were found a little askew are no bend."""
    apart = along - along.mean()
    return np.asarray(values - apart * float(apart @ (values - values.mean()) / (apart @ apart)))


def _fitted(curves: Sequence[Curve]) -> _Field | None:
    """The smoothest field that makes the curves straight and level; None where too few could tell."""
    if len(curves) < _LEAST_TELLING:
        return None
    along, across = np.concatenate([c.along for c in curves]), np.concatenate([c.across for c in curves])
    owners = np.repeat(np.eye(len(curves)), [len(c.along) for c in curves], axis=0)
    area = _grown((along.min(), across.min(), along.max(), across.max()), _BEYOND)
    weights, stiff = _weights(along, across, area), _stiffness()
    belief: Reals = np.ones(len(along))
    knots: Reals = np.zeros(_ALONG * _ACROSS)
    for _ in range(_ROUNDS):
        basis, wanted = (_without_places(values, owners, belief) for values in (weights, across[:, None]))
        heavy = basis * belief[:, None]
        knots = np.asarray(np.linalg.solve(basis.T @ heavy + stiff, heavy.T @ wanted[:, 0]), dtype=np.float64)
        belief = 1 / (1 + ((wanted[:, 0] - basis @ knots) / _BELIEVED_PX) ** 2) ** 2
    return _Field(knots=knots, area=area)


def _without_places(values: Reals, owners: Reals, belief: Reals) -> Reals:
    """Each curve's points without its own middle, which says nothing of how it is bent."""
    middles = owners.T @ (values * belief[:, None]) / np.maximum(owners.T @ belief, 1e-9)[:, None]
    return np.asarray(values - owners @ middles)


def _weights(along: Reals, across: Reals, area: Area) -> Reals:
    """(points, knots): how much each knot counts at a point; beyond the area those of its edge do."""
    shares = []
    for values, low, high, count in ((across, area[1], area[3], _ACROSS), (along, area[0], area[2], _ALONG)):
        spot = np.clip((values - low) / max(high - low, 1.0), 0, 1) * (count - 1)
        shares.append(np.maximum(1 - np.abs(spot[:, None] - np.arange(count)), 0))
    return np.asarray((shares[0][:, :, None] * shares[1][:, None, :]).reshape(len(along), -1))


def _stiffness() -> Reals:
    """The penalty on knots that do not go on in a straight line, and a little on any: a field need not move whole rules."""
    across, along = (_curvature(count) for count in (_ACROSS, _ALONG))
    stiff = _STIFF_ALONG * np.kron(np.eye(_ACROSS), along) + _STIFF_ACROSS * np.kron(across, np.eye(_ALONG))
    return np.asarray(stiff + _STAYING * np.eye(_ACROSS * _ALONG))


def _curvature(count: int) -> Reals:
    turns = np.diff(np.eye(count), n=2, axis=0)
    return np.asarray(turns.T @ turns)


def _grown(area: Area, share: float) -> Area:
    dx, dy = share * (area[2] - area[0]), share * (area[3] - area[1])
    return area[0] - dx, area[1] - dy, area[2] + dx, area[3] + dy


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Bend:
    """What both directions show. `most` is how far rules leave their lines, in pixels."""

    level: _Field
    upright: _Field
    most: float

    @staticmethod
    def of(level: Sequence[Curve], upright: Sequence[Curve], telling: float) -> _Bend | None:
        """The bend that rules of both directions show; None where there are too few."""
        down, across = _fitted(level), _fitted(upright)
        if down is None or across is None:
            return None
        most = max(down.most(level, telling), across.most(upright, telling))
        return _Bend(level=down, upright=across, most=most)

    def mesh(self, size: tuple[int, int], here: Area, there: Area) -> Mesh:
        """The mesh of a page of `size` (width, height) on which the table lies at `there`, not `here` as where it was seen."""
        scale = np.array([(there[2] - there[0]) / (here[2] - here[0]), (there[3] - there[1]) / (here[3] - here[1])])
        x, y = np.meshgrid(*(np.linspace(0, side - 1, _NODES) for side in size))
        flat = (np.column_stack([x.ravel(), y.ravel()]) - there[:2]) / scale + here[:2]
        bent = flat
        for _ in range(_SEARCHES):  # what is known is by how much a point of the bent page has left its place
            left = self.upright.at(bent[:, 1], bent[:, 0]), self.level.at(bent[:, 0], bent[:, 1])
            bent = flat + np.column_stack(left)
        moved = ((bent - flat) * scale).astype(np.float32).reshape(_NODES, _NODES, 2)
        return Mesh(across=moved[:, :, 0], down=moved[:, :, 1])
