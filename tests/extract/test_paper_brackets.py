"""A closing bracket that wrapped alone belongs to the name above it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
from PIL import ImageDraw

from pipeline.domain.document import Field
from pipeline.extract.image.page import read_picture
from pipeline.extract.paper.papers import read_papers
from samples import fonts
from samples.picture import pixels_of
from tests.extract.blind_reader import BlindReader
from tests.extract.test_paper_lost import ADDRESS, drawn, field_of
from tests.lent_engines import lent_engines

SHOWN = "廊坊瑞恒企业管理咨询中心（有限合伙"
WHOLE = "廊坊瑞恒企业管理咨询中心(有限合伙)"
#: Where the bracket stands, in pixels.
PLACE = (330, 345, 380, 385)


def name_of(below: str, *, blind: bool) -> Field:
    """The name of a licence with `below` right under its first character. `blind`: the main reader finds no line there."""
    page = drawn(
        ("名称", SHOWN), ("类型", "有限合伙企业"), ("主要经营场所", ADDRESS), ("执行事务合伙人", "张三丰"), pitch=100
    )
    ImageDraw.Draw(page).text((340, 341), below, font=fonts.font("hei", 32), fill="black")
    engines = lent_engines()
    main = cast("Any", BlindReader(engines.main, PLACE)) if blind else engines.main
    (paper,) = read_papers(read_picture(pixels_of(page), number=1, engines=replace(engines, main=main)))
    return field_of(paper, "name")


@pytest.mark.parametrize("blind", [True, False])
def test_a_bracket_that_wrapped_alone_is_part_of_the_name(blind: bool) -> None:
    name = name_of("）", blind=blind)
    assert (name.value, name.doubtful) == (WHOLE, False)


@pytest.mark.parametrize("below", ["", "｜", "一", "伙"])
def test_what_is_no_bracket_closes_none(below: str) -> None:
    assert name_of(below, blind=True).doubtful
