"""Looking at a mailbox without fetching: what the server lists, and whether the login works."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pipeline.ingest.account import MailAccount
from pipeline.ingest.folders import polled_folders
from pipeline.ingest.imap_imapclient import ImapSession
from pipeline.ingest.listing import list_uids
from pipeline.ingest.numbering_check import check_of
from pipeline.ingest.ports import Archive, FolderKey, Ledger, Numberings
from pipeline.ingest.watchdog import Watchdog

LIST_SECONDS: Final = 120.0
CHECK_SECONDS: Final = 30.0


def list_server(
    account: MailAccount,
    *,
    ledger: Ledger,
    numberings: Numberings,
    archive: Archive,
    now: datetime,
    deadline_seconds: float = LIST_SECONDS,
) -> Mapping[FolderKey, frozenset[int]]:
    """What the server lists in every polled folder, for `beian ledger reconcile`, in the numbering in force.

    Whether a numbering is in force still is checked on the way, for all its mails. Raises a `MailboxError`; a folder
    that cannot be opened is one too, since a proof with a hole is none.
    """
    listed: dict[FolderKey, frozenset[int]] = {}
    with Watchdog(deadline_seconds) as watchdog, ImapSession(account, watchdog) as session:
        for folder in polled_folders(session):
            session.check_time()
            opened = session.examine(folder)
            uids = list_uids(session, opened)
            check = check_of(session, opened, numberings=numberings, archive=archive, now=now)
            key = check.folder
            settled = ledger.settled_uids(account.address, key.folder, key.uidvalidity, key.generation)
            check.all(uids & settled)
            listed[check.folder] = uids
    return listed


def check_login(account: MailAccount, *, deadline_seconds: float = CHECK_SECONDS) -> tuple[str, ...]:
    """Log in, open every polled folder and return their names, for `beian doctor`. Raises a `MailboxError`."""
    with Watchdog(deadline_seconds) as watchdog, ImapSession(account, watchdog) as session:
        polled = polled_folders(session)
        for folder in polled:
            session.examine(folder)
    return tuple(folder.name for folder in polled)
