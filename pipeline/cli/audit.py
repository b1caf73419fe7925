"""`beian audit`: the log of who did what, and the proof that it is whole."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from datetime import date, datetime

    from pipeline.profile.schema import Profile
    from pipeline.store.event_reading import EventItem
    from pipeline.store.events import LogHead

app = typer.Typer(help="The log of who did what (审计日志).", no_args_is_help=True, rich_markup_mode=None)
_TAIL_BYTES = 4096
_MAC = re.compile(r"[0-9a-f]{64}", re.ASCII)


@app.command("verify")
def verify(
    context: typer.Context,
    head: Annotated[
        Path | None, typer.Option("--head", metavar="FILE", help="What `audit head` printed earlier; its last line.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> int:
    """Walk the whole log. Exit status 1 when a row was changed, removed or cut.

    Rows cut from the end by somebody who can write the database show only against an earlier head.
    """
    command: CommandContext = context.obj
    since = None if head is None else _read_head(head)
    with command.application().store() as store:
        check = store.events.verify(since=since)
    if as_json:
        print_json({"whole": check.whole, "count": check.count, "fault": check.fault, "mac": check.head.mac})
    elif check.whole:
        typer.echo(f"审计日志完整，共 {check.count} 条")
    else:
        typer.echo(f"审计日志第 {check.fault} 条被更改、删除或截去")
    return 0 if check.whole else 1


@app.command("head")
def head(context: typer.Context) -> int:
    """Print where the log ends, as one JSON object. Append it to a file elsewhere every day; see `verify --head`."""
    command: CommandContext = context.obj
    with command.application().store() as store:
        found = store.events.head()
    print_json({"seq": found.seq, "mac": found.mac})
    return 0


@app.command("list")
def list_events(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="On or after (day, month or year).")] = None,
    kind: Annotated[str | None, typer.Option(help="Such as case.viewed, or the part before the dot: login.")] = None,
    actor: Annotated[str | None, typer.Option(help="Only what this person did.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="At most so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per event.")] = False,
) -> int:
    """List events, the newest first. ID numbers in them are masked."""
    from pipeline.cli.periods import first_day
    from pipeline.cli.tables import print_table
    from pipeline.store.event_reading import EventFilter
    from pipeline.wording import EVENTS

    command: CommandContext = context.obj
    application = command.application()
    begin = _midnight(first_day(since, "--since"), application.profile)
    with application.store() as store:
        found = store.list_events(EventFilter(since=begin, kind=kind, actor=actor), limit=limit)
    if as_json:
        for item in found:
            print_json(_row(item))
        return 0
    wording = application.wording
    rows = (
        (
            item.seq,
            wording.moment(item.at),
            item.actor,
            EVENTS.get(item.kind, item.kind),
            (item.case_id or "")[:8],
            _masked(item.note),
        )
        for item in found
    )
    print_table(f"审计日志 {len(found)} 条", ("序号", "时间", "何人", "何事", "案件", "备注"), rows)
    return 0


def _row(item: EventItem) -> dict[str, object]:
    return {
        "seq": item.seq,
        "at": item.at.isoformat(timespec="seconds"),
        "actor": item.actor,
        "kind": item.kind,
        "case": item.case_id,
        "message": item.message_id,
        "note": _masked(item.note),
    }


def _masked(note: str) -> str:
    from pipeline.domain.masking import mask_identity_numbers

    return mask_identity_numbers(note)


def _midnight(day: date | None, profile: Profile) -> datetime | None:
    from datetime import datetime, time

    return None if day is None else datetime.combine(day, time.min, tzinfo=profile.zone)


def _read_head(path: Path) -> LogHead:
    """The last head in the file. Raises `WrongUseError`."""
    from pipeline.wrong_use import WrongUseError

    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
        lines = file.read().decode("utf-8", "replace").splitlines()
    found = _parse_head(next((line for line in reversed(lines) if line.strip()), ""))
    if found is None:
        raise WrongUseError(f"{path}: holds no head of the log; `beian audit head` prints one")
    return found


def _parse_head(line: str) -> LogHead | None:
    from pipeline.store.events import LogHead

    try:
        item = json.loads(line)
        seq, mac = item["seq"], item["mac"]
    except (ValueError, KeyError, TypeError):
        return None
    known = type(seq) is int and isinstance(mac, str) and _MAC.fullmatch(mac)
    return LogHead(seq=seq, mac=mac) if known else None
