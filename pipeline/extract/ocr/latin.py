"""The Latin reader: a small network of this software's own that knows letters, digits, - _ and ., and nothing else.

The other readers know thousands of characters and learnt words: both take l for 1 where a word or a number is likelier, and are
sure of it. This one learnt from lines of which half are drawn by chance (`training`), so that where the ink of a typeface says
nothing (l and I in Arial) it is not sure. What it gives is the chance of a whole text, not of its single characters.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from pipeline.extract.ocr.latin_line import SYMBOLS, LatinLine
from pipeline.extract.ocr.models import Recogniser, load_latin, started
from pipeline.extract.raster.decode import Gray

HEIGHT_PX: Final = 40
_LOWEST_PX: Final = 6
_NARROWEST_PX: Final = 16
#: Widths that lines are padded to; a shape that was met before is quicker.
_WIDTHS_PX: Final = (64, 128, 192, 256, 384, 560, 840)
_PAPER_PERCENTILE: Final = 80
_INK_PERCENTILE: Final = 1
_LEAST_CONTRAST: Final = 40


def framed(crop: Gray) -> Gray:
    """A line's crop, black on white, 40 px high, its paper made 255 and its ink 0."""
    height, width = crop.shape
    how = cv2.INTER_AREA if height > HEIGHT_PX else cv2.INTER_CUBIC
    wide = max(_NARROWEST_PX, round(width * HEIGHT_PX / height))
    line = np.asarray(cv2.resize(crop, (wide, HEIGHT_PX), interpolation=how))
    ink, paper = np.percentile(line, (_INK_PERCENTILE, _PAPER_PERCENTILE))
    ink = min(ink, paper - _LEAST_CONTRAST)
    stretched = (line - np.float32(ink)) * np.float32(255 / (paper - ink))
    return np.asarray(np.clip(stretched, 0, 255), dtype=np.uint8)


class LatinReader:
    """See the module. Nothing is kept between calls."""

    name = "latin"

    def __init__(self, recogniser: Recogniser) -> None:
        self._recognise = recogniser.read
        self._rest = recogniser.rest

    def look(self, crop: Gray) -> LatinLine:
        """A line's crop (black on white, no rules, a little room round it). One too small or too long gives nothing."""
        if min(crop.shape) < _LOWEST_PX:
            return LatinLine(np.zeros((1, len(SYMBOLS) + 1), np.float32))
        line = framed(crop)[:, : _WIDTHS_PX[-1]]
        width = _WIDTHS_PX[bisect_left(_WIDTHS_PX, line.shape[1])]
        picture = np.zeros((1, 1, HEIGHT_PX, width), np.float32)
        picture[0, 0, :, : line.shape[1]] = (255 - line.astype(np.float32)) / 255
        return LatinLine(np.array(self._recognise(picture)[0][: (line.shape[1] + 1) // 2 + 2]))

    def warm_up(self) -> Iterator[None]:
        """Meet the usual shapes, and give back the memory."""
        for width in reversed(_WIDTHS_PX[1:5]):
            self._recognise(np.zeros((1, 1, HEIGHT_PX, width), np.float32))
            yield
        self._rest()


def build_latin() -> LatinReader:
    """Raises EngineMissingError."""
    return started("latin", lambda: LatinReader(load_latin()))
