"""`beian registry`: the register (台账)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json
from pipeline.domain.masking import mask_identity_numbers

if TYPE_CHECKING:
    from pipeline.store.register_records import RegisterScope, RegistryRow
    from pipeline.wording import Wording

app = typer.Typer(help="The register (台账).", no_args_is_help=True, rich_markup_mode=None)
_EVERYTHING = 10_000_000

Office = Annotated[str | None, typer.Option(help="Only this office's records (key).")]
From = Annotated[str | None, typer.Option("--from", metavar="DAY", help="Registered on or after (day, month or year).")]
To = Annotated[str | None, typer.Option("--to", metavar="DAY", help="Registered on or before (day, month or year).")]
State = Annotated[str | None, typer.Option(help="active or cancelled.")]
Kind = Annotated[str | None, typer.Option("--type", help="Only accounts of this type (key).")]
Who = Annotated[str | None, typer.Option("--entity", help="Whose accounts: company, organisation or individual.")]
Account = Annotated[str, typer.Option(help="The account's whole name, now or before a change.")]
Subject = Annotated[str, typer.Option(help="The whole name of the account's subject, now or before a change.")]
OwnerId = Annotated[
    bool, typer.Option("--owner-id", help="Of one person: the ID number is asked for, or read from standard input.")
]
Sort = Annotated[str, typer.Option(help="number, registered, received, due or entered.")]


@app.command("list")
def list_records(
    context: typer.Context,
    office: Office = None,
    first: From = None,
    last: To = None,
    state: State = None,
    kind: Kind = None,
    entity: Who = None,
    account: Account = "",
    subject: Subject = "",
    owner_id: OwnerId = False,
    sort: Sort = "entered",
    limit: Annotated[int, typer.Option(min=1, max=_EVERYTHING, help="At most so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per record.")] = False,
) -> int:
    """List records. ID numbers are masked."""
    from pipeline.reports.rows import register_row

    command: CommandContext = context.obj
    application = command.application()
    application.require_office(office)
    scope = _scope(office, first, last, state, sort, kind, entity, account=account, subject=subject, owner_id=owner_id)
    with application.store() as store:
        records = store.list_registry(scope, limit=limit)
    if not as_json:
        print_records(records, application.wording)
        return 0
    for record in records:
        print_json(register_row(record, application.profile, reveal=False))
    return 0


def _scope(
    office: str | None,
    first: str | None,
    last: str | None,
    state: str | None,
    sort: str,
    kind: str | None,
    entity: str | None,
    *,
    account: str,
    subject: str,
    owner_id: bool,
) -> RegisterScope:
    """The options as a scope. Raises SettingsError."""
    from pipeline.cli.periods import first_day, last_day, require_order
    from pipeline.domain.decision import Entity
    from pipeline.domain.document import ACCOUNT_TYPES
    from pipeline.domain.life import RecordState
    from pipeline.store.register_records import RegisterOrder, RegisterScope

    _require_one_of("--state", state, RecordState)
    _require_one_of("--sort", sort, RegisterOrder)
    _require_one_of("--type", kind, ACCOUNT_TYPES)
    _require_one_of("--entity", entity, Entity)
    begin, end = first_day(first, "--from"), last_day(last, "--to")
    require_order(begin, end)
    return RegisterScope(
        office=office,
        first=begin,
        last=end,
        state=None if state is None else RecordState(state),
        entity=None if entity is None else Entity(entity),
        account_type=kind,
        account=account.strip(),
        subject=subject.strip(),
        owner_id=_ask_owner_id() if owner_id else "",
        order=RegisterOrder(sort),
    )


def _require_one_of(option: str, text: str | None, known: Iterable[str]) -> None:
    from pipeline.configuration.settings import SettingsError

    if text is not None and text not in set(known):
        raise SettingsError(f"{option} = {text!r}: one of {', '.join(known)}")


def _ask_owner_id() -> str:
    """An ID number stands in no argument list, where every process sees it. Raises SettingsError for none."""
    from pipeline.configuration.settings import SettingsError

    if sys.stdin.isatty():
        number = str(typer.prompt("ID number", hide_input=True, err=True))
    else:
        number = sys.stdin.buffer.readline().decode("utf-8", "replace")
    if not number.strip():
        raise SettingsError("--owner-id: no ID number was given")
    return number.strip()


def print_records(records: Sequence[RegistryRow], wording: Wording) -> None:
    """The register as a table."""
    from pipeline.cli.tables import print_table

    rows = (
        (
            r.number,
            wording.office(r.office),
            mask_identity_numbers(r.values.get("account_name", "")),
            mask_identity_numbers(r.values.get("account_subject", "")),
            r.values.get("opened_on"),
        )
        for r in records
    )
    print_table(f"台账 {len(records)} 条", ("备案号", "机构", "账号名", "账号主体", "开通日期"), rows)


@app.command("show")
def show_record(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The 备案号.")],
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> int:
    """Show one record with the case it came from. ID numbers are masked."""
    from pipeline.cli.case_text import print_case
    from pipeline.reports.rows import case_row

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        found = store.show_record(number)
    if found is None:
        typer.echo(f"beian: no record {number!r}; `beian registry list` shows them", err=True)
        return 2
    if as_json:
        print_json(case_row(found.case, reveal=False))
    else:
        print_case(found.case, application.wording, reveal=False)
    return 0


@app.command("history")
def record_history(context: typer.Context, number: Annotated[str, typer.Argument(help="The 备案号.")]) -> int:
    """Show a record's versions: registered, changed, cancelled."""
    from pipeline.cli.tables import print_table
    from pipeline.wording import RECORD_CHANGES

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        versions = store.versions(number)
    if not versions:
        typer.echo(f"beian: no record {number!r}; `beian registry list` shows them", err=True)
        return 2
    moment = application.wording.moment
    rows = [(v.version, RECORD_CHANGES[v.kind], moment(v.at), v.actor, v.case_id[:8]) for v in versions]
    print_table(number, ("版本", "事项", "时间", "经办人", "案件"), rows)
    return 0


@app.command("cancel")
def cancel(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The 备案号.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who acts; stands in the history.")],
    ground: Annotated[str, typer.Option("--ground", metavar="TEXT", help="Why, in words.")],
) -> int:
    """注销: take a record out of force; its number is never given again, its history stays."""
    from pipeline.domain.life import LifeError

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        try:
            application.officer(store, by).cancel_record(number, ground=ground)
        except LifeError as error:
            typer.echo(f"beian: {error}", err=True)
            return 1
    typer.echo(f"{number}：已注销")
    return 0


@app.command("export")
def export(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="FILE.xlsx, .csv or .json; else standard output.")] = None,
    form: Annotated[str | None, typer.Option("--format", help="csv, xlsx or json; else by the file's name.")] = None,
    office: Office = None,
    first: From = None,
    last: To = None,
    state: State = None,
    kind: Kind = None,
    entity: Who = None,
    account: Account = "",
    subject: Subject = "",
    owner_id: OwnerId = False,
    sort: Sort = "number",
    reveal: Annotated[bool, typer.Option("--reveal", help="ID numbers whole; this is recorded.")] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who exports; stands in the event log.")] = "cli",
    ground: Annotated[str, typer.Option("--ground", metavar="TEXT", help="What for; stands in the event log.")] = "",
) -> int:
    """Export the register. Every export is recorded; ID numbers are masked unless --reveal."""
    from pipeline.configuration.settings import SettingsError
    from pipeline.private_file import private_file
    from pipeline.reports.register_files import FORMATS, write_register
    from pipeline.wiring import utc_now

    chosen = form or (file.suffix.removeprefix(".").lower() if file else "csv")
    if chosen not in FORMATS:
        raise SettingsError(f"--format = {chosen!r}: one of {', '.join(FORMATS)}")
    command: CommandContext = context.obj
    application = command.application()
    application.require_office(office)
    scope, now = (
        _scope(office, first, last, state, sort, kind, entity, account=account, subject=subject, owner_id=owner_id),
        utc_now(),
    )
    target = nullcontext(sys.stdout.buffer) if file is None else private_file(file)
    with (
        application.store() as store,
        target as out,
        store.exporting(scope, actor=by.strip() or "cli", now=now, revealed=reveal, ground=ground) as records,
    ):
        write_register(out, records, application.wording, chosen, reveal=reveal, at=now)
    if file is not None:
        typer.echo(f"已导出 {len(records)} 条到 {file}", err=True)
    return 0
