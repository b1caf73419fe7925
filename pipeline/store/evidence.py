"""What an office can show for having asked and urged: returns, urgings, refusals and notices, with their times.

The one place that says where such evidence lies: today the event log (`case.*`, `notice.*`). A table of notices with
what became of each belongs in here too.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pipeline.store.models import Event

RETURNED: Final = "case.return"
URGED: Final = "case.urge"
REFUSED: Final = "case.refuse"
_NOTICES: Final = "notice."
_REMINDERS: Final = ("notice.remind", "notice.urge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing done towards the submitter. `kind` is the event's."""

    at: datetime
    kind: str
    actor: str

    @property
    def urges(self) -> bool:
        """Whether it reminded the submitter (督促)."""
        return self.kind == URGED or self.kind.startswith(_REMINDERS)


def read_evidence(session: Session, case_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, tuple[Evidence, ...]]:
    """What was done about each of the cases (some hundreds at once), oldest first."""
    known = or_(Event.kind.in_((RETURNED, URGED, REFUSED)), Event.kind.startswith(_NOTICES, autoescape=True))
    query = select(Event.case_id, Event.at, Event.kind, Event.actor).where(Event.case_id.in_(case_ids), known)
    found: defaultdict[uuid.UUID, tuple[Evidence, ...]] = defaultdict(tuple)
    for row in session.execute(query.order_by(Event.seq)):
        if row.case_id is not None:
            found[row.case_id] += (Evidence(at=row.at, kind=row.kind, actor=row.actor),)
    return found
