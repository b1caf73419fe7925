"""Each field of the form by itself: there, sure, single, and in its format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from pipeline.domain.document import Field
from pipeline.domain.finding import Finding, finding
from pipeline.domain.identifiers import (
    IdCheck,
    IdKind,
    Reason,
    check_id_number,
    check_mobile,
    check_wechat_id,
    mask_number,
)
from pipeline.domain.spelling import normalise
from pipeline.domain.values import is_blank, is_ditto, parse_date, parse_id_number
from pipeline.profile.form import FieldKind, FormField
from pipeline.validate.case import Case


def check_fields(case: Case) -> list[Finding]:
    """The findings of every field that has a row; tick boxes and the signature have their own rules."""
    found = []
    for spec in case.profile.form.fields:
        field = case.form.field(spec.key)
        if field is None or spec.kind is FieldKind.SIGNATURE or spec.key in case.form.unplaced:
            continue
        if spec.key == "account_type_other" and case.form.value("account_type") != "other":
            continue
        found += check_field(case, spec, field)
    return found


def check_field(case: Case, spec: FormField, field: Field) -> list[Finding]:
    """The findings of one field: doubt first, then blank, several values, and its format."""
    if field.doubtful:
        return _check_doubt(spec, field)
    if spec.kind is FieldKind.CHOICE:
        return []
    if len(field.candidates) > 1:
        detail = f"“{spec.name}”填写了{len(field.candidates)}个内容，请只保留一个。"
        return [finding("field.multiple", detail, field=spec.key)]
    if field.value is None or (isinstance(field.value, str) and is_blank(field.value)):
        return _check_blank(spec, field)
    check = _CHECKS.get(spec.kind)
    return check(case, spec, field) if check else []


def _check_doubt(spec: FormField, field: Field) -> list[Finding]:
    blank = field.value is None and is_blank(field.raw) and not field.candidates
    if blank and not spec.required:
        return []
    why = f"（{field.doubt.strip('。')}）" if field.doubt else ""
    detail = f"“{spec.name}”一栏辨认不清{why}，请核对原件后确认。"
    return [finding("field.doubtful", detail, field=spec.key)]


def _check_blank(spec: FormField, field: Field) -> list[Finding]:
    if not is_blank(field.raw, none_is_blank=spec.kind is FieldKind.FILING_NUMBER):
        return [_invalid(spec, _FORMATS.get(spec.kind, "请按要求填写"))]
    if not spec.required:
        return []
    return [finding("field.missing", f"“{spec.name}”没有填写，请补充。", field=spec.key)]


#: Eighteen years, added to a date written 20010203.
_OF_AGE: Final = 18_0000
_FORMATS: Final = {
    FieldKind.DATE: "请写成年月日，例如2018年12月1日",
    FieldKind.COUNT: "请填写一个整数，例如12000",
    FieldKind.PHONE: "请填写11位手机号码",
    FieldKind.ID_NUMBER: "请填写18位身份证号",
    FieldKind.WECHAT_ID: "请填写本人微信号",
    FieldKind.PERSON_NAME: "请填写一个人的姓名",
}


def _invalid(spec: FormField, advice: str) -> Finding:
    return finding("field.invalid", f"“{spec.name}”填写有误，{advice}。", field=spec.key)


def _check_id_number(case: Case, spec: FormField, field: Field) -> list[Finding]:
    number = str(field.value)
    outcome = check_id_number(number, on=case.received_on)
    if outcome.ok:
        return _check_age(case, spec, number)
    if outcome.reason is Reason.LEGACY:
        shown = mask_number(outcome.suggestion or "")
        detail = f"“{spec.name}”是15位旧号码，请改填18位身份证号（应为{shown}）。"
        return [finding("field.legacy", detail, field=spec.key)]
    if outcome.reason is Reason.UNVERIFIABLE:
        paper = _OTHER_PAPERS.get(outcome.kind, "其他证件号码")
        detail = f"“{spec.name}”填写的是{paper}，无法自动核验，将由工作人员核对证件。"
        return [finding("field.unverifiable", detail, field=spec.key)]
    return [_invalid(spec, _ID_ADVICE.get(outcome.reason or Reason.LENGTH, "请填写18位身份证号"))]


def _check_age(case: Case, spec: FormField, number: str) -> list[Finding]:
    """A note for the number of somebody under age, who may register no account: it may be another's. Nothing else says so."""
    born = parse_id_number(number)[6:14]
    if not born.isdigit() or int(born) + _OF_AGE <= int(f"{case.received_on:%Y%m%d}"):
        return []
    detail = f"按“{spec.name}”，此人在收到登记表时未满18周岁，请核对号码；确为本人的，由工作人员掌握。"
    return [finding("field.unusual", detail, field=spec.key)]


_OTHER_PAPERS: Final = {
    IdKind.PASSPORT: "护照号码",
    IdKind.HOME_RETURN_PERMIT: "港澳居民来往内地通行证号码",
    IdKind.TAIWAN_PERMIT: "台湾居民来往大陆通行证号码",
    IdKind.PERMANENT_RESIDENCE: "外国人永久居留身份证号码",
}
_ID_ADVICE: Final = {
    Reason.LENGTH: "身份证号应为18位，请核对后更正",
    Reason.CHARACTERS: "身份证号只能由数字组成（末位可为X），请核对后更正",
    Reason.AREA: "身份证号的前六位不是有效的地区代码，请核对后更正",
    Reason.BIRTH_DATE: "身份证号中的出生日期不存在，请核对后更正",
    Reason.CHECK_DIGIT: "身份证号的校验码不符，可能有一位写错，请核对后更正",
}


def _check_phone(case: Case, spec: FormField, field: Field) -> list[Finding]:
    del case
    outcome = check_mobile(str(field.value))
    if outcome.ok:
        detail = f"“{spec.name}”的号段少见，请确认号码无误。"
        return [finding("field.unusual", detail, field=spec.key)] if outcome.reason else []
    return [_invalid(spec, _phone_advice(outcome))]


def _phone_advice(outcome: IdCheck) -> str:
    if outcome.reason is Reason.LANDLINE:
        return "填写的是固定电话，请改填11位手机号码"
    if outcome.reason is Reason.LENGTH:
        return "手机号码应为11位数字，请核对后更正"
    return "不是有效的手机号码，请核对后更正"


def _check_wechat(case: Case, spec: FormField, field: Field) -> list[Finding]:
    del case
    outcome = check_wechat_id(str(field.value))
    if outcome.ok:
        detail = f"“{spec.name}”填写的是手机号码，请确认可以用它找到该微信。"
        return [finding("field.unusual", detail, field=spec.key)] if outcome.reason else []
    if outcome.reason is Reason.ACCOUNT_ID:
        return [_invalid(spec, "gh_开头的是公众号的原始ID，请改填个人微信号")]
    return [_invalid(spec, "微信号应以字母开头，由6至20位字母、数字、下划线或减号组成，请核对后更正")]


def _check_date(case: Case, spec: FormField, field: Field) -> list[Finding]:
    del case
    return [] if parse_date(str(field.value)) is not None else [_invalid(spec, _FORMATS[FieldKind.DATE])]


def _check_count(case: Case, spec: FormField, field: Field) -> list[Finding]:
    del case
    if not isinstance(field.value, int) or isinstance(field.value, bool) or field.value < 0:
        return [_invalid(spec, _FORMATS[FieldKind.COUNT])]
    if field.approximate:
        detail = f"“{spec.name}”填写的是约数，按{field.value}登记。"
        return [finding("field.approximate", detail, field=spec.key)]
    return []


_NAME_SEPARATORS: Final = frozenset("、/,;&|")
#: What stands in a name for a character that was lost or hidden.
_NO_LETTERS: Final = frozenset("?*#%@")


def _check_person(case: Case, spec: FormField, field: Field) -> list[Finding]:
    del case
    name = normalise(str(field.value))
    if _NAME_SEPARATORS & set(name):
        detail = f"“{spec.name}”填写了不止一个人，请只保留一位。"
        return [finding("field.multiple", detail, field=spec.key)]
    letters = sum(unicodedata.category(c)[0] == "L" for c in name)
    others = any(unicodedata.category(c)[0] not in "LPZM" or c in _NO_LETTERS for c in name)
    if is_ditto(name) or letters < 2 or len(name) > 60 or others:
        return [_invalid(spec, _FORMATS[FieldKind.PERSON_NAME])]
    return []


def _check_text(case: Case, spec: FormField, field: Field) -> list[Finding]:
    del case
    if spec.format is None or re.fullmatch(spec.format, normalise(str(field.value))[:_MAX_FORMATTED]):
        return []
    shown = f"，样式如{spec.example}" if spec.example else ""
    return [_invalid(spec, f"请按规定的格式填写{shown}")]


#: A value with a format of its own (a number of some paper) is no longer than this.
_MAX_FORMATTED: Final = 100
_CHECKS: Final[dict[FieldKind, Callable[[Case, FormField, Field], list[Finding]]]] = {
    FieldKind.ID_NUMBER: _check_id_number,
    FieldKind.PHONE: _check_phone,
    FieldKind.WECHAT_ID: _check_wechat,
    FieldKind.DATE: _check_date,
    FieldKind.COUNT: _check_count,
    FieldKind.PERSON_NAME: _check_person,
    FieldKind.TEXT: _check_text,
}
