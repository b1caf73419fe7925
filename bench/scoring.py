"""What was read, held against the truth value by value."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.domain.document import DocumentReading, Field, FieldSet
from samples.truth import FileTruth

#: What nobody writes on a form himself; and what no paper is asked for in this city.
_NOT_COUNTED = frozenset({"number"})
WECHAT_KEYS = frozenset({"owner_wechat", "admin_wechat"})


class Score(StrEnum):
    """`WRONG` is the only one nobody is asked about."""

    EXACT = "exact"
    WRONG = "silently wrong"
    DOUBTFUL = "doubtful"
    LOST = "not placed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One value of the truth. `right` says whether it was read right, believed or not."""

    document: str
    key: str
    score: Score
    right: bool
    field: Field | None = field(repr=False)


def plain(value: object) -> object:
    """Widths, compatibility forms and white space are no difference."""
    return "".join(unicodedata.normalize("NFKC", value).split()) if isinstance(value, str) else value


def score(reading: DocumentReading, truth: FileTruth) -> Iterator[Scored]:
    """Every value of the truth, in order. A document that was not found has lost all its values."""
    for index, form in enumerate(truth.forms):
        read = reading.forms[index] if index < len(reading.forms) else None
        yield from _score_set("form", read, form.fields)
    for index, paper in enumerate(truth.papers):
        found = reading.papers[index] if index < len(reading.papers) else None
        same = found if found is not None and found.kind == paper.kind else None
        yield from _score_set(paper.kind, same, paper.fields)


def _score_set(document: str, read: FieldSet | None, truth: Mapping[str, object]) -> Iterator[Scored]:
    for key, value in truth.items():
        if key in _NOT_COUNTED:
            continue
        found = None if read is None else read.field(key)
        if found is None and value is None and read is not None:
            continue
        right = found is not None and plain(found.value) == plain(value)
        yield Scored(document=document, key=key, score=_score(found, right=right), right=right, field=found)


def _score(found: Field | None, *, right: bool) -> Score:
    if found is None:
        return Score.LOST
    if found.doubtful:
        return Score.DOUBTFUL
    return Score.EXACT if right else Score.WRONG


@dataclass
class Tally:
    """The values of a channel."""

    counts: Counter[Score] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    right: int = 0

    def add(self, scored: Scored) -> None:
        self.counts[scored.score] += 1
        self.right += scored.right
        if scored.score is Score.WRONG:
            self.wrong[f"{scored.document} {scored.key}"] += 1

    @property
    def values(self) -> int:
        return self.counts.total()

    def share(self, *scores: Score) -> float:
        return sum(self.counts[item] for item in scores) / max(1, self.values)

    @property
    def right_share(self) -> float:
        """Of all values, believed or not."""
        return self.right / max(1, self.values)

    @property
    def wrong_share(self) -> float:
        """Of what was accepted."""
        accepted = self.counts[Score.EXACT] + self.counts[Score.WRONG]
        return self.counts[Score.WRONG] / max(1, accepted)
