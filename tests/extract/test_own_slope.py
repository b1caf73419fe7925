"""A watermark aslant over a sheet does not turn the page, where the page's own lines lie otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest

from pipeline.extract.image.slope import own_slope_degrees
from pipeline.extract.ocr.readers import Quad, Reading
from pipeline.extract.raster.decode import Rgb

RGB = np.full((1000, 1000, 3), 255, np.uint8)
MARK, TEXT = "仅供备案使用", "河北省廊坊市"


class Engine:
    """Reads one text in whatever it is shown."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read_lines(self, crops: Sequence[Rgb]) -> list[Reading]:
        return [Reading(text=self._text, confidence=0.99, chances=()) for _ in crops]


def quad(degrees: float, at: int, wide: float = 300.0) -> Quad:
    turn = math.radians(degrees)
    along = np.array([math.cos(turn), math.sin(turn)]) * wide
    down = np.array([-math.sin(turn), math.cos(turn)]) * 30
    start = np.array([300.0, 100.0 + at])
    return np.array([start, start + along, start + along + down, start + down], np.float32)


ASLANT = [quad(-25, 40 * k) for k in range(10)]
MANY = [quad(-40, 8 * k) for k in range(60)]
LEVEL = [quad(1, 45 * k, 200) for k in range(5)]


@pytest.mark.parametrize(
    ("quads", "read", "slope"),
    [
        ([*ASLANT, *LEVEL], MARK, 1.0),  # a card on a sheet full of a watermark
        ([*ASLANT, *LEVEL], TEXT, -25.0),  # a card photographed aslant, with some lines of the desk
        (ASLANT, MARK, -25.0),  # nothing else is there
        ([*ASLANT, quad(1, 0, 100)], MARK, -25.0),  # hardly anything
        ([*LEVEL, *ASLANT[:2]], MARK, 1.0),
        ([*MANY, *LEVEL], MARK, 1.0),  # a small card on a large sheet
        ([*MANY, *LEVEL[:2], quad(20, 0), quad(35, 90)], MARK, -40.0),  # no lines of one slope
        ([*MANY, *LEVEL], TEXT, -40.0),
        (
            [*MANY, *LEVEL[:3], *[quad(-30, 9 * k, 150) for k in range(3)], *[quad(-55, 9 * k, 150) for k in range(3)]],
            MARK,
            1.0,
        ),
    ],
)
def test_the_slope_of_a_page_s_own_lines(quads: Sequence[Quad], read: str, slope: float) -> None:
    assert own_slope_degrees(RGB, quads, cast("Any", Engine(read))) == pytest.approx(slope, abs=0.1)
