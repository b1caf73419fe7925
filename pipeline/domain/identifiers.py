"""Check digits and formats of the numbers on forms and papers.

Every check takes any text, never raises, and answers with an `IdCheck`. Sources: GB 11643 (resident IDs), GB 32100 (credit
codes), GB 11714 (organisation codes), the registration number's ISO 7064 MOD 11,10, and `phonenumbers` for mobiles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import phonenumbers
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2, mod_11_10

from pipeline.domain.spelling import normalise
from pipeline.domain.values import parse_id_number


class IdKind(StrEnum):
    """What a number is by its shape."""

    RESIDENT_ID = "resident_id"
    RESIDENT_ID_15 = "resident_id_15"
    RESIDENCE_PERMIT = "residence_permit"  # 港澳台居民居住证
    PERMANENT_RESIDENCE = "permanent_residence"  # 永居证
    HOME_RETURN_PERMIT = "home_return_permit"  # 回乡证
    TAIWAN_PERMIT = "taiwan_permit"  # 台胞证
    PASSPORT = "passport"
    CREDIT_CODE = "credit_code"
    ORGANISATION_CODE = "organisation_code"
    REGISTRATION_NUMBER = "registration_number"
    MOBILE = "mobile"
    LANDLINE = "landline"
    WECHAT_ID = "wechat_id"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a number is refused, or what to know of one that is not."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    AREA = "area"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"
    ORGANISATION_PART = "organisation_part"
    LEGACY = "legacy"
    UNVERIFIABLE = "unverifiable"
    LANDLINE = "landline"
    UNLISTED_PREFIX = "unlisted_prefix"
    ACCOUNT_ID = "account_id"
    PHONE_NUMBER = "phone_number"


@dataclass(frozen=True, kw_only=True, slots=True)
class IdCheck:
    """The outcome of one check.

    `ok` is true when the number may be taken as it stands. `reason` says why not; with `ok` it is a
    remark (`UNLISTED_PREFIX`, `PHONE_NUMBER`). `suggestion` is the number it should probably be.
    """

    kind: IdKind
    ok: bool
    reason: Reason | None = None
    suggestion: str | None = None


#: Province codes of GB/T 2260, first two digits.
_PROVINCES: Final = frozenset(
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46}
    | {50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71}
)
_PERMIT_AREAS: Final = frozenset({"810000", "820000", "830000"})
_OTHER_PAPERS: Final = (
    (IdKind.HOME_RETURN_PERMIT, re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")),
    (IdKind.PERMANENT_RESIDENCE, re.compile(r"[A-Z]{3}[0-9]{12}")),
    (IdKind.PASSPORT, re.compile(r"[A-Z][0-9]{7,8}|[A-Z]{2}[0-9]{6,7}|[A-Z][A-Z0-9][0-9]{7}")),
    (IdKind.TAIWAN_PERMIT, re.compile(r"[0-9]{8}(?:\([A-Z0-9]\))?")),
    (IdKind.PASSPORT, re.compile(r"[0-9]{9}")),
)
_EIGHTEEN: Final = re.compile(r"[0-9]{17}[0-9X]")
_FIFTEEN: Final = re.compile(r"[0-9]{15}")


def check_id_number(text: str, *, on: date | None = None) -> IdCheck:
    """A person's ID number: resident ID, residence permit, or another paper.

    A 15-digit ID is not ok (`LEGACY`) and suggests its 18 digits; passports and the like are not ok
    (`UNVERIFIABLE`). `on` is the day it was handed in: nobody is born after it.
    """
    number = parse_id_number(text)
    if not number:
        return IdCheck(kind=IdKind.UNKNOWN, ok=False, reason=Reason.EMPTY)
    if _EIGHTEEN.fullmatch(number):
        return _check_eighteen(number, on)
    if _FIFTEEN.fullmatch(number):
        return _check_fifteen(number)
    for kind, pattern in _OTHER_PAPERS:
        if pattern.fullmatch(number):
            return IdCheck(kind=kind, ok=False, reason=Reason.UNVERIFIABLE)
    plain = number.isascii() and number.isalnum()
    return IdCheck(kind=IdKind.UNKNOWN, ok=False, reason=Reason.LENGTH if plain else Reason.CHARACTERS)


def _check_eighteen(number: str, on: date | None) -> IdCheck:
    foreigner = number[0] == "9"
    permit = number[:6] in _PERMIT_AREAS
    kind = IdKind.RESIDENCE_PERMIT if permit else IdKind.PERMANENT_RESIDENCE if foreigner else IdKind.RESIDENT_ID
    if not (permit or foreigner or int(number[:2]) in _PROVINCES):
        return IdCheck(kind=kind, ok=False, reason=Reason.AREA)
    born = _birth_date(number[6:14])
    if born is None or (on is not None and born > on):
        return IdCheck(kind=kind, ok=False, reason=Reason.BIRTH_DATE)
    if mod_11_2.calc_check_digit(number[:17]) != number[17]:
        return IdCheck(kind=kind, ok=False, reason=Reason.CHECK_DIGIT)
    if foreigner:
        return IdCheck(kind=kind, ok=False, reason=Reason.UNVERIFIABLE)
    return IdCheck(kind=kind, ok=True)


def _check_fifteen(number: str) -> IdCheck:
    kind = IdKind.RESIDENT_ID_15
    if int(number[:2]) not in _PROVINCES:
        return IdCheck(kind=kind, ok=False, reason=Reason.AREA)
    whole = f"{number[:6]}19{number[6:]}"
    if _birth_date(whole[6:14]) is None:
        return IdCheck(kind=kind, ok=False, reason=Reason.BIRTH_DATE)
    suggestion = whole + mod_11_2.calc_check_digit(whole)
    return IdCheck(kind=kind, ok=False, reason=Reason.LEGACY, suggestion=suggestion)


def _birth_date(digits: str) -> date | None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
    return born if born.year >= 1900 else None


_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE: Final = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")


def check_credit_code(text: str) -> IdCheck:
    """A 统一社会信用代码 (GB 32100): its check character, and that of the organisation code inside it."""
    code, kind = plain_code(text), IdKind.CREDIT_CODE
    reason: Reason | None = None
    if len(code) != 18:
        reason = Reason.LENGTH if code else Reason.EMPTY
    elif not _CREDIT_CODE.fullmatch(code):
        reason = Reason.CHARACTERS
    elif _CREDIT_ALPHABET[-_credit_sum(code[:17]) % 31] != code[17]:
        reason = Reason.CHECK_DIGIT
    elif _organisation_check(code[8:16]) != code[16]:
        reason = Reason.ORGANISATION_PART
    return IdCheck(kind=kind, ok=reason is None, reason=reason)


def _credit_sum(body: str) -> int:
    return sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))


_ORGANISATION_CODE: Final = re.compile(r"[0-9A-Z]{8}-?[0-9X]")
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


def check_organisation_code(text: str) -> IdCheck:
    """An organisation code (GB 11714), "12345678-9" or without its dash."""
    code, kind = plain_code(text), IdKind.ORGANISATION_CODE
    reason: Reason | None = None
    if len(code.replace("-", "")) != 9:
        reason = Reason.LENGTH if code else Reason.EMPTY
    elif not _ORGANISATION_CODE.fullmatch(code):
        reason = Reason.CHARACTERS
    elif _organisation_check(code[:8]) != code[-1]:
        reason = Reason.CHECK_DIGIT
    return IdCheck(kind=kind, ok=reason is None, reason=reason)


def _organisation_check(body: str) -> str:
    total = sum(int(c, 36) * weight for c, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    digit = 11 - total % 11
    return "X" if digit == 10 else "0" if digit == 11 else str(digit)


def check_registration_number(text: str) -> IdCheck:
    """An old business registration number (注册号), 15 digits."""
    code, kind = plain_code(text), IdKind.REGISTRATION_NUMBER
    if not _FIFTEEN.fullmatch(code):
        length = code.isascii() and code.isdigit()
        reason = Reason.EMPTY if not code else Reason.LENGTH if length else Reason.CHARACTERS
        return IdCheck(kind=kind, ok=False, reason=reason)
    try:
        mod_11_10.validate(code)
    except ValidationError:
        return IdCheck(kind=kind, ok=False, reason=Reason.CHECK_DIGIT)
    return IdCheck(kind=kind, ok=True)


def check_licence_number(text: str) -> IdCheck:
    """The number on a business licence: a credit code or, on old licences, a registration number."""
    return check_registration_number(text) if _FIFTEEN.fullmatch(plain_code(text)) else check_credit_code(text)


class BodyKind(StrEnum):
    """What a credit code's first two characters say its holder is."""

    ORGAN = "organ"  # 机关
    INSTITUTION = "institution"  # 事业单位
    SOCIETY = "society"  # 社会团体
    PRIVATE_NON_ENTERPRISE = "private_non_enterprise"  # 民办非企业单位
    FOUNDATION = "foundation"  # 基金会
    VILLAGERS_COMMITTEE = "villagers_committee"  # 基层群众性自治组织
    ENTERPRISE = "enterprise"  # 企业
    INDIVIDUAL_BUSINESS = "individual_business"  # 个体工商户
    COOPERATIVE = "cooperative"  # 农民专业合作社
    RURAL_COLLECTIVE = "rural_collective"  # 农村集体经济组织
    OTHER = "other"


_BODIES: Final = {
    "11": BodyKind.ORGAN,
    "12": BodyKind.INSTITUTION,
    "51": BodyKind.SOCIETY,
    "52": BodyKind.PRIVATE_NON_ENTERPRISE,
    "53": BodyKind.FOUNDATION,
    "54": BodyKind.VILLAGERS_COMMITTEE,
    "91": BodyKind.ENTERPRISE,
    "92": BodyKind.INDIVIDUAL_BUSINESS,
    "93": BodyKind.COOPERATIVE,
}


def credit_code_body(text: str) -> BodyKind | None:
    """The kind of body a valid credit code was given to; None for anything that is no valid credit code."""
    if not check_credit_code(text).ok:
        return None
    code = plain_code(text)
    return BodyKind.RURAL_COLLECTIVE if code[0] == "N" else _BODIES.get(code[:2], BodyKind.OTHER)


def plain_code(text: str) -> str:
    """A code in one spelling: upper case, no blanks."""
    return "".join(normalise(text)[:64].split()).upper()


_MOBILE: Final = re.compile(r"1[0-9]{10}")
_LANDLINE: Final = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(?:-[0-9]{1,6})?|[2-8][0-9]{6,7}|[48]00[0-9]{7}")


def check_mobile(text: str) -> IdCheck:
    """A mainland mobile number as `parse_phones` cleans it. A prefix nobody has listed is ok with `UNLISTED_PREFIX`."""
    number = normalise(text)[:64]
    if not number:
        return IdCheck(kind=IdKind.UNKNOWN, ok=False, reason=Reason.EMPTY)
    if _MOBILE.fullmatch(number):
        if number[1] in "012":
            return IdCheck(kind=IdKind.MOBILE, ok=False, reason=Reason.AREA)
        listed = _is_listed(number)
        return IdCheck(kind=IdKind.MOBILE, ok=True, reason=None if listed else Reason.UNLISTED_PREFIX)
    if _LANDLINE.fullmatch(number):
        return IdCheck(kind=IdKind.LANDLINE, ok=False, reason=Reason.LANDLINE)
    digits = number.isascii() and number.isdigit()
    return IdCheck(kind=IdKind.UNKNOWN, ok=False, reason=Reason.LENGTH if digits else Reason.CHARACTERS)


def _is_listed(number: str) -> bool:
    parsed = phonenumbers.PhoneNumber(country_code=86, national_number=int(number))
    return phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE


_WECHAT_ID: Final = re.compile(r"[A-Za-z][-_A-Za-z0-9]{5,19}")


def check_wechat_id(text: str) -> IdCheck:
    """A person's WeChat ID. A mobile number is ok with `PHONE_NUMBER`; `gh_…` names an account, not a person."""
    found, kind = normalise(text)[:64], IdKind.WECHAT_ID
    if not found:
        return IdCheck(kind=kind, ok=False, reason=Reason.EMPTY)
    if found.lower().startswith("gh_"):
        return IdCheck(kind=kind, ok=False, reason=Reason.ACCOUNT_ID)
    if check_mobile(found).ok:
        return IdCheck(kind=kind, ok=True, reason=Reason.PHONE_NUMBER)
    if _WECHAT_ID.fullmatch(found):
        return IdCheck(kind=kind, ok=True)
    short = found.isascii() and not 6 <= len(found) <= 20
    return IdCheck(kind=kind, ok=False, reason=Reason.LENGTH if short else Reason.CHARACTERS)


def mask_number(number: str) -> str:
    """A number as messages may show it: three characters, stars, four characters. Short ones are all stars."""
    if len(number) < 10:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
