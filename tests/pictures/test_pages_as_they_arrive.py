"""Files of several pictures: every page is read, and every page is shown to the officer under what it is."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pillow_heif
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.chinese_font import load_chinese_font
from pipeline.domain.document import ExtractedPaper, PaperKind
from pipeline.domain.message import Media
from pipeline.extract.ocr.readers import Engines
from pipeline.extract.raster.decode import read_pictures
from pipeline.pictures.trouble import NotShownError, Trouble
from pipeline.reading.reader import SandboxedReader
from pipeline.review.sheets import sheets
from pipeline.sandbox.pool import Jail
from samples import channels
from samples.cases_form import printed
from samples.cut_page import halves
from tests.pictures.office import DATA, Office, letter, pixels, text_on

COPY, FRONT = DATA / "papers/id-card-copy.jpg", DATA / "papers/id-card-photo-front.jpg"


def permit() -> Image.Image:
    """A paper that the notice does not ask for."""
    image = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(image)
    title: ImageFont.FreeTypeFont = load_chinese_font(None, 84)
    text = load_chinese_font(None, 44)
    draw.text((620, 300), "食品经营许可证", "black", title, anchor="mm")
    for row, line in enumerate(("单位字号　夏垫星光餐饮店", "主体业态　餐饮服务经营者", "发证单位　市场监督管理局")):
        draw.text((200, 560 + 110 * row), line, "black", text)
    return image


def opened(path: object) -> Image.Image:
    return Image.open(str(path)).convert("RGB")


def tiff(pages: Sequence[Image.Image]) -> bytes:
    stream = io.BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=list(pages[1:]), compression="tiff_lzw", dpi=(200, 200))
    return stream.getvalue()


def heic(pages: Sequence[Image.Image], *, main: int = 0) -> bytes:
    """As quickly as the encoder can: what it takes its time for is a smaller file."""
    file = pillow_heif.HeifFile()
    for page in pages:
        file.add_from_pillow(page)
    stream = io.BytesIO()
    file.save(stream, quality=90, primary_index=main, enc_params={"preset": "ultrafast"})
    return stream.getvalue()


def text_of_page(office: Office, case_id: str, page: int, engines: Engines) -> str:
    return text_on(pixels(office.page(case_id, page=page, revealed=True)), engines)


def papers_of(office: Office, case_id: str) -> tuple[ExtractedPaper, ...]:
    case = office.store.show_case(case_id)
    assert case is not None
    return case.filing.papers


def labels(office: Office, case_id: str) -> list[str]:
    case = office.store.show_case(case_id)
    assert case is not None
    return [sheet.label for sheet in sheets(case, office.evidence.attachments(case_id))]


@pytest.mark.parametrize("kind", ["tif", "heic"])
def test_every_page_is_read_and_shown(kind: str, office: Office, engines: Engines) -> None:
    pages = [opened(COPY), permit(), opened(FRONT)]
    case_id = office.take(letter((f"材料.{kind}", tiff(pages) if kind == "tif" else heic(pages))))
    cards = papers_of(office, case_id)
    assert [(card.kind, card.pages) for card in cards] == [(PaperKind.ID_CARD, (1,)), (PaperKind.ID_CARD, (3,))]
    (file,) = office.evidence.attachments(case_id)
    assert file.media is (Media.TIFF if kind == "tif" else Media.HEIC)
    assert [page.page for page in file.pages] == [1, 2, 3]
    for card in cards:
        assert card.text("name") in text_of_page(office, case_id, card.pages[0], engines)
    assert "经营许可证" in text_of_page(office, case_id, 2, engines)
    assert office.page(case_id, page=1).pages == 3
    with pytest.raises(NotShownError) as caught:
        office.page(case_id, page=4)
    assert caught.value.trouble is Trouble.NO_PAGE
    assert labels(office, case_id) == ["身份证", "身份证", "其他：许可证（附件1·2）"]


def test_the_main_picture_of_a_heic_file_is_its_first_page(jail: Jail, office: Office) -> None:
    red, blue = Image.new("RGB", (640, 480), (200, 30, 30)), Image.new("RGB", (480, 640), (30, 30, 200))
    case_id = office.take(letter(("a.heic", heic([red, blue], main=1))))
    first, second = (pixels(office.page(case_id, page=page, revealed=True))[100, 100] for page in (1, 2))
    assert first[2] > 150 > first[0]
    assert second[0] > 150 > second[2]


@pytest.mark.parametrize("kind", ["tif", "heic"])
def test_pages_beyond_the_limit_are_not_passed_over_in_silence(kind: str, jail: Jail) -> None:
    pages = [Image.new("L" if kind == "tif" else "RGB", (64, 64), 255 if kind == "tif" else "white")] * 21
    content = tiff(pages) if kind == "tif" else heic(pages)
    reading = SandboxedReader(jail=jail).read_file(f"many.{kind}", content)
    assert [page.page for page in reading.geometry] == list(range(1, 21))
    (found,) = (item for item in reading.findings if item.code == "attachment.rejected")
    assert "只读取了前 20 页" in found.detail
    media = Media.TIFF if kind == "tif" else Media.HEIC
    assert read_pictures(content, media).cut, "which is why"
    whole = read_pictures(tiff(pages[:20]) if kind == "tif" else heic(pages[:20]), media)
    assert (len(whole.pages), whole.cut) == (20, False)


def test_a_word_file_that_is_no_form_says_what_it_is(office: Office) -> None:
    from docx import Document

    document = Document()
    document.add_paragraph("授权委托书")
    document.add_paragraph("兹委托潘静佳办理新媒体账号备案事宜。")
    stream = io.BytesIO()
    document.save(stream)
    case_id = office.take(letter(("委托.docx", stream.getvalue())))
    assert labels(office, case_id) == ["其他：授权书或委托书（附件1）"]


def test_a_form_in_two_files_is_named_on_both(office: Office) -> None:
    upper, lower = (channels.scan(half, at) for at, half in enumerate(halves(printed(2018, "sheets"), 6, overlap=1)))
    case_id = office.take(letter(("上.jpg", upper.encode()), ("下.jpg", lower.encode())))
    assert labels(office, case_id) == ["登记表 1/2", "登记表 2/2"]
