"""A page whose paper is bent, laid flat: a matrix first, then a mesh that moves each point by a little.

The mesh is spread evenly over the flat page, from its first dot's centre to its last's; between its nodes all is linear. A node
says where on the page that the matrix alone would give the point is found: reading backwards, which is what drawing needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.domain.pages import PageMesh
from pipeline.extract.image.flat import Transform, warp
from pipeline.extract.raster.decode import Gray, Rgb

Nodes = npt.NDArray[np.float32]
#: So many rows are drawn at a time: where each dot comes from needs eight bytes a dot.
_STRIP_PX: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mesh:
    """Pixels to add to a point of the flat page, (rows, columns) of nodes each: to the right, and down."""

    across: Nodes
    down: Nodes

    def turned(self, quarter_turns: int) -> Mesh:
        """The mesh of the page turned counter-clockwise, as `image.turn.make_upright` does."""
        across, down = (np.rot90(nodes, quarter_turns) for nodes in (self.across, self.down))
        for _ in range(quarter_turns % 4):
            across, down = down, -across
        return Mesh(across=across, down=down)

    def scaled(self, across: float, down: float) -> Mesh:
        """The mesh of the page at another size."""
        return Mesh(across=self.across * np.float32(across), down=self.down * np.float32(down))

    def at(self, points: npt.NDArray[np.float64], size: tuple[int, int]) -> npt.NDArray[np.float64]:
        """Points (n, 2) of a flat page of `size` (width, height) on the page that the matrix alone gives."""
        rows, columns = self.across.shape
        spot = points / np.maximum(np.array(size) - 1, 1) * (columns - 1, rows - 1)
        spot = np.clip(spot, 0, (columns - 1, rows - 1))
        at = np.minimum(spot.astype(np.intp), (columns - 2, rows - 2))
        x, y = (spot - at).T
        i, j = at[:, 1], at[:, 0]
        moved = [
            (n[i, j] * (1 - x) + n[i, j + 1] * x) * (1 - y) + (n[i + 1, j] * (1 - x) + n[i + 1, j + 1] * x) * y
            for n in (self.across, self.down)
        ]
        return np.asarray(points + np.stack(moved, axis=1), dtype=np.float64)


def kept_mesh(mesh: Mesh) -> PageMesh:
    """The mesh as it is kept with a page, to a hundredth of a pixel."""
    rows, columns = mesh.across.shape
    across, down = (tuple(round(float(v), 2) for v in nodes.ravel()) for nodes in (mesh.across, mesh.down))
    return PageMesh(rows=rows, columns=columns, across=across, down=down)


def mesh_of(kept: PageMesh) -> Mesh:
    """The mesh that was kept."""
    shape = (kept.rows, kept.columns)
    across, down = (np.array(values, np.float32).reshape(shape) for values in (kept.across, kept.down))
    return Mesh(across=across, down=down)


def points_before(
    points: npt.NDArray[np.float64], matrix: Transform, mesh: Mesh | None, size: tuple[int, int]
) -> npt.NDArray[np.float64]:
    """Points (n, 2) of a flat page of `size` (width, height) on the picture that `matrix`, then `mesh`, laid flat."""
    moved = points if mesh is None else mesh.at(points, size)
    back = np.linalg.inv(matrix) @ np.vstack([moved.T, np.ones(len(moved))])
    return np.asarray((back[:2] / back[2]).T, dtype=np.float64)


def warp_bent(
    picture: Rgb | Gray,
    matrix: Transform,
    mesh: Mesh | None,
    size: tuple[int, int],
    *,
    flags: int = cv2.INTER_CUBIC,
    paper: int | None = None,
) -> Rgb:
    """As `image.flat.warp`, with a mesh: every dot is looked up once. Round it lie the picture's edges drawn out, or `paper`."""
    border = cv2.BORDER_REPLICATE if paper is None else cv2.BORDER_CONSTANT
    value = (paper or 0,) * 4
    if mesh is None:
        if paper is None:
            return warp(picture, matrix, size, flags=flags)
        return np.asarray(cv2.warpPerspective(picture, matrix, size, flags=flags, borderValue=value), dtype=np.uint8)
    moved = np.empty((size[1], size[0], *picture.shape[2:]), np.uint8)
    inverse = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    for top in range(0, size[1], _STRIP_PX):
        rows = min(_STRIP_PX, size[1] - top)
        columns, lines = _sources(inverse, mesh, size, top, rows)
        moved[top : top + rows] = cv2.remap(picture, columns, lines, flags, borderMode=border, borderValue=value)
    return moved


def _sources(inverse: Transform, mesh: Mesh, size: tuple[int, int], top: int, rows: int) -> tuple[Nodes, Nodes]:
    """Where on the picture each dot of `rows` rows from `top` on comes from: x, and y."""
    over, along = _spread(mesh.across.shape, size)
    dx, dy = (over[top : top + rows] @ nodes @ along.T for nodes in (mesh.across, mesh.down))
    x = dx + np.arange(size[0], dtype=np.float32)
    y = dy + np.arange(top, top + rows, dtype=np.float32)[:, None]
    n = inverse.astype(np.float32)
    weight = n[2, 0] * x + n[2, 1] * y + n[2, 2]
    return (
        np.asarray((n[0, 0] * x + n[0, 1] * y + n[0, 2]) / weight, dtype=np.float32),
        np.asarray((n[1, 0] * x + n[1, 1] * y + n[1, 2]) / weight, dtype=np.float32),
    )


def _spread(shape: tuple[int, ...], size: tuple[int, int]) -> tuple[Nodes, Nodes]:
    """How much each node counts for each row of the page, and for each column."""
    return _shares(shape[0], size[1]), _shares(shape[1], size[0])


def _shares(nodes: int, dots: int) -> Nodes:
    """(dots, nodes), of which two beside each other are not 0. `cv2.resize` and its like only know 32nds of a node."""
    spot = np.linspace(0, nodes - 1, dots)
    return np.asarray(np.maximum(1 - np.abs(spot[:, None] - np.arange(nodes)), 0), dtype=np.float32)
