"""What a person types into a field of the form, as a value."""

from __future__ import annotations

from typing import Final

from pipeline.domain.document import ExtractedForm, Field, Place
from pipeline.domain.life import LifeError
from pipeline.domain.spelling import normalise, squash
from pipeline.extract.form.values import parse_value
from pipeline.profile.form import FieldKind, FormField
from pipeline.profile.schema import Profile

REVIEWER: Final = "reviewer"
#: Kinds whose values are compared without blanks, punctuation, width and case, as accounts and subjects are.
_WORDS: Final = frozenset({FieldKind.TEXT, FieldKind.PERSON_NAME, FieldKind.FILING_NUMBER})


def enter_value(spec: FormField, text: str, profile: Profile, source: Place | None) -> Field:
    """What a person typed as a value; tick boxes and the signature are entered by their keys. Raises `LifeError`."""
    made = Field(key=spec.key, value=None, raw=text, reader=REVIEWER, source=source)
    if spec.kind is FieldKind.CHOICE:
        options = [option.value for option in spec.options]
        if text not in options:
            raise LifeError(f"“{spec.name}”只能是：{'、'.join(options)}。")
        return made.model_copy(update={"value": text})
    if spec.kind is FieldKind.SIGNATURE:
        if text not in ("true", "false"):
            raise LifeError(f"“{spec.name}”只能是 true 或 false。")
        return made.model_copy(update={"value": text == "true"})
    parsed = parse_value(spec, text, profile.form)
    if parsed.value is None and not parsed.candidates and text.strip():
        raise LifeError(f"“{spec.name}”不能理解为“{text}”，请按格式填写。")
    return made.model_copy(
        update={"value": parsed.value, "candidates": parsed.candidates, "approximate": parsed.approximate}
    )


def plain_value(field: Field | None) -> str:
    """The value as a person would type it; several that stand there together, "" for none."""
    if field is None or (field.value is None and not field.candidates):
        return ""
    if field.value is None:
        return "、".join(field.candidates)
    return str(field.value).lower() if isinstance(field.value, bool) else str(field.value)


def same_value(spec: FormField, one: Field | None, other: Field | None) -> bool:
    """Whether two fields say the same, in the normal form of their kind; two blanks do."""
    return _normal(spec, plain_value(one)) == _normal(spec, plain_value(other))


def _normal(spec: FormField, text: str) -> str:
    if spec.kind not in _WORDS:
        return normalise(text)
    return (squash(text) or normalise(text)).casefold()


def with_fields(form: ExtractedForm, changed: tuple[Field, ...]) -> ExtractedForm:
    """The form with the new fields in the old ones' places; what had no place before has one now."""
    new = {field.key: field for field in changed}
    kept = tuple(new.pop(field.key, field) for field in form)
    unplaced = tuple(key for key in form.unplaced if key not in {field.key for field in changed})
    return form.model_copy(update={"fields": (*kept, *new.values()), "unplaced": unplaced})
