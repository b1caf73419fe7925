"""A line as the network gets it, from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from pipeline.extract.ocr.latin import framed
from training.damage import Grey, spoil
from training.drawing import draw_line
from training.texts import draw_text
from training.typefaces import Choice


@dataclass(frozen=True, slots=True)
class Example:
    """A line as the network gets it (40 rows), its text, and the way it came."""

    line: Grey
    text: str
    way: str


def example(seed: int, choice: Choice) -> Example:
    """The line of that seed."""
    dice, noise = random.Random(seed), np.random.default_rng(seed)
    text = draw_text(dice)
    ink, em_px = draw_line(dice, text, choice)
    grey, way = spoil(dice, noise, ink, em_px)
    return Example(framed(grey), text, way)
