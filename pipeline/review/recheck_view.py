"""Second entries in words: the list, the fields to enter, and the comparison."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.desk.rechecking import entered_fields
from pipeline.domain.recheck import OUTCOME_NAMES, SOURCE_NAMES, ErrorRate, Outcome, Source
from pipeline.profile.form import FieldKind, FormField
from pipeline.review.call import Call
from pipeline.review.showing import is_secret, shown_text
from pipeline.store.rechecks import FieldCheck, Recheck
from pipeline.wording import FIELD_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckLine:
    """One line of a list. It says nothing of what was read: the entry is blind."""

    recheck_id: str
    case_id: str
    reference: str
    source: str
    office: str
    decided_at: str
    checker: str
    entered_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryField:
    """A field to enter: its name, and what may be chosen (key, word), nothing for free text."""

    key: str
    name: str
    required: bool
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedField:
    """Both entries of a field in words. `typed` is what stands in the input for what is right, "" while covered."""

    key: str
    name: str
    registered: str = field(repr=False)
    entered: str = field(repr=False)
    corrected: str = field(repr=False)
    typed: str = field(repr=False)
    options: tuple[tuple[str, str], ...]
    covered: bool
    outcome: str
    differs: bool
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLine:
    """One line of the error rates."""

    month: str
    cases: int
    compared: int
    wrong: int
    rate: str
    interval: str


def lines(call: Call, found: Iterable[Recheck]) -> list[RecheckLine]:
    """Second entries as lines of a list."""
    wording, names = call.parts.wording, call.parts.names()
    return [
        RecheckLine(
            recheck_id=item.recheck_id,
            case_id=item.case_id,
            reference=item.case_id[:8].upper(),
            source=SOURCE_NAMES[item.source],
            office=wording.office(item.office),
            decided_at=wording.moment(item.decided_at),
            checker=names.get(item.checker, item.checker),
            entered_at=wording.moment(item.entered_at),
        )
        for item in found
    ]


def entry_fields(call: Call) -> list[EntryField]:
    """What is entered, in the form's order."""
    return [
        EntryField(key=spec.key, name=_name(spec), required=spec.required, options=_options(call, spec))
        for spec in entered_fields(call.parts.profile)
    ]


def compared_fields(call: Call, recheck: Recheck, *, revealed: bool) -> list[ComparedField]:
    """Both entries side by side, what differs first."""
    specs = {spec.key: spec for spec in call.parts.profile.form.fields}
    rows = [_compared(call, specs[item.key], item, revealed) for item in recheck.fields if item.key in specs]
    return sorted(rows, key=lambda row: not row.differs)


def rate_lines(rates: Iterable[ErrorRate]) -> dict[str, list[RateLine]]:
    """The error rates by who decided; months in which nothing was checked are left out."""
    found: dict[str, list[RateLine]] = {SOURCE_NAMES[source]: [] for source in Source}
    for item in rates:
        if item.cases or item.month is None:
            found[SOURCE_NAMES[item.source]].append(_rate_line(item))
    return found


def outcome_of(recheck: Recheck) -> str:
    """What came of it, in a few words."""
    wrong = sum(item.outcome is Outcome.WRONG for item in recheck.fields)
    return f"复核：登记有误 {wrong} 栏，已更正" if wrong else "复核：登记无误"


def _compared(call: Call, spec: FormField, item: FieldCheck, revealed: bool) -> ComparedField:
    covered = is_secret(item.key) and not revealed
    differs = item.outcome is not Outcome.AGREED
    return ComparedField(
        key=item.key,
        name=_name(spec),
        registered=_said(call, item.key, item.registered, revealed),
        entered=_said(call, item.key, item.entered, revealed),
        corrected=_said(call, item.key, item.corrected, revealed),
        typed="" if covered else item.entered,
        options=_options(call, spec),
        covered=covered,
        outcome=OUTCOME_NAMES[item.outcome] if item.outcome else "待认定",
        differs=differs,
        is_open=item.outcome is None,
    )


def _said(call: Call, key: str, text: str, revealed: bool) -> str:
    return shown_text(call.parts.wording.value(key, text) if text else "", key, revealed=revealed)


def _name(spec: FormField) -> str:
    return FIELD_NAMES.get(spec.key, spec.name)


def _options(call: Call, spec: FormField) -> tuple[tuple[str, str], ...]:
    if spec.kind is not FieldKind.CHOICE:
        return ()
    return tuple((option.value, call.parts.wording.value(spec.key, option.value)) for option in spec.options)


def _rate_line(item: ErrorRate) -> RateLine:
    between = item.interval
    return RateLine(
        month=f"{item.month:%Y-%m}" if item.month else "合计",
        cases=item.cases,
        compared=item.compared,
        wrong=item.wrong,
        rate="—" if item.rate is None else f"{item.rate:.2%}",
        interval="—" if between is None else f"{between[0]:.2%} — {between[1]:.2%}",
    )
