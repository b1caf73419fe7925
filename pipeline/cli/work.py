"""`beian work`: one more worker."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.context import CommandContext


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("work")(_work)


def _work(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing waits.")] = False,
) -> int:
    """Process what is waiting in the ledger; one more worker, on this or another machine.

    Runs until SIGTERM. Finishes the mails it holds or gives them back; killing it loses nothing.
    """
    from pipeline.cli.poll import stop_on_signals, work_off

    command: CommandContext = context.obj
    application = command.application()
    stop = stop_on_signals()
    with application.store() as store:
        if once:
            count = work_off(application, store, stop)
        else:
            with application.jail(engines="fast") as jail:
                processor = application.processor(store, jail)
                count = processor.run(threads=application.settings.work.processes, stop=stop, until_empty=False)
    typer.echo(f"处理完毕：{count} 封邮件。", err=True)
    return 0
