"""Which way up a decoded picture stands, and that none is copied on the way without need."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from pipeline.domain.message import Media
from pipeline.extract.raster.decode import read_picture_page, read_pictures, to_work_size


def jpeg(orientation: int | None) -> bytes:
    """A lying picture, 1800 by 1200 dots, its left half black; with an EXIF orientation or none."""
    image = Image.new("RGB", (1800, 1200), "white")
    image.paste("black", (0, 0, 900, 1200))
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    stream = BytesIO()
    image.save(stream, "JPEG", exif=exif)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("orientation", "shape", "black_at"),
    [
        (None, (1200, 1800), (600, 10)),
        (1, (1200, 1800), (600, 10)),
        (3, (1200, 1800), (600, 1790)),
        (6, (1800, 1200), (10, 600)),
    ],
)
def test_a_picture_stands_as_its_exif_says(
    orientation: int | None, shape: tuple[int, int], black_at: tuple[int, int]
) -> None:
    (page,) = read_pictures(jpeg(orientation), Media.JPEG).pages
    assert (page.shape[:2], page[black_at].max() < 20, page.mean() > 100) == (shape, True, True)
    shown, _ = read_picture_page(jpeg(orientation), Media.JPEG, 1, side_px=1800)
    assert shown is not None and shown.shape[:2] == shape


@pytest.mark.parametrize("orientation", [None, 1])
def test_an_upright_picture_is_not_copied(orientation: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Image.Image) -> Image.Image:
        raise AssertionError("a picture was copied")

    monkeypatch.setattr(Image.Image, "copy", refuse)
    assert len(read_pictures(jpeg(orientation), Media.JPEG).pages) == 1


@pytest.mark.parametrize(
    ("size", "larger"),
    [
        pytest.param((720, 1600), 2.0, id="a phone's screen shows a page as wide as itself, not as high"),
        pytest.param((1080, 2340), 1.0, id="one of many dots"),
        pytest.param((1653, 875), 1.0, id="the upper half of a page is as wide as the page, not a small screen"),
        pytest.param((1653, 2339), 1.0, id="a page"),
    ],
)
def test_what_a_picture_shows_says_how_large_it_is_to_be(size: tuple[int, int], larger: float) -> None:
    width, height = size
    sized = to_work_size(np.zeros((height, width, 3), np.uint8))
    assert sized.shape[:2] == (round(larger * height), round(larger * width))
