"""What the mapper hands to a judge, and what a judge gives back: a field with its trust.

The mapper says where a value stands and how its text parses. Whether that may be believed is the judge's to say:
`TextJudge` for files that carry their text, another for pages read from pictures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

from pipeline.domain.document import Field, FieldValue, Place
from pipeline.domain.values import with_typed_x
from pipeline.extract.doubts import MARKED, OVERLAID, joined
from pipeline.extract.form.hits import APART
from pipeline.extract.grid.docx_runs import RAISED
from pipeline.extract.page import Cell, Line, Page
from pipeline.profile.form import FieldKind, FormField

STRAY: Final = "此处不是登记表，请核对"
NO_PLACE: Final = "找不到此栏的填写处，请核对"
#: What a pen's or a stamp's mark over the sentence looks like.
_SIGNED_SO: Final = frozenset({MARKED, RAISED, OVERLAID})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A text as a value. `candidates` are set when it is not exactly one; `doubt` says why it may be misread."""

    value: FieldValue = None
    candidates: tuple[str, ...] = ()
    approximate: bool = False
    doubt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One field's evidence.

    `cells` hold the value, in reading order: usually one, none where the form has no cell for it or no table at
    all. `lines` are the lines of text it stands in. `raw` is that text as read, without the label. `label` is the
    cell the label stands in; `inline` says that the value stands in that same cell. `doubt` is the mapper's own.
    For signatures `parsed.value` is what text and pictures alone say: True, False, or None.
    """

    field: FormField
    page: Page
    raw: str
    parsed: Parsed
    reader: str
    cells: tuple[Cell, ...] = ()
    lines: tuple[Line, ...] = ()
    label: Cell | None = None
    inline: bool = False
    source: Place | None = None
    doubt: str | None = None


class Judge(Protocol):
    """Makes a field of a reading. It may look again (`reading.page.rereader`) and may choose another value."""

    def judge(self, reading: Reading) -> Field:
        """The field; its key is `reading.field.key`. Never raises for what a document holds."""


class TextJudge:
    """For text that is stored, not recognised: believed, unless something hides or contradicts it."""

    def judge(self, reading: Reading) -> Field:
        """The parsed value as it is; `confidence` stays None, because nothing was measured."""
        nowhere = NO_PLACE if _is_nowhere(reading) else None
        doubt = joined((reading.doubt, reading.parsed.doubt, nowhere))
        if reading.field.kind is FieldKind.SIGNATURE:
            # That nothing is signed is no plain fact where it is not known where the signature stands.
            lost = APART if APART in (reading.doubt or "") else nowhere
            doubt = _of_signature(doubt, signed=reading.parsed.value is not False) or lost
        return Field(
            key=reading.field.key,
            value=_typed(reading),
            raw=reading.raw,
            doubtful=doubt is not None,
            doubt=doubt,
            source=reading.source,
            reader=reading.reader,
            candidates=reading.parsed.candidates,
            approximate=reading.parsed.approximate,
        )


class StrayJudge:
    """For labels of the form on a page that shows none, as invoices and contracts have: their values go nowhere, and nothing is
    looked at again for them."""

    def judge(self, reading: Reading) -> Field:
        """The parsed value as it was read, doubtful."""
        return TextJudge().judge(replace(reading, doubt=reading.doubt or STRAY)).model_copy(update={"doubtful": True})


def _typed(reading: Reading) -> FieldValue:
    value = reading.parsed.value
    is_number = reading.field.kind is FieldKind.ID_NUMBER and isinstance(value, str)
    return with_typed_x(str(value)) if is_number else value


def _is_nowhere(reading: Reading) -> bool:
    """Whether a value has neither a cell nor a place behind its label: that is no blank."""
    return not reading.cells and not reading.inline and not reading.lines and bool(reading.field.labels)


def _of_signature(doubt: str | None, *, signed: bool) -> str | None:
    """An empty cell is a plain fact, and a signature may be large and cross the printed sentence."""
    reasons = [reason for reason in (doubt or "").split("；") if reason and reason not in _SIGNED_SO]
    return "；".join(reasons) or None if signed else None
