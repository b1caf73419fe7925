"""A watermark that people put over copies of papers (仅供备案使用), taken off by its tone.

It is paler than the print, or of a colour in whose light it is: a clerk reads through it, but lines of text that cross it are
not found, or read together with it. What is as pale as the watermark is made paper on the whole page, but for the soft edges of
what is darker. Where strokes of the print are as pale, or the watermark nearly as dark, the page is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from pipeline.extract.image.turn import cut
from pipeline.extract.ocr.readers import Quad
from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.extract.raster.ink import INK_LEVEL, even_light

#: Of 255: what is darker is no paper. Watermarks on scans were 190 to 225, on copies in grey 150 to 215.
_PAPER: Final = 238
_LEAST_DOTS: Final = 40
#: Of the dots of a line that are no paper, so many are darker than what its tone is said to be: strokes are soft at their edges.
_DARKEST: Final = 10.0
#: Of the lines of print so many show its tone, in percent: among them are pieces of the watermark that say nothing of it.
_OF_PRINT: Final = 30.0
#: How much darker than that a watermark's darkest dots are, by noise and JPEG.
_NOISE: Final = 10
#: What is made paper begins so far above the print's tone, and is not darker than this: hairlines are 120 to 170.
_APART: Final = 45
_LEAST_LEVEL: Final = 150
#: How wide the print and its soft edges are taken.
_EDGE_PX: Final = 5
#: Of the print's ink, what has to be left.
_KEPT: Final = 0.93


def without_watermark(rgb: Rgb, marks: Sequence[Quad], lines: Sequence[Quad]) -> Rgb | None:
    """The page in shades of grey without the watermark of which `marks` are lines; None where its tone does not tell it from
    the print, of which most of `lines` are."""
    light = even_light(np.asarray(rgb.max(axis=2), dtype=np.uint8))
    tones = [tone for quad in marks if (tone := _tone(cut(light, quad))) is not None]
    printed = [tone for quad in lines if (tone := _tone(cut(light, quad))) is not None]
    if not printed:
        return None
    level = int(min(np.median(tones) if tones else _PAPER, _PAPER)) - _NOISE
    own = int(np.percentile(printed, _OF_PRINT))
    if level < max(_LEAST_LEVEL, own + _APART) or not _is_kept(light, lines, level):
        return None
    return np.repeat(_lightened(light, level)[:, :, None], 3, axis=2)


def _tone(crop: Gray) -> float | None:
    dots = crop[crop < _PAPER]
    return float(np.percentile(dots, _DARKEST)) if dots.size >= _LEAST_DOTS else None


def _is_kept(light: Gray, lines: Sequence[Quad], level: int) -> bool:
    """Whether the print keeps its thin strokes: hardly any of what counts as ink is as pale as the watermark."""
    crops = [cut(light, quad) for quad in lines]
    inked = sum(int((crop < 255 * INK_LEVEL).sum()) for crop in crops)
    kept = sum(int((crop < min(level, 255 * INK_LEVEL)).sum()) for crop in crops)
    return inked > 0 and kept >= _KEPT * inked


def _lightened(light: Gray, level: int) -> Gray:
    """What is as pale as the level made paper, but for the edges of what is darker: they stay as soft as they are."""
    dark = np.asarray(light < level, np.uint8)
    edges = cv2.dilate(dark, np.ones((_EDGE_PX, _EDGE_PX), np.uint8)) > 0
    return np.asarray(np.where(edges, light, 255), dtype=np.uint8)
