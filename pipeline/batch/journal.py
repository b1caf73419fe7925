"""What a batch run has worked through so far, so that an interrupted one can go on."""

from __future__ import annotations

import os
from pathlib import Path


class Journal:
    """A run's results by the digest of what they are about; the file is gone when the run is complete.

    `conditions` is a digest of all that the results depend on. Results that were made under others are
    dropped: they might no longer be true. The file holds one line for the conditions and one for each
    result; a line that a kill cut off does not count.
    """

    def __init__(self, path: Path, conditions: str) -> None:
        self._path = path
        self._head = conditions.encode("ascii")
        self._results = self._load()
        self.resumed = len(self._results)
        self.complete = False

    def __contains__(self, digest: str) -> bool:
        return digest.encode() in self._results

    def result(self, digest: str) -> bytes:
        """What was noted for it. Raises KeyError."""
        return self._results[digest.encode()]

    def add(self, digest: str, result: bytes) -> None:
        """Note a result; one line, without a line end in it."""
        self._append(b"%b %b\n" % (digest.encode(), result))

    def finish(self) -> None:
        """The run is complete."""
        self._path.unlink(missing_ok=True)
        self.complete = True

    def restart(self) -> None:
        """Forget what an earlier run noted."""
        self._path.unlink(missing_ok=True)
        self._results, self.resumed = {}, 0

    def _append(self, line: bytes) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with open(descriptor, "ab", buffering=0) as file:
            # One write each, so that a kill can cut off nothing but the end.
            file.write(line if os.fstat(descriptor).st_size else self._head + b"\n" + line)

    def _load(self) -> dict[bytes, bytes]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        head, *lines = content[: content.rfind(b"\n") + 1].splitlines() or [b""]
        if head != self._head:
            self._path.unlink()
            return {}
        os.truncate(self._path, content.rfind(b"\n") + 1)
        return dict(line.split(b" ", 1) for line in lines)
