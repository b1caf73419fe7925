"""Jobs that behave and misbehave, run in real confined processes."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

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
    del arguments
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    plain = (_echo, _hoard, _spin, _sleep, _flood, _die, _raise, _environment, _fork)
    jobs = {function.__name__.strip("_"): Job(run=function) for function in plain}
    may_exec = {"orphan": _orphan, "litter": _litter}
    prepared = {
        "steps": Job(run=_steps, prepare=_prepare),
        "unprepared": Job(run=_steps),
        "unpreparable": Job(run=_steps, prepare=_prepare_badly),
    }
    return jobs | prepared | {name: Job(run=run, may_exec=True) for name, run in may_exec.items()}
