"""A file is read once in a test run: when the sandbox is asked the same again, its first reply is given.

The same job of the same code with the same programs, asked the same about the same bytes, within limits that no sample comes
near. Reading pictures is most of what the tests cost, and one scan is enclosed by many of their mails. Readers are real each
time in tests/sandbox and tests/extract, in services that load everything themselves, and wherever a test sets narrow limits.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipeline.sandbox.frame import JobReply, pack_reply, unpack_reply
from pipeline.sandbox.pool import Jail

#: As it is outside of tests.
REAL = Jail.run
_JOBS = ("convert", "read_pictures")
#: Narrower limits are what a test is about.
_LEAST_SECONDS = 60.0
_LEAST_BYTES = 3072 << 20


def use(folder: Path) -> Callable[[], None]:
    """From now on in this process; `folder` is where replies lie for all processes. Returns what ends that."""
    folder.mkdir(exist_ok=True)

    def run(jail: Jail, job: str, header: bytes, content: bytes, *, wholly: bool = False) -> JobReply:
        ask = partial(REAL, jail, job, header, content, wholly=wholly)
        if job not in _JOBS or not content or _is_narrow(jail):
            return ask()
        return _once(folder / _key(jail, job, header, content), ask)

    def end() -> None:
        Jail.run = REAL  # type: ignore[method-assign]

    Jail.run = run  # type: ignore[method-assign]
    return end


def _is_narrow(jail: Jail) -> bool:
    return jail._wall_seconds < _LEAST_SECONDS or jail._memory_bytes < _LEAST_BYTES


def _key(jail: Jail, job: str, header: bytes, content: bytes) -> str:
    asked = (jail._command, jail._strict, job, header.decode(), os.environ.get("PATH"))
    return hashlib.sha256(json.dumps(asked).encode() + content).hexdigest()


def _once(kept: Path, ask: Callable[[], JobReply]) -> JobReply:
    """What lies in `kept`, else what is answered. Nobody waits for another who asks the same just now."""
    with kept.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return ask()
        if kept.exists():
            return unpack_reply(kept.read_bytes())
        reply = ask()
        part = kept.with_suffix(".part")
        part.write_bytes(b"".join(pack_reply(reply)))
        part.rename(kept)
        return reply
