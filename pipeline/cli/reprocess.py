"""`beian reprocess`: decide archives anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, loaded, print_json, progress, warn
from pipeline.cli.poll import stop_on_signals
from pipeline.cli.sources import Sources

if TYPE_CHECKING:
    from threading import Event

    from pipeline.batch.journal import Journal
    from pipeline.batch.reprocessed import Reprocessed
    from pipeline.batch.reprocessing import Reprocessor
    from pipeline.sandbox.pool import Jail
    from pipeline.store.store import Store
    from pipeline.wiring import Application


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reprocess")(_reprocess)


def _reprocess(
    context: typer.Context,
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="SOURCE…",
            help=".eml files, folders, mbox or zip files; none: what the ledger holds.",
            exists=True,
            readable=False,
        ),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Change it; else only show what would change.")] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew where an earlier run was interrupted.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per mail.")] = False,
) -> int:
    """Decide mails anew and show what would change; change nothing without --apply.

    What is registered, was touched by a person, or is one case with another mail, stays.

    The same command after an interruption goes on where it was and still shows every mail: those that
    are done already are not read again. That holds while the rules are the same, and for a preview
    only while nothing has happened in the register and the queue; else it begins anew.

    Exit status 1 when something would change or a mail could not be decided; 3 when the run was
    interrupted or a source could not be read, and then the others were worked through all the same.
    """
    command: CommandContext = context.obj
    application = command.application()
    stop = stop_on_signals()
    report = _Report(as_json=as_json)
    named = Sources(sources or [])
    with application.store() as store, loaded(application.jail()) as jail:
        run = _reprocessor(application, store, jail, stop, apply=apply)
        journal = _journal(run, application, sources or [], restart=restart)
        results = run.run(named, journal) if sources else run.run_kept(journal)
        for result in progress(results, count=named.count if sources else store.count_kept, label="reprocessing"):
            report.add(result)
    named.tell_foreign()
    report.end(preview=not apply)
    if not journal.complete:
        warn("interrupted; the same command goes on where it was")
    return 3 if named.failed or not journal.complete else 1 if report.needs_person else 0


def _reprocessor(application: Application, store: Store, jail: Jail, stop: Event, *, apply: bool) -> Reprocessor:
    from pipeline.batch.reprocessing import Reprocessor

    return Reprocessor(
        store=store,
        decider=application.decider(jail),
        processor=application.processor(store, jail),
        profile=application.profile,
        apply=apply,
        threads=application.settings.work.processes,
        stop=stop,
    )


def _journal(run: Reprocessor, application: Application, sources: Sequence[Path], *, restart: bool) -> Journal:
    from pipeline.batch.reprocessed import journal_for

    journal = journal_for(application.settings.data_dir, sources, store=run.store, decider=run.decider, apply=run.apply)
    if restart:
        journal.restart()
    elif journal.resumed:
        warn(f"going on with an interrupted run: {journal.resumed} mails are done (--restart begins anew)")
    return journal


class _Report:
    """Prints results as they come and counts them."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._counts: Counter[str] = Counter()
        self.needs_person = False

    def add(self, result: Reprocessed) -> None:
        """Print one."""
        self._counts[result.effect.value] += 1
        changes = result.effect in ("new", "changed") and not result.applied
        self.needs_person = self.needs_person or changes or result.effect == "failed" or result.reason == "waiting"
        print_json(_row(result)) if self._as_json else _print(result)

    def end(self, *, preview: bool) -> None:
        """Print the sums."""
        if self._as_json:
            return
        sums = "；".join(f"{_EFFECTS[name]} {count}" for name, count in sorted(self._counts.items()))
        typer.echo(sums or "没有可处理的邮件")
        if preview and (self._counts["new"] or self._counts["changed"]):
            typer.echo("以上只是预览，没有改动任何数据；加 --apply 执行。")


_EFFECTS = {"new": "新邮件", "changed": "有变化", "unchanged": "无变化", "kept": "保持原结果", "failed": "无法处理"}
_REASONS = {
    "registered": "已登记，不改动",
    "touched": "已有人处理，不改动",
    "joined": "已与其他来信合并，不改动",
    "changed": "刚刚另有改动，请重新执行",
    "waiting": "尚未处理完，稍后会继续",
    "same mail": "与前面的邮件完全相同",
}


def _row(result: Reprocessed) -> dict[str, object]:
    return {
        "file": result.name,
        "before": result.before.value if result.before else None,
        "after": result.after.value if result.after else None,
        "effect": result.effect.value,
        "codes": list(result.codes),
        "reason": result.reason,
        "applied": result.applied,
    }


def _print(result: Reprocessed) -> None:
    from pipeline.cli.tables import safe
    from pipeline.wording import DECISIONS

    before = DECISIONS[result.before.value] if result.before else "（无）"
    after = DECISIONS[result.after.value] if result.after else "—"
    done = "，已执行" if result.applied else ""
    reason = f"（{_REASONS.get(result.reason, result.reason)}）" if result.reason else ""
    codes = f"  {' '.join(result.codes)}" if result.codes else ""
    typer.echo(f"{safe(result.name)}: {_EFFECTS[result.effect.value]}：{before} → {after}{done}{safe(reason)}{codes}")
