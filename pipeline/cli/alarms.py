"""`beian alarms`: what is wrong, and whether those who must know can be told."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

app = typer.Typer(help="What is wrong, and who is told.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_alarms(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per alarm.")] = False,
) -> int:
    """List the alarms in force as they were found last, the oldest first."""
    from pipeline.cli.tables import print_table

    command: CommandContext = context.obj
    application = command.application()
    wording = application.wording
    with application.store() as store:
        alarms = store.alarms.every() if every else store.alarms.in_force()
    if as_json:
        for alarm in alarms:
            print_json(alarm.model_dump(mode="json"))
        return 0
    rows = (
        (
            alarm.name,
            "已解除" if alarm.state == "cleared" else "告警中",
            wording.moment(alarm.raised_at),
            wording.moment(alarm.changed_at),
            alarm.detail,
        )
        for alarm in alarms
    )
    print_table(f"告警 {len(alarms)} 条", ("种类", "状态", "开始", "变化", "说明"), rows)
    return 0


@app.command("test")
def try_channels(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per channel.")] = False,
) -> int:
    """Send a test alarm on every channel. Exit status 3 when one did not take it."""
    import uuid

    from pipeline.domain.alarm import Alarm, AlarmKind
    from pipeline.watch.messenger import ChannelError
    from pipeline.wiring import utc_now
    from pipeline.wrong_use import WrongUseError

    command: CommandContext = context.obj
    channels = command.application().alarm_channels()
    if not channels:
        raise WrongUseError("no channel for alarms: set alarms.webhook or alarms.mail_to in beian.toml")
    now, good = utc_now(), True
    alarm = Alarm(
        id=str(uuid.uuid4()),
        kind=AlarmKind.TEST,
        subject="",
        reason="test",
        detail="这是一条测试告警，无需处理。",
        state="raised",
        version=1,
        raised_at=now,
        changed_at=now,
    )
    for channel in channels:
        said = "taken"
        try:
            channel.tell(alarm)
        except ChannelError as error:
            good, said = False, str(error)
        if as_json:
            print_json({"channel": channel.name.value, "ok": said == "taken", "detail": said})
        else:
            typer.echo(f"{'✓' if said == 'taken' else '✗'} {channel.name.value}: {said}")
    return 0 if good else 3
