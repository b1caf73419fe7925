"""Photos of as many dots as phones take are read; what only claims to be one is refused before it costs anything."""

from __future__ import annotations

import tracemalloc
from io import BytesIO

import pillow_heif
import pytest
from PIL import Image

from pipeline.domain.message import Media
from pipeline.extract.raster import decode
from pipeline.extract.raster.decode import PictureRejectedError, read_picture_page, read_pictures


def jpeg(width: int, height: int, *, progressive: bool = False) -> bytes:
    stream = BytesIO()
    Image.new("L", (width, height), 200).save(stream, "JPEG", progressive=progressive, quality=50)
    return stream.getvalue()


@pytest.fixture(scope="module")
def largest() -> bytes:
    """108 megapixels."""
    return jpeg(12_000, 9_000)


def test_a_photo_of_108_megapixels_is_decoded_small(largest: bytes) -> None:
    tracemalloc.start()
    (page,) = read_pictures(largest, Media.JPEG).pages
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(page.shape) == decode.WORK_SIDE_PX
    assert peak < 200 << 20


def test_it_is_shown_too(largest: bytes) -> None:
    shown, pages = read_picture_page(largest, Media.JPEG, 1, side_px=2000)
    assert shown is not None and pages == 1 and 1500 <= max(shown.shape) <= 4000


@pytest.mark.parametrize(
    ("width", "height", "progressive"),
    [
        pytest.param(8_000, 6_000, True, id="progressive: all of it is kept while it is decoded"),
        pytest.param(60_000, 1_500, False, id="too long to be made smaller"),
        pytest.param(16_000, 12_000, False, id="more than phones are known to take"),
    ],
)
def test_others_are_refused_undecoded(width: int, height: int, progressive: bool) -> None:
    content = jpeg(width, height, progressive=progressive)
    with pytest.raises(PictureRejectedError):
        read_pictures(content, Media.JPEG)


def test_a_png_of_as_many_dots_is_refused() -> None:
    stream = BytesIO()
    Image.new("1", (8_000, 6_000)).save(stream, "PNG")
    with pytest.raises(PictureRejectedError):
        read_pictures(stream.getvalue(), Media.PNG)


def test_heic_has_a_limit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (640, 480), "white")).save(stream, quality=10)
    assert read_pictures(stream.getvalue(), Media.HEIC).pages
    assert decode.MAX_HEIC_PIXELS >= 8_064 * 6_048
    monkeypatch.setattr(decode, "MAX_HEIC_PIXELS", 640 * 480 - 1)
    with pytest.raises(PictureRejectedError):
        read_pictures(stream.getvalue(), Media.HEIC)
