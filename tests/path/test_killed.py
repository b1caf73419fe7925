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
COPIES = 12
DECIDED = "messages WHERE state = 'decided'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When to kill: some time, at most `later` seconds, after `reached`.

    `for_real`: what is killed has loaded everything itself, and so have its reading processes.
    """

    name: str
    reached: Callable[[Installation, Command], bool]
    later: float = 0.0
    for_real: bool = False


def _rows(name: str, rows: str, least: int, later: float = 0.0) -> Moment:
    return Moment(name=name, reached=lambda site, command: site.count(rows) >= least, later=later)


MOMENTS = (
    Moment(name="the store is being made", reached=lambda site, command: site.data.exists(), later=0.2, for_real=True),
    _rows("the first mail is in the ledger", "ledger", 1),
    _rows("half the mails are in the ledger", "ledger", (len(MAILS) + COPIES) // 2),
    Moment(name="some time", reached=lambda site, command: True, later=1.0),
    Moment(name="a mail is being read", reached=lambda site, command: command.holds_mail(), later=1.0, for_real=True),
    _rows("the first mail is decided", DECIDED, 1),
    _rows("some mails are decided", DECIDED, 6, later=0.3),
    _rows("nearly all mails are decided", DECIDED, len(MAILS) + COPIES - 2, later=0.1),
)


def _more_of(mail: DemoMail, copies: int) -> list[DemoMail]:
    """The same mail with other bytes, so that fetching takes long enough to be hit."""
    return [replace(mail, content=b"X-Copy: %d\r\n" % number + mail.content) for number in range(copies)]


def test_kills_lose_and_double_nothing(site: Installation) -> None:
    rng = random.Random(SEED)
    delivered = site.deliver([*MAILS, *_more_of(MAILS[-1], COPIES)])
    killed_while: list[str] = []
    before: dict[int, str] = {}
    for moment in MOMENTS:
        command = site.start("poll", "--once", for_real=moment.for_real)
        reached = command.wait_for(partial(moment.reached, site, command), seconds=120, pause=0.01)
        assert reached, f"ended or stood still before {moment.name}: {command.status}"
        time.sleep(rng.uniform(0, moment.later))
        site.assert_gone(command.kill())
        outcomes = dict(site.look("SELECT id, outcome FROM messages WHERE state = 'decided'"))
        assert before.items() <= outcomes.items(), f"undone by a kill while {moment.name}"
        before = outcomes
        if len(before) < len(delivered):
            killed_while.append("deciding" if site.count("ledger") == len(delivered) else "fetching")
    # The last decisions may be quicker than the signal: a kill that found nothing left to do proves nothing.
    assert killed_while.count("fetching") >= 2
    assert killed_while.count("deciding") >= 2
    site.run("poll", "--once")
    assert_nothing_lost_or_doubled(site, delivered)
