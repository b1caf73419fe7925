"""`beian intake`: paper handed in at the counter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipeline.cli.context import CommandContext, loaded, print_json
from pipeline.cli.receipt_time import parse_received

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.domain.decision import Decision
    from pipeline.store.counter_book import HandedIn
    from pipeline.store.records import CaseDetail
    from pipeline.store.store import Store
    from pipeline.wiring import Application
    from pipeline.wording import Wording

#: How long another worker that took the filing first is waited for.
_PATIENCE_SECONDS: Final = 600.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("intake")(_intake)


def _intake(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Scans, photographs or forms of one filing.")],
    office: Annotated[
        str, typer.Option("--office", metavar="KEY", help="The office at whose counter it was handed in.")
    ],
    received: Annotated[
        str | None, typer.Option("--received", metavar="TIME", help="ISO time at which it was handed in; else now.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who took it; stands in the history.")] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A remark that goes with the filing.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> int:
    """Take what was handed in at the counter as one filing, decide it at once, and say what became of it.

    It is kept, numbered and checked like a mail. The same files given again are found and change nothing.

    Exit status 1 when the filing needs a person or still waits; 2 when a file cannot be used, and then
    nothing is taken.
    """
    command: CommandContext = context.obj
    application = command.application()
    actor = _actor(by)
    when = parse_received(received, application.profile.zone)
    application.require_office(office)
    with application.store() as store:
        handed = application.counter(store, office).hand_in(files, received=when, actor=actor, note=note.strip())
        _decide(application, store, handed)
        outcome, cases = store.outcome_of(handed.message_id), store.cases_of(handed.message_id)
        ends = [_end(store, case) for case in cases]
    if as_json:
        print_json(_row(handed, outcome, cases))
    else:
        _print(handed, outcome, ends, application.wording)
    return 0 if outcome is not None and outcome.value != "review" else 1


def _end(store: Store, case: CaseDetail) -> CaseDetail:
    """The case that it joined, which is now the one to look at, or itself."""
    found = case if case.joined_into is None else store.show_case(case.joined_into)
    return case if found is None else found


def _actor(by: str | None) -> str:
    from pipeline.configuration.settings import SettingsError

    if by is not None and not by.strip():
        raise SettingsError("--by: the name must not be empty")
    return "cli" if by is None else by.strip()


def _decide(application: Application, store: Store, handed: HandedIn) -> None:
    """Decide it, unless that was done before; the readers are loaded only when they are needed."""
    from pipeline.cli.poll import stop_on_signals

    if store.outcome_of(handed.message_id) is not None:
        return
    with loaded(application.jail()) as jail:
        processor = application.processor(store, jail)
        processor.decide_now(handed.message_id, stop_on_signals(), patience_seconds=_PATIENCE_SECONDS)


def _row(handed: HandedIn, outcome: Decision | None, cases: Sequence[CaseDetail]) -> dict[str, object]:
    from pipeline.reports.rows import case_row

    return {
        "message": handed.message_id,
        "repeated": handed.repeated,
        "outcome": outcome.value if outcome else "waiting",
        "cases": [case_row(case, reveal=False) for case in cases],
    }


def _print(handed: HandedIn, outcome: Decision | None, cases: Sequence[CaseDetail], wording: Wording) -> None:
    from pipeline.cli.tables import problem_lines, safe
    from pipeline.domain.life import STAGE_NAMES
    from pipeline.reports.rows import findings_of
    from pipeline.wording import DECISIONS

    before = "这些文件以前已经收过，没有重复登记" if handed.repeated else "已收件"
    typer.echo(f"{before}：邮件 {handed.message_id}，{DECISIONS[outcome.value if outcome else 'waiting']}")
    for case in cases:
        form = case.filing.form
        name = (form.text("account_name") if form else "") or "（无账号名）"
        number = f"，备案号 {case.number}" if case.number else ""
        due = f"，期限 {case.due}" if case.due else ""
        joined = "，已并入此前的这一件" if case.message_id != handed.message_id else ""
        typer.echo(f"  案件 {case.case_id[:8]} {safe(name)}：{STAGE_NAMES[case.stage]}{number}{due}{joined}")
        for line in problem_lines(findings_of(case), remedies=True):
            typer.echo(f"  {line}")
    if outcome is None:
        typer.echo("  材料已经保存，尚未核对；beian poll 或 beian work 会接着办理。")
