"""The typefaces that lines are drawn in: of Debian's packages, fetched and unpacked into a folder, not installed.

Which ones matters: WeChat IDs are set in the Latin letters of Chinese, Japanese and Korean typefaces as often as in an
office's own, and an l is another thing in each of them. `HELD_OUT` are never learnt from: what the network reads of them is
what it will read of a typeface that nobody here has seen.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from fontTools.ttLib import TTCollection, TTFont, TTLibError
from PIL import ImageFont

from pipeline.extract.ocr.latin_line import SYMBOLS

#: Debian 12's packages.
PACKAGES: Final = (
    "fonts-noto-cjk",
    "fonts-wqy-zenhei",
    "fonts-wqy-microhei",
    *(f"fonts-arphic-{name}" for name in ("uming", "ukai", "bkai00mp", "bsmi00lp", "gbsn00lp", "gkai00mp")),
    *(f"fonts-cwtex-{name}" for name in ("fs", "heib", "kai", "ming", "yen")),
    *(f"fonts-ipafont-{name}" for name in ("gothic", "mincho")),
    *(f"fonts-takao-{name}" for name in ("gothic", "mincho")),
    *(f"fonts-sawarabi-{name}" for name in ("gothic", "mincho")),
    *("fonts-lxgw-wenkai", "fonts-babelstone-han", "fonts-vlgothic", "fonts-mplus", "fonts-horai-umefont"),
    *("fonts-nanum", "fonts-unfonts-core", "fonts-baekmuk"),
    *("fonts-liberation", "fonts-croscore", "fonts-crosextra-carlito", "fonts-crosextra-caladea"),
    *("fonts-freefont-ttf", "fonts-urw-base35", "fonts-texgyre", "fonts-linuxlibertine", "fonts-dejavu-core"),
    *("fonts-dejavu-extra", "fonts-noto-core", "fonts-noto-mono", "fonts-roboto-unhinted", "fonts-lato"),
    *("fonts-open-sans", "fonts-cantarell", "fonts-inter", "fonts-oxygen", "fonts-play", "fonts-cabin", "fonts-dosis"),
    *("fonts-quicksand", "fonts-comfortaa", "fonts-go", "fonts-hack", "fonts-inconsolata", "fonts-firacode"),
    *("fonts-jetbrains-mono", "fonts-mononoki", "fonts-monofur", "fonts-courier-prime", "fonts-tlwg-loma-ttf"),
    *("fonts-sil-andika", "fonts-sil-charis", "fonts-junicode", "fonts-ebgaramond", "fonts-oldstandard"),
    *("fonts-vollkorn", "fonts-klaudia-berenika", "fonts-hosny-amiri"),
)
#: How the names of families begin that are never learnt from.
HELD_OUT: Final = (
    *(
        "LXGW",
        "Carlito",
        "Tinos",
        "Liberation",
        "Arimo",
        "WenQuanYi Micro",
        "Noto Serif",
        "Inter",
        "IPAMincho",
        "IPAPMincho",
    ),
    *("TakaoMincho", "TakaoPMincho", "DejaVu Serif", "Cousine", "Open Sans", "Caladea", "UnBatang", "AR PL SungtiL"),
)
#: Those that forms are most often set in, or look most like.
_USUAL: Final = (
    *("AR PL U", "WenQuanYi Zen", "Noto Sans", "Nimbus", "FreeSerif", "FreeSans", "TeXGyreTermes", "DejaVu Sans"),
    *("Roboto", "cwTeX", "AR PL Kaiti", "AR PL Min"),
)
_NOT_TEXT: Final = (
    *("Italic", "Oblique", "Math", "Emoji", "Symbol", "Dingbats", "D050000L", "Z003", "Chancery", "Kacst", "Initials"),
    *("Outline", "Shadow", "Small", "Keyboard", "Braille", "Display", "Black", "Thin", "Hairline", "Capitals"),
    *("Expanded", "SC700"),
)
#: The other Noto files hold other scripts, and the same Latin letters.
_NOTO: Final = (
    "NotoSans-",
    "NotoSerif-",
    "NotoSansMono",
    "NotoMono",
    "NotoSansCJK",
    "NotoSerifCJK",
    "NotoSansDisplay-",
)
_WEIGHTS: Final = (" Light", " Medium", " Extra", " Semi")
_CHINESE: Final = 0x6211


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a file of typefaces."""

    file: str
    index: int
    family: str
    cjk: bool

    def at(self, size_px: int) -> ImageFont.FreeTypeFont:
        """The face at that size."""
        return _load(self.file, self.index, size_px)


@lru_cache(3000)
def _load(file: str, index: int, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size_px, index=index, layout_engine=ImageFont.Layout.BASIC)


def fetch(folder: Path, packages: Iterable[str] = PACKAGES) -> None:
    """Download and unpack the packages into the folder (`PACKAGES`: 700 MB). Those that are there are left."""
    folder.mkdir(parents=True, exist_ok=True)
    download = [
        "apt-get",
        "download",
        "-qq",
        "-o",
        "APT::Sandbox::User=root",
    ]  # else apt warns that it cannot write there
    for package in packages:
        if not (folder / package).is_dir():
            subprocess.run([*download, package], cwd=folder, check=True)
            (archive,) = folder.glob(f"{package}_*.deb")
            subprocess.run(["dpkg", "-x", archive, folder / package], check=True)
            archive.unlink()


def faces(folder: Path) -> Iterator[Face]:
    """All upright text faces below the folder that have every symbol."""
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in {".ttf", ".otf", ".ttc"} and _is_text(file.name):
            yield from _faces_in(file)


def _is_text(name: str) -> bool:
    return not any(part in name for part in _NOT_TEXT) and (not name.startswith("Noto") or name.startswith(_NOTO))


def _faces_in(file: Path) -> Iterator[Face]:
    try:
        fonts: list[Any] = TTCollection(file, lazy=True).fonts if file.suffix == ".ttc" else [TTFont(file, lazy=True)]
        for index, font in enumerate(fonts[:3]):
            known = font.getBestCmap() or {}
            family = font["name"].getDebugName(1) or file.name
            if all(ord(c) in known for c in SYMBOLS) and not any(part in family for part in _NOT_TEXT):
                yield Face(str(file), index, family, _CHINESE in known)
    except (TTLibError, KeyError, AssertionError):
        return  # a file that no program here can read


class Choice:
    """Draws faces: a third of any Chinese, Japanese or Korean family, a third of the usual ones, a third of any other."""

    def __init__(self, found: Sequence[Face]) -> None:
        self._cjk = _families(face for face in found if face.cjk)
        self._latin = _families(face for face in found if not face.cjk)
        self._usual = _families(face for face in found if face.family.startswith(_USUAL)) or self._latin

    def pick(self, dice: random.Random) -> Face:
        """One face, every family of a group as likely as another."""
        group = dice.choices((self._cjk, self._usual, self._latin), (35, 30, 35))[0]
        return dice.choice(dice.choice(list(group.values())))


def _families(found: Iterator[Face]) -> Mapping[str, list[Face]]:
    families: dict[str, list[Face]] = {}
    for face in found:
        name = face.family
        for weight in _WEIGHTS:
            name = name.split(weight)[0]
        families.setdefault(name, []).append(face)
    return families


def choices(folder: Path) -> tuple[Choice, Choice]:
    """Those to learn from, and those held out."""
    found = list(faces(folder))
    return (
        Choice([face for face in found if not face.family.startswith(HELD_OUT)]),
        Choice([face for face in found if face.family.startswith(HELD_OUT)]),
    )
