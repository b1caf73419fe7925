"""`/healthz` and `/metrics`, asked over HTTP."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline.configuration.settings import SettingsError
from pipeline.profile.schema import Profile
from pipeline.service.pulse import Pulse
from pipeline.store.store import Store
from pipeline.watch.health import Health
from pipeline.watch.metrics import metrics_source
from pipeline.watch.serving import WatchServer
from tests.watch.test_watching import BOX, Site


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def _serving(metrics: Callable[[], bytes], health: Health) -> Iterator[str]:
    stop = threading.Event()
    server = WatchServer("127.0.0.1", 0, metrics=metrics, health=health)
    thread = threading.Thread(target=server.serve_until, args=(stop,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        stop.set()
        thread.join(10)


def _get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_health_is_red_when_polling_is_dead() -> None:
    clock = Clock()
    pulse = Pulse(clock=clock)
    with _serving(lambda: b"", Health(pulse=pulse, dead_seconds=60)) as url:

        def health(**after: float) -> tuple[int, str]:
            clock.now += after.get("seconds", 0)
            return _get(f"{url}/healthz")

        assert health() == (503, "starting\n")
        for mailbox in ("a", "b"):
            pulse.begin(mailbox, due_in_seconds=30)
        assert health(seconds=59) == (200, "ok\n")
        pulse.end("a", good=True)
        pulse.rest("a", seconds=15)
        pulse.end("b", good=False)  # one sick mailbox
        pulse.rest("b", seconds=3600)
        assert health(seconds=50) == (200, "ok\n")
        assert health(seconds=11) == (503, "no_success\n")
        pulse.begin("a", due_in_seconds=30)
        pulse.end("a", good=True)
        pulse.rest("a", seconds=5)
        assert health() == (200, "ok\n")
        pulse.begin("b", due_in_seconds=30)
        for _ in range(4):  # a thread that is gone gives no sign of life, however well the others do
            clock.now += 20
            pulse.begin("a", due_in_seconds=30)
            pulse.end("a", good=True)
            pulse.rest("a", seconds=5)
        assert health() == (200, "ok\n")
        clock.now += 11
        pulse.end("a", good=True)
        pulse.rest("a", seconds=5)
        assert health() == (503, "stuck\n")
        assert _get(f"{url}/elsewhere")[0] == 404


def test_a_service_that_never_succeeded_is_red_too() -> None:
    clock = Clock()
    pulse = Pulse(clock=clock)
    health = Health(pulse=pulse, dead_seconds=60)
    pulse.begin("a", due_in_seconds=5)
    pulse.end("a", good=False)
    pulse.rest("a", seconds=600)
    clock.now += 61
    assert health.problem() == "no_success"


def test_metrics_tell_of_every_office(store: Store, profile: Profile) -> None:
    site = Site(store, profile)
    site.mail(site.now)
    site.polled("login_refused")
    site.look()
    health = Health(pulse=Pulse(), dead_seconds=60)
    with _serving(metrics_source(site.reader, health, lambda: site.now), health) as url:
        status, text = _get(f"{url}/metrics")
    assert status == 200
    families = {family.name: family.samples for family in text_string_to_metric_families(text)}
    found = {
        (name, sample.labels.get("office", ""), sample.labels.get("kind", "")): sample.value
        for name, samples in families.items()
        for sample in samples
    }
    assert found["beian_backlog_messages", "sanhe", ""] == 1
    assert found["beian_poll_failures", "sanhe", ""] == 1
    assert found["beian_last_poll_timestamp_seconds", "sanhe", ""] == site.now.timestamp()
    assert found["beian_alarm_in_force", "sanhe", "auth_refused"] == 1
    assert found["beian_polling_alive", "", ""] == 0
    assert found["beian_store_usable", "", ""] == 1
    assert ("beian_last_successful_poll_timestamp_seconds", "sanhe", "") not in found
    assert BOX not in text


def test_a_place_that_is_taken_is_a_wrong_setting() -> None:
    health = Health(pulse=Pulse(), dead_seconds=60)
    with WatchServer("127.0.0.1", 0, metrics=lambda: b"", health=health) as first, pytest.raises(SettingsError):
        WatchServer("127.0.0.1", first.port, metrics=lambda: b"", health=health)
