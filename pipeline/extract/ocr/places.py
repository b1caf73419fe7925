"""What a network says of each place of a line, before it is one text: which characters may stand there, and with what chance.

Where several looks at a line do not say the same, their texts cannot be averaged, and neither can their steps, which do not
coincide; but the places where they saw characters can be laid upon each other, and what each of them thought of there counts
(`join_looks`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.extract.ocr.readers import Place

Chances = npt.NDArray[np.float32]
#: What may stand at a place, with its chance; "" where nothing may.
Choices = Mapping[str, float]
#: What stands for a digit or X by hand, where nothing but digits can: a 1 without a foot, a round 0, a cross.
_TAKEN_FOR: Final = {"1": "|!Il丨", "0": "oOQ〇", "X": "×✕xY"}
_MOST: Final = 12
_LEAST: Final = 1e-5
#: A place is one where something is likelier than nothing, with so much at least.
_SEEN: Final = 0.02
#: Networks pass over characters far more readily than they make some up: of four digits the third reader often saw three.
_PASSED_OVER: Final = 0.4
#: Of laying places upon each other: what leaving one alone costs, and two that have no character in common.
_ALONE: Final = -0.35
_UNLIKE: Final = -0.25
#: How far apart two places are at most charged for, and how much by the line's length.
_FAR: Final = -1.2
_APART: Final = -0.75


def spelled_alike(characters: npt.NDArray[np.str_]) -> dict[str, list[int]]:
    """The numbers of a network's characters by what they are, wide or narrow: of commas these networks have two."""
    alike: dict[str, list[int]] = {}
    for number, character in enumerate(characters):
        alike.setdefault(unicodedata.normalize("NFKC", str(character)), []).append(number)
    return alike


class Alphabets:
    """The characters of a network, as those of alphabets."""

    def __init__(self, characters: npt.NDArray[np.str_]) -> None:
        self._numbers = spelled_alike(characters)
        names = {number: name for name, numbers in self._numbers.items() for number in numbers}
        self._names = [names[number] for number in range(len(characters))]

    def places(self, chances: Chances, alphabet: str | None) -> tuple[Place, ...]:
        """What may stand in a line; `chances` are those of each character at each step, the blank of CTC first."""
        if alphabet is None:
            return tuple(_places(chances, self._names))
        allowed = [[*self._of(c), *(n for other in _TAKEN_FOR.get(c, "") for n in self._of(other))] for c in alphabet]
        few = np.stack([chances[:, 0], *(chances[:, numbers].sum(axis=1) for numbers in allowed)], axis=1)
        return tuple(_places(few, ["", *alphabet]))

    def _of(self, character: str) -> list[int]:
        return self._numbers.get(character, [])


def _places(chances: Chances, names: Sequence[str]) -> Iterator[Place]:
    """The places by the best symbol of each step, repeats joined."""
    best = chances.argmax(axis=1)
    at, steps = 0, len(best)
    while at < steps:
        number, end = best[at], at + 1
        if number == 0 or chances[at, number] < _SEEN:
            at += 1
            continue
        while end < steps and best[end] == number and chances[end, number] >= _SEEN:
            end += 1
        peak = chances[at + int(chances[at:end, number].argmax())]
        if not names[number].isspace():
            yield Place(centre=(at + end) / 2 / steps, chances=dict(_likeliest(peak, names)))
        at = end


def _likeliest(peak: npt.NDArray[np.float32], names: Sequence[str]) -> Iterator[tuple[str, float]]:
    found: dict[str, float] = {}
    for number in np.argsort(-peak)[: _MOST + 1] if len(peak) <= _MOST else np.argpartition(-peak, _MOST)[:_MOST]:
        name = names[number]
        if name and not name.isspace() and peak[number] > _LEAST:
            found[name] = found.get(name, 0.0) + float(peak[number])
    yield from found.items()


def join_looks(looks: Sequence[Sequence[Place]]) -> tuple[Choices, ...]:
    """Looks at one line laid upon each other, the first of them first; every look counts alike."""
    joined = [(place.centre, dict(place.chances)) for place in looks[0]] if looks else []
    for seen, look in enumerate(looks[1:], start=1):
        joined = list(_laid(joined, look, seen))
    return tuple(_shares(choices, len(looks)) for _, choices in joined)


_Joined = tuple[float, dict[str, float]]


def _laid(joined: Sequence[_Joined], look: Sequence[Place], seen: int) -> Iterator[_Joined]:
    """One more look upon `seen` others, so that as much as possible coincides (Needleman and Wunsch)."""
    for at, place in _pairs(joined, look, seen):
        if place is None:
            assert at is not None
            centre, choices = joined[at]
            yield centre, {**choices, "": choices.get("", 0.0) + 1.0}
        elif at is None:
            yield place.centre, {**place.chances, "": float(seen)}
        else:
            centre, choices = joined[at]
            own = place.chances
            yield centre, {c: choices.get(c, 0.0) + own.get(c, 0.0) for c in {**choices, **own}}


def _pairs(joined: Sequence[_Joined], look: Sequence[Place], seen: int) -> list[tuple[int | None, Place | None]]:
    rows, columns = len(joined), len(look)
    score = np.zeros((rows + 1, columns + 1))
    score[1:, 0], score[0, 1:] = _ALONE * np.arange(1, rows + 1), _ALONE * np.arange(1, columns + 1)
    upon = np.zeros_like(score)
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            upon[i, j] = score[i - 1, j - 1] + _likeness(joined[i - 1], look[j - 1], seen, rows)
            score[i, j] = max(upon[i, j], score[i - 1, j] + _ALONE, score[i, j - 1] + _ALONE)
    found: list[tuple[int | None, Place | None]] = []
    i, j = rows, columns
    while i or j:
        if i and j and score[i, j] == upon[i, j]:
            i, j = i - 1, j - 1
            found.append((i, look[j]))
        elif i and (not j or score[i, j] == score[i - 1, j] + _ALONE):
            i -= 1
            found.append((i, None))
        else:
            j -= 1
            found.append((None, look[j]))
    return found[::-1]


def _likeness(joined: _Joined, place: Place, seen: int, length: int) -> float:
    centre, choices = joined
    alike = sum((choices[c] / seen * chance) ** 0.5 for c, chance in place.chances.items() if c in choices)
    return float(alike) + _UNLIKE + max(_APART * length * abs(place.centre - centre), _FAR)


def _shares(choices: Mapping[str, float], looks: int) -> Choices:
    return {c: chance / looks * (1.0 if c else _PASSED_OVER) for c, chance in choices.items()}
