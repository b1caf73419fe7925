"""The run that most tests look at: every demo mail delivered, polled and decided, then polled again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.demo.dovecot import Dovecot
from tests.path.demo_mails import DEMO_MAILS
from tests.path.installation import Installation, Rows

#: Standard error of the first round, which ran with --verbose.
FIRST_LOG = "first-log"
_LISTS = {"ledger": ("ledger", "list"), "queue": ("queue", "list"), "registry": ("registry", "list")}
_PROOFS = {"reconcile": ("ledger", "reconcile"), "live": ("ledger", "reconcile", "--live")}


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRun:
    """What the commands said: the polls' reports, the lists after each poll, the reconciliations.

    `codes` are those of each message's decision in force, notes and the mail's own included, by its SHA-256.
    """

    folder: Path
    first_poll: Rows
    second_poll: Rows
    first: dict[str, Rows]
    second: dict[str, Rows]
    codes: dict[str, list[str]]
    events_whole: bool

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        return (self.folder / FIRST_LOG).read_text(encoding="utf-8")


def run_whole(server: Dovecot, folder: Path) -> WholeRun:
    """Run it, or read what it gave when another test process ran it already."""
    result = folder / "result.json"
    if not result.exists():
        result.with_suffix(".part").write_text(json.dumps(_run(Installation(server, folder))), encoding="utf-8")
        result.with_suffix(".part").rename(result)
    return WholeRun(folder=folder, **json.loads(result.read_text(encoding="utf-8")))


def _run(site: Installation) -> dict[str, Any]:
    site.configure().deliver(DEMO_MAILS)
    first_poll = site.rows("--verbose", "poll", "--once", log=FIRST_LOG)
    first = site.many_rows(_LISTS | _PROOFS)
    second_poll = site.rows("poll", "--once")
    second = site.many_rows(_LISTS)
    with site.open_store() as store:
        codes = {mail.sha256: list(store.codes_of(mail.message_id)) for mail in store.iter_kept()}
        whole = store.events.verify().whole
    site.assert_nothing_runs()
    return {
        "first_poll": first_poll,
        "second_poll": second_poll,
        "first": first,
        "second": second,
        "codes": codes,
        "events_whole": whole,
    }
