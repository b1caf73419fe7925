"""Pages and grids: what stands where, whatever engine read it.

Coordinates are fractions of the upright page (0-1), origin top left; pages count from 1.
Confidence is the engine's own figure (0-1) or None where the reader has none (text files).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from pipeline.domain.document import Box, Place
from pipeline.domain.pages import PageGeometry
from pipeline.extract.raster.backs import Relief


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text on a page. `doubt` says in Chinese why it may not be what a person sees."""

    text: str
    box: Box
    reader: str
    confidence: float | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table; `row` and `column` are its top left corner, counted from 0.

    `text` joins its lines with newlines. `box` is None for documents without pages (DOCX).
    `pictures` counts the pictures that lie in it. `nested` are the indexes of grids that stand
    inside it. `doubt` says in Chinese why its text may not be what a person sees (hidden text).
    """

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    text: str = ""
    lines: tuple[Line, ...] = ()
    place: Place
    box: Box | None = None
    reader: str
    confidence: float | None = None
    pictures: int = 0
    nested: tuple[int, ...] = ()
    doubt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: cells that cover it without overlapping, in reading order."""

    index: int
    page: int
    cells: tuple[Cell, ...]


class Rereader(Protocol):
    """Looks at a part of a page's picture once more. Only pages read from pictures have one."""

    def second_reading(self, box: Box, *, alphabet: str | None, lines: int) -> str | None:
        """What an independent reader sees in `box`, restricted to `alphabet` (None: Chinese and Latin); None if it sees nothing."""

    def ink(self, box: Box) -> float:
        """Share of dark pixels in `box`, 0-1; the rule lines of the table excluded."""

    def has_seal(self, box: Box) -> bool:
        """Whether red ink of a seal (公章) lies in `box`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A character that a person sees; `box` has its line's height."""

    text: str
    box: Box


class Typeset(Protocol):
    """A page's own characters, to be put into cells that no rules were drawn for. Only pages of PDF text have them."""

    @property
    def letters(self) -> tuple[Letter, ...]:
        """What a person sees, blanks among it, in no order."""

    def cell(self, box: Box) -> Cell:
        """What stands in `box` as a cell (at row and column 0), with the doubts that any cell would have."""


class Fault(StrEnum):
    """What is plainly wrong with a picture of a page."""

    BLURRED = "blurred"
    GLARE = "glare"
    CUT = "cut"
    SMALL = "small"


class Photograph(Protocol):
    """A page's picture, to be asked why nothing could be read on it."""

    def fault(self) -> Fault | None:
        """The plainest fault; None where none is plain."""

    def shows_code(self) -> bool:
        """Whether it is of a QR code, and of no page at all."""

    def relief(self) -> Relief:
        """What stands out from the paper, to be held against other pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, upright: its lines in reading order (top to bottom, left to right) and its tables.

    `geometry` says how a page read from a picture was laid flat; where its ID numbers stand is not looked for yet.
    `prose`: it is neither form nor paper, and was not read (`skim`), but for the beginnings of its largest lines, `heads`.
    `ruled`: a picture shows long rules, of a table or of what may be one, whether or not they make its cells. `bare`: there is
    hardly any text on it, and hardly anything else or nothing of a sheet's colour.
    """

    number: int
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    grids: tuple[Grid, ...] = ()
    rereader: Rereader | None = None
    typeset: Typeset | None = None
    photograph: Photograph | None = None
    geometry: PageGeometry | None = None
    prose: bool = False
    heads: str = ""
    ruled: bool = False
    bare: bool = False
    notes: tuple[str, ...] = field(default_factory=tuple)
