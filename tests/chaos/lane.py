"""One after the other, commands that are killed before they come to their end."""

from __future__ import annotations

import random
import signal
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.forked import Stem
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


@dataclass(frozen=True)
class Beian:
    """The command of an installation, at its time."""

    stem: Stem
    site: Installation
    clock: Clock
    profile: Path

    def run(
        self, *arguments: str, kill_after: float | None = None, hours: float = HOURS_APART, output: str = "output"
    ) -> dict[str, Any]:
        """The command's exit status and the seconds it lived."""
        return self.stem.run(
            ["--config", str(self.site.settings), *arguments],
            folder=self.site.folder,
            environment={**self.site.environment, "BEIAN_PROFILE": str(self.profile)},
            output=self.site.folder / output,
            log=self.site.folder / "chaos-log",
            kill_after=kill_after,
            hours=self.clock.later(hours),
        )


@dataclass
class Lane:
    """Starts and kills until `enough`. `commands` are chosen by weight; the time until the kill is by chance."""

    beian: Beian
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
        lived = self.beian.run(*command, kill_after=self.rng.uniform(0, min(1.2 * usual, self.longest_seconds)))
        if lived["status"] == -signal.SIGKILL:
            self.kills += 1
            # What was killed would have lived longer: the guess grows a little, so that it does not shrink without end.
            self._usual[command] = max(usual, 1.02 * lived["seconds"])
            return
        self.ended += 1
        self._usual[command] = (usual + lived["seconds"]) / 2
        if lived["status"] not in (0, 1):  # 1: a mailbox could not be polled
            self.wrong.append(f"{' '.join(command)}: exit status {lived['status']}")
