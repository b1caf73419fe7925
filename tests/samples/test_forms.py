"""The form in its carriers, read back with the plain libraries."""

from __future__ import annotations

import io
import zipfile

import docx
import numpy as np
import pdfplumber
import pytest
from docx.oxml.ns import qn
from PIL import Image

from samples import channels, fonts, papers
from samples.carbon import carbon_copy
from samples.filing import FilingTruth, make_filing
from samples.form_docx import DocxExtras, form_docx, forms_docx
from samples.form_image import form_image
from samples.form_layout import LOST_LABELS, FormStyle, lay_out
from samples.form_pdf import form_pdf, forms_pdf, scanned_pdf
from samples.picture import Picture
from samples.screen_photo import screen_photo
from samples.screens import phone_screenshot, screenshot

FILING = make_filing(3)


def _texts(data: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(data)).tables[0].rows]


def test_docx_holds_every_value_in_merged_cells() -> None:
    rows = _texts(form_docx(FILING))
    flat = [text for row in rows for text in row]
    assert {value for value in FILING.written.values() if value} <= set(flat)
    assert rows[7][0] == rows[8][0] == "账号所有人"
    assert rows[1][1] == rows[1][4] == FILING.account_name_written
    assert "微信公众账号☑" in rows[2][1]


def test_docx_styles() -> None:
    lost = _texts(form_docx(FILING, FormStyle(labels=LOST_LABELS)))
    assert lost[0][0].strip() == "号"
    dropped = _texts(form_docx(FILING, FormStyle(dropped=frozenset({"follower_count", "number"}))))
    assert "粉丝数量" not in [text for row in dropped for text in row]
    assert len(dropped) == 11
    body = zipfile.ZipFile(io.BytesIO(form_docx(FILING, FormStyle(tick="wingdings", controls=True)))).read(
        "word/document.xml"
    )
    assert body.count(b"w:sym ") == 3
    assert b'w:char="F052"' in body
    assert b"<w:sdt>" in body
    boxes = form_docx(FILING, FormStyle(tick="content_control"))
    document = docx.Document(io.BytesIO(boxes))
    assert len(document.element.body.findall(f".//{qn('w:sdt')}")) == 3


def test_two_forms_and_pasted_papers() -> None:
    picture = Picture(image=Image.new("RGB", (40, 20), "red")).encode()
    data = forms_docx(
        [(FILING, FormStyle(), DocxExtras(pictures=[picture])), (make_filing(4), FormStyle(), DocxExtras())]
    )
    document = docx.Document(io.BytesIO(data))
    assert len(document.tables) == 2
    assert len(document.inline_shapes) == 1


def test_the_layout_covers_its_grid_without_overlap() -> None:
    for dropped in (frozenset(), frozenset({"opened_on"}), frozenset({"owner_name"}), frozenset({"owner_id_number"})):
        sheet = lay_out(FILING, FormStyle(dropped=dropped))
        taken = [
            (cell.row + r, cell.column + c)
            for cell in sheet.cells
            for r in range(cell.row_span)
            for c in range(cell.column_span)
        ]
        assert sorted(taken) == [(r, c) for r in range(sheet.rows) for c in range(5)]


@pytest.mark.parametrize("face", ["song", "kai", "sans"])
def test_pdf_has_text_and_lines(face: str) -> None:
    data = form_pdf(FILING, face=face)
    with pdfplumber.open(io.BytesIO(data)) as document:
        table = document.pages[0].extract_table()
    assert table is not None
    flat = ["".join((cell or "").split()) for row in table for cell in row]
    for value in FILING.written.values():
        assert "".join(value.split()) in flat
    assert any("☑" in cell for cell in flat)


def test_scanned_pdf_is_pictures_only() -> None:
    page = channels.scan(form_image(FILING, dpi=100), 3)
    with pdfplumber.open(io.BytesIO(scanned_pdf([page, page]))) as document:
        assert [len(p.images) for p in document.pages] == [1, 1]
        assert not any(p.chars for p in document.pages)
    with pdfplumber.open(io.BytesIO(forms_pdf([(FILING, FormStyle())], pictures=[page]))) as document:
        assert len(document.pages) == 2


def _ink(picture: Picture, box: tuple[float, float, float, float]) -> float:
    grey = np.asarray(picture.image.convert("L").crop(tuple(round(v) for v in box)))
    return float((grey < np.median(grey) - 60).mean())


CHANNELS = {
    "plain": lambda p: p,
    "scan": lambda p: channels.scan(p, 3),
    "fax": lambda p: channels.fax(p, 3),
    "photo": lambda p: channels.photo(p, 3),
    "turned": lambda p: channels.photo_turned(p, 3, degrees=270),
    "stamped": lambda p: channels.stamped(p, 3, FILING.account_subject_written),
    "skewed": lambda p: channels.skewed(p, 3),
    "carbon copy": lambda p: carbon_copy(p, 3),
    "screenshot": lambda _: screenshot(_drawn, 3, dpi=120, fringed=False, dark=True),
    "fringed": lambda _: screenshot(_drawn, 3, dpi=96, fringed=True, dark=False),
    "phone screenshot": lambda _: phone_screenshot(_drawn, 3, dark=False),
    "screen photo": lambda _: screen_photo(_drawn(104), 3),
}


def _drawn(dpi: int) -> Picture:
    return form_image(FILING, dpi=dpi)


@pytest.mark.parametrize("name", CHANNELS)
def test_boxes_follow_the_ink_through_every_channel(name: str) -> None:
    picture = CHANNELS[name](form_image(FILING))
    for key in ("account_name", "owner_id_number", "admin_phone", "description"):
        assert _ink(picture, picture.boxes[key]) > 0.002, key
    left, top, right, bottom = picture.fractions["account_name"]
    assert 0 < left < right < 1
    assert 0 < top < bottom < 1
    turned = Image.open(io.BytesIO(picture.encode()))
    assert (turned.width > turned.height) == (picture.turn in (90, 270))


def test_blur_leaves_less_detail_than_a_photo() -> None:
    def detail(picture: Picture) -> float:
        grey = np.asarray(picture.image.convert("L"), dtype=np.float32)[800:1600, 800:1600]
        return float(np.abs(np.diff(grey, axis=1)).std())

    page = form_image(FILING)
    assert detail(channels.photo_blurred(page, 3)) < detail(channels.photo(page, 3)) / 1.5


def test_fax_is_black_and_white_and_stamps_are_red() -> None:
    page = form_image(FILING)
    assert channels.fax(page, 3).image.mode == "1"
    red = np.asarray(channels.stamped(page, 3, "三河市某某有限公司").image).astype(int)
    assert ((red[..., 0] - red[..., 1]) > 60).sum() > 5000
    plain = np.asarray(page.image).astype(int)
    assert ((plain[..., 0] - plain[..., 1]) > 60).sum() == 0


@pytest.mark.skipif(not fonts.has_handwriting(), reason="handwriting typefaces are not installed: make fonts")
@pytest.mark.parametrize("hand", ["longcang", "liujianmaocao"])
def test_handwriting_differs_from_print(hand: str) -> None:
    written = form_image(FILING, FormStyle(signature="handwritten"), hand=hand)  # type: ignore[arg-type]
    assert _ink(written, written.boxes["owner_id_number"]) > 0.01
    blue = np.asarray(written.image).astype(int)
    assert ((blue[..., 2] - blue[..., 0]) > 60).sum() > 2000


def test_a_missing_typeface_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(fonts, "CACHE", tmp_path)
    monkeypatch.setattr(fonts, "_MODULES", tmp_path)
    with pytest.raises(fonts.FontMissingError, match="make fonts"):
        fonts.handwriting_file("longcang")


def _papers(filing: FilingTruth) -> list[Picture]:
    company, other = make_filing(filing.seed), make_filing(filing.seed, entity="organisation")
    village = make_filing(filing.seed, entity="collective")
    assert company.licence
    assert company.organisation
    assert other.certificate
    assert village.certificate
    return [
        papers.business_licence(company.licence, 1),
        papers.business_licence(company.licence, 1, landscape=True),
        papers.organisation_code_certificate(company.organisation, 1),
        papers.other_certificate(other.certificate, 1),
        papers.other_certificate(village.certificate, 1),
        papers.id_card(company.owner_card, 1),
        papers.id_card_front(company.owner_card, 1),
        papers.id_card_back(company.owner_card, 1),
        papers.passport("TEST SAMPLE", "E12345678", 1),
    ]


def test_papers_have_ink_where_their_truth_says() -> None:
    for picture in _papers(FILING):
        assert picture.boxes
        for key, box in picture.boxes.items():
            assert _ink(picture, box) > 0.015, key
            assert box[2] <= picture.image.width
            assert box[3] <= picture.image.height


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert form_docx(FILING) == form_docx(make_filing(3)) != form_docx(make_filing(4))
    assert form_pdf(FILING) == form_pdf(make_filing(3)) != form_pdf(make_filing(4))
    first = [channels.scan(form_image(make_filing(3)), seed).encode() for seed in (3, 3, 4)]
    assert first[0] == first[1] != first[2]
    assert [p.encode() for p in _papers(FILING)] == [p.encode() for p in _papers(FILING)]
