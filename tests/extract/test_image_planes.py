"""Pictures without colour are handled as one plane, and come out as they would in three."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.image.flat import warp
from pipeline.extract.raster.ink import red_free, red_mask
from pipeline.extract.raster.planes import as_rgb, only_plane, planes


def noise() -> npt.NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (200, 150), np.uint8)


def coloured_dot() -> npt.NDArray[np.uint8]:
    """In a row that the quick look passes over."""
    picture = as_rgb(noise())
    picture[101, 70] = 250, 20, 20
    return picture


def test_the_planes_are_red_green_and_blue() -> None:
    picture = np.dstack([noise(), 255 - noise(), noise() // 2])
    assert all(np.array_equal(plane, picture[:, :, i]) for i, plane in enumerate(planes(picture)))


def test_a_grey_picture_has_one_plane_and_a_single_coloured_dot_makes_it_three() -> None:
    plane = only_plane(as_rgb(noise()))
    assert plane is not None
    assert np.array_equal(plane, noise())
    assert only_plane(coloured_dot()) is None
    assert only_plane(noise()) is None


def test_red_is_looked_for_wherever_one_dot_has_colour() -> None:
    assert np.array_equal(red_free(as_rgb(noise())), noise())
    assert not red_mask(as_rgb(noise())).any()
    assert red_free(coloured_dot())[101, 70] == 255
    assert np.flatnonzero(red_mask(coloured_dot())).tolist() == [101 * 150 + 70]


def test_a_grey_picture_is_moved_as_its_three_planes_would_be() -> None:
    turn = np.vstack([cv2.getRotationMatrix2D((75, 100), 3, 1.0), (0, 0, 1)])
    moved = warp(as_rgb(noise()), turn, (150, 200))
    assert np.array_equal(moved, as_rgb(warp(noise(), turn, (150, 200))))
