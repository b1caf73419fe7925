"""ID numbers with their middle covered: what is shown, sent or printed never holds a whole one."""

from __future__ import annotations

import re
from typing import Final

_SHOWN_HEAD, _SHOWN_TAIL = 3, 4
_DIGIT: Final = "[0-9０-９]"
_GAP: Final = "[ \u3000\\-]?"
#: Letters may stand before and behind it, as in the name of a file (sfz….jpg); longer runs of digits are other numbers.
_ENDS: Final = ("(?<![0-9０-９])", "(?![0-9０-９])")
#: 15 to 18 digits, the last may be the check letter: written together, and in groups.
_TOGETHER: Final = re.compile(f"{_ENDS[0]}{_DIGIT}{{14,17}}[0-9０-９XxＸｘ]{_ENDS[1]}")
_IN_GROUPS: Final = re.compile(f"{_ENDS[0]}(?:{_DIGIT}{_GAP}){{14,17}}[0-9０-９XxＸｘ]{_ENDS[1]}")
_NOT_OF_NUMBER: Final = re.compile("[ \u3000\\-]")
_WIDE: Final = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")
#: Area, birth date, serial (GB 11643): of 18 characters, and of 15 as before 1999.
_IDENTITY: Final = re.compile(
    r"[1-9][0-9]{5}(?:(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
    r"|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3})"
)


def mask(number: str) -> str:
    """An ID number with its middle covered; short ones are covered whole."""
    if len(number) <= _SHOWN_HEAD + _SHOWN_TAIL:
        return "*" * len(number)
    return number[:_SHOWN_HEAD] + "*" * (len(number) - _SHOWN_HEAD - _SHOWN_TAIL) + number[-_SHOWN_TAIL:]


def cover(key: str, text: str) -> str:
    """The text of the field of that key: an ID number's covered whole, in any other what reads as one."""
    return mask(text) if "id_number" in key else mask_identity_numbers(text)


def mask_identity_numbers(text: str) -> str:
    """`text` with everything in it that reads as a resident ID number covered; whether its check digit fits or not."""
    for pattern in (_TOGETHER, _IN_GROUPS):
        text = pattern.sub(lambda found: _masked(found.group()), text)
    return text


def _masked(written: str) -> str:
    number = _NOT_OF_NUMBER.sub("", written).translate(_WIDE)
    return mask(number) if _IDENTITY.fullmatch(number) else written
