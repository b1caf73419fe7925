"""三.1 as an oracle: who files, which papers that takes, and whether they speak of the same people and bodies.

Written from the notice, the clause table and the list of finding codes; shares nothing with the rules' code.
"""

from __future__ import annotations

from tests.oracle.ruling import NO_FAULT, Ruling, may, must, one_of, whichever
from tests.oracle.situation import Body, Card, Certificate, Holder, Paper, Situation

ENTITY_CODES = ("entity.unclear", "entity.materials_unspecified")
PEOPLE_CODES = ("match.owner", "match.admin", "operator.unclear")
COMPANY, INDIVIDUAL, ORGANISATION = "company", "individual", "organisation"
EVERY_ENTITY = frozenset({COMPANY, INDIVIDUAL, ORGANISATION, None})
OWNERS = frozenset({Card.OWNER, Card.OWNER_FRONT})
DISAGREEING = frozenset({Card.OWNER_OTHER_NAME, Card.OWNER_OTHER_NUMBER})


def _own(situation: Situation) -> set[Certificate]:
    return {paper.kind for paper in situation.certificates if paper.holder is Holder.SUBJECT}


def _has_foreign(situation: Situation) -> bool:
    return any(paper.holder is not Holder.SUBJECT for paper in situation.certificates)


def possible_entities(situation: Situation) -> frozenset[str | None]:
    """What the subject's suffix, the code's prefix and the certificate allow to infer; more than one where they clash."""
    own, foreign = _own(situation), _has_foreign(situation)
    match situation.body:
        case Body.COMPANY:
            clash = any(paper.kind is Certificate.OTHER for paper in situation.certificates)
            return frozenset({COMPANY, ORGANISATION, None}) if clash else frozenset({COMPANY})
        case Body.INDIVIDUAL:
            return EVERY_ENTITY if situation.certificates else frozenset({INDIVIDUAL})
        case Body.COLLECTIVE | Body.INSTITUTION:
            clash = any(paper.kind is Certificate.LICENCE for paper in situation.certificates)
            sure = own == {Certificate.OTHER} and not foreign and not clash
            # No suffix list is given: without its certificate the body may stay unclear.
            return frozenset(
                {ORGANISATION} if sure else {COMPANY, ORGANISATION, None} if clash else {ORGANISATION, None}
            )
        case Body.UNCLEAR:
            return _unclear_entities(own, foreign=foreign)


def _unclear_entities(own: set[Certificate], *, foreign: bool) -> frozenset[str | None]:
    if foreign or own == {Certificate.CODE}:
        # An organisation code is given to firms and institutions alike; another body's paper proves nothing.
        return EVERY_ENTITY
    if own >= {Certificate.LICENCE, Certificate.OTHER}:
        return frozenset({COMPANY, ORGANISATION, None})
    if Certificate.LICENCE in own:
        return frozenset({COMPANY})
    return frozenset({ORGANISATION}) if Certificate.OTHER in own else frozenset({None})


def _rule_on_entity(situation: Situation, entities: frozenset[str | None]) -> Ruling:
    if entities == {None}:
        return must("entity.unclear")
    if entities == {ORGANISATION}:
        return must("entity.materials_unspecified")
    if len(entities) == 1:
        return NO_FAULT
    match situation.body:
        case Body.COMPANY if Paper(Certificate.OTHER) in situation.certificates:
            return must("entity.unclear", either=ENTITY_CODES)
        case Body.INDIVIDUAL:
            # A person's name with a firm's paper: a conflict, or the paper of another body.
            return one_of("entity.unclear", "match.subject", either=ENTITY_CODES)
        case Body.COLLECTIVE | Body.INSTITUTION:
            return one_of(*ENTITY_CODES)
        case _:
            clash = _own(situation) >= {Certificate.LICENCE, Certificate.OTHER}
            return must("entity.unclear") if clash and not _has_foreign(situation) else may(*ENTITY_CODES)


def _rule_on_certificates(situation: Situation, entity: str) -> Ruling:
    """The body's own paper, for one entity type."""
    accepted = {Certificate.LICENCE, Certificate.CODE}
    if entity == INDIVIDUAL:
        return NO_FAULT
    if entity == ORGANISATION:
        # The notice names no paper for them; that one is missing may or may not be said.
        return NO_FAULT if _own(situation) else may("material.missing")
    if _own(situation) & accepted:
        return NO_FAULT
    # Whether another body's licence leaves the firm's own missing is not said: `match.subject` is.
    has_any = any(paper.kind in accepted for paper in situation.certificates)
    return may("material.missing") if has_any else must("material.missing")


def _rule_on_subject(situation: Situation) -> Ruling:
    if situation.body is Body.INDIVIDUAL:
        return may("match.subject") if situation.certificates else NO_FAULT
    if not _has_foreign(situation):
        return NO_FAULT
    # Forms in one mail share their papers: beside its own paper another body's may be another form's.
    if _own(situation):
        return may("match.subject")
    # A paper the notice does not ask a firm for is no answer to it, whoever it names.
    asked = {Certificate.LICENCE, Certificate.CODE} if situation.body is Body.COMPANY else set(Certificate)
    named = any(paper.kind in asked for paper in situation.certificates)
    return must("match.subject") if named else may("match.subject")


def _rule_on_card(situation: Situation, entity: str) -> Ruling:
    """The ID card, for one entity type."""
    card = situation.card
    if entity == ORGANISATION:
        return _rule_on_organisations_card(situation)
    if card is Card.NONE:
        return must("material.missing")
    if card is Card.EMBLEM:
        # Nobody's name or number stands on it, so nobody's card was handed in. The code is not fixed.
        return one_of("material.missing", "material.unreadable", "operator.unclear", "match.owner")
    if card in OWNERS:
        return NO_FAULT
    if card in DISAGREEING:
        return _rule_on_disagreement(situation)
    if entity == INDIVIDUAL:
        return must("match.owner")
    return _rule_on_operator(card)


def _rule_on_disagreement(situation: Situation) -> Ruling:
    # Where owner and administrator are one person, either name for it will do.
    return one_of("match.owner", "match.admin") if situation.admin_is_owner else must("match.owner")


def _rule_on_operator(card: Card) -> Ruling:
    if card is Card.ADMIN:
        return NO_FAULT
    if card is Card.ADMIN_NAME_OWNER_NUMBER:
        return one_of("match.owner", "match.admin", either=["operator.unclear"])
    return must("operator.unclear")


def _rule_on_organisations_card(situation: Situation) -> Ruling:
    """The notice asks these bodies for no card; one that contradicts the form still does."""
    card = situation.card
    if card in DISAGREEING:
        return _rule_on_disagreement(situation)
    if card in OWNERS or card is Card.ADMIN:
        return NO_FAULT
    if card is Card.ADMIN_NAME_OWNER_NUMBER:
        return _rule_on_operator(card)
    return may("material.missing", "material.unreadable", *PEOPLE_CODES)


def rule_on_papers(situation: Situation) -> Ruling:
    """Findings about the entity, its papers and what they say."""
    entities = possible_entities(situation)
    meant = entities - {None} or frozenset({COMPANY, INDIVIDUAL, ORGANISATION})
    needs = whichever(
        _rule_on_certificates(situation, entity) & _rule_on_card(situation, entity) for entity in sorted(meant)
    )
    if None in entities:
        # Before the type is told no paper can be called missing; that it is must not be demanded.
        needs = Ruling(needs.must - {"material.missing"}, needs.allowed, needs.one_of)
    return needs & _rule_on_entity(situation, entities) & _rule_on_subject(situation)
