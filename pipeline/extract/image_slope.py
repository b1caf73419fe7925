"""The slope of a page's own lines of text, watermarks left out.

A copy of a small card on a large sheet has more text in the watermark aslant over it than in the card. Where lines of
two slopes are found, a few of the commoner ones are read: what people print across copies tells them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.extract.image_decode import Rgb
from pipeline.extract.image_flat import line_slope, text_slope_degrees
from pipeline.extract.image_turn import cut
from pipeline.extract.ocr import OcrEngine, Quad
from pipeline.extract.paper_labels import is_stamped_text

#: Watermarks lie at 10 degrees and more; lines of one page differ by less than this.
_ASLANT: Final = 5.0
_ALIKE: Final = 4.0
#: Of the length of all lines, what others at another slope have at least.
_LEAST_SHARE: Final = 0.15
_READ: Final = 4
_STAMPED: Final = 2


def own_slope_degrees(rgb: Rgb, quads: Sequence[Quad], engine: OcrEngine) -> float:
    """The slope of the lines of text of a page, of its own ones where most are a watermark's."""
    degrees = text_slope_degrees(quads)
    if abs(degrees) < _ASLANT:
        return degrees
    sloped = [(quad, *slope) for quad in quads if (slope := line_slope(quad)) is not None]
    alike = sorted((item for item in sloped if abs(item[1] - degrees) <= _ALIKE), key=lambda item: -item[2])
    others = [item for item in sloped if abs(item[1] - degrees) > _ALIKE]
    if sum(item[2] for item in others) < _LEAST_SHARE * sum(item[2] for item in sloped):
        return degrees
    readings = engine.read_lines([cut(rgb, quad) for quad, _, _ in alike[:_READ]])
    if sum(is_stamped_text(reading.text) for reading in readings) < min(_STAMPED, len(alike)):
        return degrees
    return text_slope_degrees([quad for quad, _, _ in others])
