"""Jobs that behave and misbehave, run in real confined processes."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.sandbox import confinement
from pipeline.sandbox.frame import JobReply
from pipeline.sandbox.job import Job


def _echo(header: bytes, content: bytes) -> JobReply:
    return JobReply(record_json=header, blobs=(content, content[::-1]))


def _hoard(header: bytes, content: bytes) -> JobReply:
    kept = [bytearray(16 * 1024 * 1024) for _ in range(1000)]
    return JobReply(record_json=json.dumps(len(kept)).encode())


def _spin(header: bytes, content: bytes) -> JobReply:
    while True:
        pass


def _sleep(header: bytes, content: bytes) -> JobReply:
    time.sleep(3600)
    return JobReply(record_json=b"null")


def _doze(header: bytes, content: bytes) -> JobReply:
    time.sleep(2)
    return JobReply(record_json=b'"woke"')


def _flood(header: bytes, content: bytes) -> JobReply:
    return JobReply(record_json=b"null", blobs=(bytes(600 * 1024 * 1024),))


def _die(header: bytes, content: bytes) -> JobReply:
    os._exit(7)


def _raise(header: bytes, content: bytes) -> JobReply:
    raise ValueError("131003198001011234")


def _environment(header: bytes, content: bytes) -> JobReply:
    return JobReply(record_json=json.dumps(dict(os.environ)).encode())


def _orphan(header: bytes, content: bytes) -> JobReply:
    """Starts a program that outlives its job, and says its pid."""
    import subprocess

    process = subprocess.Popen(["/bin/sleep", "3600"], close_fds=True)
    return JobReply(record_json=json.dumps(process.pid).encode())


def _litter(header: bytes, content: bytes) -> JobReply:
    """Writes a file of the name it is given into its scratch folder and never ends."""
    Path(header.decode()).write_bytes(content)
    return _sleep(header, content)


def _fork(header: bytes, content: bytes) -> JobReply:
    try:
        pid = os.fork()
    except OSError:
        return JobReply(record_json=b'"refused"')
    if pid == 0:
        os._exit(0)
    return JobReply(record_json=b'"forked"')


def _reach_out(header: bytes, content: bytes) -> JobReply:
    """Tries everything against a process and a file of the same account, and says what was let through."""
    order = json.loads(header)
    pid, path = int(order["pid"]), order["path"]
    libc = ctypes.CDLL(None, use_errno=True)

    def call(done: int) -> None:
        if done < 0:
            raise OSError(ctypes.get_errno(), "refused")

    def own_a_pipe() -> None:
        reading, _ = os.pipe()
        fcntl.fcntl(reading, fcntl.F_SETOWN, pid)

    attempts = {
        "chmod": lambda: Path(path).chmod(0o666),
        "fchmodat2": lambda: call(libc.syscall(452, -100, path.encode(), 0o666, 0)),
        "truncate": lambda: os.truncate(path, 0),
        "utime": lambda: os.utime(path, (0, 0)),
        "sigqueue": lambda: call(libc.sigqueue(pid, signal.SIGTERM, None)),
        "F_SETOWN": own_a_pipe,
        "prlimit": lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0)),
        "setpriority": lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
        "sched_setaffinity": lambda: os.sched_setaffinity(pid, {0}),
    }
    let_through = []
    for name, attempt in attempts.items():
        with contextlib.suppress(OSError):
            attempt()
            let_through.append(name)
    return JobReply(record_json=json.dumps(let_through).encode())


def _nest(header: bytes, content: bytes) -> JobReply:
    """Folders in folders, with a file at the bottom, and one that its owner may not look into."""
    Path("closed").mkdir(mode=0)
    for _ in range(int(header)):
        Path("in").mkdir()
        os.chdir("in")
    Path("piece").write_bytes(content)
    return JobReply(record_json=json.dumps(os.environ["TMPDIR"]).encode())


STEPS: list[str] = []


def _prepare() -> Iterator[None]:
    STEPS.append("loaded")
    yield
    for number in range(3):
        STEPS.append(f"warm {number}")
        yield


def _steps(header: bytes, content: bytes) -> JobReply:
    """What had been prepared before this child was made."""
    return JobReply(record_json=json.dumps(STEPS).encode())


def _prepare_badly() -> Iterator[None]:
    raise RuntimeError("no engine here; install it")
    yield


def load_jobs(arguments: Sequence[str]) -> Mapping[str, Job]:
    if "landlock of Linux 6.1" in arguments:
        confinement.landlock_version = lambda: 2
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    plain = (_echo, _hoard, _spin, _sleep, _doze, _flood, _die, _raise, _environment, _fork, _reach_out)
    jobs = {function.__name__.strip("_"): Job(run=function) for function in plain}
    may_exec = {"orphan": _orphan, "litter": _litter, "nest": _nest, "reach_out_exec": _reach_out}
    prepared = {
        "steps": Job(run=_steps, prepare=_prepare),
        "unprepared": Job(run=_steps),
        "unpreparable": Job(run=_steps, prepare=_prepare_badly),
    }
    return jobs | prepared | {name: Job(run=run, may_exec=True) for name, run in may_exec.items()}
