"""Attempts to break out, run inside a confined process. Each says whether it was refused."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pipeline.sandbox.frame import JobReply
from pipeline.sandbox.job import Job


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
    }
    return attempts if may_exec else {**attempts, "starting a program": _execute}


def _refused(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


def _probe(header: bytes, *, may_exec: bool) -> JobReply:
    attempts = dict(_attempts(may_exec=may_exec))
    for path in json.loads(header).get("paths", ()):
        attempts[f"reading {path}"] = lambda path=path: os.close(os.open(path, os.O_RDONLY))  # type: ignore[misc]
    results = {name: _refused(attempt) for name, attempt in attempts.items()}
    return JobReply(record_json=json.dumps(results).encode())


SELFTEST_JOBS: Final[Mapping[str, Job]] = {
    "selftest": Job(run=lambda header, content: _probe(header, may_exec=False)),
    "selftest-exec": Job(run=lambda header, content: _probe(header, may_exec=True), may_exec=True),
}
