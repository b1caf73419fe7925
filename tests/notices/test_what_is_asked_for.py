"""A 补正通知书 lists what the submitter has to do; what the office has to decide is no errand of his."""

from __future__ import annotations

from pipeline.desk.officer import Officer
from pipeline.domain.life import Action
from pipeline.post.correspondence import Correspondence
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.notices.filings import hand_in
from tests.officer.filings import doubtful_owner
from tests.validate.builders import Change, field

PASSPORT = "将由工作人员核对证件"


def _asked(store: Store, profile: Profile, desk: Correspondence, officer: Officer, **changes: Change) -> str:
    case_id = hand_in(store, profile, **changes)
    officer.act(case_id, Action.RETURN)
    drafted = desk.draft_after(case_id, Action.RETURN, actor="刘经办")
    assert drafted is not None
    return drafted.notice.draft.body


def test_what_the_office_decides_is_not_asked_for(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer
) -> None:
    """将需要补正的全部事项一次性告知如下：1. …将由工作人员核对证件。"""
    said = _asked(
        store,
        profile,
        desk,
        officer,
        owner_name=doubtful_owner(),
        owner_id_number=field("owner_id_number", "E12345678"),
    )
    assert "账号所有人姓名" in said
    assert PASSPORT not in said


def test_it_is_said_where_nothing_else_is_open(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer
) -> None:
    said = _asked(store, profile, desk, officer, owner_id_number=field("owner_id_number", "E12345678"))
    assert PASSPORT in said
