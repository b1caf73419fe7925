"""How long a mailbox is left alone after a poll."""

from __future__ import annotations

import random
from typing import Final

from pipeline.ingest.poll import MailboxReport

#: Pauses are lengthened by up to this share, so that twelve mailboxes of one provider do not log in at one moment.
JITTER: Final = 0.1
LONGEST_SECONDS: Final = 3600.0
#: Ends of a poll that are no trouble of the mailbox.
_GOES_ON: Final = frozenset({"deadline", "stopped"})


def pause_after(report: MailboxReport, *, interval_seconds: float, failures: int) -> float:
    """Seconds until the next look, after so many failed looks in a row (this one included).

    A mailbox that fails is asked half as often each time, down to once an hour; one whose time was over while mail
    came in goes on after the usual interval. What the error itself asks for is never undercut.
    """
    failed = report.error is not None and not (report.error in _GOES_ON and report.new)
    doublings = min(max(failures - 1, 0), 10) if failed else 0
    backed_off = min(interval_seconds * (1 << doublings), max(interval_seconds, LONGEST_SECONDS))
    return jittered(max(backed_off, report.pause_seconds))


def jittered(seconds: float) -> float:
    """A little longer, by chance."""
    return seconds * random.uniform(1, 1 + JITTER)  # noqa: S311 - spreads logins, protects nothing
