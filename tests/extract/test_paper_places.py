"""Numbers whose lines were not found, copies whose strokes may be gone, pages full of watermarks: read by the real readers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.domain.document import ExtractedPaper
from pipeline.extract.image.page import read_picture
from pipeline.extract.image.skim import Skimmer
from pipeline.extract.ocr.readers import Engines
from pipeline.extract.paper.papers import read_papers
from pipeline.extract.raster.curves import find_curves
from pipeline.extract.raster.rules import Rules
from pipeline.profile.load import load_profile
from samples import fonts
from samples.identifiers import id_check_digit
from samples.picture import pixels_of
from tests.extract.blind_reader import BlindReader
from tests.lent_engines import lent_engines

NUMBER = "13100219850315123" + id_check_digit("13100219850315123")
PROFILE = load_profile("langfang-2018")


def card(*, name: str = "陈建国", face: str = "hei", number: str = NUMBER) -> Image.Image:
    page = Image.new("RGB", (1000, 640), "white")
    pen = ImageDraw.Draw(page)
    for x, y, text in (
        (80, 90, "姓名"),
        (200, 90, name),
        (80, 170, "性别"),
        (200, 170, "男"),
        (330, 170, "民族 汉"),
        (80, 250, "出生"),
        (200, 250, "1985年3月15日"),
        (80, 330, "住址"),
        (200, 330, "河北省廊坊市香河县交叉口18号"),
        (80, 540, "公民身份号码"),
        (340, 540, number),
    ):
        pen.text((x, y), text, font=fonts.font(face, 32), fill="black")  # type: ignore[arg-type]
    return page


def read(page: Image.Image, engines: Engines | None = None) -> ExtractedPaper:
    (paper,) = read_papers(read_picture(pixels_of(page), number=1, engines=engines or lent_engines()))
    return paper


@pytest.mark.parametrize("shown", [NUMBER, NUMBER[:17] + ("0" if NUMBER[17] != "0" else "1")])
def test_a_number_that_no_line_was_found_for(shown: str) -> None:
    """Only one that its check digit proves is taken."""
    engines = lent_engines()
    blind = replace(engines, main=cast("Any", BlindReader(engines.main, (330, 500, 1000, 640))))
    field = read(card(number=shown), blind).field("id_number")
    if shown == NUMBER:
        assert field is not None
        assert (field.value, field.doubtful) == (NUMBER, False)
    else:
        assert field is None or field.doubtful


@pytest.mark.parametrize(("face", "scale", "believed"), [("hei", 1.0, True), ("song", 0.6, False)])
def test_a_copy_in_black_and_white_that_lost_thin_strokes_is_asked_about(
    face: str, scale: float, believed: bool
) -> None:
    """Of 叉 all readers saw 义."""
    size = (round(1000 * scale), round(640 * scale))
    small = card(face=face).resize(size, Image.Resampling.LANCZOS).convert("L").point(lambda v: 255 * (v > 120))
    page = Image.new("RGB", (1200, 900), "white")
    page.paste(small.convert("RGB"), (100, 100))
    address = read(page).field("address")
    assert address is not None
    assert address.doubtful is not believed


def test_a_page_full_of_a_watermark_is_no_prose() -> None:
    page = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(page)
    for row in range(20):
        for column in range(2):
            text = "仅供新媒体备案使用他用无效"
            pen.text((60 + 560 * column, 60 + 84 * row), text, font=fonts.font("hei", 34), fill=(110, 110, 110))
    rgb = pixels_of(page)
    engines = lent_engines()
    assert not Skimmer(PROFILE.form, engines.main).is_prose(rgb, engines.main.find_lines(rgb))


def test_uprights_without_level_rules_are_no_walls() -> None:
    """The grain of a desk: such a photo could not be read at all."""
    upright = np.zeros((900, 700), np.uint8)
    upright[100:800, 200:203] = upright[100:800, 500:503] = 255
    rules = cast("Any", _rules(np.zeros_like(upright), upright))
    assert find_curves(rules, (0, 0, 700, 900)) == ([], [])


def _rules(level: Any, upright: Any) -> Rules:
    return cast("Rules", type("Found", (), {"horizontal_mask": level, "vertical_mask": upright})())
