"""`beian poll --once` is killed again and again, from its very first moments on: nothing is lost and nothing doubled."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from tests.path.demo_mails import DemoMail, pick
from tests.path.installation import Command, Installation
from tests.path.proofs import assert_nothing_lost_or_doubled

SEED = 20181209
#: Small ones of every outcome, and no two filings of one account: after a kill the order of decisions is another.
MAILS = pick(5, 7, 21, 22, 24, 25, 26)
#: Of the mails as many at least are left when a command is started, or a quick machine has decided all before the kill.
WAITING = 12
LISTED = "ledger"
DECIDED = "messages WHERE state = 'decided'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When to kill: at most `later` seconds after the `part` of the rows and what `reached` asks for are there.

    `part`: of the mails that are not yet in `rows` when the command starts. None: not waited for.
    `for_real`: what is killed has loaded everything itself, and so have its reading processes.
    """

    name: str
    reached: Callable[[Installation, Command], bool] = lambda site, command: True
    rows: str = DECIDED
    part: float | None = None
    later: float = 0.0
    for_real: bool = False

    def is_there(self, site: Installation, command: Command, before: int, mails: int) -> bool:
        """Whether it has come, when there were `before` rows of all the `mails` at the start."""
        if self.part is not None and site.count(self.rows) < before + max(1, round(self.part * (mails - before))):
            return False
        return self.reached(site, command)


MOMENTS = (
    Moment(name="the store is being made", reached=lambda site, command: site.data.exists(), later=0.2, for_real=True),
    Moment(name="the first mail is in the ledger", rows=LISTED, part=0),
    Moment(name="half the mails are in the ledger", rows=LISTED, part=0.5),
    Moment(name="some time", later=1.0),
    Moment(name="a mail is being read", reached=lambda site, command: command.holds_mail(), later=1.0, for_real=True),
    Moment(name="the first mail is decided", part=0),
    Moment(name="some mails are decided", part=0.3, later=0.3),
    Moment(name="nearly all mails are decided", part=0.8, later=0.1),
)


def _more_of(mail: DemoMail, numbers: range) -> list[DemoMail]:
    """The same mail with other bytes, so that there is enough to do to be hit."""
    return [replace(mail, content=b"X-Copy: %d\r\n" % number + mail.content) for number in numbers]


def test_kills_lose_and_double_nothing(site: Installation) -> None:
    rng = random.Random(SEED)
    delivered = site.deliver(MAILS)
    killed_while: list[str] = []
    outcomes: dict[int, str] = {}
    for moment in MOMENTS:
        before = site.count(moment.rows)
        delivered |= site.deliver(_more_of(MAILS[-1], range(len(delivered), before + WAITING)))
        command = site.start("poll", "--once", for_real=moment.for_real)
        is_there = partial(moment.is_there, site, command, before, len(delivered))
        assert command.wait_for(is_there, seconds=120, pause=0.01), f"stood before {moment.name}: {command.status}"
        time.sleep(rng.uniform(0, moment.later))
        site.assert_gone(command.kill())
        decided = dict(site.look("SELECT id, outcome FROM messages WHERE state = 'decided'"))
        assert outcomes.items() <= decided.items(), f"undone by a kill while {moment.name}"
        outcomes = decided
        if len(decided) < len(delivered):
            killed_while.append("deciding" if site.count(LISTED) == len(delivered) else "fetching")
    # The last decisions may be quicker than the signal: a kill that found nothing left to do proves nothing.
    assert killed_while.count("fetching") >= 2, killed_while
    assert killed_while.count("deciding") >= 2, killed_while
    site.run("poll", "--once")
    assert_nothing_lost_or_doubled(site, delivered)
