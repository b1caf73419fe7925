"""What officers do, on both databases: corrections, findings set aside, actions, changes, cancellations."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.domain.life import Action, LifeError, PaperSeen, SetAsideReason, Stage
from pipeline.profile.schema import Profile
from pipeline.store.errors import StaleCaseError, UnknownCaseError, UnknownRecordError
from pipeline.store.store import Store
from tests.officer.conftest import Desk
from tests.officer.filings import OWNER, doubtful_owner, filing, hand_in
from tests.store.filings import MAILBOX
from tests.validate.builders import doubtful

FIRST = "廊新媒备-131082-2018-00001"


def _codes(store: Store, case_id: str) -> set[str]:
    found = store.show_case(case_id)
    assert found is not None
    return {item.code for item in found.open_findings}


def test_a_corrected_case_goes_into_the_register_with_the_persons_values(
    store: Store, profile: Profile, desk: Desk
) -> None:
    case_id = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    assert _codes(store, case_id) == {"field.doubtful"}
    officer = desk("刘经办")
    assert officer.correct(case_id[:8], {"owner_name": OWNER}).stage is Stage.RECEIVED
    assert _codes(store, case_id) == set()
    handled = officer.act(case_id, Action.CONCLUDE)
    assert (handled.stage, handled.number) == (Stage.CONCLUDED, FIRST)
    (record,) = store.list_registry()
    assert record.values["owner_name"] == OWNER
    found = store.show_case(case_id)
    assert found is not None
    assert found.filing.form is not None
    corrected = found.filing.form.field("owner_name")
    assert corrected is not None
    assert (corrected.reader, corrected.doubtful, corrected.confidence) == ("reviewer", False, None)
    assert [(item.actor, item.kind) for item in store.history(case_id)][-2:] == [
        ("刘经办", "case.corrected"),
        ("刘经办", "case.conclude"),
    ]
    assert store.ledger_equation(MAILBOX).contradictions == ()
    assert store.list_ledger(limit=9)[0].outcome == "registered"
    assert store.events.verify().whole


def test_a_wrong_correction_is_found_by_the_same_rules(store: Store, profile: Profile, desk: Desk) -> None:
    case_id = hand_in(store, profile, filing(owner_phone=doubtful("owner_phone", "13803161234")))
    desk("刘").correct(case_id, {"owner_phone": "0316-2345678"})
    assert _codes(store, case_id) == {"field.invalid"}
    with pytest.raises(LifeError, match="没有处理"):
        desk("刘").act(case_id, Action.CONCLUDE)
    kinds = [item.kind for item in store.history(case_id)]
    assert kinds[-1] == "case.action_refused"
    assert store.list_registry() == ()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"owner_nose": "x"}, "owner_nose"),
        ({"account_type": "douyin"}, "wechat"),
        ({"signed": "ja"}, "true"),
        ({"opened_on": "昨天"}, "开通日期"),
    ],
)
def test_an_entry_nobody_can_understand_is_refused(
    values: dict[str, str], said: str, store: Store, profile: Profile, desk: Desk
) -> None:
    case_id = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    with pytest.raises(LifeError, match=said):
        desk("刘").correct(case_id, values)
    assert _codes(store, case_id) == {"field.doubtful"}


def test_a_finding_set_aside_needs_a_ground_and_stays_so(store: Store, profile: Profile, desk: Desk) -> None:
    case_id = hand_in(store, profile, filing(received="2019-03-01T09:00:00+08:00"))
    assert _codes(store, case_id) == {"deadline.late"}
    officer = desk("王科长")
    with pytest.raises(LifeError, match="依据"):
        officer.set_aside(case_id, "deadline.late", reason=SetAsideReason.JUDGED, ground=" ")
    with pytest.raises(LifeError, match=r"office\.mismatch"):
        officer.set_aside(case_id, "office.mismatch", reason=SetAsideReason.JUDGED, ground="理由")
    officer.set_aside(case_id, "deadline.late", reason=SetAsideReason.JUDGED, ground="报送人住院，已说明")
    assert _codes(store, case_id) == set()
    officer.correct(case_id, {"description": "发布本地新闻"})
    assert _codes(store, case_id) == set()
    officer.correct(case_id, {"opened_on": "2018-12-31"})
    assert _codes(store, case_id) == {"deadline.late"} or _codes(store, case_id) == set()
    found = store.show_case(case_id)
    assert found is not None
    assert [(item.code, item.actor, item.ground) for item in found.set_aside] == [
        ("deadline.late", "王科长", "报送人住院，已说明")
    ]


def test_a_missing_paper_that_stands_on_a_page_settles_that_finding_only(
    store: Store, profile: Profile, desk: Desk
) -> None:
    case_id = hand_in(store, profile, filing(owner_name=doubtful_owner()).model_copy(update={"papers": ()}))
    found = store.show_case(case_id)
    assert found is not None
    missing = [item for item in found.open_findings if item.code == "material.missing"]
    assert len(missing) > 1
    seen = PaperSeen(file=2, page=3)
    officer = desk("刘")
    with pytest.raises(StaleCaseError):
        officer.note_paper(case_id, "material.missing", seen, detail=missing[0].detail, version=99)
    officer.note_paper(
        case_id, "material.missing", seen, ground="黑白复印件", detail=missing[0].detail, version=found.version
    )
    after = store.show_case(case_id)
    assert after is not None
    assert missing[0] not in after.open_findings
    assert missing[1] in after.open_findings
    (settled,) = after.set_aside
    assert (settled.seen, settled.reason) == (seen, SetAsideReason.PAPER_SEEN)
    assert settled.ground == "材料在附件2第3页；黑白复印件"
    assert "附件2第3页" in store.history(case_id)[-1].note


def test_the_whole_life(store: Store, profile: Profile, desk: Desk) -> None:
    case_id = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    officer = desk("刘")
    assert officer.act(case_id, Action.ACCEPT).stage is Stage.ACCEPTED
    assert officer.act(case_id, Action.RETURN, ground="姓名看不清").stage is Stage.RETURNED
    assert officer.act(case_id, Action.URGE).stage is Stage.RETURNED
    assert officer.act(case_id, Action.SUPPLEMENT).stage is Stage.ACCEPTED
    assert officer.act(case_id, Action.TRANSFER, ground="属大厂", office="dachang").stage is Stage.RECEIVED
    moved = store.show_case(case_id)
    assert moved is not None
    assert moved.office == "dachang"
    with pytest.raises(LifeError, match="atlantis"):
        officer.act(case_id, Action.TRANSFER, ground="x", office="atlantis")
    assert officer.act(case_id, Action.REFUSE, ground="不在备案范围").stage is Stage.REFUSED
    assert store.list_queue() == ()
    assert store.ledger_equation(MAILBOX).contradictions == ()
    assert officer.act(case_id, Action.REOPEN, ground="误拒").stage is Stage.RECEIVED
    assert len(store.list_queue()) == 1
    kinds = [item.kind for item in store.history(case_id)]
    wanted = ["accept", "return", "urge", "supplement", "transfer", "action_refused", "refuse", "reopen"]
    assert kinds[-len(wanted) :] == [f"case.{kind}" for kind in wanted]


def test_a_correction_does_not_undo_a_transfer(store: Store, profile: Profile, desk: Desk) -> None:
    case_id = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    officer = desk("刘")
    officer.act(case_id, Action.TRANSFER, ground="属大厂", office="dachang")
    officer.correct(case_id, {"owner_name": OWNER})
    moved = store.show_case(case_id)
    assert moved is not None
    assert moved.office == "dachang"


def test_two_officers_at_once_and_the_second_is_told_who_was_first(store: Store, profile: Profile, desk: Desk) -> None:
    case_id = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    seen = store.show_case(case_id)
    assert seen is not None
    desk("甲").act(case_id, Action.ACCEPT, version=seen.version)
    with pytest.raises(StaleCaseError, match="甲") as caught:
        desk("乙").correct(case_id, {"owner_name": OWNER}, version=seen.version)
    assert caught.value.kind == "case.accept"
    assert _codes(store, case_id) == {"field.doubtful"}


def test_a_change_keeps_number_and_history(store: Store, profile: Profile, desk: Desk) -> None:
    first = hand_in(store, profile, filing())
    assert [row.number for row in store.list_registry()] == [FIRST]
    second = hand_in(store, profile, filing(owner_phone="13931695678"), number=2)
    assert _codes(store, second) == {"submission.change"}
    officer = desk("刘")
    officer.set_aside(second, "submission.change", reason=SetAsideReason.JUDGED, ground="手机号变更，已核")
    with pytest.raises(LifeError, match="变更"):
        officer.act(second, Action.CONCLUDE)
    with pytest.raises(UnknownRecordError):
        officer.act(second, Action.CONCLUDE, change_of="廊新媒备-131082-2018-00099")
    with pytest.raises(LifeError, match="今天"):
        officer.act(second, Action.CONCLUDE, change_of=FIRST, changed_on=date(2030, 1, 1))
    handled = officer.act(second, Action.CONCLUDE, change_of=FIRST, changed_on=date(2018, 10, 1))
    assert handled.number == FIRST
    (record,) = store.list_registry()
    assert (record.number, record.case_id, record.values["owner_phone"]) == (FIRST, second, "13931695678")
    assert [(v.version, v.kind, v.case_id) for v in store.versions(FIRST)] == [
        (1, "registered", first),
        (2, "changed", second),
    ]
    before = store.show_case(first)
    assert before is not None
    assert before.filing.form is not None
    assert (before.number, before.filing.form.text("owner_phone")) == (FIRST, "13803161234")
    assert "已逾期" in store.history(second)[-1].note
    third = hand_in(store, profile, filing(owner_phone="13931695678"), number=3)
    assert _codes(store, third) == {"submission.duplicate"}


def test_a_cancelled_record_gives_its_account_free_but_never_its_number(
    store: Store, profile: Profile, desk: Desk
) -> None:
    hand_in(store, profile, filing())
    officer = desk("刘")
    with pytest.raises(LifeError, match="理由"):
        officer.cancel_record(FIRST, ground="")
    officer.cancel_record(FIRST, ground="账号已停用")
    with pytest.raises(UnknownRecordError):
        officer.cancel_record(FIRST, ground="再来一次")
    hand_in(store, profile, filing(), number=2)
    assert [(row.number, row.state) for row in store.list_registry()] == [
        (FIRST, "cancelled"),
        ("廊新媒备-131082-2018-00002", "active"),
    ]
    assert [v.kind for v in store.versions(FIRST)] == ["registered", "cancelled"]


def test_what_is_registered_changes_by_a_change_only(store: Store, profile: Profile, desk: Desk) -> None:
    case_id = hand_in(store, profile, filing())
    with pytest.raises(LifeError, match="办结"):
        desk("刘").correct(case_id, {"owner_phone": "13931695678"})
    assert store.list_registry()[0].values["owner_phone"] == "13803161234"


def test_an_unknown_case_is_said_so(desk: Desk) -> None:
    with pytest.raises(UnknownCaseError):
        desk("刘").act("ffffffff", Action.ACCEPT)


@pytest.mark.parametrize("transferred", [False, True])
def test_a_correction_answers_the_case_as_it_will_be_read(
    transferred: bool, store: Store, profile: Profile, desk: Desk
) -> None:
    officer = desk("刘")
    case_id = hand_in(store, profile, filing(owner_name=doubtful_owner(), owner_phone=None))
    if transferred:
        officer.act(case_id, Action.TRANSFER, office="dachang", ground="账号主体在大厂")
    for values in ({"owner_name": OWNER}, {"owner_phone": "13803161234", "owner_wechat": "suxt"}):
        seen = store.show_case(case_id)
        assert seen is not None
        assert officer.correct(seen, values, version=seen.version).case == store.show_case(case_id)


def test_a_case_read_before_a_colleagues_save_is_not_what_is_corrected(
    store: Store, profile: Profile, desk: Desk
) -> None:
    case_id = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    seen = store.show_case(case_id)
    assert seen is not None
    desk("王").correct(case_id, {"description": "发布本地新闻"})
    with pytest.raises(StaleCaseError):
        desk("刘").correct(seen, {"owner_name": OWNER}, version=seen.version)
    with pytest.raises(StaleCaseError):
        desk("刘").correct(seen, {"owner_name": OWNER})
    handled = desk("刘").correct(seen, {"owner_name": OWNER}, version=seen.version + 1)
    assert handled.case is not None
    assert handled.case.filing.form is not None
    assert handled.case.filing.form.text("description") == "发布本地新闻"


def test_rows_the_form_lacks_are_entered_one_after_the_other(store: Store, profile: Profile, desk: Desk) -> None:
    given = filing()
    assert given.form is not None
    lacking = given.form.model_copy(
        update={
            "fields": tuple(item for item in given.form if item.key not in ("owner_phone", "owner_wechat")),
            "unplaced": ("owner_phone", "owner_wechat"),
        }
    )
    case_id = hand_in(store, profile, given.model_copy(update={"form": lacking}))
    before = _codes(store, case_id)
    assert before
    desk("刘").correct(case_id, {"owner_phone": "13803161234"})
    desk("刘").correct(case_id, {"owner_wechat": "suxt_2016"})
    assert _codes(store, case_id) == set()
