"""A row of tick boxes in a cell of a picture, as the mapper hands it to a judge."""

from __future__ import annotations

from pipeline.domain.document import PageBox
from pipeline.extract.form.judge import Parsed
from pipeline.extract.form.judge import Reading as FieldReading
from pipeline.extract.image.cells import Rect
from pipeline.extract.image.pixels import FlatPicture
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Cell, Line, Page
from pipeline.profile.form import FormField


def row_reading(picture: FlatPicture, seen: Reading, field: FormField, line_at: Rect, cell_at: Rect) -> FieldReading:
    """The row's one line at `line_at` in a cell at `cell_at` (pixels), read as `seen`."""
    line = Line(text=seen.text, box=picture.box(line_at), reader="main", confidence=0.9)
    box = picture.box(cell_at)
    cell = Cell(
        row=0,
        column=1,
        row_span=1,
        column_span=1,
        text=seen.text,
        place=PageBox(page=1, box=box),
        box=box,
        lines=(line,),
        reader="main",
    )
    high, wide = picture.shape
    return FieldReading(
        field=field,
        page=Page(number=1, width=wide, height=high, lines=(line,)),
        raw=seen.text,
        parsed=Parsed(),
        reader="main",
        cells=(cell,),
        lines=(line,),
    )
