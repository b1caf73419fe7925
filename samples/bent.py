"""Photos of paper that does not lie flat: a sheet that was rolled, waved, folded, or has a corner in the air.

Paper bends without stretching, so the sheet is a cylinder in the wide sense: its height depends on the way across one direction
only, and along that way it gets shorter from above. A phone held over the sheet's foot sees what stands higher further up.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from samples import channels
from samples.picture import Box, Picture, Pixels, pixels_of
from samples.seeds import random_for

Bend = Literal["arc", "roll", "wave", "corner", "fold"]
BENDS: tuple[Bend, ...] = get_args(Bend)
Reals = npt.NDArray[np.float64]
_STEPS = 512
#: The camera over the sheet's foot, in heights of the sheet: an arm's length for A4.
_CAMERA = 1.35
_MESH_PX = 8
_SEARCHES = 12


def photo_bent(
    picture: Picture,
    seed: int,
    name: str = "bent",
    *,
    rise: float | None = None,
    bend: Bend | None = None,
    turn: int = 0,
) -> Picture:
    """`channels.photo` of a sheet whose lines leave their places by up to `rise` of its height (else 0.5 to 2.5 %).

    "arc" lifts the middle (or both sides) of every line, "roll" the rows at half height, "wave" is a slanting S, "corner" a
    corner in the air, "fold" the two halves of a sheet that was folded across its middle. The boxes go with the paper.
    """
    rng = random_for(seed, name, "bend")
    kind = bend or rng.choice(BENDS)
    share = rng.uniform(0.005, 0.025) if rise is None else rise
    sheet = _sheet(kind, picture.image.size, share, seed, name)
    shown, mask, moved = _seen(picture, sheet)
    boxes = {key: sheet.box(box, moved) for key, box in picture.boxes.items()}
    return channels.photo(picture.evolve(image=shown, boxes=boxes), seed, name, turn=turn, sheet=mask)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A sheet of `size` (width, height) in pixels, as high as `height_at` the way `towards` (a unit vector); all in pixels.

    `height`, `short` and `shade` are by steps of the way from `start` to `end`: how high the paper is, how much shorter
    the way has become there, and how it takes the light.
    """

    size: tuple[int, int]
    towards: tuple[float, float]
    start: float
    end: float
    height: Reals
    short: Reals
    shade: Reals

    def seen_from_above(self, x: Reals, y: Reals) -> tuple[Reals, Reals]:
        """How far points of the flat sheet are moved where the camera sees them."""
        high = self._at(self.height, x, y)
        less = self._at(self.short, x, y)
        across, down = x + less * self.towards[0], y + less * self.towards[1]
        nearer = high / (self.size[1] * _CAMERA - high)
        return across - x + (across - self.size[0] / 2) * nearer, down - y + (down - self.size[1]) * nearer

    def light(self, x: Reals, y: Reals) -> Reals:
        """How bright the paper is at points of the flat sheet; 1 as it lies flat."""
        return self._at(self.shade, x, y)

    def box(self, box: Box, shift: tuple[float, float]) -> Box:
        """The rectangle round a box of the flat sheet, moved by `shift` as well."""
        xs, ys = np.meshgrid(np.linspace(box[0], box[2], 9), np.linspace(box[1], box[3], 9))
        dx, dy = self.seen_from_above(xs, ys)
        across, down = xs + dx + shift[0], ys + dy + shift[1]
        return float(across.min()), float(down.min()), float(across.max()), float(down.max())

    def _at(self, values: Reals, x: Reals, y: Reals) -> Reals:
        way = x * self.towards[0] + y * self.towards[1]
        return np.interp(way, np.linspace(self.start, self.end, len(values)), values)


def _profile(kind: Bend, side: float, at: float) -> Callable[[Reals], Reals]:
    """The height by the way across the sheet (0 to 1), between 0 and 1.

    `side` (1 or -1) says which part stands high, `at` where a corner leaves the desk.
    """
    if kind in ("arc", "roll"):
        return lambda t: np.sin(np.pi * t) if side > 0 else 1 - np.sin(np.pi * t)
    if kind == "wave":
        return lambda t: (1 + side * np.sin(2 * np.pi * t)) / 2
    if kind == "corner":
        return lambda t: (np.clip(t - at, 0, None) / (1 - at)) ** 2
    return lambda t: 1 - _rounded(t - 0.5) / _rounded(np.array(0.5))


def _rounded(t: Reals) -> Reals:
    """The amount of `t`, with the roundness of a fold in paper."""
    return np.sqrt(t**2 + 0.015**2) - 0.015


def _sheet(kind: Bend, size: tuple[int, int], rise: float, seed: int, name: str) -> _Sheet:
    rng = random_for(seed, name, kind)
    degrees = {
        "arc": rng.uniform(-8, 8),
        "roll": 90 + rng.uniform(-8, 8),
        "wave": rng.uniform(-25, 25),
        "corner": rng.choice((-135, -45)) + rng.uniform(-15, 15),
        "fold": rng.choice((0, 90)) + rng.uniform(-2, 2),
    }[kind]
    towards = (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))
    ways = [x * towards[0] + y * towards[1] for x in (0, size[0]) for y in (0, size[1])]
    start, end = min(ways), max(ways)
    shape = _profile(kind, rng.choice((-1.0, 1.0)), rng.uniform(0.45, 0.6))(np.linspace(0, 1, _STEPS))
    dark = rng.uniform(0.25, 0.6) * rng.choice((-1, 1))
    xs, ys = np.meshgrid(np.linspace(0, size[0], 33), np.linspace(0, size[1], 33))
    lift = rise * size[1]
    for _ in range(4):  # until the lines leave their places by as much as is wanted
        sheet = _lifted(size, towards, (start, end), shape * lift, dark)
        moved = np.hypot(*sheet.seen_from_above(xs, ys))
        lift *= rise * size[1] / float(moved.max())
    return _lifted(size, towards, (start, end), shape * lift, dark)


def _lifted(
    size: tuple[int, int], towards: tuple[float, float], ways: tuple[float, float], height: Reals, dark: float
) -> _Sheet:
    step = (ways[1] - ways[0]) / (_STEPS - 1)
    slope = np.gradient(height, step)
    short = np.concatenate([[0.0], np.cumsum(np.sqrt(np.clip(1 - slope[1:] ** 2, 0, 1)) - 1)]) * step
    return _Sheet(
        size=size,
        towards=towards,
        start=ways[0],
        end=ways[1],
        height=height,
        short=short - short[_STEPS // 2],
        shade=np.clip(1 - dark * slope, 0.6, 1.0),
    )


def _seen(picture: Picture, sheet: _Sheet) -> tuple[Image.Image, Pixels, tuple[float, float]]:
    """The bent sheet from above, how much of each dot is paper (0-255), and by how much the picture's corner was moved."""
    width, height = sheet.size
    xs, ys = np.meshgrid(np.linspace(0, width, 65), np.linspace(0, height, 65))
    dx, dy = sheet.seen_from_above(xs, ys)
    left, top = math.floor((xs + dx).min()) - 2, math.floor((ys + dy).min()) - 2
    wide, high = math.ceil((xs + dx).max()) + 2 - left, math.ceil((ys + dy).max()) + 2 - top
    columns, rows = _sources(sheet, (left, top), (wide, high))
    shown = cv2.remap(pixels_of(picture.image), columns, rows, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    paper = np.full((height, width), 255, np.uint8)
    mask = cv2.remap(paper, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    light = sheet.light(columns.astype(np.float64), rows.astype(np.float64)).astype(np.float32)
    lit = (shown.astype(np.float32) * light[:, :, None]).clip(0, 255).astype(np.uint8)
    return Image.fromarray(lit), np.asarray(mask, np.uint8), (-left, -top)


def _sources(
    sheet: _Sheet, corner: tuple[int, int], size: tuple[int, int]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """For each dot of the picture from above: the point of the flat sheet that is seen there."""
    count = (size[0] // _MESH_PX + 2, size[1] // _MESH_PX + 2)
    at_x, at_y = np.meshgrid(*(np.arange(n) * float(_MESH_PX) for n in count))
    at_x, at_y = at_x + corner[0], at_y + corner[1]
    x, y = at_x, at_y
    for _ in range(_SEARCHES):
        dx, dy = sheet.seen_from_above(x, y)
        x, y = at_x - dx, at_y - dy
    fine = np.array([[1 / _MESH_PX, 0, 0], [0, 1 / _MESH_PX, 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    columns, rows = (cv2.warpAffine(c.astype(np.float32), fine, size, flags=flags) for c in (x, y))
    return np.asarray(columns, np.float32), np.asarray(rows, np.float32)
