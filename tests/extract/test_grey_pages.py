"""Pages without colour are moved plane by plane no otherwise than coloured ones."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import pytest

from pipeline.extract.image.flat import warp

_SIZE: Final = (120, 90)
_ASLANT: Final = np.array([[1.0, 0.02, 3.0], [-0.02, 1.0, 2.0], [1e-5, 1e-5, 1.0]])


def _grey() -> np.ndarray:
    shades = np.random.default_rng(7).integers(0, 256, (90, 120, 1), dtype=np.uint8)
    return np.repeat(shades, 3, axis=2)


@pytest.mark.parametrize("spot", [None, (1, 0, 0), (65, 40, 1), (89, 119, 2)])
def test_a_page_is_moved_as_all_its_planes_are(spot: tuple[int, int, int] | None) -> None:
    """Also where one dot anywhere has a colour."""
    page = _grey()
    if spot is not None:
        page[spot] ^= 255
    moved = cv2.warpPerspective(page, _ASLANT, _SIZE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    assert np.array_equal(warp(page, _ASLANT, _SIZE), moved)
