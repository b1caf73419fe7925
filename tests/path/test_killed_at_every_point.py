"""The intake is killed before and after every write, rename, fsync and commit, and started again: nothing lost, doubled or half.

`BEIAN_EVERY_POINT=1` (`make chaos`) tries every point, otherwise some of each kind, by a seed. The process that is started
again is killed once more, somewhere, before one may come to its end.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.demo.dovecot import Dovecot
from pipeline.store.store import Store, open_store
from tests.path.demo_mails import pick
from tests.path.proofs import assert_numbers_run_on

SEED = 20181220
OF_EACH_KIND = 2
#: How many points a process that is started again passes at the most before it is done, more or less.
AGAIN = 80
#: Into the register, to a person (a paper is missing; a question), and ignored; all in one mailbox.
MAILS = pick(7, 13, 22, 24)
ADDRESS = "lfwlk2010@163.com"
USER, PASSWORD = "killed-at-every-point", "geheim-QRST5521"


@dataclass
class KilledIntake:
    process: subprocess.Popen[str]
    port: int

    def run(self, data_dir: Path, *, at: int = 0) -> dict[str, Any]:
        order = {"data_dir": str(data_dir), "at": at, "address": ADDRESS, "port": self.port}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(order | {"username": USER, "password": PASSWORD}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@pytest.fixture(scope="module")
def killed(mail_server: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KilledIntake]:
    folder = tmp_path_factory.mktemp("mails")
    mail_server.set_password(USER, PASSWORD)
    paths = []
    for mail in MAILS:
        mail_server.deliver(USER, mail.content, received=mail.received)
        paths.append(folder / mail.sha256)
        paths[-1].write_bytes(mail.content)
    command = [sys.executable, "-m", "tests.path.killed_intake", *map(str, paths)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield KilledIntake(process, mail_server.port)
        assert process.stdin
        process.stdin.close()


def _points(names: list[str]) -> list[int]:
    """The numbers of the points to try."""
    numbers = range(1, len(names) + 1)
    if os.environ.get("BEIAN_EVERY_POINT"):
        return list(numbers)
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    for number, name in zip(numbers, names, strict=True):
        kinds[name].append(number)
    rng = random.Random(SEED)
    return sorted(n for found in kinds.values() for n in rng.sample(found, min(OF_EACH_KIND, len(found))))


@pytest.mark.timeout(1800)
def test_a_kill_at_any_point_loses_and_doubles_nothing(killed: KilledIntake, tmp_path: Path) -> None:
    unharmed = killed.run(tmp_path / "unharmed")
    assert unharmed["status"] == 0
    _assert_whole(tmp_path / "unharmed")
    names = unharmed["points"]
    for kind in ("write", "fsync", "rename", "commit"):
        assert any(kind in name for name in names), kind
    rng = random.Random(SEED)
    for at in _points(names):
        data_dir, again = tmp_path / str(at), rng.randint(1, AGAIN)
        place = f"killed at point {at} ({names[at - 1]}), and at {again} when started again"
        assert killed.run(data_dir, at=at)["status"] == -signal.SIGKILL, place
        assert killed.run(data_dir, at=again)["status"] in (-signal.SIGKILL, 0), place
        assert killed.run(data_dir)["status"] == 0, place
        try:
            _assert_whole(data_dir)
        except AssertionError as error:
            raise AssertionError(place) from error
        shutil.rmtree(data_dir)


def _assert_whole(data_dir: Path) -> None:
    mails = {mail.sha256: mail for mail in MAILS}
    with open_store(f"sqlite:///{data_dir / 'beian.sqlite3'}", data_dir=data_dir) as store:
        assert sorted(store.archive) == sorted(mails)
        assert all(store.archive.load(sha256) == mail.content for sha256, mail in mails.items())
        assert sorted(mail.sha256 for mail in store.iter_kept()) == sorted(mails)
        rows = store.list_ledger(limit=100)
        assert sorted((row.sha256, row.outcome) for row in rows) == sorted((m.sha256, m.decision) for m in MAILS)
        equation = store.ledger_equation(ADDRESS)
        assert equation.holds
        assert (equation.listed, equation.waiting, equation.refused) == (len(mails), 0, 0)
        assert (equation.unaccounted, equation.missing_mails) == ((), ())
        _assert_cases(store)
    assert not any((data_dir / "archive" / "tmp").iterdir())


def _assert_cases(store: Store) -> None:
    records, cases = store.list_registry(limit=100), store.list_queue(limit=100)
    decisions = [mail.decision for mail in MAILS]
    assert (len(records), len(cases)) == (decisions.count("registered"), decisions.count("review"))
    assert_numbers_run_on(record.number for record in records)
    for case in (*records, *cases):
        kinds = [item.kind for item in store.history(case.case_id)]
        assert all(kinds.count(kind) <= 1 for kind in set(kinds)), kinds
    assert store.events.verify().whole
