"""Values of licences and certificates that wrap, with labels lost and watermarks over them: whole, or asked about."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from pipeline.domain.document import Box, ExtractedPaper, Field, PaperKind
from pipeline.extract.page import Line
from samples.identifiers import make_credit_code, make_organisation_code
from tests.extract.written_papers import HEIGHT, WIDTH, Inked, line, papers_of

CODE = make_credit_code(prefix="91", area_code="131000", organisation_code=make_organisation_code(Random(1)))
NAME = "廊坊瑞恒文化传媒有限公司"
STREET, ROOM = "河北省廊坊市广阳区爱民东道新华路", "85号10号楼4单元2458室"


def licence(*extra: Line, term: str = "2014年12月23日至2044年12月22日") -> list[Line]:
    """A landscape licence: two columns, the registration office below the right one."""
    return [
        line("营业执照", 800, 100, high=80),
        line(f"统一社会信用代码 {CODE}", 100, 250),
        line("名称", 100, 400),
        line(NAME, 300, 400),
        line("法定代表人", 100, 460),
        line("张三丰", 300, 460),
        line("注册资本", 1000, 400),
        line("壹佰万元整", 1200, 400),
        line("成立日期", 1000, 460),
        line("2014年12月23日", 1200, 460),
        line("营业期限", 1000, 520),
        line(term, 1200, 520),
        line("登记机关", 1190, 1000),
        *extra,
    ]


def only(lines: Sequence[Line], rereader: Inked | None = None) -> ExtractedPaper:
    (paper,) = papers_of(lines, rereader=rereader)
    return paper


def field_of(paper: ExtractedPaper, key: str) -> Field:
    field = paper.field(key)
    assert field is not None
    return field


def test_the_office_below_a_column_is_no_column_of_its_own() -> None:
    address = (line("住", 1000, 580), line(f"所 {STREET}", 1110, 580), line(ROOM, 1200, 618))
    field = field_of(only(licence(*address)), "address")
    assert (field.value, field.doubtful) == (STREET + ROOM, False)


def test_a_line_found_in_two_pieces_is_kept_whole() -> None:
    address = (line("住所", 1000, 580), line(STREET, 1200, 580), line("85号", 1200, 618), line("10号楼", 1270, 618))
    field = field_of(only(licence(*address)), "address")
    assert (field.value, field.doubtful) == (f"{STREET}85号10号楼", False)


def test_text_beside_a_wrapped_value_is_not_part_of_it() -> None:
    """年检记录 in a box right of an address was joined to it, and the line after it lost."""
    address = (line("住所", 100, 580), line(STREET, 300, 580), line("年检记录", 1500, 605), line(ROOM, 300, 618))
    left = [item for item in licence() if item.box[0] < 0.5]
    field = field_of(only([*left, *address]), "address")
    assert (field.value, field.doubtful) == (STREET + ROOM, False)


def test_the_value_of_a_lost_label_is_asked_about() -> None:
    """Longer than the line above, it cannot be its rest: but what was the line's?"""
    lost = line("计算机软硬件技术开发、技术咨询、技术服务、会议服务", 300, 438)
    field = field_of(only([item for item in licence(lost) if item.text not in ("法定代表人", "张三丰")]), "name")
    assert (field.value, field.doubtful) == (NAME, True)


def test_a_short_value_of_a_lost_label_is_asked_about() -> None:
    """A value that ends far from the column's end has no second line."""
    lines = [item for item in licence(line("壹佰万元整", 300, 438)) if item.text not in ("法定代表人", "张三丰")]
    scope = (line("经营范围", 100, 700), line("计算机软硬件技术开发、技术咨询、技术服务、会议服务", 300, 700))
    field = field_of(only([*lines, *scope]), "name")
    assert field.doubtful


@pytest.mark.parametrize("rest", [("表", 220), ("法", 100), ("人", 220)])
def test_one_character_of_a_lost_label_ends_the_value_above(rest: tuple[str, int]) -> None:
    lines = [item for item in licence(line(rest[0], rest[1], 438)) if item.text != "法定代表人"]
    lines = [line("张三丰", 300, 438) if item.text == "张三丰" else item for item in lines]
    lines = [line("名　　称", 100, 400) if item.text == "名称" else item for item in lines]
    field = field_of(only(lines), "name")
    assert field.value == NAME


def test_a_spread_label_is_known_by_some_of_its_characters() -> None:
    lines = [item for item in licence(line("定", 140, 460), line("表", 210, 460)) if item.text != "法定代表人"]
    assert field_of(only(lines), "legal_representative").value == "张三丰"


def test_characters_that_several_labels_have_are_none() -> None:
    lines = [item for item in licence(line("日", 1060, 460), line("期", 1110, 460)) if item.text != "成立日期"]
    assert only(lines).field("established_on") is None


@pytest.mark.parametrize(("end", "doubtful"), [("(经营场所与住所相同)", False), ("经营场所与住所相同)", True)])
def test_words_of_a_label_within_an_address_are_part_of_it_or_asked_about(end: str, doubtful: bool) -> None:
    address = (line("住所", 100, 580), line(STREET, 300, 580), line(end, 300, 618))
    field = field_of(only(licence(*address)), "address")
    assert (field.value == STREET + end, field.doubtful) == (not doubtful, doubtful)


@pytest.mark.parametrize(
    ("end", "doubtful"),
    [("新华路85号", False), ("C座1293室", False), ("商铺3-2", False), ("杨税", True), ("刘宋", True)],
)
def test_an_address_that_ends_as_none_does_is_asked_about(end: str, doubtful: bool) -> None:
    address = (line("住所", 100, 580), line(f"河北省廊坊市香河县{end}", 300, 580))
    assert field_of(only(licence(*address)), "address").doubtful is doubtful


def test_ink_behind_a_value_or_below_it_is_asked_about() -> None:
    address = (line("住所", 100, 580), line("三河市燕顺路85号", 300, 580))
    lines = licence(*address)
    after = (300 + 8.0 * 30 + 10, 580.0, 700.0, 610.0)
    below = (300.0, 618.0, 600.0, 640.0)
    asked = [field_of(only(lines, Inked(lines, *marks)), "address").doubtful for marks in ((), (after,), (below,))]
    assert asked == [False, True, True]


@pytest.mark.parametrize(
    ("term", "value", "doubtful"),
    [
        ("2014年12月23日至2044年12月22日", "2044-12-22", False),
        ("至2044年12月22日", "2044-12-22", False),
        ("2014年12月23日至长期", "长期", False),
        ("2014年12月23日", "2014-12-23", True),
        ("2014.12", "2014-12", True),
        ("2014年12月23日至2044年12月", "2044-12", True),
        ("2014年12月23日至", None, True),
    ],
)
def test_half_a_period_is_no_end(term: str, value: str | None, doubtful: bool) -> None:
    field = field_of(only(licence(term=term)), "valid_until")
    assert (field.value, field.doubtful) == (value, doubtful)


def test_a_lone_character_of_the_name_s_label_may_be_a_person_s() -> None:
    """名 is the end of 经营者姓名 too, and what stands behind it then is nobody's firm."""
    lines = [line("名 古丽·买买提", 250, 400) if item.text == NAME else item for item in licence()]
    lines = [item for item in lines if item.text != "名称"]
    assert field_of(only(lines), "name").doubtful


def test_permits_and_tax_registrations_are_no_licences() -> None:
    """They have a licence's code, name, person, address and dates, all of them right."""
    permit = [line("食品经营许可证", 700, 100, high=80) if item.text == "营业执照" else item for item in licence()]
    tax = [line("税务登记证", 700, 100, high=80) if item.text == "营业执照" else item for item in licence()]
    numbered = [item for item in licence(line("许可证编号", 1000, 340)) if item.text != "营业执照"]
    assert [papers_of(lines) for lines in (permit, tax, numbered)] == [(), (), ()]
    (untitled,) = papers_of([item for item in licence() if item.text != "营业执照"])
    assert untitled.kind is PaperKind.BUSINESS_LICENCE


@pytest.mark.parametrize("kind", ["个体工商户", "有限责任公司(自然人独资)", "其他有限责任公司(法人独资)"])
def test_a_kind_of_body_below_a_name_ends_it(kind: str) -> None:
    """Of 类型 under a watermark nothing was seen."""
    lines = [line(kind, 300, 438) if item.text == "法定代表人" else item for item in licence()]
    field = field_of(only([item for item in lines if item.text != "张三丰"]), "name")
    assert (field.value, field.doubtful) == (NAME, False)


def test_what_stands_far_right_of_one_character_of_a_label_is_not_its_value() -> None:
    """A line of the notes in the other column was believed to be the body's name."""
    lines = [item for item in licence() if item.text not in ("名称", NAME)]
    lines += [line("称", 100, 400), line("定代码标识的凭证,分正本和副本", 700, 400)]
    assert only(lines).field("name") is None


def test_what_stands_far_right_of_a_label_is_asked_about() -> None:
    lines = [line(NAME, 700, 400) if item.text == NAME else item for item in licence()]
    assert field_of(only(lines), "name").doubtful


def test_a_second_line_that_a_slope_brings_to_the_label_s_row_counts_once() -> None:
    """镇孙氏村 was read twice, and believed."""
    address = (line("住所", 1000, 580), line(STREET, 1200, 570), line(ROOM, 1200, 592))
    field = field_of(only(licence(*address)), "address")
    assert (field.value, field.doubtful) == (STREET + ROOM, False)


def test_where_a_slope_brings_the_second_line_nearer_nobody_knows_the_first() -> None:
    address = (line("住所", 1000, 580), line(STREET, 1200, 566), line(ROOM, 1200, 584))
    assert field_of(only(licence(*address)), "address").doubtful


@pytest.mark.parametrize(("head", "tail"), [("执行事务合伙", "人"), ("法定代表", "人"), ("法定", "代表人")])
def test_a_label_that_wraps(head: str, tail: str) -> None:
    lines = [line(head, 100, 460) if item.text == "法定代表人" else item for item in licence(line(tail, 100, 492))]
    field = field_of(only(lines), "legal_representative")
    assert (field.value, field.doubtful) == ("张三丰", False)


def test_a_label_that_wraps_before_its_value() -> None:
    lines = [item for item in licence(line("人", 100, 492)) if item.text not in ("法定代表人", "张三丰")]
    field = field_of(only([*lines, line("执行事务合伙张三丰", 100, 460)]), "legal_representative")
    assert (field.value, field.doubtful) == ("张三丰", False)


def test_a_label_whose_last_character_was_misread() -> None:
    lines = [item for item in licence() if item.text not in ("成立日期", "2014年12月23日")]
    field = field_of(only([*lines, line("成立日朋 2014年12月23日", 1000, 460)]), "established_on")
    assert (field.value, field.doubtful) == ("2014-12-23", False)


def test_a_spread_label_whose_last_character_stands_with_the_value() -> None:
    lines = [item for item in licence() if item.text not in ("成立日期", "2014年12月23日")]
    spread = (line("册", 1040, 460), line("日", 1080, 460), line("期 2014年12月23日", 1120, 460))
    field = field_of(only([*lines, *spread]), "established_on")
    assert (field.value, field.doubtful) == ("2014-12-23", False)


class Dotted(Inked):
    """Sees of a mark as much as lies in the box it is asked for."""

    def __init__(self, lines: Sequence[Line], mark: tuple[float, float, float, float]) -> None:
        super().__init__(lines)
        x0, y0, x1, y1 = mark
        self._mark = x0 / WIDTH, y0 / HEIGHT, x1 / WIDTH, y1 / HEIGHT

    def ink(self, box: Box) -> float:
        wide = max(0.0, min(box[2], self._mark[2]) - max(box[0], self._mark[0]))
        high = max(0.0, min(box[3], self._mark[3]) - max(box[1], self._mark[1]))
        return max(super().ink(box), wide * high / ((box[2] - box[0]) * (box[3] - box[1])))


@pytest.mark.parametrize(("mark", "doubtful"), [((1204, 612, 1214, 624), True), ((1304, 612, 1314, 624), False)])
def test_ink_where_a_lone_character_wraps_is_asked_about(
    mark: tuple[float, float, float, float], doubtful: bool
) -> None:
    """Of 底商6-117 all readers saw 底商6-11; the 7 stood below, and no line was found there."""
    lines = licence(line("住所", 1000, 580), line("河北省廊坊市广阳区爱民东道底商6-11号", 1200, 580))
    field = field_of(only(lines, Dotted(lines, mark)), "address")
    assert field.doubtful is doubtful


def test_the_next_value_close_below_is_no_ink_of_this_one() -> None:
    """Its upper edge lay within the place that is looked at."""
    lines = [item for item in licence() if item.text not in ("法定代表人", "张三丰")]
    lines += [
        line("法定代表人", 100, 460),
        line("张三丰", 300, 460),
        line("经营范围", 100, 513),
        line("会议服务", 300, 513),
    ]
    assert not field_of(only(lines, Inked(lines)), "legal_representative").doubtful


def _licence_with(code: str) -> Field:
    rows = (("名称", "三河市晨露文化传播有限公司"), ("类型", "有限责任公司"), ("法定代表人", "苏晓彤"))
    lines = [line("营业执照", 800, 80, high=76), line("统一社会信用代码", 90, 200), line(code, 90, 250)]
    for at, (label, value) in enumerate(rows):
        lines += [line(label, 90, 400 + 80 * at), line(value, 480, 400 + 80 * at)]
    (paper,) = papers_of(lines)
    found = paper.field("credit_code")
    assert found is not None
    return found


def test_a_typed_code_that_fails_its_check_is_the_papers_fault_and_no_misreading() -> None:
    """It was called doubtful, nobody is asked about doubtful codes, and the filing entered the register."""
    right = make_credit_code(prefix="91", area_code="131082", organisation_code=make_organisation_code(Random(4)))
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    assert [(item.value, item.doubtful) for item in map(_licence_with, (right, wrong))] == [
        (right, False),
        (wrong, False),
    ]
    assert _licence_with(right[:-2]).doubtful


@pytest.mark.parametrize(("start", "doubtful"), [(1200, False), (1228, True)])
def test_a_line_that_lost_its_first_character_is_asked_about(start: int, doubtful: bool) -> None:
    """大厂镇 wrapped before 厂, which was not found, and 大镇 was believed."""
    address = (line("住所", 1000, 580), line("河北省大厂回族自治县大", 1200, 580), line("镇小务村20号", start, 618))
    assert field_of(only(licence(*address)), "address").doubtful is doubtful


def test_what_begins_within_a_label_is_not_its_value() -> None:
    """The 号 of an address, wrapped alone close above 公民身份号码, was taken for the number's, and the address for whole."""
    address = (line("住所", 1000, 580), line(STREET, 1200, 580), line("85号10号楼4单元245", 1200, 618))
    lone = (line("室", 1200, 652), line("统一社会信用代码证照编号", 990, 664))
    assert field_of(only(licence(*address, *lone)), "address").doubtful


def test_loops_of_a_border_are_no_labels() -> None:
    """Q and O, as readers see them, stood for what is left of a label, and the second line of an address was another value's."""
    loops = [line("Q", 905, 380 + 48 * row) for row in range(6)]
    address = (line("住所", 1000, 580), line(STREET, 1200, 580), line(ROOM, 1200, 618))
    field = field_of(only(licence(*address, *loops, line("Q", 905, 620))), "address")
    assert (field.value, field.doubtful) == (STREET + ROOM, False)
