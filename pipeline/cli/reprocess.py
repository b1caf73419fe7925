"""`beian reprocess`: decide archives anew."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, loaded, print_json, progress

if TYPE_CHECKING:
    from pipeline.reprocessing import Reprocessed


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reprocess")(_reprocess)


def _reprocess(
    context: typer.Context,
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="SOURCE…", help=".eml files, folders, mbox or zip files; none: what the ledger holds.", exists=True
        ),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Change it; else only show what would change.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per mail.")] = False,
) -> int:
    """Decide mails anew and show what would change; change nothing without --apply.

    What is registered, or was touched by a person, stays. An interrupted run goes on where it was.
    Exit status 1 when something would change or a mail could not be decided.
    """
    from pipeline.cli.sources import Sources
    from pipeline.reprocessing import Effect, Reprocessor, journal_for

    command: CommandContext = context.obj
    application = command.application()
    paths = sources or []
    counts: Counter[str] = Counter()
    with application.store() as store, loaded(application.jail()) as jail:
        reprocessor = Reprocessor(
            store=store, decider=application.decider(jail), profile=application.profile, apply=apply
        )
        journal = journal_for(application.settings.data_dir, paths, apply=apply)
        mails = Sources(paths)
        results = reprocessor.run(mails, journal) if paths else reprocessor.run_kept(journal)
        count = mails.count if paths else store.count_kept
        for result in progress(results, count=count, label="reprocessing"):
            counts[result.effect.value] += 1
            print_json(_row(result)) if as_json else _print(result)
        if apply and counts[Effect.NEW.value]:
            # Decide what was just admitted, as the service would.
            application.processor(store, jail).run(
                threads=application.settings.work.processes, stop=threading.Event(), until_empty=True
            )
    if not as_json:
        typer.echo(
            "；".join(f"{_EFFECTS[name]} {count}" for name, count in sorted(counts.items())) or "没有可处理的邮件"
        )
        if not apply and (counts[Effect.NEW.value] or counts[Effect.CHANGED.value]):
            typer.echo("以上只是预览，没有改动任何数据；加 --apply 执行。")
    pending = not apply and (counts[Effect.NEW.value] or counts[Effect.CHANGED.value])
    return 1 if pending or counts[Effect.FAILED.value] else 0


_EFFECTS = {"new": "新邮件", "changed": "有变化", "unchanged": "无变化", "kept": "保持原结果", "failed": "无法处理"}


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
    from pipeline.cli.tables import DECISIONS, safe

    before = DECISIONS[result.before.value] if result.before else "（无）"
    after = DECISIONS[result.after.value] if result.after else "—"
    done = "，已执行" if result.applied else ""
    codes = f"  {' '.join(result.codes)}" if result.codes else ""
    typer.echo(f"{safe(result.name)}: {_EFFECTS[result.effect.value]}：{before} → {after}{done}{codes}")
