"""PDF files that are damaged, locked, or made to do harm."""

from __future__ import annotations

import io
import time
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDocument
from reportlab.pdfgen.canvas import Canvas

from pipeline.extract.grid.pdf import MAX_RENDER_PIXELS, read_pdf_text, render_pdf_page
from pipeline.extract.reading_error import ReadingError, RejectedFileError, UnreadableFileError
from tests.extract.pdf_files import form, pdf
from tests.extract.reading import form_of, forms_of

GOOD = pdf(form())


def raw_pdf(
    content: bytes,
    *,
    media: str = "0 0 595 842",
    catalog: str = "",
    resources: str = "",
    extra: str = "",
    pages: int = 1,
) -> bytes:
    """A PDF of one content stream, shown on `pages` pages."""
    kids = " ".join(["3 0 R"] * pages)
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode(),
        f"<</Type/Page/Parent 2 0 R/MediaBox[{media}]/Contents 4 0 R/Resources<<{resources}>>>>".encode(),
        b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream"
        % (len(zlib.compress(content)), zlib.compress(content)),
        *([extra.encode()] if extra else []),
    ]
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, item in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, item))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", GOOD[:200], b"<html>", bytes(5_000)])
def test_what_is_no_pdf_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_pdf_text(content)
    assert caught.value.finding.code == "attachment.unreadable"


def test_password_is_named() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_pdf_text(pdf(form(), encrypt="secret"))
    assert "密码" in caught.value.finding.detail


def test_too_many_pages_are_capped_with_a_finding() -> None:
    content = read_pdf_text(pdf(form(), *[lambda canvas: canvas.line(0, 0, 9, 9)] * 55))
    assert len(content.reports) == 50
    assert [found.code for found in content.findings] == ["attachment.rejected"]
    assert content.findings[0].blocks


def test_hundred_thousand_shared_pages_are_capped_in_time() -> None:
    started = time.process_time()
    content = read_pdf_text(raw_pdf(b"0 0 m 9 9 l S", pages=100_000))
    assert len(content.reports) == 50
    assert time.process_time() - started < 8


def test_million_operators_are_rejected_in_time() -> None:
    started = time.process_time()
    with pytest.raises(RejectedFileError):
        read_pdf_text(raw_pdf(b"0 0 m 9 9 l S\n" * 300_000))
    assert time.process_time() - started < 8


@pytest.mark.parametrize(
    ("points", "longest"),
    [
        pytest.param((595, 842), 2339, id="A4"),
        pytest.param((1191, 842), 3308, id="A3, two pages beside each other"),
        pytest.param((3024, 4032), 2400, id="a photo, a point for each dot"),
        pytest.param((1728, 2200), 2200, id="a fax, whose dots stay its own"),
    ],
)
def test_a_page_is_drawn_as_large_as_a_picture_of_it_would_be_read(points: tuple[int, int], longest: int) -> None:
    page = render_pdf_page(raw_pdf(b"0 0 m 9 9 l S", media=f"0 0 {points[0]} {points[1]}"), 1, 200)
    assert max(page.shape) == pytest.approx(longest, abs=2)


def test_huge_and_flat_pages_are_drawn_within_the_budget_or_rejected() -> None:
    assert (
        render_pdf_page(raw_pdf(b"0 0 m 9 9 l S", media="0 0 14400 14400"), 1, 300).size <= 3 * MAX_RENDER_PIXELS * 1.01
    )
    assert (
        render_pdf_page(raw_pdf(b"0 0 m 9 9 l S", media="0 0 10000000 10000000"), 1, 300).size
        <= 3 * MAX_RENDER_PIXELS * 1.01
    )
    with pytest.raises(RejectedFileError):
        render_pdf_page(raw_pdf(b"0 0 m 9 9 l S", media="0 0 60000 20"), 1, 300)
    with pytest.raises(UnreadableFileError):
        render_pdf_page(GOOD, 2, 100)


def test_huge_picture_is_rejected() -> None:
    image = (
        "<</Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 1"
        "/ColorSpace/DeviceGray/Length 0>>stream\n\nendstream"
    )
    content = raw_pdf(b"500 0 0 500 0 0 cm /I Do", resources="/XObject<</I 5 0 R>>", extra=image)
    with pytest.raises(RejectedFileError):
        read_pdf_text(content)
    with pytest.raises(RejectedFileError):
        render_pdf_page(content, 1, 100)


@pytest.mark.parametrize(
    "catalog",
    [
        "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>",
        "/OpenAction<</S/Launch/F(cmd.exe)>>",
        "/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(x)>>]>>>>",
    ],
)
def test_scripts_and_launches_are_named(catalog: str) -> None:
    findings = read_pdf_text(raw_pdf(b"0 0 m 9 9 l S", catalog=catalog)).findings
    assert [found.code for found in findings] == ["attachment.rejected"]


def test_file_inside_is_named_and_the_form_still_read() -> None:
    document = PdfDocument(GOOD)
    document.new_attachment("licence.pdf").set_data(b"%PDF-1.7")
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    content = stream.getvalue()
    assert [found.code for found in read_pdf_text(content).findings] == ["attachment.unsupported"]
    assert form_of(content).value("owner_phone") == "13803161234"


def test_blank_pages_are_named() -> None:
    assert [found.code for found in read_pdf_text(pdf(lambda canvas: None)).findings] == ["attachment.unreadable"]


def test_text_off_the_page_is_never_a_value() -> None:
    def draw(canvas: Canvas) -> None:
        form()(canvas)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(5_000, 5_000, "99999")

    assert form_of(pdf(draw)).value("owner_phone") == "13803161234"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_changed_bytes_give_a_typed_error_or_pages(changes: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for at, value in changes:
        content[at] = value
    try:
        read_pdf_text(bytes(content))
        forms_of(b"%" + bytes(content))
    except ReadingError as error:
        assert error.finding.code in ("attachment.unreadable", "attachment.rejected")
