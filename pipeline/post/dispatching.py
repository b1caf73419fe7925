"""Sends what is released: each paper is claimed in the store before the connection and settled after it.

Killing the process anywhere sends nothing twice: a paper that was being handed in is shown to a person instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import structlog

from pipeline.notices.account import SmtpAccount
from pipeline.notices.errors import SendDisposition, SendError, UnsendableError
from pipeline.notices.outgoing_mail import Envelope, compose
from pipeline.notices.smtp import ANSWER_SECONDS, TIMEOUT_SECONDS, SmtpSession
from pipeline.profile.schema import Profile
from pipeline.store.errors import LostNoticeError
from pipeline.store.notice_records import ClaimedNotice
from pipeline.store.store import Store

#: How long an account that needs a person, and one that is only out of reach, is left alone.
_ACCOUNT_PAUSE: Final = timedelta(hours=1)
_BUSY_PAUSE: Final = timedelta(minutes=5)
_LONGEST_PAUSE: Final = timedelta(hours=6)
#: Tried so often in vain, a paper is a person's.
MAX_ATTEMPTS: Final = 12


class Outcome(StrEnum):
    """What became of a paper."""

    SENT = "sent"
    LATER = "later"
    FAILED = "failed"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """One paper's outcome. `message` is what a person reads about its trouble, "" when it was sent."""

    notice_id: str
    office: str
    outcome: Outcome
    message: str = ""


@dataclass(slots=True, kw_only=True)
class Dispatcher:
    """Sends for the offices that have an account. `owner` names this process in claims, so that `is_alive` can tell."""

    store: Store
    profile: Profile
    accounts: Mapping[str, SmtpAccount]
    clock: Callable[[], datetime]
    owner: str
    is_alive: Callable[[str], bool]
    timeout_seconds: float = TIMEOUT_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    _left_alone: dict[str, datetime] = field(default_factory=dict)

    def send_released(self, stopped: Callable[[], bool] = lambda: False) -> tuple[Dispatched, ...]:
        """Send everything that may go now; at most one mail a recipient and day. A broken store raises."""
        self.store.outbox.find_lost(self.is_alive, now=self.clock())
        done: list[Dispatched] = []
        while not stopped() and (claimed := self._claim()) is not None:
            done.append(self._send(claimed))
        return tuple(done)

    def _claim(self) -> ClaimedNotice | None:
        now = self.clock()
        usable = [office for office in self.accounts if self._left_alone.get(office, now) <= now]
        if not usable:
            return None
        today = now.astimezone(self.profile.zone).date()
        return self.store.outbox.claim(self.owner, now=now, today=today, offices=usable)

    def _send(self, claimed: ClaimedNotice) -> Dispatched:
        notice = claimed.notice
        account = self.accounts[notice.office]
        try:
            content = self._compose(claimed, account)
            with SmtpSession(
                account, timeout_seconds=self.timeout_seconds, answer_seconds=self.answer_seconds
            ) as session:
                session.send(content, notice.recipient)
        except SendError as error:
            return self._settle(claimed, error)
        with suppress(LostNoticeError):
            self.store.outbox.settle_sent(notice.notice_id, self.owner, now=self.clock())
        _log().info("notice sent", case=notice.case_id, office=notice.office)
        return Dispatched(notice_id=notice.notice_id, office=notice.office, outcome=Outcome.SENT)

    def _compose(self, claimed: ClaimedNotice, account: SmtpAccount) -> bytes:
        notice = claimed.notice
        envelope = Envelope(
            message_id=notice.message_id,
            sender=account.sender,
            sender_name=account.name,
            recipient=notice.recipient,
            answers=claimed.answers,
            written_at=self.clock().astimezone(self.profile.zone),
        )
        try:
            return compose(notice.draft, envelope)
        except ValueError:
            raise UnsendableError(account.sender) from None

    def _settle(self, claimed: ClaimedNotice, error: SendError) -> Dispatched:
        notice, now, outbox = claimed.notice, self.clock(), self.store.outbox
        outcome = _outcome(error.disposition, notice.attempts)
        pause = self._leave_alone(notice.office, error, notice.attempts, now)
        with suppress(LostNoticeError):
            if outcome is Outcome.LATER:
                until = now + pause
                outbox.settle_later(notice.notice_id, self.owner, not_before=until, category=error.category)
            elif outcome is Outcome.FAILED:
                outbox.settle_failed(notice.notice_id, self.owner, now=now, category=error.category)
            else:
                outbox.settle_unclear(notice.notice_id, self.owner, now=now, category=error.category)
        _log().warning("notice not sent", case=notice.case_id, office=notice.office, category=error.category)
        return Dispatched(notice_id=notice.notice_id, office=notice.office, outcome=outcome, message=str(error))

    def _leave_alone(self, office: str, error: SendError, attempts: int, now: datetime) -> timedelta:
        """Leave the account alone for a while if the trouble is its own; returns how long the paper waits."""
        needs_person = error.disposition is SendDisposition.ACCOUNT
        if error.of_account:
            self._left_alone[office] = now + (_ACCOUNT_PAUSE if needs_person else _BUSY_PAUSE)
        return _ACCOUNT_PAUSE if needs_person else min(_BUSY_PAUSE * 2 ** min(attempts - 1, 10), _LONGEST_PAUSE)


def _outcome(disposition: SendDisposition, attempts: int) -> Outcome:
    """An account's trouble never spoils a paper, however long it lasts; what is only put off is not put off for ever."""
    if disposition is SendDisposition.UNCLEAR:
        return Outcome.UNCLEAR
    if disposition is SendDisposition.FAILED:
        return Outcome.FAILED
    given_up = disposition is SendDisposition.LATER and attempts >= MAX_ATTEMPTS
    return Outcome.FAILED if given_up else Outcome.LATER


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
    return logger
