"""`beian demo`: the whole path on the samples."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext

if TYPE_CHECKING:
    from pipeline.demo.run import DemoResult


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
    from pipeline.demo.run import DemoError, load_mails, make_folder, run_demo
    from pipeline.logs import configure_logs
    from pipeline.settings import SettingsError

    command: CommandContext = context.obj
    configure_logs(verbose=command.verbose, quiet=True)
    try:
        sample_mails = load_mails(mails)
        make_folder(data)
    except DemoError as error:
        raise SettingsError(str(error)) from None
    result = run_demo(sample_mails, folder=data, processes=processes, say=_say)
    _show(command, data, result)
    return 0 if _is_whole(result) else 3


def _say(line: str) -> None:
    """Progress: counting lines overwrite each other on a terminal and are left out in a pipe."""
    counting = line.startswith("  ") and line.strip().replace("/", "").isdigit()
    if not counting:
        typer.echo(line)
    elif sys.stdout.isatty():
        sys.stdout.write(f"\r{line} 封")
        sys.stdout.flush()


def _is_whole(result: DemoResult) -> bool:
    return not result.exceptions and result.second_round == 0 and sum(result.outcomes.values()) == result.mails


def _show(command: CommandContext, data: Path, result: DemoResult) -> None:
    from pipeline.cli import queue, registry
    from pipeline.settings import load_settings
    from pipeline.wiring import Application

    if sys.stdout.isatty():
        typer.echo("\r" + " " * 20 + "\r", nl=False)
    application = Application(load_settings(data / "beian.toml"))
    with application.store() as store:
        registry.print_records(store.list_registry(limit=200))
        queue.print_cases(store.list_queue(limit=200))
    typer.echo(
        f"共投递 {result.mails} 封邮件：已登记 {result.outcomes.get('registered', 0)}，"
        f"待审核 {result.outcomes.get('review', 0)}，已忽略 {result.outcomes.get('ignored', 0)}。"
    )
    for text in result.exceptions:
        typer.echo(f"  核对异常：{text}")
    if _is_whole(result):
        typer.echo("核对无误：服务器列出的每一封邮件都有且只有一个结果，再次收取没有重复。")
    typer.echo("\n接下来可以试试：")
    base = f".venv/bin/beian --config {data}/beian.toml"
    for line in ("queue list", "registry list", "registry export 台账.xlsx", "ledger list", "--help"):
        typer.echo(f"  {base} {line}" if line != "--help" else "  .venv/bin/beian --help")
