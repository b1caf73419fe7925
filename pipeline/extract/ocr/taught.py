"""The taught reader: the main reader's network, taught handwriting that scanners had spoilt (decision 92). It reads pictures of
single lines, and spoilt print better than the network it came from (decision 93).

It is asked where a hand may have written and where a page does not read well, on few pages. So it meets no shape before
processes fork: each would keep 11 MB in every one of them, and a shape that is new to a page costs 15 to 70 ms once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2

from pipeline.extract.ocr.lines import LineReader
from pipeline.extract.ocr.models import load_taught, started

_WIDTHS_PX: Final = (256, 512, 1024, 2048)


def build_taught() -> TaughtReader:
    """Raises EngineMissingError."""
    cv2.setNumThreads(1)
    return started("taught", lambda: TaughtReader("taught", load_taught(), _WIDTHS_PX))


class TaughtReader(LineReader):
    """See the module."""

    def warm_up(self) -> Iterator[None]:
        """Nothing."""
        yield from ()
