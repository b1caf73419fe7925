"""The versions of a record, with what each of them changed. ID numbers stay covered: which one changed shows all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.domain.people import Permission, is_visible, may, visible_offices
from pipeline.review.call import Call
from pipeline.review.showing import shown_text
from pipeline.store.records import CaseDetail
from pipeline.store.register_records import RecordVersionRow
from pipeline.wording import FIELD_NAMES, RECORD_CHANGES


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version. `changes`: field, before, now. `case_id` is "" for whoever may not open its case."""

    version: int
    what: str
    at: str
    who: str
    reference: str
    case_id: str
    shown: bool
    changes: tuple[tuple[str, str, str], ...] = field(repr=False)


def version_lines(call: Call) -> list[VersionLine]:
    """The newest first."""
    names = call.parts.names()
    before: Mapping[str, str] | None = None
    lines: list[VersionLine] = []
    for item in call.record.versions:
        case = call.parts.store.show_case(item.case_id)
        now = _values(case)
        changes = () if before is None else _changes(call, before, now)
        lines.append(_line(call, item, names, case, changes))
        before = now
    return lines[::-1]


def _line(
    call: Call,
    item: RecordVersionRow,
    names: Mapping[str, str],
    case: CaseDetail | None,
    changes: tuple[tuple[str, str, str], ...],
) -> VersionLine:
    wording = call.parts.wording
    return VersionLine(
        version=item.version,
        what=RECORD_CHANGES.get(item.kind, item.kind),
        at=wording.moment(item.at),
        who=names.get(item.actor, wording.actor(item.actor)),
        reference=item.case_id[:8].upper(),
        case_id=item.case_id if case is not None and _may_open(call, case) else "",
        shown=item is call.record.version,
        changes=changes,
    )


def _may_open(call: Call, case: CaseDetail) -> bool:
    offices = visible_offices(call.user, call.parts.office_keys)
    return may(call.user, Permission.SEE_QUEUE) and is_visible(offices, *case.offices)


def _values(case: CaseDetail | None) -> dict[str, str]:
    form = None if case is None else case.filing.form
    return {} if form is None else {item.key: form.text(item.key) for item in form}


def _changes(call: Call, before: Mapping[str, str], now: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    keys = [key for key in dict.fromkeys((*before, *now)) if before.get(key, "") != now.get(key, "")]
    return tuple(
        (FIELD_NAMES.get(key, key), _shown(call, key, before.get(key, "")), _shown(call, key, now.get(key, "")))
        for key in keys
    )


def _shown(call: Call, key: str, text: str) -> str:
    if not text:
        return "（空）"
    value = text == "True" if key == "signed" else text
    return shown_text(call.parts.wording.value(key, value), key, revealed=False)
