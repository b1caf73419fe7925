"""Photos taken in too much light: a lamp mirrored on the page, which washes out what lies there, and bright ones that can be read.

Made from `channels.photo`, with the same picture for the same seed and name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import cv2
import numpy as np
from PIL import Image

from samples import channels
from samples.picture import Picture, Pixels, pixels_of
from samples.seeds import random_for

Bright = Literal["overexposed", "window", "foot", "spot", "white_desk"]
BRIGHT: tuple[Bright, ...] = ("overexposed", "window", "foot", "spot", "white_desk")
_Field = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def photo_glare(picture: Picture, seed: int, name: str = "glare", *, strength: float = 1.0) -> Picture:
    """A photo with a lamp's reflection over the page's middle: an ellipse that is white inside, with a soft edge.

    `strength` scales its size: at 1 its white part is some 45 % of the page's width across, and half as high.
    """
    return mirror_lamp(channels.photo(picture, seed, name), seed, name, strength=strength)


def mirror_lamp(shot: Picture, seed: int, name: str = "glare", *, strength: float = 1.0) -> Picture:
    """The reflection in a photo that is there already."""
    rng = random_for(seed, name, "glare")
    width, height = shot.image.size
    centre = (width * rng.uniform(0.38, 0.62), height * rng.uniform(0.3, 0.5))
    across = width * 0.22 * strength * rng.uniform(0.85, 1.15)
    distance = _ellipse((width, height), centre, (across, across * rng.uniform(0.5, 0.9)), rng.uniform(-40, 40))
    soft = rng.uniform(0.35, 0.8)
    # A reflection adds its own light to the page's: inside, paper and ink alike are more than the sensor can tell.
    added = 330 * np.clip((1 + soft - distance) / soft, 0, 1) ** 1.5
    return _by_colour(shot, lambda plane: plane + added)


def photo_bright(picture: Picture, seed: int, name: str = "bright", *, kind: Bright) -> Picture:
    """A bright photo without a reflection: white paper is white all over or in places, and everything can be read."""
    if kind == "white_desk":
        return _on_white(picture, seed, name)
    return light_up(channels.photo(picture, seed, name), seed, name, kind=kind)


def light_up(shot: Picture, seed: int, name: str = "bright", *, kind: Bright) -> Picture:
    """A photo that is there already, brighter; its table stays as it is."""
    rng = random_for(seed, name, kind)
    width, height = shot.image.size
    if kind == "overexposed":
        gain = np.full((height, width), rng.uniform(1.25, 1.6), np.float32)
    elif kind == "window":
        corners = np.array([[rng.uniform(0.8, 1.1), rng.uniform(1.4, 1.8)]] * 2, np.float32)
        gain = cv2.resize(corners, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    elif kind == "foot":
        rows = np.array([[rng.uniform(0.85, 1.1)]] * 2 + [[rng.uniform(1.4, 1.6)]], np.float32)
        gain = cv2.resize(rows, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    else:
        centre = (width * rng.uniform(0.35, 0.65), height * rng.uniform(0.25, 0.55))
        distance = _ellipse((width, height), centre, (width * 0.25, width * rng.uniform(0.15, 0.25)), 20)
        gain = 1 + 0.6 * np.exp(-(distance**2))
    return _by_colour(shot, lambda plane: plane * gain)


def _by_colour(shot: Picture, lighten: Callable[[Pixels], _Field]) -> Picture:
    """The photo in another light. One colour at a time: numbers that lie side by side are reckoned much faster."""
    lit = [np.clip(lighten(plane), 0, 255).astype(np.uint8) for plane in cv2.split(pixels_of(shot.image))]
    return shot.evolve(image=Image.fromarray(cv2.merge(lit)))


def _ellipse(size: tuple[int, int], centre: tuple[float, float], axes: tuple[float, float], degrees: float) -> _Field:
    """For each dot how far it lies from the ellipse's middle, 1 on its edge."""
    turn = np.deg2rad(degrees)
    x = np.arange(size[0], dtype=np.float32)[None, :] - centre[0]
    y = np.arange(size[1], dtype=np.float32)[:, None] - centre[1]
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    return np.asarray(np.hypot(along / axes[0], across / axes[1]), dtype=np.float32)


def _on_white(picture: Picture, seed: int, name: str) -> Picture:
    """The page on a white table, as white as itself."""
    wide, high = picture.image.size
    margin = round(0.12 * wide)
    table: Pixels = np.full((high + 2 * margin, wide + 2 * margin, 3), 255, np.uint8)
    table[margin : margin + high, margin : margin + wide] = pixels_of(picture.image)
    boxes = {key: tuple(value + margin for value in box) for key, box in picture.boxes.items()}
    return channels.photo(picture.evolve(image=Image.fromarray(table), boxes=boxes), seed, name)
