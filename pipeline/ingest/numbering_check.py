"""Finds out whether a folder's UIDs were used again, by what the server says of the mails that are known.

A difference alone proves nothing, because some servers tell a size that differs a little by session: the mail is fetched
again. The same content widens what is known of the place; another content, or none, begins a new generation of the
numbering, in which every mail is listed and fetched anew.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from pipeline.domain.numbering import KnownPlace, Numbering
from pipeline.ingest.errors import (
    ConnectionLostError,
    DeadlineExceededError,
    MessageRefusedError,
    ProtocolBrokenError,
)
from pipeline.ingest.fetching import UIDS_PER_FETCH, fetch_facts, fetch_mail, told
from pipeline.ingest.imap_imapclient import FetchRow, ImapSession, OpenedFolder
from pipeline.ingest.ports import Archive, FolderKey, Numberings

_NEWEST: Final = 6
_OLDEST: Final = 4
_AT_RANDOM: Final = 10
#: So many mails are fetched again in one comparison; the others with differences are left for the next poll.
MOST_FETCHED_AGAIN: Final = 200
_random: Final = random.SystemRandom()


class _NumberedAnewError(Exception):
    """Another mail lies under a UID that is known."""


def sample_of(uids: AbstractSet[int]) -> list[int]:
    """The newest, the oldest, and some at random, ascending: what is used again is mostly at one of the ends."""
    ordered = sorted(uids)
    ends = {*ordered[:_OLDEST], *ordered[-_NEWEST:]}
    return sorted(ends | set(_random.sample(ordered, min(_AT_RANDOM, len(ordered)))))


def in_batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many at a time as providers take in one command."""
    for start in range(0, len(uids), UIDS_PER_FETCH):
        yield uids[start : start + UIDS_PER_FETCH]


def check_of(
    session: ImapSession, folder: OpenedFolder, *, numberings: Numberings, archive: Archive, now: datetime
) -> NumberingCheck:
    """The check of a folder that was just opened, in the numbering in force."""
    numbering = numberings.current(session.account.address, folder.name, folder.uidvalidity)
    key = FolderKey(folder=folder.name, uidvalidity=folder.uidvalidity, generation=numbering.generation)
    return NumberingCheck(session, numberings, archive, key, now)


@dataclass(slots=True)
class NumberingCheck:
    """The check of one opened folder. `folder` is the numbering in force, and is another one after a new generation."""

    session: ImapSession
    numberings: Numberings
    archive: Archive
    folder: FolderKey
    now: datetime
    _left: int = MOST_FETCHED_AGAIN

    def sample(self, known: AbstractSet[int]) -> bool:
        """Compare some of the mails that have a place in the ledger; True when the folder is numbered anew."""
        before = self.folder
        if not self._numbering.doubted and not self._compare(sample_of(known)):
            self._note(doubted=True)
        return self.folder != before

    def whole(self, known: AbstractSet[int]) -> bool:
        """Compare all of them, if it is time; True when the folder is numbered anew."""
        return self._numbering.is_due(self.now) and self.all(known)

    def all(self, known: AbstractSet[int]) -> bool:
        """The same, whatever the time."""
        before = self.folder
        settled = self._compare(sorted(known))
        if self.folder == before:
            self._note(doubted=not settled)
        return self.folder != before

    @property
    def _mailbox(self) -> str:
        return self.session.account.address

    @property
    def _numbering(self) -> Numbering:
        return self.numberings.current(self._mailbox, self.folder.folder, self.folder.uidvalidity)

    def _note(self, *, doubted: bool) -> None:
        self.numberings.note(self._mailbox, self.folder, now=self.now, doubted=doubted)

    def _compare(self, uids: Sequence[int]) -> bool:
        """Whether every difference is settled, by the same content or by a new generation."""
        settled = True
        try:
            for batch in in_batches(uids):
                settled = self._compare_batch(batch) and settled
        except _NumberedAnewError:
            return self._begin()
        return settled

    def _compare_batch(self, uids: Sequence[int]) -> bool:
        self.session.check_time()
        facts = fetch_facts(self.session, uids)
        known = self.numberings.known(self._mailbox, self.folder, uids)
        seen = {uid: (known[uid], told(facts[uid])) for uid in uids if uid in known and uid in facts}
        fitting = {uid: place.having(said) for uid, (place, said) in seen.items() if place.fits(said)}
        self._learn({uid: place for uid, place in fitting.items() if place != known[uid]})
        different = sorted(seen.keys() - fitting.keys())
        now_fetched, later = different[: self._left], different[self._left :]
        self._left -= len(now_fetched)
        for uid in now_fetched:
            self._fetch_again(uid, known[uid], facts[uid])
        return not later

    def _fetch_again(self, uid: int, place: KnownPlace, facts: FetchRow) -> None:
        """The same content teaches that the server wavers. A mail that breaks the connection must not do so at each poll."""
        self.session.check_time()
        try:
            kept = fetch_mail(self.session, uid, facts, self.archive)
        except MessageRefusedError:
            raise _NumberedAnewError from None
        except (ConnectionLostError, ProtocolBrokenError, DeadlineExceededError):
            self._begin()
            raise
        if kept.sha256 != place.sha256:
            raise _NumberedAnewError
        self._learn({uid: place.having(kept.told)})

    def _learn(self, places: dict[int, KnownPlace]) -> None:
        if places:
            self.numberings.learn(self._mailbox, self.folder, places)

    def _begin(self) -> bool:
        numbering = self._numbering
        if numbering.generation != self.folder.generation:  # another process was quicker
            self.folder = replace(self.folder, generation=numbering.generation)
            return True
        if not numbering.may_end(self.now):
            return False
        self.numberings.begin(self._mailbox, self.folder, now=self.now)
        self.folder = replace(self.folder, generation=self._numbering.generation)
        logging.getLogger(__name__).warning(
            "folder numbered anew: mailbox=%s uidvalidity=%d generation=%d",
            self._mailbox,
            self.folder.uidvalidity,
            self.folder.generation,
        )
        return True
