"""The slope of a page's own lines of text, watermarks left out.

A copy of a small card on a large sheet has more text in the watermark aslant over it than in the card. Where lines of
two slopes are found, a few of the commoner ones are read: what people print across copies tells them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.extract.image.flat import line_slope, text_slope_degrees
from pipeline.extract.image.turn import cut
from pipeline.extract.ocr.readers import OcrEngine, Quad
from pipeline.extract.paper_labels import is_stamped_text
from pipeline.extract.raster.decode import Rgb

#: Watermarks lie at 10 degrees and more; lines of one page differ by less than this.
_ASLANT: Final = 5.0
_ALIKE: Final = 4.0
#: Of the length of all lines, what others at another slope have at least; fewer than that are some lines of one slope (of a card
#: on a sheet full of a watermark they were 0.1).
_LEAST_SHARE: Final = 0.15
_LEAST_LINES: Final = 3
_READ: Final = 4
#: A line with its slope in degrees and its length in pixels.
_Sloped = tuple[Quad, float, float]
_STAMPED: Final = 2


def own_slope_degrees(rgb: Rgb, quads: Sequence[Quad], engine: OcrEngine) -> float:
    """The slope of the lines of text of a page, of its own ones where most are a watermark's."""
    degrees = text_slope_degrees(quads)
    if abs(degrees) < _ASLANT:
        return degrees
    sloped = [(quad, *slope) for quad in quads if (slope := line_slope(quad)) is not None]
    alike = sorted((item for item in sloped if abs(item[1] - degrees) <= _ALIKE), key=lambda item: -item[2])
    others = [item for item in sloped if abs(item[1] - degrees) > _ALIKE]
    others = _of_one_slope(others)
    few = sum(item[2] for item in others) < _LEAST_SHARE * sum(item[2] for item in sloped)
    if few and len(others) < _LEAST_LINES:
        return degrees
    readings = engine.read_lines([cut(rgb, quad) for quad, _, _ in alike[:_READ]])
    least = len(readings) if few else min(_STAMPED, len(alike))
    if sum(is_stamped_text(reading.text) for reading in readings) < least:
        return degrees
    return text_slope_degrees([quad for quad, _, _ in others])


def _of_one_slope(lines: Sequence[_Sloped]) -> list[_Sloped]:
    """Those at the slope that most of their length has."""
    groups = ([item for item in lines if abs(item[1] - one[1]) <= _ALIKE] for one in lines)
    return max(groups, key=lambda group: sum(item[2] for item in group), default=[])
