"""`beian poll`: the unattended service."""

from __future__ import annotations

import signal
import threading
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipeline.cli.context import CommandContext, counting, print_json
from pipeline.service.crew import Crew

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ingest.poll import MailboxReport
    from pipeline.service.polling import Poller
    from pipeline.store.store import Store
    from pipeline.watch.messenger import Messenger
    from pipeline.wiring import Application


#: Released letters wait no longer than this, however seldom the mailboxes are looked at.
_POST_SECONDS: Final = 300
#: How long --once waits for those who are told of alarms.
_TELL_SECONDS: Final = 20.0
#: How long the service waits at its end for an alarm that is being told; it will be told again.
_STOP_SECONDS: Final = 15.0


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
    now: Annotated[
        bool, typer.Option("--now", help="Log in even to accounts that are left alone after a refusal (with --once).")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per mailbox (with --once).")] = False,
) -> int:
    """Poll the configured mailboxes into the ledger, process what arrives, and send the letters that are released.

    Runs until SIGTERM; with --once, exit status 1 when a mailbox could not be polled.
    """
    from pipeline.store.errors import StoreError

    command: CommandContext = context.obj
    application = command.application()
    stop = stop_on_signals()
    with application.store() as store:
        if not once:
            _serve(application, store, stop)
            return 0
        poller, messengers = application.poller(store, ignore_holds=now), application.messengers(store)
        try:
            reports = _poll_once(application, store, poller, stop)
            _print_reports(reports, as_json=as_json)
        except StoreError:
            _watch_once(application, store, messengers, stop)
            raise
        _watch_once(application, store, messengers, stop)
        return 1 if any(report.error for report in reports) else 0


def _poll_once(
    application: Application, store: Store, poller: Poller, stop: threading.Event
) -> Sequence[MailboxReport]:
    with counting(len(poller.accounts), label="polling") as one_more:
        reports = poller.poll_once(one_more, stop=stop)
    work_off(application, store, stop)
    application.post_round(store).once(stop)
    return reports


def _watch_once(application: Application, store: Store, messengers: Sequence[Messenger], stop: threading.Event) -> None:
    """Keep the alarms and tell them; who does not answer in time is told the next time."""
    from pipeline.watch.messenger import tell_once

    application.watch(store, messengers).once()
    tell_once(messengers, stop, patience_seconds=_TELL_SECONDS)


def work_off(application: Application, store: Store, stop: threading.Event) -> int:
    """Decide what waits, with progress; returns how many mails. The readers are loaded only when something does."""
    waiting = store.work.waiting_count()
    if not waiting:
        return 0
    with application.jail() as jail, counting(waiting, label="reading and deciding") as one_more:
        processor = application.processor(store, jail)
        threads = application.settings.work.processes
        return processor.run(threads=threads, stop=stop, until_empty=True, on_processed=one_more)


def _serve(application: Application, store: Store, stop: threading.Event) -> None:
    """Poll and decide until `stop`; what ends one of the two for good ends the other."""
    poller, post, settings = application.poller(store), application.post_round(store), application.settings
    messengers = application.messengers(store)
    watch, server = application.watch(store, messengers), application.watch_server(store, poller.pulse)
    with application.jail(engines="fast") as jail:
        crew, watching = Crew(stop), Crew(stop)
        watching.start("watch", partial(watch.until, stop, interval_seconds=settings.watch.interval_seconds))
        for messenger in messengers:
            watching.start(f"alarms-{messenger.channel.name}", partial(messenger.until, stop))
        if server is not None:
            watching.start("monitoring", partial(server.serve_until, stop))
        crew.start("poller", partial(poller.poll_until, stop, interval_seconds=settings.poll.interval_seconds))
        crew.start(
            "post", partial(post.until, stop, interval_seconds=min(settings.poll.interval_seconds, _POST_SECONDS))
        )
        try:
            application.processor(store, jail).run(threads=settings.work.processes, stop=stop, until_empty=False)
        finally:
            stop.set()
            crew.wait()
            watching.wait(patience_seconds=_STOP_SECONDS)


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
