"""What of the papers stands beside a field of the form: the same name, number or subject as the licence or card has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pipeline.domain.decision import Filing
from pipeline.domain.document import ExtractedPaper, Field, PaperKind, Place
from pipeline.domain.spelling import squash
from pipeline.review.showing import shown_value
from pipeline.wording import Wording, paper_field_name, paper_title

_FIRMS: Final = (
    PaperKind.BUSINESS_LICENCE,
    PaperKind.ORGANISATION_CODE_CERTIFICATE,
    PaperKind.OTHER_CERTIFICATE,
)
_CARDS: Final = (PaperKind.ID_CARD,)
#: By form key: on which papers, and under which key there.
_BESIDE: Final[Mapping[str, tuple[tuple[PaperKind, ...], str]]] = {
    "account_subject": (_FIRMS, "name"),
    "address": (_FIRMS, "address"),
    "legal_representative": (_FIRMS, "legal_representative"),
    "owner_name": (_CARDS, "name"),
    "owner_id_number": (_CARDS, "id_number"),
    "admin_name": (_CARDS, "name"),
}
_MOST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """One value of a paper. `agrees` says whether it is the form's; `paper` counts the case's papers from 1."""

    paper: int
    title: str
    name: str
    value: str = field(repr=False)
    agrees: bool
    doubtful: bool
    place: Place | None


def counterparts(key: str, filing: Filing, wording: Wording, *, revealed: bool) -> tuple[Counterpart, ...]:
    """At most two: those that agree with the form first, because a mail may carry other people's cards as well."""
    kinds, paper_key = _BESIDE.get(key, ((), ""))
    own = squash(filing.form.text(key)) if filing.form is not None else ""
    others = _other_people(key, filing)
    found = [
        _counterpart(number, paper, item, own, wording, revealed)
        for number, paper, item in _of(filing, kinds, paper_key)
        if squash(paper.text("name")) not in others
    ]
    return tuple(sorted(found, key=lambda item: not item.agrees)[:_MOST])


def _other_people(key: str, filing: Filing) -> frozenset[str]:
    """Whom a card may show that says nothing of this field: the administrator beside the owner, and the reverse."""
    form, who = filing.form, key.partition("_")[0]
    other = {"owner": "admin_name", "admin": "owner_name"}.get(who)
    if form is None or other is None or squash(form.text(f"{who}_name")) == squash(form.text(other)):
        return frozenset()
    return frozenset({squash(form.text(other))} - {""})


def _of(filing: Filing, kinds: tuple[PaperKind, ...], key: str) -> Iterator[tuple[int, ExtractedPaper, Field]]:
    for number, paper in enumerate(filing.papers, 1):
        item = paper.field(key)
        if paper.kind in kinds and item is not None and (item.value is not None or item.raw or item.candidates):
            yield number, paper, item


def _counterpart(
    number: int, paper: ExtractedPaper, item: Field, own: str, wording: Wording, revealed: bool
) -> Counterpart:
    return Counterpart(
        paper=number,
        title=paper_title(paper),
        name=paper_field_name(paper.kind, item.key),
        value=shown_value(item, wording, revealed=revealed),
        agrees=bool(own) and squash(str(item.value)) == own,
        doubtful=item.doubtful,
        place=item.source,
    )
