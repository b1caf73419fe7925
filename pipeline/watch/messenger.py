"""Tells alarms on one channel, in a thread of its own: a channel that does not answer delays nothing else.

An alarm counts as told when the channel took it. A process killed in between tells it again, with the same id and
version: at least once, and recognisable.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

from pipeline.domain.alarm import Alarm
from pipeline.store.alarm_book import Channel
from pipeline.store.errors import Disposition, StoreError
from pipeline.store.store import Store

LOOK_SECONDS: Final = 5.0
FIRST_PAUSE_SECONDS: Final = 60.0
LONGEST_PAUSE_SECONDS: Final = 3600.0


class ChannelError(Exception):
    """The channel did not take an alarm. `category` is a short code; the text holds no secret."""

    def __init__(self, category: str, text: str) -> None:
        super().__init__(text)
        self.category = category


class AlarmChannel(Protocol):
    """Something that can tell people."""

    @property
    def name(self) -> Channel: ...

    def tell(self, alarm: Alarm) -> None:
        """Returns when the alarm was taken. Raises `ChannelError`."""


@dataclass(slots=True)
class Messenger:
    """One channel's round. `tell_unstored` is for when the store itself is what is wrong."""

    channel: AlarmChannel
    store: Store
    look_seconds: float = LOOK_SECONDS
    first_pause_seconds: float = FIRST_PAUSE_SECONDS
    _unstored: deque[Alarm] = field(default_factory=deque)

    def tell_unstored(self, alarm: Alarm) -> None:
        """Tell it with the next round, store or no store."""
        self._unstored.append(alarm)

    def once(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """Tell everything untold; returns how many. Raises `ChannelError`, `StoreError`."""
        count = 0
        while self._unstored and not stopped():
            self.channel.tell(self._unstored[0])
            self._unstored.popleft()
            count += 1
        for alarm in self.store.alarms.untold(self.channel.name):
            if stopped():
                break
            self.channel.tell(alarm)
            self.store.alarms.note_told(self.channel.name, alarm)
            count += 1
        return count

    def until(self, stop: threading.Event) -> None:
        """Round after round until `stop`; after a failure with a growing pause."""
        failures = 0
        while not stop.is_set():
            try:
                self.once(stop.is_set)
                failures = 0
            except ChannelError as error:
                failures += 1
                _log().warning("alarm not told", category=error.category, attempts=failures)
            except StoreError as error:
                if error.disposition is not Disposition.RETRY:
                    raise
            stop.wait(self._pause_seconds(failures))

    def _pause_seconds(self, failures: int) -> float:
        if not failures:
            return self.look_seconds
        return min(self.first_pause_seconds * (1 << min(failures - 1, 10)), LONGEST_PAUSE_SECONDS)


def tell_once(messengers: Sequence[Messenger], stop: threading.Event, *, patience_seconds: float) -> None:
    """One round on every channel, side by side; what is not told within the time is told later."""
    threads = [threading.Thread(target=_round, args=(item, stop), daemon=True) for item in messengers]
    for thread in threads:
        thread.start()
    ends_at = time.monotonic() + patience_seconds
    for thread in threads:
        thread.join(max(0.0, ends_at - time.monotonic()))


def _round(messenger: Messenger, stop: threading.Event) -> None:
    try:
        messenger.once(stop.is_set)
    except ChannelError as error:
        _log().warning("alarm not told", category=error.category)
    except StoreError as error:
        _log().warning("alarm not told", error_class=type(error).__name__)


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
    return logger
