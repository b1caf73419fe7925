"""Where the rules and the oracle are known to differ, and why the oracle is kept.

Each entry says for a situation which objections it accounts for. It is strict in both directions: an objection
nobody accounts for fails the table, and so does one that is accounted for and no longer raised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.oracle.ruling import Ruling
from tests.oracle.situation import Body, Card, Certificate, Holder, Situation

NO_SUBJECT = "missing match.subject"
NO_CONFLICT = "missing one of entity.unclear/match.subject"
NO_OWNER = "missing match.owner"
NO_OWNER_OR_ADMIN = "missing one of match.admin/match.owner"
_CONTRADICTING = frozenset({Card.OWNER_OTHER_NAME, Card.OWNER_OTHER_NUMBER})


@dataclass(frozen=True)
class Disagreement:
    """`accounts_for` returns the objections a situation must still raise, empty where the entry does not apply.

    `follows` are objections that come of those and need not be there.
    """

    reason: str
    accounts_for: Callable[[Situation, Ruling], set[str]]
    follows: frozenset[str] = frozenset()


def _holders(situation: Situation) -> set[Holder]:
    return {paper.holder for paper in situation.certificates}


def _own(situation: Situation) -> set[Certificate]:
    return {paper.kind for paper in situation.certificates if paper.holder is Holder.SUBJECT}


def _person_beside_a_firms_paper(situation: Situation, _: Ruling) -> set[str]:
    personal = situation.body is Body.INDIVIDUAL and _holders(situation) == {Holder.ANOTHER}
    return {NO_CONFLICT} if personal else set()


def _unclear_subject_beside_anothers_paper(situation: Situation, _: Ruling) -> set[str]:
    nobodys = situation.body is Body.UNCLEAR and bool(situation.certificates) and not _own(situation)
    return {NO_SUBJECT} if nobodys else set()


def _type_cannot_be_told(situation: Situation) -> bool:
    own = _own(situation)
    match situation.body:
        case Body.COMPANY:
            return Certificate.OTHER in own
        case Body.COLLECTIVE | Body.INSTITUTION:
            return Certificate.LICENCE in own
        case Body.INDIVIDUAL:
            return Holder.OWNERS_FIRM in _holders(situation)
        case Body.UNCLEAR:
            return not own & {Certificate.LICENCE, Certificate.OTHER}


def _contradicting_card_before_the_type_is_told(situation: Situation, ruling: Ruling) -> set[str]:
    if not _type_cannot_be_told(situation):
        return set()
    either = frozenset({"match.owner", "match.admin"}) in ruling.one_of
    if situation.card is Card.ADMIN_NAME_OWNER_NUMBER:
        return {NO_OWNER_OR_ADMIN} if either else set()
    return {NO_OWNER_OR_ADMIN if either else NO_OWNER} if situation.card in _CONTRADICTING else set()


DISAGREEMENTS = {
    "a person's filing beside a firm's paper is registered": Disagreement(
        "Domain: infer the type from suffix, prefix and certificate, and send a conflict to review. Where the paper "
        "came for another form of the same mail there is no conflict, but a filing does not say so.",
        _person_beside_a_firms_paper,
        frozenset({"decision registered"}),
    ),
    "another body's paper is not named as such while the type is unclear": Disagreement(
        "Contract: match.subject when a licence or certificate names another body than 账号主体, whatever the type; "
        "a notice tells everything at once. The decision is right.",
        _unclear_subject_beside_anothers_paper,
    ),
    "an ID card that contradicts the form is not mentioned while the type is unclear": Disagreement(
        "Contract: match.owner when name and number of the card disagree with the form, whatever the type; "
        "a notice tells everything at once. The decision is right.",
        _contradicting_card_before_the_type_is_told,
    ),
}


def settle(situation: Situation, ruling: Ruling, objections: list[str]) -> list[str]:
    """The objections nobody accounts for, and what was accounted for but is gone."""
    expected: set[str] = set()
    follows: set[str] = set()
    for entry in DISAGREEMENTS.values():
        claimed = entry.accounts_for(situation, ruling)
        expected |= claimed
        follows |= entry.follows if claimed else set()
    unaccounted = [item for item in objections if item not in expected | follows]
    return unaccounted + [f"no longer: {item}" for item in sorted(expected.difference(objections))]
