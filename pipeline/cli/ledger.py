"""`beian ledger`: what the servers listed and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from pipeline.service.reconciling import Reconciliation

app = typer.Typer(
    help="Every message the servers listed, and its one outcome.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list")
def list_messages(
    context: typer.Context,
    mailbox: Annotated[str | None, typer.Option(help="Only this mailbox (address).")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="At most so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per message.")] = False,
) -> int:
    """List messages with their outcome, the newest first."""
    from pipeline.cli.tables import print_table
    from pipeline.reports.rows import ledger_row
    from pipeline.wording import DECISIONS

    command: CommandContext = context.obj
    application = command.application()
    wording = application.wording
    with application.store() as store:
        rows = store.list_ledger(mailbox, limit=limit)
    if as_json:
        for row in rows:
            print_json(ledger_row(row))
        return 0
    shown = (
        (
            row.message_id or "",
            row.mailbox,
            row.folder,
            row.uid,
            DECISIONS.get(row.outcome, row.outcome),
            wording.moment(row.received) if row.received else row.reason,
            (row.sha256 or "")[:12],
        )
        for row in rows
    )
    print_table(f"收件台账 {len(rows)} 条", ("编号", "邮箱", "文件夹", "UID", "结果", "收到", "存档"), shown)
    return 0


@app.command("show")
def show(
    context: typer.Context,
    message: Annotated[
        str, typer.Argument(metavar="MESSAGE", help="Its number, or its SHA-256 or the first ten characters of it.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per message.")] = False,
) -> int:
    """Tell a message's whole life: where it lay, fetches, decision, cases, notices, replies, and who did what.

    The same mail in several mailboxes is several messages.
    """
    from pipeline.cli.ledger_text import life_lines, life_row
    from pipeline.cli.tables import safe
    from pipeline.wrong_use import WrongUseError

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        lives = store.message_lives(message)
    if not lives:
        raise WrongUseError(f"no message {message!r}; `beian ledger list` shows them")
    for life in lives:
        if as_json:
            print_json(life_row(life))
            continue
        for line in life_lines(life, application.wording):
            typer.echo(safe(line))
    return 0


@app.command("reconcile")
def reconcile(
    context: typer.Context,
    live: Annotated[
        bool, typer.Option("--live", help="Ask the servers now; else what they listed at the last poll.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per mailbox.")] = False,
) -> int:
    """Prove, for each mailbox, listed = registered + review + ignored + waiting.

    Exit status 1 when something is not explained.
    """
    from pipeline.service.reconciling import reconcile as reconcile_mailboxes
    from pipeline.wiring import utc_now

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        accounts = application.accounts() if live else ()
        mailboxes = sorted({*store.mailboxes(), *(account.address for account in accounts)})
        reports = reconcile_mailboxes(store, mailboxes, accounts, clock=utc_now)
    if as_json:
        for report in reports:
            print_json(_row(report))
    else:
        print_reports(reports)
    return 0 if all(report.equation.holds and not report.exceptions for report in reports) else 1


def _row(report: Reconciliation) -> dict[str, object]:
    equation = report.equation
    return {
        "mailbox": equation.mailbox,
        "listed": equation.listed,
        "registered": equation.registered,
        "review": equation.review,
        "ignored": equation.ignored,
        "waiting": report.waiting,
        "holds": equation.holds,
        "exceptions": list(report.exceptions),
        "last_poll": equation.last_poll.isoformat(timespec="seconds") if equation.last_poll else None,
    }


def print_reports(reports: Sequence[Reconciliation]) -> None:
    """The equations as a table, the exceptions below it."""
    from pipeline.cli.tables import print_table

    rows = []
    for report in reports:
        e = report.equation
        holds = "✓" if e.holds and not report.exceptions else "✗"
        rows.append((e.mailbox, e.listed, "=", e.registered, e.review, e.ignored, report.waiting, holds))
    print_table("逐个邮箱核对", ("邮箱", "服务器列出", "", "已登记", "待审核", "已忽略", "待处理", ""), rows)
    for report in reports:
        for text in report.exceptions:
            typer.echo(f"  ✗ {text}")
