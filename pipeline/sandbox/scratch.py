"""Removing what a reading process left in its scratch folder, however it left it."""

from __future__ import annotations

import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

_OWN_MODE: Final = 0o700
#: So long the other documents may wait for it; what is left is removed piece by piece, while nothing else is to be done.
_AT_ONCE_SECONDS: Final = 0.2


def make_scratch() -> Path:
    """A new folder that nobody else can look into."""
    return Path(tempfile.mkdtemp(prefix="beian-"))


class Removal:
    """The removal of one folder, in small steps. Never raises; what cannot be removed stays.

    Not by recursion: folders nested by the thousand would end the process that removes them, and with it every document
    that is being read. What a folder holds is moved up beside it instead.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = count()
        self._steps = self._remove()

    def start(self) -> bool:
        """Remove for a moment; whether that was all of it."""
        ends_at = time.monotonic() + _AT_ONCE_SECONDS
        while self.step():
            if time.monotonic() > ends_at:
                return False
        return True

    def finish(self) -> None:
        """Remove what is left, however long it takes."""
        while self.step():
            pass

    def step(self) -> bool:
        """Remove one piece; False when there was none left."""
        return next(self._steps, None) is not None

    def _remove(self) -> Iterator[bool]:
        with suppress(OSError):
            while entries := list(self._folder.iterdir()):
                gone = 0
                for entry in entries:
                    gone += self._take_away(entry)
                    yield True
                if not gone:
                    return
            self._folder.rmdir()

    def _take_away(self, entry: Path) -> bool:
        """Remove a file, or a folder once what is in it was moved up; whether anything came of it."""
        try:
            if not _is_folder(entry):
                entry.unlink()
                return True
            _open_up(entry)
            for inner in list(entry.iterdir()):
                self._move_up(inner)
            entry.rmdir()
        except OSError:
            return False
        return True

    def _move_up(self, inner: Path) -> None:
        if _is_folder(inner):
            _open_up(inner)  # to be moved, a folder has to be open to its owner
        inner.rename(next(place for number in self._names if not (place := self._folder / str(number)).exists()))


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)


def _open_up(folder: Path) -> None:
    """A folder that not even its owner may look into is made by one call."""
    if stat.S_IMODE(folder.lstat().st_mode) & _OWN_MODE != _OWN_MODE:
        folder.chmod(_OWN_MODE)
