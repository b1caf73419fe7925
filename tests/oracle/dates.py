"""一.1 to 一.3 as an oracle: the window, the thirty days, and what a month leaves open.

Written from the notice and the clause table; shares nothing with the rules' code.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta, timezone

from tests.oracle.ruling import NO_FAULT, Ruling, may, must
from tests.oracle.situation import Known, Situation

LAST = date(2018, 12, 31)
EARLIEST = date(2011, 1, 1)
CHINA = timezone(timedelta(hours=8))
DEADLINE_CODES = ("deadline.late", "deadline.ambiguous", "date.imprecise")
#: An account already in the register: its first deadline was met, and 一.3 counts from a day the form does not name.
REGISTERED = frozenset(
    {Known.REGISTERED_SAME, Known.REGISTERED_ELSEWHERE, Known.REGISTERED_FOLLOWERS, Known.REGISTERED_ADMIN}
)


def days_meant(opened: str) -> list[date]:
    """Every day the text can mean: one, or all of a month."""
    if len(opened) == len("2018-12-01"):
        return [date.fromisoformat(opened)]
    year, month = (int(part) for part in opened.split("-"))
    return [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]


def received_day(received: datetime) -> date:
    """The day the mail server received it, in the city."""
    return received.astimezone(CHINA).date()


def due_day(opened: date) -> date:
    """一.1 literally; 一.2 with the opening day not counted."""
    return LAST if opened <= LAST else opened + timedelta(days=30)


def lateness(opened: date, received: date) -> str:
    """ "in time", "late" or "ambiguous" for one day of opening."""
    if received <= due_day(opened):
        return "in time"
    return "ambiguous" if opened <= LAST and received <= opened + timedelta(days=30) else "late"


_RULINGS = {"in time": NO_FAULT, "late": must("deadline.late"), "ambiguous": must("deadline.ambiguous")}


def rule_on_dates(situation: Situation) -> Ruling:
    """Findings about the opening day and the deadline."""
    if situation.opened is None:
        # The notice does not say what a blank date does to the deadline.
        return must("field.missing", either=DEADLINE_CODES)
    received = received_day(situation.received)
    meant = days_meant(situation.opened)
    plausible = [day for day in meant if EARLIEST <= day <= received]
    if not plausible:
        literal = {lateness(day, received) for day in meant}
        # Whether a date nobody believes can also be late is not said; one that is in time cannot.
        return must("date.implausible", either=() if literal == {"in time"} else DEADLINE_CODES)
    if situation.known in REGISTERED:
        return NO_FAULT
    found = {lateness(day, received) for day in plausible}
    # A second mail about a case that waits: which of the two mails counts is not said.
    waiting = situation.known is Known.WAITING_SAME
    if len(found) > 1:
        return may(*DEADLINE_CODES) if waiting else must("date.imprecise", either=DEADLINE_CODES)
    ruling = _RULINGS[found.pop()]
    return may(*ruling.must) if waiting else ruling


def allowed_due(situation: Situation) -> frozenset[str | None] | None:
    """The last day on time; None where the clauses do not fix one."""
    if situation.opened is None or situation.known in REGISTERED:
        return None
    received = received_day(situation.received)
    meant = days_meant(situation.opened)
    plausible = [day for day in meant if EARLIEST <= day <= received]
    if not plausible:
        return None
    days = {due_day(day).isoformat() for day in plausible}
    # A month that leaves several days open may be shown as any of them, or as none.
    return frozenset(days) if len(days) == 1 else frozenset({*(due_day(day).isoformat() for day in meant), None})
