"""Where a form goes on elsewhere: what stands above its first row and below its last, and rows torn between two pages.

A row that was cut leaves text without a label on one side of the cut, and on the other the rest of the row or nothing
either. Only pages with places are looked at: a Word file has none, and its rows are not cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.form.hits import Hit
from pipeline.extract.form.labels import LabelBook
from pipeline.extract.form.sequence import Draft, Sequencer
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.page import Page
from pipeline.profile.form import FormSpec

TORN: Final = "此栏正好在两页的接缝处，内容可能不全，请对照原件核对"
#: What is farther from a row than so many rows belongs to something else (the number of the page).
_NEAR_ROWS: Final = 2.5
#: So much ink in a cell is writing, even where no line was found: the halves of characters are none.
_LEAST_INK_PX: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """The lines just above the first row and just below the last; ink that nobody could read is a line without text."""

    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


def find_edges(draft: Draft, pages: Sequence[Page], book: LabelBook, spec: FormSpec) -> Edges:
    """What stands beyond the form's rows, on the first of its pages and on the last."""
    numbers = _in_order(draft, spec)
    if not numbers:
        return Edges()
    first, last = (_edges_on(number, draft, pages, book) for number in (numbers[0], numbers[-1]))
    return Edges(above=first.above, below=last.below)


def doubt_torn_rows(draft: Draft, pages: Sequence[Page], book: LabelBook, spec: FormSpec) -> None:
    """Put a doubt on the rows on both sides of a page's end where one of them may go on on the other page."""
    for before, after in pairwise(_in_order(draft, spec)):
        upper, lower = (_edges_on(number, draft, pages, book) for number in (before, after))
        torn = [*(_edge_row(draft, before, last=True) if lower.above else ())]
        torn += _edge_row(draft, after, last=False) if upper.below else ()
        for key in torn:
            draft.hits[key] = replace(draft.hits[key], doubt=draft.hits[key].doubt or TORN)


def told_by_pages(drafts: Sequence[Draft], sequencer: Sequencer, spec: FormSpec) -> tuple[Draft, ...]:
    """The drafts, those of several pages taken apart where a page of another form may have come between.

    Fronts first and backs after them read as a front and its successor's back: nothing in the order tells.
    """
    needed = {field.key for field in spec.fields if field.required and field.labels}
    unclear = any(len(_pages(draft)) == 1 and not needed <= draft.hits.keys() for draft in drafts)
    if not unclear:
        return tuple(drafts)
    apart = [part for draft in drafts for part in _by_page(draft)]
    return tuple(part for part in apart if part.counts or sequencer.is_part(part))


def _in_order(draft: Draft, spec: FormSpec) -> list[int]:
    """The form's pages as its rows go, which is not always how they were put into the file."""
    order = {field.key: at for at, field in enumerate(spec.fields)}
    first: dict[int, int] = {}
    for key, hit in draft.hits.items():
        first[hit.page.number] = min(order[key], first.get(hit.page.number, len(order)))
    return sorted(first, key=lambda number: first[number])


def _pages(draft: Draft) -> set[int]:
    return {hit.page.number for hit in draft.hits.values()}


def _by_page(draft: Draft) -> Iterator[Draft]:
    for number in sorted(_pages(draft)):
        hits = {key: hit for key, hit in draft.hits.items() if hit.page.number == number}
        yield Draft(hits=hits, repeated=[item for item in draft.repeated if item[1].page.number == number])


def _edges_on(number: int, draft: Draft, pages: Sequence[Page], book: LabelBook) -> Edges:
    page = next(page for page in pages if page.number == number)
    boxes = [box for hit in draft.hits.values() if hit.page.number == number for box in _boxes(hit)]
    if not boxes:
        return Edges()
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    reach = _NEAR_ROWS * median(box[3] - box[1] for box in boxes)
    found = [(_middle(box), text) for box, text in _lines(page, book) if left <= (box[0] + box[2]) / 2 <= right]
    return Edges(
        above=tuple(text for y, text in found if top - reach < y < top),
        below=tuple(text for y, text in found if bottom < y < bottom + reach),
    )


def _lines(page: Page, book: LabelBook) -> Iterator[tuple[Box, str]]:
    """Lines of text that are no heading, and cells with ink in which no line was found."""
    yield from ((line.box, line.text) for line in page.lines if line.text.strip() and not book.is_title(line.text))
    if isinstance(page.rereader, PictureRereader):
        for cell in (cell for grid in page.grids for cell in grid.cells):
            if cell.box is not None and not cell.lines and page.rereader.ink_px(cell.box) >= _LEAST_INK_PX:
                yield cell.box, ""


def _edge_row(draft: Draft, number: int, *, last: bool) -> tuple[str, ...]:
    """The keys whose values stand in a page's first or last row."""
    rows = {key: boxes for key, hit in draft.hits.items() if hit.page.number == number and (boxes := list(_boxes(hit)))}
    return edge_row({key: boxes[-1] for key, boxes in rows.items()}, last=last)


def edge_row(places: dict[str, Box], *, last: bool) -> tuple[str, ...]:
    """Of keys with their places on one page, those in the first or last row."""
    if not places:
        return ()
    edge = (max if last else min)(places.values(), key=_middle)
    return tuple(key for key, box in places.items() if edge[1] < _middle(box) < edge[3])


def _boxes(hit: Hit) -> Iterator[Box]:
    cells = (hit.label_cell, *hit.cells)
    yield from (cell.box for cell in cells if cell is not None and cell.box is not None)
    yield from (line.box for line in hit.lines)


def _middle(box: Iterable[float]) -> float:
    _, top, _, bottom = box
    return (top + bottom) / 2
