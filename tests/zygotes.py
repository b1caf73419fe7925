"""Zygotes forked from one that has loaded everything already, for tests that start the sandbox again and again.

Loading the libraries and the engines takes seconds of a processor, each time the same. A `Nursery` does it once, for all
processes of a test run; what a `Jail` gets from it is a process that is as a fresh zygote is after its start, with its own
control socket. How zygotes are started for real is shown by tests/sandbox, and by the services of tests/path that say so.

Tests that ask the readers themselves get them from there as well: see `tests.lent_engines`. Beside it lies what was read
already: see `tests.read_once`.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pipeline.sandbox import pool
from pipeline.sandbox.preparation import keep_for_good
from pipeline.sandbox.zygote import Zygote
from pipeline.sandbox.zygote import _load as load_all
from tests import read_once

MODULE = "pipeline.reading.jobs"
#: Whose jobs are loaded once; those of others are loaded by their zygote, which gets the engines all the same.
PROFILE = "langfang-2018"
#: Where the nursery of this test run listens, for its processes and those they fork `beian` from.
VARIABLE = "ZYGOTE_NURSERY"
#: In place of a module: no zygote, but the readers themselves.
READERS: Final = "readers"
_ROOT = Path(__file__).parents[1]
#: Everything may have to be loaded first, on a busy machine.
_START_SECONDS = 120.0
_ENGINES_WANTED = b"e"
_AT_ONCE: Final = "at-once"


class Nursery:
    """The socket of a process that begins to load when it is first asked, and ends with the process that made it.

    `at_once`: it loads everything first of all, so that whoever asks waits for the engines and nobody loads his own.
    """

    def __init__(self, *, at_once: bool = False) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="nursery-")
        self.path = Path(self._folder.name) / "socket"
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(str(self.path))
        self._listener.listen(64)
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-s",
                "-m",
                __name__,
                str(self._listener.fileno()),
                *([_AT_ONCE] if at_once else []),
            ],
            pass_fds=(self._listener.fileno(),),
            env={**pool.environment(), "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._listener.close()

    def close(self) -> None:
        """End it, and with it whatever it is loading; zygotes end with whoever has them."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=_START_SECONDS)
        self._folder.cleanup()


def use(path: str) -> Callable[[], None]:
    """From now on every `Jail` of this process for documents gets its zygote there, and reads a file only if no other has;
    returns what ends that."""
    real, usual = pool._ZygoteProcess, _surroundings()
    read_anew = read_once.use(Path(path).parent / "readings")

    def start(command: Sequence[str]) -> pool._ZygoteProcess:
        module, profile = command[0], command[-1]
        # A relative path means something in this folder only.
        named = profile.replace("-", "").isalnum() or Path(profile).is_absolute()
        return _Forked(path, profile) if module == MODULE and named and _surroundings() == usual else real(command)

    def end() -> None:
        vars(pool)["_ZygoteProcess"] = real
        read_anew()

    vars(pool)["_ZygoteProcess"] = start
    return end


def _surroundings() -> dict[str, str]:
    """What a zygote would know of the environment, without what makes no difference to it: a home of its own, which tests
    give, and where OpenCV, once imported, has added its own folder."""
    return {name: value for name, value in pool.environment().items() if name not in ("HOME", "LD_LIBRARY_PATH")}


class _Forked(pool._ZygoteProcess):
    """As the class it is made from; only the process behind it was not started by this one."""

    def __init__(self, path: str, profile: str) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = ask(path, MODULE, profile, theirs)
        self._lock = threading.Lock()
        vars(self)["_process"] = process
        self._await_ready()


def ask(path: str, module: str, profile: str, theirs: socket.socket) -> Elsewhere:
    """A process of the nursery that works where this one does and talks through `theirs`."""
    order = {"module": module, "profile": profile, "folder": str(Path.cwd())}
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asking:
        asking.connect(path)
        socket.send_fds(asking, [json.dumps(order).encode()], [theirs.fileno()])
        asking.settimeout(_START_SECONDS)
        pid, (pidfd,), _, _ = socket.recv_fds(asking, 64, 1)
    return Elsewhere(int(pid), pidfd)


class Elsewhere:
    """What `Popen` offers of a process, for one that is nobody's child here."""

    def __init__(self, pid: int, pidfd: int) -> None:
        self.pid = pid
        self._pidfd = pidfd

    def __del__(self) -> None:
        os.close(self._pidfd)

    def poll(self) -> int | None:
        return 0 if select.select([self._pidfd], [], [], 0)[0] else None

    def wait(self, timeout: float | None = None) -> None:
        if not select.select([self._pidfd], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("zygote", timeout or 0)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)


class _Keeper:
    """The process that loads once and forks."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._wanted, self._want = os.pipe()
        self._jobs: Any = None
        self._engines: Any = None

    def load_everything(self) -> None:
        """Before anybody asks."""
        self._load_jobs()
        self._load_engines()

    def serve(self) -> None:
        """Until the process that made it, which holds the other end of the standard input, is gone."""
        while True:
            _reap()
            ready, _, _ = select.select([self._listener, self._wanted, 0], [], [])
            if self._listener in ready:
                # Who asked may have been killed meanwhile; its zygote ends with the other end of its socket.
                with suppress(OSError, ValueError):
                    self._fork(self._listener.accept()[0])
            elif self._wanted in ready:
                os.read(self._wanted, 4096)
                self._load_engines()
            else:
                return

    def _fork(self, asking: socket.socket) -> None:
        """Raises OSError or ValueError when whoever asked is gone."""
        self._load_jobs()
        with asking:
            raw, (descriptor,), _, _ = socket.recv_fds(asking, 4096, 1)
            order = json.loads(raw)
            if order["module"] == READERS:
                self._load_engines()
            with socket.socket(fileno=descriptor) as theirs:
                pid = os.fork()
                if pid == 0:
                    asking.close()
                    self._become(theirs, **order)
                _tell(asking, pid)

    def _load_jobs(self) -> None:
        if self._jobs is not None:
            return
        from pipeline.sandbox.confinement import load_layers

        load_layers()
        import pipeline.reading.jobs

        vars(pipeline.reading.jobs)["load_engines"] = self._give_engines
        self._jobs = pipeline.reading.jobs.load_jobs([PROFILE])
        keep_for_good()

    def _load_engines(self) -> None:
        """With all shapes met, so that no zygote has to."""
        if self._engines is None:
            from pipeline.extract.engines import load_engines

            self._engines = load_engines()
            for _ in self._engines.warm_up():
                pass
            for reader in (self._engines.main, self._engines.third):
                vars(reader)["warm_up"] = lambda: iter(())
            keep_for_good()

    def _give_engines(self) -> Any:
        """In a zygote: those that were loaded before it was forked; else its own, and the next one's are loaded meanwhile."""
        from pipeline.extract.engines import load_engines

        if self._engines is None:
            os.write(self._want, _ENGINES_WANTED)
        return self._engines or load_engines()

    def _become(self, theirs: socket.socket, *, module: str, profile: str, folder: str) -> None:
        """Never returns."""
        try:
            os.setsid()
            os.chdir(folder)
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
            self._listener.close()
            if module == READERS:
                from tests.lent_engines import lend

                lend(self._engines, theirs)
            else:
                jobs = self._jobs if profile == PROFILE else load_all(theirs, module, [profile])
                Zygote(theirs, jobs).serve()
        finally:
            os._exit(0)


def _tell(asking: socket.socket, pid: int) -> None:
    pidfd = os.pidfd_open(pid)
    try:
        socket.send_fds(asking, [str(pid).encode()], [pidfd])
    finally:
        os.close(pidfd)


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main(arguments: Sequence[str]) -> None:
    """The listener's number, and perhaps that everything is to be loaded at once."""
    os.environ.pop("GLIBC_TUNABLES", None)  # for this process only, not for the programs of its zygotes
    keeper = _Keeper(socket.socket(fileno=int(arguments[0])))
    if _AT_ONCE in arguments:
        keeper.load_everything()
    keeper.serve()


if __name__ == "__main__":
    main(sys.argv[1:])
