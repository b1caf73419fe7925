"""`beian doctor`: check everything and say what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from pipeline.wiring import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check. `advice` says what to do when it is not `ok`."""

    name: str
    ok: bool
    detail: str
    advice: str = ""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(_doctor)


def _doctor(
    context: typer.Context,
    mailboxes: Annotated[bool, typer.Option(help="Also log in to every mailbox.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per check.")] = False,
) -> int:
    """Check the configuration, the engines, the sandbox, the store and every mailbox, and say what to do.

    Exit status 3 when something does not work.
    """
    command: CommandContext = context.obj
    application = command.application()
    good = True
    for result in _results(application, mailboxes=mailboxes):
        good = good and result.ok
        if as_json:
            print_json({"name": result.name, "ok": result.ok, "detail": result.detail, "advice": result.advice})
        else:
            typer.echo(f"{'✓' if result.ok else '✗'} {result.name}: {result.detail}")
            if not result.ok and result.advice:
                typer.echo(f"    → {result.advice}")
    return 0 if good else 3


def _results(application: Application, *, mailboxes: bool) -> Iterator[Result]:
    yield _check("profile", lambda: f"{application.profile.key}, {len(application.profile.offices)} offices")
    yield _tesseract()
    yield _check(
        "sandbox and reading engines", lambda: _sandbox(application), "see the message; apt-get install libseccomp2"
    )
    yield _check("store", lambda: _store(application), "check data_dir and store.url in beian.toml")
    if mailboxes:
        yield from _mailboxes(application)


def _check(name: str, action: Callable[[], str], advice: str = "") -> Result:
    from pipeline.cli.errors import status_of

    try:
        return Result(name=name, ok=True, detail=action())
    except Exception as error:
        if status_of(error) is None and not isinstance(error, OSError):
            raise
        return Result(name=name, ok=False, detail=str(error), advice=advice)


def _tesseract() -> Result:
    from pipeline.extract.ocr_tesseract import find_languages

    advice = "apt-get install tesseract-ocr-chi-sim tesseract-ocr-eng"
    folder, missing = find_languages()
    if missing:
        return Result(name="second reader", ok=False, detail=f"tesseract lacks {', '.join(missing)}", advice=advice)
    return Result(name="second reader", ok=True, detail=f"tesseract, languages in {folder}")


def _sandbox(application: Application) -> str:
    from pipeline.sandbox.confinement import landlock_version

    with application.jail():
        return f"engines loaded, every attempt to break out refused (Landlock {landlock_version()}, seccomp)"


def _store(application: Application) -> str:
    with application.store() as store:
        return f"open, {store.work.waiting_count()} mails waiting"


def _mailboxes(application: Application) -> Iterator[Result]:
    from pipeline.ingest.errors import MailboxError
    from pipeline.ingest.survey import check_login

    offices = application.offices()
    if not offices:
        yield Result(
            name="mailboxes",
            ok=False,
            detail="none configured",
            advice="`beian init` writes a beian.toml with a table for each office",
        )
    for office, mailbox in offices:
        name = f"mailbox {office.key}"
        try:
            account = application.account(office, mailbox)
            check_login(account)
        except MailboxError as error:
            yield Result(name=name, ok=False, detail=str(error))
        except Exception as error:
            from pipeline.settings import SettingsError

            if not isinstance(error, SettingsError):
                raise
            yield Result(name=name, ok=False, detail=str(error))
        else:
            yield Result(name=name, ok=True, detail="login accepted")
