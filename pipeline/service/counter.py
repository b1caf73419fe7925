"""The counter (窗口): papers handed in there become one message, on the path that fetched mail takes.

First the archive, then one transaction with ledger row, listing, message and event. Killed in between, only an archived
mail is left that nobody asks for; the same files handed in again are told from new ones by their content.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.mails.counter_mail import compose, load_files, number_of
from pipeline.profile.schema import Profile
from pipeline.store.counter_book import CounterMail, HandedIn
from pipeline.store.store import Store
from pipeline.wrong_use import WrongUseError

_MAX_NOTE_CHARS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """The counter of one office, whose address is `mailbox`."""

    store: Store
    profile: Profile
    mailbox: str
    clock: Callable[[], datetime]

    def hand_in(self, paths: Sequence[Path], *, received: datetime | None, actor: str, note: str) -> HandedIn:
        """Take the files as one filing, received now unless said otherwise; it waits to be decided.

        Raises WrongUseError when one of them cannot be used, and then none is taken; the store's errors.
        """
        now = self.clock()
        if received is not None and received > now:
            raise WrongUseError(f"--received = {received.isoformat(timespec='minutes')}: lies in the future")
        if len(note) > _MAX_NOTE_CHARS:
            raise WrongUseError(f"--note: longer than {_MAX_NOTE_CHARS} characters")
        files = load_files(paths)
        number = number_of(files)
        known = self.store.counter.find(self.mailbox, number)
        if known is not None:
            return HandedIn(message_id=known, repeated=True)
        when = (received or now).astimezone(self.profile.zone)
        content = compose(
            files, mailbox=self.mailbox, received=when, subject_line=self.profile.notice.subject_line, note=note
        )
        sha256 = self.store.archive.keep([content])
        mail = CounterMail(mailbox=self.mailbox, number=number, sha256=sha256, received=when, size_bytes=len(content))
        said = json.dumps({"note": note}, ensure_ascii=False) if note else ""
        return self.store.counter.enter(mail, actor=actor, note=said, now=now)
