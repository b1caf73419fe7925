"""What Word's EQ fields draw that set characters upon each other: 带圈字符, the way of its menu to put a tick into a box.

`EQ \\o\\ac(□,√)` has no result in the file; Word draws it from the instruction (ECMA-376-1, 17.16.5, EQ).
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.extract.tick_marks import CROSSES, EMPTY_BOXES, STROKES

_OVERSTRUCK: Final = re.compile(r"\s*EQ\s*\\o\s*(?:\\[a-z]{1,2}\s*)*\((?P<list>[^()]{1,40})\)\s*", re.IGNORECASE)
_RINGS: Final = frozenset("○◯〇")
_CROSSES: Final = frozenset(CROSSES)
_LAST_RINGED: Final = 20


def overstruck_text(instruction: str) -> str | None:
    """What such a field shows: ☑ or ☒ for a mark in a box, ① for a number in a ring, else all characters in their order. None
    for any other field."""
    found = _OVERSTRUCK.fullmatch(instruction[:200])
    if found is None:
        return None
    parts = [part.strip() for part in re.split("[,;，；]", found["list"]) if part.strip()]
    frames = [part for part in parts if part in EMPTY_BOXES]
    marks = [part for part in parts if part not in frames]
    if len(frames) != 1 or len(marks) != 1:
        return "".join(parts)
    if marks[0] in (*STROKES, "V", "v"):
        return "☑"
    if marks[0] in _CROSSES:
        return "☒"
    numbered = frames[0] in _RINGS and marks[0].isdecimal() and 0 < int(marks[0]) <= _LAST_RINGED
    return chr(ord("①") + int(marks[0]) - 1) if numbered else "".join(parts)
