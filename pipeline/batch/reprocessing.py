"""Batch: decide mails from archives or from the ledger anew, and say what would change.

Nothing is changed unless asked to apply. What a person touched, what is registered and what joined another
mail's case is never changed. A run can be stopped at any moment and started again: the results so far stand in a journal
(digests, outcomes and codes only) and are given out again, so that every run's output is whole; what
was applied is in the store like any other decision, once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import takewhile
from typing import Final, TypeVar

from pipeline.batch.journal import Journal
from pipeline.batch.lookahead import read_ahead
from pipeline.batch.reprocessed import Effect, Reprocessed, undecided
from pipeline.cases.casework import ReadMail
from pipeline.cases.deciding import Decider, EarlierMails
from pipeline.domain.decision import Decision, MailDecision
from pipeline.domain.message import RawMessage, ServerKey
from pipeline.mails.files import MailFile, Unread
from pipeline.profile.schema import Profile
from pipeline.service.processing import Processor, StoreFacts, describe
from pipeline.store.errors import (
    AccountTakenError,
    Disposition,
    NotReplaceableError,
    NotReplaceableReason,
    StoreError,
)
from pipeline.store.ledger_records import KeptMessage
from pipeline.store.store import Store

#: The folder under which mails from files stand in the ledger; no server has one of that name.
FILES_FOLDER: Final = "(files)"
Item = TypeVar("Item")
_OWNER: Final = "reprocess"
#: So many new mails for each thread are taken in before they are decided.
_BATCH_PER_THREAD: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A mail from a file, and what the ledger holds of it. `read` is None for one that is only to be taken in."""

    message: RawMessage
    kept: KeptMessage | None
    read: ReadMail | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprocessor:
    """Decides mails anew against one store. `stop` ends a run after the mails under way."""

    store: Store
    decider: Decider
    processor: Processor
    profile: Profile
    apply: bool
    threads: int
    stop: threading.Event

    def run(self, mails: Iterable[MailFile | Unread], journal: Journal) -> Iterator[Reprocessed]:
        """Work through mails from files. New ones are decided in batches, as the service would."""
        earlier, taken_in = EarlierMails(), list[tuple[str, RawMessage]]()
        looks = read_ahead(_marked(self._until_stop(mails)), partial(self._look, journal), threads=self.threads)
        for (mail, again), look in looks:
            if isinstance(mail, Unread):
                yield undecided(mail.name, Effect.FAILED, mail.reason)
            elif again:
                yield undecided(mail.name, Effect.UNCHANGED, "same mail")
            elif look is None:
                yield Reprocessed.from_line(mail.name, journal.result(mail.sha256))
            elif look.read is None:
                taken_in.append((mail.name, self._take_in(look.message)))
                if len(taken_in) >= _BATCH_PER_THREAD * self.threads:
                    yield from self._settle(taken_in, journal)
                    taken_in.clear()
            else:
                result = self._decide(mail.name, look.message, look.kept, look.read, earlier)
                yield result
                _note(journal, mail.sha256, result)
        yield from self._settle(taken_in, journal)
        if not self.stop.is_set():
            journal.finish()

    def run_kept(self, journal: Journal) -> Iterator[Reprocessed]:
        """Work through every decided mail that the ledger holds."""
        decided = (kept for kept in self._until_stop(self.store.iter_kept()) if kept.outcome is not None)
        for kept, read in read_ahead(decided, partial(self._read_kept, journal), threads=self.threads):
            name, digest = f"{kept.mailbox} {kept.sha256[:12]}", _kept_digest(kept)
            if read is None:
                yield Reprocessed.from_line(name, journal.result(digest))
                continue
            if isinstance(read, StoreError):
                result = replace(undecided(name, Effect.FAILED, str(read)), before=kept.outcome)
            else:
                result = self._compare(name, kept, *read)
            yield result
            _note(journal, digest, result)
        if not self.stop.is_set():
            journal.finish()

    def _until_stop(self, items: Iterable[Item]) -> Iterator[Item]:
        return takewhile(lambda item: not self.stop.is_set(), items)

    def _look(self, journal: Journal, marked: tuple[MailFile | Unread, bool]) -> _Look | None:
        """Open a mail and, unless it is only to be taken in, read it. None when it needs no look (any more)."""
        mail, again = marked
        if again or isinstance(mail, Unread) or mail.sha256 in journal:
            return None
        message, submission = self.decider.open_file(mail)
        kept = self.store.find_kept(message.mailbox, message.sha256)
        new = kept is None or kept.outcome is None
        read = None if new and self.apply else self.decider.read_submission(submission, message)
        return _Look(message=message, kept=kept, read=read)

    def _decide(
        self, name: str, message: RawMessage, kept: KeptMessage | None, read: ReadMail, earlier: EarlierMails
    ) -> Reprocessed:
        if kept is not None and kept.outcome is not None:
            return self._compare(name, kept, message, read)
        decision = self.decider.decide(read, message, earlier, StoreFacts(store=self.store))
        earlier.add(message, decision)
        return Reprocessed(name=name, before=None, after=decision.decision, effect=Effect.NEW, codes=_codes(decision))

    def _take_in(self, message: RawMessage) -> RawMessage:
        """Archive and ledger, as the poller does it. Returns the message without its bytes."""
        digest = self.store.archive.keep([message.content])
        uid = int(digest[:12], 16)
        key = ServerKey(mailbox=message.mailbox, folder=FILES_FOLDER, uidvalidity=0, uid=uid)
        self.store.ledger.record_message(key, sha256=digest, received=message.received, size_bytes=len(message.content))
        return message.model_copy(update={"content": b""})

    def _settle(self, taken_in: Iterable[tuple[str, RawMessage]], journal: Journal) -> Iterator[Reprocessed]:
        """Decide what was taken in, with whatever else waits, and say what became of it."""
        taken_in = list(taken_in)
        if taken_in:
            self.processor.run(threads=self.threads, stop=self.stop, until_empty=True)
        for name, message in taken_in:
            kept = self.store.find_kept(message.mailbox, message.sha256)
            if kept is None or kept.outcome is None:
                # Put off after a failure, in the hands of a running service, or we were stopped.
                yield replace(undecided(name, Effect.NEW, "waiting"), applied=True)
                continue
            codes = self.store.codes_of(kept.message_id)
            result = Reprocessed(
                name=name, before=None, after=kept.outcome, effect=Effect.NEW, codes=codes, applied=True
            )
            yield result
            _note(journal, message.sha256, result)

    def _read_kept(self, journal: Journal, kept: KeptMessage) -> tuple[RawMessage, ReadMail] | StoreError | None:
        if _kept_digest(kept) in journal:
            return None
        try:
            content = self.store.archive.load(kept.sha256)
        except StoreError as error:
            if error.disposition is Disposition.REVIEW:
                return error
            raise
        message = RawMessage(mailbox=kept.mailbox, received=kept.received, sha256=kept.sha256, content=content)
        return message, self.decider.read_mail(message)

    def _compare(self, name: str, kept: KeptMessage, message: RawMessage, read: ReadMail) -> Reprocessed:
        # The receipt time the server gave stands; a file's own headers are only the next best.
        message = message.model_copy(update={"received": kept.received})
        read = read.model_copy(update={"received": kept.received})
        facts = StoreFacts(store=self.store, decided_before=kept.decided_at)
        decision = self.decider.decide(read, message, facts)
        codes = _codes(decision)
        same = _is_same(kept, decision.decision, codes, self.store.codes_of(kept.message_id))
        effect = Effect.UNCHANGED if same else Effect.CHANGED
        result = Reprocessed(name=name, before=kept.outcome, after=decision.decision, effect=effect, codes=codes)
        if not same and kept.fixed is not None:
            return replace(result, effect=Effect.KEPT, reason=kept.fixed.value)
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
        except StoreError as error:
            if error.disposition is not Disposition.REVIEW:
                raise
            return replace(result, effect=Effect.FAILED, reason=str(error))
        return replace(result, applied=True)


def _marked(mails: Iterable[MailFile | Unread]) -> Iterator[tuple[MailFile | Unread, bool]]:
    """Each mail with whether the same bytes came before."""
    seen: set[bytes] = set()
    for mail in mails:
        if isinstance(mail, Unread):
            yield mail, False
            continue
        digest = bytes.fromhex(mail.sha256)
        yield mail, digest in seen
        seen.add(digest)


def _note(journal: Journal, digest: str, result: Reprocessed) -> None:
    """What failed is tried again when the run goes on."""
    if result.effect is not Effect.FAILED:
        journal.add(digest, result.to_line())


def _kept_digest(kept: KeptMessage) -> str:
    return f"{kept.sha256}-{kept.message_id}"


def _is_same(kept: KeptMessage, after: Decision, codes: Iterable[str], before: Iterable[str]) -> bool:
    """Whether a decision says what the one in force says.

    A mail that joined another's case counts as that one; by itself it is what it always was. What it may belong to is
    asked when it comes, not anew.
    """
    stands = after == kept.outcome or kept.fixed is NotReplaceableReason.JOINED
    return stands and set(codes) == set(before) - {"submission.related"}


def _codes(decision: MailDecision) -> tuple[str, ...]:
    found = {item.code for item in decision.findings}
    return tuple(sorted(found | {item.code for case in decision.cases for item in case.verdict.findings}))
