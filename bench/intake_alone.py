"""One poll in a process of its own, so that its memory is nobody else's. Started by `bench.intake`.

Reads what to do from standard input as JSON, prints what it took: seconds, the peak of memory in MB, how much of that the
poll added, and how many mails were new.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from pipeline.ingest.account import MailAccount
from pipeline.ingest.poll import poll_mailbox
from pipeline.store.store import Store, open_store

DEADLINE_SECONDS = 900.0


class ListedError(Exception):
    """The listing is done: the first mail is asked for."""


class NoArchive:
    """Ends a poll where the first mail would be fetched."""

    def keep(self, chunks: Iterable[bytes]) -> str:
        raise ListedError


def poll(store: Store, where: MailAccount, *, only_list: bool) -> int:
    try:
        report = poll_mailbox(
            where,
            ledger=store.ledger,
            numberings=store.numberings,
            archive=NoArchive() if only_list else store.archive,
            deadline_seconds=DEADLINE_SECONDS,
        )
    except ListedError:
        return 0
    if report.error is not None:
        raise RuntimeError(report.error)
    return report.new


def peak_mb() -> float:
    """Of this program alone; `ru_maxrss` would remember what the process was before it became this one."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def main() -> None:
    task = json.load(sys.stdin)
    folder = Path(task["folder"])
    with open_store(f"sqlite:///{folder / 'beian.sqlite3'}", data_dir=folder) as store:
        before, started = peak_mb(), time.monotonic()
        new = poll(store, MailAccount(**task["account"]), only_list=task["only_list"])
        seconds = time.monotonic() - started
    print(json.dumps({"seconds": seconds, "peak_mb": peak_mb(), "added_mb": peak_mb() - before, "new": new}))


if __name__ == "__main__":
    main()
