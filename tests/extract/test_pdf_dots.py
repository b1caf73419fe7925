"""A fax in a PDF is a fax: rendering blends its dots, but what is gone from it stays gone."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bench.pages import make_pages
from bench.scoring import Score, score
from pipeline.domain.message import Media
from pipeline.extract.document import RENDER_DPI, read_document
from pipeline.extract.engines import load_engines
from pipeline.extract.grid_pdf import render_pdf_page
from pipeline.extract.grid_pdf_dots import find_decided_dots
from pipeline.extract.image_dots import Dots, sort_of_dots
from pipeline.profile.load import load_profile

SEED = 4_400_008


def _pdf(channel: str, seed: int = SEED, *, mode: str = "1", halved: bool = False) -> bytes:
    (page,) = make_pages(channel, 1, seed)
    picture = Image.open(io.BytesIO(page.content)).convert(mode)
    stream = io.BytesIO()
    if not halved:
        picture.save(stream, "PDF", resolution=200.0)
        return stream.getvalue()
    rows = Image.fromarray(np.asarray(picture.convert("L"))[::2])
    rows.save(stream, "PDF", dpi=(200.0, 100.0))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "sort"),
    [
        pytest.param(_pdf("fine fax"), Dots.OWN_ROWS, id="a fine fax"),
        pytest.param(_pdf("fine fax", mode="L"), Dots.OWN_ROWS, id="stored with a byte for each dot"),
        pytest.param(_pdf("fax"), Dots.REDRAWN, id="rows doubled"),
        pytest.param(_pdf("fax", halved=True), Dots.REDRAWN, id="half as many rows"),
        pytest.param(_pdf("scan", mode="RGB"), None, id="a scan with shades"),
    ],
)
def test_what_a_page_was_made_of_is_seen_behind_its_rendering(content: bytes, sort: Dots | None) -> None:
    rendered = render_pdf_page(content, 1, RENDER_DPI)
    size = (rendered.shape[1], rendered.shape[0])
    found = find_decided_dots(content, 1, size)
    assert (None if found is None else found.sort) is sort
    if found is not None:
        assert found.dots.shape == rendered.shape[:2]
        apart = np.abs(found.dots.astype(np.int16) - rendered[:, :, 1].astype(np.int16)) > 128
        assert apart.mean() < 0.02


def test_rendering_alone_passes_for_a_scan() -> None:
    """Why the picture is asked."""
    assert sort_of_dots(render_pdf_page(_pdf("fine fax"), 1, RENDER_DPI)) is Dots.SHADES


def test_a_light_fax_in_a_pdf_is_asked_about_as_one_in_a_tiff_is() -> None:
    (page,) = make_pages("fine fax", 1, SEED)
    reading = read_document(
        _pdf("fine fax"), Media.PDF, name="form", profile=load_profile("langfang-2018"), engines=load_engines()
    )
    exact = {item.key for item in score(reading, page.truth) if item.score is Score.EXACT}
    assert not exact & {"account_name", "account_subject", "address", "owner_name", "owner_phone"}
