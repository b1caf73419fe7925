"""`beian backlog`: what is late, unanswered or never completed (督办)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.reports.backlog import BacklogItem
    from pipeline.wording import Wording


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backlog")(show_backlog)


def show_backlog(
    context: typer.Context,
    office: Annotated[str | None, typer.Option(help="Only this office's filings (key).")] = None,
    kind: Annotated[str | None, typer.Option(help="Only late, unanswered or never_completed ones.")] = None,
    unanswered_days: Annotated[
        int | None, typer.Option(min=0, max=3660, help="Days without an answer; else the profile's.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per filing.")] = False,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="As a workbook; recorded as an export.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who exports; stands in the event log.")] = "cli",
) -> int:
    """List filings that need supervision (督办): late, unanswered, never completed; with due day, clause, notices."""
    from pipeline.configuration.settings import SettingsError
    from pipeline.reports.backlog import BacklogKind, find_backlog
    from pipeline.wiring import utc_now

    if kind is not None and kind not in set(BacklogKind):
        raise SettingsError(f"--kind = {kind!r}: one of {', '.join(BacklogKind)}")
    command: CommandContext = context.obj
    application = command.application()
    application.require_office(office)
    profile, wording, now = application.profile, application.wording, utc_now()
    days = profile.supervision.unanswered_days if unanswered_days is None else unanswered_days
    today = now.astimezone(profile.zone).date()
    with application.store() as store:
        cases = store.iter_backlog(office=office, today=today)
        found = find_backlog(cases, profile, today=today, unanswered_days=days)
        items = (item for item in found if kind is None or kind in item.kinds)
        if xlsx is not None:
            from pipeline.private_file import private_file
            from pipeline.reports.backlog_files import write_backlog

            store.events.record("backlog.exported", actor=by.strip() or "cli", at=now)
            note = f"备案机构：{wording.office(office) or '全部'}　退回满{days}天未复即列入　制表时间：{wording.moment(now)}"
            with private_file(xlsx) as file:
                write_backlog(file, items, wording, note=note)
        elif as_json:
            _print_rows(items)
        else:
            _print_items(list(items), wording)
    return 0


def _print_rows(items: Iterable[BacklogItem]) -> None:
    from pipeline.reports.backlog_files import backlog_row

    for item in items:
        print_json(backlog_row(item))


def _print_items(items: list[BacklogItem], wording: Wording) -> None:
    from pipeline.cli.tables import print_table
    from pipeline.reports.backlog_files import evidence_text, kind_names, mark_names

    rows = (
        (
            item.case.case_id[:8],
            kind_names(item),
            mark_names(item),
            wording.office(item.case.office),
            item.case.values.get("account_name") or "（无账号名）",
            item.case.due,
            item.clause,
            item.days_late,
            item.days_unanswered,
            evidence_text(item, wording).replace("\n", "；"),
        )
        for item in items
    )
    columns = ("案件", "类别", "标记", "机构", "账号名", "期限", "条款", "逾期天数", "未复天数", "通知与督促经过")
    print_table(f"督办 {len(items)} 件", columns, rows)
