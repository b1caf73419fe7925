"""What pens, cells, scanners and cameras make of a written line: a picture in colour."""

from __future__ import annotations

import random
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from training.taught.writing import Ink

Picture = npt.NDArray[np.uint8]
_HEIGHT_PX: Final = 48
#: Of ink: black, blue-black, blue, dark grey (RGB).
_INKS: Final = ((20, 20, 22), (25, 30, 60), (30, 45, 130), (20, 60, 170), (60, 60, 65))
_SEAL: Final = (200, 50, 50)


def on_paper(dice: random.Random, noise: np.random.Generator, ink: Ink, em_px: float) -> Picture:
    """The line 48 px high (RGB)."""
    if dice.random() < 0.4:
        ink = _heavier(dice, ink, em_px)
    light = _coloured(dice, _with_rules(dice, ink), dice.choice(_INKS))
    if dice.random() < 0.06:
        light = _sealed(dice, light)
    light = _taken(dice, noise, light, em_px)
    picture = np.clip(light, 0, 255).astype(np.uint8)
    if dice.random() < 0.7:
        packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, dice.randint(35, 95)])[1]
        picture = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
    if dice.random() < 0.25:
        picture = np.repeat(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)[:, :, None], 3, axis=2)
    height, width = picture.shape[:2]
    wide = max(8, round(width * _HEIGHT_PX / height))
    how = cv2.INTER_AREA if height > 64 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (wide, _HEIGHT_PX), interpolation=how), dtype=np.uint8)


def _heavier(dice: random.Random, ink: Ink, em_px: float) -> Ink:
    """A thicker or thinner pen: softened, then cut at another level."""
    sigma = em_px * dice.uniform(0.01, 0.03)
    soft = cv2.GaussianBlur(ink, (0, 0), max(0.3, sigma))
    level = dice.uniform(0.25, 0.6)
    return np.asarray(np.clip((soft - level) * 4 + 0.5, 0, 1), dtype=np.float32)


def _with_rules(dice: random.Random, ink: Ink) -> Ink:
    """What is left of the cell's rules, or a line to write upon."""
    if dice.random() > 0.16:
        return ink
    ink = ink.copy()
    height, width = ink.shape
    way = dice.random()
    dark, thick = dice.uniform(0.4, 1), dice.randint(1, 2)
    if way < 0.4:
        row = dice.randint(0, height // 12)
        row = row if dice.random() < 0.5 else height - 1 - row
        cv2.line(ink, (0, row), (width, row + dice.randint(-1, 1)), dark, thick)
    elif way < 0.7:
        row = int(height * dice.uniform(0.72, 0.97))
        cv2.line(ink, (0, row), (width, row + dice.randint(-2, 2)), dark, thick)
    else:
        column = dice.randint(0, 3) if dice.random() < 0.5 else width - 1 - dice.randint(0, 3)
        cv2.line(ink, (column, 0), (column, height), dark, thick)
    return ink


def _coloured(dice: random.Random, ink: Ink, colour: tuple[int, int, int]) -> Ink:
    paper = np.array([dice.uniform(205, 255)] * 3, np.float32) + np.array(
        [dice.uniform(-8, 4) for _ in range(3)], np.float32
    )
    pen = np.array(colour, np.float32)[::-1] + dice.uniform(0, 60)
    strength = dice.uniform(0.65, 1.0)
    share = (np.clip(ink, 0, 1) * strength)[:, :, None]
    return np.asarray(paper * (1 - share) + pen * share, dtype=np.float32)


def _sealed(dice: random.Random, light: Ink) -> Ink:
    height, width = light.shape[:2]
    stroke = np.zeros((height, width), np.float32)
    radius = dice.uniform(1.5, 4) * height
    centre = (int(dice.uniform(0, width)), int(height / 2 + dice.uniform(-1, 1) * radius))
    cv2.circle(stroke, centre, int(radius), 1.0, max(1, int(dice.uniform(0.04, 0.15) * height)))
    share = (stroke * dice.uniform(0.3, 0.8))[:, :, None]
    return np.asarray(
        light * (1 - share) + np.minimum(light, np.array(_SEAL[::-1], np.float32)) * share, dtype=np.float32
    )


def _taken(dice: random.Random, noise: np.random.Generator, light: Ink, em_px: float) -> Ink:
    height, width = light.shape[:2]
    sigma = em_px * dice.choice((dice.uniform(0, 0.012), dice.uniform(0, 0.04)))
    if sigma > 0.2:
        light = cv2.GaussianBlur(light, (0, 0), sigma)
    if dice.random() < 0.3:
        shadow = np.linspace(1, dice.uniform(0.7, 1), width, dtype=np.float32)
        light = light * (shadow if dice.random() < 0.5 else shadow[::-1])[None, :, None]
    if dice.random() < 0.5:
        light = light + noise.normal(0, dice.uniform(0, 9), (height, width, 1)).astype(np.float32)
    if dice.random() < 0.06:
        grey = light.mean(axis=2, keepdims=True)
        dark, bright = np.percentile(grey, (1, 90))
        level = dark + (bright - dark) * dice.uniform(0.4, 0.8)
        light = np.repeat(np.where(grey > level, 255.0, 0.0), 3, axis=2)
    return np.asarray(light, dtype=np.float32)
