"""What scanners, faxes, screens, cameras and seals do to a line."""

from __future__ import annotations

import math
import random
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from training.drawing import Ink

Grey = npt.NDArray[np.uint8]
#: How lines arrive, and how often. "coarse" is a fax of 204 x 98 dots.
_WAYS: Final = {"scan": 42, "screen": 12, "fax": 14, "coarse": 10, "photo": 22}
_BILEVEL: Final = frozenset({"fax", "coarse"})
#: By how many pixels of an em of 26 each way softens at most.
_SOFTEST: Final = {"scan": 1.2, "screen": 0.8, "fax": 0.7, "coarse": 0.7, "photo": 1.7}
_EM: Final = 26


def spoil(dice: random.Random, noise: np.random.Generator, ink: Ink, em_px: float) -> tuple[Grey, str]:
    """The line as it arrives (0 black to 255 white), and which way it came."""
    way = dice.choices(tuple(_WAYS), tuple(_WAYS.values()))[0]
    if dice.random() < 0.25:
        ink = _thicker_or_thinner(dice, ink, em_px)
    if dice.random() < 0.5:
        ink = _aslant(dice, ink)
    if dice.random() < 0.06:
        ink = _curled(dice, ink)
    ink = _softened(dice, ink, way, em_px)
    if dice.random() < 0.07:
        ink = _under_seal(dice, ink, em_px)
    if way in _BILEVEL:
        ink = _in_black_and_white(dice, noise, ink, coarse=way == "coarse")
    grey = _on_paper(dice, noise, ink, way)
    return _at_another_size(dice, grey, em_px), way


def _thicker_or_thinner(dice: random.Random, ink: Ink, em_px: float) -> Ink:
    px = dice.choice((2, 2, 3)) if em_px > 22 else 2
    shape = dice.choice(((px, px), (1, px), (px, 1)))
    change = cv2.erode if dice.random() < 0.4 else cv2.dilate
    share = dice.uniform(0.2, 0.8)
    return np.asarray(ink * (1 - share) + change(ink, np.ones(shape, np.uint8)) * share, dtype=np.float32)


def _aslant(dice: random.Random, ink: Ink) -> Ink:
    height, width = ink.shape
    rise, lean = math.tan(math.radians(dice.gauss(0, 0.8))), dice.gauss(0, 0.03)
    matrix = np.array([[1, lean, -lean * height / 2], [rise, 1, -rise * width / 2]], np.float32)
    how = dice.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC))
    return np.asarray(cv2.warpAffine(ink, matrix, (width, height), flags=how), dtype=np.float32)


def _curled(dice: random.Random, ink: Ink) -> Ink:
    height, width = ink.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent = y + np.float32(dice.uniform(0.3, 1.5)) * np.sin(x / width * 3 + dice.random() * 6).astype(np.float32)
    return np.asarray(cv2.remap(ink, x, bent, cv2.INTER_LINEAR), dtype=np.float32)


def _softened(dice: random.Random, ink: Ink, way: str, em_px: float) -> Ink:
    least = 0.3 if way == "photo" else 0.0
    sigma = dice.uniform(least, _SOFTEST[way]) * em_px / _EM
    if sigma > 0.15:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), sigma), dtype=np.float32)
    if way == "photo" and dice.random() < 0.3:
        px = dice.randint(2, 4)
        ink = np.asarray(cv2.blur(ink, (px, 1) if dice.random() < 0.5 else (1, px)), dtype=np.float32)
    return ink


def _under_seal(dice: random.Random, ink: Ink, em_px: float) -> Ink:
    """A stroke of a seal that was taken out with what lay below it, or stayed as a shade."""
    height, width = ink.shape
    stroke = np.zeros(ink.shape, np.float32)
    radius, angle = dice.uniform(2, 6) * height, dice.uniform(0, 2 * math.pi)
    centre = (
        int(dice.uniform(0, width) + radius * math.cos(angle)),
        int(height / 2 + radius * math.sin(angle)),
    )
    cv2.circle(stroke, centre, int(radius), 1.0, max(1, int(dice.uniform(0.05, 0.3) * em_px)))
    shade = dice.uniform(0, 0.3)
    stroke *= dice.uniform(0.4, 1)
    return np.asarray(ink * (1 - stroke) + stroke * shade, dtype=np.float32)


def _in_black_and_white(dice: random.Random, noise: np.random.Generator, ink: Ink, *, coarse: bool) -> Ink:
    level = dice.uniform(0.28, 0.72)
    ink = ink + noise.normal(0, dice.uniform(0, 0.12), ink.shape).astype(np.float32)
    if coarse:
        begins = dice.randint(0, 1)
        ink = ink[begins : begins + (ink.shape[0] - begins) // 2 * 2]
        ink = ink[::2] if dice.random() < 0.4 else (ink[::2] + ink[1::2]) / 2
    black = (ink > level).astype(np.float32)
    if coarse:
        black = np.repeat(black, 2, axis=0)
    if dice.random() < 0.5:
        specks = noise.random(black.shape) < dice.uniform(0, 0.012)
        black[specks] = 1 - black[specks]
    if dice.random() < 0.15:
        row = dice.randrange(black.shape[0])
        black = np.delete(black, row, 0) if dice.random() < 0.5 else np.insert(black, row, black[row], 0)
    return black


def _on_paper(dice: random.Random, noise: np.random.Generator, ink: Ink, way: str) -> Grey:
    dark = 1.0 if way in _BILEVEL else dice.uniform(0.35, 1.0)
    paper = dice.uniform(0.82, 1.0)
    light = paper - (paper - (1 - dark) * 0.8) * np.clip(ink, 0, 1)
    height, width = light.shape
    if dice.random() < 0.3:
        shadow = np.linspace(0, dice.uniform(0, 0.15), width, dtype=np.float32)
        light = light * (1 - (shadow if dice.random() < 0.5 else shadow[::-1]))
    if (way == "screen" and dice.random() < 0.7) or dice.random() < 0.04:
        light = light + _moire(dice, height, width)
    if way not in _BILEVEL and dice.random() < 0.8:
        light = light + noise.normal(0, dice.uniform(0, 0.07), light.shape)
    grey = np.clip(light * 255, 0, 255).astype(np.uint8)
    if way in _BILEVEL or dice.random() >= 0.7:
        return grey
    packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, dice.randint(30, 95)])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _moire(dice: random.Random, height: int, width: int) -> Ink:
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    angle, step = dice.uniform(0, math.pi), dice.uniform(0.15, 2.6)
    wave = np.sin((x * math.cos(angle) + y * math.sin(angle)) * step + dice.random() * 6)
    return np.asarray(dice.uniform(0.01, 0.1) * wave, dtype=np.float32)


def _at_another_size(dice: random.Random, grey: Grey, em_px: float) -> Grey:
    """Pages are brought to one size before they are read."""
    if dice.random() >= 0.6:
        return grey
    times = dice.uniform(0.8, 1.9) if em_px < 20 else dice.uniform(0.7, 1.3)
    how = dice.choice((cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_AREA, cv2.INTER_LANCZOS4))
    return np.asarray(cv2.resize(grey, None, fx=times, fy=times, interpolation=how), dtype=np.uint8)
