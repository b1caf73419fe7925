"""What is proved once a day: that the ledger adds up, and that the log of who did what is whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from pipeline.domain.alarm import AlarmKind, Condition
from pipeline.service.reconciling import Reconciliation, reconcile
from pipeline.store.store import Store

RECONCILE: Final = "reconcile"
LOG_CHECK: Final = "log_check"
DAILY: Final = timedelta(days=1)
#: A fault that is still there, or gone, is seen within the hour.
AFTER_FAULTS: Final = timedelta(hours=1)


def reconcile_daily(store: Store, now: datetime) -> None:
    """Reconcile every mailbox against its last listing, if it is due; each exception is a log line, each mailbox an alarm."""
    if not store.chores.take(RECONCILE, every=DAILY, after_faults=AFTER_FAULTS, now=now):
        return
    reports = reconcile(store, store.mailboxes(), clock=lambda: now)
    conditions = [_condition(report) for report in reports if report.exceptions or not report.equation.holds]
    for report in reports:
        for text in report.exceptions:
            _log().error("ledger not reconciled", mailbox=report.equation.mailbox, problem=text)
    store.alarms.settle(conditions, kinds=[AlarmKind.UNRECONCILED], now=now)
    store.chores.note(RECONCILE, faults=len(conditions), now=now)
    _log().info("ledger reconciled", count=len(reports), refused=len(conditions))


def check_log_daily(store: Store, now: datetime) -> None:
    """Walk the log's chain, if it is due."""
    if not store.chores.take(LOG_CHECK, every=DAILY, after_faults=AFTER_FAULTS, now=now):
        return
    check = store.events.verify()
    conditions: Sequence[Condition] = ()
    if not check.whole:
        said = f"审计日志第 {check.fault} 条被更改、删除或截去，请运行 beian audit verify 并保全数据库。"
        conditions = (Condition(kind=AlarmKind.LOG_BROKEN, reason=f"row_{check.fault}", detail=said),)
        _log().error("log broken", count=check.fault)
    store.alarms.settle(conditions, kinds=[AlarmKind.LOG_BROKEN], now=now)
    store.chores.note(LOG_CHECK, faults=len(conditions), now=now)


def _condition(report: Reconciliation) -> Condition:
    found = tuple(_sorts(report))
    said = "、".join(f"{name} {count} 处" for _, name, count in found)
    detail = f"邮箱 {report.equation.mailbox} 的收件核对有无法解释之处（{said}），请运行 beian ledger reconcile 查看。"
    reason = "+".join(code for code, _, _ in found) or "sum"
    return Condition(kind=AlarmKind.UNRECONCILED, subject=report.equation.mailbox, reason=reason, detail=detail)


def _sorts(report: Reconciliation) -> Iterator[tuple[str, str, int]]:
    equation = report.equation
    for code, name, count in (
        ("not_fetched", "列出而未收取", len(equation.unaccounted)),
        ("missing", "存档缺失", len(equation.missing_mails)),
        ("contradiction", "结果与案件不符", len(equation.contradictions)),
    ):
        if count:
            yield code, name, count


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
    return logger
