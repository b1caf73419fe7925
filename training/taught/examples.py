"""A line as the network gets it, from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from training.taught.paper import Picture, on_paper
from training.taught.texts import draw_text
from training.taught.writing import Hands, write_line


@dataclass(frozen=True, slots=True)
class Example:
    """A line as the network gets it (48 rows, BGR), and its text."""

    line: Picture
    text: str


def example(seed: int, hands: Hands) -> Example:
    """The line of that seed."""
    dice, noise = random.Random(seed), np.random.default_rng(seed)
    text, ink, em_px = write_line(dice, draw_text(dice), hands)
    return Example(on_paper(dice, noise, ink, em_px), text)
