"""Carbon copies: what a pen or printer pressed through a coloured sheet onto thin tinted paper underneath.

The ink is no line but grains that the pressure left: softer than the original's, unevenly dark, gone here and there, and
smudged where a hand lay on the sheets.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from PIL import Image

from samples import channels
from samples.picture import Picture, pixels_of
from samples.seeds import noise_for, random_for

Shades = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
_PAPERS: Final = ((246, 240, 214), (250, 225, 230), (238, 244, 236), (233, 240, 248))
_INKS: Final = ((60, 50, 130), (40, 60, 110), (70, 70, 75), (96, 52, 120))
#: Strokes spread by so much through two sheets of paper.
_SPREAD_MM: Final = 0.14
#: How wide a spot is that was pressed alike, and a grain of carbon.
_PRESSED_MM: Final = 1.5
_GRAIN_MM: Final = 0.2
_MM: Final = 25.4
_FINE: Final = 4.0


def carbon_copy(picture: Picture, seed: int, name: str = "carbon copy") -> Picture:
    """The page as its copy in coloured ink on thin paper, scanned."""
    rng = random_for(seed, name, "carbon")
    dots = picture.dpi / _MM
    grey = cv2.cvtColor(pixels_of(picture.image), cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    shape = (grey.shape[0], grey.shape[1])
    pressed = 0.72 + 0.15 * _field(shape, _PRESSED_MM * dots, seed, name, "pressed")
    grains = 1 + 0.12 * _field(shape, _GRAIN_MM * dots, seed, name, "grains")
    ink = cv2.GaussianBlur(1 - grey, (0, 0), _SPREAD_MM * dots) * np.clip(pressed, 0.35, 1) * grains
    smudge = 0.03 * np.clip(_field(shape, 25 * dots, seed, name, "smudge"), 0, 2)
    dust = np.clip(0.025 * _field(shape, _GRAIN_MM * dots, seed, name, "dust"), 0, 1)
    shown = np.clip(ink + smudge + dust, 0, 1)[:, :, None]
    paper, colour = (np.array(rng.choice(colours), np.float32) for colours in (_PAPERS, _INKS))
    page = (paper * (1 - shown) + colour * shown).clip(0, 255).astype(np.uint8)
    return channels.scan(picture.evolve(image=Image.fromarray(page)), seed, name)


def _field(shape: tuple[int, int], size: float, seed: int, name: str, what: str) -> Shades:
    """Random shades with a spread of about one, alike over `size` dots."""
    noise = noise_for(seed, name, what)
    if size < _FINE:  # drawn larger, so few dots would show the rows they were drawn from
        drawn = cv2.GaussianBlur(noise.normal(0, 1, shape).astype(np.float32), (0, 0), size / 2)
        return np.asarray(drawn / drawn.std(), dtype=np.float32)
    small = (max(2, round(shape[0] / size)), max(2, round(shape[1] / size)))
    drawn = noise.normal(0, 1, small).astype(np.float32)
    return np.asarray(cv2.resize(drawn, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), dtype=np.float32)
