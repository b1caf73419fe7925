"""The rules of a table whose paper is bent, followed from dot to dot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.ink import Mask
from pipeline.extract.raster.rules import Rules

Reals = npt.NDArray[np.float64]
#: Left, top, right, bottom in pixels.
Area = tuple[float, float, float, float]
#: Shares of the picture's longer side: shorter runs may be print; thicker ones are two rules in one, or a block; rules that come
#: so near to each other touch.
_LONG: Final = 0.06
_THICK: Final = 0.006
_NEAR: Final = 0.007
#: A wall of a cell touches so many rules of the other direction.
_TOUCHED: Final = 2
#: Every so many pixels of a rule count.
_STEP_PX: Final = 8
_FEWEST_POINTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """What is seen of one rule: points in pixels, by how far `along` it they lie, and how far `across`."""

    along: Reals
    across: Reals

    @property
    def length(self) -> float:
        """How far it goes, in pixels."""
        return float(np.ptp(self.along))


def find_curves(rules: Rules, area: Area) -> tuple[list[Curve], list[Curve]]:
    """The level and the upright rules in `area` that are walls of cells. Print, and the grain of a desk, touch no two others."""
    near = _NEAR * max(rules.horizontal_mask.shape)
    level = _followed(rules.horizontal_mask, area)
    upright = _followed(
        np.asarray(cv2.transpose(rules.vertical_mask), dtype=np.uint8), (area[1], area[0], area[3], area[2])
    )
    touching = np.array([[_touch(one, other, near) for other in upright] for one in level]).reshape(
        len(level), len(upright)
    )
    walls = touching.sum(axis=1) >= _TOUCHED
    crossed = touching[walls].sum(axis=0) >= _TOUCHED
    return (
        [curve for curve, wall in zip(level, walls, strict=True) if wall],
        [curve for curve, wall in zip(upright, crossed, strict=True) if wall],
    )


def _followed(mask: Mask, area: Area) -> list[Curve]:
    """The long runs in a mask of level runs whose middle lies in `area`."""
    side = max(mask.shape)
    long, thick = _LONG * side, max(4.0, _THICK * side)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    curves = []
    for index, (left, top, width, height, dots) in enumerate(stats.tolist()):
        if index == 0 or width < long or height > width / 3 or dots > thick * width:
            continue
        if area[0] <= left + width / 2 <= area[2] and area[1] <= top + height / 2 <= area[3]:
            piece = labels[top : top + height, left : left + width : _STEP_PX] == index
            curves.append(_middle_line(piece, left, top, thick))
    return [curve for curve in curves if len(curve.along) >= _FEWEST_POINTS]


def _middle_line(piece: npt.NDArray[np.bool_], left: int, top: int, thick: float) -> Curve:
    """The middle of a run, where it is no thicker than a rule: strokes that hang on it would draw it aside."""
    counts = piece.sum(axis=0)
    single = (counts > 0) & (counts <= thick)
    middle = np.arange(len(piece)) @ piece[:, single] / counts[single]
    along = np.asarray(left + np.flatnonzero(single) * _STEP_PX, dtype=np.float64)
    return Curve(along=along, across=np.asarray(top + middle, dtype=np.float64))


def _touch(level: Curve, upright: Curve, near: float) -> bool:
    return _overlap(level.along, upright.across, near) and _overlap(level.across, upright.along, near)


def _overlap(one: Reals, other: Reals, near: float) -> bool:
    return bool(one.min() - near <= other.max() and other.min() <= one.max() + near)


def moved_curves(curves: Sequence[Curve], moved: Reals, *, level: bool) -> list[Curve]:
    """The curves with all of their points, one after the other, at `moved`: (n, 2), x and y."""
    ends = np.cumsum([len(curve.along) for curve in curves])[:-1]
    along, across = (np.split(moved[:, column], ends) for column in ((0, 1) if level else (1, 0)))
    return [Curve(along=one, across=other) for one, other in zip(along, across, strict=True)]


def points_of(curves: Sequence[Curve], *, level: bool) -> Reals:
    """All points of the curves, (n, 2), x and y."""
    along, across = np.concatenate([c.along for c in curves]), np.concatenate([c.across for c in curves])
    return np.column_stack([along, across] if level else [across, along])
