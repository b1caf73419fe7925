"""Looks at every mailbox, each in a thread of its own, so that a sick one never holds up the others.

The threads are daemons: whatever a mailbox is doing when the process has to end may be cut off,
because every mail is archived and in the ledger before the next one is asked for.

A refused or locked account is left alone by every process until its pause is over or its code is another: the pause is
kept in the store, so that neither a restart nor a second service logs in meanwhile.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from pipeline.ingest.account import MailAccount
from pipeline.ingest.poll import MailboxReport, poll_mailbox
from pipeline.service.backing_off import jittered, pause_after
from pipeline.service.crew import Crew
from pipeline.service.pulse import Pulse
from pipeline.store.errors import Disposition, StoreError
from pipeline.store.store import Store

#: How long a mailbox may take to finish the mail in hand when the service stops.
STOP_SECONDS: Final = 5.0
_STORE_PAUSE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """Polls the mailboxes into the ledger. With `ignore_holds` even accounts that are being left alone are logged in to.

    `pulse` is told what the polling does, for whoever watches it.
    """

    store: Store
    accounts: Sequence[MailAccount]
    deadline_seconds: float
    clock: Callable[[], datetime]
    ignore_holds: bool = False
    pulse: Pulse = field(default_factory=Pulse)

    def poll_once(
        self,
        on_report: Callable[[MailboxReport], None] = lambda report: None,
        *,
        stop: threading.Event | None = None,
    ) -> tuple[MailboxReport, ...]:
        """Look at every mailbox once, or until `stop`. A mailbox's trouble is in its report; a broken store raises."""
        stop = stop or threading.Event()
        reports: list[MailboxReport] = []
        lock = threading.Lock()

        def look(account: MailAccount) -> None:
            report = self._poll(account, stop)
            with lock:
                reports.append(report)
                on_report(report)

        self._each(look, stop)
        return tuple(sorted(reports, key=lambda report: report.mailbox))

    def poll_until(self, stop: threading.Event, *, interval_seconds: float) -> None:
        """Look again and again until `stop`, every mailbox at its own pace.

        A mailbox that asks to be left alone (refused or locked login) is; a store that cannot be
        used now is tried again. Sets `stop` and raises when the store cannot be used at all.
        """
        self._each(lambda account: self._poll_for_ever(account, stop, interval_seconds), stop)

    def _each(self, look: Callable[[MailAccount], None], stop: threading.Event) -> None:
        crew = Crew(stop)
        for account in self.accounts:
            crew.start(f"mailbox-{account.address}", partial(look, account))
        crew.wait(patience_seconds=STOP_SECONDS)

    def _poll_for_ever(self, account: MailAccount, stop: threading.Event, interval_seconds: float) -> None:
        failures = 0
        while not stop.is_set():
            self.pulse.begin(account.address, due_in_seconds=self.deadline_seconds + STOP_SECONDS)
            try:
                report = self._poll(account, stop)
            except StoreError as error:
                if error.disposition is not Disposition.RETRY:
                    raise
                _log().error("store not usable now", mailbox=account.address, error_class=type(error).__name__)
                pause = jittered(min(interval_seconds, _STORE_PAUSE_SECONDS))
            else:
                failures = failures + 1 if report.error else 0
                pause = pause_after(report, interval_seconds=interval_seconds, failures=failures)
                self.pulse.end(account.address, good=report.error is None)
            self.pulse.rest(account.address, seconds=pause)
            stop.wait(pause)

    def _poll(self, account: MailAccount, stop: threading.Event) -> MailboxReport:
        held = None if self.ignore_holds else self._held(account)
        report = held or self._look(account, stop)
        _note(report)
        return report

    def _held(self, account: MailAccount) -> MailboxReport | None:
        """The report on an account that is being left alone, None for one that may be logged in to."""
        now = self.clock()
        hold = self.store.login_holds.find(
            account.address, username=account.username, password=account.password.get_secret_value(), now=now
        )
        if hold is None:
            return None
        left_seconds = math.ceil((hold.until - now).total_seconds())
        return MailboxReport(
            mailbox=account.address,
            error=hold.error,
            message=f"邮箱 {account.address} 此前被拒绝登录，为避免被服务商锁定，{_waiting(left_seconds)}后再试；"
            "更换授权码后会立即重试，也可使用 beian poll --now。",
            retry=False,
            pause_seconds=left_seconds,
            held=True,
        )

    def _look(self, account: MailAccount, stop: threading.Event) -> MailboxReport:
        return poll_mailbox(
            account,
            ledger=self.store.ledger,
            numberings=self.store.numberings,
            archive=self.store.archive,
            deadline_seconds=self.deadline_seconds,
            clock=self.clock,
            stopped=stop.is_set,
        )


def _waiting(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return f"{minutes} 分钟" if minutes < 120 else f"{math.ceil(minutes / 60)} 小时"


def _note(report: MailboxReport) -> None:
    """One line a poll; what a person has to see to is a warning with its sentence, which holds no credentials."""
    counts = {"mailbox": report.mailbox, "listed": report.listed, "new": report.new, "refused": report.refused}
    if report.error is None:
        _log().info("mailbox polled", **counts)
    elif report.held:
        _log().info("mailbox left alone", mailbox=report.mailbox, category=report.error, seconds=report.pause_seconds)
    elif report.alert:
        _log().warning("mailbox needs a person", **counts, category=report.error, problem=report.message)
    else:
        _log().info("mailbox not polled whole", **counts, category=report.error, problem=report.message)


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
    return logger
