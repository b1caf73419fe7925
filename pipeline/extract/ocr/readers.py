"""What a reader of pictures can do, whichever engine it is.

Quads are (4, 2) float arrays in pixels of the picture given: top left, top right, bottom right, bottom left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipeline.extract.ocr.latin_line import LatinLine
from pipeline.extract.raster.decode import Gray, Rgb

Quad = npt.NDArray[np.float32]


class EngineMissingError(Exception):
    """An engine is not installed or cannot be built; the message says what to install."""


class EnginesNeededError(Exception):
    """A file that holds pictures was to be read where no engine is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an engine reads in one line.

    `confidence` is that of its least sure character, 0-1, the engine's own; `chances` are those of all characters.
    `centres` are where the characters stand, as shares of the crop's width. `rivals` are the rare characters that may stand there
    instead, and their chances (`rivals`). All have one entry for each character.
    """

    text: str
    confidence: float
    chances: tuple[float, ...] = ()
    centres: tuple[float, ...] = ()
    rivals: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a network saw a character in a line (a share of the crop's width), and what it may be, with the chances (0-1)."""

    centre: float
    chances: Mapping[str, float]


class OcrEngine(Protocol):
    """The main reader: finds lines on a page and reads pictures of single lines."""

    name: str

    def warm_up(self) -> Iterator[None]:
        """Steps that make later readings faster and change nothing else."""

    def find_lines(self, rgb: Rgb) -> tuple[Quad, ...]:
        """The lines of text on a page, in no order."""

    def rest(self) -> None:
        """Give back the memory that lines were found in, some 50 MB; finding takes it anew."""

    def read_lines(self, crops: Sequence[Rgb | Gray], *, alphabet: str | None = None) -> tuple[Reading, ...]:
        """Each crop's text, one line in each; with `alphabet` only its characters are considered."""

    def read_places(self, crop: Rgb | Gray, *, alphabet: str | None = None) -> tuple[Place, ...]:
        """What else each character of a line may be; with `alphabet` only its characters are considered."""


class SecondReader(Protocol):
    """An independent reader, asked only where its answer can matter."""

    name: str

    def read(self, crop: Gray, *, alphabet: str | None, lines: int, height_px: int = 40) -> str | None:
        """The text of a crop (black on white, no rules); None when nothing is seen or the reader fails.

        `height_px` is how high a line is made before reading: another height is another look.
        """


class LineNetwork(Protocol):
    """Another network than the main reader's, that reads pictures of single lines."""

    name: str

    def warm_up(self) -> Iterator[None]:
        """As of the main reader."""

    def read_lines(self, crops: Sequence[Rgb | Gray], *, alphabet: str | None = None) -> tuple[Reading, ...]:
        """Each crop's text, one line in each; with `alphabet` only its characters are considered."""

    def read_places(self, crop: Rgb | Gray, *, alphabet: str | None = None) -> tuple[Place, ...]:
        """As of the main reader."""


class LatinNetwork(Protocol):
    """A network that knows letters, digits, - _ and . and nothing else."""

    name: str

    def warm_up(self) -> Iterator[None]:
        """As of the main reader."""

    def look(self, crop: Gray) -> LatinLine:
        """What it makes of one line (black on white, no rules, a little room round it)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """The readers a document is read with. Built once, before any fork; no threads inside.

    `third` is asked where a value would be doubted otherwise or belief needs it; `quick`, a small network, before a longer look
    that it may spare; `latin` where characters have look-alikes; `taught` what is hard to read.
    """

    main: OcrEngine
    second: SecondReader
    third: LineNetwork
    quick: LineNetwork
    latin: LatinNetwork
    taught: LineNetwork

    def warm_up(self) -> Iterator[None]:
        """Steps that make the reading of many pages faster and change nothing else, those worth most first."""
        yield from self.main.warm_up()
        yield from self.third.warm_up()
        yield from self.quick.warm_up()
        yield from self.latin.warm_up()
        yield from self.taught.warm_up()
