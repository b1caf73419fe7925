"""Printed lines that came by a way which spoilt them: faxes, carbon copies, coarse scans, photos out of focus.

Drawn and spoilt as lines for the Latin reader are (`training.drawing`, `training.damage`), and some of them worse.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from fontTools.ttLib import TTCollection, TTFont

from training.damage import spoil
from training.drawing import Ink, draw_line
from training.typefaces import HELD_OUT, Face, faces

#: Debian 12's packages with Chinese typefaces.
PACKAGES: Final = (
    *("fonts-noto-cjk", "fonts-wqy-zenhei", "fonts-wqy-microhei", "fonts-arphic-uming", "fonts-arphic-ukai"),
    *("fonts-arphic-gbsn00lp", "fonts-arphic-gkai00mp", "fonts-lxgw-wenkai", "fonts-babelstone-han", "fonts-vlgothic"),
    *("fonts-ipafont-mincho", "fonts-cwtex-ming"),
)
_SIMPLIFIED: Final = frozenset("们东书过这")
_HEIGHT_PX: Final = 48
_CARBON: Final = 0.12
_OUT_OF_FOCUS: Final = 0.15
_SHARPENED: Final = 0.12
#: Of an em: how wide a spot is that was pressed alike, and a grain of carbon.
_PRESSED: Final = (0.2, 0.6)
_GRAIN: Final = (0.03, 0.08)

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Printed:
    """The typefaces that lines are printed in, each family as likely as another, and which characters each face has."""

    families: Sequence[Sequence[Face]]
    known: Mapping[tuple[str, int], frozenset[int]]

    def has(self, face: Face, text: str) -> bool:
        return self.known[face.file, face.index].issuperset(map(ord, text))

    def for_text(self, dice: random.Random, text: str) -> _One | None:
        """A face that has all characters of a text; None where few have."""
        for _ in range(8):
            face = dice.choice(dice.choice(self.families))
            if self.has(face, text):
                return _One(face)
        return None


@dataclass(frozen=True)
class _One:
    """As `training.typefaces.Choice`, of one face."""

    face: Face

    def pick(self, dice: random.Random) -> Face:
        return self.face


def load(folder: Path) -> tuple[Printed, Printed]:
    """Typefaces to learn from, and those held out."""
    found = [face for face in faces(folder) if face.cjk]
    known = {(face.file, face.index): _characters(face) for face in found}
    whole = [face for face in found if known[face.file, face.index].issuperset(map(ord, _SIMPLIFIED))]
    return tuple(  # type: ignore[return-value]
        Printed(_by_family(face for face in whole if face.family.startswith(HELD_OUT) is held), known)
        for held in (False, True)
    )


def _by_family(found) -> Sequence[Sequence[Face]]:
    families: dict[str, list[Face]] = {}
    for face in found:
        families.setdefault(" ".join(face.family.split()[:3]), []).append(face)
    return tuple(families.values())


def _characters(face: Face) -> frozenset[int]:
    if face.file.endswith(".ttc"):
        return frozenset(TTCollection(face.file, lazy=True).fonts[face.index].getBestCmap())
    with TTFont(face.file, lazy=True) as font:
        return frozenset(font.getBestCmap())


def print_line(dice: random.Random, noise: np.random.Generator, text: str, face: _One) -> Picture:
    """The line 48 px high (RGB), as it arrives."""
    ink, em_px = draw_line(dice, text, face)  # type: ignore[arg-type]
    if dice.random() < _CARBON:
        ink = _copied(dice, noise, ink, em_px)
    elif dice.random() < _OUT_OF_FOCUS:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), em_px * dice.uniform(0.03, 0.1)), dtype=np.float32)
    grey, _ = spoil(dice, noise, ink, em_px)
    if dice.random() < _SHARPENED:
        grey = _sharpened(grey)
    height, width = grey.shape
    wide = max(8, round(width * _HEIGHT_PX / height))
    how = cv2.INTER_AREA if height > 64 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(grey, (wide, _HEIGHT_PX), interpolation=how), dtype=np.uint8)
    return np.repeat(small[:, :, None], 3, axis=2)


def _copied(dice: random.Random, noise: np.random.Generator, ink: Ink, em_px: float) -> Ink:
    """Pressed through a coloured sheet: spread, unevenly dark, in grains."""
    spread = cv2.GaussianBlur(ink, (0, 0), em_px * dice.uniform(0.025, 0.05))
    pressed = dice.uniform(0.6, 0.85) + dice.uniform(0.08, 0.2) * _field(
        noise, ink.shape, em_px * dice.uniform(*_PRESSED)
    )
    grains = 1 + dice.uniform(0.05, 0.2) * _field(noise, ink.shape, em_px * dice.uniform(*_GRAIN))
    return np.asarray(spread * np.clip(pressed, 0.3, 1) * grains, dtype=np.float32)


def _field(noise: np.random.Generator, shape: tuple[int, ...], size: float) -> Ink:
    """Shades with a spread of one, alike over `size` dots."""
    drawn = cv2.GaussianBlur(noise.normal(0, 1, shape).astype(np.float32), (0, 0), max(0.4, size / 2))
    return np.asarray(drawn / drawn.std(), dtype=np.float32)


def _sharpened(grey: Picture) -> Picture:
    """As the software shows a line for a second look (`image.reread`)."""
    large = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(large, (0, 0), 1.2)
    _, black = cv2.threshold(soft, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return np.asarray(cv2.GaussianBlur(black, (3, 3), 0), dtype=np.uint8)
