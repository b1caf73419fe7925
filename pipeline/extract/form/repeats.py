"""One person stands in a form several times: a value that was read unsurely is so where it reads as a sure one of another cell.

The owner is often the administrator, and an individual's account is in the owner's own name. Each cell is written and read by
itself; that one is misread as exactly what another person's cell says is as good as impossible, while the same word
misread twice alike is not: one of the two must be sure by itself, as between form and paper (`agreement`).
"""

from __future__ import annotations

from typing import Final

from pipeline.domain.document import Field
from pipeline.extract.agreement import agreed_value
from pipeline.extract.doubts import OF_READING
from pipeline.profile.form import FieldKind, FormSpec

_PERSONAL: Final = frozenset({FieldKind.PERSON_NAME, FieldKind.PHONE, FieldKind.WECHAT_ID})
#: No field of a person, but an individual's account is in the owner's own name.
_NAMES: Final = frozenset({"account_subject"})
#: A name of one character is no name.
_LEAST: Final = 2


def settle_repeats(fields: tuple[Field, ...], spec: FormSpec) -> tuple[Field, ...]:
    """The fields in the same order, with the doubt gone from what reads as a sure value of the same kind. Pure."""
    kinds = {item.key: FieldKind.PERSON_NAME if item.key in _NAMES else item.kind for item in spec.fields}
    return tuple(_settled(field, fields, kinds) for field in fields)


def _settled(field: Field, fields: tuple[Field, ...], kinds: dict[str, FieldKind]) -> Field:
    if field.doubt not in OF_READING or kinds.get(field.key) not in _PERSONAL:
        return field
    for other in fields:
        if (
            other.key != field.key
            and kinds.get(other.key) is kinds[field.key]
            and len(str(other.value or "")) >= _LEAST
        ):
            value = agreed_value(field, other)
            if value is not None:
                return field.model_copy(update={"value": value, "candidates": (), "doubtful": False, "doubt": None})
    return field
