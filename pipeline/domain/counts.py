"""From the text of a field to a number of followers: "1.2万", "约5000+", "截至2018年12月10日，5991人"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pipeline.domain.numerals import parse_numeral
from pipeline.domain.spelling import normalise

_MAX_LENGTH: Final = 64
#: No account, and no platform, has more followers than this.
_MAX_COUNT: Final = 5_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """A number of followers; `approximate` when the text says 约, 多, 余, +, 左右 or the like."""

    value: int
    approximate: bool = False


_COUNT: Final = re.compile(
    r"(?:(?:目前|现有|现|已有|已|共有|共计|共|总计|总|有|活跃|粉丝(?:数量?|量)?|用户(?:数量?)?|关注(?:数|人数)?):?){0,3}"
    r"(?P<before>约|大约|大概|近|将近|超|超过|逾|>|≈|~)?(?:有|为)?"
    r"(?P<number>[0-9]{1,4}万[0-9]千(?:[0-9]百)?|[0-9]千[0-9]百|[0-9][0-9,]{0,15}(?:\.[0-9]{1,6})?"
    r"|[零〇一二两三四五六七八九十百千万]{1,12})"
    r"(?P<unit>[十百千万亿kKwW]?)"
    r"(?P<after>\+|多|余|来|以上|左右|上下)?"
    r"(?:人|名|个|位|粉丝|关注|用户|户)*"
    r"(?P<last>\+|多|余|以上|左右|上下|\(约\))?"
)
_THOUSANDS_BLANK: Final = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")
_ON_A_DAY: Final = (
    r"(?:目前|现在|今日|今天|当前|填表(?:之日|日|时)|(?:[0-9]{4}年)?[0-9]{1,2}月(?:[0-9]{1,2}[日号]|[底末初份]|(?![0-9]))"
    r"|[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}(?![0-9]))(?:为止)?"
)
#: Of which day a count is: "1153（截至2018年11月底）", "截至目前1153人".
_AS_OF: Final = re.compile(
    rf"\s*\((?:(?:数据|统计)?截[至止][^()]{{0,24}}|{_ON_A_DAY})\)\s*$|^\s*截[至止] ?{_ON_A_DAY} ?[,:;]? ?"
    r"|^\s*[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}[日号] ?[,:;]? ?"
    rf"|(?<=[人名个位])[,; ]{{0,2}}\(?截[至止] ?{_ON_A_DAY}$"
)
#: The unit in brackets: "239（人）", "3.8（万）".
_BRACKETED_UNIT: Final = re.compile(r"\(([人名个位万])\)")
_SPLIT_DIGITS: Final = re.compile(r"[0-9] +[0-9]")
_IN_UNITS: Final = re.compile(r"([0-9]+)([万千百])")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_UNITS: Final = {
    "": 1, "十": 10, "百": 100, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "亿": 100_000_000,
}  # fmt: skip


def parse_count(text: str) -> Count | None:
    """A whole number of followers: "12,345人", "1.2万", "5万4千", "约5000+", "三千". None for ranges, guesses and fractions.

    What day it was counted on may stand behind it in brackets.
    """
    plain = _BRACKETED_UNIT.sub(r"\1", _AS_OF.sub("", normalise(text)[: 2 * _MAX_LENGTH]))
    solid = _THOUSANDS_BLANK.sub(",", plain)
    if _SPLIT_DIGITS.search(solid):
        return None
    solid = "".join(solid.split()).strip("。.;")
    found = _COUNT.fullmatch(solid) if len(solid) <= _MAX_LENGTH else None
    if found is None:
        return None
    value = _parse_amount(found["number"], found["unit"].lower())
    if value is None or value > _MAX_COUNT:
        return None
    return Count(value=value, approximate=any(found[part] for part in ("before", "after", "last")))


def _parse_amount(number: str, unit: str) -> int | None:
    if not number[0].isascii():
        numeral = parse_numeral(number + (unit if unit in "十百千万" else ""))
        return None if unit not in "十百千万" else numeral
    if number[-1] in "千百":
        return None if unit else sum(int(digits) * _UNITS[each] for digits, each in _IN_UNITS.findall(number))
    if "," in number and not _GROUPED.fullmatch(number):
        return None
    amount = Decimal(number.replace(",", "")) * _UNITS[unit]
    return int(amount) if amount == amount.to_integral_value() else None
