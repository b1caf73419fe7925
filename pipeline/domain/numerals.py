"""Small Chinese numerals, as they stand in dates and counts."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("零○oO0", 0) | {"两": 2}
_TENS: Final = {"十": 10, "百": 100, "千": 1_000}


def read_digits(text: str) -> int | None:
    """A numeral written digit by digit: 二〇一八 is 2018. None when any character is no digit."""
    if not text or any(c not in _DIGITS for c in text):
        return None
    return int("".join(str(_DIGITS[c]) for c in text))


def parse_numeral(text: str) -> int | None:
    """A numeral below 100,000,000 with 十 百 千 万: 十二 is 12, 三千五百 is 3,500. None when it is not well formed.

    A trailing digit after 百, 千 or 万 (三千五) is ambiguous and None.
    """
    high, separator, low = text.partition("万")
    if not separator:
        return _parse_section(text)
    thousands = _parse_section(high)
    rest = 0 if not low else _parse_section(low)
    if thousands is None or rest is None or (low and low[0] not in "零〇" and rest < 1_000):
        return None
    return thousands * 10_000 + rest


def _parse_section(text: str) -> int | None:
    """A numeral below 10,000."""
    if text in ("零", "〇"):
        return 0
    total, last_unit = 0, 10_000
    digit: int | None = None
    skipped = False
    for character in text:
        if character in ("零", "〇"):
            if digit is not None or skipped:
                return None
            skipped = True
        elif unit := _TENS.get(character):
            if digit is None and character == "十" and not total and not skipped:
                digit = 1
            if digit is None or unit >= last_unit:
                return None
            total, last_unit, digit, skipped = total + digit * unit, unit, None, False
        else:
            if digit is not None or not _DIGITS.get(character):
                return None
            digit = _DIGITS[character]
    if digit is None:
        return total if total and not skipped else None
    return total + digit if last_unit in (10, 10_000) or skipped else None
