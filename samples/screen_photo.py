"""A phone's photo of a screen that shows the form: two grids of dots, one seen through the other (moiré).

The screen's dots are red, green and blue stripes with black between them; the sensor has a grid of its own, of which each dot
sees one colour only (a Bayer pattern). Where the one is nearly a multiple of the other both beat, in brightness and in
colour. All light is added as light, not as the numbers of a picture.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from PIL import Image

from samples import channels
from samples.picture import Matrix, Picture, Pixels, pixels_of
from samples.screens import window
from samples.seeds import random_for

Deep = np.ndarray[tuple[int, ...], np.dtype[np.uint16]]
Shades = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
#: Each dot of the screen is drawn as so many by so many.
_FINE: Final = 6
#: How columns and rows of a dot shine: stripes are two wide each, the last column and row mostly wire.
_COLUMNS: Final = ((1.0, 0.75, 0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.75, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0, 1.0, 0.75))
_ROWS: Final = (1.0, 1.0, 1.0, 1.0, 0.9, 0.35)
#: Black is not quite black: the screen's own glow and the room in its glass.
_GLOW: Final = 0.03
_GAMMA: Final = 2.2
_DEEP: Final = 65535
_STRIPS: Final = 32
_OUT: Final = (2448, 3264)
#: Where on the sensor's grid (row, column) each colour is seen: R G / G B.
_SEES: Final = (((0, 0),), ((0, 1), (1, 0)), ((1, 1),))


def screen_photo(page: Picture, seed: int, name: str = "screen photo") -> Picture:
    """A photo, 2448 x 3264, of a window with the page, drawn at the screen's own dots (90 to 120 an inch of paper)."""
    rng = random_for(seed, name, "screen photo")
    shown, corner = window(page, seed, name, dark=False)
    matrix = _onto_sensor(corner, page.image.size, seed, name)
    fine = matrix @ _middles()
    sigma, gain = rng.uniform(0.5, 0.9), rng.uniform(0.8, 1.0)
    white = (gain * rng.uniform(0.88, 0.97), gain * rng.uniform(0.95, 1.0), gain)
    sides = _from_the_side(seed, name)
    seen = np.zeros((_OUT[1], _OUT[0]), np.uint8)
    for colour, plane in enumerate(cv2.split(pixels_of(shown.image))):
        light, brightest = _shine(np.asarray(plane, dtype=np.uint8), colour)
        moved = cv2.warpPerspective(light, fine, _OUT, flags=cv2.INTER_LINEAR).astype(np.float32)
        soft = cv2.GaussianBlur(moved, (0, 0), sigma) * (white[colour] * brightest / _DEEP) * sides
        shade = (255 * np.clip(soft, 0, 1) ** (1 / _GAMMA)).astype(np.uint8)
        for row, column in _SEES[colour]:
            seen[row::2, column::2] = shade[row::2, column::2]
    photo = np.asarray(
        cv2.cvtColor(seen, cv2.COLOR_BayerBG2RGB), dtype=np.uint8
    )  # OpenCV names a pattern by its second row
    noisy = channels.add_noise(photo, seed, name, 3.5)
    return shown.warp(matrix, Image.fromarray(noisy)).evolve(dpi=72, quality=85)


def _middles() -> Matrix:
    """From the fine dots to the screen's: both are counted by their middles."""
    shift = (1 / _FINE - 1) / 2
    return np.array([[1 / _FINE, 0, shift], [0, 1 / _FINE, shift], [0, 0, 1]])


def _shine(plane: Pixels, colour: int) -> tuple[Deep, float]:
    """A colour's light from each part of each dot, and what its highest number stands for: 1 is white, as the eye takes it.

    Already as soft as a dot of the sensor, which is some two of these wide, and its lens make it.
    """
    levels = _GLOW + (1 - _GLOW) * (np.arange(256) / 255) ** _GAMMA
    bright = levels.astype(np.float32)[plane]
    columns, rows = np.array(_COLUMNS[colour], np.float32), np.array(_ROWS, np.float32)
    # White is the mean over a dot: a stripe is that much brighter than its dot.
    lit = np.outer(rows / rows.mean(), columns / columns.mean())
    most = float(lit.max())
    strips = [np.kron(part, lit / most * _DEEP).astype(np.uint16) for part in np.array_split(bright, _STRIPS)]
    return np.asarray(cv2.GaussianBlur(np.vstack(strips), (0, 0), 1.0), dtype=np.uint16), most


def _from_the_side(seed: int, name: str) -> Shades:
    """How bright the screen is where it is seen at an angle, (height, width)."""
    rng = random_for(seed, name, "screen side")
    corners = np.array([[rng.uniform(0.75, 1.0) for _ in range(2)] for _ in range(2)], np.float32)
    return np.asarray(cv2.resize(corners, _OUT, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _onto_sensor(corner: tuple[int, int], page: tuple[int, int], seed: int, name: str) -> Matrix:
    """The page (its top left at `corner`) fills most of the picture, a little askew; the window round it goes beyond."""
    rng = random_for(seed, name, "screen corners")
    left, top = corner
    fill = min(_OUT[0] / page[0], _OUT[1] / page[1]) * rng.uniform(0.86, 0.97)
    wide, high = page[0] * fill, page[1] * fill
    x, y = (_OUT[0] - wide) / 2, (_OUT[1] - high) / 2
    reach = min(_OUT) * 0.022
    corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
    shaken = [(a + rng.uniform(-reach, reach), b + rng.uniform(-reach, reach)) for a, b in corners]
    source = [(left, top), (left + page[0], top), (left + page[0], top + page[1]), (left, top + page[1])]
    matrix = cv2.getPerspectiveTransform(np.array(source, np.float32), np.array(shaken, np.float32))
    return np.asarray(matrix, dtype=np.float64)
