"""What a command started, seen through /proc, so that nothing of it lives on unseen."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A process at one moment. `started` tells it from a later one with the same number; `folder` is where it worked."""

    pid: int
    started: str
    folder: str

    @property
    def lives(self) -> bool:
        found = _stat(self.pid)
        return found is not None and found.started == self.started and found.state not in "ZX"


@dataclass(frozen=True, slots=True)
class _Stat:
    state: str
    parent: int
    started: str


def _stat(pid: int) -> _Stat | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return _Stat(state=fields[0], parent=int(fields[1]), started=fields[19])


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def descendants(root: int) -> list[Seen]:
    """Everything below `root`, without it."""
    stats = {pid: stat for pid in _pids() if (stat := _stat(pid)) is not None}
    below, found = {root}, True
    while found:
        found = {pid for pid, stat in stats.items() if stat.parent in below} - below
        below |= found
    return [_seen(pid, stats[pid]) for pid in below - {root} if stats[pid].state not in "ZX"]


def _seen(pid: int, stat: _Stat) -> Seen:
    return Seen(pid=pid, started=stat.started, folder=_folder(pid))


def marked(home: Path) -> list[Seen]:
    """Everything that was started with this HOME, or works in the folder that holds it, whoever its parent is now.

    What a test process forked has another environment. Confined processes need root to be seen.
    """
    mark = f"HOME={home}".encode()
    pids = [pid for pid in _pids() if _works_in(home.parent, pid) or mark in _environment(pid)]
    return [_seen(pid, stat) for pid in pids if (stat := _stat(pid)) is not None]


def working_in(folder: Path, *, without: int) -> list[Seen]:
    """Everything that works in this folder or below it, and all of that started; the process `without` left out."""
    pids = [pid for pid in _pids() if pid != without and _works_in(folder, pid)]
    found = [_seen(pid, stat) for pid in pids if (stat := _stat(pid)) is not None and stat.state not in "ZX"]
    return [*found, *(below for process in found for below in descendants(process.pid))]


def _folder(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return ""


def _works_in(folder: Path, pid: int) -> bool:
    return Path(_folder(pid)).is_relative_to(folder)


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def still_alive(seen: Iterable[Seen], home: Path, *, seconds: float) -> list[Seen]:
    """What is left of `seen`, and of all that is marked with `home`, after waiting up to `seconds` for it to end.

    All processes of the machine are looked through only when all that were seen are gone.
    """
    seen, ends_at = list(seen), time.monotonic() + seconds
    while left := [process for process in seen if process.lives] or [p for p in marked(home) if p.lives]:
        if time.monotonic() > ends_at:
            return left
        time.sleep(_LOOK_SECONDS)
    return []
