"""What the pages work with. `wiring` puts it together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.desk.evidence import Evidence
from pipeline.desk.officer import Officer
from pipeline.desk.rechecking import Rechecker
from pipeline.domain.people import User
from pipeline.post.correspondence import Correspondence
from pipeline.profile.schema import Profile
from pipeline.reports.figures import Figures
from pipeline.review.outflow import Outflows
from pipeline.review.searches import Searches
from pipeline.store.store import Store
from pipeline.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """One installation's store, city and desks. `clock` gives the current time, aware.

    `mailboxes` are the offices' by address, where the settings name others than the profile.
    `recheck_share` is the share of records that is entered a second time.
    """

    store: Store
    profile: Profile
    wording: Wording
    correspondence: Correspondence
    evidence: Evidence
    clock: Callable[[], datetime]
    figures: Figures
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    outflows: Outflows = field(default_factory=Outflows)
    recheck_share: float = 0.03
    searches: Searches = field(default_factory=Searches)

    @property
    def today(self) -> date:
        """The day in the city."""
        return self.clock().astimezone(self.profile.zone).date()

    @property
    def office_keys(self) -> tuple[str, ...]:
        """Every office of the city."""
        return tuple(office.key for office in self.profile.offices)

    def officer(self, user: User) -> Officer:
        """That person's desk. The history calls people by their logins."""
        return Officer(name=user.login, store=self.store, profile=self.profile, clock=self.clock, office=user.office)

    def rechecker(self, user: User) -> Rechecker:
        """That person's desk for second entries."""
        return Rechecker(user=user, store=self.store, profile=self.profile, clock=self.clock)

    def names(self) -> dict[str, str]:
        """Everybody's name by login, for pages that tell who did what."""
        return {user.login: user.name for user in self.store.people.list()}
