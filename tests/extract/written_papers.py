"""Pages of papers written down line by line, as readers give them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from pipeline.domain.document import Box, ExtractedPaper
from pipeline.extract.page import Line, Page
from pipeline.extract.paper.papers import read_papers

WIDTH, HEIGHT = 2000, 1400
#: Of a line of print.
HIGH = 30


def line(text: str, x: float, y: float, *, high: float = HIGH) -> Line:
    """A line that begins at `x`, `y` in pixels, its characters as wide as it is high, ASCII half so."""
    wide = sum(0.5 if c.isascii() else 1.0 for c in text) * high
    box = (x / WIDTH, y / HEIGHT, (x + wide) / WIDTH, (y + high) / HEIGHT)
    return Line(text=text, box=box, reader="pdf-text")


class Inked:
    """A rereader that sees a share of ink in the lines it was given, and in what else was named in pixels."""

    def __init__(self, lines: Iterable[Line], *marks: tuple[float, float, float, float]) -> None:
        boxes = [(x0 / WIDTH, y0 / HEIGHT, x1 / WIDTH, y1 / HEIGHT) for x0, y0, x1, y1 in marks]
        self._boxes = [*(item.box for item in lines), *boxes]

    def ink(self, box: Box) -> float:
        return 0.2 if any(_touch(box, other) for other in self._boxes) else 0.0


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def papers_of(lines: Iterable[Line], *, rereader: Inked | None = None) -> tuple[ExtractedPaper, ...]:
    """What is read on a page of these lines."""
    page = Page(number=1, width=WIDTH, height=HEIGHT, lines=tuple(lines), rereader=cast("Any", rereader))
    return read_papers(page)
