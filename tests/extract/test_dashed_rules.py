"""Rules drawn as dots or dashes are walls as whole ones are; dots and dashes that end in the open are none."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import pytest

from pipeline.extract.image.flat import find_table_quads
from pipeline.extract.image.grid import find_tables
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.rules import find_rules

_LEVELS = tuple(range(300, 1001, 70))
_LEFT, _WALL, _RIGHT = 200, 420, 1300
#: Dash and gap in dots, as a browser and LibreOffice draw them at 200 dpi.
_LOOKS = [(24, 6), (15, 10), (6, 6), (4, 7)]


def _dashes(page: Gray, start: tuple[int, int], end: tuple[int, int], look: tuple[int, int]) -> None:
    """A rule of dashes from `start` to `end` (x, y), level or upright, 3 dots thick."""
    (x0, y0), (x1, y1) = start, end
    for at in range(0, max(x1 - x0, y1 - y0), sum(look)):
        long = min(look[0], max(x1 - x0, y1 - y0) - at)
        wide, high = (long, 3) if y0 == y1 else (3, long)
        x, y = (x0 + at, y0) if y0 == y1 else (x0, y0 + at)
        page[y : y + high, x : x + wide] = 0


def _table(look: tuple[int, int], uprights: Iterable[int] = (_LEFT, _WALL, _RIGHT)) -> Gray:
    page = np.full((2000, 1500), 255, np.uint8)
    for y in _LEVELS:
        _dashes(page, (_LEFT, y), (_RIGHT, y), look)
    for x in uprights:
        _dashes(page, (x, _LEVELS[0]), (x, _LEVELS[-1]), look)
    return page


def _cells(page: Gray) -> list[int]:
    soft = np.asarray(cv2.GaussianBlur(page, (0, 0), 0.7), dtype=np.uint8)
    return [len(table.frames) for table in find_tables(find_rules(soft))]


@pytest.mark.parametrize("look", _LOOKS)
def test_dashed_rules_are_walls(look: tuple[int, int]) -> None:
    """Forms with such borders were read as lines without a table, and nearly every value was asked about."""
    assert _cells(_table(look)) == [2 * (len(_LEVELS) - 1)]


@pytest.mark.parametrize("look", _LOOKS)
def test_leaders_and_lines_to_write_on_are_no_walls(look: tuple[int, int]) -> None:
    page = _table(look)
    y = _LEVELS[4] + 35
    _dashes(page, (_WALL + 20, y), (_WALL + 500, y), look)
    _dashes(page, (_WALL + 20, y + 70), (_RIGHT - 20, y + 70), look)
    _dashes(page, (_LEFT, 1100), (_RIGHT - 300, 1100), look)
    _dashes(page, (800, _LEVELS[0] + 12), (800, _LEVELS[1] - 12), look)
    assert _cells(page) == [2 * (len(_LEVELS) - 1)]


def test_a_short_wall_is_drawn_as_the_others_are() -> None:
    page = _table((15, 10))
    for x in (700, 900):
        _dashes(page, (x, _LEVELS[5]), (x, _LEVELS[6]), (15, 10))
    assert _cells(page) == [2 * (len(_LEVELS) - 1) + 2]


def test_text_that_touches_dashes_leaves_them_a_wall() -> None:
    page = _table((15, 10))
    for x in range(_WALL + 30, _WALL + 330, 40):
        page[_LEVELS[3] - 30 : _LEVELS[3] + 2, x : x + 4] = 0
        page[_LEVELS[3] - 15 : _LEVELS[3] - 11, x - 14 : x + 18] = 0
    assert _cells(page) == [2 * (len(_LEVELS) - 1)]


def test_a_photo_of_a_dashed_table_shows_its_corners() -> None:
    page = _table((24, 6))
    corners = np.array(
        [(_LEFT, _LEVELS[0]), (_RIGHT, _LEVELS[0]), (_RIGHT, _LEVELS[-1]), (_LEFT, _LEVELS[-1])], np.float32
    )
    seen = corners + np.array([(40, 0), (-10, 30), (20, -10), (-20, 20)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    photo = cv2.warpPerspective(page, matrix, (1500, 2000), flags=cv2.INTER_AREA, borderValue=(255,))
    small = np.asarray(cv2.resize(photo, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    assert find_table_quads(small, 0.6) == ()
    found = find_table_quads(small, 0.6, dashed=True)
    assert any(np.abs(quad - seen).max() < 8 for quad in found)


@pytest.mark.parametrize("grain", [6, 8, 14])
def test_grain_is_no_rules_of_dots(grain: int) -> None:
    """Of a portrait with grain 477 rules were made, and its sender was told that a table does not fit the picture."""
    noise = np.random.default_rng(4).normal(0, grain, (900, 700))
    page = np.asarray(np.clip(200 + noise, 0, 255), dtype=np.uint8)
    seen, whole = find_rules(page), find_rules(page, dashed=False)
    assert (seen.horizontal, seen.vertical) == (whole.horizontal, whole.vertical)
