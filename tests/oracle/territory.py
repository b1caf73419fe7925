"""二 and 三.2 as an oracle: whether the filing belongs to the region, and to which office.

Written from the notice and the clause table; shares nothing with the rules' code.
"""

from __future__ import annotations

from tests.oracle.ruling import NO_FAULT, Ruling, may, must
from tests.oracle.situation import Ground, Known, Situation

CITY = "city"
#: Grounds that name one county (二.4 by licence or form address).
IN_A_COUNTY = frozenset({Ground.AT_HOME, Ground.FORM_ADDRESS, Ground.LICENCE_ADDRESS})
#: Clauses 二.2 and 二.4 leave these to a person, or are not met at all.
OUT_OF_SIGHT = frozenset({Ground.NAME_VAGUE, Ground.ID_PREFIX, Ground.NOTHING})


def rule_on_scope(situation: Situation) -> Ruling:
    """二: any one ground is enough; a stem that is also a word, and an ID number's digits, are none."""
    return must("scope.unclear") if situation.ground in OUT_OF_SIGHT else NO_FAULT


def rule_on_office(situation: Situation) -> Ruling:
    """三.2: the city receives anyone's; a county that receives another county's is the wrong one."""
    if situation.mailbox in (None, CITY, situation.county):
        return NO_FAULT
    if situation.ground in IN_A_COUNTY:
        return must("office.mismatch")
    # An account that only carries a county's name: whether that makes it the county's is not said.
    named = situation.ground in (Ground.NAME_FULL, Ground.NAME_VAGUE)
    return may("office.mismatch") if named else NO_FAULT


def allowed_offices(situation: Situation) -> frozenset[str | None]:
    """The office a filing belongs to; where no county is named, the one that received it or the city's."""
    if situation.ground in IN_A_COUNTY:
        # "May file with the city": such a filing is the county's by place and the city's by choice.
        return frozenset({situation.county, CITY} if situation.mailbox == CITY else {situation.county})
    if situation.ground in (Ground.NAME_FULL, Ground.NAME_VAGUE):
        return frozenset({situation.county, situation.mailbox, CITY, None})
    return frozenset({situation.mailbox, CITY, None})


_KNOWN = {
    Known.NOTHING: NO_FAULT,
    Known.REGISTERED_SAME: must("submission.duplicate"),
    Known.REGISTERED_ELSEWHERE: must("submission.duplicate"),
    Known.REGISTERED_FOLLOWERS: must("submission.duplicate"),
    Known.REGISTERED_ADMIN: must("submission.change"),
    Known.WAITING_SAME: must("submission.duplicate"),
}


def rule_on_known(situation: Situation) -> Ruling:
    """四.2: a second filing is a change or a duplicate; another follower count is no change."""
    return _KNOWN[situation.known]
