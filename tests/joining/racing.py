"""What the tests run in processes of their own."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from sqlalchemy import event

from pipeline.profile.load import load_profile
from pipeline.store.store import open_store
from tests.joining.post import Letter, commit

_PROFILE = load_profile("langfang-2018")


def decide(url: str, data_dir: str, letter: Letter, message_id: int) -> str:
    """Decide a mail that waits; returns its outcome."""
    with open_store(url, data_dir=Path(data_dir)) as store:
        return commit(store, _PROFILE, letter, message_id).outcome.value


def decide_and_die(url: str, data_dir: str, letter: Letter, message_id: int, statements: int) -> None:
    """The same, killed before the statement of that number of the commit's transaction."""
    store = open_store(url, data_dir=Path(data_dir))
    seen = iter(range(10_000))

    def count(*_: object) -> None:
        if next(seen) >= statements:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store._database.engine, "before_cursor_execute", count)
    commit(store, _PROFILE, letter, message_id)
