"""Which mails a folder holds and which of them are still to be fetched."""

from __future__ import annotations

import logging
from collections.abc import Set as AbstractSet
from datetime import datetime

from pipeline.ingest.errors import FolderRefusedError
from pipeline.ingest.imap_imapclient import ImapSession, OpenedFolder
from pipeline.ingest.ports import FolderKey, Ledger


def list_uids(session: ImapSession, folder: OpenedFolder) -> frozenset[int]:
    """Every UID of the opened folder.

    SEARCH ALL is compared with EXISTS. Where they disagree (QQ omits messages from listings, and
    searches have been seen to lie) FETCH 1:* (UID) is asked too, and what either names is taken:
    a UID too many is refused later and retried, a UID too few would be a lost mail.
    """
    searched = session.search_all()
    if searched is not None and len(searched) == folder.exists:
        return searched
    fetched = session.fetch_uids() if folder.exists else frozenset()
    if searched is None and fetched is None:
        raise FolderRefusedError(session.account.address)
    listed = (searched or frozenset()) | (fetched or frozenset())
    if len(listed) != folder.exists:
        logging.getLogger(__name__).warning(
            "listing disagrees: mailbox=%s exists=%d listed=%d", session.account.address, folder.exists, len(listed)
        )
    return listed


def wanted_uids(
    listed: frozenset[int], settled: AbstractSet[int], *, ledger: Ledger, mailbox: str, folder: FolderKey, now: datetime
) -> list[int]:
    """What is listed and neither settled nor paused, ascending (QQ refuses sets that do not ascend)."""
    paused = ledger.retries_not_due(mailbox, folder.folder, folder.uidvalidity, now, folder.generation)
    return sorted(listed - settled - paused)
