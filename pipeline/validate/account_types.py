"""The account type: exactly one box ticked, and whether the notice asks for it."""

from __future__ import annotations

from pipeline.domain.document import ACCOUNT_TYPES
from pipeline.domain.finding import Finding, finding
from pipeline.profile.form import FormField
from pipeline.validate.case import Case

_KEY = "account_type"


def check_type(case: Case) -> list[Finding]:
    """`type.none`, `type.multiple` or `type.outside_notice`; a doubtful or missing row is reported elsewhere."""
    field = case.form.field(_KEY)
    spec = next((item for item in case.profile.form.fields if item.key == _KEY), None)
    if field is None or spec is None or field.doubtful or _KEY in case.form.unplaced:
        return []
    if len(field.candidates) > 1:
        detail = f"“{spec.name}”勾选了{len(field.candidates)}项，请每个账号填一张表，只勾选一项。"
        return [finding("type.multiple", detail, field=_KEY)]
    if field.value is None:
        return [finding("type.none", f"“{spec.name}”没有勾选，请勾选其中一项。", field=_KEY)]
    if field.value not in case.profile.notice_types:
        return [finding("type.outside_notice", _outside(case), field=_KEY, clause=case.profile.clauses.scope)]
    return []


def _outside(case: Case) -> str:
    other = case.text("account_type_other").strip() if case.text(_KEY) == "other" else ""
    named = f"（{other[:40]}）" if other else ""
    kind, word = ACCOUNT_TYPES.get(case.text(_KEY), "其他"), case.profile.notice.word
    return f"账号类型为“{kind}”{named}，{word}只要求{_asked(case)}登记备案，是否登记由工作人员掌握。"


def _asked(case: Case) -> str:
    spec: FormField | None = next((item for item in case.profile.form.fields if item.key == _KEY), None)
    options = () if spec is None else spec.options
    return "、".join(o.labels[0] for o in options if o.value in case.profile.notice_types and o.labels)
