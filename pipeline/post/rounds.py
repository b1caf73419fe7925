"""A round of the post: draft what is due, send what is released."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

import structlog

from pipeline.post.dispatching import Dispatched, Dispatcher
from pipeline.post.reminding import Reminder
from pipeline.store.errors import Disposition, StoreError

_STORE_PAUSE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRound:
    """What the service does after each look at the mailboxes."""

    reminder: Reminder
    dispatcher: Dispatcher

    def once(self, stop: threading.Event) -> tuple[Dispatched, ...]:
        """Draft and send. A letter's or an account's trouble is in its outcome; a broken store raises."""
        self.reminder.draft_due()
        return self.dispatcher.send_released(stop.is_set)

    def until(self, stop: threading.Event, *, interval_seconds: float) -> None:
        """Again and again until `stop`. A store that cannot be used now is tried again; one that cannot at all raises."""
        while not stop.is_set():
            pause = interval_seconds
            try:
                self.once(stop)
            except StoreError as error:
                if error.disposition is not Disposition.RETRY:
                    raise
                _log().error("store not usable now", error_class=type(error).__name__)
                pause = min(interval_seconds, _STORE_PAUSE_SECONDS)
            stop.wait(pause)


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
    return logger
