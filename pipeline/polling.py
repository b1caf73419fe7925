"""Looks at every mailbox, each in a thread of its own, so that a sick one never holds up the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime

import structlog

from pipeline.ingest.account import MailAccount
from pipeline.ingest.poll import MailboxReport, poll_mailbox
from pipeline.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """Polls the mailboxes into the ledger."""

    store: Store
    accounts: Sequence[MailAccount]
    deadline_seconds: float
    clock: Callable[[], datetime]

    def poll_once(self, on_report: Callable[[MailboxReport], None] = lambda report: None) -> tuple[MailboxReport, ...]:
        """Look at every mailbox once. A mailbox's trouble is in its report; only a broken store raises."""
        if not self.accounts:
            return ()
        with ThreadPoolExecutor(max_workers=len(self.accounts), thread_name_prefix="mailbox") as threads:
            pending = [threads.submit(self._poll, account) for account in self.accounts]
            reports = []
            for done in as_completed(pending):
                report = done.result()
                on_report(report)
                reports.append(report)
        return tuple(sorted(reports, key=lambda report: report.mailbox))

    def poll_until(self, stop: threading.Event, *, interval_seconds: float) -> None:
        """Look again and again, with that pause in between, until `stop`."""
        while not stop.is_set():
            self.poll_once()
            stop.wait(interval_seconds)

    def _poll(self, account: MailAccount) -> MailboxReport:
        report = poll_mailbox(
            account,
            ledger=self.store.ledger,
            archive=self.store.archive,
            deadline_seconds=self.deadline_seconds,
            clock=self.clock,
        )
        structlog.get_logger(__name__).info(
            "mailbox polled",
            mailbox=report.mailbox,
            listed=report.listed,
            new=report.new,
            refused=report.refused,
            category=report.error,
        )
        return report
