"""Small pieces of ink that follow each other in a line, as dots and dashes do, and how those of one rule are drawn.

Positions are pixels of the mask that was given; a side that stands upright is handed in turned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.ink import Mask

#: Shares of the longer side: how thick a dash is at most, how long, and how far from one that is a piece of its own again.
_THICK: Final = 0.0035
_LONGEST: Final = 0.02
REACH: Final = 0.06
#: A speck is no dot.
_LEAST_PX: Final = 3
#: In its thickness, how long a dot is at least.
_FLAT: Final = 0.6
#: From one dash to the next, across the rule.
_STEP_PX: Final = 1.6
#: So few make no chain.
FEW: Final = 2
#: Of the gaps of a chain so many are shorter than those where dashes are missing.
_WHOLE: Final = 0.3
#: How far dashes may differ in length, gaps in width, and both in pixels besides.
_LENGTHS: Final = 0.35
_GAPS: Final = 0.5
SOFT_PX: Final = 1.5
#: Where two rules cross, their dashes leave so much more paper.
_CORNER_PX: Final = 2.5

Boxes = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Dashes:
    """Pieces along one level line in their order: where each starts and ends, its middle across the line, how thick it is."""

    starts: Numbers
    ends: Numbers
    middles: Numbers
    thick: Numbers

    @property
    def start(self) -> float:
        """Where the first begins."""
        return float(self.starts[0])

    @property
    def end(self) -> float:
        """Where the last ends."""
        return float(self.ends[-1])

    @property
    def gaps(self) -> Numbers:
        """The paper between each and the next."""
        return np.asarray(self.starts[1:] - self.ends[:-1])

    def __len__(self) -> int:
        return len(self.starts)

    def part(self, own: slice | npt.NDArray[np.intp]) -> Dashes:
        """Some of the pieces."""
        return Dashes(self.starts[own], self.ends[own], self.middles[own], self.thick[own])


@dataclass(frozen=True, slots=True)
class Look:
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
        return self.length + self.gap + self.thick + SOFT_PX

    def alike(self, dashes: Dashes) -> npt.NDArray[np.bool_]:
        """Which pieces are drawn so."""
        long = np.abs(dashes.ends - dashes.starts - self.length) <= _LENGTHS * self.length + SOFT_PX
        return np.asarray(long & (np.abs(dashes.thick - self.thick) <= SOFT_PX))


def small_pieces(ink: Mask, longest: int) -> Boxes:
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


def chains_of(boxes: Boxes, longest: int) -> Iterator[Dashes]:
    """Pieces that follow each other along one level line, whatever they are."""
    thickest = max(4.0, _THICK * longest)
    own = boxes[(boxes[:, 3] <= thickest) & (boxes[:, 2] >= _FLAT * boxes[:, 3])]
    own = own[np.argsort(own[:, 0])]
    for chain in _chains(own, reach=REACH * longest):
        left, top, wide, high = own[chain].astype(np.float64).T
        yield Dashes(starts=left, ends=left + wide, middles=top + high / 2, thick=high)


def _chains(boxes: Boxes, *, reach: float) -> list[list[int]]:
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
    return [chain for chain in (*done, *rows.values()) if len(chain) >= FEW]


def look_of(dashes: Dashes) -> Look:
    """How the dashes of one rule are drawn, as far as most of them are some."""
    return Look(
        length=float(np.median(dashes.ends - dashes.starts)),
        gap=max(1.0, float(np.quantile(dashes.gaps, _WHOLE))),
        thick=float(np.median(dashes.thick)),
    )


def is_set_wider(dashes: Dashes, gap: float) -> bool:
    """Whether the gap that `look_of` finds is surely wider, at a hundredth of what that takes."""
    gaps = dashes.gaps
    return bool(np.count_nonzero(gaps <= gap) <= int(_WHOLE * (gaps.size - 1)))
