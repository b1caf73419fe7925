"""`beian` run beside the test, by a fork of a process that has imported everything already: see `tests.stem`."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.forked import shared_stem

_BEGIN_SECONDS = 60.0
_watchers: list[int] = []


class Beside:
    """A running `beian`, with what `subprocess.Popen` offers of one. Its standard error goes to the end of `log`."""

    def __init__(
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], output: Path, log: Path
    ) -> None:
        self._output = output
        self.returncode: int | None = None
        order = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": str(folder),
            "hours": 0.0,
            "input": None,
            "log": str(log),
            "output": str(output),
            "powerless": False,
        }
        with tempfile.TemporaryDirectory(prefix="beside-") as place, socket.socket(socket.AF_UNIX) as listener:
            path = f"{place}/socket"
            listener.bind(path)
            listener.listen(1)
            listener.settimeout(_BEGIN_SECONDS)
            for file in (output, log):
                file.touch(mode=0o600)
            lock, stem = shared_stem()
            with lock:
                stem.give({**order, "beside": path})
            self._line, _ = listener.accept()
        pid, (self._pidfd,), _, _ = socket.recv_fds(self._line, 64, 1)
        self.pid = int(pid)

    def __del__(self) -> None:
        with suppress(AttributeError):  # it did not begin
            os.close(self._pidfd)

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(timeout=0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("beian", timeout or 0)
            self.returncode = int(self._line.recv(64))
            self._line.close()
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, None]:
        """What it said, once it has ended."""
        self.wait(timeout)
        return self._output.read_text(encoding="utf-8"), None

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def begin(order: dict[str, Any], become: Callable[[dict[str, Any]], int]) -> dict[str, Any]:
    """In the stem: the command as the child of a process that does nothing but to wait for it and to tell its end."""
    for ended in [pid for pid in _watchers if os.waitpid(pid, os.WNOHANG)[0]]:
        _watchers.remove(ended)
    watcher = os.fork()
    if watcher:
        _watchers.append(watcher)
        return {"status": 0}
    pid = os.fork()
    if pid == 0:
        # As in the stem: this ends the child as the interpreter ends any process.
        raise SystemExit(become(order))
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(order["beside"])
        pidfd = os.pidfd_open(pid)
        socket.send_fds(line, [str(pid).encode()], [pidfd])
        os.close(pidfd)
        _, status = os.waitpid(pid, 0)
        with suppress(OSError):  # nobody wants to know any more
            line.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)
