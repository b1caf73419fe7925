"""`beian case`: what an officer does with a waiting case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext

if TYPE_CHECKING:
    from pipeline.desk.officer import Officer
    from pipeline.domain.life import Action
    from pipeline.store.case_life import Handled
    from pipeline.store.store import Store
    from pipeline.wiring import Application

app = typer.Typer(help="Handle a waiting case (经办).", no_args_is_help=True, rich_markup_mode=None)

Case = Annotated[str, typer.Argument(metavar="CASE", help="The case's id, or its first characters.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who acts; stands in the history.", prompt=False)]
Ground = Annotated[str, typer.Option("--ground", metavar="TEXT", help="Why, in words; stands in the history.")]


def _handle(context: typer.Context, by: str, act: Callable[[Officer], Handled], *, action: Action | None = None) -> int:
    """Act as that officer and say where the case stands now. Exit status 1 when the action is not allowed.

    `action` names the one that is taken, where a paper goes with it.
    """
    from pipeline.domain.life import STAGE_NAMES, LifeError

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        try:
            handled = act(application.officer(store, by))
        except LifeError as error:
            typer.echo(f"beian: {error}", err=True)
            return 1
        paper = _draft_paper(application, store, handled, by, action)
    number = f"，备案号 {handled.number}" if handled.number else ""
    typer.echo(f"案件 {handled.case_id[:8]}：{STAGE_NAMES[handled.stage]}{number}")
    if paper:
        typer.echo(paper)
    return 0


def _draft_paper(application: Application, store: Store, handled: Handled, by: str, action: Action | None) -> str:
    """Draft the paper that goes with the action, and say so; the action itself is done whatever becomes of that."""
    from pipeline.domain.life import LifeError
    from pipeline.domain.notice import KIND_NAMES, STATE_NAMES

    if action is None:
        return ""
    try:
        drafted = application.correspondence(store).draft_after(handled.case_id, action, actor=by.strip())
    except LifeError as error:
        return f"通知未能起草：{error}"
    if drafted is None:
        return ""
    notice = drafted.notice
    return f"{KIND_NAMES[notice.kind]} {notice.notice_id[:8]}：{STATE_NAMES[notice.state]}"


#: Actions that need nothing but a case, a name and perhaps a ground, with what `--help` says of each.
_PLAIN = {
    "accept": "受理: take the case on.",
    "return": "退回补正: the submitter has to supply or correct something.",
    "supplement": "收到补正: what was asked for has come.",
    "refuse": "不予受理: needs a ground.",
    "reopen": "重新收件: take back a refusal; needs a ground.",
    "urge": "督促: note that the submitter was urged.",
}


def _plain_command(name: str) -> Callable[..., int]:
    def command(context: typer.Context, case: Case, by: By, ground: Ground = "") -> int:
        from pipeline.domain.life import Action

        action = Action(name)
        return _handle(context, by, lambda officer: officer.act(case, action, ground=ground), action=action)

    return command


for _name, _help in _PLAIN.items():
    app.command(_name, help=_help)(_plain_command(_name))


@app.command("transfer")
def transfer(
    context: typer.Context,
    case: Case,
    by: By,
    office: Annotated[str, typer.Option(help="The receiving office (key).")],
    ground: Ground = "",
) -> int:
    """移交: hand the case to the office it belongs to; needs a ground."""
    from pipeline.domain.life import Action

    return _handle(context, by, lambda officer: officer.act(case, Action.TRANSFER, ground=ground, office=office))


@app.command("conclude")
def conclude(
    context: typer.Context,
    case: Case,
    by: By,
    ground: Ground = "",
    change_of: Annotated[str | None, typer.Option(metavar="NUMBER", help="Change this record (变更).")] = None,
    changed_on: Annotated[str | None, typer.Option(metavar="DATE", help="The day of the change (ISO).")] = None,
) -> int:
    """办结: into the register, once nothing that blocks is open."""
    from pipeline.domain.life import Action

    day = _parse_day(changed_on)
    return _handle(
        context,
        by,
        lambda officer: officer.act(case, Action.CONCLUDE, ground=ground, change_of=change_of, changed_on=day),
        action=Action.CONCLUDE,
    )


def _parse_day(text: str | None) -> date | None:
    from pipeline.configuration.settings import SettingsError

    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"--changed-on = {text!r}: a date such as 2019-03-01") from None


@app.command("correct")
def correct(
    context: typer.Context,
    case: Case,
    values: Annotated[list[str], typer.Argument(metavar="KEY=VALUE…", help="Form keys with the values as read.")],
    by: By,
) -> int:
    """Enter values as a person reads them; the same value confirms a doubtful one. The rules run again at once."""
    from pipeline.configuration.settings import SettingsError

    entered: dict[str, str] = {}
    for item in values:
        key, found, value = item.partition("=")
        if not found:
            raise SettingsError(f"{item!r}: give KEY=VALUE, for example owner_name=张三")
        entered[key] = value
    return _handle(context, by, lambda officer: officer.correct(case, entered))


@app.command("set-aside")
def set_aside(
    context: typer.Context,
    case: Case,
    code: Annotated[str, typer.Argument(help="The finding's code.")],
    by: By,
    ground: Ground,
    reason: Annotated[
        str,
        typer.Option(help="misread, miswritten, paper_prevails, illegible, paper_seen or judged."),
    ] = "judged",
    field: Annotated[str | None, typer.Option(help="Only the finding about this field (key).")] = None,
) -> int:
    """Hold a finding for settled: why, and on what ground."""
    from pipeline.configuration.settings import SettingsError
    from pipeline.domain.life import SetAsideReason

    if reason not in set(SetAsideReason):
        raise SettingsError(f"--reason = {reason!r}: one of {', '.join(SetAsideReason)}")
    why = SetAsideReason(reason)
    return _handle(context, by, lambda officer: officer.set_aside(case, code, reason=why, ground=ground, field=field))


@app.command("history")
def history(
    context: typer.Context,
    case: Case,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per event.")] = False,
) -> int:
    """Who did what, when, and on what ground."""
    from pipeline.cli.context import print_json
    from pipeline.cli.tables import print_table
    from pipeline.reports.rows import history_row
    from pipeline.wording import EVENTS

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        found = store.show_case(case)
        if found is None:
            typer.echo(f"beian: no case {case!r}; `beian queue list` shows them", err=True)
            return 2
        items = store.history(found.case_id)
    if as_json:
        for item in items:
            print_json(history_row(item))
        return 0
    wording = application.wording
    rows = [
        (wording.moment(item.at), item.actor, EVENTS.get(item.kind, item.kind), wording.note(item.note))
        for item in items
    ]
    print_table(f"案件 {found.case_id[:8]} 办理经过", ("时间", "经办人", "事项", "说明"), rows)
    return 0
