"""Batch: decide mails from archives or from the ledger anew, and say what would change.

Nothing is changed unless asked to apply. What a person touched and what is registered is never
changed. A run can be stopped and started again: what it has worked through stands in a journal
(digests only), and an applied decision is committed like any other, once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from pipeline.casework import ReadMail
from pipeline.deciding import Decider
from pipeline.domain.decision import Decision, MailDecision
from pipeline.domain.message import RawMessage, ServerKey
from pipeline.mail_files import MailFile
from pipeline.processing import StoreFacts, describe
from pipeline.profile.schema import Profile
from pipeline.store.errors import AccountTakenError, Disposition, NotReplaceableError, StoreError
from pipeline.store.records import KeptMessage
from pipeline.store.store import Store

#: The folder under which mails from files stand in the ledger; no server has one of that name.
FILES_FOLDER: Final = "(files)"
_OWNER: Final = "reprocess"


class Effect(StrEnum):
    """What deciding a mail anew does."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprocessed:
    """One mail. `before` is None for a mail the ledger does not hold; `reason` says why a decision was kept."""

    name: str
    before: Decision | None
    after: Decision | None
    effect: Effect
    codes: tuple[str, ...] = ()
    reason: str | None = None
    applied: bool = False


class Journal:
    """The digests a run has worked through, one a line; removed when the run is complete."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done = set(path.read_text(encoding="ascii").split()) if path.is_file() else set()

    def __contains__(self, digest: str) -> bool:
        return digest in self._done

    def add(self, digest: str) -> None:
        """Note a mail as done."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._path.open("a", encoding="ascii") as file:
            file.write(digest + "\n")
        self._done.add(digest)

    def finish(self) -> None:
        """The run is complete."""
        self._path.unlink(missing_ok=True)


def journal_for(data_dir: Path, sources: Iterable[Path], *, apply: bool) -> Journal:
    """The journal of a run over these sources."""
    named = json.dumps([sorted(str(path.resolve()) for path in sources), apply])
    return Journal(data_dir / "reprocess" / f"{hashlib.sha256(named.encode()).hexdigest()[:16]}.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprocessor:
    """Decides mails anew against one store."""

    store: Store
    decider: Decider
    profile: Profile
    apply: bool

    def run(self, mails: Iterable[MailFile], journal: Journal) -> Iterator[Reprocessed]:
        """Work through mails from files, skipping what an earlier, interrupted run has done."""
        for mail in mails:
            if mail.sha256 in journal:
                continue
            yield self._one(mail)
            journal.add(mail.sha256)
        journal.finish()

    def run_kept(self, journal: Journal) -> Iterator[Reprocessed]:
        """Work through every decided mail that the ledger holds."""
        for kept in self.store.iter_kept():
            digest = f"{kept.sha256}-{kept.message_id}"
            if kept.outcome is None or digest in journal:
                continue
            yield self._kept(kept)
            journal.add(digest)
        journal.finish()

    def _one(self, mail: MailFile) -> Reprocessed:
        message, read = self.decider.read_file(mail)
        kept = self.store.find_kept(message.mailbox, message.sha256)
        if kept is not None and kept.outcome is not None:
            return self._compare(mail.name, kept, message, read)
        decision = self.decider.decide(read, message, StoreFacts(store=self.store))
        result = Reprocessed(
            name=mail.name, before=None, after=decision.decision, effect=Effect.NEW, codes=_codes(decision)
        )
        return self._admit(result, message) if self.apply else result

    def _kept(self, kept: KeptMessage) -> Reprocessed:
        name = f"{kept.mailbox} {kept.sha256[:12]}"
        try:
            content = self.store.archive.load(kept.sha256)
        except StoreError as error:
            if error.disposition is not Disposition.REVIEW:
                raise
            return Reprocessed(
                name=name, before=kept.outcome, after=None, effect=Effect.FAILED, reason=type(error).__name__
            )
        message = RawMessage(mailbox=kept.mailbox, received=kept.received, sha256=kept.sha256, content=content)
        return self._compare(name, kept, message, self.decider.read_mail(message))

    def _compare(self, name: str, kept: KeptMessage, message: RawMessage, read: ReadMail) -> Reprocessed:
        # The receipt time the server gave stands; a file's own headers are only the next best.
        message = message.model_copy(update={"received": kept.received})
        read = read.model_copy(update={"received": kept.received})
        decision = self.decider.decide(read, message, StoreFacts(store=self.store))
        old_codes = self.store.codes_of(kept.message_id)
        same = decision.decision == kept.outcome and _codes(decision) == old_codes
        effect = Effect.UNCHANGED if same else Effect.CHANGED
        result = Reprocessed(
            name=name, before=kept.outcome, after=decision.decision, effect=effect, codes=_codes(decision)
        )
        if kept.outcome is Decision.REGISTERED and not same:
            return replace(result, effect=Effect.KEPT, reason="registered")
        return self._replace(result, kept, decision, read) if self.apply and not same else result

    def _replace(self, result: Reprocessed, kept: KeptMessage, decision: MailDecision, read: ReadMail) -> Reprocessed:
        try:
            self.store.cases.replace_decision(
                kept.message_id,
                decision,
                submission=describe(read),
                profile=self.profile,
                now=datetime.now(UTC),
                actor=_OWNER,
                expected_revision=kept.revision,
            )
        except NotReplaceableError as error:
            return replace(result, effect=Effect.KEPT, reason=error.reason.value)
        except AccountTakenError:
            return replace(result, effect=Effect.KEPT, reason="account taken meanwhile; run again")
        return replace(result, applied=True)

    def _admit(self, result: Reprocessed, message: RawMessage) -> Reprocessed:
        """Take a mail from a file into archive and ledger; the workers decide it like any other."""
        digest = self.store.archive.keep([message.content])
        uid = int(digest[:12], 16)
        key = ServerKey(mailbox=message.mailbox, folder=FILES_FOLDER, uidvalidity=0, uid=uid)
        self.store.ledger.record_message(key, sha256=digest, received=message.received, size_bytes=len(message.content))
        return replace(result, applied=True)


def _codes(decision: MailDecision) -> tuple[str, ...]:
    found = {item.code for item in decision.findings}
    return tuple(sorted(found | {item.code for case in decision.cases for item in case.verdict.findings}))
