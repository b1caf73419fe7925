"""What people write around a value, in files that carry their text: offered without it, and asked about where it may be more."""

from __future__ import annotations

import pytest

from pipeline.domain.document import ExtractedForm, Field
from tests.extract.reading import form_of
from tests.extract.word_files import form_with, paragraph, run


def read(key: str, content: str) -> Field:
    found = form_of(form_with(key, content)).field(key)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("key", "written", "value"),
    [
        ("account_name", "____廊坊慢生活____", "廊坊慢生活"),
        ("owner_name", "___张三丰___", "张三丰"),
        ("owner_id_number", "__110101199003077934__", "110101199003077934"),
        ("follower_count", "__6800__人", None),
        ("opened_on", "__2018__年_6_月__1__日", "2018-06-01"),
        ("owner_name", "姓名：张三丰", "张三丰"),
        ("owner_phone", "手机：13803161234", "13803161234"),
        ("owner_phone", "手机：\n13803161234", "13803161234"),
        ("owner_phone", "13803161234（微信同\n号）", "13803161234"),
        ("owner_phone", "13803161234（请如实填写）", "13803161234"),
        ("owner_wechat", "wang\u2011li2018", "wang-li2018"),
        ("owner_wechat", "zhang-\nli2018", "zhang-li2018"),
        ("account_name", "Lang_Fang__", "Lang_Fang__"),
        ("owner_id_number", "13102519860222994×", "13102519860222994X"),
        ("owner_id_number", "13102519860222994Х", "13102519860222994X"),
        ("owner_id_number", "13102519860222995×", "13102519860222995×"),
        ("address", "个体⼯商⼾", "个体工商户"),
    ],
)
def test_a_line_to_write_on_and_the_own_label_are_no_part_of_the_value(
    key: str, written: str, value: str | None
) -> None:
    found = read(key, paragraph(run(written)))
    assert (found.value, found.doubtful) == (value, False)


@pytest.mark.parametrize(
    ("key", "written", "value"),
    [
        ("owner_name", "张三丰（主任）", "张三丰"),
        ("owner_name", "张三丰 女士", "张三丰"),
        ("owner_name", "张三丰，男", "张三丰"),
        ("owner_name", "买买提·吐尔逊★", "买买提·吐尔逊"),
        ("admin_name", "李小满/运营部", "李小满"),
        ("owner_name", "【张三丰】", "张三丰"),
        ("admin_name", "《李小满》", "李小满"),
        ("admin_name", "张三丰李小满", "张三丰李小满"),
        ("account_name", "例：爱廊坊\n廊坊慢生活", "廊坊慢生活"),
        ("account_name", "例：爱廊坊", None),
        ("account_name", "（与营业执照一致）", None),
        ("account_name", "（请填写全称）廊坊慢生活", "廊坊慢生活"),
        ("account_name", "填写全称，例如：爱廊坊。", "填写全称，例如：爱廊坊。"),
        ("account_name", "粉丝数量：见下", "粉丝数量：见下"),
        ("account_name", "微信公众号：廊坊慢生活", "微信公众号：廊坊慢生活"),
        ("account_name", "廊坊慢生活\n廊坊慢生活", "廊坊慢生活"),
        ("follower_count", "5000\n3000", 50003000),
        ("owner_wechat", "____yunshan_77____", "yunshan_77"),
        ("owner_wechat", "yunshan_77\nxiaoman56", "yunshan_77xiaoman56"),
    ],
)
def test_what_may_be_more_than_the_value_is_asked_about(key: str, written: str, value: object) -> None:
    found = read(key, paragraph(run(written)))
    assert (found.value, found.doubtful) == (value, True)


@pytest.mark.parametrize(
    ("key", "written", "values"),
    [
        ("admin_name", "张三丰 李小满", ("张三丰", "李小满")),
        ("admin_name", "张三丰\n李小满", ("张三丰", "李小满")),
        ("admin_name", "张三丰和李小满", ("张三丰", "李小满")),
        ("admin_name", "张三丰、李小满", ("张三丰", "李小满")),
        ("owner_wechat", "yunshan_77 xiaoman-5678", ("yunshan_77", "xiaoman-5678")),
        ("owner_wechat", "yunshan_2018_77\nxiaoman-5678", ("yunshan_2018_77", "xiaoman-5678")),
    ],
)
def test_two_where_one_belongs(key: str, written: str, values: tuple[str, ...]) -> None:
    found = read(key, paragraph(run(written)))
    assert (found.value, found.candidates) == (None, values)


@pytest.mark.parametrize("name", ["张 三 丰", "张　三", "买买提·吐尔逊", "欧阳明月"])
def test_a_name_set_wide_is_one_name(name: str) -> None:
    found = read("owner_name", paragraph(run(name)))
    assert (str(found.value), found.doubtful, found.candidates) == ("".join(name.split()), False, ())


def test_a_note_mark_typed_behind_a_value_is_no_digit_of_it() -> None:
    raised = run("1.2万") + run("1", '<w:vertAlign w:val="superscript"/>')
    assert read("follower_count", paragraph(raised)).doubtful


def _type(written: str) -> ExtractedForm:
    return form_of(form_with("account_type", written))


@pytest.mark.parametrize(
    "written",
    [
        "微信公众账号：√ 手机APP：× 其他：×",
        "微信公众账号：是 手机APP：否 其他：否",
        "微信公众账号（是） 手机APP（否） 其他（否）",
        "微信公众账号：√  手机APP：  其他：",
        "微信公众账号√ 手机APP口 其他口",
    ],
)
def test_yes_and_no_and_ticks_behind_a_colon(written: str) -> None:
    form = _type(written)
    assert (form.value("account_type"), form.value("account_type_other")) == ("wechat", None)


def test_an_option_that_wraps_or_that_nobody_knows_gives_its_tick_to_no_other() -> None:
    form = _type("微信公众账号□\n手机APP□ 其\n他☑ 抖音")
    assert (form.value("account_type"), form.value("account_type_other")) == ("other", "抖音")
    broken = _type("微信公众账号\n（√） 手机\nAPP（ ） 其他（\n）")
    assert broken.value("account_type") == "wechat"
    strange = _type("微信公众账号□ 手机APP□ 户外屏☑").field("account_type")
    assert strange is not None
    assert (strange.value, strange.doubtful) == (None, True)


def test_other_is_what_is_written_behind_it_also_with_yes() -> None:
    form = _type("微信公众账号：否 手机APP：否 其他：是 抖音")
    assert (form.value("account_type"), form.value("account_type_other")) == ("other", "抖音")


@pytest.mark.parametrize(
    ("written", "value", "doubtful"),
    [
        ("唐园。", "唐园", False),
        ("、唐园，", "唐园", False),
        ("唐园 手机 138", "唐园手机 138", True),
        ("唐园1", "唐园1", True),
        ("唐", "唐", True),
        ("无", "无", True),
    ],
)
def test_a_name_ends_with_a_letter_and_holds_no_digit(written: str, value: str, doubtful: bool) -> None:
    """唐园。 went into the register; so did a name with the label and the number of the next cell behind it, and 严 alone,
    whose other characters stood in a line below."""
    found = read("owner_name", paragraph(run(written)))
    assert (found.value, found.doubtful) == (value, doubtful)


def test_two_whole_numbers_in_two_lines_are_two() -> None:
    """They were one of twenty-two digits; a number that goes on in the next line still is one."""
    two = read("owner_phone", paragraph(run("15078691210")) + paragraph(run("18640948208")))
    assert (two.value, two.candidates) == (None, ("15078691210", "18640948208"))
    assert read("owner_phone", paragraph(run("1507869")) + paragraph(run("1210"))).value == "15078691210"


@pytest.mark.parametrize(
    ("key", "text", "once"),
    [
        ("account_subject", "香河文化馆\n香河文化馆香河文化馆\n\n香河文化馆", "香河文化馆"),
        ("address", "金光道2号\n金光道金光道2号\n2金光道2号\n号金光道2号", "金光道2号"),
        ("owner_name", "张小丰张小丰张小丰张小丰", "张小丰"),
    ],
)
def test_what_stands_there_three_times_is_asked_about(key: str, text: str, once: str) -> None:
    """LibreOffice writes a content control into a .doc four times; all of it was believed."""
    found = read(key, paragraph(run(text)))
    assert (found.value, found.doubtful) == (once, True)


@pytest.mark.parametrize("text", ["廊坊新闻\n发布廊坊新闻", "乐乐乐乐乐乐", "1.便民\n2.便民服务\n3.便民活动"])
def test_what_only_begins_alike_is_whole(text: str) -> None:
    found = read("description", paragraph(run(text)))
    assert (found.value, found.doubtful) == (text.replace("\n", ""), False)
