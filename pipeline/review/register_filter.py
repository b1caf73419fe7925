"""The register's filters, as they stand in the address of the page. An ID number never stands there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from pipeline.domain.decision import Entity
from pipeline.domain.document import ACCOUNT_TYPES
from pipeline.domain.life import RecordState
from pipeline.review.call import Entries
from pipeline.review.queue_filter import MAX_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFilter:
    """What is asked for; `first` and `last` are days of registration. `found` names a search for an ID number."""

    office: str = ""
    first: date | None = None
    last: date | None = None
    state: str = ""
    kind: str = ""
    entity: str = ""
    account: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    number: str = ""
    found: str = ""
    #: What of the address was no day; shown beside the fields.
    problem: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.pairs())

    def pairs(self, **other: str) -> dict[str, str]:
        """What stands in the address, with some of it changed ("" leaves it out)."""
        values = {
            "office": self.office,
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
            "state": self.state,
            "type": self.kind,
            "entity": self.entity,
            "account": self.account,
            "subject": self.subject,
            "number": self.number,
            "found": self.found,
        }
        return {key: value for key, value in (values | other).items() if value}

    def address(self, **other: str) -> str:
        """The address of the register with these filters."""
        query = urlencode(self.pairs(**other))
        return f"/register?{query}" if query else "/register"


def read_register_filter(entries: Entries) -> RegisterFilter:
    """The filters of an address or a form; what is not known is left out, what is no day is told."""
    days = {name: entries.get(name).strip() for name in ("from", "to")}
    first, last = _day(days["from"]), _day(days["to"])
    problem = "日期请按 2018-12-20 的格式填写。" if (days["from"] and not first) or (days["to"] and not last) else ""
    if first and last and first > last:
        problem = "起始日期晚于截止日期。"
    return RegisterFilter(
        office=entries.get("office")[:MAX_TEXT],
        first=first,
        last=last,
        state=entries.get("state") if entries.get("state") in set(RecordState) else "",
        kind=entries.get("type") if entries.get("type") in ACCOUNT_TYPES else "",
        entity=entries.get("entity") if entries.get("entity") in set(Entity) else "",
        account=entries.get("account").strip()[:MAX_TEXT],
        subject=entries.get("subject").strip()[:MAX_TEXT],
        number=entries.get("number").strip()[:MAX_TEXT],
        found=entries.get("found")[:MAX_TEXT],
        problem=problem,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
