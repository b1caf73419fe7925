"""Every way a Word form is filled in, read exactly."""

from __future__ import annotations

import time

import pytest

from pipeline.domain.document import TableCell
from pipeline.extract.grid.docx import read_docx
from tests.extract.reading import doubtful_keys, form_of, forms_of, values_of
from tests.extract.word_files import (
    EXPECTED,
    LAYOUT,
    PNG,
    VALUES,
    cell,
    check_box,
    form_rows,
    form_table,
    form_with,
    legacy_box,
    paragraph,
    picture,
    relation,
    row,
    run,
    symbol,
    table,
    word_file,
)


def assert_exact(content: bytes, **changes: object) -> None:
    form = form_of(content)
    assert values_of(form) == {**EXPECTED, **changes}
    assert doubtful_keys(form) == set()
    assert form.unplaced == ()


def test_the_form_as_published() -> None:
    assert_exact(word_file(paragraph("廊坊市新媒体账号登记备案表") + form_table()))


def test_source_names_the_cell_the_value_stands_in() -> None:
    form = form_of(word_file(table(row(cell("说明"))) + form_table()))
    owner_phone = form.field("owner_phone")
    assert owner_phone is not None
    assert owner_phone.source == TableCell(table=1, row=8, column=4)
    assert owner_phone.raw == "138 0316 1234"
    assert owner_phone.reader == "docx"
    assert owner_phone.confidence is None


@pytest.mark.parametrize(
    "ticks",
    [
        "微信公众账号☑ 手机APP□ 其他     □",
        "☑微信公众账号 □手机APP □其他",
        "微信公众账号√ 手机APP□ 其他□",
        "√微信公众账号□  手机APP□  其他     □",
        "微信公众账号□√  手机APP□  其他     □",
        "微信公众账号■ 手机APP□ 其他□",
        "[x]微信公众账号 [ ]手机APP [ ]其他",
        "微信公众账号（√） 手机APP（ ） 其他（ ）",
        "微信公众账号",
    ],
)
def test_typed_ticks(ticks: str) -> None:
    assert_exact(form_with("account_type", ticks))


@pytest.mark.parametrize(
    ("font", "ticked", "empty"),
    [
        ("Wingdings", "F0FE", "F0A8"),
        ("Wingdings", "F0FC", "F06F"),
        ("Wingdings", "F052", "F0A8"),
        ("Wingdings 2", "F052", "F0A3"),
        ("Wingdings 2", "F050", "F0A3"),
        ("Wingdings 2", "0052", "00A3"),
    ],
)
def test_symbols(font: str, ticked: str, empty: str) -> None:
    content = run("微信公众账号") + symbol(font, empty) + run(" 手机APP") + symbol(font, ticked) + run(" 其他 ")
    changed = paragraph(content + symbol(font, empty))
    assert_exact(form_with("account_type", changed), account_type="app")


@pytest.mark.parametrize(("font", "ticked", "empty"), [("Wingdings 2", "R", "£"), ("Wingdings", "\uf0fe", "¨")])
def test_letters_of_a_symbol_font(font: str, ticked: str, empty: str) -> None:
    look = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>'
    pieces = [run("微信公众账号"), run(empty, look), run(" 手机APP"), run(ticked, look), run(" 其他"), run(empty, look)]
    assert_exact(form_with("account_type", paragraph("".join(pieces))), account_type="app")


def test_symbol_font_from_a_style_and_no_font_at_all() -> None:
    style = '<w:style w:styleId="Box"><w:rPr><w:rFonts w:ascii="Wingdings 2"/></w:rPr></w:style>'
    styled = run("微信公众账号") + run("R", '<w:rStyle w:val="Box"/>') + run(" 手机APP□ 其他□")
    assert_exact(word_file(form_table({**VALUES, "account_type": paragraph(styled)}), styles=style))
    assert_exact(form_with("account_type", "微信公众账号\uf052 手机APP\uf0a3 其他\uf0a3"))


def test_check_box_controls_and_old_form_fields() -> None:
    controls = run("微信公众账号") + check_box(False, "☐") + run(" 手机APP") + check_box(True, "☒") + run(" 其他")
    assert_exact(form_with("account_type", paragraph(controls + check_box(False, "☐"))), account_type="app")
    fields = run("微信公众账号") + legacy_box(False) + run(" 手机APP") + legacy_box(True) + run(" 其他")
    assert_exact(form_with("account_type", paragraph(fields + legacy_box(False))), account_type="app")


def test_check_box_that_shows_another_state_is_doubtful() -> None:
    controls = run("微信公众账号") + check_box(True, "☐") + run(" 手机APP□ 其他□")
    assert doubtful_keys(form_of(form_with("account_type", paragraph(controls)))) >= {"account_type"}


def test_free_text_behind_other() -> None:
    form = form_of(form_with("account_type", "微信公众账号□ 手机APP□ 其他 抖音 ☑"))
    assert (form.value("account_type"), form.value("account_type_other")) == ("other", "抖音")


def test_no_and_several_ticks_leave_candidates() -> None:
    none = form_of(form_with("account_type", "微信公众账号□ 手机APP□ 其他 □")).field("account_type")
    both = form_of(form_with("account_type", "微信公众账号☑ 手机APP☑ 其他 □")).field("account_type")
    assert none is not None and both is not None
    assert (none.value, none.candidates, none.doubtful) == (None, (), False)
    assert (both.value, both.candidates) == (None, ("wechat", "app"))


def test_content_controls_round_blocks_cells_and_rows() -> None:
    inline = f"<w:sdt><w:sdtPr/><w:sdtContent>{run('廊坊慢生活')}</w:sdtContent></w:sdt>"
    block = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('廊坊慢生活')}</w:sdtContent></w:sdt>"
    assert_exact(form_with("account_name", paragraph(inline)))
    assert_exact(form_with("account_name", block))
    rows = form_rows()
    wrapped = f"<w:sdt><w:sdtPr/><w:sdtContent>{cell('廊坊慢生活', span=4)}</w:sdtContent></w:sdt>"
    rows["account_name"] = f"<w:sdt><w:sdtContent>{row(cell('账号名(昵称)'), wrapped)}</w:sdtContent></w:sdt>"
    assert_exact(word_file(table(*rows.values())))


def test_placeholder_is_no_value() -> None:
    control = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        + run("单击此处输入文字")
        + "</w:sdtContent></w:sdt>"
    )
    assert form_of(form_with("address", paragraph(control))).value("address") is None
    assert form_of(form_with("address", "请填写详细地址")).value("address") is None


def test_tracked_changes() -> None:
    changed = f"<w:ins>{run('廊坊')}</w:ins><w:del><w:r><w:delText>旧名</w:delText></w:r></w:del>{run('慢生活')}"
    assert_exact(form_with("account_name", paragraph(changed)))


def test_nested_table_with_the_owner_in_it() -> None:
    inner = table(
        row(cell("姓名"), cell(VALUES["owner_name"]), cell("身份证号"), cell(VALUES["owner_id_number"])),
        row(cell("微信号"), cell(VALUES["owner_wechat"]), cell("手机"), cell(VALUES["owner_phone"])),
    )
    rows = form_rows()
    del rows["owner_wechat"]
    rows["owner_name"] = row(cell("账号所有人"), cell(inner + "<w:p/>", span=4))
    assert_exact(word_file(table(*rows.values())))


def test_whole_form_inside_a_layout_table() -> None:
    assert_exact(word_file(table(row(cell(form_table() + "<w:p/>")))))


def test_tabs_breaks_hyphens_and_fields() -> None:
    broken = paragraph(run("河北省廊坊市\n广阳区") + "<w:r><w:tab/></w:r>" + run("新华路77号"))
    assert_exact(form_with("address", broken), address="河北省廊坊市广阳区 新华路77号")
    hyphen = paragraph(run("xiaoman") + "<w:r><w:noBreakHyphen/></w:r>" + run("5678"))
    assert_exact(form_with("admin_wechat", hyphen))
    result = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("2018-12-01")}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert_exact(form_with("opened_on", paragraph(result)))


def test_floating_text_box_is_read_once_and_doubtful() -> None:
    inner = f"<w:txbxContent>{paragraph('廊坊慢生活')}</w:txbxContent>"
    box = (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor>{inner}</wp:anchor></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict>{inner}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    form = form_of(form_with("account_name", paragraph(box)))
    assert form.value("account_name") == "廊坊慢生活"
    assert doubtful_keys(form) == {"account_name"}


@pytest.mark.parametrize(
    "content",
    [
        run("110101199003077934") + run("9", "<w:vanish/>"),
        run("11010119900307793") + run("4", '<w:color w:val="FFFFFF"/>'),
        run("11010119900307793") + run("4", '<w:sz w:val="2"/>'),
        run("110101199003077934", "<w:strike/>"),
        run("110101199003077934") + run("9", '<w:rStyle w:val="Gone"/>'),
    ],
)
def test_text_nobody_sees_makes_the_id_number_doubtful(content: str) -> None:
    style = (
        '<w:style w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="Gone"><w:basedOn w:val="Base"/></w:style>'
    )
    form = form_of(word_file(form_table({**VALUES, "owner_id_number": paragraph(content)}), styles=style))
    assert form.value("owner_id_number") == "110101199003077934"
    assert doubtful_keys(form) == {"owner_id_number"}


def test_vanish_switched_off_is_plain_text() -> None:
    assert_exact(form_with("owner_name", paragraph(run("张三丰", '<w:vanish w:val="0"/>'))))


def test_ditto_and_phone_as_wechat_id() -> None:
    values = {**VALUES, "admin_name": "同上", "admin_phone": "同账号所有人", "admin_wechat": "同手机号"}
    form = form_of(word_file(form_table(values)))
    assert form.value("admin_name") == "张三丰"
    assert form.value("admin_phone") == form.value("admin_wechat") == "13803161234"
    assert [field.raw for field in form if field.key.startswith("admin")] == ["同上", "同账号所有人", "同手机号"]
    assert doubtful_keys(form) == set()


def test_ditto_that_points_at_nothing_is_doubtful() -> None:
    values = {**VALUES, "owner_phone": "", "admin_phone": "同上"}
    form = form_of(word_file(form_table(values)))
    assert form.value("admin_phone") is None
    assert doubtful_keys(form) == {"admin_phone"}


def test_two_phone_numbers_are_candidates() -> None:
    field = form_of(form_with("owner_phone", "13803161234/13903165678")).field("owner_phone")
    assert field is not None
    assert (field.value, field.candidates) == (None, ("13803161234", "13903165678"))


def test_signature_is_a_typed_name_or_a_picture_not_the_printed_sentence_or_a_date() -> None:
    def signed(content: str) -> object:
        body = form_table({**VALUES, "signed": content})
        return form_of(
            word_file(body, parts={"word/media/s.png": PNG}, relations=relation("rId9", "image", "media/s.png"))
        ).value("signed")

    assert signed("以上信息均真实有效\n2018年12月15日") is False
    assert signed("以上信息均真实有效（签字、盖章）：\n      年   月   日") is False
    assert signed("以上信息均真实有效\n张三丰\n2018年12月15日") is True
    assert signed(paragraph("以上信息均真实有效") + f"<w:p>{picture('rId9')}</w:p>") is True


def test_two_forms_in_two_tables_and_in_one() -> None:
    second = {**VALUES, "account_name": "永清早知道", "owner_phone": "13703160000"}
    for body in (
        form_table() + paragraph("") + form_table(second),
        table(*form_rows().values(), *form_rows(second).values()),
    ):
        forms = forms_of(word_file(body))
        assert [form.value("account_name") for form in forms] == ["廊坊慢生活", "永清早知道"]
        assert [form.value("owner_phone") for form in forms] == ["13803161234", "13703160000"]
        assert all(form.unplaced == () for form in forms)


def test_form_split_over_two_tables_is_one_form() -> None:
    rows = list(form_rows().values())
    assert_exact(word_file(table(*rows[:6]) + paragraph("（续表）") + table(*rows[6:])))


def test_form_in_paragraphs_without_a_table() -> None:
    lines = ["廊坊市新媒体账号登记备案表"]
    for line in LAYOUT:
        if line[0][1] == "owner_name":
            lines.append("账号所有人")
        lines.append("    ".join(f"{label}：{VALUES[key]}" for label, key in line))
    form = form_of(word_file("".join(map(paragraph, lines))))
    assert {key: value for key, value in values_of(form).items() if value != EXPECTED[key]} == {}
    assert form.unplaced == ()


def test_deleted_and_relabelled_rows_are_unplaced() -> None:
    rows = form_rows()
    del rows["address"]
    form = form_of(word_file(table(*rows.values())))
    assert form.unplaced == ("address",)
    assert form.field("address") is None
    relabelled = form_of(word_file(form_table(labels={"account_subject": "备注"})))
    assert relabelled.unplaced == ("account_subject",)
    assert relabelled.value("account_subject") is None


def test_pictures_come_once_in_document_order() -> None:
    other = PNG + b"2"
    vml = '<w:r><w:pict><v:shape><v:imagedata r:id="rId2"/></v:shape></w:pict></w:r>'
    body = f"<w:p>{picture('rId1')}</w:p>" + table(row(cell(f"<w:p>{vml}{picture('rId1')}</w:p>")))
    relations = relation("rId1", "image", "media/b.png") + relation("rId2", "image", "/word/media/a.png")
    content = read_docx(
        word_file(body, parts={"word/media/a.png": other, "word/media/b.png": PNG}, relations=relations)
    )
    assert content.pictures == (PNG, other)
    assert content.pages[0].grids[0].cells[0].pictures == 2
    assert content.findings == ()


def test_speed_of_a_warm_reading() -> None:
    content = word_file(form_table())
    form_of(content)
    started = time.process_time()
    for _ in range(10):
        form_of(content)
    assert (time.process_time() - started) / 10 < 0.05
