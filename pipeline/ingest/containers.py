"""What every kind of archive is taken apart into, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

_CLUTTER: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


class ContainerTrouble(StrEnum):
    """Why an archive or a member was not unpacked."""

    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    LINK = "link"
    METHOD = "method"
    VOLUME = "volume"
    MEMBERS = "members"
    OVERLAP = "overlap"
    SIZE = "size"
    TIME = "time"
    UNSAFE = "unsafe"


class ContainerError(Exception):
    """The archive as a whole cannot be opened."""

    def __init__(self, trouble: ContainerTrouble) -> None:
        self.trouble = trouble
        super().__init__(trouble.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive: its untrusted name with its folders, and its content or what is wrong with it."""

    untrusted_name: str
    content: bytes = field(default=b"", repr=False)
    trouble: ContainerTrouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What one archive may still hold: so many files, so many real bytes in all."""

    members: int
    size_bytes: int

    def check(self, *, members: int, size_bytes: int) -> None:
        """Refuse an archive by what it announces, before anything is unpacked. Raises `ContainerError`."""
        if members > self.members:
            raise ContainerError(ContainerTrouble.MEMBERS)
        if size_bytes > self.size_bytes:
            raise ContainerError(ContainerTrouble.SIZE)


def is_clutter(name: str) -> bool:
    """Whether a path names a folder or what a file manager left beside the files (`._mail.eml`, `Thumbs.db`)."""
    last = name.replace("\\", "/").rpartition("/")[2].lower()
    return name.startswith("__MACOSX/") or last in _CLUTTER or last.startswith("._") or not last
