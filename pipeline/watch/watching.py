"""Looks at the installation every minute and keeps the alarms."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog

from pipeline.domain.alarm import Alarm, AlarmKind, Condition
from pipeline.store.errors import StoreError
from pipeline.store.store import Store
from pipeline.watch.chores import check_log_daily, reconcile_daily
from pipeline.watch.disk import check_archive, store_trouble
from pipeline.watch.messenger import Messenger
from pipeline.watch.rhythms import Rhythms
from pipeline.watch.rules import MAILBOX_KINDS, judge
from pipeline.watch.thresholds import Thresholds

#: The chore whose time says when somebody last watched; noting it proves that the database takes writes.
HEARTBEAT: Final = "watch"
_KINDS: Final = MAILBOX_KINDS | {AlarmKind.DISK}


@dataclass(slots=True)
class Watch:
    """Watches the enabled `mailboxes` (addresses). `messengers` are told of what cannot be kept in the store."""

    store: Store
    mailboxes: Sequence[str]
    rhythms: Rhythms
    limits: Thresholds
    clock: Callable[[], datetime]
    messengers: Sequence[Messenger] = ()
    _unstored: Alarm | None = field(default=None)

    def once(self) -> None:
        """One look. A store that cannot be used now is an alarm; one that cannot be used at all raises."""
        now = self.clock()
        try:
            self.store.chores.note(HEARTBEAT, faults=0, now=now)
            self._look(now)
            reconcile_daily(self.store, now)
            check_log_daily(self.store, now)
        except StoreError as error:
            self._tell_unstored(store_trouble(error), now)
        else:
            self._stored_again(now)

    def until(self, stop: threading.Event, *, interval_seconds: float) -> None:
        """Look after look until `stop`."""
        while not stop.is_set():
            self.once()
            stop.wait(interval_seconds)

    def _look(self, now: datetime) -> None:
        disk = check_archive(self.store.archive, least_free_bytes=self.limits.disk_free_bytes)
        judgement = judge(self.store.mailbox_states(self.mailboxes), self.rhythms.silences(now), self.limits, now)
        changed = self.store.alarms.settle(
            (*disk, *judgement.conditions), kinds=_KINDS, undecided=judgement.undecided, now=now
        )
        for alarm in changed:
            _log().warning(
                "alarm", alarm=alarm.kind.value, outcome=alarm.state, mailbox=alarm.subject, problem=alarm.reason
            )

    def _tell_unstored(self, condition: Condition, now: datetime) -> None:
        """Once for each reason, by this process: there is no place to remember it."""
        known = self._unstored
        if known is not None and known.reason == condition.reason:
            return
        self._unstored = Alarm(
            id=known.id if known else str(uuid.uuid4()),
            kind=condition.kind,
            subject="",
            reason=condition.reason,
            detail=condition.detail,
            state="raised",
            version=known.version + 1 if known else 1,
            raised_at=known.raised_at if known else now,
            changed_at=now,
        )
        self._hand_on(self._unstored)

    def _stored_again(self, now: datetime) -> None:
        known, self._unstored = self._unstored, None
        if known is not None:
            changed = {"state": "cleared", "version": known.version + 1, "changed_at": now}
            self._hand_on(known.model_copy(update=changed))

    def _hand_on(self, alarm: Alarm) -> None:
        _log().error("alarm", alarm=alarm.kind.value, outcome=alarm.state, problem=alarm.reason)
        for messenger in self.messengers:
            messenger.tell_unstored(alarm)


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
    return logger
