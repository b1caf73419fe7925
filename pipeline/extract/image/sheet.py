"""The sheet in a decoded picture, cut out of a screen, laid flat by its table and turned upright; nothing is read yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from pipeline.domain.pages import PageGeometry
from pipeline.extract.image.bent import find_mesh
from pipeline.extract.image.cells import Rect, holds_middle
from pipeline.extract.image.flat import (
    Flat,
    Transform,
    find_table_quads,
    flatten,
    is_cut_off,
    is_unmoved,
    lay_out,
    level,
    made_small,
)
from pipeline.extract.image.fringes import without_fringes
from pipeline.extract.image.grid import Frame, Table, find_tables
from pipeline.extract.image.mesh import Mesh, kept_mesh, points_before, warp_bent
from pipeline.extract.image.screen import cut_sheet
from pipeline.extract.image.slope import own_slope_degrees
from pipeline.extract.image.turn import make_upright, turn_matrix
from pipeline.extract.ocr.readers import Engines, Quad
from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.extract.raster.ink import even_light, red_free
from pipeline.extract.raster.moire import without_moire
from pipeline.extract.raster.rules import Rules, find_rules
from pipeline.extract.raster.streaks import Streak, find_streaks, without_streaks

_LEAST_CELLS: Final = 6
_NEARLY_ALL: Final = 0.85
#: Of the picture's longer side, a table's cells are longer. Loops in the borders of licences, and the modules of their QR codes,
#: had 0.013 to 0.023 of it, cells of the small table on a licence's second page 0.078. A whole rule is no shorter either.
_LEAST_CELL: Final = 0.035
#: And so near to its corners a table's own cells end.
_SIDE: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """A flat, upright page with its lines of text; `matrix`, then `mesh`, leads there from the decoded picture.

    `streaks` of the decoded picture are gone from it. `even` is its red-free gray with evened light where that is known
    already: of a picture nothing had to be moved in.
    """

    rgb: Rgb
    quads: tuple[Quad, ...]
    matrix: Transform
    mesh: Mesh | None = None
    even: Gray | None = None
    streaks: tuple[Streak, ...] = ()

    def is_under_streak(self, rect: Rect) -> bool:
        """Whether an opaque streak ran through a part of the page: a stroke that lay in it is gone."""
        left, top, right, bottom = rect
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
        opaque = [streak for streak in self.streaks if streak.opaque]
        if not opaque:
            return False
        columns = points_before(corners, self.matrix, self.mesh, (self.rgb.shape[1], self.rgb.shape[0]))[:, 0]
        return any(streak.left <= columns.max() and columns.min() <= streak.right for streak in opaque)

    def geometry(self, number: int, source: tuple[int, ...]) -> PageGeometry:
        """How boxes on the page lie on the decoded picture, whose shape is `source`."""
        high, wide = self.rgb.shape[:2]
        n = [float(value) for value in self.matrix.ravel() / self.matrix[2, 2]]
        return PageGeometry(
            page=number,
            source_width_px=source[1],
            source_height_px=source[0],
            width_px=wide,
            height_px=high,
            matrix=(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]),
            mesh=None if self.mesh is None else kept_mesh(self.mesh),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Laid:
    """A page laid flat by the corners of its table, and by its rules where they are bent."""

    rgb: Rgb
    matrix: Transform
    mesh: Mesh | None = None


def sheet_of(rgb: Rgb, engines: Engines) -> Sheet:
    """The page of a decoded picture, whether a screen's or a sheet's."""
    streaks = find_streaks(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8))
    clean = without_streaks(rgb, streaks) if streaks else rgb
    shown, taken = cut_sheet(clean)
    laid = replace(_upright(without_fringes(without_moire(shown)), engines), streaks=streaks)
    return laid if shown is clean else replace(laid, matrix=laid.matrix @ taken)


def _upright(rgb: Rgb, engines: Engines) -> Sheet:
    even = even_light(red_free(rgb))
    found = _flat(rgb, even)
    flat = found or _Laid(rgb=rgb, matrix=np.eye(3))
    turned = make_upright(flat.rgb, engines)
    height, width = flat.rgb.shape[:2]
    matrix = turn_matrix(turned.quarter_turns, width, height) @ flat.matrix
    if found is not None:
        mesh = None if flat.mesh is None else flat.mesh.turned(turned.quarter_turns)
        own = even if turned.rgb is rgb else None
        return Sheet(rgb=turned.rgb, quads=turned.quads, matrix=matrix, mesh=mesh, even=own)
    degrees = own_slope_degrees(turned.rgb, turned.quads, engines.main)
    levelled, quads, levelling = level(turned.rgb, turned.quads, degrees)
    return Sheet(rgb=levelled, quads=quads, matrix=levelling @ matrix, even=even if levelled is rgb else None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trial:
    """A small gray page laid flat by four corners, its rules, and how many cells of its tables lie inside the corners.

    A single large cell of a table has corners as well, but none inside. `fills` says whether the cells reach to all four sides of
    the corners and no further: by others than the table's own its rules are drawn askew.
    """

    quad: Quad
    flat: Flat
    rules: Rules
    cells: int
    fills: bool


def _flat(rgb: Rgb, even: Gray) -> _Laid | None:
    """The page flattened by corners whose inside shows the cells of a table; None where none does.

    Of those that show nearly the most the innermost: a sheet's own edge shows all cells too, and some of a desk's grain,
    but its corners are less true than the table's.
    """
    small, scale = made_small(even)
    quads = find_table_quads(small, scale)
    good = _good_trials(small, quads, scale, even.shape)
    if not good:
        quads = (*quads, *find_table_quads(small, scale, dashed=True))
        good = [trial for trial in _good_trials(small, quads, scale, even.shape, dashed=True) if trial.fills]
    if not good:
        return None
    best = min(good, key=lambda trial: cv2.contourArea(trial.quad))
    layout = lay_out(best.quad, rgb.shape)
    mesh = find_mesh(best.flat, best.rules, layout)
    if mesh is None and is_unmoved(layout):
        return _Laid(rgb=rgb, matrix=layout.matrix)
    return _Laid(rgb=warp_bent(rgb, layout.matrix, mesh, layout.size), matrix=layout.matrix, mesh=mesh)


def _good_trials(
    small: Gray, quads: Sequence[Quad], scale: float, shape: tuple[int, ...], *, dashed: bool = False
) -> list[_Trial]:
    whole = [quad for quad in quads if not is_cut_off(quad, shape)]
    if dashed:
        return _showing_cells(small, whole, scale, dashed=True)
    good = _showing_cells(small, whole, scale)
    if not good and (good := _showing_cells(small, quads, scale)):
        good = _showing_cells(small, whole, scale, beside=True) or good
    return good


def _showing_cells(
    small: Gray, quads: Sequence[Quad], scale: float, *, beside: bool = False, dashed: bool = False
) -> list[_Trial]:
    """The corners inside of which, or with `beside` also round which, nearly the most cells of tables are seen."""
    trials = [_trial(small, quad, scale, beside=beside, dashed=dashed) for quad in quads]
    least = max([_LEAST_CELLS, *(_NEARLY_ALL * trial.cells for trial in trials)])
    return [trial for trial in trials if trial.cells >= least]


def _trial(small: Gray, quad: Quad, scale: float, *, beside: bool, dashed: bool) -> _Trial:
    """Cells inside the corners count: a single large cell of a table has corners as well, but none inside. The ornaments of a
    border are none: by its corners, wherever they lay, licences on a desk were drawn askew instead of flat.
    """
    flat = flatten(small, (quad * np.float32(scale)).astype(np.float32), flags=cv2.INTER_LINEAR)
    rules = find_rules(flat.picture, upright=False, dashed=dashed)
    found = (frame for table in find_tables(rules, open_sides=False) for frame in table.frames)
    least = _LEAST_CELL * max(flat.picture.shape[:2])
    frames = [frame for frame in found if max(frame.right - frame.left, frame.bottom - frame.top) >= least]
    cells = sum(beside or holds_middle(flat.area, (f.left, f.top, f.right, f.bottom)) for f in frames)
    return _Trial(quad=quad, flat=flat, rules=rules, cells=cells, fills=_fill(frames, flat))


def _fill(frames: Sequence[Frame], flat: Flat) -> bool:
    if not frames:
        return False
    outer = Table(frames=tuple(frames)).bounds
    near = _SIDE * max(flat.picture.shape[:2])
    return all(abs(side - own) <= near for side, own in zip(outer, flat.area, strict=True))
