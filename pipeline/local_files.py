"""Files of this machine that a person names on the command line."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def load_file(path: Path, *, limit_bytes: int) -> bytes | None:
    """A regular file's bytes, None when there are more than the limit. Raises OSError, whose `strerror` says why.

    A pipe or a device is refused without waiting for what may never come out of it.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "is not a regular file", str(path))
        if found.st_size > limit_bytes:
            return None
        # Asked for so many bytes, the library makes room for as many: ask for what is there.
        content = file.read(found.st_size + 1)
        if len(content) > found.st_size:
            content += file.read(limit_bytes + 1 - len(content))
    return content if len(content) <= limit_bytes else None
