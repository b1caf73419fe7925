"""What is offered of a WeChat ID whose letters are nearly a name on the page: 蕭鳳強's piaofengiang24165 is xiaofengqiang24165.

Only of what a reader was unsure of, and only as an offer: who is called 李雷 may have the ID of 李蕾's husband.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.extract.edit_distance import edit_distance
from pipeline.extract.wechat.name_words import NameWords

_LETTERS: Final = re.compile("[A-Za-z]{4,}")
#: So many letters of a name stand for one that may be misread, lost or made up.
_FOR_EACH: Final = 5


def as_named(value: str, names: NameWords) -> str:
    """The ID with the one name that its letters are nearest to; as it is where there is none, or several."""
    return _LETTERS.sub(lambda found: _nearest(found.group(), names), value)


def _nearest(letters: str, names: NameWords) -> str:
    word = letters.lower()
    if word in names.whole:
        return letters
    long_enough = [(name, len(name) // _FOR_EACH) for name in names.whole if len(name) >= _FOR_EACH]
    near = [(off, name) for name, most in long_enough if (off := edit_distance(word, name, most)) <= most]
    least = min((off for off, _ in near), default=0)
    nearest = {name for off, name in near if off == least}
    if len(nearest) != 1:
        return letters
    (name,) = nearest
    return name.capitalize() if letters[0].isupper() else name
