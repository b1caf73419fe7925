"""Ordinary photos of papers: ornaments that are no table, lines that slope, notes beside values, and looks that contradict."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.domain.document import Box
from pipeline.extract.image.columns import column_of
from pipeline.extract.image.grid import Frame
from pipeline.extract.image.pixels import prepare
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.sheet import sheet_of
from pipeline.extract.page import Line, Page
from pipeline.extract.paper.ink import has_ink_beside
from pipeline.extract.paper.sheet import make_sheet
from pipeline.extract.paper_geometry import Found, make_pieces
from pipeline.extract.paper_labels import CERTIFICATE_LABELS
from pipeline.extract.raster.ink import even_light, ink_mask, red_free
from samples import fonts
from samples.picture import pixels_of
from tests.extract.test_paper_values import NAME, field_of, licence, only
from tests.extract.written_papers import line
from tests.lent_engines import lent_engines

SIDE = (1400, 1050)
ADDRESS = "河北省廊坊市文安县大柳河镇胜利村东街18号"


def _ornament(pen: ImageDraw.ImageDraw, left: int, top: int, columns: int, rows: int, step: int) -> None:
    """A lattice of small squares, as in the borders of licences and in their QR codes."""
    for row in range(rows + 1):
        pen.line((left, top + row * step, left + columns * step, top + row * step), fill=0, width=2)
    for column in range(columns + 1):
        pen.line((left + column * step, top, left + column * step, top + rows * step), fill=0, width=2)


def _is_left_as_it_is(page: Image.Image) -> bool:
    matrix = sheet_of(pixels_of(page.convert("RGB")), lent_engines()).matrix
    return np.allclose(matrix / matrix[2, 2], np.eye(3), atol=0.01)


def test_ornaments_are_no_cells_of_a_table() -> None:
    """By corners inside of which nothing but such squares lay, licences on a desk were drawn askew."""
    page = Image.new("L", SIDE, 255)
    pen = ImageDraw.Draw(page)
    pen.polygon([(80, 70), (1320, 100), (1300, 760), (90, 980)], outline=0, width=4)
    _ornament(pen, 250, 200, 6, 3, 22)
    assert _is_left_as_it_is(page)


def test_a_table_of_small_cells_is_one() -> None:
    page = Image.new("L", SIDE, 255)
    _ornament(ImageDraw.Draw(page), 250, 200, 8, 6, 90)
    assert not _is_left_as_it_is(page.rotate(2.0, fillcolor=255))


def test_blocks_of_text_in_a_tall_cell_are_no_column_of_characters() -> None:
    """The page of a licence, whose border and fold made it a cell, was read as one line of two characters."""
    page = np.full((1300, 900), 255, np.uint8)
    page[120:680, 60:840] = page[710:1270, 60:840] = 0
    frame = Frame(row=0, column=0, row_span=1, column_span=1, left=40, top=100, right=860, bottom=1290)
    assert column_of(frame, ink_mask(page), usual_px=780)
    assert column_of(frame, ink_mask(page), usual_px=40) == ()


def test_looks_at_a_line_that_slopes_show_that_line_alone() -> None:
    """A photo's perspective leaves lines aslant; the upright rectangle round one shows parts of those above and below it."""
    page = Image.new("L", (1200, 400), 255)
    pen, face = ImageDraw.Draw(page), fonts.font("song", 34)
    for row, text in enumerate(("名称廊坊市云帆文化传媒有限公司", ADDRESS, "法定代表人刘思雨二零一八年十二月")):
        pen.text((60, 120 + 46 * row), text, font=face, fill=0)
    turn = cv2.getRotationMatrix2D((600, 200), -5.0, 1.0)
    sloped = cv2.warpAffine(np.asarray(page), turn, (1200, 400), borderValue=255)
    corners = np.array([(56, 164), (790, 164), (790, 206), (56, 206)], np.float32)
    quad = (corners @ turn[:, :2].T + turn[:, 2]).astype(np.float32)
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    box: Box = (left / 1200, top / 400, right / 1200, bottom / 400)
    picture = prepare(np.repeat(sloped[:, :, None], 3, axis=2), sloped, np.zeros_like(sloped))
    assert PictureRereader(picture, lent_engines()).third_reading(box).text != ADDRESS
    assert PictureRereader(picture, lent_engines(), {}, {box: quad}).third_reading(box).text == ADDRESS


def test_notes_beside_a_value_are_no_more_of_it() -> None:
    """Right of an old licence's or certificate's values stand the notes, hardly more room between them than in a broken line."""
    left = [item for item in licence() if item.box[0] < 0.5]
    notes = [line("登记事项发生变化，应当向登记机关申请变更登记", 720, 352 + 48 * row) for row in range(5)]
    name = field_of(only([*left, *notes]), "name")
    assert (name.value, name.doubtful) == (NAME, False)


def test_a_line_that_is_broken_is_still_asked_about() -> None:
    left = [item for item in licence() if item.box[0] < 0.5]
    assert field_of(only([*left, line("第一分公司", 720, 400)]), "name").doubtful


def test_a_wide_blank_is_no_box_to_tick() -> None:
    """The main reader returned 称☑廊坊… where a label's last character stands far from the value."""
    lines = [line("名", 100, 400) if item.text == "名称" else item for item in licence()]
    lines = [line(f"称☑{NAME}", 240, 400) if item.text == NAME else item for item in lines]
    name = field_of(only(lines), "name")
    assert (name.value, name.doubtful) == (NAME, False)


@pytest.mark.parametrize("name", ["万莲宁", "万莲"])
def test_what_a_seal_covers_behind_a_value_is_asked_about(name: str) -> None:
    """A seal's edge lay over 宁, whose line was found to end before it; where it covers paper nothing is lost."""
    image = Image.new("RGB", (800, 200), "white")
    pen, face = ImageDraw.Draw(image), fonts.font("song", 34)
    pen.text((300, 80), name, font=face, fill=(20, 20, 20))
    pen.arc((370, -60, 720, 260), 120, 240, fill=(215, 60, 60), width=4)
    rgb = np.asarray(image, np.uint8)
    picture = prepare(rgb, even_light(red_free(rgb)), np.zeros(rgb.shape[:2], np.uint8))
    shown = Line(text="万莲", box=(298 / 800, 78 / 200, 369 / 800, 122 / 200), reader="rapidocr", confidence=0.99)
    rereader = PictureRereader(picture, lent_engines())
    page = Page(number=1, width=800, height=200, lines=(shown,), rereader=rereader)
    pieces = make_pieces(page)
    assert has_ink_beside(page, Found(text="万莲", pieces=pieces), pieces) is (name == "万莲宁")


@pytest.mark.parametrize("end", ["村", ""])
def test_what_a_seal_covers_behind_a_value_s_first_line_is_asked_about(end: str) -> None:
    """万庄镇东营村 went on below, a seal's edge lay over 村, and the address was believed without it."""
    image = Image.new("RGB", (800, 200), "white")
    pen, face = ImageDraw.Draw(image), fonts.font("song", 34)
    pen.text((300, 60), f"万庄镇东营{end}", font=face, fill=(20, 20, 20))
    pen.text((300, 105), "二单元", font=face, fill=(20, 20, 20))
    pen.arc((472, -80, 822, 240), 120, 240, fill=(215, 60, 60), width=4)
    rgb = np.asarray(image, np.uint8)
    picture = prepare(rgb, even_light(red_free(rgb)), np.zeros(rgb.shape[:2], np.uint8))
    places = (("万庄镇东营", (298, 58, 471, 102)), ("二单元", (298, 104, 404, 147)))
    lines = tuple(
        Line(text=text, box=(x0 / 800, y0 / 200, x1 / 800, y1 / 200), reader="rapidocr", confidence=0.99)
        for text, (x0, y0, x1, y1) in places
    )
    page = Page(number=1, width=800, height=200, lines=lines, rereader=PictureRereader(picture, lent_engines()))
    pieces = make_pieces(page)
    assert has_ink_beside(page, Found(text="万庄镇东营二单元", pieces=pieces), pieces) is bool(end)


@pytest.mark.parametrize("below", ["号", ""])
def test_a_character_alone_below_a_value_behind_a_spread_label_is_asked_about(below: str) -> None:
    """Where such a value begins is reckoned from the label's characters, and was far from where 号 had wrapped to."""
    image = Image.new("L", (1000, 200), 255)
    pen, face = ImageDraw.Draw(image), fonts.font("song", 34)
    for at, character in enumerate("经营场所"):
        pen.text((20 + 62 * at, 60), character, font=face, fill=20)
    pen.text((280, 60), "河北省固安县彭村乡后营村一百", font=face, fill=20)
    pen.text((280, 102), below, font=face, fill=20)
    grey = np.asarray(image, np.uint8)
    picture = prepare(np.repeat(grey[:, :, None], 3, axis=2), grey, np.zeros_like(grey))
    box: Box = (18 / 1000, 56 / 200, 758 / 1000, 100 / 200)
    rereader = PictureRereader(picture, lent_engines())
    text = rereader.first_reading(box).text
    shown = Line(text=text, box=box, reader="rapidocr", confidence=0.99)
    page = Page(number=1, width=1000, height=200, lines=(shown,), rereader=rereader)
    mark = make_sheet(page, make_pieces(page), CERTIFICATE_LABELS).marked[0]
    assert mark.rest is not None
    found = Found(text=mark.rest.text, pieces=(mark.rest,))
    assert has_ink_beside(page, found, [mark.piece]) is (below == "号")
