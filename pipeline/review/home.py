"""Where somebody begins, and where the pages lead: by role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.domain.people import Permission, User, may


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of the navigation. `permission` None is for everybody."""

    key: str
    name: str
    address: str
    permission: Permission | None


PLACES: Final = (
    Place(key="queue", name="待办", address="/", permission=Permission.SEE_QUEUE),
    Place(key="recheck", name="复核", address="/recheck", permission=Permission.RECHECK),
    Place(key="register", name="台账", address="/register", permission=Permission.SEE_REGISTER),
    Place(key="statistics", name="统计", address="/statistics", permission=Permission.SEE_STATISTICS),
    Place(key="people", name="人员", address="/people", permission=Permission.MANAGE_PEOPLE),
    Place(key="mailboxes", name="邮箱", address="/mailboxes", permission=Permission.SEE_MAILBOXES),
    Place(key="log", name="日志", address="/log", permission=Permission.SEE_AUDIT),
    Place(key="profile", name="规则", address="/profile", permission=None),
)


def places_of(user: User) -> tuple[Place, ...]:
    """What the navigation shows; with a one-time password nothing."""
    if user.is_shut_out:
        return ()
    return tuple(place for place in PLACES if place.permission is None or may(user, place.permission))


def first_page(user: User) -> str:
    """Where somebody begins: at the first place that is theirs, or at their own account."""
    places = places_of(user)
    return places[0].address if places and places[0].permission is not None else "/account"
