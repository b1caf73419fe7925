"""Watermarks that are paler than the print, or of another colour, are taken off; others are left."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.extract.image.page import read_picture
from pipeline.extract.image.watermark import without_watermark
from pipeline.extract.ocr.readers import Quad
from pipeline.extract.paper.papers import read_papers
from samples import fonts
from samples.picture import pixels_of
from tests.extract.test_paper_lost import ROWS, drawn, field_of
from tests.extract.test_paper_values import NAME
from tests.lent_engines import lent_engines

MARK = "仅供备案使用"
Colour = tuple[int, int, int]


def marked(colour: Colour, *, ink: int = 0) -> Image.Image:
    """A licence whose name and address a level watermark crosses, which darkens what it covers."""
    page = drawn(*ROWS).point(lambda shade: shade + ink * (255 - shade) // 255)
    over = Image.new("RGB", page.size, "white")
    pen = ImageDraw.Draw(over)
    for row, y in enumerate((20, 300, 440, 720, 860)):
        for column in range(3):
            pen.text((60 + 420 * column + 60 * (row % 2), y), MARK, font=fonts.font("hei", 44), fill=colour)
    darker = np.asarray(page, np.uint16) * np.asarray(over, np.uint16) // 255
    return Image.fromarray(darker.astype(np.uint8))


@pytest.mark.parametrize("colour", [(205, 205, 205), (150, 175, 235)])
def test_a_name_under_a_pale_watermark_is_read(colour: Colour) -> None:
    """No line was found for it, or one that went on with the watermark; a clerk reads it without trouble."""
    (paper,) = read_papers(read_picture(pixels_of(marked(colour)), number=1, engines=lent_engines()))
    name = field_of(paper, "name")
    assert (name.value, name.doubtful) == (NAME, False)


def test_a_watermark_of_more_lines_than_the_print_is_taken_off() -> None:
    """Over a card on a blank sheet: its own lines counted as print, and nothing was paler than they."""
    page = marked((205, 205, 205))
    sheet = Image.new("RGB", (page.width, 2 * page.height), "white")
    sheet.paste(page, (0, 0))
    pen = ImageDraw.Draw(sheet)
    for row in range(14):
        for column in range(5):
            at = (30 + 230 * column, page.height + 20 + row * (page.height - 40) // 14)
            pen.text(at, MARK, font=fonts.font("hei", 30), fill=(205, 205, 205))
    (paper,) = read_papers(read_picture(pixels_of(sheet), number=1, engines=lent_engines()))
    name = field_of(paper, "name")
    assert (name.value, name.doubtful) == (NAME, False)


def test_a_watermark_as_dark_as_the_print_is_left() -> None:
    (paper,) = read_papers(read_picture(pixels_of(marked((60, 60, 60))), number=1, engines=lent_engines()))
    name = paper.field("name")
    assert name is None or name.doubtful


def _quads(*rows: int) -> list[Quad]:
    return [np.array([(50, y), (1150, y), (1150, y + 60), (50, y + 60)], np.float32) for y in rows]


@pytest.mark.parametrize(
    ("mark", "ink", "taken"), [(205, 0, True), (120, 0, False), (190, 110, True), (170, 120, False)]
)
def test_what_the_print_would_lose_keeps_the_watermark(mark: int, ink: int, taken: bool) -> None:
    page = pixels_of(marked((mark, mark, mark), ink=ink))
    freed = without_watermark(page, _quads(15, 715, 855), _quads(215, 365, 505))
    assert (freed is not None) is taken
    if freed is not None:
        assert freed[715:775].min() == 255
        assert freed[365:425].min() <= ink + 10
