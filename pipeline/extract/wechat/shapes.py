"""Characters of a WeChat ID that have one shape for every reader."""

from __future__ import annotations

import re
from typing import Final

#: Letters whose small form is the capital one made smaller.
SAME_SHAPES: Final = frozenset("csuvwxz")
_FOLDED: Final = str.maketrans({"l": "1", "I": "1", "|": "1", "!": "1", "o": "0", "O": "0"})


def fold(text: str) -> str:
    """What two readers must agree on: look-alikes as one, small and capital letters of one shape as one, runs of
    underscores as one."""
    return re.sub("_+", "_", shapes(text))


def shapes(text: str) -> str:
    """The text with look-alikes as one, character by character."""
    folded = text.translate(_FOLDED)
    return "".join(c.lower() if c.lower() in SAME_SHAPES else c for c in folded)


def is_open(character: str) -> bool:
    """Whether only the ink tells which character it is, or how many: one of l 1 I, of 0 o O, an underscore."""
    return shapes(character) in "10_"
