"""`beian queue`: what waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from pipeline.store.records import CaseDetail, QueueItem

app = typer.Typer(help="What waits for a person.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_cases(
    context: typer.Context,
    office: Annotated[str | None, typer.Option(help="Only this office's cases (key).")] = None,
    code: Annotated[str | None, typer.Option(help="Only cases with this finding.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per case.")] = False,
) -> int:
    """List waiting cases, the most urgent first."""
    from pipeline.rows import queue_row

    command: CommandContext = context.obj
    with command.application().store() as store:
        cases = store.list_queue(office=office, code=code, limit=limit)
    if not as_json:
        print_cases(cases)
        return 0
    for case in cases:
        print_json(queue_row(case))
    return 0


def print_cases(cases: Sequence[QueueItem]) -> None:
    """The queue as a table."""
    from pipeline.cli.tables import print_table

    rows = (
        (
            case.case_id[:8],
            case.office or case.received_office,
            case.account_name or "（无账号名）",
            case.due,
            case.received.astimezone().strftime("%Y-%m-%d %H:%M"),
            " ".join(case.codes),
        )
        for case in cases
    )
    print_table(f"待审核 {len(cases)} 件", ("编号", "机构", "账号名", "期限", "收到", "原因"), rows)


@app.command("show")
def show_case(
    context: typer.Context,
    case: Annotated[str, typer.Argument(help="The case's id, or its first characters.")],
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show ID numbers whole; this is recorded.")] = False,
) -> int:
    """Show one case with every field, paper and finding. ID numbers are masked unless --reveal."""
    from pipeline.rows import case_row

    command: CommandContext = context.obj
    with command.application().store() as store:
        found = store.show_case(case)
        if found is None:
            typer.echo(f"beian: no case {case!r}; `beian queue list` shows them", err=True)
            return 2
        if reveal:
            store.events.record("case.revealed", actor="cli", case_id=found.case_id)
    if as_json:
        print_json(case_row(found, reveal=reveal))
    else:
        _print_case(found, reveal=reveal)
    return 0


def _print_case(case: CaseDetail, *, reveal: bool) -> None:
    from pipeline.cli.tables import print_table, problem_lines, safe
    from pipeline.rows import FIELD_NAMES, findings_of, mask

    typer.echo(f"案件 {case.case_id}（{case.number or '待审核'}）")
    typer.echo(f"  收到：{case.received.astimezone():%Y-%m-%d %H:%M}  邮箱：{case.mailbox}  期限：{case.due or '—'}")
    typer.echo(f"  主题：{safe(case.subject)}  发件人：{safe(case.sender)}")
    for line in problem_lines(findings_of(case)):
        typer.echo(line)
    documents = [
        ("登记表", case.filing.form),
        *((paper.title or paper.kind.value, paper) for paper in case.filing.papers),
    ]
    for title, document in documents:
        if document is None:
            continue
        rows = []
        for field in document:
            hidden = "id_number" in field.key and not reveal
            value = "" if field.value is None else str(field.value)
            shown = (mask(value), mask(field.raw)) if hidden else (value, field.raw)
            rows.append(
                (FIELD_NAMES.get(field.key, field.key), *shown, field.doubt or ("存疑" if field.doubtful else ""))
            )
        print_table(title, ("字段", "值", "原文", "疑点"), rows)
