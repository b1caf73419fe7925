"""What is wrong, from how things stand. Pure: no clock, no store, no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipeline.domain.alarm import AlarmKind, Condition
from pipeline.store.watch_reading import MailboxState
from pipeline.watch.silence import Silence
from pipeline.watch.thresholds import Thresholds

#: What `judge` speaks of; the rest is found by chores and by the disk.
MAILBOX_KINDS: Final = frozenset(
    {
        AlarmKind.AUTH_REFUSED,
        AlarmKind.CODE_EXPIRED,
        AlarmKind.RISK_LOCKED,
        AlarmKind.MAILBOX_FULL,
        AlarmKind.CERTIFICATE,
        AlarmKind.NOT_POLLED,
        AlarmKind.SILENT,
        AlarmKind.NOT_GIVEN,
        AlarmKind.BACKLOG,
    }
)
#: Kinds that only a login, or a refusal of another sort, can settle.
_OF_LOGIN: Final = frozenset({AlarmKind.AUTH_REFUSED, AlarmKind.CODE_EXPIRED, AlarmKind.RISK_LOCKED})
#: Errors after which nothing is known of the login, and those after which nothing is known of the certificate.
_LOGIN_KNOWN: Final = frozenset({None, "login_refused", "risk_locked", "folder_refused", "protocol"})
_CONNECTION_KNOWN: Final = _LOGIN_KNOWN | {"certificate", "too_many_logins"}
#: A first look that never worked is given so many tries.
_FIRST_TRIES: Final = 3
_CERTIFICATE: Final[Mapping[str, str]] = {
    "expired": "已过期或尚未生效",
    "mismatch": "与服务器名称不符，连接可能被劫持",
    "untrusted": "不是由受信任的机构签发",
    "no_authority": "无法核对，设置中的 ca_file 不可用",
}
_ERRORS: Final[Mapping[str, str]] = {
    "too_many_logins": "登录过于频繁，被服务商限制",
    "unreachable": "服务器无法连接",
    "connection_lost": "连接反复中断",
    "deadline": "每次收取都超过时限",
    "protocol": "服务器答复无法识别",
    "folder_refused": "有文件夹无法打开",
    "stopped": "收取程序已停止",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is wrong, and of what nobody can say whether it still is."""

    conditions: tuple[Condition, ...]
    undecided: frozenset[tuple[AlarmKind, str]] = frozenset()


def judge(
    states: Sequence[MailboxState], silences: Mapping[str, Silence], limits: Thresholds, now: datetime
) -> Judgement:
    """Hold every mailbox against the thresholds. A mailbox without an entry in `silences` has no rhythm yet."""
    conditions = [item for state in states for item in _of_mailbox(state, silences.get(state.mailbox), limits, now)]
    undecided = {key for state in states for key in _undecided(state, limits, now)}
    return Judgement(conditions=tuple(conditions), undecided=frozenset(undecided - {item.key for item in conditions}))


def _of_mailbox(state: MailboxState, silence: Silence | None, limits: Thresholds, now: datetime) -> Iterator[Condition]:
    blocked = _blocked(state)
    if blocked is not None:
        yield blocked
    elif _not_polled(state, limits, now):
        yield _condition(
            state,
            AlarmKind.NOT_POLLED,
            state.last_error or "stopped",
            f"已有 {_age(state.last_ok, now)}未能完整收取（{_ERRORS.get(state.last_error or 'stopped', '原因不明')}）",
        )
    if state.full_at is not None:
        yield _condition(state, AlarmKind.MAILBOX_FULL, "full", "已满，新的来信可能被退回，请清理或扩容")
    if silence is not None and silence.strange and _fresh(state, limits, now):
        yield _condition(
            state,
            AlarmKind.SILENT,
            "silent",
            f"自 {silence.last_day:%Y-%m-%d} 起已有 {silence.workdays} 个工作日没有任何来信（平时最多 {silence.allowed} 个）",
        )
    if state.refused_since is not None and now - state.refused_since > limits.not_given:
        said = f"有 {state.refused} 封邮件服务器一直不给，最久 {_age(state.refused_since, now)}"
        yield _condition(state, AlarmKind.NOT_GIVEN, "refused", said)
    if state.waiting_since is not None and now - state.waiting_since > limits.backlog:
        said = f"有 {state.waiting} 封邮件待处理，最久已等 {_age(state.waiting_since, now)}"
        yield _condition(state, AlarmKind.BACKLOG, "waiting", said)


def _blocked(state: MailboxState) -> Condition | None:
    """What keeps us out of the mailbox until a person does something."""
    if state.last_error == "login_refused":
        if state.code_worked:
            said = "的授权码此前有效，现被拒绝：可能已到期或被撤销，请重新生成"
            return _condition(state, AlarmKind.CODE_EXPIRED, "refused_after_working", said)
        said = "拒绝登录：请核对授权码，并确认网页设置中已开启 IMAP"
        return _condition(state, AlarmKind.AUTH_REFUSED, "refused", said)
    if state.last_error == "risk_locked":
        said = "被服务商判定为不安全登录而锁定：请在网页端登录并解除"
        return _condition(state, AlarmKind.RISK_LOCKED, "unsafe_login", said)
    if state.last_error == "certificate":
        problem = state.problem or "untrusted"
        return _condition(state, AlarmKind.CERTIFICATE, problem, f"的服务器证书{_CERTIFICATE.get(problem, '异常')}")
    return None


def _not_polled(state: MailboxState, limits: Thresholds, now: datetime) -> bool:
    if state.last_ok is None:
        return state.failures >= _FIRST_TRIES
    return now - state.last_ok > limits.not_polled


def _fresh(state: MailboxState, limits: Thresholds, now: datetime) -> bool:
    """Whether we would know of mail that came."""
    return state.last_ok is not None and now - state.last_ok <= limits.not_polled


def _undecided(state: MailboxState, limits: Thresholds, now: datetime) -> Iterator[tuple[AlarmKind, str]]:
    if state.last_error not in _LOGIN_KNOWN:
        yield from ((kind, state.mailbox) for kind in _OF_LOGIN)
    if state.last_error not in _CONNECTION_KNOWN:
        yield AlarmKind.CERTIFICATE, state.mailbox
    if not _fresh(state, limits, now):
        yield AlarmKind.SILENT, state.mailbox


def _condition(state: MailboxState, kind: AlarmKind, reason: str, said: str) -> Condition:
    return Condition(kind=kind, subject=state.mailbox, reason=reason, detail=f"邮箱 {state.mailbox} {said}。")


def _age(since: datetime | None, now: datetime) -> str:
    """In whole hours or days, so that the sentence changes seldom."""
    if since is None:
        return "一直"
    hours = max(int((now - since) / timedelta(hours=1)), 0)
    return f"{hours} 小时" if hours < 48 else f"{hours // 24} 天"
