"""The pages of a file that are neither form nor paper, and what they look like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from pipeline.domain.pages import OtherPage
from pipeline.extract.page import Page
from pipeline.extract.paper.papers import looks_like

#: A Word file with less text of its own beside pasted pictures is a cover for them.
_FEW_CHARACTERS: Final = 8


def find_others(pages: Iterable[Page], used: Iterable[int]) -> tuple[OtherPage, ...]:
    """Of pages that were read, in order, those that gave nothing; `used` are the numbers of those that did.

    A page that was read twice, its characters and its pixels, counts once, with all that was read of it.
    """
    taken, found = set(used), dict[int, Page]()
    for page in pages:
        before = found.get(page.number)
        found[page.number] = page if before is None else _together(before, page)
    others = (found[number] for number in sorted(found) if number not in taken)
    return tuple(OtherPage(page=page.number, looks_like=looks_like(page)) for page in others)


def other_text(pages: Sequence[Page], *, pictures: bool) -> tuple[OtherPage, ...]:
    """A Word file's own text, which gave no form; nothing where it has hardly any beside its `pictures`."""
    page = pages[0]
    written = "".join((*(line.text for line in page.lines), *(cell.text for grid in page.grids for cell in grid.cells)))
    if pictures and len("".join(written.split())) < _FEW_CHARACTERS:
        return ()
    return (OtherPage(page=None, looks_like=looks_like(page)),)


def _together(one: Page, other: Page) -> Page:
    return replace(one, lines=(*one.lines, *other.lines), grids=(*one.grids, *other.grids), prose=False)
