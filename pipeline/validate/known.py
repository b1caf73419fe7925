"""Whether the account is known already: the same filing again, or a change of what is registered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.domain.decision import KnownFiling
from pipeline.domain.document import FORM_KEYS
from pipeline.domain.finding import Finding, finding
from pipeline.domain.spelling import normalise, same_body, same_name
from pipeline.validate.case import Case

#: Fields whose difference is no change: followers come and go, the number is the office's, a signature is no fact.
NO_CHANGE: Final = frozenset({"follower_count", "number", "signed"})
_NAMES: Final = frozenset({"owner_name", "admin_name", "legal_representative"})
_DATES: Final = frozenset({"opened_on", "first_posted_on"})


def check_known(case: Case, known: Sequence[KnownFiling]) -> list[Finding]:
    """`submission.duplicate` when a known filing says the same, else `submission.change` naming what differs."""
    if not known:
        return []
    ordered = sorted(known, key=lambda item: not item.registered)
    changes = [(item, find_changes(case, item)) for item in ordered]
    same = next((item for item, keys in changes if not keys), None)
    if same is not None:
        return [_again(case, same)]
    item, keys = changes[0]
    names = "、".join(f"“{case.name(key)}”" for key in keys)
    held = f"已登记（{item.reference}）" if item.registered else f"已在受理（{item.reference}）"
    detail = f"该账号{held}，此次{names}与原内容不同，按变更处理，由工作人员核对。"
    return [finding("submission.change", detail, clause=case.profile.clauses.after_change)]


def _again(case: Case, same: KnownFiling) -> Finding:
    """The same once more: a duplicate, or what the notice asks for every year on these days."""
    review = case.profile.annual_review
    if same.registered and review is not None and review.holds(case.received_on):
        detail = f"该账号已登记（{same.reference}），现值年度核验期，此次内容相同，按年度核验处理，由工作人员确认。"
        return finding("submission.annual_review", detail, clause=case.profile.clauses.annual_review)
    return finding("submission.duplicate", _duplicate(case, same), clause=case.profile.clauses.upkeep)


def _duplicate(case: Case, item: KnownFiling) -> str:
    office = case.profile.office(item.office)
    where = f"在{office.name}" if office is not None else ""
    state = "登记" if item.registered else "受理"
    return f"该账号已{where}{state}（{item.reference}），此次内容相同，不再重复登记。"


def find_changes(case: Case, known: KnownFiling) -> tuple[str, ...]:
    """The keys whose sure values differ from the known ones; a blank or doubtful value says nothing."""
    keys = (key for key in FORM_KEYS if key not in NO_CHANGE and case.is_sure(key))
    return tuple(key for key in keys if not _is_same(key, case.text(key), known.values.get(key, "")))


def _is_same(key: str, new: str, old: str) -> bool:
    if key in _NAMES:
        return same_name(new, old)
    if same_body(new, old):
        return True
    if key in _DATES:
        return bool(old) and (new.startswith(old) or old.startswith(new))
    return normalise(new).casefold() == normalise(old).casefold()


def is_upkeep(known: Sequence[KnownFiling]) -> bool:
    """Whether the account is registered, so that opening deadlines no longer apply to what arrives."""
    return any(item.registered for item in known)
