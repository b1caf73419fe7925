"""The second reader: Tesseract, in this process through `tesserocr`, on prepared crops.

Split: `build_tesserocr` finds out whether its languages are installed and loads them; `TesserocrReader` asks it.
The engines are built before any fork and used in the children: no program is started for a reading (a process of
its own cost 0.11 s of CPU for each line, of which reading it was 0.007 s). One thread (OMP_THREAD_LIMIT is set
before the library is loaded), and a time limit for each crop; a failure means "saw nothing".

Risk: the library works on a sender's pixels inside the reading process. That process has no keys, network or
programs, and its end costs one finding.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from pipeline.extract.ocr.crops import (
    BLOCK,
    CHINESE,
    LATIN,
    ONE_LINE,
    TIMEOUT_SECONDS,
    clean_text,
    find_languages,
    language_for,
    missing_languages,
    prepared,
)
from pipeline.extract.ocr.readers import EngineMissingError
from pipeline.extract.raster.decode import Gray

if TYPE_CHECKING:
    from tesserocr import PyTessBaseAPI

_LSTM_ONLY: Final = 1


def build_tesserocr() -> TesserocrReader:
    """Load both languages and read a blank line. Raises EngineMissingError naming what to install."""
    folder, missing = find_languages()
    if folder is None or missing:
        raise EngineMissingError(missing_languages(missing))
    os.environ["OMP_THREAD_LIMIT"] = "1"  # with threads it spins and loses
    try:
        from tesserocr import PyTessBaseAPI

        engines = {name: PyTessBaseAPI(path=str(folder), lang=name, oem=_LSTM_ONLY) for name in (LATIN, CHINESE)}
    except (ImportError, RuntimeError) as error:
        raise EngineMissingError(
            f"tesseract cannot be started ({type(error).__name__}); reinstall tesserocr"
        ) from error
    reader = TesserocrReader(engines)
    reader.read(np.full((40, 200), 255, np.uint8), alphabet=None, lines=1)
    return reader


class TesserocrReader:
    """See the module. Nothing is kept between calls."""

    name = "tesseract"

    def __init__(self, engines: Mapping[str, PyTessBaseAPI]) -> None:
        self._engines = engines

    def read(self, crop: Gray, *, alphabet: str | None, lines: int, height_px: int = 40) -> str | None:
        """The crop's text, lines joined by newlines; None when nothing is seen."""
        if min(crop.shape) < 4:
            return None
        engine = self._engines[language_for(alphabet)]
        try:
            engine.SetPageSegMode(ONE_LINE if lines == 1 else BLOCK)
            engine.SetVariable("tessedit_char_whitelist", alphabet or "")
            engine.SetImage(Image.fromarray(prepared(crop, lines, height_px)))
            raw = engine.GetUTF8Text() if engine.Recognize(round(TIMEOUT_SECONDS * 1000)) else ""
        except (RuntimeError, UnicodeDecodeError, ValueError):
            raw = ""
        finally:
            engine.ClearAdaptiveClassifier()
            engine.Clear()
        return clean_text(raw) or None
