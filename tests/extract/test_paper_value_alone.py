"""A value that is read without the label on its line: what both networks see there is another witness."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipeline.domain.document import Box, Field
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Line, Page
from pipeline.extract.paper.trust import make_twice_read_field
from pipeline.extract.paper_geometry import Found, make_pieces
from pipeline.extract.raster.ink import Mask

WIDTH, HEIGHT = 2000, 1400
LINE: Box = (0.1, 0.1, 0.3, 0.12)
LABEL = "法定代表人"


def reading(text: str, sure: float) -> Reading:
    count = len(text)
    centres = tuple((at + 0.5) / count for at in range(count))
    return Reading(text=text, confidence=sure, chances=(sure,) * count, centres=centres)


class _Looks(PictureRereader):
    """A rereader of one line with a label: what main and third reader see in it, and in what begins where its value does."""

    def __init__(self, whole: tuple[Reading, Reading], *alone: tuple[Reading, Reading]) -> None:
        """Of `alone` the first look is at the line's own height, the others close round the ink and with more round it."""
        self._whole, self._alone = whole, alone

    @property
    def picture(self) -> Any:
        return SimpleNamespace(coarse=False, shape=(HEIGHT, WIDTH))

    def _look(self, box: Box) -> tuple[Reading, Reading]:
        if box[0] < LINE[0] + 0.05:
            return self._whole
        return self._alone[min(len(self._alone) - 1, 0 if box[1] == LINE[1] else 1 if box[1] > LINE[1] else 2)]

    def first_reading(self, box: Box) -> Reading:
        return self._look(box)[0]

    def main_reading(self, box: Box, *, alphabet: str | None, prepared: bool) -> Reading:
        return reading("", 0.0) if prepared else self._look(box)[0]

    def third_reading(self, box: Box, *, alphabet: str | None = None) -> Reading:
        return self._look(box)[1]

    def second_reading(self, box: Box, *, alphabet: str | None, lines: int) -> str | None:
        return None

    def close_round(self, box: Box) -> Box:
        return box[0], box[1] + 0.002, box[2], box[3]

    def dark(self, box: Box) -> Mask:
        return np.zeros((30, 400), np.uint8)


def field_of(value: str, whole: tuple[Reading, Reading], *alone: tuple[Reading, Reading]) -> Field:
    shown = Line(text=f"{LABEL} {value}", box=LINE, reader="rapidocr", confidence=0.5)
    page = Page(number=1, width=WIDTH, height=HEIGHT, lines=(shown,), rereader=_Looks(whole, *alone))
    (piece,) = make_pieces(page)
    found = Found(text=value, pieces=(replace(piece, text=value),))
    return make_twice_read_field(page, "name", value, found)


BODY = "文安县文安镇聚安隆花店"


@pytest.mark.parametrize(
    ("alone", "doubtful"), [(BODY, False), ("安县文安镇聚安隆花店", True), ("文安县文安镇聚安降花店", True)]
)
def test_a_character_that_the_third_reader_dropped_beside_a_label(alone: str, doubtful: bool) -> None:
    """It saw 称安县安镇聚安隆花店, and all of the name without the label."""
    whole = (reading(LABEL + BODY, 0.99), reading(LABEL + "安县安镇聚安隆花店", 0.99))
    assert field_of(BODY, whole, (reading(BODY, 0.99), reading(alone, 0.94))).doubtful is doubtful


def test_a_line_that_was_read_in_traditional_script_with_its_label() -> None:
    """Of a spread 机构名称 with its value the main reader made 廊坊經濟…, at every crop that showed both."""
    simple, traditional = "廊坊经济开发区艺术学校", "廊坊經濟開發區藝術學校"
    whole = (reading(LABEL + traditional, 0.6), reading(LABEL + simple, 0.98))
    field = field_of(traditional, whole, (reading(simple, 0.99), reading(simple, 0.99)))
    assert (field.value, field.doubtful) == (simple, False)
    assert field_of(traditional, whole, (reading(simple, 0.6), reading(simple, 0.99))).doubtful


def test_a_person_s_name_is_simplified_only_where_every_look_at_it_alone_is() -> None:
    simple, traditional = reading("康学东", 0.99), reading("康學東", 0.99)
    whole = (reading(LABEL + "康學東", 0.96), reading(LABEL + "康学东", 0.99))
    field = field_of("康學東", whole, (simple, simple))
    assert (field.value, field.doubtful) == ("康学东", False)
    assert field_of("康學東", whole, (traditional, simple)).doubtful
    assert field_of("康學東", whole, (simple, simple), (traditional, simple)).doubtful


@pytest.mark.parametrize(("third", "doubtful"), [(0.6, False), (0.4, True)])
def test_a_rare_character_that_both_networks_see_twice_without_the_label(third: float, doubtful: bool) -> None:
    whole = (reading(LABEL + "罗静琞", 0.9), reading(LABEL + "罗静琰", 0.6))
    looks = (reading("罗静琞", 0.97), reading("罗静琞", third))
    assert field_of("罗静琞", whole, looks).doubtful is doubtful
    assert field_of("罗静琞", whole, looks, (reading("罗静琞", 0.9), reading("罗静琞", third))).doubtful
