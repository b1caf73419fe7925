"""`beian check`: decide mails as the poller would; stores nothing."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, loaded, print_json, progress, warn
from pipeline.cli.receipt_time import parse_received

if TYPE_CHECKING:
    from pipeline.cases.casework import ReadMail
    from pipeline.cases.deciding import Decider
    from pipeline.domain.message import RawMessage
    from pipeline.mails.files import MailFile, Unread
    from pipeline.reports.views import MailView


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(_check)


def _check(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="MAIL.eml…", help="Mails, folders, mbox or zip files.", exists=True, readable=False),
    ],
    mailbox: Annotated[str | None, typer.Option(help="The receiving mailbox; else Delivered-To, else To.")] = None,
    received: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="ISO time of receipt; else the newest Received header, else Date."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per mail.")] = False,
) -> int:
    """Decide mails as the poller would; store nothing.

    Mails are decided in the order given; a later one is held against the earlier ones and
    against the register, if there is one.

    Exit status 1 when a mail needs a person; 3 when a file or an archive could not be read, and then
    the others are decided all the same.
    """
    from pipeline.batch.lookahead import read_ahead
    from pipeline.cases.deciding import EarlierMails
    from pipeline.cli.sources import Sources
    from pipeline.reports.views import mail_view
    from pipeline.service.processing import StoreFacts

    command: CommandContext = context.obj
    application = command.application()
    when = parse_received(received, application.profile.zone)
    sources = Sources(files)
    earlier, needs_person = EarlierMails(), False
    register = application.store() if application.has_store else nullcontext(None)
    with register as store, loaded(application.jail()) as jail:
        facts = (earlier,) if store is None else (earlier, StoreFacts(store=store))
        decider = application.decider(jail)
        read = partial(_read, decider, mailbox=mailbox, received=when)
        results = read_ahead(sources, read, threads=application.settings.work.processes)
        for mail, result in progress(results, count=sources.count, label="checking"):
            if isinstance(result, str):
                warn(f"{mail.name}: {result}")
                continue
            message, content = result
            decision = decider.decide(content, message, *facts)
            earlier.add(message, decision)
            needs_person = needs_person or decision.decision.value == "review"
            view = mail_view(mail.name, decision)
            print_json(view) if as_json else _print_mail(view)
    sources.tell_foreign()
    return 3 if sources.failed else 1 if needs_person else 0


def _read(
    decider: Decider, mail: MailFile | Unread, *, mailbox: str | None, received: datetime | None
) -> tuple[RawMessage, ReadMail] | str:
    """The mail, or why it is none."""
    from pipeline.mails.files import Unread

    return mail.reason if isinstance(mail, Unread) else decider.read_file(mail, mailbox=mailbox, received=received)


def _print_mail(view: MailView) -> None:
    from pipeline.cli.tables import problem_lines, safe
    from pipeline.wording import DECISIONS

    typer.echo(f"{safe(view['file'])}: {DECISIONS[view['decision']]}")
    for line in problem_lines(view["findings"]):
        typer.echo(line)
    for case in view["cases"]:
        name = case["fields"].get("account_name")
        shown = safe(name["value"]) if name and name["value"] else "（无账号名）"
        due = f"，期限 {case['due']}" if case["due"] else ""
        typer.echo(f"  {shown}：{DECISIONS[case['decision']]}{due}")
        for line in problem_lines(case["findings"]):
            typer.echo(f"  {line}")
