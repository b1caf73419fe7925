"""Pages whose pictures are put away while others are read: nothing is lost, and a long scan needs little memory."""

from __future__ import annotations

import io
from dataclasses import fields

import numpy as np
import pytest
from PIL import Image, ImageFilter

from bench.pages import make_pages
from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Media
from pipeline.extract import document
from pipeline.extract.image.page import put_away, read_picture
from pipeline.extract.image.pixels import FlatPicture, PackedPicture
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.readers import Engines
from pipeline.extract.raster.decode import read_pictures
from tests.extract.seen import PROFILE
from tests.lent_engines import lent_engines


@pytest.fixture(scope="module")
def engines() -> Engines:
    return lent_engines()


def _read(content: bytes, media: Media, engines: Engines) -> DocumentReading:
    reading = document.read_document(content, media, name="page", profile=PROFILE, engines=engines)
    return reading.model_copy(update={"seconds": 0.0})


@pytest.mark.parametrize("channel", ["stamped", "fine fax"])
def test_a_page_that_was_put_away_is_judged_the_same(
    channel: str, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    (page,) = make_pages(channel, 1, 4_700_001)
    whole = _read(page.content, page.media, engines)
    monkeypatch.setattr(document, "_AT_HAND", 0)
    assert _read(page.content, page.media, engines) == whole
    assert whole.forms


def test_a_form_that_cannot_be_read_is_given_back_with_the_same_reason(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    (page,) = make_pages("scan", 1, 4_700_001)
    sheet = Image.open(io.BytesIO(page.content))
    stream = io.BytesIO()
    sheet.filter(ImageFilter.GaussianBlur(8)).save(stream, "JPEG", quality=85)
    whole = _read(stream.getvalue(), Media.JPEG, engines)
    assert [found.code for found in whole.findings] == ["form.unreadable"]
    monkeypatch.setattr(document, "_AT_HAND", 0)
    assert _read(stream.getvalue(), Media.JPEG, engines) == whole


def test_nothing_is_lost_and_a_sixth_of_the_memory_kept(engines: Engines) -> None:
    (made,) = make_pages("scan", 1, 4_700_001)
    (rgb,) = read_pictures(made.content, made.media).pages
    page = read_picture(rgb, number=1, engines=engines)
    packed = put_away(page)
    assert isinstance(page.rereader, PictureRereader)
    assert isinstance(packed.rereader, PictureRereader)
    flat, kept = page.rereader.picture, packed.rereader.picture
    assert isinstance(flat, FlatPicture)
    assert isinstance(kept, PackedPicture)
    for name in ("clean", "red", "ink"):
        assert np.array_equal(getattr(flat, name), getattr(kept, name))
    held = sum(len(value) for item in fields(kept) if isinstance(value := getattr(kept, item.name), bytes))
    assert 6 * held < sum(array.nbytes for array in (flat.rgb, flat.clean, flat.even, flat.rules, flat.red, flat.ink))


def test_only_the_first_pages_of_a_long_file_stay_at_hand(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = []

    def noted(page: document.Page) -> document.Page:
        numbers.append(page.number)
        return put_away(page)

    monkeypatch.setattr(document, "put_away", noted)
    stream = io.BytesIO()
    sheets = [Image.new("L", (300, 300), 250 - number) for number in range(6)]
    sheets[0].save(stream, "TIFF", save_all=True, append_images=sheets[1:])
    _read(stream.getvalue(), Media.TIFF, engines)
    assert numbers == [3, 4, 5, 6]
