"""Born-digital PDF forms, read exactly; what a person cannot see is never a value."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.domain.document import PageBox
from pipeline.extract.grid.pdf import PdfPageKind, classify_pdf_page, read_pdf_text, render_pdf_page
from tests.extract import pdf_files as made
from tests.extract.pdf_files import HEIGHT, VALUES, WIDTH, form, pdf, place, together
from tests.extract.reading import doubtful_keys, form_of, forms_of, values_of
from tests.extract.word_files import EXPECTED


def assert_exact(content: bytes) -> None:
    found = form_of(content)
    assert values_of(found) == EXPECTED
    assert doubtful_keys(found) == set()
    assert found.unplaced == ()


@pytest.mark.parametrize("rules", ["lines", "rects", "none"])
def test_ruled_in_every_way(rules: str) -> None:
    assert_exact(pdf(form(rules=rules)))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_turned_by_the_page(rotation: int) -> None:
    def turned(canvas: Canvas) -> None:
        """Drawn so that it stands upright after the page's own rotation, for which reportlab swaps the sides."""
        canvas.rotate(rotation)
        canvas.translate(*{90: (0, -HEIGHT), 180: (-WIDTH, -HEIGHT), 270: (-WIDTH, 0)}[rotation])
        form()(canvas)

    content = pdf(turned, rotation=rotation)
    assert_exact(content)
    assert render_pdf_page(content, 1, 72).shape == (842, 595, 3)


def test_source_is_the_cell_as_fractions_of_the_page() -> None:
    field = form_of(pdf(form())).field("address")
    assert field is not None
    assert isinstance(field.source, PageBox)
    x0, y0, x1, y1 = place("address")
    assert field.source.box == pytest.approx((x0 / WIDTH, y0 / HEIGHT, x1 / WIDTH, y1 / HEIGHT), abs=0.002)
    assert (field.source.page, field.reader, field.confidence) == (1, "pdf-text", None)


def test_wrapped_values() -> None:
    values = {**VALUES, "address": "河北省廊坊市广阳区新华\n路77号", "owner_id_number": "110101199003\n077934"}
    assert_exact(pdf(form(values)))


def test_two_pages_two_forms_and_one_form_over_two_pages() -> None:
    forms = forms_of(pdf(form(), form({**VALUES, "account_name": "永清早知道"})))
    assert [(f.value("account_name"), f.pages) for f in forms] == [("廊坊慢生活", (1,)), ("永清早知道", (2,))]
    assert form_of(pdf(form(last=5), form(first=6))).pages == (1, 2)
    assert_exact(pdf(form(last=5), form(first=6)))


def over(key: str, words: str, *, mode: int = 0, grey: float = 0.0, size: float = 10) -> made.Draw:
    """Words added at the end of a cell's place."""

    def draw(canvas: Canvas) -> None:
        x0, _, _, y1 = place(key)
        canvas.setFillGray(grey)
        made.text(canvas, x0 + 4, y1 - 4, words, mode=mode, size=size)
        canvas.setFillGray(0)

    return draw


def test_text_nobody_sees_is_dropped_and_doubtful() -> None:
    for hidden in (over("owner_wechat", "abc", mode=3), over("owner_wechat", "abc", grey=1.0)):
        found = form_of(pdf(together(form(), hidden)))
        assert found.value("owner_wechat") == EXPECTED["owner_wechat"]
        assert doubtful_keys(found) == {"owner_wechat"}


def test_text_under_a_white_patch_is_dropped_and_doubtful() -> None:
    found = form_of(pdf(together(form(), lambda canvas: made.white_patch(canvas, place("owner_phone")))))
    assert found.value("owner_phone") is None
    assert doubtful_keys(found) >= {"owner_phone"}


def test_text_under_an_opaque_picture_is_doubtful_and_under_a_seal_it_is_not() -> None:
    def covered(*, see_through: bool) -> bytes:
        return pdf(together(form(), lambda canvas: made.image(canvas, place("owner_phone"), see_through=see_through)))

    assert doubtful_keys(form_of(covered(see_through=False))) >= {"owner_phone"}
    assert doubtful_keys(form_of(covered(see_through=True))) == set()


def test_picture_in_the_signature_cell_signs() -> None:
    x0, y0, _, y1 = place("signed")
    box = (x0 + 120, y0 + 2, x0 + 200, y1 - 2)
    assert form_of(pdf(together(form(), lambda canvas: made.image(canvas, box)))).value("signed") is True


def test_values_in_form_fields_are_read() -> None:
    blank = {key: "" if key != "signed" else VALUES[key] for key in VALUES}

    def fields(canvas: Canvas) -> None:
        form({**blank, "account_subject": VALUES["account_subject"]})(canvas)
        x0, y0, x1, y1 = place("owner_wechat")
        canvas.acroForm.textfield(
            name="w", value="yunshan_77", x=x0 + 2, y=HEIGHT - y1 + 4, width=x1 - x0 - 4, height=y1 - y0 - 8,
            fontSize=9, borderWidth=0,
        )  # fmt: skip

    assert form_of(pdf(fields)).value("owner_wechat") == "yunshan_77"


WHOLE = (0.0, 0.0, WIDTH, HEIGHT)


def test_pages_are_told_apart() -> None:
    def invisible(canvas: Canvas) -> None:
        made.image(canvas, WHOLE)
        made.text(canvas, 60, 100, "账号名 廊坊慢生活 账号主体 某某公司", mode=3)

    def outlines(canvas: Canvas) -> None:
        for number in range(40):
            canvas.bezier(60, 60 + number, 90, 90 + number, 120, 30 + number, 150, 60 + number)

    content = read_pdf_text(
        pdf(
            form(),
            lambda c: made.image(c, WHOLE),
            invisible,
            outlines,
            lambda c: None,
            together(lambda c: made.image(c, WHOLE), form()),
        )
    )
    kinds = [report.kind for report in content.reports]
    text, picture, empty = PdfPageKind.TEXT, PdfPageKind.PICTURE, PdfPageKind.EMPTY
    assert kinds == [text, picture, picture, picture, empty, picture]
    assert [report.needs_rendering for report in content.reports] == [False, True, True, True, False, True]
    assert [page.number for page in content.pages] == [1]
    assert content.reports[2].picture_coverage == pytest.approx(1, abs=0.01)


def test_text_page_with_pasted_papers_needs_rendering_too() -> None:
    pasted = together(form(), lambda canvas: made.image(canvas, (100, 600, 300, 740)))
    report = read_pdf_text(pdf(pasted)).reports[0]
    assert (report.kind, report.needs_rendering) == (PdfPageKind.TEXT, True)


def test_classification_is_by_what_is_seen() -> None:
    assert classify_pdf_page(characters=300, hidden=300, picture_coverage=0.9, drawn=1) is PdfPageKind.LAYERED
    assert classify_pdf_page(characters=300, hidden=300, picture_coverage=0.3, drawn=1) is PdfPageKind.LAYERED
    assert classify_pdf_page(characters=300, hidden=300, picture_coverage=0, drawn=1) is PdfPageKind.PICTURE
    assert classify_pdf_page(characters=300, hidden=0, picture_coverage=0.1, drawn=1) is PdfPageKind.TEXT
    assert classify_pdf_page(characters=3, hidden=0, picture_coverage=0.9, drawn=1) is PdfPageKind.PICTURE
    assert classify_pdf_page(characters=0, hidden=0, picture_coverage=0, drawn=0) is PdfPageKind.EMPTY
