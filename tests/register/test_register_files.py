"""The 台账 as a file: what is in it, in which order, how it looks, and that nothing in it is more than text."""

from __future__ import annotations

import csv
import io
import json
import re
import secrets
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from pipeline.domain.decision import Entity
from pipeline.domain.life import Action, RecordState, SetAsideReason
from pipeline.private_file import private_file
from pipeline.profile.load import load_profile
from pipeline.profile.schema import Profile
from pipeline.reports import spreadsheet
from pipeline.reports.rows import register_columns
from pipeline.reports.spreadsheet import Column, Table, TooManyRowsError, add_table, cell_text, new_book, save_book
from pipeline.store.register_records import RegisterOrder, RegisterScope
from pipeline.store.store import Store
from pipeline.wording import Wording
from tests.officer.conftest import Desk, officers
from tests.officer.filings import filing, hand_in
from tests.register.books import AT, HEAD_ROWS, lines, opened, rendered
from tests.stores import made_place
from tests.validate.builders import OWNER_ID

FIRST, SECOND = "廊新媒备-131082-2018-00001", "廊新媒备-131082-2018-00002"
NEW_PHONE = "13931695678"


@pytest.fixture
def wording(profile: Profile) -> Wording:
    return Wording(profile=profile)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def with_history(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, profile: Profile
) -> Iterator[Store]:
    """Two records: one changed (its telephone), the other cancelled. Made once: nothing but the log changes afterwards."""
    data_dir = tmp_path_factory.mktemp("history") / "data"
    with made_place(request, request.param, data_dir) as place, place.open() as store:
        hand_in(store, profile, filing(), number=1)
        hand_in(store, profile, filing(account_name="三河甲生活", received="2018-12-14T10:00:00+08:00"), number=2)
        changed = hand_in(store, profile, filing(owner_phone=NEW_PHONE), number=3)
        officer = officers(store, profile)("刘")
        officer.set_aside(changed, "submission.change", reason=SetAsideReason.JUDGED, ground="已核")
        officer.act(changed, Action.CONCLUDE, change_of=FIRST, ground="换了手机")
        officer.cancel_record(SECOND, ground="账号已停用")
        yield store


def test_the_sheet_looks_like_an_offices_register(with_history: Store, wording: Wording) -> None:
    scope = RegisterScope(office="sanhe", first=date(2018, 12, 1), last=date(2018, 12, 31), order=RegisterOrder.NUMBER)
    book = opened(rendered(with_history, wording, "xlsx", scope, reveal=False))
    assert book.sheetnames == ["台账", "变更与注销"]
    sheet = book["台账"]
    assert sheet["A1"].value == "廊坊市新媒体账号登记备案台账"
    for said in ("三河", "2018-12-01 至 2018-12-31", "备案号", "共 2 条", "2019-01-08 10:30"):
        assert said in sheet["A2"].value
    assert [cell.value for cell in sheet[HEAD_ROWS]][:4] == ["序号", "备案号", "备案机构", "备案日期"]
    assert [row["序号"] for row in lines(book, "台账")] == [1, 2]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == f"$1:${HEAD_ROWS}"
    assert sheet.freeze_panes == "C4"
    assert str(sheet.auto_filter.ref).startswith("A3:")
    cell = sheet["E4"]
    assert cell.alignment.wrap_text
    assert cell.border.left.style == cell.border.bottom.style == "thin"
    assert {cell.number_format for cell in sheet[4]} == {"0", "@"}
    assert sheet.column_dimensions["P"].width > sheet.column_dimensions["O"].width


def test_values_are_the_officers_words_and_id_numbers_are_masked(with_history: Store, wording: Wording) -> None:
    (row, other) = lines(opened(rendered(with_history, wording, "xlsx", reveal=False)), "台账")
    assert (row["备案号"], row["账号类型"], row["主体性质"], row["状态"]) == (FIRST, "微信公众账号", "公司", "有效")
    assert (row["身份证号"], row["手机"]) == (f"{OWNER_ID[:3]}***********{OWNER_ID[-4:]}", NEW_PHONE)
    assert (other["备案号"], other["状态"]) == (SECOND, "已注销")
    whole = rendered(with_history, wording, "xlsx", reveal=True)
    assert lines(opened(whole), "台账")[0]["身份证号"] == OWNER_ID


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_no_format_shows_a_whole_id_number_unasked(form: str, with_history: Store, wording: Wording) -> None:
    content = rendered(with_history, wording, form, reveal=False)
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"".join(parts.read(name) for name in parts.namelist())
    assert OWNER_ID[:3].encode() in content
    assert OWNER_ID.encode() not in content
    assert OWNER_ID.encode() in rendered(with_history, wording, form, reveal=True) or form == "xlsx"


def test_changes_and_cancellations_have_a_sheet_of_their_own(with_history: Store, wording: Wording) -> None:
    rows = lines(opened(rendered(with_history, wording, "xlsx", reveal=False)), "变更与注销")
    said = [(row["备案号"], row["版本"], row["事项"], row["经办人"], row["变更内容"], row["理由"]) for row in rows]
    none = None
    assert said == [
        (FIRST, 1, "登记", "系统", none, none),
        (FIRST, 2, "变更", "刘", f"手机：13803161234→{NEW_PHONE}", "换了手机"),
        (SECOND, 1, "登记", "系统", none, none),
        (SECOND, 2, "注销", "刘", none, "账号已停用"),
    ]


def test_a_changed_id_number_is_masked_in_the_history_too(
    store: Store, profile: Profile, desk: Desk, wording: Wording
) -> None:
    hand_in(store, profile, filing())
    second = hand_in(store, profile, filing(owner_id_number="131082198806152517"), number=2)
    found = store.show_case(second)
    assert found is not None
    officer = desk("刘")
    for code in {item.code for item in found.open_findings}:
        officer.set_aside(second, code, reason=SetAsideReason.JUDGED, ground="已核")
    officer.act(second, Action.CONCLUDE, change_of=FIRST)
    rows = lines(opened(rendered(store, wording, "xlsx", reveal=False)), "变更与注销")
    assert rows[1]["变更内容"] == f"身份证号：{OWNER_ID[:3]}***********{OWNER_ID[-4:]}→131***********2517"


@pytest.mark.parametrize(
    ("scope", "numbers"),
    [
        (RegisterScope(state=RecordState.ACTIVE), [FIRST]),
        (RegisterScope(state=RecordState.CANCELLED), [SECOND]),
        (RegisterScope(office="bazhou"), []),
        (RegisterScope(last=date(2018, 12, 15)), []),
        (RegisterScope(first=date(2018, 12, 16), last=date(2018, 12, 16)), [FIRST, SECOND]),
        (RegisterScope(account="三河 甲生活"), [SECOND]),
        (RegisterScope(account="三河甲"), []),
        (RegisterScope(owner_id=OWNER_ID.lower()), [FIRST, SECOND]),
        (RegisterScope(owner_id="110101199003070134"), []),
        (RegisterScope(entity=Entity.COMPANY), [FIRST, SECOND]),
        (RegisterScope(entity=Entity.INDIVIDUAL), []),
        (RegisterScope(account_type="wechat", state=RecordState.ACTIVE), [FIRST]),
        (RegisterScope(account_type="app"), []),
        (RegisterScope(number=SECOND), [SECOND]),
        (RegisterScope(offices=frozenset({"sanhe"})), [FIRST, SECOND]),
        (RegisterScope(offices=frozenset()), []),
        (RegisterScope(offices=frozenset({"dachang"}), office="sanhe"), []),
        (RegisterScope(order=RegisterOrder.RECEIVED), [SECOND, FIRST]),
        (RegisterScope(order=RegisterOrder.REGISTERED), [FIRST, SECOND]),
        (RegisterScope(order=RegisterOrder.DUE), [FIRST, SECOND]),
    ],
)
def test_scope_and_order(scope: RegisterScope, numbers: list[str], with_history: Store, wording: Wording) -> None:
    rows = json.loads(rendered(with_history, wording, "json", scope, reveal=False))
    assert [row["number"] for row in rows] == numbers
    assert [row.number for row in with_history.list_registry(scope)] == numbers
    assert {row.number for row in with_history.search_register(scope).rows} == set(numbers)


def test_the_sheet_and_the_log_say_what_was_asked_for(with_history: Store, wording: Wording) -> None:
    scope = RegisterScope(account_type="wechat", entity=Entity.COMPANY, account="三河甲生活", owner_id=OWNER_ID)
    before = with_history.events.head().seq
    said = opened(rendered(with_history, wording, "xlsx", scope, reveal=False))["台账"]["A2"].value
    covered = f"{OWNER_ID[:3]}***********{OWNER_ID[-4:]}"
    for word in ("账号类型：微信公众账号", "主体性质：公司", "账号名：三河甲生活", f"身份证号：{covered}", "共 1 条"):
        assert word in said
    (event,) = [item for item in with_history.list_events() if item.seq > before]
    assert event.kind == "registry.exported"
    asked = {"type": "wechat", "entity": "company", "account": "三河甲生活", "owner_id": covered, "ground": "核对"}
    assert json.loads(event.note) == asked


def test_every_export_is_recorded_with_who_what_and_why(with_history: Store, wording: Wording) -> None:
    before = with_history.events.head().seq
    rendered(with_history, wording, "csv", RegisterScope(office="sanhe"), reveal=True)
    rendered(with_history, wording, "csv", reveal=False)
    with with_history._session() as session:
        from pipeline.store.models import Event

        found = [session.get_one(Event, before + number) for number in (1, 2)]
        notes = [json.loads(with_history.events.note_of(event)) for event in found]
        kinds = [(event.kind, event.actor) for event in found]
    assert kinds == [("registry.revealed", "刘"), ("registry.exported", "刘")]
    assert notes == [{"office": "sanhe", "ground": "核对"}, {"ground": "核对"}]


HOSTILE = [
    '=cmd|"/c calc"!A1',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "\t=1",
    "_x003D_1+1",
    "<b>&amp;</b>]]>",
    "a\0b\x1bc\ufffe",
    "\ud800x",
    " 前后空格 ",
    "#REF!",
    "1E5",
    "TRUE",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_stands_in_a_filing_is_text(value: str, store: Store, profile: Profile, wording: Wording) -> None:
    hand_in(store, profile, filing(description=value))
    content = rendered(store, wording, "xlsx", reveal=False)
    (row,) = lines(opened(content), "台账")
    assert row["功能简介"] == cell_text(value).replace("_x005F_", "_")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<f[ >/]", xml)
    text = rendered(store, wording, "csv", reveal=False).decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text, newline=""))
    assert not line["功能简介"].startswith(("=", "+", "-", "@", "\t", "＝"))
    (plain,) = json.loads(rendered(store, wording, "json", reveal=False))
    assert plain["description"] == value


def test_a_change_gives_a_record_no_other_due_date(with_history: Store, wording: Wording) -> None:
    changed, cancelled = json.loads(rendered(with_history, wording, "json", reveal=False))
    assert (changed["number"], changed["owner_phone"]) == (FIRST, NEW_PHONE)
    assert changed["due"] == cancelled["due"] == "2018-12-31"


def test_the_columns_are_those_of_the_citys_form() -> None:
    own = register_columns(load_profile("lanchuan-2024"))
    assert own["approval_number"] == "前置审核文号"
    assert own["legal_representative"] == "法定代表人"
    assert own["first_posted_on"] == "首次发布日期"
    assert "owner_wechat" not in own
    langfang = register_columns(load_profile("langfang-2018"))
    assert "approval_number" not in langfang
    assert list(langfang)[-3:] == list(own)[-3:] == ["received", "due", "state"]


def test_a_cell_too_long_for_a_sheet_says_that_it_was_cut() -> None:
    cut = cell_text("长" * 40_000)
    assert len(cut) == 32_767
    assert cut.endswith("已截断）")


@given(st.text())
def test_a_cell_shows_what_was_written(text: str) -> None:
    readable = "".join("\ufffd" if (ord(c) < 32 and c not in "\t\n\r") or c in "\ufffe\uffff" else c for c in text)
    assert unescape(cell_text(text)) == readable


def test_a_table_longer_than_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", HEAD_ROWS + 2)
    book = new_book()
    table = Table(name="表", title="表", note="", columns=[Column(title="甲", width=5)])
    with pytest.raises(TooManyRowsError):
        add_table(book, table, ([str(number)] for number in range(3)))
    save_book(book, io.BytesIO())


def test_a_private_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with private_file(path) as file:
        file.write(b"whole")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"whole", 0o600)
    with pytest.raises(RuntimeError), private_file(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"whole"
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_a_file_left_by_a_crash_is_not_written_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda size: "0" * 2 * size)
    left = tmp_path / f".台账.xlsx.{'0' * 16}"
    left.write_text("left by a crash")
    with pytest.raises(FileExistsError), private_file(tmp_path / "台账.xlsx"):
        pass
    assert left.read_text() == "left by a crash"


def test_a_long_table_needs_little_memory(tmp_path: Path) -> None:
    """A thousand rows of twenty columns are 2.5 MB as openpyxl's cells."""
    table = Table(name="表", title="表", note="", columns=[Column(title="甲", width=5)] * 20)
    with (tmp_path / "表.xlsx").open("wb") as file:
        book = new_book()
        tracemalloc.start()
        add_table(book, table, ([f"第{number}行"] * 20 for number in range(1_000)))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        save_book(book, file)
    assert peak < 1_000_000


def test_records_are_read_as_they_are_written(with_history: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.registry_reading._PAGE", 1)
    with with_history.exporting(RegisterScope(), actor="刘", now=AT, revealed=False) as export:
        rows = export.records()
        assert next(rows).number == FIRST
        assert [row.number for row in rows] == [SECOND]
