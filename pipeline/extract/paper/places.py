"""Numbers for which no line was found: looked for where their labels say that they stand.

A watermark that crosses a number takes its line along: the detector finds one box for both, or none. Behind the label,
and below it, a strip is read that knows nothing but the number's characters. What two readers see alike there, and
the check digit proves, is the number; what one of them sees is asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.page import Page
from pipeline.extract.paper_geometry import Found, Marked, Piece, find_box, same_row

#: Of a strip, in heights of its label: how far it reaches, and how much above and below the line.
_REACH: Final = 16.0
_AROUND: Final = 0.15
_LEFT: Final = 0.5
#: Where a number shares its line with its label its beginning is only reckoned: of 921310… the 9 was left out.
_RECKONED: Final = 1.2
#: Where it begins and ends below the label, whose box may reach into a number close below it.
_BELOW: Final = ((-0.35, 0.9), (0.0, 1.7))


def look_for(
    page: Page, marks: Iterable[Marked], others: Sequence[Piece], alphabet: str, windows: Callable[[str], Iterable[str]]
) -> tuple[str, Found, bool] | None:
    """The number beside or below one of its `marks`, its place, and whether two readers saw it; None where nobody did.

    `windows` are the runs in a text that may be the number and are proved.
    """
    best: tuple[str, Found, bool] | None = None
    if not isinstance(page.rereader, PictureRereader):
        return None
    for mark in marks:
        for strip in _strips(mark, others, page):
            seen: dict[str, set[str]] = defaultdict(set)
            for reader, text in _looks(page.rereader, strip, alphabet):
                for number in windows(text):
                    seen[number].add(reader)
            if len(seen) != 1:
                continue
            ((number, readers),) = seen.items()
            found = Found(text=number, pieces=(_piece(mark, number, strip, page),))
            if len(readers) > 1:
                return number, found, True
            best = best or (number, found, False)
    return best


def _looks(rereader: PictureRereader, strip: Box, alphabet: str) -> Iterator[tuple[str, str]]:
    """Who reads, and what."""
    yield "main", rereader.main_reading(strip, alphabet=alphabet, prepared=False).text
    yield "main", rereader.main_reading(strip, alphabet=alphabet, prepared=True).text
    yield "third", rereader.third_reading(strip, alphabet=alphabet).text
    yield "second", rereader.second_reading(strip, alphabet=alphabet, lines=1) or ""


def _strips(mark: Marked, others: Sequence[Piece], page: Page) -> Iterator[Box]:
    """Behind the label, as high as what was found there of the number, if anything was; and below the label."""
    label, height = mark.piece, mark.piece.height
    begins = label.x1 if mark.rest is None else mark.rest.x0
    beside = [o for o in others if same_row(o, label) and 0 < o.x0 - begins + height < _REACH * height]
    top, bottom = min([label.y0, *(o.y0 for o in beside)]), max([label.y1, *(o.y1 for o in beside)])
    for left in (begins, begins - _RECKONED * height)[: 1 if mark.rest is None else 2]:
        yield _box(page, left, top - _AROUND * height, begins + _REACH * height, bottom + _AROUND * height)
    for top, bottom in _BELOW:
        left = label.x0 - _LEFT * height
        yield _box(page, left, label.y1 + top * height, left + _REACH * height, label.y1 + bottom * height)


def _box(page: Page, x0: float, y0: float, x1: float, y1: float) -> Box:
    return (
        min(1.0, max(0.0, x0 / page.width)),
        min(1.0, max(0.0, y0 / page.height)),
        min(1.0, max(0.0, x1 / page.width)),
        min(1.0, max(0.0, y1 / page.height)),
    )


def _piece(mark: Marked, text: str, strip: Box, page: Page) -> Piece:
    x0, y0, x1, y1 = strip
    piece = replace(
        mark.piece, text=text, x0=x0 * page.width, y0=y0 * page.height, x1=x1 * page.width, y1=y1 * page.height
    )
    return replace(piece, line=replace(mark.piece.line, text=text, box=find_box((piece,), page)))
