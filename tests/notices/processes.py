"""What the tests run in processes of their own."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import event

from pipeline.notices.account import SmtpAccount
from pipeline.post.dispatching import Dispatcher
from pipeline.profile.load import load_profile
from pipeline.store.store import open_store

NOW = datetime(2018, 12, 16, 6, 0, tzinfo=UTC)


def send_and_die(
    url: str, folder: Path, account: SmtpAccount, owner: str, pid_file: Path | None, commits: int | None
) -> bool:
    """Send what is released; killed by the server, or before that many commits more. True: it lived."""
    if pid_file is not None:
        pid_file.write_text(str(os.getpid()))
    with open_store(url, data_dir=folder) as store:
        left = commits

        def count(*arguments: object) -> None:
            nonlocal left
            if left is not None:
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        event.listen(store._database.engine, "commit", count)
        dispatcher = Dispatcher(
            store=store,
            profile=load_profile("langfang-2018"),
            accounts={"sanhe": account},
            clock=lambda: NOW,
            owner=owner,
            is_alive=lambda other: other == owner,
        )
        dispatcher.send_released()
    return True
