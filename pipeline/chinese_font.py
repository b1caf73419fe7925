"""A typeface of this machine that has Chinese characters, for pictures that the software draws."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import ImageFont

from pipeline.wrong_use import WrongUseError

#: Where typefaces lie on Linux, macOS and Windows.
_FOLDERS: Final = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
#: Known ones by the beginning of their file names, the best legible first.
_KNOWN: Final = (
    "NotoSansCJK-Regular",
    "NotoSansCJKsc-Regular",
    "NotoSansSC",
    "SourceHanSans",
    "msyh",
    "PingFang",
    "wqy-microhei",
    "wqy-zenhei",
    "DroidSansFallback",
    "NotoSerifCJK-Regular",
    "simhei",
    "simsun",
    "uming",
    "ukai",
)
_SUFFIXES: Final = frozenset({".ttf", ".ttc", ".otf"})
_PROBE: Final = "备案登记统计"
_PROBE_SIZE: Final = 20
_MAX_FACES: Final = 16


class NoChineseFontError(WrongUseError):
    """No typeface with Chinese characters was found, or the named one has none."""


def load_chinese_font(named: Path | None, size: int) -> ImageFont.FreeTypeFont:
    """The named file's typeface, else the best of this machine, at `size` pixels. Raises `NoChineseFontError`."""
    for path in _candidates() if named is None else iter([named]):
        face = _chinese_face(path)
        if face is not None:
            return ImageFont.truetype(str(path), size, index=face)
    if named is not None:
        raise NoChineseFontError(f"{named}: no typeface with Chinese characters")
    raise NoChineseFontError(
        "no Chinese typeface was found on this machine; install one (apt-get install fonts-noto-cjk) "
        "or name a file with --font"
    )


def _candidates() -> Iterator[Path]:
    files = [path for folder in _FOLDERS if folder.is_dir() for path in folder.rglob("*") if path.suffix in _SUFFIXES]
    for known in _KNOWN:
        yield from sorted(path for path in files if path.name.startswith(known))


def _chinese_face(path: Path) -> int | None:
    """Which face of the file to use: the simplified Chinese one of a collection, else the first that has the characters."""
    first = None
    for index in range(_MAX_FACES):
        try:
            font = ImageFont.truetype(str(path), _PROBE_SIZE, index=index)
        except OSError:
            break
        if not _has_characters(font):
            continue
        if (font.getname()[0] or "").endswith(" SC"):
            return index
        first = index if first is None else first
    return first


def _has_characters(font: ImageFont.FreeTypeFont) -> bool:
    """Whether the characters are drawn as themselves: a missing one is always drawn as the same box."""
    missing = bytes(font.getmask("\U0010fffd"))
    drawn = {bytes(font.getmask(character)) for character in _PROBE}
    return len(drawn) == len(_PROBE) and missing not in drawn
