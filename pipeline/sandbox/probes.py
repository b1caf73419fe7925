"""Attempts to break out, run inside a confined process. Each says whether it was refused."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import socket
import stat
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from pipeline.sandbox.frame import JobReply
from pipeline.sandbox.job import Job

_FCNTL: Final = {"x86_64": 72, "aarch64": 25}.get(os.uname().machine, -1)


def _open_socket() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()


def _open_unix_socket() -> None:
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close()


def _read_accounts() -> None:
    Path("/etc/passwd").read_bytes()


def _read_parent_environment() -> None:
    Path(f"/proc/{os.getppid()}/environ").read_bytes()


def _write_file() -> None:
    Path("/var/tmp/beian-probe").write_bytes(b"x")  # noqa: S108 - the attempt is the point


def _signal_parent() -> None:
    os.kill(os.getppid(), 0)


def _queue_signal_for_parent() -> None:
    """Not by `kill`; number 0 asks only whether one may."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.sigqueue(os.getppid(), 0, None) != 0:
        raise OSError(ctypes.get_errno(), "sigqueue")


def _have_kernel_signal_parent() -> None:
    """By a pipe that the parent is made owner of. The number's upper half, which the kernel ignores, is set."""
    libc = ctypes.CDLL(None, use_errno=True)
    reading, writing = os.pipe()
    try:
        if libc.syscall(_FCNTL, reading, ctypes.c_long(fcntl.F_SETOWN | 1 << 32), os.getppid()) < 0:
            raise OSError(ctypes.get_errno(), "F_SETOWN")
    finally:
        os.close(reading)
        os.close(writing)


def _reach_limits_of_parent() -> None:
    resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)


def _execute() -> None:
    os.execv("/bin/true", ["true"])  # noqa: S606 - the attempt is the point


def _attempts(*, may_exec: bool) -> Mapping[str, Callable[[], None]]:
    attempts = {
        "network": _open_socket,
        "local sockets": _open_unix_socket,
        "reading /etc/passwd": _read_accounts,
        "reading another process": _read_parent_environment,
        "writing a file": _write_file,
        "signalling the parent": _signal_parent,
        "queueing a signal": _queue_signal_for_parent,
        "having the kernel signal": _have_kernel_signal_parent,
        "reaching another's limits": _reach_limits_of_parent,
    }
    return attempts if may_exec else {**attempts, "starting a program": _execute}


def _read(path: str) -> None:
    os.close(os.open(path, os.O_RDONLY))


def _truncate(path: str) -> None:
    """To the size that it has: where this is let through, nothing is lost."""
    file = Path(path)
    if file.is_dir():
        raise IsADirectoryError(path)
    os.truncate(file, file.stat().st_size)


def _set_mode(path: str) -> None:
    """To the mode that it has."""
    Path(path).chmod(stat.S_IMODE(Path(path).stat().st_mode))


def _refused(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


def _probe(header: bytes, *, may_exec: bool) -> JobReply:
    attempts = dict(_attempts(may_exec=may_exec))
    for path in json.loads(header).get("paths", ()):
        attempts[f"reading {path}"] = partial(_read, path)
        attempts[f"emptying {path}"] = partial(_truncate, path)
        attempts[f"opening {path} to others"] = partial(_set_mode, path)
    results = {name: _refused(attempt) for name, attempt in attempts.items()}
    return JobReply(record_json=json.dumps(results).encode())


SELFTEST_JOBS: Final[Mapping[str, Job]] = {
    "selftest": Job(run=lambda header, content: _probe(header, may_exec=False)),
    "selftest-exec": Job(run=lambda header, content: _probe(header, may_exec=True), may_exec=True),
}
