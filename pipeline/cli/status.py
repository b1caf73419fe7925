"""`beian status`: how every mailbox stands, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.watch.status import Status, WatchedMailbox
    from pipeline.wording import Wording


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(_status)


def _status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> int:
    """Show, for each mailbox, the last good poll, failures, backlog and refused mails, and the alarms in force.

    Exit status 1 when something is wrong.
    """
    from pipeline.wiring import utc_now

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        status = application.status_reader(store).read(utc_now())
    if as_json:
        print_json(_row(status))
    else:
        _show(status, application.wording)
    return 0 if status.good else 1


def _row(status: Status) -> dict[str, object]:
    return {
        "at": _iso(status.at),
        "good": status.good,
        "watched_at": _iso(status.watched_at),
        "mailboxes": [_mailbox_row(item) for item in status.mailboxes],
        "alarms": [
            {"kind": item.kind.value, "mailbox": item.subject or None, "reason": item.reason, "detail": item.detail}
            for item in status.wrong
        ],
    }


def _mailbox_row(item: WatchedMailbox) -> dict[str, object]:
    state = item.state
    return {
        "office": item.office,
        "mailbox": state.mailbox,
        "last_poll": _iso(state.last_poll),
        "last_ok": _iso(state.last_ok),
        "last_error": state.last_error,
        "failures": state.failures,
        "held_until": _iso(state.held_until),
        "listed": state.listed,
        "messages": state.messages,
        "waiting": state.waiting,
        "waiting_since": _iso(state.waiting_since),
        "retried": state.retried,
        "refused": state.refused,
        "refused_since": _iso(state.refused_since),
        "last_mail": _iso(state.last_mail),
    }


def _iso(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat(timespec="seconds")


def _show(status: Status, wording: Wording) -> None:
    from pipeline.cli.tables import print_table

    def moment(when: datetime | None) -> str:
        return "从未" if when is None else wording.moment(when)

    rows = (
        (s.mailbox, moment(s.last_ok), s.failures, s.waiting, s.retried, s.refused, moment(s.last_mail))
        for s in (item.state for item in status.mailboxes)
    )
    headings = ("邮箱", "最近成功收取", "连续失败", "待处理", "其中重试", "服务器不给", "最近来信")
    print_table("邮箱状况", headings, rows)
    typer.echo(f"最近一次巡检：{moment(status.watched_at)}")
    for item in status.wrong:
        typer.echo(f"  ✗ {item.detail}")
    if not status.wrong:
        typer.echo("没有告警")
