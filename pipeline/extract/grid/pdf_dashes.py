"""Rules drawn as many dashes or dots, each a shape of its own, as browsers and LibreOffice draw dashed borders. Pure.

Units are points on the upright page, origin top left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.grid.pdf_rules import Rule

#: A longer piece is a rule by itself.
LONGEST_DASH_PT: Final = 12.0
#: As thick as a border may be.
_THICK_PT: Final = 3.0
#: Pieces on one line, in points across it.
_SAME_PT: Final = 0.6
#: The next dash begins within so many dashes' lengths, and so many points.
_GAP: Final = 2.5
_GAP_PT: Final = 6.0
#: Fewer make no rule: three dots are an ellipsis, and a few dashes a place to write on.
_LEAST: Final = 6


def dashed_rules(pieces: Iterable[Box]) -> tuple[list[Rule], list[Rule]]:
    """Level and upright rules that small pieces make."""
    boxes = list(pieces)
    level = [(y0, y1, x0, x1) for x0, y0, x1, y1 in boxes if y1 - y0 <= _THICK_PT]
    upright = [box for box in boxes if box[2] - box[0] <= _THICK_PT]
    return list(_runs(level)), list(_runs([(x0, x1, y0, y1) for x0, y0, x1, y1 in upright]))


def _runs(pieces: Sequence[tuple[float, float, float, float]]) -> Iterator[Rule]:
    """Rules of pieces, each given by its two edges across the rule, then its ends along it."""
    line: list[tuple[float, float, float]] = []
    for middle, start, end in sorted(((low + high) / 2, start, end) for low, high, start, end in pieces):
        if line and middle - line[0][0] > _SAME_PT:
            yield from _parts(line)
            line = []
        line.append((middle, start, end))
    yield from _parts(line)


def _parts(line: Sequence[tuple[float, float, float]]) -> Iterator[Rule]:
    """The rules on one line: where the dashes stop, a rule stops."""
    run: list[tuple[float, float, float]] = []
    for piece in sorted(line, key=lambda item: item[1]):
        if run and piece[1] - run[-1][2] > min(_GAP_PT, _GAP * max(run[-1][2] - run[-1][1], 0.5)):
            yield from _rule(run)
            run = []
        run.append(piece)
    yield from _rule(run)


def _rule(run: Sequence[tuple[float, float, float]]) -> Iterator[Rule]:
    if len(run) >= _LEAST:
        yield Rule(at=run[0][0], start=run[0][1], end=max(end for _, _, end in run))
