"""What the sandbox is asked to draw for `beian extract --overlay`, and what it says of it; the PNG travels beside the answer."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from pipeline.domain.base import Frozen
from pipeline.domain.pages import Box, PageGeometry, Pixels
from pipeline.pictures.trouble import Trouble

MAX_MARKS: Final = 400
MAX_REMARKS: Final = 8
#: Of one label, value or reason; what is longer is cut.
MAX_TEXT: Final = 400

Text = Annotated[str, Field(max_length=MAX_TEXT)]


class Look(StrEnum):
    """How a value is drawn: each look has a colour and a kind of line of its own."""

    SURE = "sure"
    DOUBTFUL = "doubtful"
    BLANK = "blank"


class CellAddress(Frozen):
    """A cell of a Word file's tables, as places name it; all count from 0."""

    table: int
    row: int
    column: int


class Mark(Frozen):
    """A value that was read: what it is called, what it says, and why it is doubtful. `group` is what it was read from.

    `place` is a box of the upright page, in fractions, or a cell of a table; None for what stands nowhere.
    """

    label: Text
    text: Text
    look: Look
    reason: Text = ""
    group: Text = ""
    place: Box | CellAddress | None = None


class OverlayRequest(Frozen):
    """A page to be drawn with its marks, or without `page` the tables of a Word file. `remarks` stand above it.

    `geometry` is how the page was laid flat when it was read.
    """

    title: Text
    page: Annotated[int, Field(ge=1)] | None
    geometry: PageGeometry | None = None
    remarks: Annotated[tuple[Text, ...], Field(max_length=MAX_REMARKS)] = ()
    marks: Annotated[tuple[Mark, ...], Field(max_length=MAX_MARKS)] = ()


class OverlayAnswer(Frozen):
    """What became of an `OverlayRequest`: a PNG of that size, or a trouble."""

    trouble: Trouble | None = None
    width_px: Pixels | None = None
    height_px: Pixels | None = None
