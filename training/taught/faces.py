"""Typefaces that look as if written by hand, out of npm's packages `@fontsource/…` and Debian's.

npm's come as some hundred files each, by ranges of characters; a character is drawn out of the file that has it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from fontTools.ttLib import TTFont
from PIL import ImageFont

#: Debian 12's packages.
PACKAGES: Final = (
    *("fonts-aoyagi-kouzan-t", "fonts-aoyagi-soseki", "fonts-arphic-gkai00mp", "fonts-breip", "fonts-bwht"),
    *("fonts-cns11643-kai", "fonts-dkg-handwriting", "fonts-femkeklaver", "fonts-kouzan-mouhitsu", "fonts-lxgw-wenkai"),
    "fonts-seto",
)
#: Pixels of an em that glyphs are drawn at.
EM_PX: Final = 72
Ink = npt.NDArray[np.uint8]

#: Chinese hands, and how often each is met. Japanese and Traditional ones lack some characters of ours.
NPM_CHINESE: Final[Mapping[str, int]] = {
    "long-cang": 10,
    "liu-jian-mao-cao": 12,
    "ma-shan-zheng": 8,
    "iansui": 5,
    "klee-one": 3,
    "yomogi": 4,
    "hachi-maru-pop": 3,
    "yusei-magic": 3,
    "yuji-boku": 3,
    "yuji-mai": 4,
    "yuji-syuku": 2,
    "new-tegomin": 3,
    "lxgw-wenkai-tc": 4,
    "kiwi-maru": 1,
}
DEBIAN_CHINESE: Final[Mapping[str, int]] = {
    "kouzan-mouhitsu-gyosho.ttf": 7,
    "kouzan-mouhitsu.ttf": 3,
    "aoyagi-soseki.ttf": 5,
    "AoyagiKouzanT.ttf": 3,
    "setofont.ttf": 5,
    "TW-Kai-98_1.ttf": 3,
    "LXGWWenKai-Light.ttf": 4,
    "gkai00mp.ttf": 4,
}
#: Never learnt from: a running hand, a pen's, and a child's.
NPM_HELD_OUT: Final[Mapping[str, int]] = {"zhi-mang-xing": 4, "zen-kurenaido": 2, "zcool-kuaile": 1}
#: For digits and letters, which many Chinese faces have in print.
NPM_LATIN: Final = (
    *("caveat", "indie-flower", "shadows-into-light", "patrick-hand", "kalam", "gochi-hand", "reenie-beanie"),
    *("nothing-you-could-do", "homemade-apple", "covered-by-your-grace", "architects-daughter", "just-another-hand"),
    *("la-belle-aurore", "over-the-rainbow", "sue-ellen-francisco", "waiting-for-the-sunrise", "zeyada"),
    *("cedarville-cursive", "dawning-of-a-new-day", "give-you-glory", "loved-by-the-king", "the-girl-next-door"),
    *("short-stack", "sedgwick-ave", "gaegu", "nanum-pen-script", "gamja-flower", "hi-melody", "poor-story"),
    *("swanky-and-moo-moo", "handlee", "coming-soon", "schoolbell", "crafty-girls", "darumadrop-one", "slackside-one"),
)
DEBIAN_LATIN: Final = ("dkg.ttf", "breipfont.ttf", "femkeklaver.ttf", "BecauseWeLearn-Regular.otf")
LATIN_HELD_OUT: Final = ("patrick-hand", "nanum-pen-script", "reenie-beanie", "sedgwick-ave")


@dataclass(frozen=True)
class Face:
    """A typeface in several files."""

    name: str
    weight: int
    files: tuple[Path, ...]
    of: Mapping[str, int]

    def has(self, character: str) -> bool:
        return character in self.of

    def glyph(self, character: str) -> tuple[Ink, tuple[int, int], float]:
        """Its ink (0 to 255), where its top left stands from the pen and the em's top, and how far the pen goes on."""
        return _glyph(str(self.files[self.of[character]]), character)


@lru_cache(maxsize=4096)
def _font(file: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, EM_PX, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=20_000)
def _glyph(file: str, character: str) -> tuple[Ink, tuple[int, int], float]:
    font = _font(file)
    mask, (left, top) = font.getmask2(character, "L", anchor="ls")
    ink = np.asarray(mask, dtype=np.uint8).reshape(mask.size[1], mask.size[0])
    return ink, (left, top), float(font.getlength(character))


def load(material: Path) -> tuple[Sequence[Face], Sequence[Face], Sequence[Face], Sequence[Face]]:
    """Chinese faces to learn from, Chinese ones held out, and the same of Latin ones. Raises FileNotFoundError."""
    known = Files(material)
    chinese = [known.npm(name, weight) for name, weight in NPM_CHINESE.items()]
    chinese += [known.debian(name, weight) for name, weight in DEBIAN_CHINESE.items()]
    held_out = [known.npm(name, weight) for name, weight in NPM_HELD_OUT.items()]
    latin = [*map(known.npm, NPM_LATIN), *map(known.debian, DEBIAN_LATIN)]
    known.keep()
    return (
        chinese,
        held_out,
        [face for face in latin if face.name not in LATIN_HELD_OUT],
        [face for face in latin if face.name in LATIN_HELD_OUT],
    )


class Files:
    """The typefaces below a folder. Which characters each file has is kept beside them: 2,000 files take a minute."""

    def __init__(self, material: Path) -> None:
        self._material = material
        self._file = material / "characters.json"
        self._known: dict[str, list[int]] = json.loads(self._file.read_text()) if self._file.is_file() else {}

    def npm(self, name: str, weight: int = 1) -> Face:
        """A face of the package `@fontsource/…`. Raises FileNotFoundError."""
        folder = self._material / "node_modules/@fontsource" / name / "files"
        return self._face(name, weight, sorted(folder.glob(f"{name}-*-400-normal.woff2")))

    def debian(self, name: str, weight: int = 1) -> Face:
        """The face in a file of that name. Raises FileNotFoundError."""
        return self._face(name, weight, sorted((self._material / "debian").rglob(name))[:1])

    def keep(self) -> None:
        """Which characters each file has, for the next time."""
        self._file.write_text(json.dumps(self._known))

    def _face(self, name: str, weight: int, files: Sequence[Path]) -> Face:
        if not files:
            raise FileNotFoundError(f"no file of the typeface {name}: run `make taught`")
        of: dict[str, int] = {}
        for number, file in enumerate(files):
            for code in self._codes(file):
                of.setdefault(chr(code), number)
        return Face(name, weight, tuple(files), of)

    def _codes(self, file: Path) -> Sequence[int]:
        name = str(file.relative_to(self._material))
        if name not in self._known:
            with TTFont(file, lazy=True) as font:
                self._known[name] = sorted(font.getBestCmap())
        return self._known[name]
