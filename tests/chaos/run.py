"""One run: mailboxes behind the fault proxy, `beian` killed again and again, and the proof at the end."""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.demo.dovecot import Dovecot
from pipeline.profile import load
from tests.chaos.lane import Beian, Clock, Lane
from tests.chaos.mails import OFFICES, make_mails
from tests.chaos.people import Mailroom, People
from tests.chaos.proofs import BoxProof, prove_box, prove_whole, render
from tests.forked import Stem
from tests.imap.plan import DOVECOT, NETEASE, QQ, Plan, Provider
from tests.imap.proxy import FaultProxy
from tests.path.installation import Installation

#: Most are NetEase; the others keep the rest of the numbering's ways.
_PROVIDERS: tuple[tuple[Provider, int], ...] = ((NETEASE, 8), (QQ, 2), (DOVECOT, 2))
_PAUSE_SECONDS = 0.01
_QUIET_ROUNDS = 20
_QUIET_HOURS = 7.0
_POLL = ("poll", "--once")
_WORK = ("work", "--once")
_SERVICE = ("poll",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """At least so much of everything. After `seconds` a run that has not come so far is a fault of its own.

    `bodies_broken` and `answers_broken` are the shares of mails and of all other answers in which the connection ends.
    """

    mails: int
    kills: int
    cuts: int
    renumberings: int
    seconds: float
    bodies_broken: float
    answers_broken: float


FULL = Size(mails=2_000, kills=500, cuts=500, renumberings=102, seconds=1_500, bodies_broken=0.06, answers_broken=0.01)
SHORT = Size(mails=60, kills=12, cuts=12, renumberings=3, seconds=60, bodies_broken=0.15, answers_broken=0.02)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run was and what it found."""

    mails: int
    kills: int
    cuts: int
    renumberings: str
    people: str
    records: int
    generations: int
    seconds: float
    boxes: Sequence[BoxProof]
    faults: Sequence[str]

    @property
    def holds(self) -> bool:
        return not self.faults and all(box.holds for box in self.boxes)

    def lines(self) -> Iterator[str]:
        yield from render(self.boxes)
        yield f"{self.mails} mails, {self.kills} kills, {self.cuts} broken connections, {self.renumberings}"
        yield f"people: {self.people}"
        yield f"{self.records} records; folders begun anew for reused UIDs: {self.generations}; {self.seconds:.0f} s"
        for box in self.boxes:
            for what in ("lost", "doubled", "damaged", "wrong"):
                yield from (f"FAULT {box.mailbox}: {what}: {item}" for item in getattr(box, what))
        yield from (f"FAULT {fault}" for fault in self.faults)


def run(server: Dovecot, folder: Path, *, size: Size, seed: int, url: str = "") -> Outcome:
    """Do it. The same seed gives the same mails and the same chances; threads make no two runs quite the same."""
    with ExitStack() as stack:
        site = Installation(server, folder)
        proxies = [stack.enter_context(FaultProxy(server.port, plan)) for plan in _plans(size, seed)]
        ports = dict(zip(OFFICES, (proxy.port for proxy in _shared(proxies)), strict=True))
        site.configure(url=url, ports=ports, poll={"deadline_seconds": 60, "interval_seconds": 5})
        clock, profile = Clock(), _profile(folder)
        beians = [Beian(stack.enter_context(Stem()), site, clock, profile) for _ in range(2)]
        disturbed = _Disturbed(site, proxies, beians, size, seed)
        return disturbed.run()


def _plans(size: Size, seed: int) -> Iterator[Plan]:
    for number, (provider, _) in enumerate(_PROVIDERS):
        yield Plan(provider=provider, chaos=size.bodies_broken, chaos_answers=size.answers_broken, seed=seed + number)


def _shared(proxies: Sequence[FaultProxy]) -> list[FaultProxy]:
    return [proxy for proxy, (_, offices) in zip(proxies, _PROVIDERS, strict=True) for _ in range(offices)]


def _profile(folder: Path) -> Path:
    """A city that registers without copies of papers, so that no picture has to be read."""
    made = folder / "profile"
    shutil.copytree(Path(load.__file__).parent / "data" / "langfang-2018", made)
    rules = made / "profile.toml"
    text = rules.read_text(encoding="utf-8")
    lighter = text.replace("[severities]\n", '[severities]\n"material.missing" = "note"\n', 1)
    assert lighter != text
    rules.write_text(lighter, encoding="utf-8")
    return made


class _Disturbed:
    """The run itself."""

    def __init__(
        self, site: Installation, proxies: Sequence[FaultProxy], beians: Sequence[Beian], size: Size, seed: int
    ) -> None:
        self._site = site
        self._proxies = proxies
        self._beians = beians
        self._size = size
        self._mails = list(make_mails(size.mails, seed))
        self._people = People({office: Mailroom(site, office) for office in OFFICES}, random.Random(seed + 1))
        self._enough = threading.Event()
        self._faults: list[str] = []
        self._began = time.monotonic()
        polls, works = {_POLL: 1}, {_WORK: 12, _SERVICE: 1}
        self._lanes = [
            Lane(beians[0], random.Random(seed + 2), polls, self._enough, longest_seconds=20),
            Lane(beians[1], random.Random(seed + 3), works, self._enough, longest_seconds=20),
        ]

    def run(self) -> Outcome:
        with _threads([lane.run for lane in self._lanes], self._faults):
            try:
                self._disturb()
            finally:
                self._enough.set()
        self._faults += [wrong for lane in self._lanes for wrong in lane.wrong]
        self._settle()
        with self._site.open_store() as store:
            boxes = [prove_box(store, room) for room in self._people.rooms.values()]
            self._faults += prove_whole(store, self._people.rooms)
        for room in self._people.rooms.values():
            room.leave()
        if any((self._site.data / "archive" / "tmp").iterdir()):
            self._faults.append("something is left in the archive's tmp")
        return self._outcome(boxes)

    @property
    def _kills(self) -> int:
        return sum(lane.kills for lane in self._lanes)

    @property
    def _cuts(self) -> int:
        return sum(proxy.broken for proxy in self._proxies)

    def _progress(self) -> float:
        return min(1.0, self._kills / self._size.kills, self._cuts / self._size.cuts)

    def _disturb(self) -> None:
        """Mail and renumberings come as kills and cuts do, so that all of it happens at the same time."""
        sent = 0
        while True:
            share = self._progress()
            for mail in self._mails[sent : max(1, int(share * len(self._mails)))]:
                self._people.deliver(mail)
                sent += 1
            numbered = self._people.renumberings.total()
            if numbered < int(share * self._size.renumberings):
                self._people.renumber()
            elif share >= 1.0:
                return
            else:
                self._people.work()
                time.sleep(_PAUSE_SECONDS)
            if time.monotonic() - self._began > self._size.seconds:
                self._faults.append(f"after {self._size.seconds:.0f} s not at its end: {share:.0%}")
                return

    def _settle(self) -> None:
        """No more disturbance: everything has to come in, and be decided."""
        for proxy, (provider, _) in zip(self._proxies, _PROVIDERS, strict=True):
            proxy.play(Plan(provider=provider))
        beian = self._beians[0]
        for _ in range(_QUIET_ROUNDS):
            status = beian.run(*_POLL, hours=_QUIET_HOURS)["status"]
            waiting = self._site.count("messages WHERE state = 'waiting'")
            if status == 0 and not waiting and self._is_accounted_for():
                break
        else:
            self._faults.append(f"not all came in after {_QUIET_ROUNDS} undisturbed polls")
        for arguments in (["ledger", "reconcile"], ["ledger", "reconcile", "--live"]):
            if beian.run(*arguments)["status"] != 0:
                self._faults.append(f"beian {' '.join(arguments)} found something")

    def _is_accounted_for(self) -> bool:
        with self._site.open_store() as store:
            equations = [store.ledger_equation(mailbox) for mailbox in OFFICES.values()]
        return all(equation.holds and not equation.refused for equation in equations)

    def _outcome(self, boxes: Sequence[BoxProof]) -> Outcome:
        return Outcome(
            mails=len(self._mails),
            kills=self._kills,
            cuts=self._cuts,
            renumberings=", ".join(f"{count} × {kind}" for kind, count in sorted(self._people.renumberings.items())),
            people=", ".join(f"{count} × {what}" for what, count in sorted(self._people.did.items())),
            records=self._site.count("registry"),
            generations=sum(row[0] for row in self._site.look("SELECT generation FROM numberings")),
            seconds=time.monotonic() - self._began,
            boxes=boxes,
            faults=tuple(self._faults),
        )


@contextmanager
def _threads(works: Sequence[Callable[[], None]], faults: list[str]) -> Iterator[None]:
    """Run them beside the caller; what one of them raises is a fault."""

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told at the end of the run
            faults.append(f"a lane ended: {error!r}")

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()
