"""A short run, so that a change that loses mail shows at once; `make chaos` runs for minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.demo.dovecot import Dovecot, is_installed
from tests.chaos.mails import make_mails
from tests.chaos.run import SHORT, run
from tests.path.processes import still_alive

SEED = 20181226


def test_a_short_run_loses_doubles_and_damages_nothing(tmp_path: Path) -> None:
    if not is_installed():
        pytest.skip("needs the Debian package dovecot-imapd")
    with Dovecot({}) as server:
        outcome = run(server, tmp_path / "site", size=SHORT, seed=SEED)
    said = "\n".join(outcome.lines())
    assert outcome.holds, said
    assert (outcome.mails, outcome.kills >= SHORT.kills, outcome.cuts >= SHORT.cuts) == (SHORT.mails, True, True), said
    assert outcome.records >= 1, said
    assert still_alive([], tmp_path / "site" / "home", seconds=30) == []


def test_the_same_seed_gives_the_same_mails() -> None:
    first, second, other = (list(make_mails(25, seed)) for seed in (1, 1, 2))
    assert first == second
    assert [mail.sha256 for mail in first] != [mail.sha256 for mail in other]
    assert len({mail.received for mail in first}) == 25
