"""Moments at which a process can be killed: before and after everything that changes a file or the database."""

from __future__ import annotations

import builtins
import io
import os
import signal
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.interfaces import DBAPICursor

from pipeline.store import archive, keyring


class KillPoints:
    """Counts the points that the process passes, and kills it at the one with the number `at`; 0 is none.

    It changes functions of the whole process: for a process of its own only.
    """

    def __init__(self, at: int) -> None:
        self.at = at
        self.names: list[str] = []

    def arm(self) -> None:
        """Watch from now on."""
        for owner, name, concerns in _WATCHED:
            setattr(owner, name, self._around(name.removeprefix("do_"), getattr(owner, name), concerns))
        for module, name in _OPENING:
            setattr(module, name, self._opened)

    def passing(self, name: str) -> None:
        """A point."""
        self.names.append(name)
        if len(self.names) == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def _around(self, name: str, call: Callable[..., Any], concerns: Callable[..., bool]) -> Callable[..., Any]:
        @wraps(call)
        def watched(*args: Any, **kwargs: Any) -> Any:
            if not concerns(*args, **kwargs):
                return call(*args, **kwargs)
            self.passing(f"before {name}")
            result = call(*args, **kwargs)
            self.passing(f"after {name}")
            return result

        return watched

    def _opened(self, file: int, mode: str) -> io.BufferedIOBase:
        if mode == "rb":
            return builtins.open(file, mode)
        return _HalfWritten(self, file, mode)


class _HalfWritten(io.BufferedRandom):
    """A file in which every write stands on the disk at once, half of it first."""

    def __init__(self, points: KillPoints, descriptor: int, mode: str) -> None:
        super().__init__(_both_ways(descriptor, mode))
        self._points = points

    def write(self, content: Any, /) -> int:
        half = len(content) // 2
        for name, part in (("half", content[:half]), ("whole", content[half:])):
            self._points.passing(f"before {name} of a write")
            super().write(part)
            self.flush()
        self._points.passing("after a write")
        return len(content)


class _WriteOnly(io.FileIO):
    """BufferedRandom wants a file that can be read; nothing reads this one."""

    def readable(self) -> bool:
        return True


def _both_ways(descriptor: int, mode: str) -> io.FileIO:
    return io.FileIO(descriptor, mode) if "+" in mode else _WriteOnly(descriptor, mode)


def _makes_file(path: object, flags: int, *rest: object, **more: Mapping[str, object]) -> bool:
    return bool(flags & os.O_CREAT)


def _changes(dialect: object, cursor: DBAPICursor, statement: str, *rest: object, **more: object) -> bool:
    return statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}


def _always(*arguments: object, **more: object) -> bool:
    return True


_WATCHED: Final[tuple[tuple[Any, str, Callable[..., bool]], ...]] = (
    *((os, name, _always) for name in ("write", "fsync", "rename", "replace", "link", "unlink")),
    (os, "open", _makes_file),
    (DefaultDialect, "do_commit", _always),
    (DefaultDialect, "do_execute", _changes),
)
_OPENING: Final = ((archive, "open"), (keyring, "open"))
