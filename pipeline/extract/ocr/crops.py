"""What both ways of asking Tesseract share: prepared crops, and where its languages lie."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from pipeline.extract.raster.decode import Gray

ONE_LINE: Final = 7
BLOCK: Final = 6
LATIN: Final = "eng"
CHINESE: Final = "chi_sim"
TIMEOUT_SECONDS: Final = 8.0
_MARGIN_PX: Final = 20
_MOST_PIXELS: Final = 4_000_000
#: Where Debian and others keep the languages; TESSDATA_PREFIX comes first, as for the program.
_DATA: Final = ("/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata")


def find_languages() -> tuple[Path | None, tuple[str, ...]]:
    """The folder of Tesseract's languages, None without one, and which of the two needed are missing."""
    needed = (CHINESE, LATIN)
    folders = [Path(name) for name in (os.environ.get("TESSDATA_PREFIX"), *_DATA) if name]
    for folder in folders:
        missing = tuple(name for name in needed if not (folder / f"{name}.traineddata").is_file())
        if len(missing) < len(needed):
            return folder, missing
    return None, needed


def missing_languages(missing: tuple[str, ...]) -> str:
    """What to install, in a line."""
    names = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in missing)
    return f"tesseract lacks {', '.join(missing)}: apt-get install {names}"


def language_for(alphabet: str | None) -> str:
    """English reads alphabets of ASCII better; everything else is Chinese."""
    return LATIN if alphabet is not None and alphabet.isascii() else CHINESE


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


def clean_text(raw: str) -> str:
    """NFKC, lines trimmed, empty ones gone."""
    return "\n".join(line.strip() for line in unicodedata.normalize("NFKC", raw).splitlines() if line.strip())
