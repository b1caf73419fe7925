"""Whether there is a form, whether it is the city's, and whether it is signed."""

from __future__ import annotations

from pipeline.domain.decision import Filing
from pipeline.domain.finding import SEVERITIES, Finding, Severity, finding
from pipeline.profile.schema import Profile
from pipeline.validate.case import Case


def check_presence(filing: Filing, profile: Profile) -> list[Finding]:
    """`form.missing` for a filing without a form, unless it was said already that one could not be read or is blank."""
    if filing.form is not None or any(item.code in ("form.unreadable", "form.missing") for item in filing.findings):
        return []
    detail = f"来信中没有找到《{profile.notice.form_name}》，请填写后连同材料一并发来。"
    if filing.unreadable:
        detail = (
            f"来信中没有找到《{profile.notice.form_name}》，另有{len(filing.unreadable)}个附件无法打开；"
            "登记表如在其中，请重新发送。"
        )
    return [finding("form.missing", detail, clause=profile.clauses.form)]


def is_unreadable(case: Case) -> bool:
    """Whether the form as a whole could not be read, so that no field of it can be judged.

    A file of the mail that could not be read may be the rest of a form that lacks rows; beside one with all its rows it is
    something else, and the form is judged.
    """
    if any(item.code == "form.unreadable" for item in case.form.findings):
        return True
    return bool(unplaced_keys(case)) and any(item.code == "form.unreadable" for item in case.filing.findings)


def unplaced_keys(case: Case) -> tuple[str, ...]:
    """Required fields the form has no row for, in the form's order."""
    fields = (field for field in case.profile.form.fields if field.required and field.key != "signed")
    return tuple(f.key for f in fields if f.key in case.form.unplaced or case.form.field(f.key) is None)


def check_layout(case: Case) -> list[Finding]:
    """`form.deviates` when a required field's row was deleted or relabelled."""
    known = (*case.form.findings, *case.filing.findings)
    keys = unplaced_keys(case)
    if not keys or any(item.code == "form.deviates" for item in known):
        return []
    names = "、".join(f"“{case.name(key)}”" for key in keys)
    notice = case.profile.notice
    detail = f"登记表中没有找到{names}栏目，请使用{notice.word}所附《{notice.form_name}》，不要删改表中栏目。"
    field = keys[0] if len(keys) == 1 else None
    return [finding("form.deviates", detail, field=field, clause=case.profile.clauses.form)]


def check_signature(case: Case) -> list[Finding]:
    """`form.unsigned` without signature and seal; where the profile insists, what cannot be told is doubtful."""
    signed, name = case.form.field("signed"), case.name("signed")
    if all(spec.key != "signed" for spec in case.profile.form.fields):
        return []
    value = None if signed is None else signed.value
    if value is False and signed is not None and not signed.doubtful:
        detail = f"登记表“{name}”处没有签名或盖章，请签名或盖章后重新扫描发来。"
        return [finding("form.unsigned", detail, field="signed")]
    weight = case.profile.severities.get("form.unsigned", SEVERITIES["form.unsigned"])
    if weight is Severity.BLOCK and (value is not True or (signed is not None and signed.doubtful)):
        detail = f"登记表“{name}”处是否已签名或盖章看不清，请核对原件。"
        return [finding("field.doubtful", detail, field="signed")]
    return []
