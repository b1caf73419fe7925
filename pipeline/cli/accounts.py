"""`beian accounts`: accounts an office knows of, and which of them have not filed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.store.known_accounts import KnownAccount
    from pipeline.store.store import Store
    from pipeline.wiring import Application
    from pipeline.wording import Wording

app = typer.Typer(help="Accounts an office knows of (摸排账号).", no_args_is_help=True, rich_markup_mode=None)
_SHOWN_FAULTS = 50
_LEAST_ID = 4

By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who acts; stands in the event log.")]


@app.command("import")
def import_list(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.xlsx or .csv with a column 账号名, 名称 or 公众号.")],
    office: Annotated[str, typer.Option(help="The office whose accounts they are (key).")],
    source: Annotated[str, typer.Option(metavar="TEXT", help="Where the list comes from; else the file's name.")] = "",
    by: By = "cli",
) -> int:
    """Import a list of accounts. Known ones stay as they are; exit status 1 when a row could not be used."""
    from pipeline.reports.account_lists import read_account_list
    from pipeline.wiring import utc_now

    command: CommandContext = context.obj
    application = command.application()
    application.require_office(office)
    found = read_account_list(file, application.profile)
    with application.store() as store:
        done = store.known_accounts.add(
            office, found.entries, source=source.strip() or file.name, actor=by.strip() or "cli", at=utc_now()
        )
    typer.echo(f"新增 {done.new} 个，原已有 {done.known} 个，{len(found.faults)} 行未导入", err=True)
    for fault in found.faults[:_SHOWN_FAULTS]:
        typer.echo(f"  第 {fault.line} 行：{fault.why}", err=True)
    if len(found.faults) > _SHOWN_FAULTS:
        typer.echo(f"  另有 {len(found.faults) - _SHOWN_FAULTS} 行未列出", err=True)
    return 1 if found.faults else 0


@app.command("list")
def list_accounts(
    context: typer.Context,
    office: Annotated[str | None, typer.Option(help="Only this office's accounts (key).")] = None,
    not_filed: Annotated[bool, typer.Option("--not-filed", help="Only those nobody ever filed for.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per account.")] = False,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="As a workbook; recorded as an export.")] = None,
    by: By = "cli",
) -> int:
    """List known accounts with what became of them."""
    from pipeline.private_file import private_file
    from pipeline.reports.account_list_files import account_row, write_accounts
    from pipeline.wiring import utc_now

    command: CommandContext = context.obj
    application = command.application()
    application.require_office(office)
    with application.store() as store:
        accounts = _accounts(application, store, office, not_filed=not_filed)
        if xlsx is not None:
            now = utc_now()
            store.events.record("accounts.exported", actor=by.strip() or "cli", at=now)
            with private_file(xlsx) as file:
                write_accounts(file, accounts, application.wording, office=office, at=now, not_filed=not_filed)
        elif as_json:
            for account in accounts:
                print_json(account_row(account))
        else:
            _print_accounts(list(accounts), application.wording)
    return 0


@app.command("remove")
def remove(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]…", help="Ids from the list, or their beginnings.")
    ] = None,
    office: Annotated[str | None, typer.Option(help="With --source: the office (key).")] = None,
    source: Annotated[str | None, typer.Option(metavar="TEXT", help="Everything of this source instead.")] = None,
    by: By = "cli",
) -> int:
    """Remove known accounts, one by one or a whole list."""
    from pipeline.configuration.settings import SettingsError
    from pipeline.wiring import utc_now

    command: CommandContext = context.obj
    application = command.application()
    application.require_office(office)
    if bool(ids) is (source is not None) or (source is not None and office is None):
        raise SettingsError("give ids, or --office and --source")
    actor, now = by.strip() or "cli", utc_now()
    with application.store() as store:
        if source is not None and office is not None:
            gone = store.known_accounts.remove_source(office, source, actor=actor, at=now)
        else:
            gone = store.known_accounts.remove(_whole_ids(application, store, ids or ()), actor=actor, at=now)
    typer.echo(f"已删除 {gone} 个", err=True)
    return 0


def _accounts(
    application: Application, store: Store, office: str | None, *, not_filed: bool = False
) -> Iterator[KnownAccount]:
    from pipeline.reports.account_lists import account_types
    from pipeline.store.known_accounts import Filed

    found = store.iter_known_accounts(office=office, types=account_types(application.profile))
    return (account for account in found if not not_filed or account.filed is Filed.NOT_FILED)


def _whole_ids(application: Application, store: Store, beginnings: Sequence[str]) -> list[str]:
    """The ids that begin so. Raises SettingsError for one that is unknown or not the only one."""
    from pipeline.configuration.settings import SettingsError

    known = [account.id for account in _accounts(application, store, None)]
    whole = []
    for beginning in beginnings:
        found = [one for one in known if one.startswith(beginning.lower())] if len(beginning) >= _LEAST_ID else []
        if len(found) != 1:
            raise SettingsError(
                f"{beginning!r}: {len(found)} known accounts begin so; `beian accounts list` shows them"
            )
        whole += found
    return whole


def _print_accounts(accounts: Sequence[KnownAccount], wording: Wording) -> None:
    from pipeline.cli.tables import print_table
    from pipeline.reports.account_list_files import FILED_NAMES, type_name

    rows = (
        (
            account.id[:8],
            wording.office(account.office),
            account.entry.name,
            type_name(account, wording),
            account.entry.subject,
            FILED_NAMES[account.filed],
            account.source,
        )
        for account in accounts
    )
    print_table(f"摸排账号 {len(accounts)} 个", ("编号", "机构", "账号名", "类型", "主体", "备案情况", "来源"), rows)
