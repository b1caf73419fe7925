"""Looks at every mailbox, each in a thread of its own, so that a sick one never holds up the others.

The threads are daemons: whatever a mailbox is doing when the process has to end may be cut off,
because every mail is archived and in the ledger before the next one is asked for.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from pipeline.crew import Crew
from pipeline.ingest.account import MailAccount
from pipeline.ingest.poll import MailboxReport, poll_mailbox
from pipeline.store.errors import Disposition, StoreError
from pipeline.store.store import Store

#: How long a mailbox may take to finish the mail in hand when the service stops.
STOP_SECONDS: Final = 5.0
#: Pauses are lengthened by up to this share, so that twelve mailboxes of one provider do not log in at one moment.
_JITTER: Final = 0.1
_STORE_PAUSE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """Polls the mailboxes into the ledger."""

    store: Store
    accounts: Sequence[MailAccount]
    deadline_seconds: float
    clock: Callable[[], datetime]

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
        while not stop.is_set():
            try:
                pause = max(interval_seconds, self._poll(account, stop).pause_seconds)
            except StoreError as error:
                if error.disposition is not Disposition.RETRY:
                    raise
                _log().error("store not usable now", mailbox=account.address, error_class=type(error).__name__)
                pause = min(interval_seconds, _STORE_PAUSE_SECONDS)
            stop.wait(pause * random.uniform(1, 1 + _JITTER))  # noqa: S311 - spreads logins, protects nothing

    def _poll(self, account: MailAccount, stop: threading.Event) -> MailboxReport:
        report = poll_mailbox(
            account,
            ledger=self.store.ledger,
            archive=self.store.archive,
            deadline_seconds=self.deadline_seconds,
            clock=self.clock,
            stopped=stop.is_set,
        )
        _note(report)
        return report


def _note(report: MailboxReport) -> None:
    """One line a poll; what a person has to see to is a warning with its sentence, which holds no credentials."""
    counts = {"mailbox": report.mailbox, "listed": report.listed, "new": report.new, "refused": report.refused}
    if report.error is None:
        _log().info("mailbox polled", **counts)
    elif report.alert:
        _log().warning("mailbox needs a person", **counts, category=report.error, problem=report.message)
    else:
        _log().info("mailbox not polled whole", **counts, category=report.error, problem=report.message)


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
    return logger
