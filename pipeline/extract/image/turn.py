"""Which of the four turns of a flat page is upright.

The shape of the lines of text tells level from standing; reading a few of them both ways tells up from down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from pipeline.extract.image.flat import Transform
from pipeline.extract.ocr.readers import Engines, LineNetwork, Quad, Reading
from pipeline.extract.paper_labels import is_stamped_text
from pipeline.extract.raster.decode import Rgb

_TRIED: Final = 7
_ENOUGH: Final = 2  # of the lines in words, where they read well
_SURE: Final = 0.9
_BEST: Final = 3  # lines read best tell: writing by hand reads badly either way
_LONGEST: Final = 14.0  # a line's width over its height; longer ones only cost time
_LIKED: Final = 4.5  # five characters tell up from down as well as ten
#: Degrees from level and from upright: watermarks lie further off.
_ASLANT: Final = 15.0
_LEAST_OWN: Final = 3
_READ: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """An upright page with its lines of text. `quarter_turns` counter-clockwise were made."""

    rgb: Rgb
    quads: tuple[Quad, ...]
    quarter_turns: int


def make_upright(rgb: Rgb, engines: Engines) -> Turned:
    """The page turned so that its text stands upright. Pages without text stay as they are."""
    quads = engines.main.find_lines(rgb)
    if not quads:
        return Turned(rgb=rgb, quads=(), quarter_turns=0)
    if _standing(_own_lines(rgb, quads, engines)):
        rgb = np.ascontiguousarray(np.rot90(rgb))
        # Boxes of standing lines are poor: a row of characters one above the other. Find them again.
        quads = engines.main.find_lines(rgb)
        turns = 1
    else:
        turns = 0
    if _upside_down(rgb, quads, engines):
        height, width = rgb.shape[:2]
        rgb = np.ascontiguousarray(rgb[::-1, ::-1])
        quads = tuple(np.roll(np.array([width, height], dtype=np.float32) - quad, 2, axis=0) for quad in quads)
        turns += 2
    return Turned(rgb=rgb, quads=quads, quarter_turns=turns)


def turn_matrix(quarter_turns: int, width: int, height: int) -> Transform:
    """How pixels of a picture of that size move when it is turned counter-clockwise, as `make_upright` does."""
    turned = {
        0: ((1, 0, 0), (0, 1, 0)),
        1: ((0, 1, 0), (-1, 0, width - 1)),
        2: ((-1, 0, width - 1), (0, -1, height - 1)),
        3: ((0, -1, height - 1), (1, 0, 0)),
    }[quarter_turns % 4]
    return np.array([*turned, (0, 0, 1)], dtype=np.float64)


def _own_lines(rgb: Rgb, quads: Sequence[Quad], engines: Engines) -> Sequence[Quad]:
    """The lines without those aslant, where these are the more and are what people print across copies.

    Over the copy of a card on a large sheet a tiled watermark has most of the text. Scanned lying on its side, at 30 degrees from
    its edge, it was nearer to level than the card's own lines, and turned the page.
    """
    own = [quad for quad in quads if _degrees_off(quad) <= _ASLANT]
    aslant = sorted((quad for quad in quads if _degrees_off(quad) > _ASLANT), key=_size, reverse=True)
    if sum(map(max, map(_size, aslant))) <= sum(map(max, map(_size, own))) or len(own) < _LEAST_OWN:
        return quads
    crops = [cut(rgb, quad) for quad in aslant[:_READ]]
    either_way = (*crops, *(np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops))
    is_mark = any(is_stamped_text(reading.text) for reading in engines.main.read_lines(either_way))
    return own if is_mark else quads


def _degrees_off(quad: Quad) -> float:
    """How far a line lies from level or upright, whichever is nearer."""
    wide, high = _size(quad)
    along = quad[1] - quad[0] if wide >= high else quad[3] - quad[0]
    slope = math.degrees(math.atan2(float(along[1]), float(along[0]))) % 90
    return min(slope, 90 - slope)


def _standing(quads: Sequence[Quad]) -> bool:
    """Whether boxes that are higher than wide are longer, all together, than the others.

    By what they cover one false box in a desk's grain, as large as all lines of a small card, turned the page.
    """
    level = standing = 0.0
    for quad in quads:
        wide, high = _size(quad)
        if wide > 1.5 * high:
            level += wide
        elif high > 1.5 * wide:
            standing += high
    return standing > level


def _upside_down(rgb: Rgb, quads: Sequence[Quad], engines: Engines) -> bool:
    crops = [cut(rgb, quad) for quad in _samples(quads)]
    if not crops or _reads_well(crops, engines.quick):
        return False
    upright = engines.main.read_lines(crops)
    if _middle(upright) > _SURE:
        return False
    turned = engines.main.read_lines([np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops])
    return _best(turned) > _best(upright)


def _reads_well(crops: Sequence[Rgb], reader: LineNetwork) -> bool:
    """Whether a few of the lines are surely words as they stand."""
    well = 0
    for at in range(0, len(crops), _ENOUGH):
        readings = reader.read_lines(crops[at : at + _ENOUGH])
        well += sum(reading.confidence > _SURE and _is_worded(reading.text) for reading in readings)
        if well >= _ENOUGH:
            return True
    return False


def _samples(quads: Sequence[Quad]) -> list[Quad]:
    """A few lines of middling length, from all over the page."""
    good = [quad for quad in quads if 1.8 < _aspect(quad) < _LONGEST]
    good.sort(key=lambda quad: abs(math.log(_aspect(quad) / _LIKED)) - 0.02 * _size(quad)[1])
    return good[:_TRIED]


def _is_worded(text: str) -> bool:
    """Whether Chinese characters stand in a line: digits read well upside down as well (69, 108)."""
    return sum(not character.isascii() for character in text) >= 2


def _middle(readings: Sequence[Reading]) -> float:
    """The middle one of the lines' confidences."""
    return float(np.median(_confidences(readings)))


def _best(readings: Sequence[Reading]) -> float:
    """The mean of the best confidences. By the middle one a form was turned whose seven lines were all written by hand."""
    return float(np.mean(sorted(_confidences(readings))[-_BEST:]))


def _confidences(readings: Sequence[Reading]) -> list[float]:
    """Nothing read counts as nought."""
    return [reading.confidence if reading.text else 0.0 for reading in readings]


def _aspect(quad: Quad) -> float:
    wide, high = _size(quad)
    return wide / max(high, 1.0)


def _size(quad: Quad) -> tuple[float, float]:
    wide = (np.hypot(*(quad[1] - quad[0])) + np.hypot(*(quad[2] - quad[3]))) / 2
    high = (np.hypot(*(quad[3] - quad[0])) + np.hypot(*(quad[2] - quad[1]))) / 2
    return float(wide), float(high)


def cut(rgb: Rgb, quad: Quad) -> Rgb:
    """A line of text cut out along its four corners."""
    wide, high = _size(quad)
    size = (max(4, round(wide)), max(4, round(high)))
    target = np.array([(0, 0), (size[0], 0), (size[0], size[1]), (0, size[1])], np.float32)
    matrix = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), target)
    moved = cv2.warpPerspective(rgb, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.uint8)
