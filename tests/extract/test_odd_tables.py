"""Tables as people change them: cells that came apart, columns added, values elsewhere than right of their labels."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from pipeline.domain.document import ExtractedForm
from tests.extract.reading import doubtful_keys, form_of, forms_of, values_of
from tests.extract.word_files import EXPECTED, LAYOUT, VALUES, cell, form_rows, paragraph, row, run, table, word_file

FULL: Mapping[str, str] = {
    "owner_name": "账号所有人姓名",
    "owner_id_number": "账号所有人身份证号",
    "owner_wechat": "账号所有人微信号",
    "owner_phone": "账号所有人手机",
    "admin_phone": "管理员手机",
}
PAIRS = [(key, FULL.get(key, label)) for line in LAYOUT for label, key in line]


def read(*rows: str) -> ExtractedForm:
    return form_of(word_file(table(*rows)))


def assert_exact(form: ExtractedForm, but: Mapping[str, object] | None = None) -> None:
    assert values_of(form) == {**EXPECTED, **(but or {})}
    assert doubtful_keys(form) == set()


def test_the_owners_cell_that_is_not_merged_holds_for_the_rows_with_nothing_below_it() -> None:
    rows = form_rows()
    apart = [
        item.replace('<w:vMerge w:val="restart"/>', "").replace('<w:vMerge w:val="continue"/>', "")
        for item in rows.values()
    ]
    assert_exact(read(*apart))


def test_it_does_not_hold_for_the_administrators_row() -> None:
    rows = form_rows()
    rows["owner_name"] = rows["owner_name"].replace('<w:vMerge w:val="restart"/>', "")
    rows["owner_wechat"] = row(cell(""), cell("管理员姓名"), cell("李小满"), cell("手 机"), cell("13903165678"))
    del rows["admin_name"]
    form = read(*rows.values())
    assert form.value("admin_phone") == "13903165678"
    assert form.value("owner_phone") is None


def test_a_cell_with_the_lines_of_a_section() -> None:
    rows = form_rows()
    lines = "".join(paragraph(run(text)) for text in ("姓名：李小满", "手机：13903165678", "微信号：xiaoman-5678"))
    rows["admin_name"] = row(cell("管理员"), cell(lines, span=4))
    del rows["admin_wechat"]
    assert_exact(read(*rows.values()))


def test_account_owner_as_an_answer_is_no_section() -> None:
    rows = form_rows({**VALUES, "admin_name": "账号所有人"})
    assert_exact(read(*rows.values()), {"admin_name": "张三丰"})


def test_the_administrator_is_the_owner_whose_wechat_is_the_phone() -> None:
    rows = form_rows({**VALUES, "owner_wechat": "同手机号", "admin_wechat": "本人"})
    assert_exact(read(*rows.values()), {"owner_wechat": "13803161234", "admin_wechat": "13803161234"})


def test_many_sections_are_looked_through_in_no_time() -> None:
    rows = [row(cell("账号所有人"), cell("手机"), cell("12345"))] * 400
    started = time.perf_counter()
    forms_of(word_file(table(*rows)))
    assert time.perf_counter() - started < 5


def test_a_column_of_colons() -> None:
    assert_exact(read(*(row(cell(label), cell("："), cell(VALUES[key])) for key, label in PAIRS)))


def test_a_column_of_remarks_is_no_value() -> None:
    head = row(cell("项目"), cell("填写内容"), cell("备注"))
    rows = [row(cell(label), cell(VALUES[key]), cell("按要求填写")) for key, label in PAIRS]
    assert_exact(read(head, *rows))


def test_remarks_beside_ticks_without_a_heading_are_asked_about() -> None:
    rows = form_rows()
    ticks = cell(VALUES["account_type"], span=3) + cell("在方框内打√")
    rows["account_type"] = row(cell("账号类型"), ticks)
    assert "account_type" in doubtful_keys(read(*rows.values()))


def test_a_column_of_ordinals_is_no_number() -> None:
    head = row(cell("序号"), cell("项目"), cell("内容"))
    pairs = [pair for pair in PAIRS if pair[0] != "number"]
    form = read(head, *(row(cell(str(at)), cell(label), cell(VALUES[key])) for at, (key, label) in enumerate(pairs, 1)))
    assert form.field("number") is None
    assert doubtful_keys(form) == set()


def test_labels_in_a_row_with_the_values_below() -> None:
    labels, values = row(*(cell(label) for _, label in PAIRS)), row(*(cell(VALUES[key]) for key, _ in PAIRS))
    assert_exact(read(labels, values))
    said = row(*(cell({**VALUES, "owner_phone": "手机：13803161234"}[key]) for key, _ in PAIRS))
    assert_exact(read(labels, said))
    second = row(*(cell({**VALUES, "account_name": "永清早知道"}[key]) for key, _ in PAIRS))
    form = read(labels, values, second)
    assert form.value("account_name") == "廊坊慢生活"
    assert "account_name" in doubtful_keys(form)


def test_a_value_before_its_label_is_offered_and_asked_about() -> None:
    form = read(*(row(cell(VALUES[key]), cell(label)) for key, label in PAIRS))
    assert form.value("account_name") == "廊坊慢生活"
    assert {"account_name", "owner_phone", "admin_wechat"} <= doubtful_keys(form)


def test_a_character_a_cell_with_one_that_is_a_label() -> None:
    rows = form_rows()
    rows["address"] = row(cell("地址"), *(cell(character) for character in "新华路7号楼2室"))
    assert read(*rows.values()).value("address") == "新华路7号楼2室"


def test_a_table_in_the_cell_below_a_label_is_whole() -> None:
    inner = table(row(*(cell(character) for character in "永清早知道"))) + paragraph(run(""))
    values = [cell(inner) if key == "account_name" else cell(VALUES[key]) for key, _ in PAIRS]
    form = read(row(*(cell(label) for _, label in PAIRS)), row(*values))
    assert form.value("account_name") == "永清早知道"


def test_an_empty_column_before_values_that_say_what_they_are() -> None:
    assert_exact(read(*(row(cell(label), cell(""), cell(_said(key, label))) for key, label in PAIRS)))


def _said(key: str, label: str) -> str:
    return f"{label}：{VALUES[key]}" if key == "owner_phone" else VALUES[key]


def test_the_first_of_two_administrators_with_numbers_is_asked_about() -> None:
    rows = form_rows(labels={"admin_name": "管理员1姓名", "admin_wechat": "管理员1微信号"})
    second = row(cell("管理员2姓名"), cell("钱二", span=2), cell("手 机"), cell("13055556666"))
    rows["signed"] = second + rows["signed"]
    form = read(*rows.values())
    assert (form.value("admin_name"), form.value("admin_wechat")) == ("李小满", "xiaoman-5678")
    assert "admin_phone" in doubtful_keys(form)


@pytest.mark.parametrize("numbering", ["①", "★", "1、"])
def test_labels_behind_signs(numbering: str) -> None:
    rows = form_rows(labels={"account_name": f"{numbering}账号名称"})
    assert_exact(read(*rows.values()))


def test_paragraphs_with_words_between_them_lose_no_value() -> None:
    lines = [f"{label}：{VALUES[key]}" for key, label in PAIRS]
    at = next(number for number, (key, _) in enumerate(PAIRS) if key == "owner_wechat")
    lines.insert(at + 1, "以下由本人填写")
    form = forms_of(word_file("".join(paragraph(run(line)) for line in lines)))[0]
    assert form.value("owner_wechat") == VALUES["owner_wechat"]


def test_a_signature_in_paragraphs_is_one_signature() -> None:
    lines = [f"{label}：{VALUES[key]}" for key, label in PAIRS] + ["张三丰", "2018年12月20日"]
    form = form_of(word_file("".join(paragraph(run(line)) for line in lines)))
    assert form.value("signed") is True
    assert "signed" not in doubtful_keys(form)
