"""What a PDF's fields and notes say against values that were read from the picture of its page.

A picture of the page shows what PDFium draws. Of a note without an appearance that may be less than other programs show,
Chinese above all, and a blank cell may be none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.domain.document import Box, ExtractedForm, Field, PageBox
from pipeline.extract.doubts import HIDDEN, UNDRAWN
from pipeline.extract.grid.docx_runs import STRUCK
from pipeline.extract.grid.pdf_notes import PageNotes, Sort
from pipeline.extract.grid.pdf_places import holds, middle_of


def ask_for_notes(form: ExtractedForm, notes: Mapping[int, PageNotes]) -> ExtractedForm:
    """The form, with those of its values doubtful that a note on their page contradicts or may add to."""
    fields = tuple(_asked(field, notes) for field in form)
    return form.model_copy(update={"fields": fields})


def _asked(field: Field, notes: Mapping[int, PageNotes]) -> Field:
    place = field.source
    if field.doubtful or not isinstance(place, PageBox) or place.page not in notes:
        return field
    reasons = dict.fromkeys(reason for box, reason in _reasons(notes[place.page], field) if _crosses(box, place.box))
    return field.model_copy(update={"doubtful": True, "doubt": "；".join(reasons)}) if reasons else field


def _reasons(page: PageNotes, field: Field) -> Iterator[tuple[Box, str]]:
    yield from ((box, reason) for box, reason in page.doubts if reason in (STRUCK, HIDDEN))
    yield from ((item.box, UNDRAWN) for item in page.of(Sort.WORDS))
    if field.value is None:
        yield from ((item.box, UNDRAWN) for item in page.of(Sort.FIELD))


def _crosses(box: Box, cell: Box) -> bool:
    """Whether a note stands in a cell, or a value in a note."""
    return holds(cell, middle_of(box)) or holds(box, middle_of(cell))


def all_asked(forms: Iterable[ExtractedForm], notes: Mapping[int, PageNotes]) -> tuple[ExtractedForm, ...]:
    """`ask_for_notes` for several forms."""
    return tuple(ask_for_notes(form, notes) for form in forms) if notes else tuple(forms)
