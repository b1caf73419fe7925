"""The papers an entity type must supply: the profile's trees, walked over what came with the mail."""

from __future__ import annotations

from pipeline.domain.decision import Entity
from pipeline.domain.document import ExtractedPaper, PaperKind
from pipeline.domain.finding import Finding, finding
from pipeline.domain.identifiers import Reason, check_id_number
from pipeline.profile.schema import Holder, Need
from pipeline.validate.cards import is_emblem_only
from pipeline.validate.case import Case
from pipeline.validate.certificates import paper_name
from pipeline.validate.matches import (
    Outcome,
    Rank,
    check_strangers,
    choose_best,
    is_expired,
    judge_card,
    judge_certificate,
)


def check_materials(case: Case, entity: Entity | None) -> list[Finding]:
    """What is missing, unreadable, another's, one-sided or expired among the required papers.

    While the entity is unknown only an ID copy can be asked for: every type needs one.
    """
    if entity is None:
        return [*_check_any_card(case), *check_strangers(case), *_check_contradicting_card(case)]
    outcome = judge_need(case, case.profile.materials_of(entity).need)
    found = list(outcome.findings)
    for paper in (*outcome.papers, *_other_side(case, outcome.papers)):
        found += _check_sides(case, paper) + _check_expiry(case, paper)
    return found if entity is not Entity.INDIVIDUAL else [*found, *check_strangers(case)]


def _other_side(case: Case, papers: tuple[ExtractedPaper, ...]) -> tuple[ExtractedPaper, ...]:
    """The emblem side that belongs to the one card in use; with several cards nobody can tell."""
    cards = case.papers(PaperKind.ID_CARD)
    emblems = tuple(card for card in cards if is_emblem_only(card))
    used = any(paper.kind is PaperKind.ID_CARD for paper in papers)
    return emblems if used and len(emblems) == 1 and len(cards) == 2 else ()


def judge_need(case: Case, need: Need) -> Outcome:
    """Walk the tree: all branches, or the best of several, or one paper."""
    if need.all_of:
        outcomes = [judge_need(case, branch) for branch in need.all_of]
        return Outcome(
            rank=min(outcome.rank for outcome in outcomes),
            findings=tuple(item for outcome in outcomes for item in outcome.findings),
            papers=tuple(paper for outcome in outcomes for paper in outcome.papers),
        )
    if need.any_of:
        outcome = choose_best(case, [_judge_branch(case, branch) for branch in need.any_of])
    else:
        outcome = _judge_paper(case, need)
    return _report_missing(case, need, outcome)


def _judge_branch(case: Case, need: Need) -> Outcome:
    """A branch of an any-tree; that it is missing is said once, for the whole tree."""
    if need.paper is not None:
        return _judge_paper(case, need)
    return judge_need(case, need)


def _judge_paper(case: Case, need: Need) -> Outcome:
    if need.paper is PaperKind.ID_CARD:
        outcome = judge_card(case, need.of or Holder.OWNER, need.clause)
        return _accept_other_paper(case, need, outcome)
    return judge_certificate(case, need.paper or PaperKind.OTHER_CERTIFICATE, need.clause)


def _accept_other_paper(case: Case, need: Need, outcome: Outcome) -> Outcome:
    """An owner who files with a passport sends a copy of that; `field.unverifiable` already brings a reviewer."""
    other = check_id_number(case.text("owner_id_number")).reason is Reason.UNVERIFIABLE
    if need.of is Holder.OWNER and other and outcome.rank <= Rank.MISMATCH:
        came = case.papers(PaperKind.OTHER_CERTIFICATE, PaperKind.ID_CARD)
        return Outcome(rank=Rank.DOUBTFUL) if came else outcome
    return outcome


def _report_missing(case: Case, need: Need, outcome: Outcome) -> Outcome:
    if outcome.rank is not Rank.MISSING or outcome.findings:
        return outcome
    detail = _missing_detail(case, need.name, has_card=need.paper is PaperKind.ID_CARD)
    return Outcome(rank=Rank.MISSING, findings=(finding("material.missing", detail, clause=need.clause),))


def _missing_detail(case: Case, name: str, *, has_card: bool) -> str:
    if has_card and any(is_emblem_only(card) for card in case.papers(PaperKind.ID_CARD)):
        return f"{name}只有国徽面，没有姓名和号码，请补交人像面。"
    if case.filing.unreadable:
        count = len(case.filing.unreadable)
        return f"缺少{name}；来信中另有{count}个附件无法打开，如在其中请重新发送，否则请补交。"
    return f"缺少{name}，请补交。"


def _check_any_card(case: Case) -> list[Finding]:
    if any(paper.kind is PaperKind.ID_CARD for paper in case.filing.papers):
        return []
    detail = _missing_detail(case, "身份证复印件", has_card=False)
    return [finding("material.missing", detail, clause=case.profile.clauses.form)]


def _check_contradicting_card(case: Case) -> list[Finding]:
    """A card that agrees with the form in one of name and number is wrong whoever files."""
    clause = case.profile.clauses.form
    found = judge_card(case, Holder.OPERATOR, clause).findings
    return [item for item in found if item.code in ("match.owner", "match.admin")]


def _check_sides(case: Case, card: ExtractedPaper) -> list[Finding]:
    if card.kind is not PaperKind.ID_CARD or card.value("side") != "front":
        return []
    if any(other.value("side") == "back" for other in case.papers(PaperKind.ID_CARD)):
        return []
    detail = "身份证复印件只有人像面，建议补交国徽面。"
    return [finding("material.one_side", detail)]


def _check_expiry(case: Case, paper: ExtractedPaper) -> list[Finding]:
    if not is_expired(case, paper):
        return []
    detail = f"{paper_name(paper)}在收到时已过有效期，请补交有效的证件。"
    return [finding("material.expired", detail)]
