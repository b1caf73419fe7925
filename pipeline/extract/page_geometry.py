"""The geometry of a file's pages, with where ID numbers stand, from what was read of them.

A PDF's page can be read twice: its characters, and its pixels where pictures lie beside the text. What the pixels
gave is then moved back onto the page as it is printed, so that all boxes of one page mean the same page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

import numpy as np

from pipeline.domain.document import Box, ExtractedForm, ExtractedPaper, FieldSet, PageBox
from pipeline.domain.pages import UNTURNED, PageGeometry
from pipeline.extract.id_places import IdPlaces, find_id_places
from pipeline.extract.image.mesh import mesh_of, points_before
from pipeline.extract.page import Page

Fields = TypeVar("Fields", bound=FieldSet)
_MOST_BOXES: Final = 1_000
_EDGE_POINTS: Final = 9


def picture_geometries(
    pages: Iterable[Page],
    forms: Sequence[ExtractedForm],
    papers: Sequence[ExtractedPaper],
    *,
    asked: bool,
    dpi: float | None = None,
) -> tuple[PageGeometry, ...]:
    """How pages read from pixels were laid flat. `asked`: the city's form has a row for an ID number."""
    return tuple(
        _with_places(page.geometry.model_copy(update={"dpi": dpi}), find_id_places(page, forms, papers, asked=asked))
        for page in pages
        if page.geometry is not None
    )


def text_geometries(
    pages: Iterable[Page],
    forms: Sequence[ExtractedForm],
    papers: Sequence[ExtractedPaper],
    *,
    asked: bool,
    dpi: float,
    beside: Mapping[int, PageGeometry],
) -> tuple[PageGeometry, ...]:
    """Pages read from their characters: their size alone. `beside`: what the pixels of some of them told."""
    return tuple(_text_geometry(page, forms, papers, asked=asked, dpi=dpi, beside=beside) for page in pages)


def _text_geometry(
    page: Page,
    forms: Sequence[ExtractedForm],
    papers: Sequence[ExtractedPaper],
    *,
    asked: bool,
    dpi: float,
    beside: Mapping[int, PageGeometry],
) -> PageGeometry:
    width, height = (min(100_000, max(1, round(side * dpi / 72))) for side in (page.width, page.height))
    plain = PageGeometry(
        page=page.number, source_width_px=width, source_height_px=height, width_px=width, height_px=height, dpi=dpi
    )
    places = find_id_places(page, forms, papers, asked=asked)
    pixels = beside.get(page.number)
    if pixels is None:
        return _with_places(plain, places)
    # The pixels show what the characters do not: what they leave open stays open, whatever the text says.
    boxes = (*places.boxes, *(box_before(box, pixels) for box in pixels.id_boxes))
    unplaced = places.unplaced or pixels.id_unplaced
    return plain.model_copy(update={"id_boxes": boxes[:_MOST_BOXES], "id_unplaced": unplaced})


def join_geometries(text: Iterable[PageGeometry], pixels: Iterable[PageGeometry]) -> tuple[PageGeometry, ...]:
    """Each page once, in order; a page read both ways is shown as it is printed."""
    pages = {item.page: item for item in (*pixels, *text)}
    return tuple(pages[number] for number in sorted(pages))


def _with_places(geometry: PageGeometry, places: IdPlaces) -> PageGeometry:
    unplaced = places.unplaced or not places.recognised
    found = {"id_boxes": places.boxes[:_MOST_BOXES], "id_unplaced": unplaced, "id_absent": places.absent}
    return geometry.model_copy(update=found)


def moved_fields(document: Fields, geometries: Mapping[int, PageGeometry]) -> Fields:
    """A form or paper whose places are moved back onto the pages as they were before they were laid flat."""
    fields = []
    for field in document:
        place = field.source
        if isinstance(place, PageBox) and place.page in geometries:
            box = box_before(place.box, geometries[place.page])
            field = field.model_copy(update={"source": place.model_copy(update={"box": box})})
        fields.append(field)
    return document.model_copy(update={"fields": tuple(fields)})


def box_before(box: Box, geometry: PageGeometry) -> Box:
    """The upright rectangle round a box of the flat page, on the page as it was decoded."""
    if geometry.matrix == UNTURNED and geometry.mesh is None:
        return box
    mesh = None if geometry.mesh is None else mesh_of(geometry.mesh)
    size = (geometry.width_px, geometry.height_px)
    edges = np.linspace(0, 1, _EDGE_POINTS if mesh is not None else 2)  # straight ones are known by their ends
    across, down = box[0] + (box[2] - box[0]) * edges, box[1] + (box[3] - box[1]) * edges
    flat = np.stack([part.ravel() for part in np.meshgrid(across, down)], axis=1) * size
    points = points_before(flat, np.array(geometry.matrix).reshape(3, 3), mesh, size)
    source = points / (geometry.source_width_px, geometry.source_height_px)
    low, high = np.clip(source.min(axis=0), 0, 1), np.clip(source.max(axis=0), 0, 1)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
