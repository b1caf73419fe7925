"""A file is read once in a test run: when the sandbox is asked the same again, its first reply is given.

The same job of the same code with the same programs, asked the same about the same bytes, within limits that no sample comes
near. Reading pictures is most of what the tests cost, and one scan is enclosed by many of their mails, under many names: a
name is how findings call a file, so a reading without findings is that of the file under any name. Readers are real each
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

from pipeline.ingest.sniff import sniff
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
        asked = {"media": None, "name": None} | json.loads(header)
        asked.pop("seconds", None)  # wide limits, whichever they are
        # As the job does itself, which is told the type of what came by mail and finds out that of a file.
        media, name = asked.pop("media") or sniff(content), asked.pop("name")
        alike = _digest(jail._command, jail._strict, job, asked, media, os.environ.get("PATH"), content=content)
        return _once(folder / alike, folder / _digest(alike, name), ask)

    def end() -> None:
        Jail.run = REAL  # type: ignore[method-assign]

    Jail.run = run  # type: ignore[method-assign]
    return end


def _is_narrow(jail: Jail) -> bool:
    return jail.wall_seconds < _LEAST_SECONDS or jail._memory_bytes < _LEAST_BYTES


def _digest(*asked: object, content: bytes = b"") -> str:
    return hashlib.sha256(json.dumps(asked).encode() + content).hexdigest()


def _once(alike: Path, named: Path, ask: Callable[[], JobReply]) -> JobReply:
    """What lies in one of the two, else what is answered: kept in `named` if the file's name may stand in it.

    Nobody waits for another who asks the same just now.
    """
    with alike.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return ask()
        for kept in (alike, named):
            if kept.exists():
                return unpack_reply(kept.read_bytes())
        reply = ask()
        part = alike.with_suffix(".part")
        part.write_bytes(b"".join(pack_reply(reply)))
        part.rename(named if _has_findings(reply) else alike)
        return reply


def _has_findings(reply: JobReply) -> bool:
    reading = json.loads(reply.record_json).get("reading")
    return bool(reading and reading["findings"])
