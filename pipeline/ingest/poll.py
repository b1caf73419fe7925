"""Polling one mailbox: list, take the difference against the ledger, fetch, record.

No high-water mark, no flags: whatever is listed and not in the ledger is fetched, however old its
UID. UIDs that were used again are found out by what the server says of known mails (`numbering_check`): at each poll for some
of them, once a day for all. A folder that fails does not stop the others; a mail that cuts the connection or outlasts the
deadline goes on the retry list, so that it cannot block the mails behind it.

Errors of the archive and the ledger (a full disk, a locked database) are not the mailbox's and
pass through; what was recorded until then stands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from pipeline.domain.aftermath import Aftermath
from pipeline.domain.message import ServerKey
from pipeline.ingest.account import MailAccount
from pipeline.ingest.errors import (
    ConnectionLostError,
    DeadlineExceededError,
    FolderRefusedError,
    MailboxError,
    MessageRefusedError,
    PollStoppedError,
    ProtocolBrokenError,
)
from pipeline.ingest.fetching import fetch_facts, fetch_mail
from pipeline.ingest.folders import polled_folders
from pipeline.ingest.imap_imapclient import FetchRow, ImapSession, ListedFolder
from pipeline.ingest.listing import list_uids, wanted_uids
from pipeline.ingest.numbering_check import check_of, in_batches
from pipeline.ingest.ports import Archive, FolderKey, Ledger, Numberings
from pipeline.ingest.watchdog import Watchdog

DEADLINE_SECONDS: Final = 600.0
#: Connections for one poll: providers limit logins by frequency.
MAX_CONNECTIONS: Final = 3
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The current time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxReport:
    """What one poll did. `error` is a category of `errors`, `message` its sentence; both None when all went well.

    `retry`, `pause_seconds` and `alert` are what the error asks for. `folders` counts the folders
    that were listed, `failed_folders` those that were not. `full` is whether the server spoke of a full
    mailbox. `held` means that nothing was asked: the account is being left alone after an earlier `error`.
    """

    mailbox: str
    listed: int = 0
    new: int = 0
    refused: int = 0
    folders: int = 0
    failed_folders: int = 0
    error: str | None = None
    message: str | None = None
    retry: bool = True
    pause_seconds: int = 0
    alert: bool = False
    full: bool = False
    held: bool = False


@dataclass(slots=True)
class _Tally:
    listed: dict[FolderKey, frozenset[int]] = field(default_factory=dict)
    new: int = 0
    refused: int = 0
    failed_folders: int = 0
    error: MailboxError | None = None
    full: bool = False

    def note(self, folder: FolderKey, uids: frozenset[int]) -> None:
        """What the folder lists, in the numbering in force; an earlier one of this poll is forgotten."""
        self.listed = {key: found for key, found in self.listed.items() if key.folder != folder.folder}
        self.listed[folder] = uids

    def fail(self, error: MailboxError) -> None:
        """Keep the error that matters most: one that calls for a person before one that passes."""
        if self.error is None or (error.alert and not self.error.alert):
            self.error = error


def poll_mailbox(
    account: MailAccount,
    *,
    ledger: Ledger,
    numberings: Numberings,
    archive: Archive,
    deadline_seconds: float = DEADLINE_SECONDS,
    clock: Clock = utc_now,
    stopped: Callable[[], bool] = lambda: False,
) -> MailboxReport:
    """Fetch everything new of one mailbox. Mailbox trouble is in the report, never raised.

    `stopped` is asked before each folder and mail; once it is true the poll ends as it is.
    """
    with Watchdog(deadline_seconds) as watchdog:
        poller = _Poller(account, ledger, numberings, archive, clock, watchdog, stopped)
        try:
            poller.run()
        except MailboxError as error:
            poller.tally.fail(error)
    tally = poller.tally
    category = tally.error.category if tally.error else None
    ledger.record_poll(account.address, now=clock(), error=category, listed=tally.listed, left=_aftermath(tally))
    return _report(account.address, tally)


def _aftermath(tally: _Tally) -> Aftermath:
    error = tally.error
    if error is None:
        return Aftermath(full=tally.full)
    return Aftermath(
        problem=None if error.problem is None else str(error.problem),
        pause_seconds=error.pause_seconds if error.guards_account else 0,
        longest_pause_seconds=error.longest_pause_seconds,
        full=tally.full,
    )


def _report(mailbox: str, tally: _Tally) -> MailboxReport:
    error = tally.error
    return MailboxReport(
        mailbox=mailbox,
        listed=sum(len(uids) for uids in tally.listed.values()),
        new=tally.new,
        refused=tally.refused,
        folders=len(tally.listed),
        failed_folders=tally.failed_folders,
        error=error.category if error else None,
        message=str(error) if error else None,
        retry=error.retry if error else True,
        pause_seconds=error.pause_seconds if error else 0,
        alert=error.alert if error else False,
        full=tally.full,
    )


class _Poller:
    """One poll. Works through the folders, reconnecting a few times when the connection breaks."""

    def __init__(
        self,
        account: MailAccount,
        ledger: Ledger,
        numberings: Numberings,
        archive: Archive,
        clock: Clock,
        watchdog: Watchdog,
        stopped: Callable[[], bool],
    ) -> None:
        self._account = account
        self._ledger = ledger
        self._numberings = numberings
        self._archive = archive
        self._clock = clock
        self._watchdog = watchdog
        self._stopped = stopped
        self._connections = 0
        self._breaks: dict[bytes, int] = {}
        self.tally = _Tally()

    def run(self) -> None:
        """Poll every folder; returns or raises the error that ended it."""
        todo: list[ListedFolder] | None = None
        while todo is None or todo:
            self._connections += 1
            with ImapSession(self._account, self._watchdog) as session:
                try:
                    if todo is None:
                        todo = polled_folders(session)
                    self._work_off(session, todo)
                finally:
                    self.tally.full = self.tally.full or session.says_full

    def _work_off(self, session: ImapSession, todo: list[ListedFolder]) -> None:
        """Poll and remove the folders one by one until the connection breaks or none is left."""
        while todo and not session.broken:
            self._check_time(session)
            folder = todo[0]
            try:
                self._poll_folder(session, folder)
            except FolderRefusedError as error:
                self._folder_failed(error)
            except (ConnectionLostError, ProtocolBrokenError) as error:
                self._give_up_or_reconnect(error)
                if self._tries_left(folder):
                    continue  # the mail that broke it is paused now; the folder's others follow
                self._folder_failed(error)
            todo.remove(folder)

    def _check_time(self, session: ImapSession) -> None:
        session.check_time()
        if self._stopped():
            raise PollStoppedError(self._account.address)

    def _folder_failed(self, error: MailboxError) -> None:
        self.tally.failed_folders += 1
        self.tally.fail(error)

    def _tries_left(self, folder: ListedFolder) -> bool:
        """A folder may break one connection; the second one ends its turn for this poll."""
        self._breaks[folder.raw] = self._breaks.get(folder.raw, 0) + 1
        return self._breaks[folder.raw] < 2

    def _give_up_or_reconnect(self, error: MailboxError) -> None:
        if self._watchdog.expired:
            raise DeadlineExceededError(self._account.address) from error
        if self._connections >= MAX_CONNECTIONS:
            raise error

    def _poll_folder(self, session: ImapSession, listed_folder: ListedFolder) -> None:
        """New mail comes before the daily comparison, so that this never holds it up."""
        folder = session.examine(listed_folder)
        listed = list_uids(session, folder)
        check = check_of(session, folder, numberings=self._numberings, archive=self._archive, now=self._clock())
        self.tally.note(check.folder, listed)
        known = listed & self._settled(check.folder)
        if check.sample(known):
            known = listed & self._settled(check.folder)
        self._take_new(session, check.folder, listed, known)
        if check.whole(known):
            self._take_new(session, check.folder, listed, listed & self._settled(check.folder))

    def _settled(self, folder: FolderKey) -> set[int]:
        return self._ledger.settled_uids(self._account.address, folder.folder, folder.uidvalidity, folder.generation)

    def _take_new(self, session: ImapSession, folder: FolderKey, listed: frozenset[int], known: frozenset[int]) -> None:
        self.tally.note(folder, listed)
        wanted = wanted_uids(
            listed, known, ledger=self._ledger, mailbox=self._account.address, folder=folder, now=self._clock()
        )
        for uids in in_batches(wanted):
            facts = fetch_facts(session, uids)
            for uid in uids:
                self._take(session, folder, uid, facts)

    def _take(self, session: ImapSession, folder: FolderKey, uid: int, facts: Mapping[int, FetchRow]) -> None:
        self._check_time(session)
        key = ServerKey(
            mailbox=self._account.address,
            folder=folder.folder,
            uidvalidity=folder.uidvalidity,
            generation=folder.generation,
            uid=uid,
        )
        try:
            kept = fetch_mail(session, uid, facts.get(uid, {}), self._archive)
        except MessageRefusedError as error:
            self._refuse(key, error.reason)
            return
        except (ConnectionLostError, ProtocolBrokenError, DeadlineExceededError) as error:
            self._refuse(key, error.category)
            raise
        self._ledger.record_message(
            key, sha256=kept.sha256, received=kept.received, size_bytes=kept.size_bytes, told=kept.told
        )
        self.tally.new += 1

    def _refuse(self, key: ServerKey, reason: str) -> None:
        self._ledger.record_refusal(key, reason=reason, now=self._clock())
        self.tally.refused += 1
        logging.getLogger(__name__).warning(
            "mail not given: mailbox=%s uid=%d uidvalidity=%d reason=%s", key.mailbox, key.uid, key.uidvalidity, reason
        )
