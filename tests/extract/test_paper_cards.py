"""ID cards with labels lost, and papers that have a card's labels."""

from __future__ import annotations

import pytest

from pipeline.domain.document import ExtractedPaper, Field, PaperKind
from pipeline.extract.page import Line
from samples.identifiers import id_check_digit
from tests.extract.written_papers import line, papers_of

NUMBER = "13100219850315123" + id_check_digit("13100219850315123")
ADDRESS = ("河北省廊坊市香河县刘宋", "镇小曹家务村7区378号")


def front(*lost: str, address: tuple[str, ...] = ADDRESS) -> list[Line]:
    """A portrait side without the lines that were lost."""
    lines = [
        line("姓名", 100, 120),
        line("陈建国", 200, 116, high=36),
        line("性别", 100, 200),
        line("男", 200, 200),
        line("民族", 300, 200),
        line("汉", 380, 200),
        line("出生", 100, 280),
        line("1985年3月15日", 200, 280),
        line("住址", 100, 360),
        *(line(text, 200, 360 + 45 * index) for index, text in enumerate(address)),
        line("公民身份号码", 100, 560),
        line(NUMBER, 350, 560),
    ]
    return [item for item in lines if item.text not in lost]


def card_of(lines: list[Line]) -> ExtractedPaper:
    (card,) = papers_of(lines)
    assert card.kind is PaperKind.ID_CARD
    return card


def field_of(lines: list[Line], key: str) -> Field:
    field = card_of(lines).field(key)
    assert field is not None
    return field


@pytest.mark.parametrize("lost", [(), ("住址",), ("住址", "出生"), ("住址", "姓名")])
def test_an_address_without_its_label(lost: tuple[str, ...]) -> None:
    field = field_of(front(*lost), "address")
    assert (field.value, field.doubtful) == ("".join(ADDRESS), False)


def test_the_last_character_of_an_address_without_its_label_stays() -> None:
    field = field_of(front("住址", address=("三河市霸州镇康庄街194", "号")), "address")
    assert (field.value, field.doubtful) == ("三河市霸州镇康庄街194号", False)


@pytest.mark.parametrize("lost", [(ADDRESS[0],), (ADDRESS[0], "住址")])
def test_an_address_whose_first_line_was_lost_is_asked_about(lost: tuple[str, ...]) -> None:
    assert field_of(front(*lost), "address").doubtful


def test_a_side_of_which_two_labels_are_left() -> None:
    """民族 stands further right than the label 公民身份号码 reaches."""
    lines = front("性别", "出生", "住址")
    assert field_of(lines, "id_number").value == NUMBER


@pytest.mark.parametrize(("day", "is_card"), [("1985年3月15日", True), ("1985 3 15", True), ("1985 3 16", False)])
def test_a_side_without_any_label(day: str, is_card: bool) -> None:
    """On a scan at 150 dpi nothing that is printed in pale blue was found."""
    lines = front("姓名", "性别", "民族", "汉", "出生", "1985年3月15日", "住址", "公民身份号码")
    found = papers_of([*lines, line(day, 200, 280)])
    assert [paper.field("id_number") is not None for paper in found] == ([True] if is_card else [])
    assert [name.value for paper in found if (name := paper.field("name")) is not None] == (
        ["陈建国"] if is_card else []
    )


@pytest.mark.parametrize(("x", "y", "is_card"), [(277, 417, True), (700, 417, False), (277, 520, False)])
def test_a_day_of_birth_over_its_number_as_on_a_card(x: float, y: float, is_card: bool) -> None:
    """A seal hid all else that tells a portrait side."""
    lines = [line("1985年3月15日", x, y), line(NUMBER, 350, 560)]
    assert [paper.field("id_number") is not None for paper in papers_of(lines)] == ([True] if is_card else [])


def test_a_side_of_which_only_the_number_and_its_label_are_left() -> None:
    """A seal hid all labels but 公民身份号码, in one line with the number: the emblem side was said to be alone."""
    lost = ("姓名", "性别", "民族", "出生", "1985年3月15日", "住址", "公民身份号码", NUMBER)
    number = line(f"公民身份号码{NUMBER}", 100, 560)
    back = [line("居民身份证", 1300, 200, high=50), line("签发机关 某某公安局", 1200, 460)]
    (paper,) = papers_of([*front(*lost), number, *back, line("有效期限 2016.01.01-2036.01.01", 1200, 540)])
    side = paper.field("side")
    assert side is not None
    assert side.value == "both"


def test_a_name_without_its_label() -> None:
    field = field_of(front("姓名"), "name")
    assert (field.value, field.doubtful) == ("陈建国", False)


def test_a_name_without_its_label_nor_that_of_the_sex() -> None:
    field = field_of(front("姓名", "性别"), "name")
    assert (field.value, field.doubtful) == ("陈建国", False)


@pytest.mark.parametrize(
    ("shown", "doubtful"),
    [("欧阳震东", False), ("古丽·买买提", False), ("用无效备", True), ("网信办备案", True), ("乌云其木格", True)],
)
def test_what_a_name_looks_like(shown: str, doubtful: bool) -> None:
    """A watermark over a name was believed to be it."""
    lines = [line(shown, 200, 116, high=36) if item.text == "陈建国" else item for item in front()]
    assert field_of(lines, "name").doubtful is doubtful


@pytest.mark.parametrize("shown", ["与原件一致", "复印件与原件核对无误", "用于公众号备案,不作他用", "仅供备案使用"])
def test_a_watermark_is_no_value(shown: str) -> None:
    lines = [line(shown, 200, 120) if item.text == "陈建国" else item for item in front()]
    assert card_of(lines).field("name") is None


def test_a_name_of_two_lines_is_asked_about() -> None:
    """男 stood closely below a name, without its label."""
    lines = [item for item in front("性别", "男") if item.text != "陈建国"]
    named = [line("玛依拉·艾合买提", 200, 120), line("男", 200, 158)]
    assert field_of([*lines, *named], "name").doubtful


def test_a_number_is_held_against_the_birth_date_whose_label_was_lost() -> None:
    lines = [line("1986年3月15日", 200, 280) if item.text == "1985年3月15日" else item for item in front("出生")]
    assert field_of(lines, "id_number").doubtful


def test_a_period_without_its_label() -> None:
    back = [
        line("中华人民共和国", 300, 100, high=50),
        line("居民身份证", 300, 180, high=60),
        line("签发机关", 200, 420),
        line("香河县公安局", 350, 420),
        line("2014.07.17-2034.07.17", 350, 490),
    ]
    field = field_of(back, "valid_until")
    assert (field.value, field.doubtful) == ("2034-07-17", False)
    cut = [line("2014.07.17-2034.07", 350, 490) if item.text.startswith("2014") else item for item in back]
    assert card_of(cut).field("valid_until") is None


@pytest.mark.parametrize("foreign", ["户主或与户主关系", "准驾车型 C1", "文化程度"])
def test_household_registers_and_driving_licences_are_no_cards(foreign: str) -> None:
    assert papers_of([*front(), line(foreign, 300, 240)]) == ()


@pytest.mark.parametrize(("born", "found"), [("1985年3月15日", True), ("1986年3月15日", False)])
def test_the_day_that_a_number_tells_stands_for_its_label(born: str, found: bool) -> None:
    """Of a pale photo one label was left, 民族, and the card was lost."""
    lines = front("姓名", "性别", "出生", "住址", "公民身份号码")
    lines = [line(born, 200, 280) if item.text == "1985年3月15日" else item for item in lines]
    assert [paper.kind for paper in papers_of(lines)] == ([PaperKind.ID_CARD] if found else [])
