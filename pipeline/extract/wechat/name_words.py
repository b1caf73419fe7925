"""The names on a page as their owners spell them in a WeChat ID: 梁夏华 makes liangxiahua_88, xhliang, lxh1988.

Typefaces without serifs give a capital I and a small l the same dots, and many an ID begins with one of them: 李, 刘 and 林 are
a sixth of all people. Nobody writes Iiangxiahua, and a word that is the name of somebody on the page begins with an l.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.extract.ocr.simplified import simplify
from pipeline.extract.page import Page
from pipeline.extract.surnames import begins_with_surname, split_name

#: Of Chinese characters only, as long as names are.
_NAME: Final = re.compile(r"[一-鿿]{2,4}")
#: No word of pinyin or English begins with a capital I and one of these: Ii, Ie, Iu.
_NEVER_BEHIND_I: Final = frozenset("ieu")
#: Initials of fewer letters are many a word's first ones; and with a surname of fewer other words begin (吕 and Ivan).
_FEWEST: Final = 2
_SURNAME: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWords:
    """What names spell in small Latin letters: `whole` words, and those with which others begin (surnames)."""

    whole: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()

    def spell(self, word: str) -> bool:
        """Whether a word is a name, or begins with a surname."""
        return word in self.whole or word.startswith(self.first)


NO_NAMES: Final = NameWords()


def begins_with_l(word: str, names: NameWords) -> bool:
    """Whether a word in small letters, read with an l at its beginning, is none with a capital I."""
    return word[1:2] in _NEVER_BEHIND_I or names.spell(word)


def names_on(page: Page) -> NameWords:
    """The words of all names on a page: lines of characters that begin with a surname."""
    lines = [line for grid in page.grids for cell in grid.cells for line in cell.lines] or page.lines
    texts = (simplify(line.text) for line in lines if _NAME.fullmatch(line.text))
    return name_words({text for text in texts if begins_with_surname(text)})


def name_words(names: Iterable[str]) -> NameWords:
    """The words of these names."""
    whole: set[str] = set()
    first: set[str] = set()
    for surname, given in map(split_name, names):
        families = list(_spelled(surname))
        first.update(word for word in map("".join, families) if len(word) >= _SURNAME)
        for family, own in itertools.product(families, _spelled(given)):
            whole.update(_words(family, own))
    return NameWords(whole=frozenset(whole), first=tuple(sorted(first)))


def _words(family: tuple[str, ...], own: tuple[str, ...]) -> Iterator[str]:
    surname, given = "".join(family), "".join(own)
    of_given = "".join(syllable[0] for syllable in own)
    yield from (surname, surname + given, given + surname, surname + of_given, of_given + surname)
    yield from (word for word in (given, family[0][0] + of_given) if len(word) >= _FEWEST)


def _spelled(characters: str) -> Iterator[tuple[str, ...]]:
    """Every way to say them, syllable by syllable."""
    return itertools.product(*map(syllables, characters))


@lru_cache(maxsize=1024)
def syllables(character: str) -> tuple[str, ...]:
    """How a character is said, in small letters without tones; ü is spelt v, u or yu, as people type it."""
    # Without its words of several characters, which take four times the memory and are not asked for.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin

    said = pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]
    return tuple(dict.fromkeys(spelt for one in said for spelt in _typed(one)))


def _typed(syllable: str) -> tuple[str, ...]:
    return tuple(syllable.replace("v", typed) for typed in ("v", "u", "yu")) if "v" in syllable else (syllable,)
