"""ID numbers somebody searched for: kept here for as long as the page is in use, because none may stand in an address."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Searches:
    """By session and a random name. The oldest are forgotten; restarting the server forgets all."""

    _kept: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def keep(self, session: str, number: str) -> str:
        """Remember a number for a session; returns its name in addresses."""
        name = secrets.token_urlsafe(9)
        with self._lock:
            self._kept[session, name] = number
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return name

    def find(self, session: str, name: str) -> str | None:
        """The number of that name in that session, None when it is forgotten or another's."""
        with self._lock:
            return self._kept.get((session, name))
