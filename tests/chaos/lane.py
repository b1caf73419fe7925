"""One after the other, commands that are killed before they come to their end."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.path.installation import Installation

#: Each command starts so much later by its own clock than the one before: pauses pass, and days.
HOURS_APART = 0.15
_FIRST_GUESS_SECONDS = 2.0


@dataclass
class Clock:
    """How much later it is for the commands than for this machine."""

    hours: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def later(self, hours: float = HOURS_APART) -> float:
        with self._lock:
            self.hours += hours
            return self.hours


class Stem:
    """A running `tests.chaos.stem` for an installation. Use as a context manager."""

    def __init__(self, site: Installation, clock: Clock, profile: Path) -> None:
        self._site = site
        self._clock = clock
        self._profile = profile
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Stem:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("BEIAN_", "PYTEST_"))}
        own = {"HOME": str(self._site.home), "PYTHONPATH": str(Path(__file__).parents[2])}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.stem"],
            cwd=self._site.folder,
            env={**kept, **own, "BEIAN_PROFILE": str(self._profile)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *exception: object) -> None:
        assert self._process
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def run(
        self, *arguments: str, kill_after: float | None = None, hours: float = HOURS_APART, output: str = "output"
    ) -> dict[str, Any]:
        """The command's exit status and the seconds it lived."""
        assert self._process
        assert self._process.stdin
        assert self._process.stdout
        order = {
            "arguments": list(arguments),
            "config": str(self._site.folder / "beian.toml"),
            "hours": self._clock.later(hours),
            "kill_after": kill_after,
            "log": str(self._site.folder / "chaos-log"),
            "output": str(self._site.folder / output),
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@dataclass
class Lane:
    """Starts and kills until `enough`. `commands` are chosen by weight; the time until the kill is by chance."""

    stem: Stem
    rng: random.Random
    commands: dict[tuple[str, ...], int]
    enough: threading.Event
    longest_seconds: float
    kills: int = 0
    ended: int = 0
    wrong: list[str] = field(default_factory=list)
    _usual: dict[tuple[str, ...], float] = field(default_factory=dict)

    def run(self) -> None:
        """To be run in a thread of its own."""
        while not self.enough.is_set():
            (command,) = self.rng.choices(list(self.commands), list(self.commands.values()))
            self._once(command)

    def _once(self, command: tuple[str, ...]) -> None:
        usual = self._usual.get(command, _FIRST_GUESS_SECONDS)
        lived = self.stem.run(*command, kill_after=self.rng.uniform(0, min(1.2 * usual, self.longest_seconds)))
        if lived["status"] == -signal.SIGKILL:
            self.kills += 1
            # What was killed would have lived longer: the guess grows a little, so that it does not shrink without end.
            self._usual[command] = max(usual, 1.02 * lived["seconds"])
            return
        self.ended += 1
        self._usual[command] = (usual + lived["seconds"]) / 2
        if lived["status"] not in (0, 1):  # 1: a mailbox could not be polled
            self.wrong.append(f"{' '.join(command)}: exit status {lived['status']}")
