"""Papers as a person reads them at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from pipeline.cli.tables import print_table, safe
from pipeline.domain.notice import KIND_NAMES, STATE_NAMES

if TYPE_CHECKING:
    from pipeline.store.notice_records import NoticeRecord
    from pipeline.wording import Wording

_SHOWN_ID_CHARACTERS = 8


def print_notice(found: NoticeRecord) -> None:
    """One paper as it would be sent."""
    typer.echo(f"{KIND_NAMES[found.kind]} {found.notice_id}（{STATE_NAMES[found.state]}），案件 {found.case_id[:8]}")
    typer.echo(f"  主题：{safe(found.draft.subject)}")
    typer.echo(f"  收件人：{safe(found.recipient) or '（无，须以其他方式送达或用 --to 指明）'}\n")
    typer.echo("\n".join(safe(line) for line in found.draft.text.splitlines()))


def print_notices(notices: Sequence[NoticeRecord], wording: Wording) -> None:
    """Papers as a table."""
    rows = (
        (
            notice.notice_id[:_SHOWN_ID_CHARACTERS],
            notice.case_id[:_SHOWN_ID_CHARACTERS],
            wording.office(notice.office),
            KIND_NAMES[notice.kind],
            STATE_NAMES[notice.state],
            notice.recipient or "（无）",
            wording.moment(notice.sent_at or notice.released_at or notice.drafted_at),
            notice.last_error,
        )
        for notice in notices
    )
    columns = ("编号", "案件", "机构", "种类", "状态", "收件人", "时间", "问题")
    print_table(f"通知 {len(notices)} 件", columns, rows)
