"""Findings: what a stage has to say about a mail, a form or a paper.

The codes are the interface of `contract`: add, never rename.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pipeline.domain.base import Frozen


class Severity(StrEnum):
    """`BLOCK` keeps a filing out of the register until a person has looked; `NOTE` only informs."""

    BLOCK = "block"
    NOTE = "note"


#: Every code there is: the severity it has unless a profile says otherwise, and what officers call it in lists.
_CODES: Final[Mapping[str, tuple[Severity, str]]] = {
    "form.missing": (Severity.BLOCK, "缺少登记表"),
    "form.unreadable": (Severity.BLOCK, "登记表看不清"),
    "form.deviates": (Severity.BLOCK, "登记表缺栏或改动"),
    "form.unsigned": (Severity.NOTE, "未签名盖章"),
    "field.missing": (Severity.BLOCK, "漏填"),
    "field.doubtful": (Severity.BLOCK, "辨认存疑"),
    "field.invalid": (Severity.BLOCK, "填写有误"),
    "field.legacy": (Severity.BLOCK, "15位旧身份证号"),
    "field.unverifiable": (Severity.BLOCK, "证件号无法自动核验"),
    "field.multiple": (Severity.BLOCK, "一栏填了多个内容"),
    "field.approximate": (Severity.NOTE, "填写的是约数"),
    "field.unusual": (Severity.NOTE, "填写少见"),
    "type.none": (Severity.BLOCK, "未勾选账号类型"),
    "type.multiple": (Severity.BLOCK, "勾选多个账号类型"),
    "type.outside_notice": (Severity.NOTE, "类型为其他"),
    "entity.unclear": (Severity.BLOCK, "主体性质不明"),
    "entity.materials_unspecified": (Severity.BLOCK, "通告未规定此类主体的材料"),
    "material.missing": (Severity.BLOCK, "缺少材料"),
    "material.unreadable": (Severity.BLOCK, "材料看不清"),
    "material.one_side": (Severity.NOTE, "身份证只有一面"),
    "material.expired": (Severity.NOTE, "证件过期"),
    "match.subject": (Severity.BLOCK, "证照与账号主体不符"),
    "match.owner": (Severity.BLOCK, "身份证与所有人不符"),
    "match.admin": (Severity.BLOCK, "身份证与管理员不符"),
    "operator.unclear": (Severity.BLOCK, "运维负责人不明"),
    "date.implausible": (Severity.BLOCK, "开通日期不合理"),
    "date.imprecise": (Severity.BLOCK, "开通日期不够具体"),
    "deadline.late": (Severity.BLOCK, "逾期"),
    "deadline.ambiguous": (Severity.BLOCK, "是否逾期待认定"),
    "office.mismatch": (Severity.BLOCK, "应由其他县（市、区）受理"),
    "scope.unclear": (Severity.BLOCK, "是否属于备案范围待认定"),
    "attachment.unreadable": (Severity.BLOCK, "附件打不开"),
    "attachment.unsupported": (Severity.BLOCK, "附件类型不支持"),
    "attachment.remote": (Severity.BLOCK, "附件只是网盘链接"),
    "attachment.rejected": (Severity.BLOCK, "附件超出安全限制"),
    "submission.duplicate": (Severity.BLOCK, "重复报送"),
    "submission.change": (Severity.BLOCK, "变更"),
    "submission.automatic": (Severity.NOTE, "自动邮件"),
}
SEVERITIES: Final[Mapping[str, Severity]] = {code: severity for code, (severity, _) in _CODES.items()}
TITLES: Final[Mapping[str, str]] = {code: title for code, (_, title) in _CODES.items()}


class Finding(Frozen):
    """One thing found.

    `detail` is one Chinese sentence a submitter would understand; it never holds a whole
    ID number. `clause` names the clause of the notice that was applied, if one was.
    """

    code: str
    severity: Severity
    field: str | None = None
    detail: str
    clause: str | None = None

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.BLOCK


def finding(
    code: str,
    detail: str,
    *,
    field: str | None = None,
    clause: str | None = None,
    severity: Severity | None = None,
) -> Finding:
    """Make a finding of a known code; a code outside the table is a programming error (KeyError)."""
    return Finding(code=code, severity=severity or SEVERITIES[code], field=field, detail=detail, clause=clause)
