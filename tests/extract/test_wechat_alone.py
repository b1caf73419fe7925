"""A WeChat ID with more in its line or round it: its label, a remark, the line above."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any, cast

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.domain.document import Box
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.image.pixels import prepare
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.readers import Engines, Reading
from pipeline.extract.page import Line
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.ink import even_light
from pipeline.extract.wechat.alone import ids_alone
from pipeline.extract.wechat.ink import ink_lines, upright_glyphs
from samples import fonts
from samples.filing import make_filing
from samples.form_image import form_image
from tests.extract.printed_lines import draw_line
from tests.extract.seen import PROFILE, reading
from tests.lent_engines import lent_engines

_ABOVE: Box = (0.1, 0.3, 0.4, 0.42)
_BELOW: Box = (0.1, 0.42, 0.4, 0.54)


class _Looks(PictureRereader):
    """A page of 1000 x 400 dots with lines of print, and what readers see of them: of a part of a line the main one sees
    `alone`."""

    def __init__(self, shown: dict[Box, str], *, alone: str = "", whole: str = "") -> None:
        page: Gray = np.full((400, 1000), 255, np.uint8)
        for box, text in shown.items():
            line = draw_line(text, "hei")
            top, left = round(box[1] * 400), 110
            part = page[top : top + line.shape[0], left : left + line.shape[1]]
            np.minimum(part, line, out=part)
        rgb = np.asarray(cv2.cvtColor(page, cv2.COLOR_GRAY2RGB), dtype=np.uint8)
        super().__init__(prepare(rgb, even_light(page), np.zeros_like(page)), cast("Engines", None))
        self._shown, self._alone, self._whole = shown, alone, whole

    def with_lines(self, readings: Any, slopes: Any) -> PictureRereader:
        return self

    def first_reading(self, box: Box) -> Reading:
        text = self._shown.get(box, self._alone)
        steps = np.cumsum([0.9 if character > "\u2000" else 0.5 for character in text]) * 30 / (self.width_px(box) or 1)
        return replace(reading(text), centres=tuple(0.02 + np.asarray(steps) - 0.3 * 30 / self.width_px(box)))

    def width_px(self, box: Box) -> float:
        return (box[2] - box[0]) * 1000

    def main_reading(self, box: Box, *, alphabet: str | None, prepared: bool) -> Reading:
        return self.first_reading(box)

    def quick_reading(self, box: Box) -> Reading:
        return reading("")

    def third_reading(self, box: Box, *, alphabet: str | None = None) -> Reading:
        return reading(self._whole)


def _line(text: str, box: Box = _ABOVE) -> Line:
    return Line(text=text, box=box, reader="main", confidence=0.99)


@pytest.mark.parametrize(
    ("text", "alone", "whole", "found"),
    [
        ("微信号：hvkx_338", "hvkx_338", "微信号:hvkx_338", "hvkx_338"),
        ("微信号:hvkx_338（个人）", "hvkx_338", "微信号:hvkx_338(个人)", "hvkx_338"),
        ("hvkx_338（个人）", "hvkx_338", "hvkx_338（个人）", "hvkx_338"),
        ("hvkx_338", "hvkx_338", "hvkx_338", None),
        ("微信号：hvkx_338", "hvkx_38", "微信号:hvkx_338", None),
        ("微信号：hvkx_338", "hvkx_338", "微信号:lhvkx_338", None),
        ("微信号：hvkx_338", "hvkx_338", "微信号hvkx", None),
    ],
)
def test_an_id_is_looked_at_without_its_label(text: str, alone: str, whole: str, found: str | None) -> None:
    """The second reader, that knows an ID's characters only, and the ink said nothing of a line with a label: each such ID was
    asked about. What another network sees more of in the whole line may have been cut off with the label."""
    seen = ids_alone([_line(text)], "hvkx_338", _Looks({_ABOVE: text}, alone=alone, whole=whole))
    if found is None:
        assert seen is None
        return
    assert seen is not None
    ((line,), _) = seen
    assert line.text == found
    assert bool(line.box[0] > _ABOVE[0]) is (text[0] != "h")
    assert bool(line.box[2] < _ABOVE[2]) is text.endswith("）")


@pytest.mark.parametrize(("value", "count"), [("hvkx_338", 1), ("hvkx_3389", None)])
def test_a_remark_in_a_line_of_its_own_is_left_out(value: str, count: int | None) -> None:
    texts = {_ABOVE: "hvkx_338", _BELOW: "(个人)"}
    seen = ids_alone([_line(text, box) for box, text in texts.items()], value, _Looks(texts))
    assert (seen and len(seen[0])) == count


def test_the_tail_of_the_line_above_is_no_character() -> None:
    """The underscore at the end of `exfezzc_`, and the tail of a y, reached into the little more that is looked at round the digits
    that wrapped, and were a character that no reader had seen."""
    texts = {_ABOVE: "44252__", _BELOW: "44252"}
    looks = _Looks({(0.1, 0.345, 0.4, 0.455): texts[_ABOVE], (0.1, 0.45, 0.4, 0.57): texts[_BELOW]})
    upper, lower = (_line(text, box) for box, text in looks._shown.items())
    assert [len(upright_glyphs(line)) for line in ink_lines([upper, lower], looks)][1] == len(lower.text)
    (alone,) = ink_lines([lower], looks)
    assert len(upright_glyphs(alone)) > len(lower.text)


@pytest.fixture(scope="module")
def engines() -> Engines:
    return lent_engines()


@pytest.mark.parametrize(("written", "value"), [("同手机号", "13903160001"), ("无", "无")])
def test_an_answer_in_words_is_judged_as_text(written: str, value: str, engines: Engines) -> None:
    """No ink proves the l of 同手机号: such answers were asked about always."""
    filing = make_filing(85, owner_wechat_written=written, owner_phone="13903160001", name="alone")
    assert _judged(form_image(filing, dpi=200).encode("PNG"), engines) == (value, None)


def test_an_id_behind_its_label_is_believed(engines: Engines) -> None:
    """A form of "label：value": every WeChat ID in it was asked about."""
    page = Image.new("L", (1654, 900), 255)
    for row, text in enumerate(_FORM):
        ImageDraw.Draw(page).text((160, 60 + 62 * row), text, font=fonts.font("song", 33), fill=20)
    written = io.BytesIO()
    page.save(written, "PNG", dpi=(200, 200))
    assert _judged(written.getvalue(), engines) == ("hvkxngd_338", None)


_FORM = (
    "新媒体账号登记备案表",
    "账号名（昵称）：大城便民网",
    "账号类型：☑微信公众账号  □手机APP  □其他",
    "账号主体：大城县瑞丰商贸有限公司",
    "地址：大城县建设路22号",
    "功能简介：本地资讯、便民服务",
    "开通日期：2016年8月20日",
    "粉丝数量：8635",
    "账号所有人姓名：李建国",
    "身份证号：131025198605214256",
    "微信号：hvkxngd_338",
    "手机：13283646254",
)


def _judged(content: bytes, engines: Engines) -> tuple[object, str | None]:
    (form,) = read_document(content, Media.PNG, name="page", profile=PROFILE, engines=engines).forms
    field = form.field("owner_wechat")
    assert field is not None
    return field.value, field.doubt
