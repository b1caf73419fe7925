"""Supervision: what is on the list, why, and with which evidence."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from pipeline.domain.life import Action
from pipeline.profile.schema import Profile
from pipeline.reports.backlog import BacklogItem, BacklogKind, Mark, find_backlog
from pipeline.reports.backlog_files import backlog_row, write_backlog
from pipeline.store.store import Store
from pipeline.wording import Wording
from tests.officer.conftest import Desk
from tests.officer.filings import doubtful_owner, filing, hand_in
from tests.register.books import lines, opened
from tests.validate.builders import OWNER_ID

LATE, UNANSWERED, NEVER = BacklogKind.LATE, BacklogKind.UNANSWERED, BacklogKind.NEVER_COMPLETED
#: The desk's clock stands on 2018-12-16; a filing handed in then is due on 12-31.
LAST_DAY, DAY_AFTER = date(2018, 12, 31), date(2019, 1, 1)


def backlog(
    store: Store, profile: Profile, today: date, *, office: str | None = None, unanswered_days: int = 15
) -> dict[str, BacklogItem]:
    cases = store.iter_backlog(office=office, today=today)
    found = find_backlog(cases, profile, today=today, unanswered_days=unanswered_days)
    return {item.case.case_id: item for item in found}


def kinds(found: dict[str, BacklogItem]) -> dict[str, Sequence[BacklogKind]]:
    return {case: item.kinds for case, item in found.items()}


def spoilt(name: str = "三河晨露生活") -> dict[str, object]:
    return {"account_name": name, "owner_name": doubtful_owner()}


def test_late_begins_the_day_after_the_due_day(store: Store, profile: Profile) -> None:
    case = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    assert backlog(store, profile, LAST_DAY) == {}
    item = backlog(store, profile, DAY_AFTER)[case]
    assert (item.kinds, item.marks, item.days_late, item.clause) == ((LATE,), (Mark.OVERDUE,), 1, "一.1")
    assert backlog(store, profile, DAY_AFTER, office="sanhe").keys() == {case}
    assert backlog(store, profile, DAY_AFTER, office="bazhou") == {}


def test_an_account_opened_later_is_due_by_another_clause(store: Store, profile: Profile) -> None:
    late = filing(owner_name=doubtful_owner(), opened_on="2019-01-05", received="2019-01-10T08:00:00+08:00")
    case = hand_in(store, profile, late)
    assert backlog(store, profile, date(2019, 2, 4)) == {}
    assert backlog(store, profile, date(2019, 2, 5))[case].clause == "一.2"


def test_a_returned_filing_waits_for_so_many_days(store: Store, profile: Profile, desk: Desk) -> None:
    case = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    desk("刘").act(case, Action.RETURN, ground="姓名看不清")
    assert backlog(store, profile, date(2018, 12, 30)) == {}
    assert kinds(backlog(store, profile, LAST_DAY)) == {case: (UNANSWERED,)}
    assert kinds(backlog(store, profile, date(2018, 12, 20), unanswered_days=4)) == {case: (UNANSWERED,)}
    item = backlog(store, profile, DAY_AFTER)[case]
    assert (item.kinds, item.days_unanswered) == ((LATE, UNANSWERED, NEVER), 16)


def test_what_came_since_is_an_answer(store: Store, profile: Profile, desk: Desk) -> None:
    case = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    desk("刘").act(case, Action.RETURN)
    hand_in(store, profile, filing(owner_name=doubtful_owner(), received="2018-12-20T08:00:00+08:00"), number=2)
    assert backlog(store, profile, LAST_DAY) == {}
    assert backlog(store, profile, DAY_AFTER)[case].kinds == (LATE,)


def test_a_supplemented_or_concluded_filing_is_on_no_list(store: Store, profile: Profile, desk: Desk) -> None:
    case = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    officer = desk("刘")
    officer.act(case, Action.RETURN)
    officer.act(case, Action.SUPPLEMENT)
    assert backlog(store, profile, LAST_DAY) == {}
    officer.correct(case, {"owner_name": "苏晓彤"})
    officer.act(case, Action.CONCLUDE)
    assert backlog(store, profile, date(2020, 1, 1)) == {}


def test_a_refused_account_that_never_came_again(store: Store, profile: Profile, desk: Desk) -> None:
    gone = hand_in(store, profile, filing(**spoilt()), number=1)
    again = hand_in(store, profile, filing(**spoilt("三河又来")), number=2)
    for case in (gone, again):
        desk("刘").act(case, Action.REFUSE, ground="不属备案范围")
    hand_in(store, profile, filing(account_name="三河又来", received="2018-12-20T08:00:00+08:00"), number=3)
    found = backlog(store, profile, date(2018, 12, 21))
    assert kinds(found) == {gone: (NEVER,)}
    assert (found[gone].marks, found[gone].days_late) == ((), None)


def test_the_evidence_says_what_was_done_and_when(store: Store, profile: Profile, desk: Desk) -> None:
    case = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    desk("刘").act(case, Action.RETURN)
    desk("王科长").act(case, Action.URGE)
    store.events.record("notice.sent", actor="system", case_id=case, at=datetime(2018, 12, 17, 1, tzinfo=UTC))
    store.events.record("case.revealed", actor="刘", case_id=case)
    item = backlog(store, profile, DAY_AFTER)[case]
    assert [(one.kind, one.actor) for one in item.case.evidence] == [
        ("case.return", "刘"),
        ("case.urge", "王科长"),
        ("notice.sent", "system"),
    ]
    assert item.marks == (Mark.OVERDUE, Mark.URGED)
    row = json.loads(json.dumps(backlog_row(item)))
    assert (row["due"], row["clause"], row["kinds"]) == (
        "2018-12-31",
        "一.1",
        ["late", "unanswered", "never_completed"],
    )
    assert row["evidence"][2]["at"] == "2018-12-17T01:00:00+00:00"


def test_the_workbook(store: Store, profile: Profile, desk: Desk) -> None:
    case = hand_in(store, profile, filing(owner_name=doubtful_owner(), account_name="=1+1三河"))
    desk("刘").act(case, Action.RETURN)
    file = io.BytesIO()
    write_backlog(file, backlog(store, profile, DAY_AFTER).values(), Wording(profile=profile), note="三河")
    (row,) = lines(opened(file.getvalue()), "督办清单")
    assert (row["类别"], row["标记"], row["期限"]) == ("逾期未结、退回未复、始终未完成", "逾期", "2018-12-31")
    assert (row["账号名"], row["逾期天数"], row["依据条款"]) == ("=1+1三河", 1, "一.1")
    assert str(row["通知与督促经过"]).endswith("退回补正（刘）")
    assert OWNER_ID not in str(row)


@pytest.mark.parametrize("days", [0, 3660])
def test_the_profile_may_set_the_days(days: int, profile: Profile) -> None:
    assert profile.supervision.unanswered_days == 15
    assert Profile.model_validate({**profile.model_dump(), "supervision": {"unanswered_days": days}})
