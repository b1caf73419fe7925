"""Forms typed in Word as ordinary senders fill them: what they say twice, put into brackets, or tick from Word's menus."""

from __future__ import annotations

import pytest

from pipeline.domain.document import ExtractedForm
from tests.extract.reading import doubtful_keys, form_of, values_of
from tests.extract.word_files import (
    EXPECTED,
    VALUES,
    cell,
    form_rows,
    form_table,
    form_with,
    paragraph,
    row,
    run,
    table,
    word_file,
)

COLONS = {"number": "编号：", "account_name": "账号名：", "description": "功能简介：", "opened_on": "开通日期："}


def assert_read(form: ExtractedForm, **but: object) -> None:
    assert values_of(form) == {**EXPECTED, **but}
    assert doubtful_keys(form) == set()


def overstruck(instruction: str, *, result: str | None = None) -> str:
    """A w:r of a field as Word's menu 带圈字符 makes it: without a result, as a rule."""
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}'
    parts = "".join(f'<w:r><w:instrText xml:space="preserve">{part}</w:instrText></w:r>' for part in instruction)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"{begin}{parts}{shown}{end}"


@pytest.mark.parametrize(
    "mark",
    [
        overstruck(" eq \\o\\ac(□,√) "),
        overstruck(" EQ \\o\\ac(□,✓)"),
        overstruck("eq \\o \\ac(□；V)"),
        overstruck(" eq \\o\\ac(□,√) ", result="☑"),
        '<w:fldSimple w:instr=" eq \\o\\ac(□,√) "/>',
    ],
)
def test_a_tick_set_into_a_box_by_a_field(mark: str) -> None:
    """The row seemed to have a tick box less, or none ticked, as such a field has no result."""
    ticks = f"<w:p>{run('微信公众账号□ 手机APP')}{mark}{run(' 其他□')}</w:p>"
    assert_read(form_of(form_with("account_type", ticks)), account_type="app")


def test_a_number_set_into_a_ring_by_a_field() -> None:
    number = overstruck("eq \\o\\ac(○,2)")
    assert_read(form_of(form_with("description", f"<w:p>{number}{run('便民')}</w:p>")), description="②便民")


def test_other_characters_upon_each_other_are_asked_about() -> None:
    text = f"<w:p>{overstruck('eq |o|ac(□,信)'.replace('|', chr(92)))}{run('便民')}{overstruck('PAGE')}</w:p>"
    form = form_of(form_with("description", text))
    assert (values_of(form)["description"], doubtful_keys(form)) == ("□信便民", {"description"})


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("admin_name", "姓名：李小满"),
        ("admin_phone", "电话：139 0316 5678"),
        ("admin_phone", "（86）13903165678"),
        ("admin_wechat", "微信：xiaoman-5678"),
        ("admin_wechat", "微信号：xiaoman-5678"),
        ("owner_id_number", "身份证号码：110101199003077934"),
        ("follower_count", "截至目前12000人"),
        ("opened_on", "2018.12.1注册"),
    ],
)
def test_a_value_that_says_once_more_what_it_is(key: str, typed: str) -> None:
    """姓名 beside 管理员姓名 was taken for the owner's label: the administrator's name had no place, and the owner's two."""
    assert_read(form_of(form_with(key, typed)))


@pytest.mark.parametrize(
    ("key", "label", "typed"),
    [("admin_wechat", "管理员微信：", "微信号：xiaoman-5678"), ("owner_phone", "联系电话：", "手机：138 0316 1234")],
)
def test_a_value_that_says_its_label_in_another_word(key: str, label: str, typed: str) -> None:
    assert_read(form_of(word_file(form_table({**VALUES, key: typed}, {key: label}))))


@pytest.mark.parametrize("key", ["owner_wechat", "admin_phone"])
def test_another_ones_label_before_a_value_is_asked_about(key: str) -> None:
    assert key in doubtful_keys(form_of(form_with(key, "管理员姓名：李小满")))


def test_a_description_that_begins_as_a_label_does_where_labels_have_colons() -> None:
    """With colons behind the labels its cell was taken for the next field, and its words for the owner's WeChat ID."""
    table_ = form_table({**VALUES, "description": "微信：推送内容；其他：报名"}, COLONS)
    form = form_of(word_file(table_))
    assert_read(form, description="微信：推送内容；其他：报名")


@pytest.mark.parametrize(("key", "text"), [("description", "粉丝数量：6800"), ("account_name", "微信：yunshan_77")])
def test_a_text_that_is_another_fields_value_with_its_label_is_asked_about(key: str, text: str) -> None:
    assert key in doubtful_keys(form_of(form_with(key, text)))


def test_a_label_with_a_colon_alone_in_its_row_is_a_blank_where_values_stand_behind_labels() -> None:
    rows = [f"{label}：{VALUES[key]}" for key, label in zip(VALUES, _LABELS, strict=True) if label]
    assert_read(form_of(word_file(table(*(row(cell(text)) for text in ("编    号：", *rows))))))


def test_values_below_their_labels_with_a_labelled_row_below_those() -> None:
    """The sentence to be signed stands beside its own label, and is no second row of values."""
    head = list(form_rows().values())[:9]
    below = [
        row(cell("管理员姓名"), cell("管理员手机"), cell("管理员微信号", span=3)),
        row(cell(VALUES["admin_name"]), cell(VALUES["admin_phone"]), cell(VALUES["admin_wechat"], span=3)),
        row(cell("签名盖章确认"), cell(VALUES["signed"], span=4)),
    ]
    assert_read(form_of(word_file(table(*head, *below))))


def test_values_below_their_labels_that_begin_as_labels_do() -> None:
    """A row with "label：" in a third of its cells was taken for the next row of labels, and the row above for blank."""
    head = [
        item for key, item in form_rows().items() if key not in ("address", "description", "owner_name", "owner_wechat")
    ]
    heads = ("账号所有人姓名", "身份证号", "微信号", "手机")
    typed = ("姓名：张三丰", "身份证：110101199003077934", "微信：yunshan_77", "138 0316 1234")
    below = [
        row(cell("地址", span=2), cell("功能简介", span=3)),
        row(cell(VALUES["address"], span=2), cell("微信：推送内容；其他：报名", span=3)),
        row(*(cell(label) for label in heads), cell("")),
        row(*(cell(value) for value in typed), cell("")),
    ]
    rows = [*head[:4], *below, *head[4:]]
    assert_read(form_of(word_file(table(*rows))), description="微信：推送内容；其他：报名")


def test_the_word_phone_number_in_place_of_a_wechat_id() -> None:
    """It was taken for the phone's label, and neither field had a place."""
    assert_read(form_of(form_with("owner_wechat", "手机号")), owner_wechat="13803161234")


def test_the_other_ones_account_below_the_values_is_asked_about() -> None:
    head = list(form_rows().values())[:9]
    below = [
        row(cell("管理员姓名"), cell("管理员手机"), cell("管理员微信号", span=3)),
        row(cell(VALUES["admin_name"]), cell(VALUES["admin_phone"]), cell(VALUES["admin_wechat"], span=3)),
        row(cell("王小丽"), cell("13703161111"), cell("wang_137", span=3)),
    ]
    asked = doubtful_keys(form_of(word_file(table(*head, *below))))
    assert {"admin_name", "admin_phone", "admin_wechat"} <= asked


@pytest.mark.parametrize(
    ("label", "typed", "count", "doubtful"),
    [
        ("粉丝数量（万）", "1.2", 12000, False),
        ("粉丝数量（单位：万人）", "3", 30000, False),
        ("粉丝数量（万）", "1.2万", 12000, False),
        ("粉丝数量（人）", "12000", 12000, False),
        ("粉丝数量（万）", "12000", 120_000_000, True),
    ],
)
def test_the_unit_that_a_label_names(label: str, typed: str, count: int, doubtful: bool) -> None:
    """3 ten thousands were believed to be three."""
    content = word_file(form_table({**VALUES, "follower_count": typed}, {"follower_count": label}))
    form = form_of(content)
    assert (values_of(form)["follower_count"], "follower_count" in doubtful_keys(form)) == (count, doubtful)


@pytest.mark.parametrize(
    "hint", ["（请在对应方框内打√）", "\n注：请在□内划“√”", "（在□中打勾）", "【请打√】", "\n请在相应□内打√"]
)
def test_what_a_form_prints_on_how_to_tick_ticks_nothing(hint: str) -> None:
    """其他 seemed to be ticked as well, and the sender was told to tick one."""
    assert_read(form_of(form_with("account_type", f"微信公众账号☑ 手机APP□ 其他     □{hint}")))


def test_the_kind_of_a_public_account_behind_the_one_option_written_out() -> None:
    assert_read(form_of(form_with("account_type", "微信公众号（订阅号）")))


@pytest.mark.parametrize("typed", ["微信公众号（暂未开通）", "微信公众号（不是手机APP）"])
def test_a_remark_that_may_take_the_option_back_is_asked_about(typed: str) -> None:
    assert "account_type" in doubtful_keys(form_of(form_with("account_type", typed)))


@pytest.mark.parametrize(
    "typed", ["同左手机号", "微信号同手机号", "与手机同号", "手机号即微信号", "同手机号码", "手机微信同号"]
)
def test_a_wechat_id_that_is_the_phone_number_in_whatever_words(typed: str) -> None:
    """同左手机号 was the owner's WeChat ID, and others were believed as they stood."""
    assert_read(form_of(form_with("admin_wechat", typed)), admin_wechat="13903165678")


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("admin_name", "与上同", "张三丰"),
        ("admin_name", "姓名：同上", "张三丰"),
        ("admin_wechat", "微信：同上", "yunshan_77"),
        ("admin_phone", "03162345678", "0316-2345678"),
        ("admin_phone", "01012345678", "010-12345678"),
    ],
)
def test_the_owners_value_and_landlines_in_other_words(key: str, typed: str, value: str) -> None:
    assert_read(form_of(form_with(key, typed)), **{key: value})


def test_a_name_that_points_elsewhere_in_unknown_words_is_asked_about() -> None:
    assert "admin_name" in doubtful_keys(form_of(form_with("admin_name", "见营业执照")))


@pytest.mark.parametrize("key", ["account_subject", "address"])
def test_a_label_and_its_value_in_the_one_cell_of_a_row_are_asked_about(key: str) -> None:
    """Without a colon between them the field had no place."""
    rows = form_rows()
    label = {"account_subject": "账号主体", "address": "地址"}[key]
    rows[key] = row(cell(f"{label}    {VALUES[key]}", span=5))
    form = form_of(word_file(table(*rows.values())))
    assert (values_of(form)[key], doubtful_keys(form)) == (EXPECTED[key], {key})


@pytest.mark.parametrize("box", ["口", "囗"])
def test_a_chinese_character_typed_for_a_box(box: str) -> None:
    """With boxes nobody knew the tick stood nearer to the next option, which was believed."""
    assert_read(form_of(form_with("account_type", f"微信公众账号 ☑手机APP {box}其他 {box}")))


def test_a_tick_in_brackets_between_two_options_without_boxes_is_asked_about() -> None:
    """A blank before a bracket is only for looks; it was believed to tick what stood behind it."""
    form = form_of(form_with("account_type", "微信公众账号 （√）手机APP 其他 ____"))
    assert values_of(form)["account_type"] is None
    assert "account_type" in doubtful_keys(form)


def test_a_signature_by_a_body_whose_name_has_brackets() -> None:
    subject = "固安众合广告（个体工商户）"
    signed = {**VALUES, "account_subject": subject, "signed": f"以上信息均真实有效\n{subject}（盖章）\n2018年12月12日"}
    assert_read(form_of(word_file(form_table(signed))), account_subject=subject, signed=True)


def test_a_signature_by_a_body_whose_name_wraps() -> None:
    subject = "廊坊易佰广告有限公司廊坊分公司"
    signed = {
        **VALUES,
        "account_subject": subject,
        "signed": f"以上信息均真实有效\n{subject[:14]}\n司（盖章）\n2018.12.15",
    }
    assert_read(form_of(word_file(form_table(signed))), account_subject=subject, signed=True)


def test_other_words_in_the_place_of_a_signature_are_asked_about() -> None:
    signed = {**VALUES, "signed": "以上信息均真实有效\n廊坊易佰广告\n另附（盖章）"}
    assert "signed" in doubtful_keys(form_of(word_file(form_table(signed))))


def lines_of(**but: str) -> bytes:
    """A form without a table: a paragraph for each field, or several for a value of several lines."""
    labels = {key: label for key, label in zip(VALUES, _LABELS, strict=True) if label}
    values = {**VALUES, **but}
    texts = [line for key, label in labels.items() for line in f"{label}：{values[key]}".split("\n")]
    return word_file("".join(map(paragraph, ["廊坊市新媒体账号登记备案表", *texts])))


_LABELS = (
    "", "账号名", "账号类型", "账号主体", "地\u00a0\u00a0\u00a0\u00a0址", "功能简介", "开通日期", "粉丝数量", "账号所有人姓名",
    "身份证号", "微信号", "手机", "管理员姓名", "管理员手机", "管理员微信号", "签名盖章确认",
)  # fmt: skip
#: Without a place for a number.
_LINED = {key: value for key, value in EXPECTED.items() if key != "number"}


def test_labels_spread_with_blanks_that_do_not_break() -> None:
    """地址 was unknown with them, and its line went on with the account's subject."""
    form = form_of(lines_of())
    assert values_of(form) == _LINED
    assert doubtful_keys(form) == set()


def test_ditto_marks_on_a_line_to_write_on() -> None:
    form = form_of(lines_of(admin_name="__〃____", admin_phone="__同上____", owner_name="__姓名：张三丰____"))
    assert values_of(form) == {**_LINED, "admin_name": "张三丰", "admin_phone": "13803161234"}


def test_a_date_that_goes_on_in_the_next_paragraph_is_asked_about() -> None:
    """The month alone was believed."""
    form = form_of(lines_of(opened_on="2018年12月\n25日"))
    assert (values_of(form)["opened_on"], "opened_on" in doubtful_keys(form)) == ("2018-12-25", True)


def test_a_value_below_the_line_that_it_was_to_stand_on_is_asked_about() -> None:
    form = form_of(lines_of(opened_on="______\n2018年12月1日"))
    assert (values_of(form)["opened_on"], "opened_on" in doubtful_keys(form)) == ("2018-12-01", True)


ROWS = [("联系人", "刘大伟", "联系电话", "13703161111"), ("法定代表人", "刘大伟", "手机", "13703161111")]


@pytest.mark.parametrize("added", ROWS)
def test_a_row_outside_the_owners_cell_is_not_the_owners(added: tuple[str, ...]) -> None:
    """Its phone was offered as the owner's."""
    rows = list(form_rows().values())
    label, name, second, phone = added
    extra = row(cell(label, span=2), cell(name), cell(second), cell(phone))
    assert_read(form_of(word_file(table(*rows[:4], extra, *rows[4:]))))


@pytest.mark.parametrize(
    ("before", "label", "value"),
    [
        (2, "微信号", "langfang_life"),
        (5, "网址", "http://www.example.com/"),
        (10, "身份证号", "110101198001010010"),
    ],
)
def test_a_row_added_with_a_label_that_another_row_has_more_surely(before: int, label: str, value: str) -> None:
    """The account's own WeChat ID, its web page, the administrator's ID number."""
    rows = list(form_rows().values())
    extra = row(cell(label, span=2), cell(value, span=3))
    assert_read(form_of(word_file(table(*rows[:before], extra, *rows[before:]))))


def test_what_stands_below_the_signature_is_the_offices() -> None:
    rows = [*form_rows().values(), row(cell("受理人", span=2), cell("刘大伟"), cell("联系电话"), cell("13703161111"))]
    assert_read(form_of(word_file(table(*rows))))


def test_two_phones_of_the_administrator_are_asked_about() -> None:
    rows = list(form_rows().values())
    extra = row(cell("手机", span=2), cell("13703161111", span=3))
    assert "admin_phone" in doubtful_keys(form_of(word_file(table(*rows[:10], extra, *rows[10:]))))


@pytest.mark.parametrize(
    ("key", "cells"),
    [("address", ("邮编", "065000")), ("account_subject", ("性质", "企业")), ("follower_count", ("人",))],
)
def test_labels_of_other_forms_and_units_in_cells_behind_a_value(key: str, cells: tuple[str, ...]) -> None:
    rows = form_rows()
    label = {"address": "地址", "account_subject": "账号主体", "follower_count": "粉丝数量"}[key]
    own = "12000" if key == "follower_count" else VALUES[key]
    rows["opened_on" if key == "follower_count" else key] = row(cell(label, span=2), cell(own), *map(cell, cells))
    if key == "follower_count":
        rows["date"] = row(cell("开通日期", span=2), cell(VALUES["opened_on"], span=3))
    form = form_of(word_file(table(*rows.values())))
    unknown = {key} if cells[0] == "性质" else set()
    assert doubtful_keys(form) == unknown
    assert unknown or values_of(form) == EXPECTED


@pytest.mark.parametrize(
    ("key", "typed", "value", "doubtful"),
    [
        ("owner_name", "法人：张小丰", "张小丰", True),
        ("owner_name", "张小丰 男", "张小丰", True),
        ("owner_name", "张小丰主任", "张小丰", True),
        ("owner_name", "李老师", "李老师", True),
        ("owner_name", "张小丰-", "张小丰", False),
        ("owner_name", "张 小 男", "张小男", False),
        ("owner_id_number", "'110101199003077934", "110101199003077934", False),
        ("owner_id_number", "号码：110101199003077934", "110101199003077934", False),
        ("owner_phone", "138.0316.1234", "13803161234", False),
        ("owner_wechat", "微信号abc_123456", "abc_123456", False),
        ("account_subject", "三河晨光网络有限公司\n统一社会信用代码：91131002MA07ABCD1X", None, True),
    ],
)
def test_what_else_people_type_beside_a_value(key: str, typed: str, value: str | None, doubtful: bool) -> None:
    """男 was the last character of the name, 法人： its first ones, and a teacher was called 老师."""
    found = form_of(form_with(key, typed)).field(key)
    assert found is not None
    assert found.doubtful is doubtful
    assert value is None or found.value == value


def test_a_label_said_again_in_the_line_below_it_is_the_same_label() -> None:
    """The administrator's name was the owner's, and his own blank."""
    names = {**dict(zip(VALUES, _LABELS, strict=True)), "number": "编号"}
    typed = {**VALUES, "admin_name": "\n姓名：李小满", "owner_wechat": "\n微信号：yunshan_77"}
    rows = [row(cell(f"{label}：{typed[key]}")) for key, label in names.items()]
    assert_read(form_of(word_file(table(*rows))))


def test_the_owners_own_label_is_more_than_the_notices_word() -> None:
    rows = list(form_rows({**VALUES}, {"owner_name": "账号所有人姓名"}).values())
    extra = row(cell("姓名", span=2), cell("刘大伟", span=3))
    form = form_of(word_file(table(*rows[:9], extra, *rows[9:])))
    assert values_of(form)["owner_name"] == "张三丰"
