"""What a value looks like on a page: masked where it is an ID number, in the form's own words elsewhere."""

from __future__ import annotations

from typing import Final

from pipeline.domain.document import Field
from pipeline.domain.masking import mask, mask_identity_numbers
from pipeline.wording import Wording

_ID_NUMBER: Final = "id_number"


def is_secret(key: str) -> bool:
    """Whether a field holds an ID number, which is masked until somebody asks for it and says why."""
    return _ID_NUMBER in key


def shown_text(text: str, key: str, *, revealed: bool) -> str:
    """A text of that field as it may be shown. A whole ID number in any other field is covered too."""
    if revealed:
        return text
    return mask(text) if is_secret(key) else mask_identity_numbers(text)


def shown_value(field: Field | None, wording: Wording, *, revealed: bool) -> str:
    """A field's value in words, "" where there is none."""
    return "" if field is None else shown_text(wording.value(field.key, field.value), field.key, revealed=revealed)


def entry_text(field: Field | None) -> str:
    """A value as an officer types it: options and the signature by their keys."""
    if field is None or field.value is None:
        return ""
    return str(field.value).lower() if isinstance(field.value, bool) else str(field.value)
