"""Known accounts for people: rows, and a workbook for urging those that have not filed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import BinaryIO, Final

from pipeline.reports.spreadsheet import Cell, Column, Table, add_table, new_book, save_book
from pipeline.store.known_accounts import Filed, KnownAccount
from pipeline.wording import Wording

FILED_NAMES: Final[Mapping[Filed, str]] = {
    Filed.REGISTERED: "已备案",
    Filed.OPEN: "办理中",
    Filed.CANCELLED: "已注销",
    Filed.REFUSED: "不予受理",
    Filed.NOT_FILED: "未报送",
}
_COLUMNS: Final = (
    Column(title="序号", width=6, number_format="0"),
    Column(title="所属机构", width=12),
    Column(title="账号名", width=26),
    Column(title="账号类型", width=14),
    Column(title="账号主体", width=32),
    Column(title="备案情况", width=10),
    Column(title="来源", width=24),
    Column(title="备注", width=24),
)


def account_row(account: KnownAccount) -> dict[str, str | None]:
    """A known account with stable keys."""
    entry = account.entry
    return {
        "id": account.id,
        "office": account.office,
        "account_name": entry.name,
        "account_type": entry.account_type or None,
        "account_subject": entry.subject or None,
        "remark": entry.remark or None,
        "source": account.source,
        "filed": account.filed.value,
    }


def type_name(account: KnownAccount, wording: Wording) -> str:
    """The type as the list had it, else as the form calls it."""
    return account.entry.type_text or wording.account_type(account.entry.account_type or None)


def write_accounts(
    file: BinaryIO,
    accounts: Iterable[KnownAccount],
    wording: Wording,
    *,
    office: str | None,
    at: datetime,
    not_filed: bool,
) -> None:
    """A workbook of the accounts."""
    what = "未报送账号清单" if not_filed else "摸排账号清单"
    note = f"所属机构：{wording.office(office) or '全部'}　制表时间：{wording.moment(at)}"
    table = Table(name=what, title=f"{wording.profile.city}新媒体{what}", note=note, columns=_COLUMNS, fixed=3)
    book = new_book()
    add_table(book, table, _lines(accounts, wording))
    save_book(book, file)


def _lines(accounts: Iterable[KnownAccount], wording: Wording) -> Iterator[list[Cell]]:
    for number, account in enumerate(accounts, 1):
        entry = account.entry
        office, kind = wording.office(account.office), type_name(account, wording)
        filed = FILED_NAMES[account.filed]
        yield [number, office, entry.name, kind, entry.subject, filed, account.source, entry.remark]
