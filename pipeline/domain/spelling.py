"""One spelling for what people and recognisers write in many: widths, blanks, invisible characters, dots, brackets.

Everything here is exact: two texts are the same only when they differ in nothing a reader could see
or would care about. Traditional and variant characters are not folded here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

#: Characters of a text that are looked at; the rest is cut before anything else is done with it.
MAX_TEXT: Final = 10_000

#: Texts of these only are their own NFKC and hold nothing invisible (the unified ideographs decompose into nothing).
_PLAIN: Final = re.compile(r"[\u4e00-\u9fff0-9A-Za-z_-]+")
#: Letters and symbols that print as nothing (Hangul fillers, Braille blank).
_INVISIBLE_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
#: CJK radicals that PDF fonts hand out for whole characters and NFKC leaves alone.
_RADICALS: Final = str.maketrans(
    "⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
    "民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
)
#: What NFKC makes of this radical is 戶; a PDF hands it out for 户.
_DOOR: Final = str.maketrans("⼾", "户")
#: Dots that stand in minority and foreign names; they look alike and are typed at random.
_DOTS: Final = str.maketrans(dict.fromkeys("•.‧・∙⋅᛫ㆍ◦", "·"))
_BRACKETS: Final = str.maketrans("[]{}〔〕【】〈〉《》「」『』", "()" * 8)


def normalise(text: str) -> str:
    """`text` in NFKC on one line: no invisible or control characters, runs of blanks as one, none at the ends.

    At most `MAX_TEXT` characters of it are read. Private-use characters stay (symbol fonts draw ticks with them).
    """
    if len(text) <= MAX_TEXT and _PLAIN.fullmatch(text):
        return text
    if text.isascii() and text.isprintable():
        return " ".join(text[:MAX_TEXT].split())
    folded = unicodedata.normalize("NFKC", text[:MAX_TEXT].translate(_DOOR))[:MAX_TEXT].translate(_RADICALS)
    return " ".join("".join(map(_visible, folded)).split())


def squash(text: str) -> str:
    """`normalise`, then without blanks and punctuation: the form in which labels are compared."""
    plain = normalise(text)
    if plain.isalnum():
        return plain  # as most labels and names: no blank or punctuation is either
    return "".join(c for c in plain if not (c.isspace() or c == "|" or unicodedata.category(c)[0] == "P"))


def told(text: str) -> str:
    """What a value says, as two readings of one are compared: `squash`, but of what is made of Latin letters, digits and marks (a
    WeChat ID) every mark counts: wx_9400 and wx__9400 are two people's."""
    solid = _solid(text)
    return solid if solid.isascii() and any(map(str.isalpha, solid)) else squash(text)


def same_name(a: str, b: str) -> bool:
    """Whether two texts are the same person's name: blanks and the kind of dot do not count. Blank equals nothing."""
    left, right = (_solid(text).translate(_DOTS) for text in (a, b))
    return bool(left) and left == right


def same_body(a: str, b: str) -> bool:
    """Whether two texts name the same organisation: blanks, widths and the kind of bracket or dot do not count."""
    left, right = (_solid(text).translate(_BRACKETS).translate(_DOTS) for text in (a, b))
    return bool(left) and left == right


def _solid(text: str) -> str:
    return "".join(normalise(text).split())


@lru_cache(maxsize=16_384)
def _visible(character: str) -> str:
    """What is left of one character. Kept for each, as most texts use the same few thousand."""
    if character.isspace() or character in _INVISIBLE_LETTERS:
        return " "
    category = unicodedata.category(character)
    if category == "Cc":
        return " " if character in "\t\n\v\f\r\x85" else ""
    if category in ("Cf", "Cs") or _is_variation_selector(character):
        return ""
    return character


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
