"""Alarms: what can be wrong with an installation that a person has to see to. Nothing here says anything of a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from pipeline.domain.base import Frozen


class AlarmKind(StrEnum):
    """Kinds of alarm; docs/operating.md says of each what it means and what to do."""

    AUTH_REFUSED = "auth_refused"
    CODE_EXPIRED = "code_expired"
    RISK_LOCKED = "risk_locked"
    MAILBOX_FULL = "mailbox_full"
    CERTIFICATE = "certificate"
    NOT_POLLED = "not_polled"
    SILENT = "silent"
    NOT_GIVEN = "not_given"
    BACKLOG = "backlog"
    DISK = "disk"
    UNRECONCILED = "unreconciled"
    LOG_BROKEN = "log_broken"
    TEST = "test"


ALARM_NAMES: Final[Mapping[AlarmKind, str]] = {
    AlarmKind.AUTH_REFUSED: "邮箱拒绝登录",
    AlarmKind.CODE_EXPIRED: "授权码失效",
    AlarmKind.RISK_LOCKED: "邮箱被风险锁定",
    AlarmKind.MAILBOX_FULL: "邮箱已满",
    AlarmKind.CERTIFICATE: "邮件服务器证书异常",
    AlarmKind.NOT_POLLED: "邮箱长时间未能收取",
    AlarmKind.SILENT: "邮箱异常静默",
    AlarmKind.NOT_GIVEN: "邮件长时间无法取得",
    AlarmKind.BACKLOG: "邮件积压",
    AlarmKind.DISK: "存储异常",
    AlarmKind.UNRECONCILED: "收件核对不符",
    AlarmKind.LOG_BROKEN: "审计日志不完整",
    AlarmKind.TEST: "告警测试",
}


class Condition(Frozen):
    """Something that is wrong now. A mailbox's address or "" is the `subject`.

    `reason` is a short code: while it stays the same, the alarm is told once. `detail` is one Chinese sentence and may
    hold numbers that grow.
    """

    kind: AlarmKind
    subject: str = ""
    reason: str
    detail: str

    @property
    def key(self) -> tuple[AlarmKind, str]:
        return self.kind, self.subject


class Alarm(Frozen):
    """A condition with its history; `version` counts what was to be told of it: raised, changed, cleared."""

    id: str
    kind: AlarmKind
    subject: str
    reason: str
    detail: str
    state: Literal["raised", "cleared"]
    version: Annotated[int, Field(ge=1)]
    raised_at: datetime
    changed_at: datetime

    @property
    def name(self) -> str:
        """What officers call it."""
        return ALARM_NAMES[self.kind]
