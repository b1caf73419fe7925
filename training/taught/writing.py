"""A line as a hand writes it into a cell: ink from 0 to 1, before it is scanned or photographed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from training.taught import faces
from training.taught.faces import EM_PX, Face
from training.taught.strokes import Habit, Strokes

Ink = npt.NDArray[np.float32]
#: How often a line is written stroke by stroke rather than in a typeface.
_BY_STROKES: Final = 0.42
#: Sizes of a character in the pixels of the page.
_SIZES: Final = ((18, 30), (26, 48), (40, 72))


@dataclass(frozen=True)
class Hands:
    """Those that lines are drawn in."""

    chinese: Sequence[Face]
    latin: Sequence[Face]
    strokes: Strokes | None


def load(material: Path) -> tuple[Hands, Hands]:
    """Hands to learn from, and those held out. Raises FileNotFoundError."""
    chinese, held_out, latin, latin_held_out = faces.load(material)
    return Hands(chinese, latin, Strokes(material)), Hands(held_out, latin_held_out, None)


@dataclass(frozen=True)
class _Manner:
    """How a hand sets characters beside each other; lengths as shares of an em."""

    apart: float
    apart_wander: float
    up: float
    climbing: float
    size_wander: float
    turned: float
    latin_size: float
    latin_apart: float
    narrow: float

    @classmethod
    def drawn(cls, dice: random.Random) -> _Manner:
        return cls(
            apart=dice.gauss(0.02, 0.08),
            apart_wander=dice.uniform(0, 0.06),
            up=dice.uniform(0, 0.05),
            climbing=dice.gauss(0, 0.012),
            size_wander=dice.uniform(0, 0.07),
            turned=dice.uniform(0, 3),
            latin_size=dice.uniform(0.6, 1.05),
            latin_apart=dice.gauss(0.03, 0.04),
            narrow=dice.uniform(0.75, 1.15),
        )


Glyph = tuple[npt.NDArray[np.uint8], tuple[int, int], float]


def write_line(dice: random.Random, text: str, hands: Hands) -> tuple[str, Ink, float]:
    """What was written of the text (characters that the hand lacks are left out), its ink, and the size of an em in pixels."""
    manner = _Manner.drawn(dice)
    latin = dice.choice(hands.latin)
    by_strokes = hands.strokes is not None and dice.random() < _BY_STROKES
    face = dice.choices(hands.chinese, [one.weight for one in hands.chinese])[0]
    own_latin = not by_strokes and dice.random() < 0.5
    habit = Habit.drawn(dice)
    written, glyphs = "", []
    for character in text:
        glyph = None
        if character < "\x7f" and not (own_latin and face.has(character)):
            glyph = _scaled(latin.glyph(character), manner.latin_size) if latin.has(character) else None
        elif by_strokes and hands.strokes is not None and hands.strokes.has(character):
            glyph = hands.strokes.glyph(dice, character, habit)
        elif face.has(character):
            glyph = face.glyph(character)
        if glyph is not None and glyph[0].size:
            written += character
            glyphs.append(glyph)
    if not glyphs:
        return write_line(dice, "1", hands)
    canvas = _set(dice, written, glyphs, manner)
    size = dice.uniform(*dice.choice(_SIZES))
    return written, _distorted(dice, canvas, size / EM_PX, manner.narrow), size


def _scaled(glyph: Glyph, times: float) -> Glyph:
    ink, (left, top), step = glyph
    if not ink.size:
        return glyph
    size = (max(1, round(ink.shape[1] * times)), max(1, round(ink.shape[0] * times)))
    small = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return small, (round(left * times), round(top * times)), step * times


def _set(dice: random.Random, text: str, glyphs: Sequence[Glyph], manner: _Manner) -> npt.NDArray[np.uint8]:
    width = int(sum(step for *_, step in glyphs) * 1.15 + len(glyphs) * EM_PX * (abs(manner.apart) + 0.2)) + 3 * EM_PX
    canvas = np.zeros((int(2.6 * EM_PX), width), np.uint8)
    pen, base = float(EM_PX), 1.7 * EM_PX
    for character, (ink, (left, top), step) in zip(text, glyphs, strict=True):
        times = max(0.6, dice.gauss(1, manner.size_wander))
        angle = dice.gauss(0, manner.turned)
        up = dice.gauss(0, manner.up) * EM_PX + manner.climbing * (pen - EM_PX)
        _put(canvas, ink, (pen + left * times, base + top * times + up), times, angle)
        apart = manner.latin_apart if character < "\x7f" else manner.apart
        pen += step * times + (apart + dice.gauss(0, manner.apart_wander)) * EM_PX
    return canvas


def _put(
    canvas: npt.NDArray[np.uint8], ink: npt.NDArray[np.uint8], at: tuple[float, float], times: float, angle: float
) -> None:
    height, width = ink.shape
    room = 6
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, times)
    shift = np.array([times * width / 2 - width / 2 + room, times * height / 2 - height / 2 + room])
    matrix[:, 2] += shift
    shown = cv2.warpAffine(ink, matrix, (int(width * times) + 2 * room, int(height * times) + 2 * room))
    x, y = round(at[0]) - room, round(at[1]) - room
    top, left = max(0, -y), max(0, -x)
    part = canvas[max(0, y) : y + shown.shape[0], max(0, x) : x + shown.shape[1]]
    np.maximum(part, shown[top : top + part.shape[0], left : left + part.shape[1]], out=part)


def _distorted(dice: random.Random, canvas: npt.NDArray[np.uint8], times: float, narrow: float) -> Ink:
    """The ink cut out with some room round it, slanted, bent and at its size."""
    rows, columns = np.flatnonzero(canvas.any(axis=1)), np.flatnonzero(canvas.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    above, below = (dice.uniform(0.02, 0.35) * EM_PX for _ in range(2))
    before, behind = (dice.uniform(0.05, 0.8) * EM_PX for _ in range(2))
    wide = max(8, int((right - left + before + behind) * times * narrow))
    high = max(8, int((bottom - top + above + below) * times))
    if wide > 640:
        times, wide, high = times * 640 / wide, 640, max(8, int(high * 640 / wide))
    x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    own_x = x * np.float32((right - left + before + behind) / wide) + np.float32(left - before)
    own_y = y * np.float32((bottom - top + above + below) / high) + np.float32(top - above)
    slant, waves = np.float32(dice.gauss(0, 0.08)), dice.uniform(0, 0.035) * EM_PX
    middle = np.float32((top + bottom) / 2)
    phases = [dice.uniform(0, 6.3) for _ in range(4)]
    step = 2 * np.pi / EM_PX
    moved_x = own_x + slant * (own_y - middle) + waves * np.sin(own_y * step * 0.9 + own_x * step * 0.4 + phases[0])
    moved_y = (
        own_y + waves * np.sin(own_x * step * 0.7 + phases[1]) + waves * np.sin(own_y * step + own_x * step + phases[2])
    )
    # Drawn small from a canvas that is larger: softened first, as each dot of the page has met all ink upon it.
    if times < 0.7:
        canvas = np.asarray(cv2.GaussianBlur(canvas, (0, 0), 0.35 / times), dtype=np.uint8)
    ink = cv2.remap(canvas, moved_x.astype(np.float32), moved_y.astype(np.float32), cv2.INTER_LINEAR)
    return np.asarray(ink, dtype=np.float32) / np.float32(255)
