"""What is due without anybody asking: receipts for what the software registered, and reminders before and after the last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import structlog

from pipeline.domain.life import LifeError
from pipeline.domain.notice import NoticeKind
from pipeline.post.correspondence import Correspondence
from pipeline.post.notice_facts import CaseFile
from pipeline.profile.notices import NoticeRules
from pipeline.store.errors import Disposition, StoreError
from pipeline.store.events import SYSTEM
from pipeline.store.notice_records import NoticeRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A reminder that is due: of that kind, so many days from the last day."""

    kind: NoticeKind
    days: int
    last_day: date

    @property
    def key(self) -> str:
        return f"{self.days}:{self.last_day.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Drafts what is due. Doing it again drafts nothing twice."""

    correspondence: Correspondence

    def draft_due(self) -> tuple[NoticeRecord, ...]:
        """Receipts and reminders that were not there yet, released where the profile lets the software do so."""
        rules = self.correspondence.profile.notices
        if rules is None:
            return ()
        store = self.correspondence.store.notices
        drafted = [self._receipt(case_id) for case_id in store.without_receipt()] if rules.receipt else []
        drafted += [self._reminder(case_id, rules) for case_id in store.returned()]
        return tuple(notice for notice in drafted if notice is not None)

    def _receipt(self, case_id: str) -> NoticeRecord | None:
        try:
            drafted = self.correspondence.draft(case_id, NoticeKind.RECEIPT, actor=SYSTEM)
            return None if drafted.repeated else self.correspondence.release_by_rule(drafted.notice)
        except (LifeError, StoreError) as error:
            _note(case_id, error)
            return None

    def _reminder(self, case_id: str, rules: NoticeRules) -> NoticeRecord | None:
        try:
            file = self.correspondence.case_file(case_id)
            occasion = find_occasion(file, rules, self.correspondence.today)
            if occasion is None or rules.template(occasion.kind) is None:
                return None
            drafted = self.correspondence.draft(case_id, occasion.kind, actor=SYSTEM, occasion=occasion.key)
        except (LifeError, StoreError) as error:
            _note(case_id, error)
            return None
        return None if drafted.repeated else drafted.notice


def find_occasion(file: CaseFile, rules: NoticeRules, today: date) -> Occasion | None:
    """The latest reminder that is due for a case that waits for supplements; None when nothing is.

    Nobody is reminded who was not asked by a 补正通知书, who answered it, or on the day on which it went out.
    """
    asked, last_day = file.asked_on(), file.last_day()
    if asked is None or last_day is None or today <= asked or file.answered():
        return None
    left = (last_day - today).days
    if left >= 0:
        due = [days for days in rules.remind_before_days if left <= days < (last_day - asked).days]
        return Occasion(kind=NoticeKind.REMINDER, days=min(due), last_day=last_day) if due else None
    past = [days for days in rules.remind_after_days if days <= -left]
    return Occasion(kind=NoticeKind.OVERDUE, days=max(past), last_day=last_day) if past else None


def _note(case_id: str, error: Exception) -> None:
    """One case's trouble must not keep the others from their papers; a store that cannot be used is no case's trouble."""
    if isinstance(error, StoreError) and error.disposition is not Disposition.DROP:
        raise error
    _log().warning("notice not drafted", case=case_id, error_class=type(error).__name__)


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
    return logger
