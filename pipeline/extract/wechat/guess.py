"""The likeliest spelling of a WeChat ID that stays doubtful: what an officer is offered to compare with the picture.

Engines read `he11o` for `hello`, and whoever is shown that has to correct it by hand or, worse, nods it through. Here
look-alikes are decided by what is likelier: where all may be a mobile number, by which many an account is found, it is one; else
the ink, held against the page's own digits less strictly than a proof needs (`wechat.look_alikes`), then the neighbours (an l
among letters, a 1 among digits), then the grammar (an ID begins with a letter). Nothing of this is a proof, and nothing here
lifts a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from pipeline.domain.identifiers import check_mobile, check_wechat_id
from pipeline.extract.raster.glyphs import Glyph, fine_height, resized
from pipeline.extract.wechat.ink import InkLine, align, size_beside, tokens
from pipeline.extract.wechat.look_alikes import LONG_FOOT, Examples, is_bar, serifs
from pipeline.extract.wechat.shapes import fold

_ALPHABET: Final = re.compile(r"[-_A-Za-z0-9]")
#: What engines make of a stroke that is neither letter nor digit to them.
_STROKES: Final = str.maketrans({"|": "l", "!": "l", "[": "l", "]": "l", "丨": "l"})
_STROKE: Final = "1"
_ROUND: Final = "0"
_EDGES: Final = frozenset("_-")
_YEAR: Final = re.compile(r"9[5-9]\d|20[01]\d")
_GIVEN: Final = "wxid_"
_FLAG: Final = 0.06
_NO_FLAG: Final = 0.03
#: From here down a 1 and an l of one typeface may be the same dots, and only a difference says anything.
_FINE_PX: Final = 18.0
#: What a 1 differs from the page's own ones at most, by height, width and ink; seen on 200 strokes in four typefaces.
_TALLER: Final = 0.012
_WIDER: Final = 0.06
_ANOTHER: Final = 0.006
_MIDDLE: Final = 1.15
_WEIGHT: Final = 4.0
_MOST: Final = 3.0
_BESIDE: Final = 2.5
_FOOT: Final = 0.14
#: A stroke so many times as high as digits is what is left of a table's rule.
_RULE: Final = 1.5
_SMALL_ROUND: Final = 0.86
_CAPITAL_WIDE: Final = 1.03
_CAPITAL_OFF: Final = 0.03
_UNDERSCORES: Final = ((1.33, 1), (2.45, 2), (3.4, 3))


def likely_id(lines: Sequence[InkLine], seconds: Sequence[str | None], examples: Examples | None) -> str | None:
    """The likeliest spelling of what stands in `lines`; `seconds` is what the second reader saw in each.

    None where it would be no WeChat ID: then what was read is offered as it is.
    """
    parts = [_line(line, second or "", examples) for line, second in zip(lines, seconds, strict=True)]
    shown = [character for characters, _ in parts for character in characters]
    mobile = _mobile(shown)
    if mobile is not None:
        return mobile
    leans = [lean for _, line_leans in parts for lean in line_leans]
    value = _in_context(shown, leans)
    return value if check_wechat_id(value).ok else None


def _line(line: InkLine, second: str, examples: Examples | None) -> tuple[list[str], list[float]]:
    """The line's characters, rounds and underscores told, and how far the ink leans: to l above 0, to 1 below."""
    shown = tokens(line.text)
    groups = None if examples is None else align(line, examples)
    if examples is None or groups is None:
        told = [_longer(text, second, shown, i) for i, text in enumerate(shown)]
        pairs = [(text, 0.0) for text in told]
    else:
        size = size_beside(shown, groups, examples)
        pairs = [_by_ink(text, group, examples, size) for text, group in zip(shown, groups, strict=True)]
    if not line.text.isascii():  # a note beside the ID, or what an engine makes of a seal
        pairs = [(text if text.isascii() else "", lean) for text, lean in pairs]
    clean = [(text.translate(_STROKES), lean) for text, lean in pairs]
    kept = [(text, lean) for text, lean in clean if all(map(_ALPHABET.fullmatch, text))]
    characters = [c for text, _ in kept for c in text]
    return characters, [lean for text, lean in kept for _ in text]


def _longer(text: str, second: str, shown: Sequence[str], index: int) -> str:
    """Of two readings of a run of underscores the longer one: engines lose them and make none up."""
    if text[0] != "_":
        return text
    runs = [token for token in tokens(second) if token[0] == "_"]
    at = sum(token[0] == "_" for token in shown[:index])
    return max(text, runs[at], key=len) if at < len(runs) else text


def _by_ink(text: str, group: Sequence[Glyph], examples: Examples, size: float) -> tuple[str, float]:
    glyph = group[0]
    if fold(text.translate(_STROKES)) == _STROKE and glyph.height > _RULE * examples.height:
        return "", 0.0
    if text[0] == "_":
        return ("_" * _underscores(group, examples) if all(is_bar(bar, examples) for bar in group) else text), 0.0
    if fold(text) == _ROUND and examples.zero is not None and not is_bar(glyph, examples):
        return _round(text, glyph, examples, size), 0.0
    if fold(text.translate(_STROKES)) == _STROKE and examples.one is not None and not glyph.spoiled:
        if min(serifs(glyph)[:2]) >= _FLAG:
            return "I", 2 * _MOST
        return "l" if text == "I" else text, _lean(glyph, examples, size)
    return text, 0.0


def _underscores(bars: Sequence[Glyph], examples: Examples) -> int:
    widths = [bar.width / examples.pitch for bar in bars]
    return sum(next((n for most, n in _UNDERSCORES if wide <= most), round(wide)) for wide in widths)


def _round(text: str, glyph: Glyph, examples: Examples, size: float) -> str:
    zero = examples.zero
    assert zero is not None
    if glyph.height / zero.glyph.height / size <= _SMALL_ROUND:
        return "o"
    other = zero.difference(resized(glyph, glyph.height / size))
    wide = min((glyph.width / zero.glyph.width, glyph.width / zero.glyph.width / size), key=lambda x: abs(x - 1))
    return "O" if other >= max(_CAPITAL_OFF, 3 * zero.noise) and wide > _CAPITAL_WIDE else "0"


def _lean(glyph: Glyph, examples: Examples, size: float) -> float:
    """How much likelier an l is than a 1, by the ink alone."""
    one = examples.one
    assert one is not None
    own, ones = serifs(glyph), serifs(one.glyph)
    if ones[0] >= _FLAG and own[0] < _NO_FLAG:
        return 2 * _MOST
    if ones[2] >= LONG_FOOT and own[0] >= _FLAG and own[2] >= _FOOT:
        return -_MOST
    taller, wider = fine_height(glyph) / one.height, glyph.width / one.glyph.width
    off = min(one.difference(glyph), one.difference(resized(glyph, glyph.height / size)))
    unlike = max(
        min(abs(taller - 1), abs(taller / size - 1)) / _TALLER,
        min(abs(wider - 1), abs(wider / size - 1)) / _WIDER,
        (off - one.noise) / _ANOTHER,
    )
    least = -_MOST if examples.height >= _FINE_PX else -1.0
    return float(np.clip(_WEIGHT * (unlike - _MIDDLE), least, _MOST))


def _mobile(shown: Sequence[str]) -> str | None:
    """The mobile number that all of it is, look-alikes taken for digits; hardly an ID is an l before the rest of one."""
    number = "".join(map(fold, shown))
    return number if number.isdigit() and check_mobile(number).ok else None


def _in_context(shown: Sequence[str], leans: Sequence[float]) -> str:
    value = list(shown)
    given = "".join(shown[: len(_GIVEN)]).lower() == _GIVEN
    if given:
        value = ["0" if c == "O" else c.lower() for c in value]
    for index, character in enumerate(shown):
        if fold(character) == _ROUND and leans[index] == 0.0 and index == 0:
            value[index] = "o"
        if fold(character) != _STROKE:
            continue
        beside = 0.0 if given and index >= len(_GIVEN) else _beside(value, shown, index)
        if index == 0 or leans[index] + beside > 0 or (leans[index] + beside == 0 and character == "l"):
            value[index] = "I" if character == "I" and not given and not _small_beside(shown, index) else "l"
        else:
            value[index] = "1"
    return "".join(value)


def _beside(value: Sequence[str], shown: Sequence[str], index: int) -> float:
    """What the nearest characters that are no strokes say: letters for an l, digits for a 1."""
    before = next((c for c in reversed(shown[:index]) if fold(c) != _STROKE), "")
    after = next((c for c in shown[index + 1 :] if fold(c) != _STROKE), "")
    if before.isalpha() and after.isdigit() and _YEAR.match("".join(value[index + 1 : index + 5])):
        return -_BESIDE
    sides = [c for c in (before, after) if c and c not in _EDGES]
    letters = sum(c.isalpha() for c in sides)
    digits = len(sides) - letters
    return _BESIDE * ((letters > 0) - (digits > 0)) if letters == 0 or digits == 0 else -0.5


def _small_beside(shown: Sequence[str], index: int) -> bool:
    return any(c.islower() and fold(c) != _STROKE for c in shown[max(0, index - 1) : index + 2])
