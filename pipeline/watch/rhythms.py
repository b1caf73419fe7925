"""The mailboxes' rhythms from the ledger, looked up once an hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from pipeline.validate.workdays import WorkdaysUnknownError, is_workday
from pipeline.watch.silence import WINDOW, Silence, find_silence

_KEPT_FOR: Final = timedelta(hours=1)
_NO_TIME: Final = timedelta(0)
#: A silence is told for so long; a mailbox that was given up is to be disabled in the settings.
_LONGEST_SILENCE: Final = timedelta(days=365)


@dataclass(slots=True)
class Rhythms:
    """Which mailboxes are silent. The profile's own holidays count; years nobody knows yet have plain weekends."""

    store: Store
    profile: Profile
    mailboxes: Sequence[str]
    _found: Mapping[str, Silence] = field(default_factory=dict)
    _found_at: datetime | None = None

    def silences(self, now: datetime) -> Mapping[str, Silence]:
        """By mailbox; those without a rhythm are left out."""
        if self._found_at is None or not _NO_TIME <= now - self._found_at < _KEPT_FOR:
            looked = ((mailbox, self._silence(mailbox, now)) for mailbox in self.mailboxes)
            self._found = {mailbox: silence for mailbox, silence in looked if silence is not None}
            self._found_at = now
        return self._found

    def _silence(self, mailbox: str, now: datetime) -> Silence | None:
        zone = self.profile.zone
        arrivals = self.store.arrivals(mailbox, since=now - _LONGEST_SILENCE - WINDOW)
        days = [when.astimezone(zone).date() for when in arrivals if when <= now]
        return find_silence(days, now.astimezone(zone).date(), self._is_workday)

    def _is_workday(self, day: date) -> bool:
        try:
            return is_workday(day, self.profile.deadlines)
        except WorkdaysUnknownError:
            return day.weekday() < 5
