"""Whose register a filing goes into when a county's mailbox received another county's, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.domain.life import Action, LifeError, SetAsideReason
from pipeline.domain.people import Role
from pipeline.profile.schema import Profile
from pipeline.store.records import CaseDetail, QueueScope
from pipeline.store.store import Store
from tests.officer.conftest import Desk
from tests.officer.filings import filing, hand_in
from tests.store.filings import later

IN_DACHANG = "大厂回族自治县夏垫镇工业路3号"
SANHE, DACHANG = (QueueScope(offices=frozenset({key})) for key in ("sanhe", "dachang"))


def _case(store: Store, case_id: str) -> CaseDetail:
    found = store.show_case(case_id)
    assert found is not None
    return found


def _waiting(store: Store, scope: QueueScope) -> list[str]:
    found = [item.case_id for item in store.search_cases(scope, limit=9)]
    assert store.count_cases(scope, most=9) == len(found)
    return found


def test_who_keeps_another_countys_filing_registers_it_with_himself(store: Store, profile: Profile, desk: Desk) -> None:
    case_id = hand_in(store, profile, filing(address=IN_DACHANG))
    assert (_case(store, case_id).office, _case(store, case_id).received_office) == ("dachang", "sanhe")
    officer = replace(desk("刘"), office="sanhe")
    officer.set_aside(case_id, "office.mismatch", reason=SetAsideReason.JUDGED, ground="账号在本县运营")
    assert _case(store, case_id).office == "sanhe"
    assert "三河" not in (note := store.history(case_id)[-1].note)  # keys; the pages name the office
    assert '"keeper": "sanhe"' in note
    officer.correct(case_id, {"description": "发布本地新闻"})
    assert _case(store, case_id).office == "sanhe"
    assert (officer.act(case_id, Action.CONCLUDE).number or "").startswith("廊新媒备-131082-")
    assert [record.office for record in store.list_registry()] == ["sanhe"]


def test_another_address_opens_the_question_again(store: Store, profile: Profile, desk: Desk) -> None:
    case_id = hand_in(store, profile, filing(address=IN_DACHANG))
    officer = replace(desk("刘"), office="sanhe")
    officer.set_aside(case_id, "office.mismatch", reason=SetAsideReason.JUDGED, ground="账号在本县运营")
    officer.correct(case_id, {"address": "霸州市胜芳镇芳津道8号"})
    found = _case(store, case_id)
    assert [item.code for item in found.open_findings] == ["office.mismatch"]
    assert found.office == "bazhou"
    officer.correct(case_id, {"address": IN_DACHANG})
    assert (_case(store, case_id).open_findings, _case(store, case_id).office) == ((), "sanhe")


def test_whoever_has_no_office_leaves_it_with_the_one_that_received_it(
    store: Store, profile: Profile, desk: Desk
) -> None:
    case_id = hand_in(store, profile, filing(address=IN_DACHANG))
    desk("市").set_aside(case_id, "office.mismatch", reason=SetAsideReason.JUDGED, ground="两县已商定")
    assert (desk("市").act(case_id, Action.CONCLUDE).number or "").startswith("廊新媒备-131082-")


def test_the_other_county_takes_its_own_by_itself(store: Store, profile: Profile, desk: Desk) -> None:
    case_id = hand_in(store, profile, filing(address=IN_DACHANG))
    officer = replace(desk("马"), office="dachang")
    officer.set_aside(case_id, "office.mismatch", reason=SetAsideReason.JUDGED, ground="属本县")
    assert (officer.act(case_id, Action.CONCLUDE).number or "").startswith("廊新媒备-131028-")


def test_what_was_handed_over_is_the_other_offices_alone(store: Store, profile: Profile, desk: Desk) -> None:
    case_id = hand_in(store, profile, filing(address=IN_DACHANG))
    sender = replace(desk("刘"), office="sanhe")
    assert _waiting(store, SANHE) == _waiting(store, DACHANG) == [case_id]
    sender.act(case_id, Action.TRANSFER, office="dachang", ground="主体在大厂")
    assert _case(store, case_id).open_findings == ()  # nobody has to say again whose it is
    assert (_waiting(store, SANHE), _waiting(store, DACHANG)) == ([], [case_id])
    assert _waiting(store, QueueScope()) == [case_id]
    assert _waiting(store, replace(SANHE, waiting=False)) == [case_id]  # it can still be looked at
    with pytest.raises(LifeError, match="大厂"):
        sender.act(case_id, Action.CONCLUDE)
    assert store.list_registry() == ()
    receiver = replace(desk("马"), office="dachang")
    assert (receiver.act(case_id, Action.CONCLUDE).number or "").startswith("廊新媒备-131028-")


def test_what_was_handed_over_is_not_handed_out_again(store: Store, profile: Profile, desk: Desk) -> None:
    case_id = hand_in(store, profile, filing(address=IN_DACHANG))
    for login, office in (("liumin", "sanhe"), ("maxiao", "dachang")):
        store.people.add_user(
            login,
            name=login,
            role=Role.OFFICER,
            office=office,
            password="correct horse 电池 staple",
            actor="test",
            at=later(1),
        )
    sender, receiver = (user for user in store.people.list())
    desk("刘").act(case_id, Action.TRANSFER, office="dachang", ground="主体在大厂")
    assert store.claims.claim_next(sender, frozenset({"sanhe"}), later(90)) is None
    assert store.claims.claim_next(receiver, frozenset({"dachang"}), later(90)) == case_id


def test_the_citys_own_mailbox_takes_anyones(store: Store, profile: Profile, desk: Desk) -> None:
    city = next(office.key for office in profile.offices if office.accepts_all)
    filed = filing(address=IN_DACHANG, received="2019-03-01T09:00:00+08:00").model_copy(update={"office": city})
    case_id = hand_in(store, profile, filed)
    officer = replace(desk("市"), office=city)
    officer.set_aside(case_id, "deadline.late", reason=SetAsideReason.JUDGED, ground="已说明")
    assert (officer.act(case_id, Action.CONCLUDE).number or "").startswith("廊新媒备-131028-")
