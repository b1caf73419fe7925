"""The forms of two mails of one case as one. Pure.

The later form is what the submitter says now. What it leaves blank the earlier one supplies, and what one of them is
sure of counts for more than the other's doubt; where two sure values differ a person is asked, whichever is right. Where
nothing but names and a sender's address, which anybody can write, says that both are of one hand, a person is asked about
everything that the later form alone says.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from pipeline.domain.document import ExtractedForm, Field
from pipeline.validate.case import is_sure

_UNVOUCHED: Final = "此项只见于后续来信，来信人是否为报送人未经核实"
DIFFERS: Final = "先后来信的登记表此项填写不一致"
#: The office gives it; what somebody writes there is no statement.
_UNDISPUTED: Final = frozenset({"number"})
_COMES_AND_GOES: Final = frozenset({"follower_count"})


def merge_later_form(
    held: ExtractedForm | None, later: ExtractedForm, *, vouched: bool = True, corrected: Set[str] = frozenset()
) -> ExtractedForm:
    """The case's form after a mail with that one came; `vouched`: it is known to be the same submitter's.

    `corrected` are fields whose earlier values cannot be meant: what the later form says of them stands, if it is vouched for.
    """
    if held is None:
        return later
    keys = dict.fromkeys((*(item.key for item in held), *(item.key for item in later)))
    merge = _merge if vouched else _merge_unvouched
    mended = {key: item for key in corrected if vouched and (item := later.field(key)) is not None}
    fields = tuple(mended.get(key) or merge(held.field(key), later.field(key)) for key in keys)
    unplaced = tuple(key for key in held.unplaced if key in later.unplaced)
    return held.model_copy(update={"fields": fields, "unplaced": unplaced, "findings": later.findings})


def _merge(held: Field | None, later: Field | None) -> Field:
    if held is None or later is None:
        found = held or later
        if found is None:
            raise ValueError("one of the two forms has the field")
        return found
    if not _is_filled(later) or held.key in _UNDISPUTED:
        return held
    if not _is_filled(held):
        return later
    if held.key == "signed":
        return held if held.value is True else later
    if held.said == later.said:
        return held if not held.doubtful else later
    if held.key in _COMES_AND_GOES and is_sure(held):
        return later if is_sure(later) else held
    return _disputed(held, later) if is_sure(held) else later


def _merge_unvouched(held: Field | None, later: Field | None) -> Field:
    """What both say stands; what the later form alone says is for a person."""
    merged = _merge(held, later)
    if merged is held or merged.doubtful or not _is_filled(merged) or merged.key == "signed":
        return merged
    if held is None or not _is_filled(held):
        return merged.model_copy(update={"doubtful": True, "doubt": _UNVOUCHED})
    if held.said == merged.said:
        return merged
    if held.key in _COMES_AND_GOES and is_sure(held):
        return held
    second = None if held.value is None else str(held.value)
    return merged.model_copy(update={"doubtful": True, "doubt": _UNVOUCHED, "second": second})


def _is_filled(field: Field) -> bool:
    return field.value is not None or bool(field.candidates)


def _disputed(held: Field, later: Field) -> Field:
    """The later value, for a person to confirm or replace by the earlier one."""
    if len(later.candidates) > 1:
        return later
    return later.model_copy(update={"doubtful": True, "doubt": DIFFERS, "second": str(held.value)})
