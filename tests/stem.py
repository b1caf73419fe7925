"""A process with everything of `beian` imported, which forks a child for each command: the child is `beian` from then on.

Importing would be most of a short life: of a test's time, and a kill there proves nothing. Orders and answers are lines of
JSON; only this process kills its children, so that no other process can be hit by a number that was used again.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, NoReturn

from tests import powers, quick_hashes, quick_tables, zygotes
from tests.beside import begin

_COMMANDS = "pipeline.cli"
_IMPORTED = (
    "PIL.Image",
    "alembic.command",
    "alembic.runtime.migration",
    "encodings.unicode_escape",
    "encodings.utf_8_sig",
    "openpyxl",
    "phonenumbers.data.region_CN",
    "psycopg",
    "rich._emoji_codes",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "sqlalchemy.dialects.postgresql.psycopg",
    "pipeline.post.correspondence",
    "pipeline.cases.deciding",
    "pipeline.post.dispatching",
    "pipeline.reports.figures",
    "pipeline.configuration.logs",
    "pipeline.batch.lookahead",
    "pipeline.service.polling",
    "pipeline.post.rounds",
    "pipeline.service.processing",
    "pipeline.profile.load",
    "pipeline.service.pulse",
    "pipeline.reading.reader",
    "pipeline.reports.register_files",
    "pipeline.service.reconciling",
    "pipeline.post.reminding",
    "pipeline.sandbox.pool",
    "pipeline.sandbox.selftest",
    "pipeline.store.store",
    "pipeline.watch.messenger",
    "pipeline.watch.rhythms",
    "pipeline.watch.status",
    "pipeline.watch.watching",
    "pipeline.wiring",
    "typer._adapters",
    "typer._click.decorators",
)
_PROFILE = "langfang-2018"
_LOOK_SECONDS = 0.002


def _become(order: dict[str, Any]) -> int:
    """Run a command in this process, which was just forked. `hours` is how much later it is there."""
    from pipeline.cli.app import run

    if order["hours"]:
        from pipeline import wiring

        later = timedelta(hours=order["hours"])
        vars(wiring)["utc_now"] = lambda: datetime.now(UTC) + later
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    os.dup2(os.open(order["input"] or os.devnull, os.O_RDONLY), 0)
    for descriptor, path in ((1, order["output"]), (2, order["log"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), descriptor)
    sys.stdin = open(0, encoding="utf-8", closefd=False)
    sys.stdout.reconfigure(line_buffering=sys.stdout.isatty())  # type: ignore[union-attr]
    if order["powerless"]:
        powers.give_up()
    sys.argv = ["beian", *order["arguments"]]
    return run(order["arguments"])


def _status(order: dict[str, Any]) -> int:
    """The command's exit status; of what it raises, what an interpreter would say and return."""
    try:
        return _become(order)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - as an interpreter: it says whatever was raised, and ends
        sys.excepthook(*sys.exc_info())
        return 1


def _end(status: int) -> NoReturn:
    """End this process as an interpreter does, but for taking every module apart: that took half of a short life."""
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if not stream.closed:
            stream.flush()
    os._exit(status)


def _carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """The child's exit status, a negative signal as usual, and how long it lived; of one beside the test nothing yet."""
    if "beside" in order:
        return begin(order, _become)
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _end(_status(order))
    with _ended_together(pid):
        status = _waited_for(pid, None if order["kill_after"] is None else began + order["kill_after"])
    return {"status": os.waitstatus_to_exitcode(status), "seconds": time.monotonic() - began}


def _waited_for(pid: int, ends_at: float | None) -> int:
    """The status a child ended with, for which it has time until then."""
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return status
        if ends_at is not None and time.monotonic() >= ends_at:
            os.kill(pid, signal.SIGKILL)
            ends_at = None
        time.sleep(_LOOK_SECONDS)


@contextmanager
def _ended_together(pid: int) -> Iterator[None]:
    """SIGTERM ends the child that is waited for, and then this process."""

    def end(*_: object) -> NoReturn:
        os.kill(pid, signal.SIGKILL)
        os._exit(1)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _know_everything() -> None:
    """Import, and make, what each command would import and make anew, and what does not depend on its surroundings."""
    for name in _IMPORTED:
        import_module(name)
    commands = import_module(_COMMANDS)
    for module in pkgutil.iter_modules(commands.__path__, f"{_COMMANDS}."):
        import_module(module.name)
    import_module(f"{_COMMANDS}.app").command()
    import_module("sqlalchemy.orm").configure_mappers()
    # Its templates are kept once they are compiled; the profile itself is read anew.
    import_module("pipeline.profile.load").load_profile(_PROFILE)
    quick_tables.use()
    quick_tables.learn()


def main() -> None:
    """Until there are no more orders."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    _know_everything()
    quick_hashes.use()
    if zygotes.VARIABLE in os.environ:
        zygotes.use(os.environ[zygotes.VARIABLE])
    gc.collect()
    gc.freeze()  # no child has to look through what is loaded
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_carry_out(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
