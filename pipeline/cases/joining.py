"""Which open case a later mail belongs to, and the filing that the two make together. Pure; decision 19 has the reasons.

A mail joins only where exactly one case is meant, by what cannot be chance, and where nothing on its papers is surely
somebody else's. Everything else stays a case of its own, with a word to the officer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from pipeline.cases.corrections import corrected_keys, settle_differences
from pipeline.cases.form_merging import merge_later_form
from pipeline.domain.decision import DecidedCase, Decision, Filing, KnownFiling, Verdict
from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field
from pipeline.domain.finding import finding
from pipeline.domain.joining import BY_ADDRESS, NUMBERS, THREADS, VOUCHING, Way, name_ways
from pipeline.domain.provenance import moved_files
from pipeline.domain.spelling import squash
from pipeline.profile.schema import Profile
from pipeline.store.joining_records import Brought, Choice, RelatedCase
from pipeline.store.records import CaseDetail
from pipeline.validate.belonging import compare_filings
from pipeline.validate.case import is_sure
from pipeline.validate.decide import decide_filing

_MOST_PROPOSED: Final = 3
#: A form joins nothing on the strength of what anybody can look up.
_OF_ONE_HAND: Final = VOUCHING | {Way.SENDER}
#: Said of a mail whose form is blank; what came with that is papers.
_BLANK: Final = frozenset({"form.missing"})
_DUPLICATE: Final = frozenset({"submission.duplicate"})
#: What a case says that waits for papers, or for the right ones in place of others.
_WAITS: Final = frozenset(
    {"form.missing", "material.missing", "material.unreadable", "match.subject", "match.owner", "operator.unclear"}
)


class Sameness(Enum):
    """How two forms' accounts compare: surely one, one by name, not to be told, surely two."""

    SAME = auto()
    LIKELY = auto()
    OPEN = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Joiner:
    """The rules of joining for one city."""

    profile: Profile

    def choose(self, brought: Brought, related: Sequence[RelatedCase]) -> Choice:
        """The one case that the mail belongs to, or those to propose to an officer."""
        near = [self._usable(item, brought) for item in related if self._is_near(item.case, brought.office)]
        if brought.decided.filing.form is not None:
            choice = self._by_form(brought, brought.decided.filing.form, near)
        else:
            choice = self._by_papers(brought, near)
        if choice.target is None or not self._is_held_back(brought, choice.target):
            return choice
        return _proposing([choice.target])

    def hint(self, proposed: Sequence[RelatedCase], decided: DecidedCase) -> DecidedCase:
        """The case with a note that names those it may belong to; one nobody knows better than the officer."""
        if not proposed:
            return decided
        named = "；".join(f"件{_reference(item.case.case_id)}（{name_ways(item.ways)}）" for item in proposed)
        return _saying(decided, f"此次来信可能与{named}有关，没有自动并入，由工作人员核对。")

    def mention(self, earlier: Sequence[str], decided: DecidedCase) -> DecidedCase:
        """The case with a note that what it lacks may have come with another account's filing (材料见上一封)."""
        if not earlier or not any(item.code == "material.missing" for item in decided.verdict.findings):
            return decided
        named = "、".join(f"件{_reference(case_id)}" for case_id in earlier)
        return _saying(decided, f"同一地址此前报送的{named}附有材料，所缺材料可能就是那些，由工作人员核对。")

    def combine(self, held: Filing, brought: Filing, *, first_file: int, vouched: bool) -> Filing:
        """The case's filing with the papers that are new, the forms as one, and the earlier receipt."""
        papers = tuple(moved_files(paper, first_file) for paper in _new_papers(held.papers, brought.papers))
        form = held.form
        if brought.form is not None:
            corrected = corrected_keys(held, brought.form, self.profile)
            later = moved_files(brought.form, first_file)
            form = merge_later_form(held.form, later, vouched=vouched, corrected=corrected)
            form = settle_differences(form, (*held.papers, *papers)) if vouched else form
        return held.model_copy(
            update={
                "form": form,
                "papers": (*held.papers, *papers),
                "received": min(held.received, brought.received),
                "findings": held.findings if held.form is not None or form is None else (),
            }
        )

    def judge(self, filing: Filing, known: Sequence[KnownFiling]) -> Verdict:
        """What the city's rules say."""
        return decide_filing(filing, profile=self.profile, known=known)

    def _by_form(self, brought: Brought, form: ExtractedForm, near: Sequence[RelatedCase]) -> Choice:
        """A filing with a form belongs to the open case of its account, else to papers that came before it."""
        same = [(item, compare_accounts(item.case.filing.form, form)) for item in near]
        if any(item.case.state == "registered" for item, _ in same):
            return self._twin(brought, [item for item, how in same if how is Sameness.SAME])
        alike = [(item, how) for item, how in same if self._is_candidate(item, how, brought)]
        if not alike:
            papers = [item for item in near if item.case.filing.form is None] if brought.alone else []
            whole = brought.decided.verdict.decision is Decision.REGISTERED
            threads = [item for item, _ in same if item.ways & THREADS and not whole]
            return self._by_ways(brought, papers) if papers else _proposing(threads)
        (item, how), *more = alike
        if more or not self._fits_form(item, how, brought):
            return _proposing([item for item, _ in alike])
        return Choice(target=item)

    @staticmethod
    def _is_candidate(item: RelatedCase, how: Sameness, brought: Brought) -> bool:
        if item.case.filing.form is None or how is Sameness.OTHER:
            return False
        if how is Sameness.SAME:
            return True
        return brought.alone and (how is Sameness.LIKELY or bool(item.ways & THREADS))

    def _fits_form(self, item: RelatedCase, how: Sameness, brought: Brought) -> bool:
        bond = compare_filings(item.case.filing, brought.decided.filing, self.profile)
        if bond.contradicts or not item.ways & _OF_ONE_HAND:
            return False
        return bond.agrees or how is Sameness.SAME

    def _twin(self, brought: Brought, same: Sequence[RelatedCase]) -> Choice:
        """The very same filing at city and county is one; everything else about a registered account is an officer's."""
        blocking = {item.code for item in brought.decided.verdict.findings if item.blocks}
        for item in same:
            elsewhere = brought.office not in (item.case.received_office, item.case.also_office)
            if item.case.state == "registered" and elsewhere and blocking == _DUPLICATE:
                return Choice(target=item)
        return Choice()

    def _by_papers(self, brought: Brought, near: Sequence[RelatedCase]) -> Choice:
        """Papers without a form; a mail of words alone is read by somebody, whatever it answers."""
        near = [item for item in near if item.case.state == "review"]
        if not brought.decided.filing.papers:
            return _proposing([item for item in near if item.ways & THREADS])
        return self._by_ways(brought, near)

    def _by_ways(self, brought: Brought, near: Sequence[RelatedCase]) -> Choice:
        """The strongest way that leads anywhere decides, and has to lead to one case only."""
        tiers = ([item for item in near if item.ways & ways] for ways in (THREADS, NUMBERS, {Way.SENDER}))
        meant = next((tier for tier in tiers if tier), [])
        if not meant:
            return _proposing([item for item in near if Way.SENDER_REFUTED in item.ways])
        numbered = [item for item in near if item.ways & NUMBERS]
        if len(meant) != 1 or (numbered and meant[0] not in numbered):
            return _proposing([*meant, *(item for item in numbered if item not in meant)])
        return Choice(target=meant[0]) if self._fits_papers(meant[0], brought) else _proposing(meant)

    def _fits_papers(self, item: RelatedCase, brought: Brought) -> bool:
        bond = compare_filings(item.case.filing, brought.decided.filing, self.profile)
        if bond.contradicts:
            return False
        if brought.decided.filing.form is not None and not item.ways & _OF_ONE_HAND:
            return False  # whoever sent a firm's published licence first would get the letters about its filing
        if Way.NOTICE in item.ways or (bond.agrees and item.ways & (THREADS | NUMBERS)):
            return True
        if Way.THREAD in item.ways:
            return Way.SENDER in item.ways
        return bond.agrees and any(one.code in _WAITS for one in item.case.open_findings)

    def _is_held_back(self, brought: Brought, target: RelatedCase) -> bool:
        """Whether somebody has to look at the mail itself, or a third office would come in."""
        filing, places = brought.decided.filing, (target.case.received_office, target.case.also_office)
        unread = (*filing.findings, *(filing.form.findings if filing.form else ()))
        third = target.case.also_office is not None and brought.office not in places
        return brought.held_back or third or any(item.blocks and item.code not in _BLANK for item in unread)

    def _is_near(self, case: CaseDetail, office: str | None) -> bool:
        """Whether the case is of the same office, or one of the two is the city's."""
        places = {case.office, case.received_office, case.also_office} - {None}
        if office is None or not places:
            return False
        found = (self.profile.office(key) for key in (office, *places))
        return office in places or any(one is not None and one.accepts_all for one in found)

    def _usable(self, item: RelatedCase, brought: Brought) -> RelatedCase:
        """Without the sender as a way where that is an office's own mailbox, which passes on everybody's filings."""
        if self.profile.find_office_by_mailbox(brought.sender) is None:
            return item
        return RelatedCase(case=item.case, ways=item.ways - BY_ADDRESS)


def compare_accounts(held: ExtractedForm | None, later: ExtractedForm) -> Sameness:
    """Whether two forms are of one account."""
    if held is None:
        return Sameness.OPEN
    pairs = [(held.field(key), later.field(key)) for key in ("account_name", "account_type")]
    said = [(_said(one), _said(other)) for one, other in pairs]
    sure = [is_sure(one) and is_sure(other) for one, other in pairs]
    if any(both and one != other for both, (one, other) in zip(sure, said, strict=True)):
        return Sameness.OTHER
    if all(sure):
        return Sameness.SAME
    name, other = said[0]
    if name and name == other:
        return Sameness.LIKELY
    return Sameness.OPEN


def _said(field: Field | None) -> str:
    return "" if field is None or field.value is None else squash(str(field.value)).casefold()


def _new_papers(held: Iterable[ExtractedPaper], brought: Iterable[ExtractedPaper]) -> Iterable[ExtractedPaper]:
    """Those that were not sent before: the same paper twice would make it look like two."""
    known = {_likeness(paper) for paper in held}
    return (paper for paper in brought if not any(item.value for item in paper) or _likeness(paper) not in known)


def _likeness(paper: ExtractedPaper) -> tuple[object, ...]:
    """What a paper says, without where and by whom it was read."""
    return paper.kind, tuple((item.key, str(item.value), item.doubtful, item.candidates) for item in paper)


def _proposing(items: Sequence[RelatedCase]) -> Choice:
    return Choice(proposed=tuple(item for item in items if item.case.state == "review")[:_MOST_PROPOSED])


def _reference(case_id: str) -> str:
    return case_id[:8].upper()


def _saying(decided: DecidedCase, detail: str) -> DecidedCase:
    found = (*decided.verdict.findings, finding("submission.related", detail))
    return decided.model_copy(update={"verdict": decided.verdict.model_copy(update={"findings": found})})
