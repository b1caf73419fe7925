"""What a filing is about, without its words: the dimensions the clauses speak of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum


class Body(Enum):
    """Who files. `UNCLEAR` is a subject whose name tells nothing: no suffix, and not the owner's name."""

    COMPANY = "company"
    INDIVIDUAL = "individual"
    COLLECTIVE = "collective"
    INSTITUTION = "institution"
    UNCLEAR = "unclear"


class Certificate(Enum):
    """A body's paper. `OTHER` carries the prefix of an organ, institution, society or collective."""

    LICENCE = "licence"
    CODE = "organisation code certificate"
    OTHER = "other certificate"


class Holder(Enum):
    """Whose certificate it is. `OWNERS_FIRM` is another body whose legal representative is the account's owner."""

    SUBJECT = "the subject's"
    ANOTHER = "another body's"
    OWNERS_FIRM = "the owner's firm's"


class Card(Enum):
    """The ID card that came along, by what stands on it against the form.

    The form asks for the owner's number and not for the administrator's. `EMBLEM` is the side without name and number.
    """

    NONE = "no card"
    ADMIN = "admin's"
    ADMIN_NAME_OWNER_NUMBER = "admin's name, owner's number"
    OWNER = "owner's"
    OWNER_FRONT = "owner's, one side"
    OWNER_OTHER_NAME = "owner's number, a third name"
    OWNER_OTHER_NUMBER = "owner's name, a third number"
    THIRD = "a third person's"
    EMBLEM = "emblem side only"


class Ground(Enum):
    """What ties a filing to the region, if anything."""

    AT_HOME = "everything names the county"
    FORM_ADDRESS = "only the form's address names the county"
    LICENCE_ADDRESS = "only the licence's address names the county"
    CITY_ADDRESS = "only the form's address, and it names the city without a county"
    NAME_FULL = "based in Shanghai, the account's name holds the county's full name"
    NAME_CITY = "based in Shanghai, the account's name holds 廊坊"
    NAME_VAGUE = "based in Shanghai, the account's name holds a county's stem that is also a word"
    ID_PREFIX = "based in Shanghai, only the owner's ID number starts with the county's digits"
    NOTHING = "based in Shanghai, nothing else"


class Known(Enum):
    """What the office already holds of the account."""

    NOTHING = "nothing"
    REGISTERED_SAME = "registered, the same"
    REGISTERED_ELSEWHERE = "registered at another office, the same"
    REGISTERED_FOLLOWERS = "registered, other follower count"
    REGISTERED_ADMIN = "registered, other administrator"
    WAITING_SAME = "waiting, the same"


@dataclass(frozen=True)
class Paper:
    """A certificate and whose it is."""

    kind: Certificate
    holder: Holder = Holder.SUBJECT


OPENED = "2016-05-20"
RECEIVED = datetime.fromisoformat("2018-12-15T10:20:00+08:00")


@dataclass(frozen=True)
class Situation:
    """One row. `opened` is an ISO day or month or None; `county` where the ground lies; `mailbox` an office or None."""

    body: Body = Body.COMPANY
    certificates: tuple[Paper, ...] = (Paper(Certificate.LICENCE),)
    card: Card = Card.ADMIN
    admin_is_owner: bool = False
    opened: str | None = OPENED
    received: datetime = RECEIVED
    ground: Ground = Ground.AT_HOME
    county: str = "sanhe"
    mailbox: str | None = "sanhe"
    known: Known = Known.NOTHING

    def but(self, **changes: object) -> Situation:
        """The same situation with some things different."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def __str__(self) -> str:
        papers = (
            " + ".join(f"{paper.holder.value} {paper.kind.value}" for paper in self.certificates) or "no certificate"
        )
        admin = ", admin is owner" if self.admin_is_owner else ""
        where = f"{self.ground.value} [{self.county}] -> mailbox {self.mailbox}"
        when = f"opened {self.opened}, received {self.received.isoformat()}"
        return f"{self.body.value}; {papers}; card {self.card.value}{admin}; {when}; {where}; known: {self.known.value}"


#: Papers that satisfy 三.1 for a body that files without fault; bodies the notice names none for get their own kind.
COMPLETE: dict[Body, tuple[tuple[Paper, ...], Card]] = {
    Body.COMPANY: ((Paper(Certificate.LICENCE),), Card.ADMIN),
    Body.INDIVIDUAL: ((), Card.OWNER),
    Body.COLLECTIVE: ((Paper(Certificate.OTHER),), Card.ADMIN),
    Body.INSTITUTION: ((Paper(Certificate.OTHER),), Card.OWNER),
    Body.UNCLEAR: ((Paper(Certificate.LICENCE),), Card.ADMIN),
}


def complete(body: Body) -> Situation:
    """A situation of that body with the papers it would send if it did everything right."""
    certificates, card = COMPLETE[body]
    return Situation(body=body, certificates=certificates, card=card)
