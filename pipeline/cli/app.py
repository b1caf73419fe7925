"""The commands and their exit statuses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import __version__
from pipeline.cli import (
    accounts,
    alarms,
    audit,
    backlog,
    case,
    check,
    demo,
    doctor,
    extract,
    init,
    intake,
    ledger,
    notice,
    poll,
    profile,
    queue,
    registry,
    reprocess,
    review,
    stats,
    status,
    user,
    work,
)
from pipeline.cli.context import CommandContext, warn

_EPILOG = """A first look: `beian demo`. A real installation: `beian init`, then `beian doctor`, then `beian poll`.
One mail or file without storing anything: `beian check MAIL.eml`, `beian extract FILE`."""


#: What the library makes of Ctrl-C; no command of ours returns it.
_INTERRUPTED = 130


class Exit(IntEnum):
    """Exit statuses of every command."""

    DONE = 0
    NEEDS_PERSON = 1
    WRONG_USE = 2
    FAILED = 3


app = typer.Typer(
    name="beian",
    help="Reads new-media account filings from mailboxes, checks them against the city's notice, "
    "and keeps the register (台账) and a review queue.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (init, doctor, poll, work, intake, status, review, extract, check, reprocess, stats, backlog, demo):
    module.register(app)
app.add_typer(queue.app, name="queue")
app.add_typer(case.app, name="case")
app.add_typer(notice.app, name="notice")
app.add_typer(registry.app, name="registry")
app.add_typer(accounts.app, name="accounts")
app.add_typer(ledger.app, name="ledger")
app.add_typer(alarms.app, name="alarms")
app.add_typer(user.app, name="user")
app.add_typer(audit.app, name="audit")
app.add_typer(profile.app, name="profile")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"beian {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="FILE", help="Settings file; else BEIAN_CONFIG, else ./beian.toml."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more, on standard error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    del version
    context.obj = CommandContext(config=config, verbose=verbose)


@cache
def command() -> Callable[..., Any]:
    """All commands as the parser knows them. Made once for a process: that takes longer than most commands."""
    return typer.main.get_command(app)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status. Errors become one clear line on standard error."""
    try:
        result = command()(list(arguments), standalone_mode=False, prog_name="beian")
    except typer.Abort:
        return _fail("interrupted", Exit.FAILED)
    except typer.TyperException as error:
        return _fail(error.format_message(), Exit.WRONG_USE)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is wrong, and nothing more can be said.
        sys.stderr.close()
        return Exit.DONE
    except OSError as error:
        return _fail(f"{error.filename or 'system'}: {error.strerror or error}", Exit.FAILED)
    except Exception as error:  # noqa: BLE001 - the outermost boundary: known errors become a line, others a traceback
        return _known(error)
    if result == _INTERRUPTED:
        return _fail("interrupted", Exit.FAILED)
    return result if isinstance(result, int) else Exit.DONE


def _known(error: Exception) -> int:
    from pipeline.cli.errors import status_of

    status = status_of(error)
    if status is None:
        raise error
    return _fail(str(error), Exit(status))


def _fail(text: str, status: Exit) -> int:
    for line in text.splitlines():
        warn(line)
    return status
