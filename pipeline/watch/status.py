"""How things stand, for people and for monitoring: counts, times, codes and the offices' own mailboxes; nobody's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.domain.alarm import AlarmKind, Condition
from pipeline.store.store import Store
from pipeline.store.watch_reading import MailboxState
from pipeline.watch.rhythms import Rhythms
from pipeline.watch.rules import MAILBOX_KINDS, judge
from pipeline.watch.thresholds import Thresholds
from pipeline.watch.watching import HEARTBEAT


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedMailbox:
    """An enabled mailbox of an office."""

    office: str
    state: MailboxState


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One look. `watched_at` is when a service, or `poll --once`, last looked at everything."""

    at: datetime
    mailboxes: tuple[WatchedMailbox, ...]
    wrong: tuple[Condition, ...]
    watched_at: datetime | None

    @property
    def good(self) -> bool:
        """Whether no alarm is in force and every mailbox has been polled well before."""
        return not self.wrong and all(item.state.last_ok is not None for item in self.mailboxes)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReader:
    """Judges anew what it can, so that a service that is not running shows too; the rest is as it was found last."""

    store: Store
    addresses: Mapping[str, str]
    rhythms: Rhythms
    limits: Thresholds

    def read(self, now: datetime) -> Status:
        """`addresses` gives mailboxes by office; the answer is in that order. Raises `StoreError`."""
        states = self.store.mailbox_states(self.addresses.values())
        judgement = judge(states, self.rhythms.silences(now), self.limits, now)
        watched = self.store.chores.last(HEARTBEAT)
        return Status(
            at=now,
            mailboxes=tuple(
                WatchedMailbox(office=office, state=state) for office, state in zip(self.addresses, states, strict=True)
            ),
            wrong=(*judgement.conditions, *self._found_before(judgement.conditions, judgement.undecided)),
            watched_at=watched.ran_at if watched else None,
        )

    def _found_before(
        self, found: Sequence[Condition], undecided: frozenset[tuple[AlarmKind, str]]
    ) -> tuple[Condition, ...]:
        known = {item.key for item in found}
        stored = (
            Condition(kind=alarm.kind, subject=alarm.subject, reason=alarm.reason, detail=alarm.detail)
            for alarm in self.store.alarms.in_force()
        )
        return tuple(
            item
            for item in stored
            if item.key not in known and (item.kind not in MAILBOX_KINDS or item.key in undecided)
        )
