"""Rows of the queue, the register and the ledger, for lists and exports. ID numbers are masked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from pipeline.domain.document import FORM_KEYS
from pipeline.domain.masking import cover, mask_identity_numbers
from pipeline.profile.schema import Profile
from pipeline.reports.views import FieldView, FindingView, PaperView, fields_view, findings_view, paper_view
from pipeline.store.ledger_records import LedgerRow
from pipeline.store.notice_records import NoticeRecord
from pipeline.store.records import CaseDetail, HistoryItem, QueueItem
from pipeline.store.register_records import RecordChangeRow, RegistryRow
from pipeline.wording import FIELD_NAMES, RECORD_CHANGES, RECORD_STATES, Wording

Plain = str | int | None
#: Numbers of the office's own making, and what is no text of a sender's.
_PLAIN_KEYS: Final = frozenset(
    {"number", "office", "registered_on", "entity", "received", "due", "state", "account_type"}
)
#: Fields of the form that stand at a place of their own in the register, or not at all.
_PLACED_KEYS: Final = frozenset(
    {"number", "account_name", "account_type", "account_type_other", "account_subject", "signed"}
)
_REGISTER_BEGINS: Final[Mapping[str, str]] = {
    "number": "备案号",
    "office": "备案机构",
    "registered_on": "备案日期",
    "account_name": FIELD_NAMES["account_name"],
    "account_type": FIELD_NAMES["account_type"],
    "account_subject": FIELD_NAMES["account_subject"],
    "entity": "主体性质",
}
_REGISTER_ENDS: Final[Mapping[str, str]] = {"received": "收件时间", "due": "期限", "state": "状态"}
#: The contract's keys of a record; a city's form may add to them.
_CONTRACT_KEYS: Final = (
    *_REGISTER_BEGINS,
    *(key for key in FIELD_NAMES if key not in _PLACED_KEYS),
    *_REGISTER_ENDS,
)


def register_columns(profile: Profile) -> Mapping[str, str]:
    """The register's columns in the order of the paper 台账, by what they are called there: of the city's own form."""
    names = {field.key: FIELD_NAMES.get(field.key, field.name) for field in profile.form.fields}
    of_form = {key: names[key] for key in FORM_KEYS if key in names and key not in _PLACED_KEYS}
    return {**_REGISTER_BEGINS, **of_form, **_REGISTER_ENDS}


def queue_row(item: QueueItem) -> dict[str, Plain | list[str]]:
    """A waiting case."""
    return {
        "case": item.case_id,
        "office": item.office or item.received_office,
        "mailbox": item.mailbox,
        "entity": item.entity.value if item.entity else None,
        "account_name": item.account_name and mask_identity_numbers(item.account_name),
        "account_subject": item.account_subject and mask_identity_numbers(item.account_subject),
        "received": item.received.isoformat(timespec="seconds"),
        "due": item.due.isoformat() if item.due else None,
        "codes": list(item.codes),
    }


def register_row(record: RegistryRow, profile: Profile, *, reveal: bool) -> dict[str, Plain]:
    """A record with the contract's keys and those of the city's form; the ID number whole only when `reveal`."""
    known: dict[str, Plain] = {
        "number": record.number,
        "office": record.office,
        "registered_on": record.registered_on.isoformat(),
        "entity": record.entity.value if record.entity else None,
        "received": record.received.isoformat(timespec="seconds"),
        "due": record.due.isoformat() if record.due else None,
        "state": record.state,
    }
    keys = dict.fromkeys((*_CONTRACT_KEYS, *register_columns(profile)))
    row: dict[str, Plain] = {key: known[key] if key in known else record.values.get(key) for key in keys}
    return row if reveal else {key: _masked(key, value) for key, value in row.items()}


def register_line(record: RegistryRow, wording: Wording, *, reveal: bool) -> dict[str, str]:
    """The same as officers read it: offices and types by name, times in the city's zone."""
    row = register_row(record, wording.profile, reveal=reveal)
    said = {
        "office": wording.office(record.office),
        "received": wording.moment(record.received),
        "state": RECORD_STATES.get(record.state, record.state),
        "account_type": wording.account_type(row["account_type"], record.values.get("account_type_other")),
        "entity": wording.entity(record.entity),
    }
    return {key: said.get(key, "" if value is None else str(value)) for key, value in row.items()}


def change_line(change: RecordChangeRow, wording: Wording, *, reveal: bool) -> dict[str, str | int]:
    """A version of a record as officers read it; `what` says which fields became what."""
    return {
        "number": change.number,
        "office": wording.office(change.office),
        "version": change.version,
        "kind": RECORD_CHANGES.get(change.kind, change.kind),
        "at": wording.moment(change.at),
        "actor": wording.actor(change.actor),
        "account_name": change.values.get("account_name", "") if reveal else _covered(change, "account_name"),
        "account_subject": change.values.get("account_subject", "") if reveal else _covered(change, "account_subject"),
        "what": _differences(change, wording, reveal=reveal),
        "ground": change.ground if reveal else mask_identity_numbers(change.ground),
    }


def _covered(change: RecordChangeRow, key: str) -> str:
    return cover(key, change.values.get(key, ""))


def _differences(change: RecordChangeRow, wording: Wording, *, reveal: bool) -> str:
    if not change.before:
        return ""
    keys = [key for key in FIELD_NAMES if change.before.get(key) != change.values.get(key)]
    return "；".join(
        f"{FIELD_NAMES[key]}：{_shown(key, change.before.get(key), wording, reveal=reveal)}"
        f"→{_shown(key, change.values.get(key), wording, reveal=reveal)}"
        for key in keys
    )


def _shown(key: str, value: str | None, wording: Wording, *, reveal: bool) -> str:
    if not value:
        return "（空）"
    said = wording.value(key, value == "True") if key == "signed" else wording.value(key, value)
    return said if reveal else cover(key, said)


def ledger_row(row: LedgerRow) -> dict[str, Plain]:
    """One message the server listed."""
    return {
        "mailbox": row.mailbox,
        "folder": row.folder,
        "uidvalidity": row.uidvalidity,
        "generation": row.generation,
        "uid": row.uid,
        "outcome": row.outcome,
        "reason": row.reason,
        "attempts": row.attempts,
        "message": row.message_id,
        "sha256": row.sha256,
        "received": row.received.isoformat(timespec="seconds") if row.received else None,
        "size_bytes": row.size_bytes,
    }


def case_row(case: CaseDetail, *, reveal: bool) -> dict[str, object]:
    """One case whole."""
    form = case.filing.form
    fields = fields_view(form) if form else {}
    papers = [paper_view(paper) for paper in case.filing.papers]
    return {
        "case": case.case_id,
        "state": case.state,
        "stage": case.stage.value,
        "version": case.version,
        "number": case.number,
        "office": case.office,
        "received_office": case.received_office,
        "mailbox": case.mailbox,
        "received": case.received.isoformat(timespec="seconds"),
        "due": case.due.isoformat() if case.due else None,
        "entity": case.entity.value if case.entity else None,
        "subject": case.subject if reveal else mask_identity_numbers(case.subject),
        "sender": case.sender,
        "fields": fields if reveal else _masked_fields(fields),
        "papers": papers if reveal else [_masked_paper(paper) for paper in papers],
        "findings": findings_of(case),
        "replies": [
            {
                "message": reply.message_id,
                "received": reply.received.isoformat(timespec="seconds"),
                "automatic": reply.automatic,
                "cases": list(reply.case_ids),
            }
            for reply in case.replies
        ],
        "answers": list(case.answers),
        "also_office": case.also_office,
        "joined_into": case.joined_into,
        "mails": [
            {
                "case": mail.case_id,
                "message": mail.message_id,
                "state": mail.state.value,
                "ways": [way.value for way in mail.ways],
                "received": mail.received.isoformat(timespec="seconds"),
            }
            for mail in case.mails
        ],
        "set_aside": [item.model_dump(mode="json") for item in case.set_aside],
    }


def history_row(item: HistoryItem) -> dict[str, object]:
    """One event. Its note is JSON where the event has parts."""
    try:
        note: object = json.loads(item.note) if item.note else None
    except ValueError:
        note = item.note
    return {"at": item.at.isoformat(timespec="seconds"), "actor": item.actor, "kind": item.kind, "note": note}


def notice_row(notice: NoticeRecord) -> dict[str, Plain]:
    """A paper without its text."""
    return {
        "notice": notice.notice_id,
        "case": notice.case_id,
        "kind": notice.kind.value,
        "state": notice.state.value,
        "office": notice.office,
        "recipient": notice.recipient or None,
        "subject": notice.draft.subject,
        "drafted_by": notice.drafted_by,
        "drafted": notice.drafted_at.isoformat(timespec="seconds"),
        "released_by": notice.released_by,
        "sent": notice.sent_at.isoformat(timespec="seconds") if notice.sent_at else None,
        "attempts": notice.attempts,
        "error": notice.last_error,
    }


def findings_of(case: CaseDetail) -> list[FindingView]:
    """What is found about the case and about its mail, each once. Names of files in it may be people's numbers."""
    found = dict.fromkeys((*case.mail_findings, *case.findings))
    return [{**view, "detail": mask_identity_numbers(view["detail"])} for view in findings_view(found)]


def _masked(key: str, value: Plain) -> Plain:
    return cover(key, value) if isinstance(value, str) and key not in _PLAIN_KEYS else value


def _masked_fields(fields: Mapping[str, FieldView]) -> dict[str, FieldView]:
    return {
        key: {
            **view,
            "value": cover(key, view["value"]) if isinstance(view["value"], str) else view["value"],
            "raw": cover(key, view["raw"]),
        }
        for key, view in fields.items()
    }


def _masked_paper(paper: PaperView) -> PaperView:
    return {**paper, "fields": _masked_fields(paper["fields"])}
