"""Draws a line of text as a scanner, a screen or a fax would meet it before anything was lost: ink from 0 to 1."""

from __future__ import annotations

import random
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from training.typefaces import Choice, Face

Ink = npt.NDArray[np.float32]
#: Sizes of an em in pixels: of 10.5 points 15 at 100 dpi, 22 at 150, 29 at 200, 44 at 300.
_SIZES: Final = ((10, 16), (15, 24), (21, 34), (24, 32), (32, 48))
_FINE: Final = 26
#: Where an em ends above and below the line that letters stand on.
_ASCENT: Final = 0.78
_DESCENT: Final = 0.22


def draw_line(dice: random.Random, text: str, choice: Choice) -> tuple[Ink, float]:
    """The line with some room round it, and the size of its em in pixels."""
    while True:
        try:
            found = _drawn(dice, text, choice.pick(dice))
        except OSError:  # some typefaces cannot be drawn at some sizes
            continue
        if found is not None:
            return found


def _drawn(dice: random.Random, text: str, face: Face) -> tuple[Ink, float] | None:
    size = dice.uniform(*dice.choice(_SIZES))
    on_screen = dice.random() < 0.12
    times = 1 if on_screen else 3 if size < _FINE else 2
    large = max(8, round(size * times))
    shown, base = _set(dice, text, face, large, on_screen=on_screen)
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if not rows.size:
        return None
    ink = _cut(dice, shown, (rows[0], rows[-1] + 1), (columns[0], columns[-1] + 1), base, large)
    if dice.random() < 0.06:
        _leave_rule(dice, ink, times)
    if times > 1:
        height, width = ink.shape[0] // times * times, ink.shape[1] // times * times
        small = (width // times, height // times)
        ink = np.asarray(cv2.resize(ink[-height:, -width:], small, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return ink.astype(np.float32) / np.float32(255), large / times


def _set(
    dice: random.Random, text: str, face: Face, size: int, *, on_screen: bool
) -> tuple[npt.NDArray[np.uint8], float]:
    """The text in white on black, and the row of the line that letters stand on."""
    font = face.at(size)
    ascent, descent = font.getmetrics()
    spacing = dice.uniform(-0.02, 0.14) * size if dice.random() < 0.2 else 0.0
    apart = bool(spacing) or (not on_screen and dice.random() < 0.2)
    steps = [font.getlength(character) + spacing for character in text]
    width = sum(steps) if apart else font.getlength(text)
    picture = Image.new("L", (int(width) + 2 * size, int(size * 1.2 + max(ascent + descent, size)) + size), 0)
    pen = ImageDraw.Draw(picture)
    left, top = size + (0.0 if on_screen else dice.random()), size // 2
    stroke = 1 if not on_screen and dice.random() < 0.04 else 0
    if not apart:
        pen.text((left, top), text, font=font, fill=255, stroke_width=stroke)
    for character, step in zip(text if apart else "", steps, strict=False):
        pen.text((left, top), character, font=font, fill=255, stroke_width=stroke)
        left += step
    return np.asarray(picture), top + ascent


def _cut(
    dice: random.Random,
    shown: npt.NDArray[np.uint8],
    rows: tuple[int, int],
    columns: tuple[int, int],
    base: float,
    size: int,
) -> npt.NDArray[np.uint8]:
    """A box as finders of lines draw it: mostly by the em, sometimes close round the ink."""
    if dice.random() < 0.25:
        top, bottom = rows[0] - dice.uniform(0.1, 0.35) * size, rows[1] + dice.uniform(0.1, 0.35) * size
    else:
        top = min(base - _ASCENT * size, rows[0]) - dice.uniform(0.04, 0.6) * size
        bottom = max(base + _DESCENT * size, rows[1]) + dice.uniform(0.04, 0.6) * size
    left, right = columns[0] - dice.uniform(0.15, 0.9) * size, columns[1] + dice.uniform(0.15, 0.9) * size
    x0, x1, y0, y1 = round(left), round(right), round(top), round(bottom)
    out = np.zeros((y1 - y0, x1 - x0), np.uint8)
    own_top, own_left = max(0, y0), max(0, x0)
    part = shown[own_top : max(0, y1), own_left : max(0, x1)]
    out[own_top - y0 : own_top - y0 + part.shape[0], own_left - x0 : own_left - x0 + part.shape[1]] = part
    return out


def _leave_rule(dice: random.Random, ink: npt.NDArray[np.uint8], times: int) -> None:
    """What is left of a table's rule, at the head or the foot."""
    height, width = ink.shape
    beside = dice.randint(0, max(1, height // 10))
    row = beside if dice.random() < 0.5 else height - 1 - beside
    cv2.line(ink, (0, row), (width, row + dice.randint(-2, 2)), 255, max(1, int(dice.uniform(0.3, 1.3) * times)))
