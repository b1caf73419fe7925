"""Points of a PDF page, as fractions of the page when it is shown upright, origin top left."""

from __future__ import annotations

import ctypes
from typing import Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pipeline.domain.document import Box

_GRID: Final = 1_000_000


def holds(box: Box, point: tuple[float, float]) -> bool:
    """Whether a point lies in a box."""
    return box[0] <= point[0] < box[2] and box[1] <= point[1] < box[3]


def middle_of(box: Box) -> tuple[float, float]:
    """A box's middle."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


class Places:
    """Where things of one page are; the page must stay open."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._page = page

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point in the page's own space; what lies outside is moved to the edge."""
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(self._page, 0, 0, _GRID, _GRID, 0, x, y, across, down)
        return min(1.0, max(0.0, across.value / _GRID)), min(1.0, max(0.0, down.value / _GRID))

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The upright box round a rectangle of the page's own space."""
        first, second = self.point(left, bottom), self.point(right, top)
        xs, ys = sorted((first[0], second[0])), sorted((first[1], second[1]))
        return xs[0], ys[0], xs[1], ys[1]
