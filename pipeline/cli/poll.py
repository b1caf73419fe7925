"""`beian poll`: the unattended service."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ingest.poll import MailboxReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("poll")(_poll)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set; a second signal ends the process at once."""
    stop = threading.Event()

    def on_signal(number: int, frame: object) -> None:
        del frame
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop


def _poll(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Look once, process what arrived, and stop.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per mailbox (with --once).")] = False,
) -> int:
    """Poll the configured mailboxes into the ledger and process what arrives.

    Runs until SIGTERM; with --once, exit status 1 when a mailbox could not be polled.
    """
    command: CommandContext = context.obj
    application = command.application()
    stop = stop_on_signals()
    threads = application.settings.work.processes
    with application.store() as store:
        poller = application.poller(store)
        if once:
            reports = poller.poll_once()
            with application.jail() as jail:
                application.processor(store, jail).run(threads=threads, stop=stop, until_empty=True)
            _print_reports(reports, as_json=as_json)
            return 1 if any(report.error for report in reports) else 0
        with application.jail() as jail:
            interval = application.settings.poll.interval_seconds
            listening = threading.Thread(
                target=poller.poll_until,
                args=(stop,),
                kwargs={"interval_seconds": interval},
                name="poller",
                daemon=True,
            )
            listening.start()
            application.processor(store, jail).run(threads=threads, stop=stop, until_empty=False)
            stop.set()
            listening.join(timeout=10)
    return 0


def _print_reports(reports: Sequence[MailboxReport], *, as_json: bool) -> None:
    from dataclasses import asdict

    from pipeline.cli.tables import print_table

    if as_json:
        for report in reports:
            print_json(asdict(report))
        return
    if not reports:
        typer.echo("没有配置任何邮箱：请在 beian.toml 中添加 [mailboxes.<office>]（`beian init` 可生成样例）。")
        return
    rows = ((r.mailbox, r.listed, r.new, r.refused, r.message or "正常") for r in reports)
    print_table("邮箱", ("邮箱", "服务器列出", "新收", "待重取", "状态"), rows)
