"""The second reader: Tesseract, in this process through `tesserocr`, on prepared crops.

Split: `build_tesseract` finds out whether its languages are installed and loads them; `TesseractReader` asks it.
The engines are built before any fork and used in the children: no program is started for a reading (a process of
its own cost 0.11 s of CPU for each line, of which reading it was 0.007 s). One thread (OMP_THREAD_LIMIT is set
before the library is loaded), and a time limit for each crop; a failure means "saw nothing".

Risk: the library works on a sender's pixels inside the reading process. That process has no keys, network or
programs, and its end costs one finding.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import Image

from pipeline.extract.image_decode import Gray
from pipeline.extract.ocr import EngineMissingError

if TYPE_CHECKING:
    from tesserocr import PyTessBaseAPI

_TIMEOUT_MS: Final = 8000
_MARGIN_PX: Final = 20
_MOST_PIXELS: Final = 4_000_000
_ONE_LINE, _BLOCK = 7, 6
_LSTM_ONLY: Final = 1
_LATIN, _CHINESE = "eng", "chi_sim"
#: Where Debian and others keep the languages; TESSDATA_PREFIX comes first, as for the program.
_DATA: Final = ("/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata")


def find_languages() -> tuple[Path | None, tuple[str, ...]]:
    """The folder of Tesseract's languages, None without one, and which of the two needed are missing."""
    needed = (_CHINESE, _LATIN)
    folders = [Path(name) for name in (os.environ.get("TESSDATA_PREFIX"), *_DATA) if name]
    for folder in folders:
        missing = tuple(name for name in needed if not (folder / f"{name}.traineddata").is_file())
        if len(missing) < len(needed):
            return folder, missing
    return None, needed


def build_tesseract() -> TesseractReader:
    """Load both languages and read a blank line. Raises EngineMissingError naming what to install."""
    folder, missing = find_languages()
    if folder is None or missing:
        names = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in missing)
        raise EngineMissingError(f"tesseract lacks {', '.join(missing)}: apt-get install {names}")
    os.environ["OMP_THREAD_LIMIT"] = "1"  # with threads it spins and loses
    try:
        from tesserocr import PyTessBaseAPI

        engines = {name: PyTessBaseAPI(path=str(folder), lang=name, oem=_LSTM_ONLY) for name in (_LATIN, _CHINESE)}
    except (ImportError, RuntimeError) as error:
        raise EngineMissingError(
            f"tesseract cannot be started ({type(error).__name__}); reinstall tesserocr"
        ) from error
    reader = TesseractReader(engines)
    reader.read(np.full((40, 200), 255, np.uint8), alphabet=None, lines=1)
    return reader


class TesseractReader:
    """See the module. Nothing is kept between calls."""

    name = "tesseract"

    def __init__(self, engines: Mapping[str, PyTessBaseAPI]) -> None:
        self._engines = engines

    def read(self, crop: Gray, *, alphabet: str | None, lines: int, height_px: int = 40) -> str | None:
        """The crop's text, lines joined by newlines; None when nothing is seen."""
        if min(crop.shape) < 4:
            return None
        engine = self._engines[_LATIN if alphabet is not None and alphabet.isascii() else _CHINESE]
        try:
            engine.SetPageSegMode(_ONE_LINE if lines == 1 else _BLOCK)
            engine.SetVariable("tessedit_char_whitelist", alphabet or "")
            engine.SetImage(Image.fromarray(prepared(crop, lines, height_px)))
            raw = engine.GetUTF8Text() if engine.Recognize(_TIMEOUT_MS) else ""
        except (RuntimeError, UnicodeDecodeError, ValueError):
            raw = ""
        finally:
            engine.ClearAdaptiveClassifier()
            engine.Clear()
        return _text(raw) or None


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


def _text(raw: str) -> str:
    return "\n".join(line.strip() for line in unicodedata.normalize("NFKC", raw).splitlines() if line.strip())
