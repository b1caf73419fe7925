"""What the true digits of a page tell: the shapes that look-alikes are held against, and whether its values are printed.

Two prints of one digit are alike to the grey dot, two written by hand never are: with a black pen as with a blue one, and in
typefaces that look like handwriting. Measured is the share of ink that does not coincide (`glyphs.difference`), the middle over
all digits that stand on a page more than once in one size, of glyphs made soft: else the jagged edges of a page of black and
white count for a trembling hand. So it was 0.0002 to 0.0020 on 114 printed pages in greys, 0.0017 to 0.0080 on 31 in black and
white with many dots, 0.0033 to 0.014 on fine faxes; 0.0092 to 0.042 on 15 written pages, 0.014 or more where they were made black
and white. Digits of two sizes differ by 0.013 to 0.11: an ID number is made smaller until it fits its cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Final

from pipeline.extract.raster.glyphs import Glyph, difference, softened
from pipeline.extract.wechat.look_alikes import Examples, make_examples
from pipeline.extract.wechat.true_digits import Digits, completed, without_cut

_PRINT: Final = 0.0046
#: Of a page with few dots, where jagged edges count: of print at most 0.0107 on 7 fine faxes, by hand 0.0152 or more on 8.
_COARSE_PRINT: Final = 0.0125
_ROUGHEST: Final = 0.0085
_SOFT: Final = 5.0  # enlarged pixels
_MOST: Final = 6  # of one digit: more tell nothing new
_FEWEST: Final = 4

_NONE: Final = Digits(glyphs={}, steps=(), repeated=())


@dataclass(frozen=True, kw_only=True, eq=False)
class PageDigits:
    """See the module; everything is worked out when somebody asks for it."""

    digits: Digits
    #: The same with those that touch cut apart.
    cut_apart: Callable[[], Digits] = lambda: _NONE
    #: Those that stand apart in other numbers, and in years.
    more: Callable[[], Digits] = lambda: _NONE
    tells_l: Callable[[Examples], bool] = lambda _: False
    rises: Callable[[Examples], float] = lambda _: 0.0
    find_ells: Callable[[Examples], tuple[Glyph, ...]] = lambda _: ()

    @cached_property
    def apart(self) -> bool:
        """Whether somewhere on the page an l that has the shape of a 1 was told from it."""
        return self.proving is not None and self.tells_l(self.proving)

    @cached_property
    def ascent(self) -> float:
        """How many times as high as a 1 an h or k is anywhere on the page, 0 where none is seen."""
        return 0.0 if self.proving is None else self.rises(self.proving)

    @cached_property
    def ells(self) -> tuple[Glyph, ...]:
        """Strokes on the page that are l for where they stand and have the shape of no 1."""
        return () if self.proving is None else self.find_ells(self.proving)

    @cached_property
    def examples(self) -> Examples | None:
        """To hold look-alikes against; None where the digits do not serve for that."""
        return make_examples(self.digits)

    @cached_property
    def proving(self) -> Examples | None:
        """The same to prove by. A 1 or 0 that they lack is one of `more`; in small print, where some digits touch in every number,
        all are those that do not. How many pieces the ink of another line has says nothing there."""
        found = self.examples
        if found is None:
            return make_examples(without_cut(self.cut_apart()))
        if found.one is None or found.zero is None:
            return make_examples(completed(self.digits, self.more())) or found
        return found

    @cached_property
    def rough(self) -> Examples | None:
        """To guess by where they prove nothing; None where a hand made them, of which no two are alike."""
        spread = spread_of(self.digits, fewest=1)
        return make_examples(self.digits, rough=True) if spread is None or spread <= _ROUGHEST else None

    @cached_property
    def printed(self) -> bool:
        """Whether the digits prove to be print, where too few stand apart those that touch; False as well where hardly one of them
        stands there twice."""
        return is_printed(self.digits if spread_of(self.digits) is not None else self.cut_apart())

    @cached_property
    def printed_coarsely(self) -> bool:
        """The same of a page with few dots. False of standard faxes, on which print and hand differ as much."""
        spread = spread_of(self.digits)
        return spread is not None and spread <= _COARSE_PRINT


def is_printed(digits: Digits) -> bool:
    """See `PageDigits.printed`."""
    spread = spread_of(digits)
    return spread is not None and spread <= _PRINT


def spread_of(digits: Digits, *, fewest: int = _FEWEST) -> float | None:
    """The middle difference of two of the same digit; None where hardly one of them stands there twice."""
    alike = [same[:_MOST] for same in digits.repeated]
    if sum(len(same) - 1 for same in alike) < fewest:
        return None
    soft = [[softened(glyph, _SOFT) for glyph in same] for same in alike]
    return median(difference(same[0], other) for same in soft for other in same[1:])
