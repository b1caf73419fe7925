"""From cells to fields, on grids as the readers of pictures make them: misread labels, odd layouts, several forms."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.domain.document import ExtractedForm, PageBox
from pipeline.extract.form.labels import label_book
from pipeline.extract.ocr.simplified import load_simplifier
from pipeline.extract.page import Cell, Grid, Line, Page
from pipeline.profile.load import load_profile
from tests.extract.reading import doubtful_keys, map_pages, values_of
from tests.extract.word_files import EXPECTED, LAYOUT, VALUES

TEXTS: list[list[str]] = [[text for label, key in row for text in (label, VALUES[key])] for row in LAYOUT]


def page_of(rows: Sequence[Sequence[str]], *, reader: str = "rapidocr", number: int = 1) -> Page:
    """A page with one table, a cell for each text, the last one wide; 姓 名 and 微信号 rows get the spanning cell."""
    cells: list[Cell] = []

    def add(text: str, row: int, column: int, row_span: int, column_span: int) -> None:
        box = (column / 9, row / len(rows), (column + column_span) / 9, (row + row_span) / len(rows))
        place = PageBox(page=number, box=box)
        cells.append(
            Cell(
                row=row, column=column, row_span=row_span, column_span=column_span,
                text=text, place=place, box=box, reader=reader,
            )
        )  # fmt: skip

    for i, row in enumerate(rows):
        inner = row[0] in ("姓 名", "微信号")
        if row[0] == "姓 名":
            add("账号所有人", i, 0, 2 if i + 1 < len(rows) and rows[i + 1][0] == "微信号" else 1, 1)
        for j, text in enumerate(row, start=1 if inner else 0):
            add(text, i, j, 1, 9 - j if j == len(row) - (0 if inner else 1) else 1)
    return Page(number=number, width=595, height=842, grids=(Grid(index=0, page=number, cells=tuple(cells)),))


def only(*pages: Page) -> ExtractedForm:
    forms = map_pages(*pages)
    assert len(forms) == 1
    return forms[0]


def changed(old: str, new: list[str]) -> list[list[str]]:
    return [new if row[0] == old else row for row in TEXTS]


def test_whole_form() -> None:
    form = only(page_of(TEXTS))
    assert values_of(form) == EXPECTED
    assert form.unplaced == ()


def test_rows_in_any_order_and_without_the_spanning_cell() -> None:
    admin_first = TEXTS[9:11] + TEXTS[:9] + TEXTS[11:]
    assert values_of(only(page_of(admin_first))) == EXPECTED
    flat = [[text.replace("姓 名", "姓名").replace("微信号", " 微信号") for text in row] for row in TEXTS]
    assert values_of(only(page_of(flat))) == EXPECTED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("账号主体", "账号主休"),
        ("功能简介", "功能筒介"),
        ("管理员微信号", "管理员徽信号"),
        ("账号名(昵称)", "账号名(眤称)"),
        ("地    址", "    址"),
        ("编    号", "号"),
        ("账号类型", "账 号\n类 型"),
        ("开通日期", "2、开通日期（年月日）："),
        ("签名盖章确认", "签名盖章\n确认"),
    ],
)
def test_damaged_labels(old: str, new: str) -> None:
    rows = [[new if text == old else text for text in row] for row in TEXTS]
    form = only(page_of(rows))
    assert values_of(form) == EXPECTED
    assert form.unplaced == ()


@pytest.mark.parametrize(
    ("key", "misread"),
    [
        pytest.param("owner_phone", "于 机", id="between two values of a row"),
        pytest.param("admin_phone", "手 札", id="there, where two sections have that label"),
        pytest.param("address", "地    让", id="in a column of labels"),
    ],
)
def test_a_label_of_two_characters_is_known_misread_by_where_it_stands(key: str, misread: str) -> None:
    rows = [[misread if row[i + 1 : i + 2] == [VALUES[key]] else row[i] for i in range(len(row))] for row in TEXTS]
    form = only(page_of(rows))
    assert values_of(form) == EXPECTED
    assert doubtful_keys(form) == {key}


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        pytest.param("开通日期", ["手气", "2018.12.1", "粉丝数量", "1.2万"], "opened_on", id="not after its neighbour"),
        pytest.param("地    址", ["甲乙", VALUES["address"]], "address", id="nothing alike"),
    ],
)
def test_a_label_of_two_characters_is_not_guessed_elsewhere(old: str, new: list[str], lost: str) -> None:
    form = only(page_of(changed(old, new)))
    assert form.unplaced == (lost,)
    assert {**values_of(form), lost: EXPECTED[lost]} == EXPECTED


def test_near_label_of_stored_text_is_another_label() -> None:
    form = only(page_of(changed("开通日期", ["开户日期", "2018.12.1", "粉丝数量", "1.2万"]), reader="docx"))
    assert form.unplaced == ("opened_on",)


def test_label_and_value_in_one_cell() -> None:
    rows = [["".join(f"{label}：{VALUES[key]}" for label, key in [item])] for row in LAYOUT for item in row]
    flat = page_of(list(rows))
    form = only(flat)
    assert {k: v for k, v in values_of(form).items() if v != EXPECTED[k]} == {}
    beside = changed("账号名(昵称)", ["账号名(昵称)：廊坊慢生活", ""])
    assert only(page_of(beside)).value("account_name") == "廊坊慢生活"
    under = changed("账号名(昵称)", ["账号名(昵称)\n廊坊慢生活"])
    assert only(page_of(under)).value("account_name") == "廊坊慢生活"


def test_values_below_their_labels() -> None:
    rows = [*TEXTS[:9], ["管理员姓名", "手 机", "管理员微信号"], ["李小满", "13903165678", "xiaoman-5678"], TEXTS[11]]
    assert values_of(only(page_of(rows))) == EXPECTED


def test_labels_of_the_owner_above_their_values() -> None:
    """账号所有人手机 was taken for an answer (as the owner's), and so for the value of the label beside it."""
    rows = [row for row in TEXTS if row[0] not in ("姓 名", "微信号")]
    labels, values = ["账号所有人微信号", "账号所有人手机"], ["qiaoshi_01", "13803161234"]
    form = only(page_of([*rows[:7], labels, values, *rows[7:]]))
    assert (form.value("owner_wechat"), form.value("owner_phone")) == ("qiaoshi_01", "13803161234")


def test_value_with_the_words_of_a_label_stays_a_value() -> None:
    for value in ("账号所有人", "本人"):
        rows = changed("管理员姓名", ["管理员姓名", value, "手 机", "13903165678"])
        assert only(page_of(rows)).value("admin_name") == "张三丰"
    assert only(page_of(changed("账号类型", ["账号类型", "微信"]))).value("account_type") == "wechat"
    described = changed("功能简介", ["功能简介", "联系 手机：13000000000 微信号：abcdef"])
    form = only(page_of(described))
    assert form.value("description") == "联系 手机：13000000000 微信号：abcdef"
    assert form.value("owner_phone") == "13803161234"


def test_id_number_a_digit_a_cell_and_options_in_cells() -> None:
    digits = changed("账号名(昵称)", ["账号名(昵称)", *"廊坊慢生活"])
    assert only(page_of(digits)).value("account_name") == "廊坊慢生活"
    marks = changed("账号类型", ["账号类型", "微信公众账号", "", "手机APP", "√", "其他", ""])
    assert only(page_of(marks)).value("account_type") == "app"


def test_row_with_a_label_nobody_knows_is_doubtful() -> None:
    form = only(page_of(changed("管理员姓名", ["管理员姓名", "李小满", "性别", "女", "手 机", "13903165678"])))
    assert form.value("admin_phone") == "13903165678"
    assert "admin_name" in doubtful_keys(form)


def test_label_twice_with_two_answers_is_doubtful() -> None:
    rows = [*TEXTS[:6], ["地址", "三河市燕郊镇"], *TEXTS[6:]]
    form = only(page_of(rows))
    assert form.value("address") == EXPECTED["address"]
    assert doubtful_keys(form) == {"address"}


def test_missing_labels_are_unplaced_and_too_few_are_no_form() -> None:
    form = only(page_of([row for row in TEXTS if row[0] not in ("姓 名", "签名盖章确认")]))
    assert form.unplaced == ("owner_name", "owner_id_number", "signed")
    assert map_pages(page_of(TEXTS[:4])) == ()
    assert map_pages(page_of(TEXTS[4:])) == ()
    assert map_pages(Page(number=1, width=1, height=1)) == ()


def test_administrators_section_with_plain_labels() -> None:
    rows = [*TEXTS[:9], ["管理员信息", "姓名", "李小满", "手机", "13903165678"], ["微信号 ", "xiaoman-5678"], TEXTS[11]]
    assert only(page_of(rows)).value("admin_name") == "李小满"


def test_three_forms_on_one_page_the_first_without_number() -> None:
    def named(name: str) -> list[list[str]]:
        return changed("账号名(昵称)", ["账号名(昵称)", name])

    rows = [*named("甲地事")[1:], *[["编    号", "0007"], *named("乙地事")[1:]], *named("丙地事")]
    forms = map_pages(page_of(rows))
    assert [form.value("account_name") for form in forms] == ["甲地事", "乙地事", "丙地事"]
    assert [form.value("number") for form in forms] == [None, "0007", None]
    assert [form.value("admin_phone") for form in forms] == ["13903165678"] * 3


def test_form_over_two_pages_and_two_forms_on_two_pages() -> None:
    form = only(page_of(TEXTS[:7]), page_of(TEXTS[7:], number=2))
    assert values_of(form) == EXPECTED
    assert form.pages == (1, 2)
    assert len(map_pages(page_of(TEXTS), page_of(TEXTS, number=2))) == 2


def lines_page(rows: Sequence[Sequence[tuple[float, str]]]) -> Page:
    """Lines without a table: every row has (left, text) pairs."""
    height = 1 / (len(rows) + 1)
    lines = [
        Line(
            text=text, box=(left, i * height, min(1.0, left + 0.02 * len(text)), (i + 0.6) * height), reader="rapidocr"
        )
        for i, row in enumerate(rows)
        for left, text in row
    ]
    return Page(number=1, width=595, height=842, lines=tuple(lines))


def test_lines_without_rules() -> None:
    rows = [[(0.05 + 0.24 * j, text) for j, text in enumerate(row) if text] for row in TEXTS]
    owner = next(i for i, row in enumerate(TEXTS) if row[0] == "姓 名")
    rows.insert(owner, [(0.05, "账号所有人")])
    form = only(lines_page(rows))
    assert {k: v for k, v in values_of(form).items() if v != EXPECTED[k] and k != "number"} == {}
    name = form.field("account_name")
    assert name is not None
    assert isinstance(name.source, PageBox)
    assert name.source.box[0] == pytest.approx(0.29)


def test_wrapped_value_without_rules_is_whole_and_doubtful() -> None:
    rows = [[(0.05 + 0.24 * j, text) for j, text in enumerate(row) if text] for row in TEXTS]
    at = next(i for i, row in enumerate(TEXTS) if row[0] == "功能简介")
    rows.insert(at + 1, [(0.29, "以及便民通知")])
    form = only(lines_page(rows))
    assert form.value("description") == "发布本地资讯、生活服务信息以及便民通知"
    assert "description" in doubtful_keys(form)


def test_number_above_the_table_is_taken_and_a_required_field_there_is_doubtful() -> None:
    page = page_of([row for row in TEXTS if row[0] not in ("编    号", "账号主体")])
    boxed = page.grids[0].cells
    lines = (
        Line(text="编号：0031", box=(0, 0, 0, 0), reader="docx"),
        Line(text="账号主体：云杉", box=(0, 0, 0, 0), reader="docx"),
    )
    cells = tuple(replace(cell, box=None, reader="docx") for cell in boxed)
    moved = Grid(index=0, page=1, cells=cells)
    form = only(Page(number=1, width=0, height=0, lines=lines, grids=(moved,)))
    assert form.value("number") == "0031"
    assert form.value("account_subject") == "云杉"
    assert doubtful_keys(form) == {"account_subject"}


def test_notice_with_its_addresses_is_no_form() -> None:
    texts = [
        "登记备案通告",
        "地 址:新华路1号",
        "联系电话:0316-2339541",
        "地 址:鼎盛东大街5号",
        "账号主体需提供材料",
        "联系人:张 三",
    ]
    lines = tuple(Line(text=t, box=(0, i / 9, 1, (i + 1) / 9), reader="docx") for i, t in enumerate(texts))
    assert map_pages(Page(number=1, width=0, height=0, lines=lines)) == ()


def test_bottom_number_and_remark_begin_no_second_form() -> None:
    form = only(page_of([*TEXTS[1:], ["编    号", "由网信办填写"], ["备注：本表一式两份，由网信办留存"]]))
    assert form.unplaced == ()
    assert form.value("signed") is False


def test_phone_outside_the_owners_rows_is_doubtful() -> None:
    rows = [*TEXTS[:4], ["联系电话", "0316-2339541"], *TEXTS[4:8], ["微信号", "yunshan_77"], *TEXTS[9:]]
    form = only(page_of(rows))
    assert form.value("admin_phone") == "13903165678"
    assert "owner_phone" in doubtful_keys(form)


def test_phone_that_could_be_either_persons_is_doubtful() -> None:
    rows = [TEXTS[1], ["手 机", "13700000000"], *TEXTS[2:7], ["身份证号", "110101199003077934"], *TEXTS[9:]]
    assert "owner_phone" in doubtful_keys(only(page_of(rows)))


def test_remark_below_the_signature_signs_nothing() -> None:
    form = only(page_of([*TEXTS[:11], ["签名盖章确认 以上信息均真实有效"], ["备注：请如实填写各项内容"]]))
    assert form.value("signed") in (False, None)


def test_id_number_outside_the_owners_rows_may_be_somebody_elses() -> None:
    rows = [*TEXTS[:7], ["姓 名", "张 三丰"], *TEXTS[8:11], ["身份证号", "110101199003077934"], TEXTS[11]]
    form = only(page_of(rows))
    assert form.value("owner_id_number") == "110101199003077934"
    assert doubtful_keys(form) == {"owner_id_number"}


def test_a_label_within_the_value_is_another_cell() -> None:
    """The wall between two cells of a low row was not seen, and the name of the account was believed with all behind it."""
    run_on = "霸州微生活 账号主体名称 霸州市某某文化馆"
    assert "account_name" in doubtful_keys(only(page_of(changed("账号名(昵称)", ["账号名(昵称)", run_on]))))
    typed = only(page_of(changed("账号名(昵称)", ["账号名(昵称)", run_on]), reader="docx"))
    assert "account_name" not in doubtful_keys(typed)


def test_a_label_behind_words_of_its_own_cell_has_not_all_of_its_value() -> None:
    """账号 / 简介 beside a value of two lines: without the wall between them the description was its last line."""
    torn = "账号 企业形象宣传，售后咨询。不发布时政类新闻信\n简介： 息。"
    form = only(page_of(changed("功能简介", [torn])))
    assert form.value("description") == "息。"
    assert "description" in doubtful_keys(form)


def test_a_short_value_behind_its_label_is_no_misread_part_of_it() -> None:
    """管理员姓名：〃 differs from 管理员姓名 by one character, and the next cell, 管理员手机：…, was believed to be the name."""
    rows = [row for row in TEXTS if row[0] not in ("管理员姓名", "管理员微信号")]
    rows[-1:-1] = [["管理员姓名：安", "管理员手机：13803161235"], ["管理员微信号：qq"]]
    form = only(page_of(rows))
    assert form.value("admin_name") == "安"
    assert form.value("admin_phone") == "13803161235"


def test_a_label_with_its_value_beside_another_label_is_not_the_others_value() -> None:
    rows = changed("管理员姓名", ["管理员姓名", "管理员手机：13803161235"])
    form = only(page_of(rows))
    assert form.value("admin_name") is None
    assert form.value("admin_phone") == "13803161235"


def test_the_administrators_labels_within_one_cell() -> None:
    rows = [row for row in TEXTS if row[0] != "管理员微信号"]
    rows = [
        ["管理员", "姓名：安小冬 手机：13803161235\n微信号：an_xiaodong"] if row[0] == "管理员姓名" else row
        for row in rows
    ]
    form = only(page_of(rows))
    assert form.value("admin_name") == "安小冬"
    assert form.value("admin_phone") == "13803161235"
    assert form.value("admin_wechat") == "an_xiaodong"


def test_a_value_that_begins_with_another_fields_label_is_asked_about() -> None:
    run_in = "管理员微信号：an_xiaodong"
    assert "address" in doubtful_keys(only(page_of(changed("地    址", ["地    址", run_in]))))


def test_a_label_that_was_read_in_traditional_characters() -> None:
    row = next(row for row in TEXTS if "粉丝数量" in row)
    swapped = ["粉丝數" if text == "粉丝数量" else text for text in row]
    assert values_of(only(page_of(changed(row[0], swapped)))) == EXPECTED
    count = VALUES["follower_count"]
    alone = [[text for text in r if text not in ("粉丝数量", count)] for r in TEXTS] + [[f"用戶数：{count}"]]
    assert only(page_of(alone)).value("follower_count") == EXPECTED["follower_count"]


def test_a_label_with_its_value_in_traditional_characters_ends_the_value_before_it() -> None:
    rows = [row for row in TEXTS if row[0] != "管理员姓名"]
    rows[-2:-2] = [["管理员姓名", "安小冬", "管理員手机：13803161235"]]
    form = only(page_of(rows))
    assert form.value("admin_name") == "安小冬"
    assert form.value("admin_phone") == "13803161235"


def test_label_and_value_in_a_cell_whose_wall_was_not_seen_have_a_place_and_a_doubt() -> None:
    rows = changed("管理员姓名", ["i\n管理员姓名 安小冬 管理员手机 13803161235"])
    form = only(page_of(rows))
    assert (form.value("admin_name"), form.value("admin_phone")) == ("安小冬", "13803161235")
    assert {"admin_name", "admin_phone"} <= doubtful_keys(form)
    assert only(page_of(rows, reader="docx")).value("admin_name") is None


def test_a_value_and_the_next_label_in_one_cell_have_a_place_and_a_doubt() -> None:
    rows = changed("管理员姓名", ["管理员姓名", "安小冬 手机", "13803161235"])
    form = only(page_of(rows))
    assert (form.value("admin_name"), form.value("admin_phone")) == ("安小冬", "13803161235")
    assert {"admin_name", "admin_phone"} <= doubtful_keys(form)


def test_a_sections_label_with_a_piece_of_a_seal() -> None:
    rows = [row for row in TEXTS if row[0] not in ("管理员姓名", "管理员微信号")]
    people = [["管理员信息 2"], ["姓 名", "安小冬"], ["手机", "13803161235"], ["微信号", "an_xiaodong"]]
    form = only(
        page_of([*rows[:-1], *[["姓名" if text == "姓 名" else text for text in row] for row in people], rows[-1]])
    )
    assert (form.value("admin_name"), form.value("admin_phone")) == ("安小冬", "13803161235")


def test_labels_are_looked_up_without_opening_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading processes may open none: what labels are compared by is loaded with the book."""
    label_book.cache_clear()
    load_simplifier.cache_clear()
    book = label_book(load_profile("langfang-2018").form)
    monkeypatch.setitem(sys.modules, "opencc", None)
    assert book.exact("粉丝數") == ("follower_count",)
