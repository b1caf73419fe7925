"""Pieces of ink by their outlines are the pieces that labelling every dot gives."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.extract.raster.components import find_components, without_small
from pipeline.extract.raster.ink import Mask


def _masks() -> list[Mask]:
    noise = np.random.default_rng(7)
    masks = [(noise.random((60, 90)) < share).astype(np.uint8) * np.uint8(255) for share in (0.0, 0.05, 0.3, 0.6, 1.0)]
    frame = np.zeros((40, 60), np.uint8)
    frame[2:38, 3:57] = 255
    frame[5:35, 6:54] = 0  # a hole with a piece in it
    frame[10:12, 10:30] = 255
    frame[20, 12:50] = 255  # a hairline
    frame[25:28, 40] = 255
    return [*masks, frame]


@pytest.mark.parametrize("mask", _masks())
def test_pieces_and_their_dots_are_counted_right(mask: Mask) -> None:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    assert sorted(find_components(mask)) == sorted(map(tuple, stats[1:count].tolist()))


@pytest.mark.parametrize("mask", _masks())
def test_specks_go_and_nothing_else_changes(mask: Mask) -> None:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    kept = without_small(mask, 8)
    for label in range(1, count):
        own = kept[labels == label]
        area = stats[label, cv2.CC_STAT_AREA]
        if area < 7 or area > 8:  # a hole of one dot may count
            assert own.all() == (area >= 8) and own.any() == (area >= 8)
    assert not kept[labels == 0].any()
