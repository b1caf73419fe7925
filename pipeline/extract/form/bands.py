"""The rows of a table without level rules: which lines of the values stand beside which label. Pure.

Programs set every cell of a table alike: all values begin level with their labels, or have their middle there, or end there.
Where only one of the three fits all rows, or all that fit say the same, it is known; where they differ the lines between are
told by the wider blanks between rows, and where those tell nothing, not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

#: How far a value is off its label's level, in heights of a line: the typefaces of both may differ.
_LEVEL: Final = 0.35
#: By so much blanks between rows are wider than blanks within.
_WIDER: Final = 0.1


#: For each label the lines beside it, from and to (exclusive).
Parts = list[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From where to where a label or a line of text reaches on the page."""

    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def high(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """For each label the lines beside it, as numbers from and to (exclusive); and the labels for which that is a guess."""

    lines: tuple[tuple[int, int], ...]
    guessed: frozenset[int] = frozenset()


def find_bands(labels: Sequence[Span], lines: Sequence[Span]) -> Bands | None:
    """The rows of a table; `labels` are those of different rows, from the top, `lines` all other lines of text. None: they are set
    in no known way."""
    slack = _LEVEL * min(span.high for span in (*labels, *lines))
    ways = (_tops(labels, lines, slack), _middles(labels, lines, slack), _bottoms(labels, lines, slack))
    fitting = [found for found in ways if found]
    if not fitting:
        return None
    even = [found for found in fitting if _is_even(found, labels, lines)]
    best, *others = even or fitting
    guessed = {at for other in others for at, (one, two) in enumerate(zip(best, other, strict=True)) if one != two}
    if not even:
        guessed |= {at for at, (start, end) in enumerate(best) if end - start > 1}
        guessed |= {near for at in guessed for near in (at - 1, at + 1)}
    return Bands(lines=tuple(best), guessed=frozenset(guessed | _beside_blanks(best)))


def _beside_blanks(parts: Parts) -> set[int]:
    """Rows without a value beside a value of several lines, and those values: one of the lines may be the other row's."""
    sizes = [end - start for start, end in parts]
    pairs = [pair for pair in pairwise(range(len(parts))) if min(sizes[at] for at in pair) == 0]
    return {at for pair in pairs if max(sizes[one] for one in pair) > 1 for at in pair}


def _tops(labels: Sequence[Span], lines: Sequence[Span], slack: float) -> Parts | None:
    """Each value from the line level with its label's first to the next label."""
    starts = [_first_below(label.top - slack, lines) for label in labels]
    parts = list(pairwise([*starts, len(lines)]))
    level = all(a == b or abs(lines[a].top - label.top) <= slack for label, (a, b) in zip(labels, parts, strict=True))
    return parts if level and starts[:1] == [0] else None


def _bottoms(labels: Sequence[Span], lines: Sequence[Span], slack: float) -> Parts | None:
    """Each value from the label before to the line level with its label's last."""
    ends = [_first_below(label.bottom + slack, lines, foot=True) for label in labels]
    parts = list(pairwise([0, *ends]))
    level = all(
        a == b or abs(lines[b - 1].bottom - label.bottom) <= slack for label, (a, b) in zip(labels, parts, strict=True)
    )
    return parts if level and ends[-1:] == [len(lines)] else None


def _middles(labels: Sequence[Span], lines: Sequence[Span], slack: float) -> Parts | None:
    """Each value with its middle level with its label's."""
    parts: Parts = []
    start = 0
    for label in labels:
        off = {end: abs(_middle(lines, start, end) - label.middle) for end in range(start + 1, len(lines) + 1)}
        end = min(off, key=lambda end: off[end], default=None)
        end = end if end is not None and off[end] <= slack else None
        if end is None:
            if start < len(lines) and lines[start].middle < label.middle:
                return None
            end = start
        parts.append((start, end))
        start = end
    return parts if start == len(lines) else None


def _middle(lines: Sequence[Span], start: int, end: int) -> float:
    return (lines[start].top + lines[end - 1].bottom) / 2


def _first_below(height: float, lines: Sequence[Span], *, foot: bool = False) -> int:
    below = (at for at, line in enumerate(lines) if (line.bottom if foot else line.top) > height)
    return next(below, len(lines))


def _is_even(parts: Parts, labels: Sequence[Span], lines: Sequence[Span]) -> bool:
    """Whether the blanks between rows are wider than those within; the last row's do not count, where people sign."""
    within = [blank for start, end in parts[:-1] for blank in _blanks(lines, start, end)]
    between = [lines[b].top - lines[a - 1].bottom for (_, a), (b, end) in pairwise(parts) if a and a == b and b < end]
    high = min((label.high for label in labels), default=0.0)
    return not within or not between or min(between) > max(within) + _WIDER * high


def _blanks(lines: Sequence[Span], start: int, end: int) -> Iterator[float]:
    yield from (lower.top - upper.bottom for upper, lower in pairwise(lines[start:end]))
