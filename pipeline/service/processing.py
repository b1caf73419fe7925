"""Takes waiting mails from the ledger's state, reads and decides them, and commits the outcome.

Any number of workers, in one process or many, on one machine or several, can run against the same
store: a claim is one atomic statement and the commit checks it. Killing a worker at any moment
loses and doubles nothing, because the message stays waiting until the one transaction that holds
its cases, its numbers and its outcome.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from pipeline.cases.casework import ReadMail
from pipeline.cases.deciding import Decider
from pipeline.cases.joining import Joiner
from pipeline.domain.decision import DecidedCase, Decision, Filing, KnownFiling, MailDecision, Verdict
from pipeline.domain.document import ExtractedForm
from pipeline.domain.finding import finding
from pipeline.domain.message import RawMessage, Submission
from pipeline.profile.schema import Profile
from pipeline.sandbox.errors import JailBrokenError
from pipeline.service.crew import Crew
from pipeline.store.errors import AccountTakenError, Disposition, StoreError
from pipeline.store.records import Committed
from pipeline.store.store import Store
from pipeline.store.work import WaitingMessage

#: A claim that nobody lengthened for so long belongs to a worker that is gone.
LEASE_SECONDS: Final = 600
HEARTBEAT_SECONDS: Final = 60
#: How long the mails in hand may take after the service was asked to stop.
FINISH_SECONDS: Final = 5.0
#: After so many failures of our own a mail goes to a person instead of being tried again.
MAX_ATTEMPTS: Final = 5
_IDLE_SECONDS: Final = 1.0
#: A mail that takes longer lets those of other mailboxes go first; a filing takes some ten seconds on a slow machine.
SLOW_SECONDS: Final = 60.0
_MAX_RACES: Final = 5


def worker_identity(index: int) -> str:
    """Who claims work: host, process and its start time, so that a claim of a dead process can be told."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}:{index}"


def is_worker_alive(owner: str) -> bool:
    """Whether the process that claimed still runs. Workers of other hosts count as alive; their lease ends it."""
    host, pid, started, _ = owner.rsplit(":", 3)
    return host != socket.gethostname() or _started(int(pid)) == started


def _started(pid: int) -> str:
    """The process's start time in clock ticks since boot, "" when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """Facts from the register. `decided_before` leaves out the waiting cases of mails decided later."""

    store: Store
    decided_before: datetime | None = None

    def known_filings(self, form: ExtractedForm, *, message: RawMessage) -> Sequence[KnownFiling]:
        return self.store.cases.known_filings(
            form,
            exclude_sha256=message.sha256,
            exclude_mailbox=message.mailbox,
            decided_before=self.decided_before,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """One mail's outcome: what was decided of it, and what it counts as (a mail that joined a case counts as that one)."""

    message_id: int
    decision: MailDecision
    outcome: Decision
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """Works through what waits in the store. `abort` ends the reading processes at once."""

    store: Store
    decider: Decider
    profile: Profile
    clock: Callable[[], datetime]
    abort: Callable[[], None] = lambda: None

    def run(
        self,
        *,
        threads: int,
        stop: threading.Event,
        until_empty: bool,
        on_processed: Callable[[Processed], None] = lambda processed: None,
    ) -> int:
        """Work with that many threads until `stop`, or until nothing waits. Returns how many mails were decided.

        After `stop` the mails in hand are finished, or given back undecided when that takes long.
        Raises the first error that stops the service (a wrong key, a newer database).
        """
        self.store.work.free_dead_claims(is_worker_alive)
        tally = _Tally(on_processed)
        ended = threading.Event()
        crew = Crew(stop)
        for index in range(threads):
            crew.start(f"worker-{index}", partial(self._loop, worker_identity(index), stop, until_empty, tally))
        housekeeping = Crew(stop)
        housekeeping.start("claims", partial(self._keep_claims, tally, ended))
        try:
            crew.wait(patience_seconds=FINISH_SECONDS)
            if crew.is_working:
                self.abort()
                crew.wait()
        finally:
            ended.set()
            housekeeping.wait()
        return tally.count

    def decide_now(self, message_id: int, stop: threading.Event, *, patience_seconds: float) -> bool:
        """Decide one mail before any other; False when it still waits.

        One that another worker is at is waited for; one that could not be decided now is left for later.
        """
        self.store.work.free_dead_claims(is_worker_alive)
        owner = worker_identity(0)
        deadline = time.monotonic() + patience_seconds
        while self.store.outcome_of(message_id) is None:
            waiting = self.store.work.claim(owner, now=self.clock(), lease_seconds=LEASE_SECONDS, message_id=message_id)
            if waiting is not None:
                return self._process(waiting, owner, stop) is not None
            if time.monotonic() > deadline or stop.wait(_IDLE_SECONDS):
                return False
        return True

    def _keep_claims(self, tally: _Tally, ended: threading.Event) -> None:
        """Give back what dead workers of this machine held, and lengthen what our own are still at."""
        while not ended.wait(HEARTBEAT_SECONDS):
            with _tolerated():
                self.store.work.free_dead_claims(is_worker_alive)
                for message_id, owner in tally.held():
                    self.store.work.renew(message_id, owner, now=self.clock(), lease_seconds=LEASE_SECONDS)

    def _loop(self, owner: str, stop: threading.Event, until_empty: bool, tally: _Tally) -> None:
        while not stop.is_set():
            waiting = None
            with _tolerated():
                waiting = self.store.work.claim(
                    owner, now=self.clock(), lease_seconds=LEASE_SECONDS, but=tally.slow_mailboxes()
                )
                if waiting is None and until_empty:
                    return
            if waiting is None:
                stop.wait(_IDLE_SECONDS)
                continue
            with _tolerated(), tally.holding(waiting, owner):
                processed = self._process(waiting, owner, stop)
                if processed is not None:
                    tally.add(processed)

    def _process(self, waiting: WaitingMessage, owner: str, stop: threading.Event) -> Processed | None:
        started = time.monotonic()
        try:
            decision, submission = self._decide(waiting)
            decision, committed = self._commit(waiting, owner, decision, submission)
        except JailBrokenError:
            if stop.is_set():
                self.store.work.release(waiting.message_id, owner)
            else:
                self._postpone(waiting, owner, "sandbox")
            return None
        except StoreError as error:
            if error.disposition is Disposition.DROP:
                _log().warning("result dropped", message=waiting.message_id, error_class=type(error).__name__)
                return None
            if error.disposition is Disposition.STOP:
                raise
            self._postpone(waiting, owner, type(error).__name__)
            return None
        except Exception as error:  # noqa: BLE001 - one mail's failure must not end the worker; it is retried, then a person's
            _log().error("mail not decided", message=waiting.message_id, exc_info=error)
            self._postpone(waiting, owner, type(error).__name__)
            return None
        seconds = time.monotonic() - started
        _log().info(
            "mail decided",
            message=waiting.message_id,
            outcome=committed.outcome.value,
            cases=len(decision.cases),
            joined=sum(case.joined_into is not None for case in committed.cases),
            codes=sorted({item.code for case in decision.cases for item in case.verdict.findings}),
            seconds=round(seconds, 3),
        )
        return Processed(message_id=waiting.message_id, decision=decision, outcome=committed.outcome, seconds=seconds)

    def _decide(self, waiting: WaitingMessage) -> tuple[MailDecision, Submission]:
        if waiting.attempts > MAX_ATTEMPTS:
            return given_up(waiting), Submission(sha256=waiting.sha256)
        try:
            content = self.store.archive.load(waiting.sha256)
        except StoreError as error:
            if error.disposition is Disposition.REVIEW:
                return given_up(waiting), Submission(sha256=waiting.sha256)
            raise
        message = RawMessage(mailbox=waiting.mailbox, received=waiting.received, sha256=waiting.sha256, content=content)
        mail = self.decider.read_mail(message)
        return self.decider.decide(mail, message, StoreFacts(store=self.store)), describe(mail)

    def _commit(
        self, waiting: WaitingMessage, owner: str, decision: MailDecision, submission: Submission
    ) -> tuple[MailDecision, Committed]:
        """Commit; when another record took the account meanwhile, decide again with what is known now."""
        for _ in range(_MAX_RACES):
            try:
                committed = self.store.cases.commit_decision(
                    waiting.message_id,
                    owner,
                    decision,
                    submission=submission,
                    profile=self.profile,
                    now=self.clock(),
                    joining=Joiner(profile=self.profile),
                )
            except AccountTakenError as error:
                decision = self._after_race(waiting, decision, error)
            else:
                return decision, committed
        raise StoreBusyError(waiting.message_id)

    def _after_race(self, waiting: WaitingMessage, decision: MailDecision, error: AccountTakenError) -> MailDecision:
        """The same filings under the rules again, with the record that was quicker among the facts."""
        message = RawMessage(mailbox=waiting.mailbox, received=waiting.received, sha256=waiting.sha256, content=b"")
        facts = StoreFacts(store=self.store)
        cases = list(self.decider.decide_again(decision, message, facts).cases)
        if error.within_mail:
            cases[error.position] = _duplicate_within_mail(cases[error.position])
        return decision.model_copy(update={"cases": tuple(cases)})

    def _postpone(self, waiting: WaitingMessage, owner: str, category: str) -> None:
        pause = min(15 * 2**waiting.attempts, 3600)
        self.store.work.postpone(
            waiting.message_id, owner, reason=category, not_before=self.clock() + timedelta(seconds=pause)
        )


class StoreBusyError(Exception):
    """The same account was registered again and again while a mail was being decided; it is tried later."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"message {message_id}: too many simultaneous registrations of one account")


class _InHand(NamedTuple):
    """A mail that a worker is at; `since` by the monotonic clock."""

    owner: str
    mailbox: str
    since: float


class _Tally:
    """What the worker threads are at and have done so far."""

    def __init__(self, on_processed: Callable[[Processed], None]) -> None:
        self._lock = threading.Lock()
        self._on_processed = on_processed
        self._held: dict[int, _InHand] = {}
        self._last_seconds: dict[str, float] = {}
        self.count = 0

    @contextmanager
    def holding(self, waiting: WaitingMessage, owner: str) -> Iterator[None]:
        started = time.monotonic()
        with self._lock:
            self._held[waiting.message_id] = _InHand(owner, waiting.mailbox, started)
        try:
            yield
        finally:
            with self._lock:
                del self._held[waiting.message_id]
                self._last_seconds[waiting.mailbox] = time.monotonic() - started

    def held(self) -> Sequence[tuple[int, str]]:
        with self._lock:
            return tuple((message_id, item.owner) for message_id, item in self._held.items())

    def slow_mailboxes(self) -> frozenset[str]:
        """Those whose mails others would wait for: one is long in hand, or the last one was.

        Half an hour for each of a flood's mails would else be everybody's. Mails that are read as usual keep their order.
        """
        now = time.monotonic()
        with self._lock:
            slow = {item.mailbox for item in self._held.values() if now - item.since >= SLOW_SECONDS}
            slow |= {mailbox for mailbox, seconds in self._last_seconds.items() if seconds >= SLOW_SECONDS}
        return frozenset(slow)

    def add(self, processed: Processed) -> None:
        with self._lock:
            self.count += 1
            self._on_processed(processed)


@contextmanager
def _tolerated() -> Iterator[None]:
    """A store that cannot be used now is tried again; one that cannot be used at all ends the service."""
    try:
        yield
    except StoreError as error:
        if error.disposition is Disposition.STOP:
            raise
        _log().warning("store not usable now", error_class=type(error).__name__)


def given_up(waiting: WaitingMessage) -> MailDecision:
    """A mail the software itself cannot handle: a person opens the original."""
    filing = Filing(office=None, received=waiting.received)
    found = finding("attachment.unreadable", "此邮件无法自动处理，请工作人员打开原邮件人工办理。")
    case = DecidedCase(filing=filing, verdict=Verdict(findings=(found,)))
    return MailDecision(mailbox=waiting.mailbox, received=waiting.received, cases=(case,), findings=())


def _duplicate_within_mail(case: DecidedCase) -> DecidedCase:
    found = finding("submission.duplicate", "同一邮件中另有同一账号的登记表，请确认以哪一份为准。")
    return case.model_copy(
        update={"verdict": case.verdict.model_copy(update={"findings": (*case.verdict.findings, found)})}
    )


def describe(mail: ReadMail) -> Submission:
    """The mail's description; the bytes stay in the archive."""
    attachments = tuple(item.model_copy(update={"content": b""}) for item in mail.submission.attachments)
    return mail.submission.model_copy(update={"attachments": attachments})


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
    return logger
