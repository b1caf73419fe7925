"""The second reader where `tesserocr` does not install: the program Tesseract, through `pytesseract`, on prepared crops.

Split: `build_pytesseract` finds out whether it is installed with its languages; `PytesseractReader` runs it.
Each call is a process of its own with one thread and a time limit; a failure means "saw nothing".
"""

from __future__ import annotations

import os
from typing import Final

import pytesseract
from PIL import Image

from pipeline.extract.ocr.crops import (
    BLOCK,
    CHINESE,
    LATIN,
    ONE_LINE,
    TIMEOUT_SECONDS,
    clean_text,
    language_for,
    missing_languages,
    prepared,
)
from pipeline.extract.ocr.readers import EngineMissingError
from pipeline.extract.raster.decode import Gray

#: The alphabet goes onto a command line: nothing but known harmless characters.
_SAFE: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_./:·年月日()")


def build_pytesseract() -> PytesseractReader:
    """Raises EngineMissingError when the program or one of its languages is not installed."""
    try:
        languages = set(pytesseract.get_languages())
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError) as error:
        raise EngineMissingError(
            "tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-chi-sim"
        ) from error
    if missing := tuple(sorted({LATIN, CHINESE} - languages)):
        raise EngineMissingError(missing_languages(missing))
    return PytesseractReader()


class PytesseractReader:
    """See the module."""

    name = "tesseract"

    def read(self, crop: Gray, *, alphabet: str | None, lines: int, height_px: int = 40) -> str | None:
        """The crop's text, lines joined by newlines; None when nothing is seen."""
        if min(crop.shape) < 4:
            return None
        config = f"--psm {ONE_LINE if lines == 1 else BLOCK}"
        if alphabet is not None:
            config += " -c tessedit_char_whitelist=" + "".join(c for c in dict.fromkeys(alphabet) if c in _SAFE)
        return clean_text(_run(prepared(crop, lines, height_px), language_for(alphabet), config)) or None


def _run(crop: Gray, language: str, config: str) -> str:
    os.environ["OMP_THREAD_LIMIT"] = "1"  # inherited by the process; with threads it spins and loses
    picture = Image.fromarray(crop)
    try:
        return str(pytesseract.image_to_string(picture, lang=language, config=config, timeout=TIMEOUT_SECONDS))
    except (pytesseract.TesseractError, RuntimeError, OSError, UnicodeDecodeError, ValueError):
        return ""
