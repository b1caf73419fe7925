"""What the sandbox is asked to show, and what it says of it; a picture's bytes travel beside the answer."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from pipeline.domain.base import Frozen
from pipeline.domain.message import Media
from pipeline.domain.pages import Box, PageGeometry, Pixels
from pipeline.pictures.trouble import Trouble

DEFAULT_WIDTH_PX: Final = 1600
MAX_WIDTH_PX: Final = 3200
MAX_CELLS: Final = 20_000
#: Of one cell or line; what is longer is cut.
MAX_TEXT: Final = 4_000


class Watermark(Frozen):
    """What is written all over a picture. `plain` is ASCII, for machines without a Chinese typeface."""

    text: Annotated[str, Field(max_length=200)]
    plain: Annotated[str, Field(max_length=200, pattern=r"^[ -~]*$")]


class PageRequest(Frozen):
    """A page of a file. Without `geometry` it is wanted as it was decoded, with its EXIF orientation."""

    media: Media
    page: Annotated[int, Field(ge=1)]
    geometry: PageGeometry | None = None
    max_width_px: Annotated[int, Field(ge=64, le=MAX_WIDTH_PX)] = DEFAULT_WIDTH_PX


class ShowRequest(PageRequest):
    """A page to be shown. `covers` are painted over; `pixelated` leaves nothing of the page to be read.

    Boxes mean the page as it is wanted.
    """

    covers: tuple[Box, ...] = ()
    pixelated: bool = False
    watermark: Watermark


class ShowAnswer(Frozen):
    """What became of a `ShowRequest`: a JPEG of that size, or a trouble.

    `pages` is how many the file has, None where nobody counted (Word files).
    """

    trouble: Trouble | None = None
    width_px: Pixels | None = None
    height_px: Pixels | None = None
    pages: Annotated[int, Field(ge=0)] | None = None


class GridRequest(Frozen):
    """A DOCX, or HTML, whose tables are to be shown. `masked` covers the middle of ID numbers."""

    media: Media = Media.DOCX
    masked: bool


class GridCell(Frozen):
    """A cell as places address it: `row` and `column` count from 0. `nested` are tables that stand inside it."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    nested: tuple[int, ...] = ()


class GridTable(Frozen):
    """A table of a Word file; `index` is the `table` of places."""

    index: int
    rows: int
    columns: int
    cells: tuple[GridCell, ...]


class DocumentGrid(Frozen):
    """A Word file's tables, and its text outside them. Tables named in a cell's `nested` are shown inside that cell.

    `cut` says that the file holds more than is shown.
    """

    tables: tuple[GridTable, ...] = ()
    lines: tuple[str, ...] = ()
    cut: bool = False


class GridAnswer(Frozen):
    """What became of a `GridRequest`."""

    trouble: Trouble | None = None
    grid: DocumentGrid | None = None
