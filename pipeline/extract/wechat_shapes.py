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
    folded = text.translate(_FOLDED)
    folded = "".join(c.lower() if c.lower() in SAME_SHAPES else c for c in folded)
    return re.sub("_+", "_", folded)
