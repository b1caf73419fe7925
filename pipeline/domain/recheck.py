"""The blind second entry (复核) of what is in the register, and the error rate it shows. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Final

#: The 97.5 % point of the standard normal distribution: two sides of a 95 % interval.
_Z: Final = 1.959963984540054


class Source(StrEnum):
    """Who decided what is checked: the software alone, or a person."""

    AUTOMATIC = "automatic"
    PERSON = "person"


class RecheckState(StrEnum):
    """`COMPARED` means that something disagrees and nobody has said yet who was right."""

    WAITING = "waiting"
    COMPARED = "compared"
    DONE = "done"


class Outcome(StrEnum):
    """What came of a field: both said the same, the second entry was wrong, or the register was."""

    AGREED = "agreed"
    SLIP = "slip"
    WRONG = "wrong"


SOURCE_NAMES: Final = {Source.AUTOMATIC: "自动登记", Source.PERSON: "人工办结"}
OUTCOME_NAMES: Final = {Outcome.AGREED: "一致", Outcome.SLIP: "复核录入有误", Outcome.WRONG: "登记有误"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One finished second entry: who had decided the case, when, and how many fields were compared and wrong."""

    source: Source
    office: str
    decided_at: datetime
    compared: int
    wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRate:
    """Cases checked, fields compared, fields of the register that were wrong; the rate is None where none was compared.

    `month` is its first day, None for the whole period.
    """

    source: Source
    month: date | None
    cases: int
    compared: int
    wrong: int

    @property
    def rate(self) -> float | None:
        return self.wrong / self.compared if self.compared else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the rate."""
        return wilson_interval(self.wrong, self.compared)


def wilson_interval(wrong: int, compared: int) -> tuple[float, float] | None:
    """The 95 % score interval of a proportion; None where nothing was compared.

    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212: (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n). It holds its
    level for the small rates and samples met here (Brown, Cai, DasGupta, Statist. Sci. 16 (2001) 101-133). Fields
    count as independent, although those of one case are less so.
    """
    if compared == 0:
        return None
    share, spread = wrong / compared, _Z * _Z / compared
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / compared + spread / (4 * compared)) / (1 + spread)
    low = 0.0 if wrong == 0 else max(0.0, middle - half)
    return low, 1.0 if wrong == compared else min(1.0, middle + half)


def error_rates(checked: Iterable[Checked], zone: tzinfo) -> tuple[ErrorRate, ...]:
    """By source, each month of the decision (in that zone) in order and then the whole."""
    found = [(item.decided_at.astimezone(zone).date().replace(day=1), item) for item in checked]
    months: list[date | None] = [*sorted({month for month, _ in found}), None]
    return tuple(
        _rate(source, month, [item for of, item in found if item.source is source and month in (None, of)])
        for source in Source
        for month in months
    )


def _rate(source: Source, month: date | None, items: list[Checked]) -> ErrorRate:
    return ErrorRate(
        source=source,
        month=month,
        cases=len(items),
        compared=sum(item.compared for item in items),
        wrong=sum(item.wrong for item in items),
    )
