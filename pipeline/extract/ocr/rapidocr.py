"""The main reader: PP-OCRv6 small, with the models that `rapidocr` ships (`ocr.models`).

Nothing is kept between calls, so that an engine built in a parent can be used in its children.

A new shape costs 15 to 70 ms. So pictures are padded to a few shapes, and a process that will read many pages meets the
usual ones before it forks. Each shape met keeps memory for good, less where the largest was met first; rare ones are left
to the child that needs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from pipeline.extract.ocr.boxes import find_boxes
from pipeline.extract.ocr.lines import AT_ONCE, SHORT_PX, WIDTHS_PX, LineReader, put_signed
from pipeline.extract.ocr.models import Networks, Tensor, load_networks, started
from pipeline.extract.ocr.readers import Quad
from pipeline.extract.raster.decode import Rgb
from pipeline.extract.raster.planes import only_plane

#: Wider lines, of more than about thirty characters, are rare.
_USUAL_WIDTH_PX: Final = 1152
#: Lines are found at 960 px on the page's longer side; the shorter one is padded to one of these.
_LONG_SIDE_PX: Final = 960
_SHORT_SIDES_PX: Final = (480, 704, 768, 960)


def build_rapidocr() -> RapidOcrEngine:
    """Load the models. Raises EngineMissingError. `warm_up` makes the reading of the first pages faster."""
    cv2.setNumThreads(1)
    return started("rapidocr", lambda: RapidOcrEngine(load_networks()))


class RapidOcrEngine(LineReader):
    """See the module. Build it with `build_rapidocr`."""

    def __init__(self, networks: Networks) -> None:
        super().__init__("rapidocr", networks.lines)
        self._find = networks.find
        self._rest_finding = networks.rest

    def warm_up(self) -> Iterator[None]:
        """Meet the usual shapes of pages, upright and lying, and of lines, the largest first; stepwise."""
        for short in reversed(_SHORT_SIDES_PX):
            for shape in dict.fromkeys(((_LONG_SIDE_PX, short), (short, _LONG_SIDE_PX))):
                self.find_lines(np.full((*shape, 3), 255, np.uint8))
                yield
        widths = [width for width in WIDTHS_PX if width <= _USUAL_WIDTH_PX]
        short_ones = [(AT_ONCE, width) for width in widths if width <= SHORT_PX]
        yield from self.meet([*((1, width) for width in widths), *short_ones])
        self._rest_finding()

    def rest(self) -> None:
        """Give back the memory that lines were found in; see `readers.OcrEngine`."""
        self._rest_finding()

    def find_lines(self, rgb: Rgb) -> tuple[Quad, ...]:
        """The lines of text on a page, found at 960 px on its longer side."""
        page, scale = _page_input(rgb)
        return tuple(_inside(box / np.float32(scale), rgb) for box in find_boxes(self._find(page)[0, 0]))


def _page_input(rgb: Rgb) -> tuple[Tensor, float]:
    """The page as the network wants it, padded with white; and its scale to the page."""
    height, width = rgb.shape[:2]
    scale = min(1.0, _LONG_SIDE_PX / max(height, width))
    high, wide = max(1, round(height * scale)), max(1, round(width * scale))
    grey = only_plane(rgb)
    shown = rgb if grey is None else grey
    small = cv2.resize(shown, (wide, high), interpolation=cv2.INTER_AREA) if scale < 1 else shown
    short = next(side for side in _SHORT_SIDES_PX if side >= min(high, wide))
    shape = (_LONG_SIDE_PX, short) if high >= wide else (short, _LONG_SIDE_PX)
    padded = np.ones((1, 3, *shape), np.float32)
    put_signed(np.asarray(small, dtype=np.uint8), padded[0])
    return padded, scale


def _inside(quad: Quad, rgb: Rgb) -> Quad:
    height, width = rgb.shape[:2]
    return np.clip(quad, 0, np.array([width, height], np.float32)).astype(np.float32)
