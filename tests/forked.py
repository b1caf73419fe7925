"""`beian` run by a fork of a process that has imported everything already."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[1]
#: What an interpreter looks at when it starts: for a command with one of these, only a new interpreter will do.
_FOR_INTERPRETERS = frozenset({"LANG", "LC_ALL", "LC_CTYPE", "PYTHONIOENCODING", "PYTHONPATH", "PYTHONUTF8", "TZ"})
#: Tests may type and read what is no UTF-8.
_AS_BYTES = "surrogateescape"


class Stem:
    """A running `tests.stem`. Use as a context manager, or `close` it. One command at a time."""

    def __init__(self) -> None:
        self._process = _started()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def run(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        output: Path,
        log: Path,
        typed: Path | None = None,
        kill_after: float | None = None,
        hours: float = 0.0,
        powerless: bool = False,
    ) -> dict[str, Any]:
        """The command's exit status and the seconds it lived. It is `hours` later there than here.

        `powerless` takes root's right to read and write everything away.
        """
        order = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": str(folder),
            "hours": hours,
            "input": None if typed is None else str(typed),
            "kill_after": kill_after,
            "log": str(log),
            "output": str(output),
            "powerless": powerless,
        }
        return self.give(order)

    def give(self, order: Mapping[str, object]) -> dict[str, Any]:
        """An order as the stem knows it, and its answer.

        Who stops waiting for it, as a test does whose time is over, ends the stem with its command: the next order would get
        this one's answer.
        """
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        except BaseException:
            self._process.terminate()
            self._process.wait(timeout=60)
            self._process = _started()
            raise
        return answer


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stem"],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if not key.startswith(("BEIAN_", "PYTEST_"))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run_forked(
    arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str], typed: str = "", seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run `beian` to its end, as `subprocess.run` would: by a fork if that is the same, and nothing else is running."""
    lock, stem = shared_stem()
    alike = all(environment.get(name) == os.environ.get(name) for name in _FOR_INTERPRETERS - {"PYTHONPATH"})
    if not alike or not lock.acquire(blocking=False):
        return subprocess.run(
            [sys.executable, "-m", "pipeline", *arguments],
            capture_output=True,
            encoding="utf-8",
            errors=_AS_BYTES,
            cwd=cwd,
            env={**environment, "PYTHONPATH": str(ROOT)},
            input=typed,
            timeout=seconds,
            check=False,
        )
    try:
        return _by_fork(stem, arguments, cwd, environment, typed, seconds)
    finally:
        lock.release()


def run_onto(
    arguments: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    output: Path,
    log: Path,
    seconds: float = 120,
) -> int:
    """Run `beian` to its end by a fork that writes to these, which may be terminals; returns its exit status."""
    lock, stem = shared_stem()
    with lock:
        lived = stem.run(arguments, folder=cwd, environment=environment, output=output, log=log, kill_after=seconds)
    status: int = lived["status"]
    return status


def run_powerless(
    arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str], seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run `beian` to its end by a fork that has none of root's powers."""
    lock, stem = shared_stem()
    with lock:
        return _by_fork(stem, arguments, cwd, environment, "", seconds, powerless=True)


def _by_fork(
    stem: Stem,
    arguments: Sequence[str],
    cwd: Path,
    environment: Mapping[str, str],
    typed: str,
    seconds: float,
    *,
    powerless: bool = False,
) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory(prefix="forked-") as place:
        given, output, log = (Path(place) / name for name in ("input", "output", "log"))
        given.write_text(typed, encoding="utf-8", errors=_AS_BYTES)
        lived = stem.run(
            arguments,
            folder=cwd,
            environment=environment,
            output=output,
            log=log,
            typed=given,
            kill_after=seconds,
            powerless=powerless,
        )
        if lived["status"] == -signal.SIGKILL and lived["seconds"] >= seconds:
            raise subprocess.TimeoutExpired(list(arguments), seconds)
        said = [path.read_text(encoding="utf-8", errors=_AS_BYTES) for path in (output, log)]
        return subprocess.CompletedProcess(list(arguments), lived["status"], *said)


@cache
def shared_stem() -> tuple[threading.Lock, Stem]:
    """This test process's own; it ends by itself when this process ends and its orders with it."""
    return threading.Lock(), Stem()
