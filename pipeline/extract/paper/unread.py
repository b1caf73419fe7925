"""What a licence or certificate lacks, though every such paper says it: looked for where no line was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.domain.document import PaperKind
from pipeline.extract.paper.sheet import Sheet, make_sheet
from pipeline.extract.paper.under_seals import with_rows_under_seals
from pipeline.extract.paper.unread_labels import with_unread_labels
from pipeline.extract.paper_geometry import Piece
from pipeline.extract.paper_labels import CERTIFICATE_LABELS

#: On licences the term is left out since 2022.
_BODY: Final = frozenset({"name", "legal_representative", "address"})
_SAID: Final = {
    PaperKind.BUSINESS_LICENCE: _BODY | {"established_on"},
    PaperKind.ORGANISATION_CODE_CERTIFICATE: frozenset({"name", "address", "valid_until"}),
    PaperKind.OTHER_CERTIFICATE: _BODY | {"valid_until"},
}


def with_unread(sheet: Sheet, kind: PaperKind, pieces: Sequence[Piece]) -> Sheet:
    """The paper with labels and rows that were not found, where it lacks something. `pieces` are all of its own."""
    if not _lacks(sheet, kind):
        return sheet
    sheet = with_unread_labels(sheet, CERTIFICATE_LABELS, _lacks(sheet, kind))
    more = with_rows_under_seals(sheet.page, pieces) if _lacks(sheet, kind) else None
    if more is None:
        return sheet
    page, found = more
    again = make_sheet(page, found, CERTIFICATE_LABELS, columns=True)
    return with_unread_labels(again, CERTIFICATE_LABELS, _lacks(again, kind))


def _lacks(sheet: Sheet, kind: PaperKind) -> frozenset[str]:
    return frozenset(key for key in _SAID[kind] if sheet.find(key) is None)
