"""Threads whose first error ends them all."""

from __future__ import annotations

import threading
import time

import pytest

from pipeline.service.crew import Crew


def test_the_first_error_stops_the_others_and_reaches_the_one_who_waits() -> None:
    stop = threading.Event()
    crew = Crew(stop)

    def fail() -> None:
        raise ValueError("broken")

    crew.start("patient", stop.wait)
    crew.start("failing", fail)
    with pytest.raises(ValueError, match="broken"):
        crew.wait()
    assert stop.is_set()
    assert not crew.is_working


def test_waiting_ends_when_all_have_ended_without_a_stop() -> None:
    stop = threading.Event()
    crew = Crew(stop)
    done: list[int] = []
    for number in range(3):
        crew.start(f"worker-{number}", lambda number=number: done.append(number))
    crew.wait()
    assert sorted(done) == [0, 1, 2]
    assert not stop.is_set()


def test_patience_begins_with_the_stop() -> None:
    stop, ever = threading.Event(), threading.Event()
    crew = Crew(stop)
    crew.start("stubborn", ever.wait)
    threading.Timer(0.2, stop.set).start()
    started = time.monotonic()
    crew.wait(patience_seconds=0.2)
    assert crew.is_working
    assert 0.35 < time.monotonic() - started < 5
    ever.set()
    crew.wait()
    assert not crew.is_working
