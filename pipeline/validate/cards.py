"""ID cards: whose they are, against the form's owner and administrator.

The form holds the owner's number but not the administrator's: the owner is known by name and number, the
administrator by name alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain.document import ExtractedPaper, PaperKind
from pipeline.domain.identifiers import check_id_number
from pipeline.domain.spelling import normalise, same_name
from pipeline.domain.values import parse_id_number
from pipeline.validate.case import Case, is_sure
from pipeline.validate.certificates import Agreement, own_certificates


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody the form or a licence names; `number` is "" where it gives none."""

    name: str
    name_sure: bool
    number: str = ""
    number_sure: bool = False


def owner_of(case: Case) -> Person:
    """The 账号所有人. A number that fails its check is not sure."""
    number = whole_number(case.text("owner_id_number"))
    valid = check_id_number(number, on=case.received_on).ok
    return _person(case, "owner_name", number, valid and case.is_sure("owner_id_number"))


def admin_of(case: Case) -> Person:
    """The 管理员, known by name only."""
    return _person(case, "admin_name", "", False)


def whole_number(text: str) -> str:
    """An ID number in one spelling; a 15-digit one as the 18 digits it stands for."""
    return check_id_number(text).suggestion or parse_id_number(text)


def _person(case: Case, name_key: str, number: str, number_sure: bool) -> Person:
    return Person(name=case.text(name_key), name_sure=case.is_sure(name_key), number=number, number_sure=number_sure)


def representative_of(case: Case) -> Person | None:
    """The 法定代表人 whom the subject's own licence names, else the form; None where neither does."""
    licence = next((paper for paper in own_certificates(case) if paper.text("legal_representative")), None)
    if licence is not None:
        return _named_by(licence)
    return _person(case, "legal_representative", "", False) if case.text("legal_representative") else None


def _named_by(paper: ExtractedPaper) -> Person:
    name = paper.field("legal_representative")
    return Person(name=paper.text("legal_representative"), name_sure=is_sure(name))


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """How a card agrees with a person, by name and by number."""

    name: Agreement
    number: Agreement

    @property
    def is_contradicted(self) -> bool:
        """One of the two agrees, the other surely does not."""
        return {self.name, self.number} == {Agreement.SAME, Agreement.DIFFERENT}


def compare_person(person: Person, card: ExtractedPaper) -> Likeness:
    """Hold a card against a person. A number that fails its check is miswritten or misread: it proves no difference."""
    name, number = card.text("name"), whole_number(card.text("id_number"))
    name_sure = person.name_sure and is_sure(card.field("name"))
    number_sure = person.number_sure and is_sure(card.field("id_number")) and check_id_number(number).ok
    return Likeness(
        name=_compare(person.name, name, same_name(person.name, name), name_sure),
        number=_compare(person.number, number, person.number == number, number_sure),
    )


def _compare(one: str, other: str, same: bool, sure: bool) -> Agreement:
    if not normalise(one) or not normalise(other):
        return Agreement.UNKNOWN
    if same:
        return Agreement.SAME
    return Agreement.DIFFERENT if sure else Agreement.UNSURE


def is_near(one: str, other: str) -> bool:
    """Whether two names are of one length and differ in one character that is not the only given one."""
    left, right = ("".join(normalise(text).split()) for text in (one, other))
    differing = sum(a != b for a, b in zip(left, right, strict=False))
    return len(left) == len(right) >= 2 and differing == 1 and (len(left) > 2 or left[0] == right[0])


def portrait_cards(case: Case) -> tuple[ExtractedPaper, ...]:
    """The readable ID copies that show the side with name and number."""
    return tuple(card for card in case.papers(PaperKind.ID_CARD) if not is_emblem_only(card))


def is_emblem_only(card: ExtractedPaper) -> bool:
    """Whether a copy shows the emblem side alone (`side` "back"), which holds neither name nor number."""
    return card.value("side") == "back" and not card.text("name") and not card.text("id_number")
