"""A decoded page laid flat and upright as it was for reading, at the size it is shown."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from pipeline.domain.pages import PageGeometry
from pipeline.extract.image.flat import Transform
from pipeline.extract.image.mesh import mesh_of, warp_bent
from pipeline.extract.raster.decode import Rgb

#: Shrinking by more than this is done by areas first: a warp alone would skip dots.
_SHRINK: Final = 0.85
_EXACT: Final = 1e-6


def lay_flat(rgb: Rgb, geometry: PageGeometry | None, max_width_px: int) -> Rgb:
    """The upright page, at most `max_width_px` wide and never larger than it was read.

    `rgb` may be decoded at any size. Without geometry the page keeps its shape and is only shrunk.
    """
    if geometry is None:
        return _shrunk(rgb, min(1.0, max_width_px / rgb.shape[1]))
    scale = min(1.0, max_width_px / geometry.width_px)
    size = (max(1, round(geometry.width_px * scale)), max(1, round(geometry.height_px * scale)))
    source = (geometry.source_width_px, geometry.source_height_px)
    rgb = _near_size(rgb, (source[0] * scale, source[1] * scale))
    out = _scaling(size[0] / geometry.width_px, size[1] / geometry.height_px)
    back = _scaling(source[0] / rgb.shape[1], source[1] / rgb.shape[0])
    matrix = out @ np.array(geometry.matrix, dtype=np.float64).reshape(3, 3) @ back
    mesh = None
    if geometry.mesh is not None:
        mesh = mesh_of(geometry.mesh).scaled(size[0] / geometry.width_px, size[1] / geometry.height_px)
    elif size == (rgb.shape[1], rgb.shape[0]) and np.abs(matrix / matrix[2, 2] - np.eye(3)).max() < _EXACT:
        return rgb
    # At the size it was read, the page comes out as the reader saw it; smaller ones need no finer way.
    return warp_bent(rgb, matrix, mesh, size, flags=cv2.INTER_CUBIC if scale == 1.0 else cv2.INTER_LINEAR)


def _near_size(rgb: Rgb, wanted: tuple[float, float]) -> Rgb:
    return _shrunk(rgb, wanted[0] / rgb.shape[1]) if wanted[0] < _SHRINK * rgb.shape[1] else rgb


def _shrunk(rgb: Rgb, scale: float) -> Rgb:
    if scale >= 1.0:
        return rgb
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _scaling(across: float, down: float) -> Transform:
    """Pixel centres of a picture to those of the same picture scaled."""
    return np.array([(across, 0, (across - 1) / 2), (0, down, (down - 1) / 2), (0, 0, 1)], dtype=np.float64)
