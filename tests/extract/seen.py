"""One line as readers have seen it, without a picture: for the rules on whether they may be believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import numpy as np

from pipeline.domain.document import Box
from pipeline.extract.form.judge import Reading as FieldReading
from pipeline.extract.form.values import parse_value
from pipeline.extract.ocr.latin_line import SYMBOLS, LatinLine
from pipeline.extract.ocr.places import Choices
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Line
from pipeline.extract.raster.decode import Gray
from pipeline.extract.trust.evidence import Evidence
from pipeline.extract.words import load_words
from pipeline.profile.load import load_profile

PROFILE = load_profile("langfang-2018")
BOX: Box = (0.2, 0.2, 0.4, 0.22)


class Seen:
    """A rereader: the main reader's first look and its second, the third reader's, and the quick and the second one's if
    they saw any.

    The line has as many `strokes` of ink side by side as the first look has characters, where nothing else is said.
    """

    def __init__(
        self,
        first: Reading,
        third: Reading,
        *,
        again: Reading | None = None,
        quick: Reading | None = None,
        second: str = "",
        coarse: bool = False,
        strokes: int | None = None,
        places: tuple[Choices, ...] = (),
        taught: Reading | None = None,
    ) -> None:
        self._places = places
        self._strokes = len(first.text) if strokes is None else strokes
        self._first, self._third = first, third
        self._taught = taught or reading("")
        self._again, self._second = again or first, second
        self._quick = quick or reading("")
        self.picture = cast("Any", _Picture(coarse=coarse))

    def first_reading(self, box: Box) -> Reading:
        return self._first

    def main_reading(self, box: Box, *, alphabet: str | None, prepared: bool) -> Reading:
        return self._again

    def quick_reading(self, box: Box) -> Reading:
        return self._quick

    def third_reading(self, box: Box, *, alphabet: str | None = None) -> Reading:
        return self._third

    def taught_reading(self, box: Box, *, alphabet: str | None = None) -> Reading:
        return self._taught

    def latin_reading(self, box: Box, others: Iterable[Box] = ()) -> LatinLine:
        """It sees nothing: what it has a say in is tested by itself."""
        return LatinLine(np.zeros((1, len(SYMBOLS) + 1), np.float32))

    def places(self, box: Box, *, alphabet: str | None = None) -> tuple[Choices, ...]:
        return self._places

    def line_red(self, box: Box) -> None:
        return None

    def reading_upon_rule(self, box: Box) -> Reading | None:
        return None

    def dark(self, box: Box) -> Gray:
        return np.zeros((30, 12), np.uint8)

    def line_crop(self, box: Box, others: Iterable[Box] = ()) -> tuple[Gray, float, float]:
        crop = np.full((30, 12 * self._strokes + 12), 255, np.uint8)
        for stroke in range(self._strokes):
            crop[5:25, 12 * stroke + 10 : 12 * stroke + 14] = 0
        return crop, 0.0, float(crop.shape[1])

    def second_looks(self, box: Box, *, alphabet: str | None) -> Iterator[str]:
        return iter(filter(None, [self._second]))


class _Picture:
    def __init__(self, *, coarse: bool) -> None:
        self.coarse = coarse


class _Page:
    """With nothing else on it."""

    grids = lines = ()


class _Digits:
    def __init__(self, *, printed: bool) -> None:
        self.printed = self.printed_coarsely = printed
        self.rough = self.proving = None
        self.apart, self.ascent, self.ells = False, 0.0, ()


def reading(text: str, *chances: float) -> Reading:
    """With how sure a reader is of each character; 0.99 for those not told."""
    filled = (*chances, *[0.99] * (len(text) - len(chances)))
    return Reading(text=text, confidence=min(filled, default=0.0), chances=filled)


def evidence_of(
    key: str, first: Reading, seen: Seen, *, clear: bool = True, whole: bool = True, printed: bool = False
) -> Evidence:
    """What is known of a field of the form, of which the main reader read `first`."""
    field = next(field for field in PROFILE.form.fields if field.key == key)
    line = Line(text=first.text, box=BOX, reader="main", confidence=first.confidence)
    parsed = parse_value(field, first.text, spec=PROFILE.form)
    evident = FieldReading(
        field=field, page=cast("Any", _Page()), raw=first.text, parsed=parsed, reader="main", lines=(line,)
    )
    return Evidence(
        reading=evident,
        rereader=cast("Any", seen),
        clear=clear,
        whole=whole,
        digits=lambda: cast("Any", _Digits(printed=printed)),
        parse=lambda text: parse_value(field, text, spec=PROFILE.form),
        words=load_words(),
    )
