"""Values whose line or label was not found, numbers of other papers, and the pages that apps show: offered and asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.domain.document import Box, ExtractedPaper, Field, PaperKind
from pipeline.extract.address_ends import find_address_doubt
from pipeline.extract.image.page import read_picture
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Line, Page
from pipeline.extract.paper.papers import read_papers
from pipeline.extract.paper.trust import make_twice_read_field
from pipeline.extract.paper_geometry import Found, make_pieces
from pipeline.extract.raster.ink import Mask
from samples import fonts
from samples.identifiers import make_credit_code, make_organisation_code
from samples.picture import pixels_of
from tests.extract.blind_reader import BlindReader
from tests.extract.test_paper_cards import NUMBER as ID_NUMBER
from tests.extract.test_paper_cards import front
from tests.extract.test_paper_values import CODE, NAME, licence
from tests.extract.written_papers import HEIGHT, WIDTH, line, papers_of
from tests.lent_engines import lent_engines

OTHER_CODE = make_credit_code(prefix="91", area_code="131000", organisation_code=make_organisation_code(Random(2)))
ADDRESS = "河北省廊坊市香河县交叉口18号"


def only(lines: Sequence[Line]) -> ExtractedPaper:
    (paper,) = papers_of(lines)
    return paper


def field_of(paper: ExtractedPaper, key: str) -> Field:
    field = paper.field(key)
    assert field is not None
    return field


def without(lines: Sequence[Line], *texts: str) -> list[Line]:
    return [item for item in lines if item.text not in texts]


def test_the_title_of_an_app_s_page_is_no_licence_of_its_own() -> None:
    """Of a screenshot of 电子营业执照 a second licence was said to be unreadable."""
    shown = [replace(item, box=(item.box[0], item.box[1] + 0.1, item.box[2], item.box[3] + 0.1)) for item in licence()]
    paper = only([line("9:41", 60, 5), line("营业执照", 830, 60, high=60), *shown])
    assert (paper.field("name"), paper.findings) != (None, ())
    assert field_of(paper, "credit_code").value == CODE


def test_two_licences_below_each_other_stay_two() -> None:
    second = [replace(item, box=_lower(item.box)) for item in licence()]
    upper = [replace(item, box=_upper(item.box)) for item in licence()]
    assert len(papers_of([*upper, *second])) == 2


def _upper(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return box[0], box[1] / 2, box[2], box[3] / 2


def _lower(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return box[0], 0.5 + box[1] / 2, box[2], 0.5 + box[3] / 2


def test_a_colon_that_came_with_the_value_is_no_part_of_it() -> None:
    """:河北霸州市… was believed for 河北霸州市…."""
    lines = [*licence(), line("住所", 1000, 580), line(":" + ADDRESS, 1200, 580)]
    field = field_of(only(lines), "address")
    assert (field.value, field.doubtful) == (ADDRESS, False)


def test_a_second_number_on_the_page_is_asked_about() -> None:
    """It may be another body's: of a letter below, or of the licence whose own number was not read."""
    assert not field_of(only(licence()), "credit_code").doubtful
    beside = field_of(only([*licence(), line(OTHER_CODE, 1000, 1200)]), "credit_code")
    assert beside.doubtful
    misread = CODE[:4] + "7777" + CODE[8:]
    lines = [line(f"统一社会信用代码 {misread}", 100, 250) if CODE in item.text else item for item in licence()]
    assert field_of(only([*lines, line(OTHER_CODE, 1000, 1200)]), "credit_code").doubtful


def test_a_number_below_all_that_stands_below_a_paper_s_own_is_asked_about() -> None:
    """Of a letter under a licence whose own number lay in a reflex."""
    lines = [item for item in licence() if CODE not in item.text]
    field = field_of(only([*lines, line(f"统一社会信用代码 {OTHER_CODE}", 100, 1200)]), "credit_code")
    assert (field.value, field.doubtful) == (OTHER_CODE, True)


def test_a_trader_s_licence_of_before_2015_whose_title_was_not_read() -> None:
    """Its labels are longer ones, and the registration number tells no kind of body."""
    number = "131000424137001"
    rows = (("注册号", number), ("经营者姓名", "白欣智"), ("经营范围及方式", "摄影"), ("注册日期", "2017年07月10日"))
    lines = [line(label, 100, 300 + 80 * at) for at, (label, _) in enumerate(rows)]
    paper = only([*lines, *(line(value, 500, 300 + 80 * at) for at, (_, value) in enumerate(rows))])
    assert paper.kind is PaperKind.BUSINESS_LICENCE
    assert field_of(paper, "credit_code").value == number


def test_an_address_may_end_with_a_distance() -> None:
    assert find_address_doubt("三河市某某镇某某道西侧259米") is None
    assert find_address_doubt("三河市某某镇某某道西侧25") is None
    assert find_address_doubt("三河市某某镇某某道西侧米") is not None
    assert find_address_doubt("北省廊坊市某某镇8号") is not None
    assert find_address_doubt("河北省廊坊市某某镇8号") is None


def test_an_address_may_end_with_a_remark_in_brackets_of_either_width() -> None:
    assert find_address_doubt("三河市某某路390号(原供销社院内)") is None
    assert find_address_doubt("三河市某某路390号（原供销社院内）") is None


def test_a_year_is_no_address() -> None:
    """Of a card that lay aslant behind 住址 stood the year of birth, and was believed."""
    assert find_address_doubt("1994") is not None


BODY = (("统一社会信用代码", CODE), ("名称", NAME), ("法定代表人", "张三丰"), ("住所", ADDRESS), ("登记机关", "某某局"))


@pytest.mark.parametrize(
    ("title", "more"),
    [
        ("准予变更登记通知书", (("成立日期", "2014年12月23日"),)),
        ("合作事项", ()),
        ("某某公司", (("成立日期", "2014年12月23日"), ("注册资本", "壹佰万元整"), ("登记状态", "存续"))),
    ],
)
def test_letters_with_a_licence_s_labels_are_none(title: str, more: tuple[tuple[str, str], ...]) -> None:
    """A notice of the registration office passed for a licence whose title was not read."""
    rows = (*BODY, *more)
    lines = [line(label, 100, 300 + 80 * at) for at, (label, _) in enumerate(rows)]
    lines += [line(value, 500, 300 + 80 * at) for at, (_, value) in enumerate(rows)]
    assert papers_of([line(title, 700, 100, high=60), *lines]) == ()
    (paper,) = papers_of([line("营业执照", 700, 100, high=60), *lines])
    assert paper.kind is PaperKind.BUSINESS_LICENCE


def test_a_person_s_number_is_not_offered_as_a_body_s() -> None:
    lines = [item for item in licence() if CODE not in item.text]
    assert only([*lines, line(ID_NUMBER, 1000, 1200)]).field("credit_code") is None


def test_what_ends_as_a_body_behind_a_lone_character_is_no_person() -> None:
    """Of a spread 名　称 photos often keep but 名."""
    lines = [line("名", 100, 400) if item.text == "名称" else item for item in licence()]
    field = field_of(only(lines), "name")
    assert (field.value, field.doubtful) == (NAME, False)


def test_the_kind_of_a_branch_below_a_name_ends_it() -> None:
    kind = line("有限责任公司分公司(自然人投资或控股)", 300, 438)
    lines = [kind if item.text == "法定代表人" else item for item in without(licence(), "张三丰")]
    field = field_of(only(lines), "name")
    assert (field.value, field.doubtful) == (NAME, False)


def test_a_name_and_an_address_without_their_labels_are_offered_and_asked_about() -> None:
    """Else the sender was asked for another picture."""
    paper = only([*without(licence(), "名称"), line(ADDRESS, 1200, 580)])
    name, address = field_of(paper, "name"), field_of(paper, "address")
    assert (name.value, name.doubtful) == (NAME, True)
    assert (address.value, address.doubtful) == (ADDRESS, True)
    assert not paper.findings


@pytest.mark.parametrize("shown", ["廊坊市市场监督管理局", "设计、制作广告的公司", "壹佰万元整"])
def test_what_is_no_name_is_not_offered_as_one(shown: str) -> None:
    lines = [line(shown, 300, 400) if item.text == NAME else item for item in without(licence(), "名称")]
    assert only(lines).field("name") is None


@pytest.mark.parametrize(
    ("printed", "end"),
    [("2014年12月23日至2044年12月22日技术监", "2044-12-22"), ("2014年12月23日至2044年12月22日", "2044-12-22")],
)
def test_a_seal_behind_the_last_day(printed: str, end: str) -> None:
    field = field_of(only(licence(term=printed)), "valid_until")
    assert (field.value, field.doubtful) == (end, False)


@pytest.mark.parametrize("title", ["北京市居住证", "河北省居住证", "结婚证"])
def test_permits_with_a_card_s_labels_are_no_cards(title: str) -> None:
    """A residence permit's title stands above the name, out of what a card covers."""
    assert papers_of([line(title, 300, 60, high=36), *front()]) == ()


def test_a_compatriot_s_card_stays_one() -> None:
    (card,) = papers_of([line("港澳居民居住证", 300, 60, high=36), *front()])
    assert card.kind is PaperKind.ID_CARD


def test_a_portrait_side_of_which_only_the_number_was_read() -> None:
    """Beside an emblem side it was said to be missing."""
    back = [line("中华人民共和国", 1200, 100, high=50), line("居民身份证", 1200, 180, high=60)]
    (card,) = papers_of([*back, line(ID_NUMBER, 350, 560)])
    assert card.field("side") is not None
    assert field_of(card, "side").value == "both"
    assert field_of(card, "id_number").value == ID_NUMBER
    assert [item.code for item in card.findings] == ["material.unreadable"]
    wrong = ID_NUMBER[:17] + ("0" if ID_NUMBER[17] != "0" else "1")
    (alone,) = papers_of([*back, line(wrong, 350, 560)])
    assert field_of(alone, "side").value == "back"
    assert [item.code for item in alone.findings] == ["material.unreadable"]


def drawn(*rows: tuple[str, str], face: str = "hei", size: int = 32, pitch: int = 70) -> Image.Image:
    """A licence of one column."""
    page = Image.new("RGB", (1200, 1000), "white")
    pen = ImageDraw.Draw(page)
    pen.text((440, 60), "营业执照", font=fonts.font("song", 80), fill="black")
    pen.text((120, 220), f"统一社会信用代码 {CODE}", font=fonts.font("hei", 32), fill="black")
    for at, (label, value) in enumerate(rows):
        pen.text((120, 300 + pitch * at), label, font=fonts.font("hei", 32), fill="black")
        pen.text((340, 300 + pitch * at), value, font=fonts.font(face, size), fill="black")  # type: ignore[arg-type]
    return page


ROWS = (("名称", NAME), ("类型", "有限责任公司"), ("住所", ADDRESS), ("法定代表人", "张三丰"))


def test_a_value_that_no_line_was_found_for_is_offered_and_asked_about() -> None:
    """A watermark took its line along; the sender was said to have sent an unreadable licence."""
    engines = lent_engines()
    blind = replace(engines, main=cast("Any", BlindReader(engines.main, (300, 290, 1200, 345))))
    (paper,) = read_papers(read_picture(pixels_of(drawn(*ROWS)), number=1, engines=blind))
    name = field_of(paper, "name")
    assert (name.value, name.doubtful) == (NAME, True)
    assert not paper.findings


def test_nothing_is_offered_where_nothing_stands() -> None:
    rows = (("名称", ""), *ROWS[1:])
    (paper,) = read_papers(read_picture(pixels_of(drawn(*rows)), number=1, engines=lent_engines()))
    assert paper.field("name") is None


class _Seen(PictureRereader):
    """A rereader of one line: what main and third reader see in its own crop and in a larger one, and how surely."""

    def __init__(
        self,
        first: Look,
        third: Look,
        wider_main: Look,
        wider_third: Look,
        *,
        close: Look = ("", 0.0),
        second: str = "",
    ) -> None:
        """`close` is what the third reader sees close round the ink."""
        self._first, self._wider_main, self._second = first, wider_main, second
        self._thirds = {LINE: third, CLOSE: close}
        self._wider_third = wider_third

    @property
    def picture(self) -> Any:
        return SimpleNamespace(coarse=False)

    def first_reading(self, box: Box) -> Reading:
        return _reading(*self._first)

    def third_reading(self, box: Box, *, alphabet: str | None = None) -> Reading:
        return _reading(*self._thirds.get(box, self._wider_third))

    def close_round(self, box: Box) -> Box:
        return CLOSE

    def main_reading(self, box: Box, *, alphabet: str | None, prepared: bool) -> Reading:
        return _reading(*(("", 0.0) if prepared else self._wider_main))

    def second_reading(self, box: Box, *, alphabet: str | None, lines: int) -> str | None:
        return self._second or None

    def dark(self, box: Box) -> Mask:
        return np.zeros((30, 400), np.uint8)


def _reading(text: str, least: float) -> Reading:
    """The last character is the least sure."""
    return Reading(text=text, confidence=least, chances=(*(0.99,) * (len(text) - 1), least))


Look = tuple[str, float]
LINE: Box = (0.1, 0.1, 0.3, 0.12)
CLOSE: Box = (0.1, 0.105, 0.3, 0.115)


def seen(value: str, *, rereader: _Seen) -> Field:
    shown = Line(text=value, box=LINE, reader="rapidocr", confidence=0.5)
    page = Page(number=1, width=WIDTH, height=HEIGHT, lines=(shown,), rereader=rereader)
    return make_twice_read_field(page, "address", value, Found(text=value, pieces=make_pieces(page)))


def test_a_line_is_confirmed_in_its_own_crop_too() -> None:
    """Of lines set closely the larger crop shows parts of those above and below, and the third reader read them."""
    rereader = _Seen(("河北三河市", 0.99), ("河北三河市", 0.99), ("河北三河市", 0.99), ("河三市", 0.9))
    assert not seen("河北三河市", rereader=rereader).doubtful


def test_a_line_is_confirmed_close_round_its_ink() -> None:
    """The third reader drops characters of lines with room round them: 幼儿园 was 幼园."""
    text, less = "三河市乐享幼儿园", "三河市乐享幼园"
    looks = ((text, 0.99), (less, 0.99), (text, 0.99), (less, 0.99))
    assert not seen(text, rereader=_Seen(*looks, close=(text, 0.9))).doubtful
    assert seen(text, rereader=_Seen(*looks, close=(less, 0.9))).doubtful


@pytest.mark.parametrize(
    ("third", "second", "doubtful"),
    [
        ("河北省廊坊市阳区泰安路43号", "河北省廊坊市广阳区泰安路得号", False),
        ("河北省廊坊市阳区泰安路43号", "河北省廊坊市厂阳区泰安路43号", True),  # nobody but the main reader saw it
        ("河北省廊坊市厂阳区泰安路43号", "河北省廊坊市广阳区泰安路得号", True),  # the third saw another
        ("河北省廊坊市广阳区泰安路4号", "河北省廊坊市广阳区泰安路43", True),  # a digit
    ],
)
def test_a_character_that_the_third_reader_drops_is_seen_by_the_second(third: str, second: str, doubtful: bool) -> None:
    """The third reader saw 市阳区 for 市广阳区 at every look, and the second misread what it had seen."""
    text = "河北省廊坊市广阳区泰安路43号"
    looks = ((text, 0.99), (third, 0.99), (text, 0.99), (third, 0.99))
    assert seen(text, rereader=_Seen(*looks, second=second)).doubtful is doubtful


@pytest.mark.parametrize(("text", "label"), [("廣陽區愛民道文具店", "字號名称")])
def test_the_script_of_a_label_is_no_matter(text: str, label: str) -> None:
    """Where the main reader returned a whole line in traditional characters, the label before a value was another's."""
    simple = "字号名称广阳区爱民道文具店"
    rereader = _Seen((label + text, 0.6), (simple, 0.99), (simple, 0.99), (simple, 0.99))
    shown = Line(text=f"{label} {text}", box=LINE, reader="rapidocr", confidence=0.5)
    page = Page(number=1, width=WIDTH, height=HEIGHT, lines=(shown,), rereader=rereader)
    (piece,) = make_pieces(page)
    found = Found(text=text, pieces=(replace(piece, text=text),))
    field = make_twice_read_field(page, "name", text, found)
    assert (field.value, field.doubtful) == ("广阳区爱民道文具店", False)


@pytest.mark.parametrize(
    ("value", "main", "third", "doubtful"),
    [("时堃", 0.98, 0.6, False), ("时堃", 0.92, 0.6, True), ("时堃", 0.98, 0.4, True), ("时靜", 0.98, 0.6, True)],
)
def test_a_rare_character_that_both_networks_see_twice(value: str, main: float, third: float, doubtful: bool) -> None:
    """The third reader is seldom sure of one, but makes none of an everyday one, except in another script."""
    looks = ((value, main), (value, third), (value, main), (value, third))
    assert seen(value, rereader=_Seen(*looks)).doubtful is doubtful
    assert seen(value, rereader=_Seen((value, main), ("时坤", 0.6), (value, main), (value, third))).doubtful


@pytest.mark.parametrize(("sure", "doubtful"), [(0.99, True), (0.6, False)])
def test_the_second_reader_proves_nothing_that_the_main_one_contradicts(sure: float, doubtful: bool) -> None:
    """Of 濮囡英 the main reader first saw 因, unsure, as the second did, and then was sure of 囡: 濮因英 was believed."""
    looks = (("濮因英", 0.47), ("濮因英", 0.5), ("濮囡英", sure), ("濮国英", 0.4))
    assert seen("濮因英", rereader=_Seen(*looks, second="濮因英")).doubtful is doubtful


@pytest.mark.parametrize(("sure", "doubtful"), [(0.97, True), (0.6, False)])
def test_the_second_reader_proves_nothing_that_the_third_one_contradicts(sure: float, doubtful: bool) -> None:
    """Of 彭赟 on a photo the main and the second reader saw 赞, the third 赟 in the larger crop; 彭赞 was believed."""
    looks = (("彭赞", 0.86), ("彭赞", 0.4), ("彭赟", 0.77), ("彭赟", sure))
    assert seen("彭赞", rereader=_Seen(*looks, second="彭赞")).doubtful is doubtful


@pytest.mark.parametrize(("third", "doubtful"), [("爱民道", False), ("受民道", True)])
def test_a_traditional_form_that_no_other_look_shows(third: str, doubtful: bool) -> None:
    """The main reader returned 愛 once; what is asked about is offered in simplified characters."""
    looks = (("愛民道", 0.6), (third, 0.99), ("爱民道", 0.99), (third, 0.99))
    short = seen("愛民道", rereader=_Seen(*looks))  # it may be a person's name, who keeps the form
    assert (short.value, short.doubtful) == ("爱民道", True)
    first, other, wider, other_wider = ((text + "十二号", sure) for text, sure in looks)
    field = seen("愛民道十二号", rereader=_Seen(first, other, wider, other_wider))
    assert (field.value, field.doubtful) == ("爱民道十二号", doubtful)


def test_two_scripts_of_one_character_are_no_doubt() -> None:
    """静 and 靜 shared what the main reader was sure of."""
    rereader = _Seen(("徐峰静", 0.55), ("徐峰静", 0.92), ("徐峰靜", 0.9), ("", 0.0))
    assert not seen("徐峰静", rereader=rereader).doubtful
    unsure = _Seen(("徐峰静", 0.55), ("徐峰静", 0.92), ("徐峰靖", 0.9), ("", 0.0))
    assert seen("徐峰静", rereader=unsure).doubtful


@pytest.mark.parametrize(("again", "doubtful"), [("三河市新华路6-117号", True), ("三河市新华路6117号", False)])
def test_a_dash_between_numbers_of_an_address_counts(again: str, doubtful: bool) -> None:
    """6117 was believed though the other reader saw 6-117."""
    text = "三河市新华路6117号"
    rereader = _Seen((text, 0.99), (again, 0.99), (text, 0.99), (again, 0.99))
    assert seen(text, rereader=rereader).doubtful is doubtful
