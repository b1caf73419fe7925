"""Platforms on which only accounts with many followers have to be filed."""

from __future__ import annotations

from pipeline.domain.document import ACCOUNT_TYPES
from pipeline.domain.finding import Finding, finding
from pipeline.profile.deadlines import Threshold
from pipeline.validate.case import Case


def find_missed_threshold(case: Case) -> Threshold | None:
    """The threshold the account surely stays below; None where it has to be filed, or where that can't be told.

    An approximate number decides nothing: such an account is treated like every other.
    """
    field = case.form.field("follower_count")
    if field is None or not (case.is_sure("account_type") and case.is_sure("follower_count")) or field.approximate:
        return None
    threshold = case.profile.threshold_of(case.text("account_type"))
    count = field.value
    if threshold is None or not isinstance(count, int) or isinstance(count, bool):
        return None
    return threshold if 0 <= count < threshold.followers else None


def check_threshold(case: Case, missed: Threshold | None) -> list[Finding]:
    """`scope.below_threshold` for an account that need not be filed."""
    if missed is None:
        return []
    platform = ACCOUNT_TYPES[case.text("account_type")]
    detail = (
        f"“{case.name('follower_count')}”不到{missed.followers}，{case.profile.notice.word}不要求这样的"
        f"{platform}账号登记备案；您自愿登记的，照常办理。"
    )
    return [finding("scope.below_threshold", detail, field="follower_count", clause=missed.clause)]
