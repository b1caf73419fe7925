"""Where a profile's parts contradict each other: every contradiction, each at the key that has to change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from pipeline.domain.decision import Entity
from pipeline.domain.document import ACCOUNT_TYPES, FORM_KEYS, PaperKind
from pipeline.domain.finding import SEVERITIES
from pipeline.profile.form import FieldKind, FormField, FormSpec
from pipeline.profile.materials import Holder, Need

if TYPE_CHECKING:
    from pipeline.profile.schema import Office, Profile

Location = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A contradiction. `location` is the key's place below what was checked; list items count from 0."""

    location: Location
    reason: str


def refuse(title: str, faults: Iterable[Fault]) -> None:
    """Raise them all as one `ValidationError`, or nothing when there are none."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError("contradiction", "{reason}", {"reason": fault.reason}),
            loc=fault.location,
            input=None,
        )
        for fault in faults
    ]
    if details:
        raise ValidationError.from_exception_data(title, details)


def check_number_format(value: str) -> None:
    """Raise ValueError unless it can be filled in and tells two records of an office and year apart."""
    try:
        first, second = (value.format(area_code="131000", year=2018, seq=seq) for seq in (1, 2))
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise ValueError(f"{value!r} can't be filled in with area_code, year and seq: {error}") from error
    if first == second:
        raise ValueError("number_format must hold {seq}")


def check_subject_line(value: str) -> None:
    """Raise ValueError unless its braces hold keys of the form and some words stand outside them."""
    parts = list(Formatter().parse(value))
    names = {name for _, name, _, _ in parts if name is not None}
    if unknown := names - set(FORM_KEYS):
        raise ValueError(f"no such field of the form: {', '.join(sorted(unknown))}")
    if not any(character.isalnum() for text, *_ in parts for character in text):
        raise ValueError("subject_line holds no words that a subject could be told by")


def check_severities(severities: Mapping[str, object]) -> Iterator[Fault]:
    """Codes that no finding has."""
    for code in severities:
        if code not in SEVERITIES:
            yield Fault(location=(code,), reason=f"no such finding: {code}")


def check_offices(offices: Sequence[Office]) -> Iterator[Fault]:
    """Offices that can't be told apart."""
    for what in ("key", "area_code", "mailbox"):
        seen: set[str] = set()
        for number, office in enumerate(offices):
            value = str(getattr(office, what)).lower()
            if value in seen:
                yield Fault(location=(number, what), reason=f"two offices have the same {what}: {value}")
            seen.add(value)


def check_form(form: FormSpec) -> Iterator[Fault]:
    """Unknown or doubled keys, sections and neighbours; options where none belong; patterns that are none."""
    keys, sections = [field.key for field in form.fields], {section.key for section in form.sections}
    for number, field in enumerate(form.fields):
        for key, reason in _check_field(field, keys, sections):
            yield Fault(location=("fields", number, key), reason=reason)
        if field.key in keys[:number]:
            yield Fault(location=("fields", number, "key"), reason=f"the key {field.key} stands twice")
        for place, option in enumerate(field.options):
            yield from _check_option(("fields", number, "options", place), option.value, option.other_key, keys)


def _check_field(field: FormField, keys: Sequence[str], sections: set[str]) -> Iterator[tuple[str, str]]:
    if field.key not in FORM_KEYS:
        yield "key", f"unknown field: {field.key}; known are {', '.join(FORM_KEYS)}"
    if field.section is not None and field.section not in sections:
        yield "section", f"field {field.key}: no section {field.section!r}"
    if field.after is not None and field.after not in keys:
        yield "after", f"field {field.key}: 'after' names no field: {field.after!r}"
    if (field.kind is FieldKind.CHOICE) != bool(field.options):
        yield "kind", f"field {field.key}: options belong to kind 'choice', and only there"
    if field.format is not None and field.kind is not FieldKind.TEXT:
        yield "format", f"field {field.key}: 'format' belongs to kind 'text', and only there"
    for key, pattern in (("format", field.format), *(("patterns", pattern) for pattern in field.patterns)):
        if pattern is not None and (why := _why_no_pattern(pattern)):
            yield key, f"field {field.key}: pattern {pattern!r} is no regular expression: {why}"


def _why_no_pattern(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def _check_option(place: Location, value: str, other_key: str | None, keys: Sequence[str]) -> Iterator[Fault]:
    if value not in ACCOUNT_TYPES:
        reason = f"no such account type: {value}; known are {', '.join(ACCOUNT_TYPES)}"
        yield Fault(location=(*place, "value"), reason=reason)
    if other_key is not None and other_key not in keys:
        yield Fault(location=(*place, "other_key"), reason=f"the form has no field {other_key}")


def check_parts(profile: Profile) -> Iterator[Fault]:
    """What one part says of another that is not so."""
    yield from _check_entities(profile)
    yield from _check_counties(profile)
    yield from _check_types(profile)
    yield from _check_trigger(profile)
    for number, materials in enumerate(profile.materials):
        yield from _check_holders(profile, materials.need, ("materials", number, "need"))


def _check_entities(profile: Profile) -> Iterator[Fault]:
    if sorted(materials.entity for materials in profile.materials) != sorted(Entity):
        yield Fault(location=("materials",), reason=f"give each of {', '.join(Entity)} exactly once")


def _check_counties(profile: Profile) -> Iterator[Fault]:
    for number, county in enumerate(profile.places.counties):
        if profile.office(county.office) is None:
            reason = f"county {county.name} belongs to the unknown office {county.office!r}"
            yield Fault(location=("places", "counties", number, "office"), reason=reason)


def _check_types(profile: Profile) -> Iterator[Fault]:
    types = {o.value for field in profile.form.fields for o in field.options}
    if unknown := set(profile.notice_types) - types:
        reason = f"no option of the form has the value {', '.join(sorted(unknown))}"
        yield Fault(location=("notice_types",), reason=reason)
    seen: set[str] = set()
    for number, threshold in enumerate(profile.thresholds):
        place: Location = ("thresholds", number, "types")
        if unknown := set(threshold.types) - types:
            yield Fault(location=place, reason=f"no option of the form has the value {', '.join(sorted(unknown))}")
        if doubled := seen & set(threshold.types):
            yield Fault(location=place, reason=f"has a threshold already: {', '.join(sorted(doubled))}")
        seen |= set(threshold.types)


def _check_trigger(profile: Profile) -> Iterator[Fault]:
    trigger = profile.deadlines.trigger
    field = next((item for item in profile.form.fields if item.key == trigger), None)
    if field is None or field.kind is not FieldKind.DATE or not field.required:
        yield Fault(location=("deadlines", "trigger"), reason=f"{trigger} is no required date field of the form")


#: The field that tells whose card a card is, by whose it has to be. A licence tells the legal representative too.
_TOLD_BY: Mapping[Holder, str] = {
    Holder.OWNER: "owner_name",
    Holder.ADMIN: "admin_name",
    Holder.OPERATOR: "admin_name",
}


def _check_holders(profile: Profile, need: Need, place: Location) -> Iterator[Fault]:
    for branch in ("all_of", "any_of"):
        for number, inner in enumerate(getattr(need, branch)):
            yield from _check_holders(profile, inner, (*place, branch, number))
    key = _TOLD_BY.get(need.of) if need.of is not None and need.paper is PaperKind.ID_CARD else None
    if key is not None and all(field.key != key for field in profile.form.fields):
        yield Fault(location=(*place, "of"), reason=f"the form has no field {key} to hold the card against")
