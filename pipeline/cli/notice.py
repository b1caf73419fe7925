"""`beian notice`: papers the office sends."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.domain.notice import NoticeKind, NoticeState
    from pipeline.post.correspondence import Correspondence
    from pipeline.store.notice_records import NoticeRecord

app = typer.Typer(help="Papers the office sends (通知书).", no_args_is_help=True, rich_markup_mode=None)
_SHOWN_ID_CHARACTERS = 8

Notice = Annotated[str, typer.Argument(metavar="NOTICE", help="The notice's id, or its first characters.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who acts; stands in the history.")]


def _act(context: typer.Context, by: str, act: Callable[[Correspondence], NoticeRecord], *, note: str = "") -> int:
    """Act and say where the notice stands now. Exit status 1 when that is not allowed."""
    from pipeline.configuration.settings import SettingsError
    from pipeline.domain.life import LifeError
    from pipeline.domain.notice import KIND_NAMES, STATE_NAMES

    if not by.strip():
        raise SettingsError("--by: the officer's name must not be empty")
    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        try:
            notice = act(application.correspondence(store))
        except LifeError as error:
            typer.echo(f"beian: {error}", err=True)
            return 1
    typer.echo(
        f"{KIND_NAMES[notice.kind]} {notice.notice_id[:_SHOWN_ID_CHARACTERS]}：{STATE_NAMES[notice.state]}{note}"
    )
    return 0


@app.command("draft")
def draft(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case's id, or its first characters.")],
    by: By,
    kind: Annotated[
        str, typer.Option(help="supplement, acceptance, receipt, refusal, reminder or overdue.")
    ] = "supplement",
    office: Annotated[str | None, typer.Option(help="The office that signs (key), where it is another.")] = None,
) -> int:
    """起草: draft a paper for a case; nothing is sent. The same paper is not drafted twice."""
    wanted = _kind(kind)
    return _act(context, by, lambda desk: desk.draft(case, wanted, actor=by.strip(), office=office).notice)


@app.command("list")
def list_notices(
    context: typer.Context,
    state: Annotated[
        str | None, typer.Option(help="drafted, released, sending, sent, failed, unclear or withdrawn.")
    ] = None,
    office: Annotated[str | None, typer.Option(help="Only this office's papers (key).")] = None,
    case: Annotated[str | None, typer.Option(help="Only this case's papers.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per paper.")] = False,
) -> int:
    """List papers, newest first."""
    from pipeline.cli.notice_text import print_notices
    from pipeline.reports.rows import notice_row

    command: CommandContext = context.obj
    application = command.application()
    application.require_office(office)
    wanted = _state(state)
    with application.store() as store:
        case_id = None
        if case is not None:
            found = store.show_case(case)
            if found is None:
                typer.echo(f"beian: no case {case!r}; `beian queue list` shows them", err=True)
                return 2
            case_id = found.case_id
        notices = store.notices.list(state=wanted, office=office, case_id=case_id, limit=limit)
    if as_json:
        for notice in notices:
            print_json(notice_row(notice))
    else:
        print_notices(notices, application.wording)
    return 0


@app.command("show")
def show(
    context: typer.Context,
    notice: Notice,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> int:
    """Show a paper as it would be sent."""
    from pipeline.cli.notice_text import print_notice
    from pipeline.reports.rows import notice_row

    command: CommandContext = context.obj
    with command.application().store() as store:
        found = store.notices.show(notice)
    if as_json:
        print_json({**notice_row(found), "text": found.draft.text})
        return 0
    print_notice(found)
    return 0


@app.command("save")
def save(
    context: typer.Context,
    notice: Notice,
    file: Annotated[Path, typer.Argument(help="FILE.docx; an existing file is not overwritten.")],
) -> int:
    """Save a paper as a Word file, for printing and stamping."""
    from pipeline.configuration.settings import SettingsError
    from pipeline.notices.letter_docx import render_letter

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        found = store.notices.show(notice)
        content = render_letter(found.draft, day=found.drafted_at.astimezone(application.profile.zone).date())
    try:
        with file.open("xb") as target:
            target.write(content)
    except FileExistsError:
        raise SettingsError(f"{file}: is there already; name another file") from None
    typer.echo(f"已保存到 {file}", err=True)
    return 0


@app.command("edit")
def edit(
    context: typer.Context,
    notice: Notice,
    by: By,
    file: Annotated[Path | None, typer.Argument(help="UTF-8 text; else standard input.")] = None,
) -> int:
    """修改: replace the text between title and 落款. `beian notice show --json` gives the present one."""
    from pipeline.configuration.settings import SettingsError

    try:
        text = (
            (sys.stdin.buffer.read() if file is None else file.read_bytes()).decode("utf-8-sig").replace("\r\n", "\n")
        )
    except UnicodeDecodeError:
        raise SettingsError(f"{file or 'standard input'}: is not UTF-8") from None
    return _act(context, by, lambda desk: desk.edit(notice, text, actor=by.strip()))


@app.command("release")
def release(
    context: typer.Context,
    notices: Annotated[list[str], typer.Argument(metavar="NOTICE…", help="Ids of notices, or their first characters.")],
    by: By,
    to: Annotated[
        str | None, typer.Option("--to", metavar="ADDRESS", help="Write here instead of to the sender.")
    ] = None,
) -> int:
    """签发: let papers go, dated today. `beian notice send` or the service sends them.

    Exit status 1 when one may not go; the others go all the same.
    """
    from pipeline.configuration.settings import SettingsError

    if to is not None and len(notices) > 1:
        raise SettingsError("--to: name one notice with it")
    return max(_act(context, by, partial(_release, notice, by.strip(), to)) for notice in notices)


def _release(notice: str, actor: str, to: str | None, desk: Correspondence) -> NoticeRecord:
    return desk.release(notice, actor=actor, to=to)


@app.command("withdraw")
def withdraw(
    context: typer.Context,
    notice: Notice,
    by: By,
    ground: Annotated[str, typer.Option("--ground", metavar="TEXT", help="Why; stands in the history.")] = "",
) -> int:
    """撤回: keep a paper in the house for good."""
    return _act(context, by, lambda desk: desk.withdraw(notice, actor=by.strip(), ground=ground))


@app.command("resend")
def resend(context: typer.Context, notice: Notice, by: By) -> int:
    """重新发送: a failed paper, or one of which you have made sure that it did not go out."""
    return _act(context, by, lambda desk: desk.resend(notice, actor=by.strip()))


@app.command("delivered")
def delivered(
    context: typer.Context,
    notice: Notice,
    by: By,
    how: Annotated[str, typer.Option("--how", metavar="TEXT", help="By what way; stands in the history.")],
) -> int:
    """登记送达: handed over otherwise, or known to have gone out after all."""
    return _act(context, by, lambda desk: desk.deliver(notice, actor=by.strip(), how=how))


@app.command("due")
def due(context: typer.Context) -> int:
    """Draft the receipts and reminders that are due. The service does so by itself."""
    from pipeline.cli.notice_text import print_notices
    from pipeline.post.reminding import Reminder

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        notices = Reminder(correspondence=application.correspondence(store)).draft_due()
    print_notices(notices, application.wording)
    return 0


@app.command("send")
def send(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON object per paper.")] = False
) -> int:
    """发送: send what is released, at most one mail a recipient and day. Exit status 1 when one needs a person."""
    from dataclasses import asdict

    from pipeline.cli.poll import stop_on_signals
    from pipeline.post.dispatching import Outcome

    command: CommandContext = context.obj
    application = command.application()
    stop = stop_on_signals()
    with application.store() as store:
        dispatcher = application.dispatcher(store)
        if not dispatcher.accounts:
            typer.echo(
                "beian: 没有设置发信授权码（BEIAN_SMTP_PASSWORD_<OFFICE> 或 smtp_password_<office> 文件），通知只起草、不发送。",
                err=True,
            )
        done = dispatcher.send_released(stop.is_set)
        unclear = store.notices.list(state=_state("unclear"))
    for item in done:
        if as_json:
            print_json(asdict(item))
        else:
            typer.echo(f"{item.notice_id[:_SHOWN_ID_CHARACTERS]} {item.office}：{item.message or '已发送'}")
    for notice in unclear:
        typer.echo(
            f"beian: {notice.notice_id[:_SHOWN_ID_CHARACTERS]} 是否已经送出不明，请核对后处理（resend 或 delivered）",
            err=True,
        )
    return 1 if unclear or any(item.outcome is not Outcome.SENT for item in done) or not dispatcher.accounts else 0


def _kind(text: str) -> NoticeKind:
    from pipeline.configuration.settings import SettingsError
    from pipeline.domain.notice import NoticeKind

    if text not in set(NoticeKind):
        raise SettingsError(f"--kind = {text!r}: one of {', '.join(NoticeKind)}")
    return NoticeKind(text)


def _state(text: str | None) -> NoticeState | None:
    from pipeline.configuration.settings import SettingsError
    from pipeline.domain.notice import NoticeState

    if text is not None and text not in set(NoticeState):
        raise SettingsError(f"--state = {text!r}: one of {', '.join(NoticeState)}")
    return None if text is None else NoticeState(text)
