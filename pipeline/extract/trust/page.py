"""How well a page can be read, measured on words whose truth is known: the form's own printed labels.

On clean scans and sharp photos the engine is surer than 0.99 of all labels but one at most; on fax pages and
blurred photos several fall below 0.96, and there both readers fall for the same broken shapes (measured on 42
pages: the second lowest label stood at 0.995 or higher on scans and photos, at 0.95 or lower on fax pages, at
0.976 or lower where the blur was 3 px).

Blanks do not count: of the one in 姓　名 or before a bracket the networks are 0.5 to 0.9 sure on the sharpest page, and two
labels with blanks made a page unclear.

Of a character of a typeface the main reader may be unsure however sharp the page is (two labels at 0.971 and 0.975, all others
at 0.996 and more). Another network is no worse off there, and worse off than the main one on every page with a blur: a page whose
labels the third reader reads so surely is clear, too. Of pages that the main reader found unclear its second lowest label stood at
0.988 to 0.997 on three sharp ones, at 0.977 or lower on soft photos, carbon copies and scans of 100 dpi.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.extract.form.labels import LabelBook
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.characters import is_same, least_sure
from pipeline.extract.page import Line, Page

#: The second lowest confidence of a page's labels must reach this: one label may be spoiled by a seal or a stain.
_CLEAR: Final = 0.985
_FEWEST: Final = 4
#: A label before its value.
_HEAD: Final = re.compile(r"[^:：]{2,20}(?=[:：])")


def is_clear(page: Page, book: LabelBook) -> bool:
    """Whether two readings that agree may be believed on this page."""
    confidences, lines, misread = _labels(page, book)
    if len(confidences) < _FEWEST or misread > 1:
        return False
    return sorted(confidences)[1] >= _CLEAR or _is_read_by_third(lines, page)


def _is_read_by_third(labels: Sequence[Sequence[Line]], page: Page) -> bool:
    """Whether the third reader surely reads the labels as the main one did, all of them but one at most."""
    rereader = page.rereader
    if not isinstance(rereader, PictureRereader) or len(labels) < _FEWEST:
        return False
    unsure = 0
    for lines in labels:
        seen = [(line, rereader.third_reading(line.box)) for line in lines]
        unsure += not all(is_same(third.text, line.text) and least_sure(third) >= _CLEAR for line, third in seen)
        if unsure > 1:
            return False
    return True


def _labels(page: Page, book: LabelBook) -> tuple[list[float], list[Sequence[Line]], int]:
    """The confidences of all labels read right, the lines of those that stand alone, and how many were misread by a character."""
    right: list[float] = []
    alone: list[Sequence[Line]] = []
    misread = 0
    cells = [(cell.text, cell.lines) for grid in page.grids for cell in grid.cells]
    for text, lines in cells or [(line.text, (line,)) for line in page.lines]:
        if all(line.confidence is None for line in lines):
            continue
        if book.exact(text) or book.section(text):
            alone.append([line for line in lines if line.confidence is not None])
            right.append(min(_sure_of(line, page) for line in alone[-1]))
        elif book.near(text):
            misread += 1
    return (right if len(right) >= _FEWEST else [*right, *_before_values(page, book)]), alone, misread


def _before_values(page: Page, book: LabelBook) -> Iterator[float]:
    """Of each line that is "label：value" how sure the main reader was of the label's least sure character: where all values stand
    behind their labels, hardly a label stands alone."""
    if not isinstance(page.rereader, PictureRereader):
        return
    for line in {
        line.box: line for grid in page.grids for cell in grid.cells for line in cell.lines
    }.values() or page.lines:
        found = _HEAD.match(line.text)
        if found is None or not book.exact(found[0]):
            continue
        reading = page.rereader.first_reading(line.box)
        if reading.text.startswith(found[0]) and len(reading.chances) == len(reading.text):
            letters = zip(found[0], reading.chances, strict=False)
            yield min(chance for character, chance in letters if character.isalnum())


def _sure_of(line: Line, page: Page) -> float:
    """How sure the main reader was of the least sure character of a line that is no blank."""
    sure = line.confidence or 0.0
    if not any(map(str.isspace, line.text)) or not isinstance(page.rereader, PictureRereader):
        return sure
    reading = page.rereader.first_reading(line.box)
    return least_sure(reading) if is_same(reading.text, line.text) else sure
