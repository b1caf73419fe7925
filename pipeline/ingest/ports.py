"""What the poller needs of the store: an archive for whole mails and a ledger of what the server listed.

The order of calls for one mail is fixed: `Archive.keep` first, `Ledger.record_message` after it
returned, and only then the next mail. A process killed between any two steps therefore loses
nothing and, both calls being idempotent, doubles nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pipeline.domain.aftermath import NOTHING_LEFT, Aftermath
from pipeline.domain.message import ServerKey
from pipeline.domain.numbering import NOTHING_TOLD, KnownPlace, Numbering, ServerFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderKey:
    """A folder in one numbering. `uidvalidity` is 0 where the server gives none; `generation` as in `ServerKey`."""

    folder: str
    uidvalidity: int
    generation: int = 0


class Archive(Protocol):
    """Keeps whole mails by the SHA-256 of their plain content."""

    def keep(self, chunks: Iterable[bytes]) -> str:
        """Store a mail and return the hex SHA-256 of its plain content.

        Durable (file fsync, rename, directory fsync) before it returns; storing the same twice
        is harmless. `chunks` is read once and may raise in the middle (a cut connection, an
        empty answer): then nothing is kept and the exception passes through unchanged.
        """


class Ledger(Protocol):
    """One row for each `ServerKey` ever listed and dealt with."""

    def settled_uids(self, mailbox: str, folder: str, uidvalidity: int, generation: int = 0) -> set[int]:
        """Every UID that has a message."""

    def retries_not_due(
        self, mailbox: str, folder: str, uidvalidity: int, now: datetime, generation: int = 0
    ) -> set[int]:
        """Refused UIDs whose pause is not over."""

    def record_message(
        self,
        key: ServerKey,
        *,
        sha256: str,
        received: datetime,
        size_bytes: int,
        told: ServerFacts = NOTHING_TOLD,
    ) -> None:
        """One transaction: ledger row, message row unique on (mailbox, sha256), work item. Idempotent.

        `told` is kept with the place.
        """

    def record_refusal(self, key: ServerKey, *, reason: str, now: datetime) -> None:
        """Note that the server would not give this mail; pauses grow and never expire. `reason` is a short code."""

    def record_poll(
        self,
        mailbox: str,
        *,
        now: datetime,
        error: str | None,
        listed: Mapping[FolderKey, frozenset[int]],
        left: Aftermath = NOTHING_LEFT,
    ) -> None:
        """Note the poll, its error category if it failed, and what the server listed, for reconciliation.

        `left` says what else has to be remembered of it.
        """


class Numberings(Protocol):
    """Which generation of a folder's numbering is in force, and what the server said of the mails in it."""

    def current(self, mailbox: str, folder: str, uidvalidity: int) -> Numbering:
        """The generation in force; the first one where nothing was noted yet."""

    def known(self, mailbox: str, folder: FolderKey, uids: Collection[int]) -> dict[int, KnownPlace]:
        """Those of the UIDs that have a message. At most `UIDS_PER_FETCH` at a time."""

    def learn(self, mailbox: str, folder: FolderKey, places: Mapping[int, KnownPlace]) -> None:
        """Keep what the server was seen to say of these."""

    def note(self, mailbox: str, folder: FolderKey, *, now: datetime, doubted: bool) -> None:
        """The folder was compared whole, or is `doubted` and has to be."""

    def begin(self, mailbox: str, folder: FolderKey, *, now: datetime) -> None:
        """Begin the generation after `folder`'s, unless another process did. Nothing is known in it."""
