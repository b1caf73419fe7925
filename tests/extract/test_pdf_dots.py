"""A fax in a PDF is a fax: rendering blends its dots, but what is gone from it stays gone."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from bench.pages import make_pages
from bench.scoring import Score, score
from pipeline.domain.message import Media
from pipeline.extract.document import RENDER_DPI, read_document
from pipeline.extract.grid.pdf import render_pdf_page
from pipeline.extract.grid.pdf_dots import find_decided_dots
from pipeline.extract.image.dots import Dots, sort_of_dots
from pipeline.extract.raster.decode import Rgb
from pipeline.profile.load import load_profile
from tests.lent_engines import engines_untaught

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
    found = find_decided_dots(content, 1, rendered)
    assert (None if found is None else found.sort) is sort
    assert (found is not None and found.dots is not None) == (sort is Dots.OWN_ROWS)


def test_a_picture_too_fine_to_have_lost_strokes_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each photo of 12 megapixels in a PDF was decoded a second time, for 100 MB and nothing."""
    stream = io.BytesIO()
    Image.new("L", (2700, 1900), 255).save(stream, "PDF", resolution=230.0)
    rendered = render_pdf_page(stream.getvalue(), 1, RENDER_DPI)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(pdfium.PdfImage, "get_bitmap", refuse)
    assert find_decided_dots(stream.getvalue(), 1, rendered) is None


def test_dots_that_are_not_what_is_shown_count_for_nothing() -> None:
    content = _pdf("fine fax")
    rendered = render_pdf_page(content, 1, RENDER_DPI)
    negative = np.ascontiguousarray(255 - rendered)
    moved = np.roll(rendered, 40, axis=0)
    assert all(_sort(content, shown) is Dots.REDRAWN for shown in (negative, moved))


@pytest.mark.parametrize("matrix", ["1e7 0 0 1e7 -4e6 -4e6", "0 600 -600 0 600 0", "595 0 0 842 -400 -600"])
def test_a_picture_that_is_turned_or_far_larger_than_its_page_is_not_drawn_out(matrix: str) -> None:
    assert _sort(_placed_by(matrix), np.full((2339, 1654, 3), 255, np.uint8)) in (Dots.REDRAWN, None)


def _sort(content: bytes, rendered: Rgb) -> Dots | None:
    found = find_decided_dots(content, 1, rendered)
    return None if found is None else found.sort


def _placed_by(matrix: str) -> bytes:
    """A page of 600 x 600 points whose one picture is drawn by `matrix`."""
    dots = bytes(0xFF if row % 7 else 0x0F for row in range(100) for _ in range(13))
    drawing = f"q {matrix} cm /P Do Q".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] /Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /XObject /Subtype /Image /Width 104 /Height 100 /BitsPerComponent 1 /ColorSpace /DeviceGray /Length %d >>"
        b"\nstream\n%s\nendstream" % (len(dots), dots),
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, part) for number, part in enumerate(parts, start=1))
    return b"%PDF-1.4\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF"


def test_rendering_alone_passes_for_a_scan() -> None:
    """Why the picture is asked."""
    assert sort_of_dots(render_pdf_page(_pdf("fine fax"), 1, RENDER_DPI)) is Dots.SHADES


def test_a_light_fax_in_a_pdf_is_asked_about_as_one_in_a_tiff_is() -> None:
    (page,) = make_pages("fine fax", 1, SEED)
    reading = read_document(
        _pdf("fine fax"), Media.PDF, name="form", profile=load_profile("langfang-2018"), engines=engines_untaught()
    )
    exact = {item.key for item in score(reading, page.truth) if item.score is Score.EXACT}
    assert not exact & {"account_name", "account_subject", "address", "owner_name", "owner_phone"}
