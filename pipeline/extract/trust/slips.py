"""Characters that engines return where a digit or X stands, and the ID numbers that become right without them."""

from __future__ import annotations

from itertools import product
from typing import Final

from pipeline.domain.identifiers import check_id_number

SLIPS: Final = {
    "×": "X",
    "✕": "X",
    "|": "1",
    "!": "1",
    "I": "1",
    "L": "1",
    "O": "0",
    "Q": "0",
    "D": "0",
    "S": "5",
    "B": "8",
    "Z": "2",
    "H": "4",  # an open 4 by hand
    "Y": "X",
}
_MOST_SLIPS: Final = 4


def corrections(value: str) -> tuple[str, ...]:
    """Numbers with a right check digit that an ID number becomes when characters that are no digits are read as such."""
    slips = [i for i, c in enumerate(value) if c not in "0123456789" and not (c == "X" and i == len(value) - 1)]
    if len(value) != 18 or not slips or len(slips) > _MOST_SLIPS:
        return ()
    choices = [SLIPS.get(value[i], "") for i in slips]
    found = []
    for picked in product(*choices):
        letters = list(value)
        for index, character in zip(slips, picked, strict=True):
            letters[index] = character
        number = "".join(letters)
        if check_id_number(number).ok:
            found.append(number)
    return tuple(found)
