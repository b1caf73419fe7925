"""Every finding code: what it weighs, what officers call it in lists, and what settles it.

The codes are an interface: add, never rename.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Severity(StrEnum):
    """`BLOCK` keeps a filing out of the register until a person has looked; `NOTE` only informs."""

    BLOCK = "block"
    NOTE = "note"


class Code(NamedTuple):
    """`severity` holds unless a profile says otherwise; `remedy` is one short Chinese sentence for the officer."""

    severity: Severity
    title: str
    remedy: str


#: Settled by saying which office's the filing is.
OFFICE_MISMATCH: Final = "office.mismatch"

_BLOCK, _NOTE = Severity.BLOCK, Severity.NOTE
CODES: Final[Mapping[str, Code]] = {
    "form.missing": Code(_BLOCK, "缺少登记表", "请报送人补交登记表后重新核对。"),
    "form.unreadable": Code(_BLOCK, "登记表看不清", "请报送人重新拍照或改发 Word、PDF 文件后重新核对。"),
    "form.deviates": Code(_BLOCK, "登记表缺栏或改动", "请报送人用原表重填，或对照来件由工作人员补录缺少的栏目。"),
    "form.unsigned": Code(_NOTE, "未签名盖章", "请报送人签名或盖章后重新报送登记表。"),
    "field.missing": Code(_BLOCK, "漏填", "请报送人补填，或向其核实后由工作人员补录。"),
    "field.doubtful": Code(_BLOCK, "辨认存疑", "对照原件更正或确认该栏。"),
    "field.invalid": Code(_BLOCK, "填写有误", "读错的对照原件更正该栏，填错的请报送人更正。"),
    "field.legacy": Code(_BLOCK, "15位旧身份证号", "对照身份证复印件改录18位号码。"),
    "field.unverifiable": Code(_BLOCK, "证件号无法自动核验", "由工作人员核对证件后置为已核。"),
    "field.multiple": Code(_BLOCK, "一栏填了多个内容", "向报送人核实后只保留一个。"),
    "field.approximate": Code(_NOTE, "填写的是约数", "可按约数登记，需要准确数的向报送人核实。"),
    "field.unusual": Code(_NOTE, "填写少见", "不影响登记，必要时向报送人核实。"),
    "type.none": Code(_BLOCK, "未勾选账号类型", "向报送人核实后补选一项。"),
    "type.multiple": Code(_BLOCK, "勾选多个账号类型", "分属几个账号的请报送人一号一表，否则核实后保留一项。"),
    "type.outside_notice": Code(_NOTE, "类型为其他", "由工作人员决定是否登记。"),
    "entity.unclear": Code(_BLOCK, "主体性质不明", "核实账号以谁的名义开设，由工作人员认定主体性质。"),
    "entity.materials_unspecified": Code(_BLOCK, "此类主体的材料未作规定", "由工作人员确认所交材料可用后置为已核。"),
    "material.missing": Code(_BLOCK, "缺少材料", "请报送人补交后重新核对。"),
    "material.unreadable": Code(_BLOCK, "材料看不清", "请报送人重新拍照或扫描后补交，看得清的由工作人员补录。"),
    "material.one_side": Code(_NOTE, "身份证只有一面", "不影响登记，可请报送人补交另一面。"),
    "material.expired": Code(_NOTE, "证件过期", "请报送人补交有效的证件。"),
    "match.subject": Code(_BLOCK, "证照与账号主体不符", "更正“账号主体”，或请报送人补交该主体的证照。"),
    "match.owner": Code(_BLOCK, "身份证与所有人不符", "对照身份证更正登记表，或请报送人补交账号所有人的身份证。"),
    "match.admin": Code(_BLOCK, "身份证与管理员不符", "对照身份证更正登记表，或请报送人补交管理员的身份证。"),
    "match.representative": Code(_BLOCK, "身份证与法定代表人不符", "核对证照上的法定代表人，或请报送人补交其身份证。"),
    "match.code": Code(_BLOCK, "证照代码不一致", "核对证照原件，认定以哪一份为准，或请报送人补交现行证照。"),
    "operator.unclear": Code(_BLOCK, "运维负责人不明", "向报送人核实运维负责人是谁，由工作人员认定或请其补交身份证。"),
    "date.implausible": Code(_BLOCK, "日期不合理", "向报送人核实后更正日期。"),
    "date.imprecise": Code(_BLOCK, "日期不够具体", "向报送人核实后将日期补充到日。"),
    "deadline.late": Code(_BLOCK, "逾期", "听取报送人说明后由工作人员决定是否受理。"),
    "deadline.ambiguous": Code(_BLOCK, "是否逾期待认定", "由工作人员认定是否逾期后置为已核。"),
    OFFICE_MISMATCH: Code(_BLOCK, "应由其他县（市、区）受理", "属其他机构的移交；应由本机构受理的写明依据。"),
    "scope.unclear": Code(_BLOCK, "是否属于备案范围待认定", "由工作人员认定是否属于备案范围。"),
    "scope.below_threshold": Code(_NOTE, "粉丝数未达备案标准", "不要求备案；自愿备案的照常登记。"),
    "attachment.unreadable": Code(_BLOCK, "附件打不开", "请报送人去掉密码或重新发送附件。"),
    "attachment.unsupported": Code(_BLOCK, "附件类型不支持", "请报送人改发 Word、PDF 或照片。"),
    "attachment.remote": Code(_BLOCK, "附件只是网盘链接", "请报送人把文件作为普通附件重新发送。"),
    "attachment.rejected": Code(_BLOCK, "附件超出安全限制", "由工作人员查看原邮件，或请报送人改用普通文件重新发送。"),
    "submission.duplicate": Code(_BLOCK, "重复报送", "确认为重复后结案，不另行登记。"),
    "submission.change": Code(_BLOCK, "变更", "核对变更内容和变更日期后更新登记。"),
    "submission.annual_review": Code(_BLOCK, "年度核验", "确认为年度核验材料后记入原登记。"),
    "submission.related": Code(_NOTE, "可能与另一件有关", "核对后在另一件中并入，不是的按单独来件办理。"),
    "submission.subject": Code(_NOTE, "邮件主题不合要求", "不影响登记，可提醒报送人以后按要求填写主题。"),
    "submission.automatic": Code(_NOTE, "自动邮件", "无需处理。"),
}

#: What settles a finding about a value on a paper: a paper is not corrected, only read again or asked for anew.
_ON_PAPERS: Final[Mapping[str, str]] = {
    "field.doubtful": "对照证件原件或更清晰的复印件确认该项。",
    "field.invalid": "读错的对照复印件更正，证件本身不符的请报送人重新提供清晰的复印件。",
}
_PAPER_KEYS: Final = frozenset({"credit_code", "organisation_code", "name", "id_number"})


def remedy_of(code: str, field: str | None = None) -> str | None:
    """What settles a finding of that code about that field; None for a code nobody knows."""
    if field in _PAPER_KEYS and code in _ON_PAPERS:
        return _ON_PAPERS[code]
    known = CODES.get(code)
    return None if known is None else known.remedy
