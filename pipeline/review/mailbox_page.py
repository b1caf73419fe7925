"""The mailboxes: when each was looked at, what failed, what waits. Nothing of a mail itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from starlette.responses import Response

from pipeline.domain.alarm import ALARM_NAMES
from pipeline.domain.people import OFFICE_ROLES
from pipeline.profile.schema import Office
from pipeline.review.call import Call
from pipeline.review.rendering import page
from pipeline.store.watch_reading import MailboxState

#: Without a good look for so long, something is wrong whatever the last error was.
_OVERDUE: Final = timedelta(hours=6)
_ERRORS: Final[Mapping[str, str]] = {
    "mailbox": "邮箱出错",
    "login_refused": "登录被拒绝：授权码可能已失效，请更换",
    "risk_locked": "服务商因风险控制锁定了邮箱，请登录网页解除",
    "too_many_logins": "登录过于频繁，服务商暂时拒绝",
    "certificate": "邮件服务器的证书不可信，没有连接",
    "unreachable": "连接不上邮件服务器",
    "connection_lost": "连接中断，下次继续",
    "deadline": "没有在规定时间内收完，下次继续",
    "stopped": "收取被中止",
    "protocol": "邮件服务器的答复不合规范",
    "folder_refused": "有文件夹打不开",
    "message_refused": "有邮件取不回来",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxLine:
    """One mailbox in words. `level` is good, late or none, and names the colour."""

    office: str
    office_name: str
    address: str
    level: str
    sign: str
    state: str
    last_poll: str
    last_ok: str
    failures: int
    error: str
    waiting: int
    oldest: str
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """Something that is wrong now, in words."""

    name: str
    address: str
    detail: str
    since: str


def show_mailboxes(call: Call) -> Response:
    """Every office's mailbox and all that is wrong; for somebody of an office, its own."""
    own = call.user.office if call.user.role in OFFICE_ROLES else None
    states = {_office_of(call, state.mailbox): state for state in call.parts.store.mailbox_states()}
    offices = [office for office in call.parts.profile.offices if own is None or office.key == own]
    strangers = [] if own is not None else [state for key, state in states.items() if key not in call.parts.office_keys]
    lines = [_line(call, office, states.get(office.key)) for office in offices]
    lines += [_line(call, None, state) for state in strangers]
    addresses = None if own is None else {line.address.lower() for line in lines}
    return page("mailboxes.html", call, active="mailboxes", lines=lines, alarms=_alarms(call, addresses))


def _alarms(call: Call, addresses: set[str] | None) -> list[AlarmLine]:
    """What is wrong now, of those mailboxes only unless None: whatever has no mailbox is the whole installation's."""
    return [
        AlarmLine(
            name=ALARM_NAMES[alarm.kind],
            address=alarm.subject,
            detail=alarm.detail,
            since=call.parts.wording.moment(alarm.raised_at),
        )
        for alarm in call.parts.store.alarms.in_force()
        if addresses is None or alarm.subject.lower() in addresses
    ]


def _office_of(call: Call, mailbox: str) -> str:
    """The office whose mailbox that is, the address itself for one that is nobody's."""
    known = {office.mailbox.lower(): office.key for office in call.parts.profile.offices} | dict(call.parts.mailboxes)
    return known.get(mailbox.lower(), mailbox)


def _line(call: Call, office: Office | None, state: MailboxState | None) -> MailboxLine:
    moment = call.parts.wording.moment
    level, sign, said = _level(state, call.now)
    error = "" if state is None or state.last_error is None else state.last_error
    return MailboxLine(
        office="" if office is None else office.short_name,
        office_name="（不在现行规则中）" if office is None else office.name,
        address=state.mailbox if state is not None else office.mailbox if office is not None else "",
        level=level,
        sign=sign,
        state=said,
        last_poll=moment(state.last_poll) if state else "",
        last_ok=moment(state.last_ok) if state else "",
        failures=state.failures if state else 0,
        error=_ERRORS.get(error, error),
        waiting=state.waiting if state else 0,
        oldest=moment(state.waiting_since) if state and state.waiting_since else "",
        refused=state.refused if state else 0,
    )


def _level(state: MailboxState | None, now: datetime) -> tuple[str, str, str]:
    if state is None or state.last_poll is None:
        return "none", "○", "未收取过"
    if state.failures:
        return "late", "▲", f"连续 {state.failures} 次失败"
    if state.last_ok is None or now - state.last_ok > _OVERDUE:
        return "late", "▲", "很久没有收取"
    return "calm", "●", "正常"
