"""The border of a licence is no table: a watermark aslant over it leaves the lines it crosses."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from bench.pages import make_pages
from bench.scoring import Score, score
from pipeline.extract.document import read_document
from pipeline.extract.image.border import is_border
from pipeline.extract.image.grid import Frame, Table
from pipeline.extract.image.page import read_picture
from pipeline.extract.raster.decode import Rgb
from samples import fonts
from samples.picture import pixels_of
from tests.extract.seen import PROFILE
from tests.lent_engines import lent_engines

PAGE = (1240, 1754)
ROWS = (
    "名称：廊坊瑞恒文化传媒有限公司",
    "法定代表人：张三丰",
    "成立日期：2006年4月12日",
    "营业期限：2006年4月12日至长期",
)


def table(*boxes: tuple[int, int, int, int]) -> Table:
    frames = (
        Frame(row=i, column=i, row_span=1, column_span=1, left=a, top=b, right=c, bottom=d)
        for i, (a, b, c, d) in enumerate(boxes)
    )
    return Table(frames=tuple(frames))


INNER = (116, 110, 1148, 1662)
LEFT, RIGHT, TOP, BOTTOM = (60, 58, 116, 1713), (1148, 58, 1204, 1713), (116, 58, 1148, 110), (116, 1662, 1148, 1713)


@pytest.mark.parametrize(
    ("boxes", "border"),
    [
        ((INNER,), True),
        ((INNER, LEFT, RIGHT, TOP, BOTTOM), True),
        (((116, 58, 1148, 1662), LEFT, RIGHT, BOTTOM), True),  # the upper band was not found
        (((60, 110, 1204, 1662), (60, 58, 1204, 110), (60, 1662, 1204, 1713)), False),  # a row above, one below
        (((300, 110, 1204, 1662), (60, 110, 300, 1662), (60, 58, 1204, 110), (60, 1662, 1204, 1713)), False),
        (((116, 110, 500, 300),), False),  # a box on the page
    ],
)
def test_one_cell_with_bands_round_it(boxes: tuple[tuple[int, int, int, int], ...], border: bool) -> None:
    assert is_border(table(*boxes), *PAGE) is border


def _crossed() -> Rgb:
    page = Image.new("RGB", PAGE, "white")
    pen = ImageDraw.Draw(page)
    for inset in (60, 116, -116, -60):
        x, y = inset % PAGE[0], inset % PAGE[1]
        pen.line((x, 60, x, PAGE[1] - 60), fill="black", width=3)
        pen.line((60, y, PAGE[0] - 60, y), fill="black", width=3)
    for row, text in enumerate(ROWS):
        pen.text((200, 500 + 90 * row), text, font=fonts.font("song", 34), fill="black")
    mark = Image.new("RGBA", (1000, 70), (0, 0, 0, 0))
    ImageDraw.Draw(mark).text((0, 5), "仅供备案使用他用无效复印件", font=fonts.font("hei", 52), fill=(90, 90, 90, 255))
    turned = mark.rotate(24, expand=True)
    page.paste(turned, (190, 640), turned)
    return pixels_of(page)


def test_lines_under_a_watermark_aslant_are_read() -> None:
    text = "".join(line.text for line in read_picture(_crossed(), number=1, engines=lent_engines()).lines)
    assert all(value in text for value in ("张三丰", "2006年4月12日", "长期"))


def test_a_licence_inside_cells_that_a_desk_and_its_sheet_make_is_read() -> None:
    """The grain beside the sheet and the sheet's sides made a table round the licence, whose inside was no cell: nothing of it was
    read, and the photo had 'hardly any text'."""
    (page,) = make_pages("licence photo", 1, 71_000)
    read = read_document(page.content, page.media, name="licence", profile=PROFILE, engines=lent_engines())
    assert {item.score for item in score(read, page.truth)} == {Score.EXACT}
