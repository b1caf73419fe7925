"""The supervision list for people: rows, and a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, Final

from pipeline.domain.life import STAGE_NAMES
from pipeline.reports.backlog import BacklogItem, BacklogKind, Mark
from pipeline.reports.spreadsheet import Cell, Column, Table, add_table, new_book, save_book
from pipeline.wording import EVENTS, Wording

KIND_NAMES: Final[Mapping[BacklogKind, str]] = {
    BacklogKind.LATE: "逾期未结",
    BacklogKind.UNANSWERED: "退回未复",
    BacklogKind.NEVER_COMPLETED: "始终未完成",
}
MARK_NAMES: Final[Mapping[Mark, str]] = {Mark.OVERDUE: "逾期", Mark.URGED: "督促"}
_COLUMNS: Final = (
    Column(title="序号", width=6, number_format="0"),
    Column(title="类别", width=12),
    Column(title="标记", width=8),
    Column(title="备案机构", width=10),
    Column(title="账号名", width=16),
    Column(title="账号主体", width=20),
    Column(title="账号所有人", width=9),
    Column(title="手机", width=12.5),
    Column(title="状态", width=9),
    Column(title="收件时间", width=11),
    Column(title="期限", width=10.5),
    Column(title="依据条款", width=8),
    Column(title="逾期天数", width=8, number_format="0"),
    Column(title="退回时间", width=11),
    Column(title="未回复天数", width=8, number_format="0"),
    Column(title="通知与督促经过", width=34),
    Column(title="案件", width=10),
)


def backlog_row(item: BacklogItem) -> dict[str, object]:
    """An item with stable keys; times in ISO 8601."""
    case = item.case
    return {
        "case": case.case_id,
        "kinds": [kind.value for kind in item.kinds],
        "marks": [mark.value for mark in item.marks],
        "office": case.office,
        "account_name": case.values.get("account_name"),
        "account_subject": case.values.get("account_subject"),
        "stage": case.stage.value,
        "received": case.received.isoformat(timespec="seconds"),
        "due": case.due.isoformat() if case.due else None,
        "clause": item.clause,
        "days_late": item.days_late,
        "returned": item.returned_at.isoformat(timespec="seconds") if item.returned_at else None,
        "days_unanswered": item.days_unanswered,
        "evidence": [
            {"at": one.at.isoformat(timespec="seconds"), "kind": one.kind, "actor": one.actor} for one in case.evidence
        ],
    }


def evidence_text(item: BacklogItem, wording: Wording) -> str:
    """What was done towards the submitter, a line each."""
    return "\n".join(
        f"{wording.moment(one.at)} {EVENTS.get(one.kind, one.kind)}（{wording.actor(one.actor)}）"
        for one in item.case.evidence
    )


def write_backlog(file: BinaryIO, items: Iterable[BacklogItem], wording: Wording, *, note: str) -> None:
    """A workbook for the meeting and the file. `note` says which office and when."""
    book = new_book()
    title = f"{wording.profile.city}新媒体账号登记备案督办清单"
    table = Table(name="督办清单", title=title, note=note, columns=_COLUMNS)
    add_table(book, table, _lines(items, wording))
    save_book(book, file)


def kind_names(item: BacklogItem) -> str:
    """Why it is on the list, in words."""
    return "、".join(KIND_NAMES[kind] for kind in item.kinds)


def mark_names(item: BacklogItem) -> str:
    """逾期, 督促."""
    return "、".join(MARK_NAMES[mark] for mark in item.marks)


def _lines(items: Iterable[BacklogItem], wording: Wording) -> Iterator[list[Cell]]:
    for number, item in enumerate(items, 1):
        case = item.case
        yield [
            number,
            kind_names(item),
            mark_names(item),
            wording.office(case.office),
            *(case.values.get(key, "") for key in ("account_name", "account_subject", "owner_name", "owner_phone")),
            STAGE_NAMES[case.stage],
            wording.moment(case.received),
            str(case.due or ""),
            item.clause or "",
            item.days_late,
            wording.moment(item.returned_at),
            item.days_unanswered,
            evidence_text(item, wording),
            case.case_id[:8],
        ]
