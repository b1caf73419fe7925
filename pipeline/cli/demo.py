"""`beian demo`: the whole path on the samples."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext

if TYPE_CHECKING:
    from pipeline.demo.run import DemoResult
    from pipeline.store.records import QueueItem

_MOST_SHOWN = 200


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(_demo)


def _demo(
    context: typer.Context,
    mails: Annotated[Path, typer.Option(help="Folder of sample mails with their manifest.")] = Path(
        "samples/data/mails"
    ),
    data: Annotated[Path, typer.Option(help="Where to keep the demo's register; made anew each time.")] = Path(
        "demo-data"
    ),
    processes: Annotated[int | None, typer.Option(min=1, max=64, help="Reading processes; else one per core.")] = None,
) -> int:
    """Run the whole path on the samples: a local IMAP server, real mails, register and queue."""
    from pipeline.configuration.logs import configure_logs
    from pipeline.configuration.settings import SettingsError
    from pipeline.demo.run import DemoError, load_mails, make_folder, run_demo

    command: CommandContext = context.obj
    configure_logs(verbose=command.verbose, quiet=True)
    try:
        sample_mails = load_mails(mails)
        make_folder(data)
    except DemoError as error:
        raise SettingsError(str(error)) from None
    result = run_demo(sample_mails, folder=data, processes=processes, say=typer.echo, count=_show_count)
    _show(data, result)
    return 0 if _is_whole(result) else 3


def _show_count(done: int, total: int) -> None:
    """Counting lines overwrite each other on a terminal and are left out in a pipe."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r  {done}/{total} 封" + ("\n" if done == total else ""))
        sys.stdout.flush()


def _is_whole(result: DemoResult) -> bool:
    return not result.exceptions and result.second_round == 0 and sum(result.outcomes.values()) == result.mails


def _show(data: Path, result: DemoResult) -> None:
    from pipeline.cli import queue, registry
    from pipeline.configuration.settings import load_settings
    from pipeline.wiring import Application

    application = Application(load_settings(data / "beian.toml"))
    with application.store() as store:
        registry.print_records(store.list_registry(limit=_MOST_SHOWN), application.wording)
        waiting = store.list_queue(limit=_MOST_SHOWN)
        queue.print_reasons(waiting, store, application.wording)
    _show_totals(result, waiting)
    _show_what_next(data, waiting)


def _show_totals(result: DemoResult, waiting: Sequence[QueueItem]) -> None:
    from pipeline.domain.finding import TITLES

    typer.echo(
        f"\n共投递 {result.mails} 封邮件：已登记 {result.outcomes.get('registered', 0)}，"
        f"待审核 {result.outcomes.get('review', 0)}，已忽略（自动回复、退信、订阅邮件）{result.outcomes.get('ignored', 0)}。"
    )
    reasons = Counter(code for case in waiting for code in case.codes)
    typer.echo("待审核的原因：" + "，".join(f"{TITLES[code]} {count}" for code, count in reasons.most_common()) + "。")
    for text in result.exceptions:
        typer.echo(f"  核对异常：{text}")
    if _is_whole(result):
        typer.echo("核对无误：服务器列出的每一封邮件都有且只有一个结果，再次收取没有重复。")


def _show_what_next(data: Path, waiting: Sequence[QueueItem]) -> None:
    shown = waiting[0].case_id[:8] if waiting else "编号"
    commands = (
        ("queue list", "待审核队列"),
        (f"queue show {shown}", "其中一件：每一栏的值、原文和疑点"),
        ("registry list", "台账"),
        ("registry export 台账.xlsx", "导出台账"),
        ("ledger reconcile", "逐个邮箱核对，一封不少"),
        ("--help", "全部命令"),
    )
    beian = f".venv/bin/beian --config {data}/beian.toml"
    typer.echo("\n接下来可以试试：")
    for command, what in commands:
        typer.echo(f"  {beian} {command}    # {what}")
    typer.echo("\n在浏览器里审核（先建一个账号，再开审核页面，按 Ctrl-C 结束）：")
    typer.echo(f"    {beian} user add wang --name 王方 --role city    # 会询问密码，至少12个字符")
    typer.echo(f"    {beian} review    # http://127.0.0.1:8420/")
