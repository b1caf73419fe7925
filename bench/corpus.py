"""Any mails at all through the sandbox and the rules: every one has to get an outcome, quickly, and nothing may escape.

    python -m bench.corpus FOLDER MBOX ZIP…

What the mails are does not matter; they are read, decided and forgotten, and nothing of them is printed but the name of a
slow or failed one. Exit status 1 when an exception escaped or a mail took more than ten seconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from pipeline.batch.lookahead import read_ahead
from pipeline.cases.deciding import Decider
from pipeline.mails.files import MailFile, Unread, iter_mails
from pipeline.profile.load import load_profile
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail

PROFILE: Final = "langfang-2018"
SLOW_SECONDS: Final = 10.0
_SHOWN: Final = 10


@dataclass
class Tally:
    """What became of the mails."""

    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    times: list[tuple[float, str]] = field(default_factory=list)
    escaped: list[tuple[str, str]] = field(default_factory=list)
    foreign: int = 0

    def add(self, mail: MailFile | Unread, result: Decided | None) -> None:
        """Count one; None is a file that is no mail."""
        if result is None:
            self.foreign += 1
            return
        self.times.append((result.seconds, mail.name))
        self.outcomes[result.outcome] += 1
        self.codes.update(result.codes)
        if result.error:
            self.escaped.append((mail.name, result.error))

    @property
    def slow(self) -> list[tuple[float, str]]:
        return [item for item in self.times if item[0] > SLOW_SECONDS]


@dataclass(frozen=True)
class Decided:
    """One mail's outcome, or the class of what escaped."""

    outcome: str
    seconds: float
    codes: frozenset[str] = frozenset()
    error: str = ""


def decide(decider: Decider, mail: MailFile | Unread) -> Decided | None:
    """Read and decide a mail as `beian check` would, with nothing known. Whatever is raised is the finding of this run."""
    if isinstance(mail, Unread):
        return None
    started = time.monotonic()
    try:
        message, read = decider.read_file(mail)
        decision = decider.decide(read, message)
    except Exception as error:  # noqa: BLE001 - to be counted
        return Decided(outcome="escaped", seconds=time.monotonic() - started, error=type(error).__name__)
    found = (*decision.findings, *(item for case in decision.cases for item in case.verdict.findings))
    return Decided(
        outcome=decision.decision.value,
        seconds=time.monotonic() - started,
        codes=frozenset(item.code for item in found),
    )


def run(sources: Sequence[Path], *, processes: int) -> Tally:
    """All of them, several at once."""
    tally = Tally()
    with Jail(
        "pipeline.reading.jobs", [PROFILE], processes=processes, wall_seconds=60, memory_bytes=3072 << 20
    ) as jail:
        reader = SandboxedReader(jail=jail)
        reader.make_ready(for_many=True)  # the engines' own start is no mail's time
        decider = Decider(profile=load_profile(PROFILE), reader=reader)
        for number, (mail, result) in enumerate(
            read_ahead(iter_mails(sources), partial(decide, decider), threads=processes), start=1
        ):
            tally.add(mail, result)
            if number % 500 == 0 and sys.stderr.isatty():
                print(f"  {number}…", file=sys.stderr)
    return tally


def report(tally: Tally, seconds: float) -> None:
    count = len(tally.times)
    print(f"{count} mails in {seconds:.0f} s ({count / max(seconds, 0.001):.1f} a second); no mails: {tally.foreign}")
    print("outcomes: " + ", ".join(f"{name} {number}" for name, number in sorted(tally.outcomes.items())))
    print("found most: " + ", ".join(f"{code} {number}" for code, number in tally.codes.most_common(_SHOWN)))
    for took, name in sorted(tally.times, reverse=True)[:3]:
        print(f"slowest: {took:6.2f} s  {name!r}")
    for name, error in tally.escaped[:_SHOWN]:
        print(f"escaped: {error}  {name!r}")
    print(f"more than {SLOW_SECONDS:.0f} s: {len(tally.slow)}; exceptions escaped: {len(tally.escaped)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+", type=Path, metavar="FOLDER|MBOX|ZIP|EML")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    started = time.monotonic()
    tally = run(arguments.sources, processes=arguments.processes)
    report(tally, time.monotonic() - started)
    return 1 if tally.slow or tally.escaped or not tally.times else 0


if __name__ == "__main__":
    sys.exit(main())
