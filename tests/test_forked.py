"""The process that is forked for each command of a test."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from tests.forked import Stem
from tests.path.processes import Seen, descendants, still_alive


class _TimeIsOverError(Exception):
    """As pytest-timeout raises it: in the midst of whatever the test is waiting for."""


def test_a_test_whose_time_is_over_leaves_nothing_to_the_next_one(tmp_path: Path) -> None:
    (tmp_path / "never").mkdir()
    os.mkfifo(tmp_path / "never" / "profile.toml")
    started: set[Seen] = set()

    def end_waiting(*_: object) -> None:
        started.update(set(descendants(os.getpid())) - before)
        raise _TimeIsOverError

    def ask(*arguments: str, said: str) -> int:
        output, log = tmp_path / said, tmp_path / "log"
        lived = stem.run(arguments, folder=tmp_path, environment=os.environ, output=output, log=log)
        return int(lived["status"])

    kept = signal.signal(signal.SIGUSR1, end_waiting)
    try:
        with Stem() as stem:
            assert ask("--version", said="version") == 0
            before = set(descendants(os.getpid()))
            threading.Timer(0.5, signal.pthread_kill, (threading.get_ident(), signal.SIGUSR1)).start()
            with pytest.raises(_TimeIsOverError):
                ask("profile", "check", "never", said="nothing")
            assert len(started) == 1
            assert still_alive(started, tmp_path, seconds=30) == []

            assert ask("--version", said="version again") == 0
            assert (tmp_path / "version again").read_bytes() == (tmp_path / "version").read_bytes() != b""
    finally:
        signal.signal(signal.SIGUSR1, kept)
