"""The rows: full products of the dimensions that can influence each other, one table for each part of the notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

from tests.oracle.filings import COUNTIES, VAGUE_STEMS
from tests.oracle.situation import Body, Card, Certificate, Ground, Holder, Known, Paper, Situation, complete

_ONE_CERTIFICATE = tuple((Paper(kind, holder),) for kind in Certificate for holder in (Holder.SUBJECT, Holder.ANOTHER))
_FOREIGN = (
    *((Paper(kind, Holder.ANOTHER),) for kind in Certificate),
    (Paper(Certificate.LICENCE, Holder.OWNERS_FIRM),),
)
#: When it was opened and when it came: in time, between the two readings of the window, the thirtieth and the
#: thirty-first day, a month whose day decides, opened after receipt.
POSITIONS = {
    "in time": ("2016-05-20", "2018-12-15T10:20:00+08:00"),
    "ambiguous": ("2018-12-20", "2019-01-10T09:00:00+08:00"),
    "thirtieth day": ("2019-01-05", "2019-02-04T23:59:59+08:00"),
    "thirty-first day": ("2019-01-05", "2019-02-05T00:00:00+08:00"),
    "imprecise": ("2019-01", "2019-02-10T09:00:00+08:00"),
    "implausible": ("2018-12-16", "2018-12-15T10:20:00+08:00"),
}
#: Mailboxes from where sanhe's filings stand: its own, the city's, another county's, one that is no office's.
MAILBOXES = ("sanhe", "city", "xianghe", None)
#: Where owner and administrator are one person there is no card of the administrator alone.
CARDS_WITH_ADMIN_AS_OWNER = tuple(card for card in Card if card not in (Card.ADMIN, Card.ADMIN_NAME_OWNER_NUMBER))


def certificates_of(body: Body) -> tuple[tuple[Paper, ...], ...]:
    """What can come along; a person has no certificate of their own."""
    return ((), *(_FOREIGN if body is Body.INDIVIDUAL else _ONE_CERTIFICATE))


def decisions(body: Body, position: str) -> Iterator[Situation]:
    """The main table: papers × match × mailbox for one body and one position of the dates."""
    opened, received = POSITIONS[position]
    for certificates, card, mailbox in product(certificates_of(body), Card, MAILBOXES):
        yield Situation(
            body=body,
            certificates=certificates,
            card=card,
            opened=opened,
            received=datetime.fromisoformat(received),
            mailbox=mailbox,
        )


def two_certificates(body: Body) -> Iterator[Situation]:
    """Two certificates at once, each card, and an administrator who is the owner."""
    pairs = [one + other for one, other in product(certificates_of(body), repeat=2) if len(one + other) != 1]
    cards = (Card.ADMIN, Card.THIRD, Card.NONE)
    for pair, card in product([p for p in pairs if not p or p[0].kind is not p[1].kind], cards):
        yield Situation(body=body, certificates=pair, card=card)
    for certificates, card in product(certificates_of(body), CARDS_WITH_ADMIN_AS_OWNER):
        yield Situation(body=body, certificates=certificates, card=card, admin_is_owner=True)


_DAYS = (
    None,
    *("2010-12-31", "2011-01-01", "2018-11-30", "2018-12-01", "2018-12-02", "2018-12-03", "2018-12-15", "2018-12-20"),
    *("2018-12-30", "2018-12-31", "2019-01-01", "2019-01-05", "2019-01-31", "2019-12-15", "2020-01-30", "2020-02-29"),
)
_MONTHS = ("2010-12", "2011-01", "2016-05", "2018-11", "2018-12", "2019-01", "2019-02", "2020-02")
_FIRST_AND_LAST_SECOND = ("T00:00:00+08:00", "T23:59:59+08:00")
_RECEIPT_DAYS = (
    *("2018-12-15", "2018-12-31", "2019-01-01", "2019-01-02", "2019-01-30", "2019-01-31", "2019-02-01", "2019-03-02"),
    *("2019-03-03", "2020-01-14", "2020-01-15", "2020-02-29", "2020-03-01", "2020-03-30", "2020-03-31"),
)
#: The same instants as a server in another zone writes them: 2019-01-01 and 2018-12-31 in the city.
_FOREIGN_CLOCKS = ("2018-12-31T16:00:00+00:00", "2018-12-31T15:59:59+00:00", "2018-12-31T08:30:00-08:00")


def openings(body: Body = Body.COMPANY) -> Iterator[Situation]:
    """一.1 and 一.2 day by day: every opening against every receipt."""
    receipts = [day + clock for day in _RECEIPT_DAYS for clock in _FIRST_AND_LAST_SECOND]
    for opened, received in product((*_DAYS, *_MONTHS), (*receipts, *_FOREIGN_CLOCKS)):
        yield complete(body).but(opened=opened, received=datetime.fromisoformat(received))


def thirty_days(body: Body = Body.COMPANY) -> Iterator[Situation]:
    """一.2 at its edge for openings all over a leap year, months and year ends included."""
    first = datetime.fromisoformat("2019-12-01T12:00:00+08:00")
    for step, wait in product(range(0, 400, 9), (0, 29, 30, 31)):
        opened = first + timedelta(days=step)
        yield complete(body).but(opened=opened.date().isoformat(), received=opened + timedelta(days=wait))


def _grounds(body: Body) -> tuple[Ground, ...]:
    """The licence's address needs a licence."""
    return tuple(g for g in Ground if g is not Ground.LICENCE_ADDRESS or body is Body.COMPANY)


def grounds(body: Body) -> Iterator[Situation]:
    """二 and 三.2: every ground in every county, at every mailbox that can make a difference."""
    keys = tuple(COUNTIES)
    for ground, (place, county) in product(_grounds(body), enumerate(keys)):
        if ground is Ground.NAME_VAGUE and county not in VAGUE_STEMS:
            continue
        other = keys[(place + 1) % len(keys)]
        for mailbox in (county, "city", other, None):
            yield complete(body).but(ground=ground, county=county, mailbox=mailbox)


def known_accounts(body: Body) -> Iterator[Situation]:
    """一.3 and 四.2: what is known × dates × mailbox."""
    for known, position, mailbox in product(Known, POSITIONS, MAILBOXES):
        opened, received = POSITIONS[position]
        yield complete(body).but(known=known, opened=opened, received=datetime.fromisoformat(received), mailbox=mailbox)
