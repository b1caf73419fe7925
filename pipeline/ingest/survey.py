"""Looking at a mailbox without fetching: what the server lists, and whether the login works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.ingest.account import MailAccount
from pipeline.ingest.folders import polled_folders
from pipeline.ingest.imap_imapclient import ImapSession
from pipeline.ingest.listing import list_uids
from pipeline.ingest.ports import FolderKey
from pipeline.ingest.watchdog import Watchdog

LIST_SECONDS: Final = 120.0
CHECK_SECONDS: Final = 30.0


def list_server(account: MailAccount, *, deadline_seconds: float = LIST_SECONDS) -> Mapping[FolderKey, frozenset[int]]:
    """What the server lists in every polled folder, for `beian ledger reconcile`.

    Raises a `MailboxError`; a folder that cannot be opened is one too, since a proof with a hole is none.
    """
    listed: dict[FolderKey, frozenset[int]] = {}
    with Watchdog(deadline_seconds) as watchdog, ImapSession(account, watchdog) as session:
        for folder in polled_folders(session):
            session.check_time()
            opened = session.examine(folder)
            listed[FolderKey(folder=opened.name, uidvalidity=opened.uidvalidity)] = list_uids(session, opened)
    return listed


def check_login(account: MailAccount, *, deadline_seconds: float = CHECK_SECONDS) -> tuple[str, ...]:
    """Log in, open every polled folder and return their names, for `beian doctor`. Raises a `MailboxError`."""
    with Watchdog(deadline_seconds) as watchdog, ImapSession(account, watchdog) as session:
        polled = polled_folders(session)
        for folder in polled:
            session.examine(folder)
    return tuple(folder.name for folder in polled)
