"""What the tests run in processes of their own: each opens the store for itself."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import event

from pipeline.domain.decision import MailDecision
from pipeline.profile.load import load_profile
from pipeline.store.archive import BlobArchive
from pipeline.store.errors import AccountTakenError, StoreError
from pipeline.store.keyring import load_or_create_keyring
from pipeline.store.migration import known_steps
from pipeline.store.store import Store, open_store
from tests.store.filings import NOW, case, doubt, mail, submission

_PROFILE = load_profile("langfang-2018")
_CONTEXT = get_context("forkserver")
#: Whatever a process would import, and with it load, for itself.
_CONTEXT.set_forkserver_preload(
    [
        "psycopg",
        "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite.pysqlite",
        "tests.store.processes",
        "tests.joining.racing",
        "tests.notices.processes",
        "tests.people.processes",
        "tests.register.processes",
    ]
)
# Found once for all processes forked from the one that loads this.
known_steps().get_current_head()


def call_in_process(function: Callable[..., Any], *arguments: object, expected: int = 0) -> Any:
    """Run `function` alone in a process and return what it returns."""
    (result,) = call_in_processes(function, [arguments], expected=expected)
    return result


def call_in_processes(function: Callable[..., Any], calls: list[tuple[object, ...]], *, expected: int = 0) -> list[Any]:
    """Run `function` once for each tuple of arguments, all at the same time; None for a process that was killed."""
    running = []
    for arguments in calls:
        mine, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_report, args=(theirs, function, arguments))
        process.start()
        theirs.close()
        running.append((process, mine))
    results = []
    for process, pipe in running:
        try:
            results.append(pipe.recv())
        except EOFError:
            results.append(None)
        process.join()
        assert process.exitcode == expected
    return results


def _report(pipe: Connection, function: Callable[..., Any], arguments: tuple[object, ...]) -> None:
    pipe.send(function(*arguments))


def _archive(folder: Path) -> BlobArchive:
    archive = BlobArchive(folder / "archive", load_or_create_keyring(folder / "key"))
    archive.prepare()
    return archive


def keep_and_die(folder: Path) -> None:
    def dying() -> Iterator[bytes]:
        yield b"x" * 1_000_000
        os.kill(os.getpid(), signal.SIGKILL)

    _archive(folder).keep(dying())


def keep_under_limit(folder: Path) -> str:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    archive = _archive(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    try:
        archive.keep([b"x" * 1_000_000])
    except StoreError as error:
        return type(error).__name__
    return "kept"


def keep_zeros(folder: Path, size: int) -> int:
    """By how many bytes the process grew at most while it kept that many."""
    archive = _archive(folder)
    archive.keep([b"warm"])
    (next(iter(folder.glob("archive/??/*")))).unlink()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    archive.keep(bytes(65536) for _ in range(size // 65536))
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


def claim_everything(url: str, folder: Path, owner: str) -> list[int]:
    """The ids of the mails this process got."""
    claimed = []
    with open_store(url, data_dir=folder) as store:
        while waiting := store.work.claim(owner, now=NOW, lease_seconds=600):
            claimed.append(waiting.message_id)
    return claimed


def claim_one(url: str, folder: Path, owner: str) -> int | None:
    with open_store(url, data_dir=folder) as store:
        waiting = store.work.claim(owner, now=NOW, lease_seconds=600)
        return waiting.message_id if waiting else None


def register_everything(url: str, folder: Path, owner: str, same_account: bool) -> list[str]:
    """Claim and register until nothing waits, each mail's account its own or all the same; returns the numbers."""
    numbers = []
    with open_store(url, data_dir=folder) as store:
        while waiting := store.work.claim(owner, now=NOW, lease_seconds=600):
            name = "同一个账号" if same_account else f"账号{waiting.message_id}"
            decision = mail(case(name=name))
            try:
                done = _commit(store, waiting.message_id, owner, decision)
            except AccountTakenError:
                done = _commit(store, waiting.message_id, owner, mail(case(doubt(), name=name)))
            numbers += [item.number for item in done.cases if item.number]
    return numbers


def commit_and_die(url: str, folder: Path, owner: str, statements: int) -> bool:
    """Commit a mail with two cases; the process is killed before that many statements more. True: it lived."""
    with open_store(url, data_dir=folder) as store:
        waiting = store.work.claim(owner, now=NOW, lease_seconds=600)
        assert waiting is not None
        left = statements

        def count(*arguments: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(store._database.engine, "before_cursor_execute", count)
        event.listen(store._database.engine, "commit", count)
        _commit(store, waiting.message_id, owner, mail(case(), case(doubt(), name="另一个")))
    return True


def open_and_close(url: str, folder: Path) -> str:
    with open_store(url, data_dir=folder) as store:
        return store.events.head().mac


def _commit(store: Store, message_id: int, owner: str, decision: MailDecision) -> Any:
    return store.cases.commit_decision(message_id, owner, decision, submission=submission(), profile=_PROFILE, now=NOW)
