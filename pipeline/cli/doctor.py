"""`beian doctor`: check everything and say what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from pipeline.configuration.settings import MailboxSettings
    from pipeline.notices.account import SmtpAccount
    from pipeline.profile.schema import Office
    from pipeline.wiring import Application

_RIGHTS: Final = "check that it is there and that this user may use it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check. `advice` says what to do when it is not `ok`; what is not `needed` may be missing."""

    name: str
    ok: bool
    detail: str
    advice: str = ""
    needed: bool = True

    @property
    def line(self) -> dict[str, str | bool]:
        """What `--json` prints of it."""
        return {
            "name": self.name,
            "ok": self.ok,
            "needed": self.needed,
            "detail": self.detail,
            "advice": self.advice,
        }

    @property
    def sign(self) -> str:
        return "✓" if self.ok else "✗" if self.needed else "○"


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
        good = good and (result.ok or not result.needed)
        if as_json:
            print_json(result.line)
        else:
            typer.echo(f"{result.sign} {result.name}: {result.detail}")
            if not result.ok and result.advice:
                typer.echo(f"    → {result.advice}")
    return 0 if good else 3


def _results(application: Application, *, mailboxes: bool) -> Iterator[Result]:
    profile = _check("profile", lambda: f"{application.profile.key}, {len(application.profile.offices)} offices")
    yield profile
    yield _tesseract()
    yield _archives()
    yield _old_word()
    yield _sandbox(application, profile)
    yield _check("store", lambda: _store(application))
    if mailboxes:
        yield from _mailboxes(application, profile)
        if profile.ok:  # its offices are who would send
            yield from _sending(application)


def _check(name: str, action: Callable[[], str], advice: str = "") -> Result:
    """Do it; what goes wrong is a result. The text of our own errors says itself what to do."""
    from pipeline.cli.errors import status_of

    try:
        return Result(name=name, ok=True, detail=action())
    except OSError as error:
        detail = f"{error.filename or 'system'}: {error.strerror or error}"
        return Result(name=name, ok=False, detail=detail, advice=advice or _RIGHTS)
    except Exception as error:
        if status_of(error) is None:
            raise
        return Result(name=name, ok=False, detail=str(error), advice=advice)


def _tesseract() -> Result:
    from pipeline.extract.ocr.crops import find_languages

    advice = "apt-get install tesseract-ocr-chi-sim tesseract-ocr-eng"
    folder, missing = find_languages()
    if missing:
        return Result(name="second reader", ok=False, detail=f"tesseract lacks {', '.join(missing)}", advice=advice)
    return Result(name="second reader", ok=True, detail=f"tesseract, languages in {folder}")


def _archives() -> Result:
    from pipeline.ingest.containers_libarchive import PACKAGE, LibraryMissingError, load_library

    name = "archives"
    try:
        version = load_library()
    except LibraryMissingError as error:
        missing = f"{error}: RAR, tar and ZIP behind a password stay closed"
        return Result(name=name, ok=False, detail=missing, advice=f"apt-get install {PACKAGE}")
    return Result(name=name, ok=True, detail=f"libarchive {version} opens RAR, tar and ZIP behind a password")


def _old_word() -> Result:
    from pipeline.extract.grid.word_libreoffice import PACKAGE, OfficeMissingError, find_office

    name = "old Word files"
    try:
        folder = find_office()
    except OfficeMissingError:
        missing = "LibreOffice Writer is missing: .doc, .wps and .rtf are not read, and their senders asked for .docx"
        return Result(name=name, ok=False, needed=False, detail=missing, advice=f"apt-get install {PACKAGE}")
    return Result(name=name, ok=True, detail=f"LibreOffice in {folder} opens .doc, .wps and .rtf")


def _sandbox(application: Application, profile: Result) -> Result:
    name = "sandbox and reading engines"
    if not profile.ok:
        return Result(name=name, ok=False, detail="not tried", advice="put the profile right first")
    return _check(name, lambda: _try_sandbox(application), "see what it says; apt-get install libseccomp2")


def _try_sandbox(application: Application) -> str:
    from pipeline.sandbox.confinement import landlock_version

    with application.jail(engines="loaded"):
        return f"engines loaded, every attempt to break out refused (Landlock {landlock_version()}, seccomp)"


def _store(application: Application) -> str:
    from pipeline.store.errors import StoreUnavailableError

    try:
        with application.store() as store:
            return f"open, {store.work.waiting_count()} mails waiting"
    except StoreUnavailableError as error:
        hint = "check data_dir and store.url in beian.toml, and that this user may write there"
        raise StoreUnavailableError(f"{error}; {hint}") from error


def _mailboxes(application: Application, profile: Result) -> Iterator[Result]:
    from pipeline.configuration.settings import SettingsError

    if not profile.ok:
        yield Result(name="mailboxes", ok=False, detail="not tried", advice="put the profile right first")
        return
    try:
        offices = application.offices()
    except SettingsError as error:
        yield Result(name="mailboxes", ok=False, detail=str(error))
        return
    if not offices:
        advice = "`beian init` writes a beian.toml with a table for each office"
        yield Result(name="mailboxes", ok=False, detail="none configured", advice=advice)
        return
    # A server that does not answer costs half a minute; twelve of them must not cost six.
    with ThreadPoolExecutor(len(offices)) as threads:
        yield from threads.map(partial(_mailbox, application), offices)


def _sending(application: Application) -> Iterator[Result]:
    """Log in wherever letters are sent from, and see whether the server takes our return path."""
    from pipeline.configuration.settings import SettingsError
    from pipeline.notices.smtp import SmtpSession

    try:
        accounts = application.smtp_accounts()
    except SettingsError as error:
        yield Result(name="sending", ok=False, detail=str(error))
        return

    def try_account(account: SmtpAccount) -> str:
        with SmtpSession(account) as session:
            session.check()
        return "login and return path accepted"

    if not accounts:
        yield Result(name="sending", ok=True, detail="no code for sending: letters are drafted only")
    for key, account in accounts.items():
        yield _check(f"sending {key}", partial(try_account, account))


def _mailbox(application: Application, configured: tuple[Office, MailboxSettings]) -> Result:
    from pipeline.configuration.settings import SettingsError
    from pipeline.ingest.errors import MailboxError
    from pipeline.ingest.survey import check_login

    office, mailbox = configured
    name = f"mailbox {office.key}"
    try:
        account = application.account(office, mailbox)
        folders = check_login(account)
    except (MailboxError, SettingsError) as error:
        return Result(name=name, ok=False, detail=str(error))
    return Result(name=name, ok=True, detail=f"login accepted, {len(folders)} folders to poll")
