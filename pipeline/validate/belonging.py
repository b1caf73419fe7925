"""Whether two filings can be one: what a later mail brought, against what the case of an earlier one holds. Pure.

A paper agrees when it names somebody or something that the form names, and contradicts when it surely names somebody
else: a stranger's card must never come to stand among a filing's papers without anybody having been asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from pipeline.domain.decision import Filing
from pipeline.domain.document import ExtractedForm, ExtractedPaper, PaperKind
from pipeline.domain.identifiers import check_id_number, check_licence_number, plain_code
from pipeline.domain.spelling import same_body, same_name, squash
from pipeline.domain.values import parse_id_number
from pipeline.profile.schema import Profile
from pipeline.validate.cards import admin_of, compare_person, owner_of, representative_of
from pipeline.validate.case import Case, is_readable, is_sure
from pipeline.validate.certificates import CERTIFICATES, Agreement, compare_subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Bond:
    """How what a mail brought stands to a case. Both may hold: one paper fits, another is somebody else's."""

    agrees: bool
    contradicts: bool


class _Sign(Enum):
    AGREES = auto()
    CONTRADICTS = auto()


def compare_filings(held: Filing, brought: Filing, profile: Profile) -> Bond:
    """Hold what a mail brought against what a case holds; either may lack the form."""
    signs = {*_codes(held, brought, profile), *_forms(held.form, brought.form)}
    for one, other in ((held, brought), (brought, held)):
        if one.form is not None:
            signs.update(_papers(Case(filing=one, form=one.form, profile=profile), other.papers))
    if held.form is None and brought.form is None:
        signs.update(_people(held.papers, brought.papers))
    return Bond(agrees=_Sign.AGREES in signs, contradicts=_Sign.CONTRADICTS in signs)


def is_same_account(one: ExtractedForm, other: ExtractedForm) -> bool:
    """Whether two forms surely name one account: its name however spelt, and its platform."""
    return all(_sure_text(one, key) and _sure_text(one, key) == _sure_text(other, key) for key in _ACCOUNT)


_ACCOUNT = ("account_name", "account_type")


def _sure_text(form: ExtractedForm, key: str) -> str:
    return squash(form.text(key)).casefold() if is_sure(form.field(key)) else ""


def _forms(held: ExtractedForm | None, brought: ExtractedForm | None) -> Iterator[_Sign]:
    """Owner's number and subject of two forms. Numbers that fail their check were miswritten and prove nothing."""
    if held is None or brought is None:
        return
    numbers = {number for form in (held, brought) if (number := _owner_number(form))}
    both = all(_owner_number(form) for form in (held, brought))
    if both:
        yield _Sign.AGREES if len(numbers) == 1 else _Sign.CONTRADICTS
    one, other = held.text("account_subject"), brought.text("account_subject")
    if same_body(one, other) or same_name(one, other):
        yield _Sign.AGREES


def _owner_number(form: ExtractedForm) -> str:
    number = parse_id_number(form.text("owner_id_number"))
    return number if is_sure(form.field("owner_id_number")) and check_id_number(number).ok else ""


def _codes(held: Filing, brought: Filing, profile: Profile) -> Iterator[_Sign]:
    """Codes of the certificates on both sides. One that was sent by mistake, and by its own form is another's, tells nothing."""
    one, other = (_valid_codes(_not_anothers(filing, profile)) for filing in (held, brought))
    if one and other:
        yield _Sign.AGREES if one & other else _Sign.CONTRADICTS


def _not_anothers(filing: Filing, profile: Profile) -> Iterator[ExtractedPaper]:
    """The papers without certificates that surely name another body than the form of the same filing."""
    case = None if filing.form is None else Case(filing=filing, form=filing.form, profile=profile)
    for paper in filing.papers:
        if case is None or paper.kind not in CERTIFICATES or compare_subject(case, paper) is not Agreement.DIFFERENT:
            yield paper


def _valid_codes(papers: Iterable[ExtractedPaper]) -> frozenset[str]:
    texts = (paper.text("credit_code") for paper in papers if is_sure(paper.field("credit_code")))
    return frozenset(plain_code(text) for text in texts if check_licence_number(text).ok)


def _people(held: Iterable[ExtractedPaper], brought: Iterable[ExtractedPaper]) -> Iterator[_Sign]:
    """Without any form two cards of one number agree; two of different numbers may be owner and administrator."""
    if _card_numbers(held) & _card_numbers(brought):
        yield _Sign.AGREES


def _card_numbers(papers: Iterable[ExtractedPaper]) -> frozenset[str]:
    cards = (p for p in papers if p.kind is PaperKind.ID_CARD and is_sure(p.field("id_number")))
    numbers = (parse_id_number(card.text("id_number")) for card in cards)
    return frozenset(number for number in numbers if check_id_number(number).ok)


def _papers(case: Case, papers: Iterable[ExtractedPaper]) -> Iterator[_Sign]:
    for paper in papers:
        sign = _of_paper(case, paper) if is_readable(paper) else None
        if sign is not None:
            yield sign


def _of_paper(case: Case, paper: ExtractedPaper) -> _Sign | None:
    return _of_card(case, paper) if paper.kind is PaperKind.ID_CARD else _of_certificate(case, paper)


def _of_certificate(case: Case, paper: ExtractedPaper) -> _Sign | None:
    """Another body's paper contradicts, the owner's own other firm's too: which of them files, somebody has to say."""
    if paper.kind not in CERTIFICATES:
        return None
    agreement = compare_subject(case, paper)
    if agreement is Agreement.SAME:
        return _Sign.AGREES
    return _Sign.CONTRADICTS if agreement is Agreement.DIFFERENT else None


def _of_card(case: Case, card: ExtractedPaper) -> _Sign | None:
    """The owner's card by name or number with neither against it; the administrator's or representative's by name.

    Somebody else's is one that can be none of theirs: of each the name or the number surely differs. What is in doubt on
    either side is no sign.
    """
    people = [person for person in (owner_of(case), admin_of(case), representative_of(case)) if person is not None]
    compared = [compare_person(person, card) for person in people]
    if compared[0].is_contradicted:
        return _Sign.CONTRADICTS
    known = [one for one in compared if {one.name, one.number} != {Agreement.UNKNOWN}]
    possible = [one for one in known if Agreement.DIFFERENT not in (one.name, one.number)]
    if any(Agreement.SAME in (one.name, one.number) for one in possible):
        return _Sign.AGREES
    return _Sign.CONTRADICTS if known and not possible else None
