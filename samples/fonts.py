"""Typefaces: the system's for print, two npm packages for handwriting.

Handwriting comes as woff2 files by unicode range (`npm ci`, see `make fonts`); they are joined once per
typeface into `samples/.fonts/`, which git ignores.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Literal

from PIL import ImageFont

Face = Literal["song", "hei", "kai", "sans", "symbols", "longcang", "liujianmaocao"]

CACHE = Path(__file__).parent / ".fonts"
_MODULES = Path(__file__).parent.parent / "node_modules" / "@fontsource"
_SHARE = Path("/usr/share/fonts")
#: Face → (file, index in the collection), the first that is there is taken.
_SYSTEM: dict[str, tuple[tuple[str, int], ...]] = {
    "song": (("truetype/arphic/uming.ttc", 0), ("opentype/noto/NotoSerifCJK-Regular.ttc", 2)),
    "kai": (("truetype/arphic/ukai.ttc", 0), ("truetype/arphic/uming.ttc", 0)),
    "hei": (("opentype/noto/NotoSansCJK-Regular.ttc", 2), ("truetype/wqy/wqy-zenhei.ttc", 0)),
    "symbols": (("truetype/dejavu/DejaVuSans.ttf", 0),),
    "sans": (("truetype/wqy/wqy-zenhei.ttc", 0), ("opentype/noto/NotoSansCJK-Regular.ttc", 2)),
}
_PACKAGES = {"longcang": "long-cang", "liujianmaocao": "liu-jian-mao-cao"}


class FontMissingError(RuntimeError):
    """A typeface is not installed; the message says which command installs it."""


def font_file(face: str) -> tuple[Path, int]:
    """File and index of a face. Raises FontMissingError."""
    if face in _PACKAGES:
        return handwriting_file(face), 0
    for name, index in _SYSTEM[face]:
        if (_SHARE / name).is_file():
            return _SHARE / name, index
    raise FontMissingError(
        f"no font file for the face {face!r}: run `make setup`, or "
        "`apt-get install fonts-noto-cjk fonts-arphic-uming fonts-arphic-ukai fonts-wqy-zenhei fonts-dejavu-core`"
    )


@functools.lru_cache(maxsize=256)
def font(face: str, size_px: int) -> ImageFont.FreeTypeFont:
    """A face at a size in pixels."""
    path, index = font_file(face)
    return ImageFont.truetype(str(path), size_px, index=index)


def handwriting_file(face: str) -> Path:
    """The joined TrueType file of a handwriting face, made when it is not there yet. Raises FontMissingError."""
    target = CACHE / f"{face}.ttf"
    if target.is_file():
        return target
    folder = _MODULES / _PACKAGES[face] / "files"
    parts = sorted(folder.glob(f"{_PACKAGES[face]}-*-400-normal.woff2"))
    if not parts:
        raise FontMissingError(f"the handwriting typeface {_PACKAGES[face]!r} is not installed: run `make fonts`")
    _join(parts, target)
    return target


def has_handwriting() -> bool:
    """Whether handwriting can be drawn."""
    try:
        return all(handwriting_file(face).is_file() for face in _PACKAGES)
    except FontMissingError:
        return False


def _join(parts: list[Path], target: Path) -> None:
    """Join subset files into one TrueType file; written under another name first, so that it is whole or absent."""
    from fontTools.merge import Merger  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped, unused-ignore]

    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        plain: list[str] = []
        for part in parts:
            loaded = TTFont(part)
            for table in ("GSUB", "GPOS", "GDEF", "vhea", "vmtx", "BASE", "STAT"):
                if table in loaded:
                    del loaded[table]
            loaded.flavor = None
            path = Path(folder) / (part.stem + ".ttf")
            loaded.save(path)
            plain.append(str(path))
        whole = Path(folder) / "whole.ttf"
        Merger().merge(plain).save(whole)
        whole.replace(target)


@functools.lru_cache(maxsize=8)
def characters(face: str) -> frozenset[int]:
    """The code points a face can draw."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped, unused-ignore]

    path, index = font_file(face)
    return frozenset(TTFont(path, fontNumber=index, lazy=True).getBestCmap())
