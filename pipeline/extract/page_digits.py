"""What the true digits of a page tell: the shapes that look-alikes are held against, and whether its values are printed.

Two prints of one digit are alike to the grey dot, two written by hand never are: with a black pen as with a blue one, and in
typefaces that look like handwriting. Measured is the share of ink that does not coincide (`glyphs.difference`), the middle over
all digits that stand on a page more than once: 0.0011 to 0.0096 on 119 printed pages (scan, photo, turned, under a seal),
0.020 to 0.10 on 22 written ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Final

from pipeline.extract.glyphs import difference
from pipeline.extract.look_alikes import Digits, Examples, make_examples

_PRINT: Final = 0.014
_MOST: Final = 6  # of one digit: more tell nothing new
_FEWEST: Final = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class PageDigits:
    """See the module; everything is worked out when somebody asks for it."""

    digits: Digits

    @cached_property
    def examples(self) -> Examples | None:
        """To hold look-alikes against; None where the digits do not serve for that."""
        return make_examples(self.digits)

    @cached_property
    def printed(self) -> bool:
        """Whether the digits prove to be print; False as well where hardly one of them stands there twice."""
        return is_printed(self.digits)


def is_printed(digits: Digits) -> bool:
    """See `PageDigits.printed`."""
    pairs = [(same[0], other) for same in digits.glyphs.values() for other in same[1:_MOST]]
    return len(pairs) >= _FEWEST and median(difference(one, other) for one, other in pairs) <= _PRINT
