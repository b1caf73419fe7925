"""What the Latin reader makes of a line of a WeChat ID, character by character, and how sure it is of each.

It is the only reader that was taught to tell l from 1 and o from 0 by their ink alone. Its word counts where it sees the shapes
that the main reader saw: two networks that learnt apart, of which one says what the characters are and the other which of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.extract.ocr.latin_line import LatinLine
from pipeline.extract.wechat.ink import tokens
from pipeline.extract.wechat.proof import Settled
from pipeline.extract.wechat.shapes import fold, is_open

#: What may stand in a character's place; beside these a letter in its other case.
_ALIKE: Final = ("l1Ii", "0oO", "-_.", "5sS", "2zZ", "9gq", "jJi", "ce", "uv", "hb", "nr", "8B")
_OF_TWO_CASES: Final = frozenset("cfijkmopstuvwxyz")
#: What readers lose between two characters that touch.
_LOST: Final = "_il1"
_STROKES: Final = frozenset("l1I")
#: How sure it has to be of a character that the main reader cannot tell, and of another.
_SURE: Final = 0.95
_SURE_TOO: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class SpelledLine:
    """A line's tokens (`ink.tokens`), and the chance of each that none of those stands there that it may be taken for (0-1)."""

    tokens: tuple[str, ...]
    chances: tuple[float, ...]


def spell(line: LatinLine, shown: str, *, begins: bool = False) -> SpelledLine | None:
    """The line as the Latin reader sees it; None where that has other shapes than what was read. `begins` says that a WeChat ID
    begins with it, and so with a letter."""
    text = line.text
    if not text or fold(text) != fold(shown):
        return None
    if begins and text[0] in _STROKES:
        text = max((stroke + text[1:] for stroke in "lI"), key=line.chance)
    own = tuple(tokens(text))
    rivals = [(index, rival) for index, rival in _rivals(own) if not begins or not rival[:1].isdigit()]
    return SpelledLine(tokens=own, chances=_beside(line, text, rivals, len(own)))


def spelled_out(line: SpelledLine, settled: Settled) -> str | None:
    """The line where each token is what its ink proves or the Latin reader is sure of, and neither says another; else None."""
    inks = settled or (None,) * len(line.tokens)
    if len(inks) != len(line.tokens):
        return None
    told = [_told(*each) for each in zip(line.tokens, line.chances, inks, strict=True)]
    return "".join(part or "" for part in told) if all(told) else None


def _told(token: str, chance: float, ink: str | None) -> str | None:
    if ink is not None:
        return ink if ink == token or chance < 0.5 else None
    return token if chance >= (_SURE if is_open(token[0]) else _SURE_TOO) else None


def _beside(line: LatinLine, text: str, rivals: Sequence[tuple[int, str]], count: int) -> tuple[float, ...]:
    """The chance of the text beside all rivals at each of its tokens."""
    against = [0.0] * count
    for length in {len(rival) for _, rival in rivals}:
        same = [(index, rival) for index, rival in rivals if len(rival) == length]
        for (index, _), chance in zip(same, line.chances([rival for _, rival in same]), strict=True):
            against[index] += chance
    wanted = line.chance(text)
    return tuple(wanted / (wanted + other) if wanted else 0.0 for other in against)


def _rivals(own: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each other text that has another token in a place, none, or one more after it, with the number of that token."""
    for index, token in enumerate(own):
        before, after = "".join(own[:index]), "".join(own[index + 1 :])
        for rival in _instead(token):
            yield index, f"{before}{rival}{after}"
        if len(own) > 1:
            yield index, before + after
        for lost in _LOST:
            if lost != token[-1] and not after.startswith(lost):
                yield index, f"{before}{token}{lost}{after}"


def _instead(token: str) -> frozenset[str]:
    if token[0] == "_":
        fewer = {token[:-1]} if len(token) > 1 else {"-", "."}
        return frozenset({token + "_", *fewer})
    alike = {c for group in _ALIKE if token in group for c in group}
    if token.lower() in _OF_TWO_CASES:
        alike.add(token.swapcase())
    return frozenset(alike - {token})
