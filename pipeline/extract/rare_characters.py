"""Which characters readers of pictures make of those in names of places, rare ones wherever they stand and however clean the
page is.

Measured on the names of places that the shipped profiles hold (169 with a character outside of the 3,755 commonest):
printed in four typefaces, as a scan, black on white and as a fax, and read by the main reader. Of 54 rare characters
44 were read right each time; the others are data (`data/rare_characters.json`), with what they were taken for. So are those that
both networks took for another in soft small print (the names of one city's villages in six typefaces at 17 to 21 px: 24 of 3,559,
18 of them with 垡), and 宫, which three readers took for 官 on a small photo, and 安, whose dot is lost in
thin print of 20 px: both networks were sure of 女.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from pydantic import TypeAdapter

_RARE: Final = "rare_characters.json"
_BY_HAND: Final = "hand_characters.json"
_TABLE: Final = TypeAdapter(dict[str, str])


@cache
def taken_for() -> Mapping[str, str]:
    """By rare character the characters that stand for it in what was read."""
    return _read(_RARE)


@cache
def taken_for_by_hand() -> Mapping[str, str]:
    """The same of everyday characters, which readers mistake when they are written by hand: 廓坊 and 廊坟, seen in two of four
    handwriting typefaces (seeds 2310000 and 2610000)."""
    return _read(_BY_HAND)


def _read(name: str) -> Mapping[str, str]:
    return _TABLE.validate_json(resources.files(__package__).joinpath("data", name).read_bytes())
