"""Pages of the files a mail carries: how each was laid flat, and where ID numbers stand on it.

Coordinates have their origin top left, x to the right and y down. Pixels are addressed by their centres: the first
one's centre is (0, 0).
"""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import Field as Constrained
from pydantic import model_validator

from pipeline.domain.base import Frozen

Fraction = Annotated[float, Constrained(ge=0.0, le=1.0)]
#: Left, top, right, bottom as fractions of the upright page, origin top left.
Box = tuple[Fraction, Fraction, Fraction, Fraction]
#: A 3x3 projective matrix, row by row.
Matrix = tuple[float, float, float, float, float, float, float, float, float]
Pixels = Annotated[int, Constrained(ge=1, le=100_000)]
#: By how many pixels a point is moved.
Shift = Annotated[float, Constrained(ge=-10_000.0, le=10_000.0)]

UNTURNED: Final[Matrix] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


class OtherPage(Frozen):
    """A page (counted from 1) that is neither form nor paper; None is the text of a Word file, which has no pages.

    `looks_like` says what it may be, in a few Chinese words that quote nothing of it.
    """

    page: Annotated[int, Constrained(ge=1)] | None
    looks_like: Annotated[str, Constrained(min_length=1, max_length=40)]


class PageMesh(Frozen):
    """How the points of a page whose paper was bent were moved to make it straight, by nodes spread evenly over the upright
    page, row by row: the first is its first pixel's centre, the last its last one's; between nodes all is linear.

    `across` and `down` are pixels to be added to a point of the upright page to find it on the page that the matrix alone
    would give.
    """

    rows: Annotated[int, Constrained(ge=2, le=100)]
    columns: Annotated[int, Constrained(ge=2, le=100)]
    across: tuple[Shift, ...]
    down: tuple[Shift, ...]

    @model_validator(mode="after")
    def _has_all_nodes(self) -> Self:
        if not len(self.across) == len(self.down) == self.rows * self.columns:
            raise ValueError("a node is missing")
        return self


class PageGeometry(Frozen):
    """How one page (counted from 1) was laid flat and upright for reading, so that it can be shown without reading it again.

    `source_width_px` and `source_height_px` are the page's size as it was decoded: a picture with its EXIF orientation
    applied, at the working size of `extract.raster.decode`; a PDF's page as drawn at `dpi` (None for pictures).
    `matrix` leads from those pixels to the upright page of `width_px` by `height_px`, which boxes are fractions of.
    The same page decoded at another size needs the matrix scaled. Where paper was bent, `mesh` moves the points once more.

    `id_boxes` are where ID numbers stand, a little larger than they are. `id_unplaced` says that there may be another
    one at a place nobody knows: whoever may not see ID numbers may then see nothing of the page. `id_absent`: that is so only
    because the page shows rows of a form without the one for it, which may be found on another page.
    """

    page: Annotated[int, Constrained(ge=1)]
    source_width_px: Pixels
    source_height_px: Pixels
    width_px: Pixels
    height_px: Pixels
    matrix: Matrix = UNTURNED
    mesh: PageMesh | None = None
    dpi: float | None = None
    id_boxes: Annotated[tuple[Box, ...], Constrained(max_length=1_000)] = ()
    id_unplaced: bool = True
    id_absent: bool = False
