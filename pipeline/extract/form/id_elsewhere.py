"""Pages of a form in several pictures that surely do not show the ID number, because another one shows it. Pure.

A page with rows of a form but not the one for the number is kept from those who may not see numbers: the row may have
gone unread, or be cut through. Once the parts are one form, that can be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.domain.document import DocumentReading, ExtractedForm, Field, PageBox
from pipeline.extract.form.joins import edge_keys
from pipeline.profile.form import FormSpec

_NUMBER: Final = "owner_id_number"
#: A row of the form holds no more fields than that: of those farther from the number a whole row lies between.
_BESIDE: Final = 2


def is_number_elsewhere(part: ExtractedForm, others: Sequence[ExtractedForm], spec: FormSpec) -> bool:
    """Whether the number of a form stands on another of its parts, and a row and more away from all that this one shows.

    It has to be read for certain, inside of the other part and not where that was cut; beyond this one's rows nothing may stand.
    """
    if part.field(_NUMBER) is not None or part.text_above or part.text_below:
        return False
    inside = any(
        _is_sure(other.field(_NUMBER)) and _NUMBER not in edge_keys(other, last=True) | edge_keys(other, last=False)
        for other in others
    )
    order = [field.key for field in spec.fields]
    return inside and all(abs(order.index(item.key) - order.index(_NUMBER)) > _BESIDE for item in part)


def uncovered(reading: DocumentReading, part: ExtractedForm) -> DocumentReading:
    """The reading with the pages of that part shown to everybody, but for what was placed on them."""
    geometry = tuple(
        page.model_copy(update={"id_unplaced": False}) if page.id_absent and page.page in part.pages else page
        for page in reading.geometry
    )
    return reading.model_copy(update={"geometry": geometry})


def _is_sure(field: Field | None) -> bool:
    return field is not None and field.value is not None and not field.doubtful and isinstance(field.source, PageBox)
