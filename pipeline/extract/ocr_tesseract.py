"""The second reader: Tesseract, through `pytesseract`, on prepared crops.

Split: `build_tesseract` finds out whether it is installed with `eng` and `chi_sim`; `TesseractReader` runs it.
Each call is a process of its own with one thread and a time limit; a failure means "saw nothing".
"""

from __future__ import annotations

import os
import unicodedata
from typing import Final

import cv2
import numpy as np
import pytesseract
from PIL import Image

from pipeline.extract.image_decode import Gray
from pipeline.extract.ocr import EngineMissingError

_TIMEOUT_SECONDS: Final = 8.0
_MARGIN_PX: Final = 20
_MOST_PIXELS: Final = 4_000_000
_ONE_LINE, _BLOCK = 7, 6
_SAFE: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_./:·年月日()")


def build_tesseract() -> TesseractReader:
    """Raises EngineMissingError when Tesseract or one of its languages is not installed."""
    try:
        languages = set(pytesseract.get_languages())
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError) as error:
        raise EngineMissingError(
            "tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-chi-sim"
        ) from error
    missing = {"eng", "chi_sim"} - languages
    if missing:
        raise EngineMissingError(
            "tesseract lacks " + ", ".join(sorted(missing)) + ": apt-get install tesseract-ocr-chi-sim"
        )
    return TesseractReader()


class TesseractReader:
    """See the module."""

    name = "tesseract"

    def read(self, crop: Gray, *, alphabet: str | None, lines: int, height_px: int = 40) -> str | None:
        """The crop's text, lines joined by newlines; None when nothing is seen."""
        if min(crop.shape) < 4:
            return None
        latin = alphabet is not None and alphabet.isascii()
        config = f"--psm {_ONE_LINE if lines == 1 else _BLOCK}"
        if alphabet is not None:
            # The list goes onto a command line: nothing but known harmless characters.
            config += " -c tessedit_char_whitelist=" + "".join(c for c in dict.fromkeys(alphabet) if c in _SAFE)
        text = _run(prepared(crop, lines, height_px), "eng" if latin else "chi_sim", config)
        return text or None


def prepared(crop: Gray, lines: int, height_px: int) -> Gray:
    """The crop at about `height_px` a line with a white margin, as Tesseract likes it."""
    inked = np.flatnonzero((crop < 160).any(axis=1))
    tall = max(8, (int(inked[-1] - inked[0]) + 1) if inked.size else crop.shape[0]) / max(1, lines)
    scale = float(np.clip(height_px / tall, 0.4, 4.0))
    scale = min(scale, (_MOST_PIXELS / crop.size) ** 0.5)
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    scaled = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=how)
    bordered = cv2.copyMakeBorder(scaled, *(_MARGIN_PX,) * 4, cv2.BORDER_CONSTANT, value=(255,))
    return np.asarray(bordered, dtype=np.uint8)


def _run(crop: Gray, language: str, config: str) -> str:
    os.environ["OMP_THREAD_LIMIT"] = "1"  # inherited by the process; with threads it spins and loses
    try:
        raw = pytesseract.image_to_string(Image.fromarray(crop), lang=language, config=config, timeout=_TIMEOUT_SECONDS)
    except (pytesseract.TesseractError, RuntimeError, OSError, UnicodeDecodeError, ValueError):
        return ""
    return "\n".join(line.strip() for line in unicodedata.normalize("NFKC", str(raw)).splitlines() if line.strip())
