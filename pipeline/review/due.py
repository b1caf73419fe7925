"""How pressing a case is, as a word, a sign and a colour: none of them alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

_SOON_DAYS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """`level` is late, soon, calm or none; it names the colour."""

    level: str
    sign: str
    text: str
    day: str


#: What needs no more doing.
SETTLED: Final = Due(level="done", sign="✓", text="已结", day="")


def due_of(due: date | None, today: date) -> Due:
    """What a due date says today."""
    if due is None:
        return Due(level="none", sign="○", text="无期限", day="")
    days, day = (due - today).days, due.isoformat()
    if days < 0:
        return Due(level="late", sign="▲", text=f"逾期 {-days} 天", day=day)
    if days == 0:
        return Due(level="late", sign="▲", text="今天到期", day=day)
    level, sign = ("soon", "◆") if days <= _SOON_DAYS else ("calm", "●")
    return Due(level=level, sign=sign, text=f"剩 {days} 天", day=day)
