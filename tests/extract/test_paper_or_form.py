"""Papers that have the form's own labels, and account pictures: none of them is a form."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from docx import Document

from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.form.judge import TextJudge
from pipeline.extract.form.mapper import map_pages
from pipeline.extract.page import Line, Page
from pipeline.extract.paper.or_form import map_pages_with_papers
from pipeline.extract.raster.codes import is_code
from pipeline.extract.raster.decode import Rgb
from pipeline.profile.load import load_profile
from tests.extract.written_papers import HEIGHT, WIDTH, line, papers_of
from tests.lent_engines import lent_engines

PROFILE = load_profile("langfang-2018")


def _rows(*rows: tuple[str, str], y: float = 400) -> list[Line]:
    return [
        item
        for at, (label, value) in enumerate(rows)
        for item in (line(label, 90, y + 80 * at), line(value, 480, y + 80 * at))
    ]


LICENCE = [
    line("营业执照", 800, 80, high=76),
    line("统一社会信用代码", 90, 200),
    line("91131025MA0CQB9W0X", 90, 250),
    *_rows(
        ("名称", "大城县晨露商贸有限公司"),
        ("类型", "有限责任公司"),
        ("住所", "廊坊市大城县新华西街260号"),
        ("法定代表人", "苏晓彤"),
        ("成立日期", "2015年06月18日"),
    ),
]
CARD = _rows(
    ("姓名", "苏晓彤"),
    ("性别", "女"),
    ("住址", "河北省廊坊市安次区光明西道35号"),
    ("公民身份号码", "131025199008261861"),
    y=100,
)
FORM = _rows(
    ("账号名（昵称）", "大城晨露生活"),
    ("账号类型", "微信公众账号√ 手机APP□ 其他□"),
    ("账号主体", "大城县晨露商贸有限公司"),
    ("地址", "廊坊市大城县新华西街260号"),
    ("功能简介", "发布本地便民信息"),
    ("开通日期", "2016年5月20日"),
    ("粉丝数量", "3200"),
    y=100,
)


def _pages(*pages: list[Line]) -> list[Page]:
    return [Page(number=at, width=WIDTH, height=HEIGHT, lines=tuple(lines)) for at, lines in enumerate(pages, start=1)]


def _forms(*pages: list[Line]) -> list[tuple[int, ...]]:
    mapped = map_pages_with_papers(_pages(*pages), PROFILE.form, profile_key=PROFILE.key, judge=TextJudge())
    return [form.pages for form in mapped.forms]


def test_a_licence_and_the_card_behind_it_are_no_form() -> None:
    """Of the licence's 名称 and 类型 and the card's 姓名 and number a form was made, and neither counted as a paper."""
    assert [paper.kind for paper in papers_of(LICENCE)] == ["business_licence"]
    assert map_pages(_pages(LICENCE, CARD), PROFILE.form, profile_key=PROFILE.key, judge=TextJudge()).forms
    assert _forms(LICENCE, CARD) == []


@pytest.mark.parametrize("behind", [[LICENCE, CARD], [CARD]])
def test_a_form_before_its_papers_is_one(behind: list[list[Line]]) -> None:
    (pages,) = _forms(FORM, *behind)
    assert pages[0] == 1


def _code(side_px: int, *, page: tuple[int, int] | None = None) -> Rgb:
    """A QR code with a logo on it, alone in its margin or in the corner of a page."""
    made = cv2.QRCodeEncoder.create().encode("http://weixin.qq.com/r/2kxLdJ3EsF0trWRV9xbd")
    code = cv2.resize(made, (side_px, side_px), interpolation=cv2.INTER_NEAREST)
    code[side_px * 9 // 20 : side_px * 11 // 20, side_px * 9 // 20 : side_px * 11 // 20] = 120
    shown = np.full(page or (side_px + 60, side_px + 60), 255, np.uint8)
    shown[30 : 30 + side_px, 30 : 30 + side_px] = code
    return np.dstack([shown] * 3)


def test_an_accounts_code_is_told_from_a_page_with_one() -> None:
    assert is_code(_code(380))
    assert is_code(_code(360, page=(1280, 720)))  # a telephone's screen
    assert not is_code(_code(240, page=(1754, 1240)))
    noise = np.random.default_rng(1).integers(0, 255, (900, 700, 3), dtype=np.uint8)
    assert not is_code(noise)


def test_an_accounts_code_beside_the_form_does_not_hold_the_filing_up() -> None:
    """In its squares a table was seen: 图片太小，请靠近表格, and the filing with the whole form waited for an officer."""
    png = cv2.imencode(".png", _code(380))[1].tobytes()
    reading = read_document(png, Media.PNG, name="公众号二维码.png", profile=PROFILE, engines=lent_engines())
    assert (reading.forms, reading.papers, reading.findings) == ((), (), ())
    assert len(reading.others) == 1


def _word_file(*paragraphs: str) -> bytes:
    document, file = Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def test_a_form_whose_table_is_gone_is_said_to_be_unreadable() -> None:
    """Of a .doc whose conversion loses the table it was said that no form had come; beside another account's form, nothing."""
    run_together = (
        "账号名（昵称）大城晨露生活账号类型微信公众账号√账号主体大城县晨露商贸有限公司功能简介便民信息开通日期2016年"
    )
    rest = "账号所有人姓名苏晓彤身份证号131025199008261861微信号suxt_2016管理员姓名苏晓彤签名盖章确认以上信息均真实有效"
    found = [
        read_document(_word_file(*text), Media.DOCX, name="表.docx", profile=PROFILE, engines=None).findings
        for text in ((run_together, rest), ("授权委托书", "兹授权苏晓彤担任本单位账号管理员，并附其微信号。"))
    ]
    assert [[item.code for item in findings] for findings in found] == [["form.unreadable"], []]
