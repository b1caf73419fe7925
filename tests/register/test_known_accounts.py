"""Accounts an office knows of: lists in any shape, matched as filings are, sealed like them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from pipeline.domain.life import Action
from pipeline.profile.schema import Profile
from pipeline.reports import account_lists
from pipeline.reports.account_list_files import account_row, write_accounts
from pipeline.reports.account_lists import AccountListError, account_types, read_account_list
from pipeline.store.known_accounts import AccountEntry, Filed, Imported
from pipeline.store.store import Store
from pipeline.wording import Wording
from tests.officer.conftest import Desk
from tests.officer.filings import doubtful_owner, filing, hand_in
from tests.register.books import AT, lines, opened
from tests.stores import Place


def workbook(path: Path, *rows: Sequence[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def entries(*names: str, kind: str = "wechat") -> list[AccountEntry]:
    return [AccountEntry(name=name, account_type=kind, subject="某单位", remark="电话13803161234") for name in names]


def add(store: Store, *names: str, office: str = "sanhe", kind: str = "wechat", source: str = "摸排表") -> Imported:
    return store.known_accounts.add(office, entries(*names, kind=kind), source=source, actor="刘", at=AT)


def filed(store: Store, profile: Profile, office: str | None = None) -> dict[str, Filed]:
    found = store.iter_known_accounts(office=office, types=account_types(profile))
    return {account.entry.name: account.filed for account in found}


def test_columns_are_found_by_their_headings_below_a_title(tmp_path: Path, profile: Profile) -> None:
    path = workbook(
        tmp_path / "名单.xlsx",
        ["三河市新媒体账号摸排表"],
        [],
        ["序号", "主办单位", "账号名（昵称）", "账号 类型", "备注"],
        [1, "三河市某公司", " 三河生活 ", "公众号", "活跃"],
        [2, "某报社", "看三河", "抖音", None],
        [3, None, 360, None, None],
        [None, None, None, None, None],
        [4, "没有名字的", None, "公众号", None],
    )
    found = read_account_list(path, profile)
    assert found.entries == (
        AccountEntry(name="三河生活", account_type="wechat", type_text="公众号", subject="三河市某公司", remark="活跃"),
        AccountEntry(name="看三河", account_type="other", type_text="抖音", subject="某报社"),
        AccountEntry(name="360"),
    )
    assert [(fault.line, fault.why) for fault in found.faults] == [(8, "没有账号名")]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_of_any_office(charset: str, delimiter: str, tmp_path: Path, profile: Profile) -> None:
    path = tmp_path / "名单.csv"
    text = "公众号,类型\r\n三河生活,微信公众号\r\n,app\r\n".replace(",", delimiter)
    path.write_bytes(text.encode(charset))
    found = read_account_list(path, profile)
    assert [(entry.name, entry.account_type) for entry in found.entries] == [("三河生活", "wechat")]
    assert [fault.line for fault in found.faults] == [3]


def test_hostile_rows_are_text_or_said_to_be_bad(tmp_path: Path, profile: Profile) -> None:
    path = tmp_path / "名单.csv"
    long, huge = "长" * 300, "x" * 3000
    path.write_text(f'名称,备注\n=cmd|calc,\n"a\0b\x1b",\n{long},\n好,{huge}\n好,ok\n\u200b,零宽\n', encoding="utf-8")
    found = read_account_list(path, profile)
    assert [entry.name for entry in found.entries] == ["=cmd|calc", "ab", "好"]
    assert [fault.line for fault in found.faults] == [4, 5, 7]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "编码,备注\n1,2\n".encode(), "no heading"),
        ("a.csv", "名称,账号名\n1,2\n".encode(), "several columns"),
        ("a.csv", b"", "no heading"),
        ("a.csv", b"\xff\xfe\x81", "neither UTF-8"),
        ("a.xlsx", b"not a zip", "not an Excel file"),
        ("a.xls", b"", "an .xlsx or .csv"),
    ],
)
def test_a_file_that_is_no_list_is_said_so(
    name: str, content: bytes, said: str, tmp_path: Path, profile: Profile
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AccountListError, match=said):
        read_account_list(path, profile)


def test_an_archive_that_unpacks_to_too_much_is_not_read(
    tmp_path: Path, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"0" * 2_000_000)
    monkeypatch.setattr(account_lists, "MAX_UNPACKED_BYTES", 1_000_000)
    with pytest.raises(AccountListError, match="unpacked"):
        read_account_list(path, profile)
    other = tmp_path / "b.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", b"no workbook")
    with pytest.raises(AccountListError, match="not a readable"):
        read_account_list(other, profile)


def test_too_many_rows_end_with_a_word(tmp_path: Path, profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_lists, "MAX_ROWS", 2)
    path = workbook(tmp_path / "a.xlsx", ["名称"], ["甲"], ["乙"], ["丙"])
    found = read_account_list(path, profile)
    assert len(found.entries) == 2
    assert "最多2行" in found.faults[0].why


def test_importing_twice_adds_nothing(store: Store, profile: Profile) -> None:
    assert add(store, "三河生活", "看三河") == Imported(new=2, known=0)
    assert add(store, "三河“生活”", "看三河 ", "新三河") == Imported(new=1, known=2)
    assert add(store, "三河生活", office="bazhou") == Imported(new=1, known=0)
    assert add(store, "三河生活", kind="app") == Imported(new=1, known=0)
    assert add(store, "同一", "同 一") == Imported(new=1, known=1)
    assert add(store) == Imported(new=0, known=0)
    assert len(list(store.iter_known_accounts(office="sanhe", types=account_types(profile)))) == 5
    assert store.events.verify().whole


def test_who_filed_is_found_by_the_same_identity(store: Store, profile: Profile, desk: Desk) -> None:
    hand_in(store, profile, filing(account_name="三河甲生活"), number=1)
    hand_in(store, profile, filing(account_name="三河乙生活", owner_name=doubtful_owner()), number=2)
    refused = hand_in(store, profile, filing(account_name="三河丙生活", owner_name=doubtful_owner()), number=3)
    cancelled = hand_in(store, profile, filing(account_name="三河丁生活"), number=4)
    desk("刘").act(refused, Action.REFUSE, ground="不属备案范围")
    found = store.show_case(cancelled)
    assert found is not None
    assert found.number is not None
    desk("刘").cancel_record(found.number, ground="停用")
    add(store, "三河 甲生活", "三河乙生活", "三河丙生活", "三河丁生活", "三河戊生活")
    assert filed(store, profile) == {
        "三河 甲生活": Filed.REGISTERED,
        "三河乙生活": Filed.OPEN,
        "三河丙生活": Filed.REFUSED,
        "三河丁生活": Filed.CANCELLED,
        "三河戊生活": Filed.NOT_FILED,
    }


def test_an_unknown_type_counts_for_every_type(store: Store, profile: Profile) -> None:
    hand_in(store, profile, filing(account_name="三河甲生活"), number=1)
    hand_in(store, profile, filing(account_name="三河乙生活", account_type=None), number=2)
    add(store, "三河甲生活", kind="")
    add(store, "三河乙生活", kind="app")
    assert filed(store, profile) == {"三河甲生活": Filed.REGISTERED, "三河乙生活": Filed.OPEN}
    add(store, "三河甲生活", kind="app", office="bazhou")
    assert filed(store, profile, "bazhou") == {"三河甲生活": Filed.NOT_FILED}


def test_removing_one_or_a_whole_list(store: Store, profile: Profile) -> None:
    add(store, "甲", "乙", source="旧表")
    add(store, "丙", source="新表")
    add(store, "甲", source="旧表", office="bazhou")
    assert store.known_accounts.remove_source("sanhe", "旧表", actor="刘", at=AT) == 2
    (left,) = store.iter_known_accounts(office="sanhe", types=())
    assert (left.entry.name, left.source) == ("丙", "新表")
    assert store.known_accounts.remove([left.id], actor="刘", at=AT) == 1
    assert store.known_accounts.remove([left.id], actor="刘", at=AT) == 0
    assert list(filed(store, profile)) == ["甲"]
    assert store.events.verify().whole


def test_names_are_sealed(place: Place, store: Store) -> None:
    add(store, "三河生活", source="摸排表张三")
    with store._database.reading() as connection:
        row = connection.exec_driver_sql("SELECT * FROM known_accounts").one()
    raw = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    for secret in ("三河生活", "某单位", "13803161234", "摸排表张三"):
        assert secret.encode() not in raw


def test_the_workbook_and_the_rows(store: Store, profile: Profile) -> None:
    add(store, "=1+1", "乙")
    file = io.BytesIO()
    accounts = list(store.iter_known_accounts(office=None, types=account_types(profile)))
    write_accounts(file, accounts, Wording(profile=profile), office=None, at=AT, not_filed=True)
    rows = lines(opened(file.getvalue()), "未报送账号清单")
    assert {row["账号名"] for row in rows} == {"=1+1", "乙"}
    assert {(row["账号类型"], row["备案情况"]) for row in rows} == {("微信公众账号", "未报送")}
    assert {account_row(account)["filed"] for account in accounts} == {"not_filed"}


def test_more_than_a_page(store: Store, profile: Profile) -> None:
    names = [f"账号{number}" for number in range(1200)]
    assert add(store, *names) == Imported(new=1200, known=0)
    assert list(filed(store, profile)) == names
