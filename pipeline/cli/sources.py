"""The mails a person named on the command line, and what is said about those that could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.cli.context import warn

if TYPE_CHECKING:
    from pipeline.mails.files import MailFile, Unread

_NAMED_FOREIGN: Final = 3


class Sources:
    """Gives the mails one at a time, and in its place what cannot be read.

    `failed` counts that. Files that lie among the mails and are none are no fault; `tell_foreign`
    says at the end which were left out.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._foreign: list[str] = []
        self._foreign_count = 0
        self.failed = 0

    def count(self) -> int:
        """How much there is to go through."""
        from pipeline.mails.files import count_mails

        return count_mails(self._paths)

    def __iter__(self) -> Iterator[MailFile | Unread]:
        from pipeline.mails.files import Unread, iter_mails

        for found in iter_mails(self._paths):
            if isinstance(found, Unread) and found.foreign:
                self._foreign_count += 1
                self._foreign += [found.name] if len(self._foreign) < _NAMED_FOREIGN else []
                continue
            self.failed += isinstance(found, Unread)
            yield found

    def tell_foreign(self) -> None:
        """Say what was left out for being no mail."""
        if self._foreign_count:
            more = ", …" if self._foreign_count > len(self._foreign) else ""
            warn(f"left out, being no mails: {self._foreign_count} ({', '.join(self._foreign)}{more})")
