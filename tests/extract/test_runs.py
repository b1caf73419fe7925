"""Runs of ink are, to the dot, what OpenCV's openings and closings by bars give."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.extract.raster.ink import Mask
from pipeline.extract.raster.runs import find_runs


def _ruled(*, high: int, wide: int, seed: int) -> Mask:
    """Rules with breaks and steps, characters' strokes and noise; some reach the edges."""
    chance = np.random.default_rng(seed)
    mask = (chance.random((high, wide)) < 0.04).astype(np.uint8) * np.uint8(255)
    for _ in range(12):
        y, x = int(chance.integers(0, high)), int(chance.integers(0, wide))
        long, thick = int(chance.integers(4, 2 * wide)), int(chance.integers(1, 5))
        mask[y : y + thick, x : x + long] = 255
        mask[y : y + long, x : x + thick] = 255
        mask[y + 1 : y + thick + 1, x + long // 2 : x + long] = 255
        mask[:, x + 7 : x + 7 + int(chance.integers(1, 12))] = 0
    return mask


def _by_opencv(ink: Mask, *, vertical: bool, piece: int, gap: int, shortest: int) -> Mask:
    def bar(length: int, *, along: bool = True) -> Mask:
        return np.ones((length, 1) if vertical == along else (1, length), np.uint8)

    thick = cv2.dilate(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, bar(5)), bar(3, along=False))
    pieces = cv2.morphologyEx(thick, cv2.MORPH_OPEN, bar(piece))
    whole = cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, bar(gap))
    return np.asarray(cv2.morphologyEx(whole, cv2.MORPH_OPEN, bar(shortest)), dtype=np.uint8)


@pytest.mark.parametrize("vertical", [False, True])
@pytest.mark.parametrize(("high", "wide"), [(90, 131), (131, 88), (24, 200)])
@pytest.mark.parametrize(("piece", "gap", "shortest"), [(12, 12, 12), (13, 7, 22), (20, 12, 35)])
def test_runs_are_those_of_opencv(vertical: bool, high: int, wide: int, piece: int, gap: int, shortest: int) -> None:
    seen = False
    for seed in range(6):
        ink = _ruled(high=high, wide=wide, seed=seed)
        found = find_runs(ink, vertical=vertical, piece=piece, gap=gap, shortest=shortest)
        expected = _by_opencv(ink, vertical=vertical, piece=piece, gap=gap, shortest=shortest)
        np.testing.assert_array_equal(found, expected)
        seen = seen or bool(expected.any())
    assert seen
