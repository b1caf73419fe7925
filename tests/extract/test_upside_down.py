"""Which way is up, where most of what is read stands there in handwriting."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from pipeline.extract.image.turn import make_upright
from pipeline.extract.ocr.readers import Engines, Quad, Reading
from pipeline.extract.raster.decode import Rgb

#: What the main reader made of seven lines of a form by hand (liujianmaocao, photo, seed 4400003), and of the same turned.
AS_WRITTEN = (
    ("提供夜氏服務", 0.31), ("左各莊樂飘子", 0.24), ("Qiantengpin", 0.27), ("410105197806017", 0.9),
    ("铁舒秀", 0.14), ("ldg——115300", 0.73), ("13811032866", 1.0),
)  # fmt: skip
TURNED = (
    ("分路", 0.18), ("平", 0.43), ("ti", 0.38), ("101180017", 0.32),
    ("筆語稱", 0.34), ("113", 0.44), ("131301186", 0.27),
)  # fmt: skip
_WIDE, _HIGH = 90, 20


class _Reader:
    """Reads a crop by its number, which its first dot tells; that of a turned one is its last."""

    def __init__(self, *, standing: bool) -> None:
        self._ways = (AS_WRITTEN, TURNED) if standing else (TURNED, AS_WRITTEN)

    def find_lines(self, rgb: Rgb) -> tuple[Quad, ...]:
        return tuple(
            np.array([(0, y), (_WIDE, y), (_WIDE, y + _HIGH), (0, y + _HIGH)], np.float32)
            for y in range(0, len(TURNED) * _HIGH, _HIGH)
        )

    def read_lines(self, crops: Sequence[Rgb]) -> tuple[Reading, ...]:
        return tuple(self._read(crop) for crop in crops)

    def _read(self, crop: Rgb) -> Reading:
        first, last = int(crop[1, 1, 0]), int(crop[-2, -2, 0])
        text, sure = self._ways[first < last][max(first, last) // 20 - 1]
        return Reading(text=text, confidence=sure)


def _with(reader: _Reader) -> Engines:
    return cast("Engines", SimpleNamespace(main=reader, quick=reader))


@pytest.mark.parametrize("standing", [True, False])
def test_lines_that_read_badly_either_way_do_not_tell(standing: bool) -> None:
    page = np.zeros((len(TURNED) * _HIGH, _WIDE, 3), np.uint8)
    for number in range(len(TURNED)):
        page[number * _HIGH : number * _HIGH + 8, :8] = 20 * (number + 1)
    turned = make_upright(page, _with(_Reader(standing=standing)))
    assert turned.quarter_turns == (0 if standing else 2)


class _OnADesk(_Reader):
    """Sees four short lines of a card, and one false line as long as the desk is high."""

    def find_lines(self, rgb: Rgb) -> tuple[Quad, ...]:
        rows = ((100, 100 + 50 * row, 400, 140 + 50 * row) for row in range(4))
        boxes = (*rows, (900, 50, 1020, 950))
        return tuple(np.array([(a, b), (c, b), (c, d), (a, d)], np.float32) for a, b, c, d in boxes)


def test_a_false_line_in_a_desk_s_grain_turns_no_page() -> None:
    """It covered more than all lines of the card, which was lost."""
    turned = make_upright(np.zeros((1000, 1100, 3), np.uint8), _with(_OnADesk(standing=True)))
    assert turned.quarter_turns % 2 == 0


class _Sure(_Reader):
    """Reads words wherever it looks, and counts the lines it was given."""

    def __init__(self) -> None:
        super().__init__(standing=True)
        self.asked = 0

    def _read(self, crop: Rgb) -> Reading:
        self.asked += 1
        return Reading(text="账号名称", confidence=0.99)


def test_no_line_is_read_after_two_have_told() -> None:
    reader = _Sure()
    assert make_upright(np.zeros((200, _WIDE, 3), np.uint8), _with(reader)).quarter_turns == 0
    assert reader.asked == 2


class _Watermarked:
    """Finds a card's lines, standing until the page is turned, and more of a watermark aslant over the sheet."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._turned = False

    def find_lines(self, rgb: Rgb) -> tuple[Quad, ...]:
        own = tuple(_line(40 + 40 * k, 60, 90 if not self._turned else 0, 150) for k in range(5))
        mark = tuple(_line(60, 40 + 40 * k, -60 if not self._turned else 30, 250) for k in range(10))
        self._turned = True
        return (*own, *mark)

    def read_lines(self, crops: Sequence[Rgb]) -> tuple[Reading, ...]:
        return tuple(Reading(text=self._words, confidence=0.99) for _ in crops)


def _line(x: float, y: float, degrees: float, wide: float) -> Quad:
    """A line's corners as the detector gives them: the first side of one that stands is its short one."""
    turn = np.deg2rad(degrees)
    along, down = np.array([np.cos(turn), np.sin(turn)]) * wide, np.array([-np.sin(turn), np.cos(turn)]) * 20
    start = np.array([x, y])
    corners = [start, start + along, start + along + down, start + down]
    first = 0 if abs(degrees) < 90 else 3
    return np.array(corners[first:] + corners[:first], np.float32)


@pytest.mark.parametrize(("words", "turns"), [("仅供办理登记备案使用", 1), ("河北省廊坊市广阳区", 0)])
def test_a_watermark_aslant_does_not_turn_the_page(words: str, turns: int) -> None:
    """A small card on a sheet full of a watermark, on its side: the watermark lay nearer to level, and the card was lost."""
    page = np.full((600, 600, 3), 255, np.uint8)
    assert make_upright(page, _with(cast("_Reader", _Watermarked(words)))).quarter_turns == turns
