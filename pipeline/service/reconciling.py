"""Holds the ledger against the servers: every message a server lists has exactly one outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.ingest.account import MailAccount
from pipeline.ingest.errors import MailboxError
from pipeline.ingest.survey import list_server
from pipeline.store.ledger_records import LedgerEquation
from pipeline.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """One mailbox's equation. `trouble` says why the server could not be asked; then the last poll's listing counts."""

    equation: LedgerEquation
    trouble: str | None = None

    @property
    def waiting(self) -> int:
        """What is not decided yet: waiting for a worker, or refused by the server and tried again."""
        return self.equation.waiting + self.equation.refused

    @property
    def exceptions(self) -> tuple[str, ...]:
        """Everything that is not explained, one sentence each."""
        equation, mailbox = self.equation, self.equation.mailbox
        unknown = (
            f"{mailbox} {place.folder} UID {place.uid}：服务器列出，但台账中还没有（尚未收取）"
            for place in equation.unaccounted
        )
        missing = (f"{mailbox}：邮件 {sha256[:12]} 的存档不见了" for sha256 in equation.missing_mails)
        contradicting = (f"{mailbox}：邮件 {number} 的结果与其案件不符" for number in equation.contradictions)
        trouble = (self.trouble,) if self.trouble else ()
        return (*unknown, *missing, *contradicting, *trouble)


def reconcile(
    store: Store,
    mailboxes: Sequence[str],
    accounts: Sequence[MailAccount] = (),
    *,
    clock: Callable[[], datetime],
) -> tuple[Reconciliation, ...]:
    """Reconcile each mailbox; those with an account are listed anew first."""
    troubles = {account.address: _list_anew(store, account, clock) for account in accounts}
    return tuple(
        Reconciliation(equation=store.ledger_equation(mailbox), trouble=troubles.get(mailbox)) for mailbox in mailboxes
    )


def _list_anew(store: Store, account: MailAccount, clock: Callable[[], datetime]) -> str | None:
    now = clock()
    try:
        listed = list_server(account, ledger=store.ledger, numberings=store.numberings, archive=store.archive, now=now)
    except MailboxError as error:
        return str(error)
    store.ledger.record_poll(account.address, now=now, error=None, listed=listed)
    return None
