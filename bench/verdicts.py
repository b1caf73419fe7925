"""Verdicts per second and core, on filings that are already read.

Counts CPU time of this one process: waiting for a busy core does not count, sharing its caches does. Run by `make bench`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from statistics import median

from pipeline.domain.decision import Filing, KnownFiling
from pipeline.validate.decide import decide_filing
from tests.oracle.filings import make_filing, make_known
from tests.oracle.situation import Body, Card, Certificate, Ground, Holder, Known, Paper, Situation, complete
from tests.validate.builders import langfang

RUNS = 5
VERDICTS_PER_RUN = 200
COMPANY, PERSON = complete(Body.COMPANY), complete(Body.INDIVIDUAL)
KINDS: Mapping[str, Situation] = {
    "company, complete": COMPANY,
    "person, complete": PERSON,
    "company, nothing enclosed": COMPANY.but(certificates=(), card=Card.NONE),
    "company, another's licence and card": COMPANY.but(
        certificates=(Paper(Certificate.LICENCE, Holder.ANOTHER),), card=Card.THIRD
    ),
    "collective": complete(Body.COLLECTIVE),
    "month only, day decides": PERSON.but(opened="2019-01", received=datetime.fromisoformat("2019-02-10T09:00+08:00")),
    "another county's mailbox": COMPANY.but(mailbox="xianghe"),
    "nothing local": COMPANY.but(ground=Ground.NOTHING),
    "known account, changed": COMPANY.but(known=Known.REGISTERED_ADMIN),
}
Prepared = tuple[Filing, tuple[KnownFiling, ...]]


def prepare(situation: Situation) -> Prepared:
    """Build everything outside the measured time."""
    return make_filing(situation), make_known(situation)


def decide_all(prepared: list[Prepared]) -> None:
    for filing, known in prepared:
        decide_filing(filing, profile=langfang(), known=known)


def measure_rate(work: Callable[[], None], count: int) -> list[float]:
    """Verdicts per CPU second of each run, after one that is not counted."""
    work()
    rates = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        rates.append(count / (time.process_time() - start))
    return rates


def print_row(name: str, prepared: list[Prepared]) -> None:
    rates = measure_rate(lambda: decide_all(prepared), len(prepared))
    print(f"{name:<38}{median(rates):>8,.0f}{min(rates):>9,.0f}{max(rates):>9,.0f}")


def main() -> None:
    """One row for each kind of filing, and one for all of them mixed."""
    print(f"verdicts per second and core, median of {RUNS} runs of {VERDICTS_PER_RUN}")
    print(f"{'filing':<38}{'median':>8}{'slowest':>9}{'fastest':>9}")
    kinds = {name: prepare(situation) for name, situation in KINDS.items()}
    for name, one in kinds.items():
        print_row(name, [one] * VERDICTS_PER_RUN)
    mixed = list(kinds.values()) * (VERDICTS_PER_RUN // len(kinds) + 1)
    print_row("all of them, mixed", mixed[:VERDICTS_PER_RUN])


if __name__ == "__main__":
    main()
