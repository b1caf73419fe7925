"""How a server numbers the mails of a folder, and by what a numbering that was used again is known.

UIDVALIDITY should tell (RFC 3501, 2.3.1.1), but NetEase's is always 1 and QQ sends none: a mail under a UID that is known
can be another mail. What the server said of each mail when it was fetched is therefore kept and held against what it says now.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, TypeVar

from pydantic import AwareDatetime

from pipeline.domain.base import Frozen

#: A folder is compared whole so often; in between, a sample of it at each poll.
COMPARED_EVERY: Final = timedelta(days=1)
#: So many generations in a row may follow each other at once. A server that renumbers more often than that within a day
#: does not renumber, it wavers: then there is a pause before the next one.
FREE_GENERATIONS: Final = 5
_FIRST_PAUSE: Final = timedelta(hours=1)
_LONGEST_PAUSE: Final = timedelta(days=1)
_Told = TypeVar("_Told", int, datetime)


class ServerFacts(Frozen):
    """RFC822.SIZE and INTERNALDATE of a mail as one session told them; None for what it did not tell."""

    size_bytes: int | None = None
    dated: AwareDatetime | None = None


NOTHING_TOLD: Final = ServerFacts()


class KnownPlace(Frozen):
    """A place that has a mail: its content, and the smallest and largest of what the server ever said of it.

    The bounds differ only where the server was seen to waver: the content was fetched again and was the same.
    """

    sha256: str
    size_least: int | None = None
    size_most: int | None = None
    dated_first: AwareDatetime | None = None
    dated_last: AwareDatetime | None = None

    def fits(self, told: ServerFacts) -> bool:
        """Whether this was said of it before. What was never said, or is not said now, fits."""
        return _within(told.size_bytes, self.size_least, self.size_most) and _within(
            told.dated, self.dated_first, self.dated_last
        )

    def having(self, told: ServerFacts) -> KnownPlace:
        """The same place once this was said of it too."""
        size, dated = told.size_bytes, told.dated
        changed: dict[str, object] = {}
        if size is not None:
            changed["size_least"] = size if self.size_least is None else min(size, self.size_least)
            changed["size_most"] = size if self.size_most is None else max(size, self.size_most)
        if dated is not None:
            changed["dated_first"] = dated if self.dated_first is None else min(dated, self.dated_first)
            changed["dated_last"] = dated if self.dated_last is None else max(dated, self.dated_last)
        return self.model_copy(update=changed)


def _within(value: _Told | None, least: _Told | None, most: _Told | None) -> bool:
    return value is None or least is None or most is None or least <= value <= most


class Numbering(Frozen):
    """The generation of a folder's numbering that is in force.

    `compared_at` is when the whole folder was last compared, None for never. `doubted`: a difference was seen that is not
    settled yet. `begun_at` and `in_a_row` are of the generation: since when, and after how many in quick succession.
    """

    generation: int = 0
    compared_at: AwareDatetime | None = None
    doubted: bool = False
    begun_at: AwareDatetime | None = None
    in_a_row: int = 0

    def is_due(self, now: datetime) -> bool:
        """Whether the whole folder is to be compared."""
        return self.doubted or self.compared_at is None or now - self.compared_at >= COMPARED_EVERY

    def may_end(self, now: datetime) -> bool:
        """Whether another generation may begin now."""
        if self.begun_at is None or self.in_a_row < FREE_GENERATIONS:
            return True
        doublings = min(self.in_a_row - FREE_GENERATIONS, 20)
        return now >= self.begun_at + min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)

    def next(self, now: datetime) -> Numbering:
        """The generation after this one; nothing of it was compared yet."""
        soon = self.begun_at is not None and now - self.begun_at < COMPARED_EVERY
        return Numbering(generation=self.generation + 1, begun_at=now, in_a_row=self.in_a_row + 1 if soon else 1)
