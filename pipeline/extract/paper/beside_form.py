"""Papers that lie beside a form on one page: an ID card copied next to it, or laid there for the photo.

A form's own rows name people, numbers and addresses too. Only what stands outside of the table that gave the form can be a
paper's, and only where all the form's values stand in that table: where it has none nobody knows where the form ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.domain.document import Box, ExtractedForm, ExtractedPaper, PageBox
from pipeline.extract.image.cells import holds_middle
from pipeline.extract.page import Page
from pipeline.extract.paper.papers import read_papers
from pipeline.extract.rects import around


def read_papers_beside(page: Page, forms: Iterable[ExtractedForm]) -> tuple[ExtractedPaper, ...]:
    """The papers on a page outside of its `forms`, none where those have no table of their own."""
    values = [
        field.source.box
        for form in forms
        for field in form.fields
        if isinstance(field.source, PageBox) and field.source.page == page.number
    ]
    tables = [area for area in _areas(page) if any(holds_middle(area, box) for box in values)]
    if not values or not all(any(holds_middle(area, box) for area in tables) for box in values):
        return ()
    outside = tuple(line for line in page.lines if not any(holds_middle(area, line.box) for area in tables))
    return read_papers(replace(page, lines=outside), beside_form=True)


def _areas(page: Page) -> list[Box]:
    """The rectangle round each table."""
    places = [[cell.box for cell in grid.cells if cell.box is not None] for grid in page.grids]
    return [around(boxes) for boxes in places if boxes]
