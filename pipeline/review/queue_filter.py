"""The queue's filters, as they stand in the address of the page. An ID number never stands there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import urlencode

from pipeline.domain.decision import Entity
from pipeline.domain.finding import TITLES
from pipeline.domain.life import Stage
from pipeline.review.call import Entries
from pipeline.store.records import QueueCursor

MAX_TEXT: Final = 200
VIEWS: Final = {"waiting": "待办", "mine": "我在办", "done": "我已办", "all": "全部"}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What is asked for. `found` names a search for an ID number that the server remembers for this session."""

    view: str = "waiting"
    office: str = ""
    code: str = ""
    entity: str = ""
    stage: str = ""
    late: bool = False
    account: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    number: str = ""
    found: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything but the view is asked for."""
        return bool(self.pairs(view=""))

    def pairs(self, **other: str) -> dict[str, str]:
        """What stands in the address, with some of it changed ("" leaves it out)."""
        values = {
            "view": "" if self.view == "waiting" else self.view,
            "office": self.office,
            "code": self.code,
            "entity": self.entity,
            "stage": self.stage,
            "late": "1" if self.late else "",
            "account": self.account,
            "subject": self.subject,
            "number": self.number,
            "found": self.found,
        }
        return {key: value for key, value in (values | other).items() if value}

    def address(self, **other: str) -> str:
        """The address of the queue with these filters."""
        query = urlencode(self.pairs(**other))
        return f"/?{query}" if query else "/"


def read_filter(query: Entries) -> QueueFilter:
    """The filters of an address; what is not known is left out."""
    view = query.get("view")
    return QueueFilter(
        view=view if view in VIEWS else "waiting",
        office=query.get("office")[:MAX_TEXT],
        code=query.get("code") if query.get("code") in TITLES else "",
        entity=query.get("entity") if query.get("entity") in set(Entity) else "",
        stage=query.get("stage") if query.get("stage") in set(Stage) else "",
        late=query.get("late") == "1",
        account=query.get("account").strip()[:MAX_TEXT],
        subject=query.get("subject").strip()[:MAX_TEXT],
        number=query.get("number").strip()[:MAX_TEXT],
        found=query.get("found")[:MAX_TEXT],
    )


def write_cursor(cursor: QueueCursor) -> str:
    """A place in the queue for an address."""
    return f"{cursor.rank.isoformat()}_{int(cursor.received.timestamp() * 1_000_000)}_{uuid.UUID(cursor.case_id).hex}"


def read_cursor(text: str) -> QueueCursor | None:
    """The place, None for something else."""
    try:
        rank, received, case_id = text.split("_")
        moment = datetime.fromtimestamp(int(received) / 1_000_000, UTC)
        return QueueCursor(rank=date.fromisoformat(rank), received=moment, case_id=str(uuid.UUID(case_id)))
    except (ValueError, OverflowError, OSError):
        return None
