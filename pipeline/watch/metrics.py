"""The status as Prometheus metrics; labels are offices' keys and kinds of alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pipeline.store.errors import StoreError
from pipeline.store.watch_reading import MailboxState
from pipeline.watch.health import Health
from pipeline.watch.status import Status, StatusReader

Read = Callable[[MailboxState, datetime], float | None]


def _stamp(when: datetime | None) -> float | None:
    return None if when is None else when.timestamp()


def _age(when: datetime | None, now: datetime) -> float:
    return 0.0 if when is None else max(0.0, (now - when).total_seconds())


_PER_OFFICE: Final[tuple[tuple[str, str, Read], ...]] = (
    (
        "last_successful_poll_timestamp_seconds",
        "End of the last poll without an error.",
        lambda s, _: _stamp(s.last_ok),
    ),
    ("last_poll_timestamp_seconds", "End of the last poll.", lambda s, _: _stamp(s.last_poll)),
    ("poll_failures", "Failed polls since the last good one.", lambda s, _: s.failures),
    ("listed_messages", "What the server listed at the last poll.", lambda s, _: s.listed),
    ("messages", "Mails in the archive.", lambda s, _: s.messages),
    ("backlog_messages", "Mails that are not decided yet.", lambda s, _: s.waiting),
    ("retried_messages", "Undecided mails that were tried and put off.", lambda s, _: s.retried),
    ("oldest_waiting_seconds", "Age of the oldest undecided mail.", lambda s, now: _age(s.waiting_since, now)),
    ("refused_messages", "Listed mails that the server does not give.", lambda s, _: s.refused),
    ("oldest_refused_seconds", "Since when the oldest of them is refused.", lambda s, now: _age(s.refused_since, now)),
    ("last_mail_timestamp_seconds", "When the newest mail was received.", lambda s, _: _stamp(s.last_mail)),
)


class _StatusCollector(Collector):
    def __init__(self, reader: StatusReader, health: Health, clock: Callable[[], datetime]) -> None:
        self._reader = reader
        self._health = health
        self._clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("polling_alive", "1 while the polling of this process is alive.", self._health.problem() is None)
        try:
            status = self._reader.read(self._clock())
        except StoreError:
            yield _gauge("store_usable", "1 while the register can be read.", False)
            return
        yield _gauge("store_usable", "1 while the register can be read.", True)
        yield from _of_offices(status)
        yield _alarms(status)


def _gauge(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"beian_{name}", said, value=float(value))


def _of_offices(status: Status) -> Iterator[GaugeMetricFamily]:
    for name, said, read in _PER_OFFICE:
        family = GaugeMetricFamily(f"beian_{name}", said, labels=["office"])
        for item in status.mailboxes:
            value = read(item.state, status.at)
            if value is not None:
                family.add_metric([item.office], value)
        yield family


def _alarms(status: Status) -> GaugeMetricFamily:
    offices = {item.state.mailbox: item.office for item in status.mailboxes}
    family = GaugeMetricFamily("beian_alarm_in_force", "1 for each alarm in force.", labels=["kind", "office"])
    for condition in status.wrong:
        family.add_metric([condition.kind.value, offices.get(condition.subject, "")], 1)
    return family


def metrics_source(reader: StatusReader, health: Health, clock: Callable[[], datetime]) -> Callable[[], bytes]:
    """Gives the metrics in Prometheus's text format whenever asked."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_StatusCollector(reader, health, clock))
    return lambda: generate_latest(registry)
