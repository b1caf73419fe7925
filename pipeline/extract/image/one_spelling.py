"""Readings of a page with the names of places that a city knows in one spelling, whichever a reader saw of their rare characters.

Readers make different characters of 泃: one reads 沟阳镇, another 洵阳镇, and neither is sure. Behind the county's own name only
one town can stand there (a closed vocabulary), so that such readings agree. What each saw of the rest counts as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from pipeline.domain.document import Box
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.readers import Quad, Reading
from pipeline.extract.page import Line, Page

#: A text with known names in one spelling, as long as it was, and which characters of it are so proved.
Spell = Callable[[str], tuple[str, frozenset[int]]]


class OneSpellingRereader(PictureRereader):
    """As `PictureRereader`; proved characters are sure, and nothing else may stand in their places."""

    def __init__(self, base: PictureRereader, spell: Spell) -> None:
        super().__init__(base.picture, base.engines, base.readings, base.slopes)
        self._spell = spell

    def with_lines(self, readings: Mapping[Box, Reading], slopes: Mapping[Box, Quad]) -> OneSpellingRereader:
        return OneSpellingRereader(super().with_lines(readings, slopes), self._spell)

    def spelled(self, line: Line) -> Line:
        """A line as the readings are given."""
        return replace(line, text=self._spell(line.text)[0])

    def text(self, text: str) -> str:
        """A text as the readings are given."""
        return self._spell(text)[0]

    def first_reading(self, box: Box) -> Reading:
        return self._in_one(super().first_reading(box))

    def main_reading(self, box: Box, *, alphabet: str | None, prepared: bool) -> Reading:
        return self._in_one(super().main_reading(box, alphabet=alphabet, prepared=prepared))

    def third_reading(self, box: Box, *, alphabet: str | None = None) -> Reading:
        return self._in_one(super().third_reading(box, alphabet=alphabet))

    def quick_reading(self, box: Box) -> Reading:
        return self._in_one(super().quick_reading(box))

    def second_looks(self, box: Box, *, alphabet: str | None) -> Iterator[str]:
        return (self._spell("".join(seen.split()))[0] for seen in super().second_looks(box, alphabet=alphabet))

    def second_reading(self, box: Box, *, alphabet: str | None, lines: int) -> str | None:
        seen = super().second_reading(box, alphabet=alphabet, lines=lines)
        return None if seen is None else self._spell("".join(seen.split()))[0]

    def _in_one(self, reading: Reading) -> Reading:
        text, proved = self._spell(reading.text)
        if not proved:
            return reading
        chances = tuple(1.0 if at in proved else chance for at, chance in enumerate(reading.chances))
        rivals = tuple(("", 0.0) if at in proved else rival for at, rival in enumerate(reading.rivals))
        least = min(chances, default=reading.confidence)
        return replace(reading, text=text, chances=chances, rivals=rivals, confidence=least)


def with_one_spelling(page: Page, spell: Spell) -> Page:
    """The page whose readings have known names in one spelling; the same page where none of its lines has one."""
    if not isinstance(page.rereader, PictureRereader) or not any(spell(line.text)[1] for line in page.lines):
        return page
    return replace(page, rereader=OneSpellingRereader(page.rereader, spell))
