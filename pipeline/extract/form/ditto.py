"""同上 in the administrator's rows, 同手机号 for a WeChat ID: the value they point at; `raw` keeps the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.domain.document import Field
from pipeline.domain.spelling import squash
from pipeline.domain.values import is_ditto, is_same_as_phone
from pipeline.profile.form import FieldKind, FormField, FormSpec

UNRESOLVED: Final = "“同上”所指的内容不明确，请核对"
#: What the keys of the owner's fields begin with.
_OWNER: Final = "owner_"
_PERSONAL: Final = frozenset({FieldKind.PERSON_NAME, FieldKind.PHONE, FieldKind.WECHAT_ID, FieldKind.ID_NUMBER})


def resolve_dittos(fields: tuple[Field, ...], spec: FormSpec) -> tuple[Field, ...]:
    """The fields with every reference resolved; one that points at nothing is doubtful and has no value."""
    described = {item.key: item for item in spec.fields}
    found = {field.key: field for field in fields}
    # What is the owner's own first, as the administrator's may point at it; the administrator's phone may point further.
    _resolve_phones(found, [key for key in found if key.startswith(_OWNER)], described, spec)
    for key, field in list(found.items()):
        if key in described and field.raw and described[key].kind in _PERSONAL:
            found[key] = _resolve_owner(field, described[key], found, spec)
    _resolve_phones(found, [key for key in found if not key.startswith(_OWNER)], described, spec)
    return tuple(found.values())


def _resolve_phones(
    found: dict[str, Field], keys: Sequence[str], described: Mapping[str, FormField], spec: FormSpec
) -> None:
    for key in keys:
        if (
            key in described
            and described[key].kind is FieldKind.WECHAT_ID
            and is_same_as_phone(_off_the_line(found[key].raw))
        ):
            found[key] = _pointing(found[key], found.get(_phone_key(described[key], spec) or ""))


def points_at_owner(raw: str, item: FormField, spec: FormSpec) -> bool:
    """Whether what stands in a field of another person says "as of the owner" (同上, 本人) instead of giving a value."""
    if item.key.startswith(_OWNER) or item.kind not in _PERSONAL:
        return False
    words = _off_the_line(raw)
    if item.kind is FieldKind.WECHAT_ID and is_same_as_phone(words):
        return False  # 同左手机号 is the phone of the same row
    return is_ditto(words) or squash(words) in {squash(one) for one in spec.same_as_owner} - {""}


def _off_the_line(raw: str) -> str:
    """What was typed on a line of underscores."""
    return raw.strip().strip("_").strip()


def _resolve_owner(field: Field, item: FormField, found: dict[str, Field], spec: FormSpec) -> Field:
    if not any(points_at_owner(text, item, spec) for text in (field.raw, str(field.value or ""))):
        return field
    owner = next((other.key for other in spec.fields if other.key.startswith(_OWNER) and other.kind is item.kind), "")
    return _pointing(field, found.get(owner))


def _phone_key(item: FormField, spec: FormSpec) -> str | None:
    """The phone of the same person: of the same section, or the one in the administrator's rows."""
    return next((f.key for f in spec.fields if f.kind is FieldKind.PHONE and f.section == item.section), None)


def _pointing(field: Field, target: Field | None) -> Field:
    if target is None or (target.value is None and not target.candidates):
        return field.model_copy(update={"value": None, "candidates": (), "doubtful": True, "doubt": UNRESOLVED})
    return field.model_copy(
        update={
            "value": target.value,
            "candidates": target.candidates,
            "sure": _lower(field.sure, target.sure),
            "doubtful": field.doubtful or target.doubtful,
            "doubt": field.doubt or target.doubt,
        }
    )


def _lower(first: float | None, second: float | None) -> float | None:
    known = [value for value in (first, second) if value is not None]
    return min(known) if known else None
