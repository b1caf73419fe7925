"""From the text of a field to its value: dates, phone numbers, ID numbers, WeChat IDs.

Every function takes any text and never raises; what cannot be read surely is None (or stays as it
stands), so that a person is asked instead of a value being guessed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

from stdnum.iso7064 import mod_11_2

from pipeline.domain.numerals import parse_numeral, read_digits
from pipeline.domain.spelling import normalise, squash

_MAX_LENGTH: Final = 64
_YEARS: Final = range(1900, 2200)

_DASHES: Final = str.maketrans("‐‑‒–—―−﹣_·・", "-------" + "-" * 4)
_PLAIN_DATE: Final = re.compile(
    r"(?P<year>[0-9]{4}|[0-2][0-9](?= ?年)) ?[-./,、。年 ] ?(?P<month>[0-9]{1,2})"
    r"(?: ?[-./,、。月 ] ?(?:(?P<day>[0-9]{1,2}) ?[日号]?)?)?"
    # A line may end between the day and the hour.
    r"(?:(?: |(?<=[日号])|(?<=[-./][0-9]{2})(?=[0-9]{2}:))[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
)
_SOLID_DATE: Final = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?")
_CHINESE_DATE: Final = re.compile(
    r"(?P<year>[〇零○OoO0一二三四五六七八九]{4}|[0-9]{4})年(?P<month>[一二三四五六七八九十]{1,2}|[0-9]{1,2})月"
    r"(?:(?P<day>[一二三四五六七八九十]{1,3}|[0-9]{1,2})[日号]?)?"
)


#: What says no more than that an account begins there: 于…注册, (开通), 自…起. Not 认证, which comes later (and is no date of
#: its own in brackets).
_BEGINNING: Final = r"(?:开通|注册|创建|开设|建立|上线)(?:时间:?|日期:?|的|运营)?"
#: What says no more than that it is a date, which day of the week it was, and which part of the month.
_ROUND_A_DATE: Final = re.compile(
    rf"^ ?(?:{_BEGINNING})? ?[于自从]? ?(?:公元)?"
    r"|(?<=[日号0-9]) ?[,(]? ?(?:星期|周|礼拜)[一二三四五六日天] ?\)?(?= ?$)"
    rf"|(?<=月)份?(?:[初底末]|[上中下]旬)? ?(?:至今|起|\(?{_BEGINNING}\)?)?$"
    r"|(?<=[日号]) ?[上下]午$"
    rf"|(?<=[日号0-9]) ?-?(?:至今|起|\(?{_BEGINNING}\)?)$"
    r"|\(认证[^()]{0,20}\)$"
)


def parse_date(text: str) -> str | None:
    """An ISO date, "2018-12-01", or "2018-12" when only the month is given (2018年12月份, 2018年12月初); None for anything else,
    impossible dates, guesses (约), and two-digit years without 年 included."""
    written = normalise(text)
    # With 年 an underscore is no dash, but the line a number was written on.
    written = " ".join(written.replace("_", " ").split()) if "年" in written else written
    plain = _ROUND_A_DATE.sub("", written.translate(_DASHES)).strip(" .,。;-")
    if not plain or len(plain) > _MAX_LENGTH:
        return None
    found = _PLAIN_DATE.fullmatch(plain) or _SOLID_DATE.fullmatch(plain)
    solid = plain.replace(" ", "")
    if found is None and "年" in plain:
        found = _PLAIN_DATE.fullmatch(solid)
    if found is not None:
        day = found["day"]
        return _iso_date(_full_year(found["year"]), int(found["month"]), None if day is None else int(day))
    return _parse_chinese_date(solid)


def _full_year(digits: str) -> int:
    """18年 is 2018: no account is older than this century. Later than 29 it is what is left of a day of birth (1945年)."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _parse_chinese_date(solid: str) -> str | None:
    found = _CHINESE_DATE.fullmatch(solid)
    if found is None:
        return None
    year = int(found["year"]) if found["year"].isdecimal() else read_digits(found["year"])
    month, day = _part(found["month"]), _part(found["day"])
    if year is None or month is None or (day is None and found["day"] is not None):
        return None
    return _iso_date(year, month, day)


def _part(digits: str | None) -> int | None:
    """A month or day, in digits or as a numeral."""
    if digits is None:
        return None
    return int(digits) if digits.isdecimal() else parse_numeral(digits)


def _iso_date(year: int, month: int, day: int | None) -> str | None:
    if year not in _YEARS:
        return None
    try:
        whole = date(year, month, 1 if day is None else day)
    except ValueError:
        return None
    return whole.isoformat() if day is not None else f"{year:04}-{month:02}"


_NOTE: Final = re.compile(r"\([^()0-9]{0,40}\)")
_BRACKETED_AREA: Final = re.compile(r"\((0[0-9]{2,3})\)")
_COUNTRY: Final = re.compile(
    r"\((?:\+ ?|00)?86\)[- ]?|(?<![0-9A-Za-z])(?:\+ ?|00)86[- ]?"
    r"|(?<![0-9A-Za-z+])86[- ](?=1[0-9])|(?<![0-9A-Za-z+])86(?=1[0-9]{10}(?![0-9]))"
)
_DOTTED_MOBILE: Final = re.compile(r"(?<![0-9.])(1[0-9]{2})\.([0-9]{4})\.([0-9]{4})(?![0-9.])")
_NUMBER_RUN: Final = re.compile(r"[0-9A-Za-z*]+(?:[- ]{1,3}[0-9A-Za-z*]+)*")
#: Of a code of three digits and eight, or four and seven or eight.
_LANDLINE_LENGTHS: Final = (11, 12)
_GROUP: Final = re.compile(r"([- ]{0,3})([0-9A-Za-z*]+)")


def parse_phones(text: str) -> tuple[str, ...]:
    """Every phone number that stands there, in order, each once: mobiles as bare digits, landlines as "0316-2339541".

    Numbers of a wrong length, and characters that are no digits, stay as they are for the check to refuse.
    """
    dotted = _DOTTED_MOBILE.sub(r"\1-\2-\3", normalise(text)[:400])
    plain = _NOTE.sub(";", dotted.translate(_DASHES))
    plain = _COUNTRY.sub("", _BRACKETED_AREA.sub(r"\1-", plain))
    numbers = [number for run in _NUMBER_RUN.findall(plain) for number in _split_run(run)]
    return tuple(dict.fromkeys(numbers))


def _split_run(run: str) -> list[str]:
    """One or several numbers from groups of digits that only blanks or dashes separate."""
    numbers: list[str] = []
    current: list[str] = []
    for separator, group in _GROUP.findall(run):
        if not any(c.isdigit() for c in group):
            continue
        if current and (_is_mobile(group) or (_is_whole(current) and not _is_extension(current, separator, group))):
            numbers.append(_join(current))
            current = []
        current.append(group)
    return [*numbers, _join(current)] if current else numbers


def _is_whole(groups: list[str]) -> bool:
    length = sum(map(len, groups))
    return length >= 11 or (groups[0].startswith("0") and length >= 10 and len(groups) > 1)


def _is_extension(groups: list[str], separator: str, group: str) -> bool:
    return groups[0].startswith("0") and len(groups) == 2 and "-" in separator and len(group) <= 4


def _is_mobile(group: str) -> bool:
    return len(group) == 11 and group.isdigit() and group.startswith("1")


def _join(groups: list[str]) -> str:
    """Groups of one number; of a landline's the area's code comes first, of three digits where it is 010 or 02x."""
    if len(groups) == 1 and groups[0].isdecimal() and groups[0].startswith("0") and len(groups[0]) in _LANDLINE_LENGTHS:
        area = 3 if groups[0].startswith(("010", "02")) else 4
        groups = [groups[0][:area], groups[0][area:]]
    return ("-" if groups[0].startswith("0") else "").join(groups)


#: What is typed for the X of a number: the sign, and the Russian and the Greek letter.
_TYPED_X: Final = re.compile(r"(?P<digits>[0-9]{17})[×✕╳ХхΧχ]")
#: A resident's number with what people set before, within and behind it: 身份证…, a spreadsheet's ', dashes, (附复印件).
_ID_NUMBER: Final = re.compile(
    r"(?:(?:[居公]民)?身份证(?:号码?)?:?|证件号码?:?|号码?:)?[‘'`]?(?P<number>[0-9](?:-?[0-9]){16}-?[0-9Xx])(?:\([\u4e00-\u9fff]{1,12}\))?"
)


def parse_id_number(text: str) -> str:
    """An ID number as one run of half-width characters, X in capitals; whatever else stands there stays, unless it is
    a resident's whole number with no more than words round it."""
    solid = "".join(normalise(text)[:_MAX_LENGTH].split())
    found = _ID_NUMBER.fullmatch(solid.translate(_DASHES))
    return (found["number"].replace("-", "") if found else solid).upper()


def with_typed_x(number: str) -> str:
    """An ID number whose X was typed as ×, as its check digit proves; any other as it is.

    Of text that was typed. On a picture a 7 by hand may look like ×, so that there other readers have to see the X.
    """
    found = _TYPED_X.fullmatch(number)
    return f"{found['digits']}X" if found is not None and mod_11_2.is_valid(f"{found['digits']}X") else number


_WECHAT_LABEL: Final = re.compile(r"(?:微信号码?|微信|wechat|WeChat|WECHAT)[::]|^微信号码?(?=[A-Za-z0-9])")
#: What word processors make of a hyphen.
_HYPHENS: Final = str.maketrans(dict.fromkeys("‐‑‒–−﹣", "-"))
_ANY_NOTE: Final = re.compile(r"\([^()]{0,40}\)")


def parse_wechat_id(text: str) -> str:
    """A WeChat ID without blanks, notes in brackets or a label before it; a phone number as bare digits.

    Capitals and dashes stay as written. What is no ID at all stays too, for the check to refuse.
    """
    solid = "".join(normalise(text)[: 4 * _MAX_LENGTH].translate(_HYPHENS).split())
    solid = _ANY_NOTE.sub("", _WECHAT_LABEL.sub("", solid)).strip(",;。")
    phones = parse_phones(solid)
    return phones[0] if len(phones) == 1 and _is_mobile(phones[0]) and not re.search(r"[A-Za-z]", solid) else solid


_DITTO_MARKS: Final = frozenset({"〃", '"', "“", "”", "″", "′′", "''", "…〃"})
_DITTO: Final = re.compile(
    r"(?:[同如]上面?|同左|同前|上同|与上(?:面)?(?:相同|一致|同)|[同与]?(?:账号|帐号)?(?:所有人|所有者)(?:本人)?(?:相同|一致|姓名|同)?|(?:同|即|为)?本人)"
    r"(?:姓名|手机号?|微信号?|电话)?"
)


def is_ditto(text: str) -> bool:
    """Whether the text says "the same as above" (同上, 同左, 同账号所有人, 本人, 〃) instead of giving a value."""
    plain = normalise(text)[:_MAX_LENGTH]
    return plain in _DITTO_MARKS or _DITTO.fullmatch(squash(plain)) is not None


_SAME_AS_PHONE: Final = re.compile(
    r"(?:本人)?(?:微信号?)?(?:[同与即为是]|同[左右上])(?:本人)?(?:手机|电话)(?:号码?)?(?:相同|一致|同号?|一样)?"
    r"|(?:本人)?(?:手机|电话)(?:号码?)?(?:同号?|同步|[即为是]+微信号?|[与和]微信号?(?:相同|一致|同号?)|微信同号)?|(?:微信)?同号"
)


def is_same_as_phone(text: str) -> bool:
    """Whether a WeChat field says "same as the phone number" (同手机号) instead of giving an ID."""
    return _SAME_AS_PHONE.fullmatch(squash(text[:_MAX_LENGTH])) is not None


_BLANK_WORDS: Final = frozenset({"未填", "未填写", "空", "空白", "待填", "待填写"})
_NONE_WORDS: Final = frozenset({"无", "暂无", "没有"})


def is_none(text: str) -> bool:
    """Whether the text answers that there is none (无, 没有)."""
    return squash(text[:_MAX_LENGTH]) in _NONE_WORDS


def is_blank(text: str, *, none_is_blank: bool = False) -> bool:
    """Whether nothing was filled in: empty, dashes, underscores, a slash, 未填.

    无 is an answer, except where `none_is_blank` says it is none (编号, which the office gives).
    """
    plain = normalise(text)
    if all(c.isspace() or unicodedata.category(c)[0] in "PZ" or c in "|`~^=" for c in plain):
        return plain not in _DITTO_MARKS
    word = squash(plain)
    return word in _BLANK_WORDS or (none_is_blank and word in _NONE_WORDS)
