"""`beian queue`: what waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json
from pipeline.domain.masking import mask_identity_numbers

if TYPE_CHECKING:
    from pipeline.store.records import QueueItem
    from pipeline.store.store import Store
    from pipeline.wording import Wording

app = typer.Typer(help="What waits for a person.", no_args_is_help=True, rich_markup_mode=None)
_SHOWN_ID_CHARACTERS = 8


@app.command("list")
def list_cases(
    context: typer.Context,
    office: Annotated[str | None, typer.Option(help="Only this office's cases (key).")] = None,
    code: Annotated[str | None, typer.Option(help="Only cases with this finding.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 100,
    reasons: Annotated[bool, typer.Option("--reasons", help="Each case with the sentences of its findings.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per case.")] = False,
) -> int:
    """List waiting cases, the most urgent first."""
    from pipeline.reports.rows import queue_row

    command: CommandContext = context.obj
    application = command.application()
    application.require_office(office)
    application.require_code(code)
    with application.store() as store:
        cases = store.list_queue(office=office, code=code, limit=limit)
        if as_json:
            for case in cases:
                print_json(queue_row(case))
        elif reasons:
            print_reasons(cases, store, application.wording)
        else:
            print_cases(cases, application.wording)
    return 0


def print_cases(cases: Sequence[QueueItem], wording: Wording) -> None:
    """The queue as a table."""
    from pipeline.cli.tables import print_table
    from pipeline.wording import titles

    rows = (
        (
            case.case_id[:_SHOWN_ID_CHARACTERS],
            wording.office(case.office or case.received_office),
            mask_identity_numbers(case.account_name or "") or "（无账号名）",
            case.due,
            wording.moment(case.received),
            titles(case.codes),
        )
        for case in cases
    )
    print_table(f"待审核 {len(cases)} 件", ("编号", "机构", "账号名", "期限", "收到", "原因"), rows)


def print_reasons(cases: Sequence[QueueItem], store: Store, wording: Wording) -> None:
    """The queue with a sentence for each reason, as a list: sentences are too long for columns."""
    from pipeline.cli.tables import problem_lines, safe
    from pipeline.reports.rows import findings_of

    typer.echo(f"待审核 {len(cases)} 件")
    for case in cases:
        name = safe(mask_identity_numbers(case.account_name or "")) or "（无账号名）"
        due = f"，期限 {case.due}" if case.due else ""
        office = wording.office(case.office or case.received_office)
        typer.echo(f"\n  {case.case_id[:_SHOWN_ID_CHARACTERS]}  {name}（{office}{due}）")
        found = store.show_case(case.case_id)
        for line in problem_lines(findings_of(found) if found else (), blocking_only=True):
            typer.echo(f"  {line}")


@app.command("show")
def show_case(
    context: typer.Context,
    case: Annotated[str, typer.Argument(help="The case's id, or its first characters.")],
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show ID numbers whole; this is recorded.")] = False,
) -> int:
    """Show one case with every field, paper and finding. ID numbers are masked unless --reveal."""
    from pipeline.cli.case_text import print_case
    from pipeline.reports.rows import case_row

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        found = store.show_case(case)
        if found is None:
            typer.echo(f"beian: no case {case!r}; `beian queue list` shows them", err=True)
            return 2
        if reveal:
            store.events.record("case.revealed", actor="cli", case_id=found.case_id)
    if as_json:
        print_json(case_row(found, reveal=reveal))
    else:
        print_case(found, application.wording, reveal=reveal)
    return 0
