"""The second entry, on both databases: what is drawn, who may enter it, and what a disagreement leads to."""

from __future__ import annotations

import uuid
from datetime import timedelta
from io import BytesIO

import pytest

from pipeline.domain.life import LifeError
from pipeline.domain.recheck import Outcome, RecheckState, Source, error_rates
from pipeline.profile.schema import Profile
from pipeline.store.recheck_drawing import draw_lot
from pipeline.store.register_records import RegisterScope
from pipeline.store.store import Store
from tests.recheck.office import MISREAD, automatic, checker, decided, draw, people, recheck_of, someone, typed
from tests.review.site import Clock
from tests.store.filings import MAILBOX

NUMBER = "廊新媒备-131082-2018-00001"


def _kinds(store: Store, case_id: str) -> list[str]:
    return [item.kind for item in store.history(case_id)]


def test_what_is_drawn_hangs_on_the_key_and_nothing_else(store: Store, profile: Profile) -> None:
    people(store)
    cases = [automatic(store, profile, number, account_name=f"三河{number}号") for number in range(1, 13)]
    cipher = store.rechecks._cipher
    lots = {case_id: draw_lot(cipher, uuid.UUID(case_id)) for case_id in cases}
    assert len(set(lots.values())) == len(cases)
    assert all(0 <= lot < 1 for lot in lots.values())
    share = sorted(lots.values())[4]
    assert draw(store, profile, share) == 4
    assert draw(store, profile, share) == 0  # drawing again draws nothing new
    drawn = {item.case_id for item in store.rechecks.waiting(someone(store, "zhoulan"), None, Clock()())}
    assert drawn == {case_id for case_id, lot in lots.items() if lot < share}
    assert all("recheck.drawn" in _kinds(store, case_id) for case_id in drawn)


def test_each_month_office_and_kind_has_one_once_it_is_over(store: Store, profile: Profile) -> None:
    people(store)
    first = [automatic(store, profile, number, account_name=f"三河{number}号") for number in (1, 2, 3)]
    own = decided(store, profile, 4)
    assert draw(store, profile, 0.0) == 0  # the month still goes on
    later = Clock()() + timedelta(days=20)
    assert store.rechecks.draw(0.0, profile.zone, later) == 2
    assert store.rechecks.draw(0.0, profile.zone, later) == 0
    found = store.rechecks.waiting(someone(store, "zhoulan"), frozenset({"sanhe"}), later)
    assert [item.source for item in sorted(found, key=lambda item: item.source)] == [Source.AUTOMATIC, Source.PERSON]
    assert {item.case_id for item in found} & set(first)
    assert own in {item.case_id for item in found}


def test_nobody_checks_what_they_had_a_hand_in(store: Store, profile: Profile) -> None:
    people(store)
    case_id = decided(store, profile)
    draw(store, profile)
    offices = frozenset({"sanhe"})
    assert store.rechecks.waiting(someone(store, "liumin"), offices, Clock()()) == ()
    assert store.rechecks.waiting(someone(store, "zhoulan"), frozenset({"dachang"}), Clock()()) == ()
    recheck = recheck_of(store, case_id)
    assert recheck.decided_by == "liumin"
    with pytest.raises(LifeError, match="他人复核"):
        checker(store, profile, "liumin").enter(recheck.recheck_id, typed(profile))
    store.rechecks.open(recheck.recheck_id, someone(store, "zhoulan"), Clock()())
    assert store.rechecks.waiting(someone(store, "wangke"), offices, Clock()()) == ()
    with pytest.raises(LifeError, match="正在复核"):
        store.rechecks.open(recheck.recheck_id, someone(store, "wangke"), Clock()())


@pytest.mark.parametrize("look", ["case.viewed", "record.viewed"])
def test_whoever_saw_the_case_is_no_blind_checker(look: str, store: Store, profile: Profile) -> None:
    people(store)
    case_id = automatic(store, profile)
    draw(store, profile)
    recheck, offices, now = recheck_of(store, case_id), frozenset({"sanhe"}), Clock()()
    zhoulan, wangke = someone(store, "zhoulan"), someone(store, "wangke")
    store.rechecks.open(recheck.recheck_id, zhoulan, now)
    store.events.record(look, actor="zhoulan", case_id=case_id, at=now)
    assert not store.rechecks.may_check(recheck.recheck_id, zhoulan)
    assert store.rechecks.waiting(zhoulan, offices, now) == ()
    with pytest.raises(LifeError, match="查看过"):
        checker(store, profile).enter(recheck.recheck_id, typed(profile))
    later = now + timedelta(minutes=31)
    assert len(store.rechecks.waiting(wangke, offices, later)) == 1
    store.rechecks.open(recheck.recheck_id, wangke, later)
    entered = store.rechecks.find(recheck.recheck_id)
    assert entered is not None
    assert entered.state is RecheckState.WAITING


def test_the_comparison_may_be_looked_at_by_whoever_entered_it(store: Store, profile: Profile) -> None:
    people(store)
    case_id = automatic(store, profile, **MISREAD)
    draw(store, profile)
    desk = checker(store, profile)
    entered = desk.enter(recheck_of(store, case_id).recheck_id, typed(profile))
    store.events.record("case.viewed", actor="zhoulan", case_id=case_id, at=Clock()())
    assert len(store.rechecks.unsettled(someone(store, "zhoulan"), None)) == 1
    done = desk.settle(entered.recheck_id, {"owner_name": Outcome.SLIP}, {}, ground="")
    assert done.recheck.state is RecheckState.DONE


def test_the_same_in_another_spelling_agrees(store: Store, profile: Profile) -> None:
    people(store)
    case_id = automatic(store, profile)
    draw(store, profile)
    entry = typed(profile, owner_name="苏 晓彤", address="三河市燕郊镇迎宾北路１２号", opened_on="2016年5月20日")
    done = checker(store, profile).enter(recheck_of(store, case_id).recheck_id, entry)
    assert (done.state, done.differing) == (RecheckState.DONE, ())
    assert "recheck.agreed" in _kinds(store, case_id)
    (counted,) = store.rechecks.checked(None)
    assert (counted.source, counted.compared, counted.wrong) == (Source.AUTOMATIC, len(done.fields), 0)
    with pytest.raises(LifeError, match="已经录入"):
        checker(store, profile).enter(done.recheck_id, entry)


def test_an_own_slip_stays_a_slip(store: Store, profile: Profile) -> None:
    people(store)
    case_id = automatic(store, profile)
    draw(store, profile)
    desk = checker(store, profile)
    entered = desk.enter(recheck_of(store, case_id).recheck_id, typed(profile, owner_phone="13803161235"))
    (differs,) = entered.differing
    assert (differs.key, differs.registered, differs.entered) == ("owner_phone", "13803161234", "13803161235")
    with pytest.raises(LifeError, match="每一处"):
        desk.settle(entered.recheck_id, {}, {}, ground="")
    settled = desk.settle(entered.recheck_id, {"owner_phone": Outcome.SLIP}, {}, ground="").recheck
    assert [item.outcome for item in settled.differing] == [Outcome.SLIP]
    assert [row.kind for row in store.versions(NUMBER)] == ["registered"]
    assert [item.wrong for item in store.rechecks.checked(None)] == [0]


def test_a_wrong_record_is_corrected_and_its_history_kept(store: Store, profile: Profile) -> None:
    people(store)
    case_id = automatic(store, profile, **MISREAD)
    draw(store, profile)
    desk = checker(store, profile)
    entered = desk.enter(recheck_of(store, case_id).recheck_id, typed(profile))
    wrong = {"owner_name": Outcome.WRONG}
    with pytest.raises(LifeError, match="依据"):
        desk.settle(entered.recheck_id, wrong, {"owner_name": "苏晓彤"}, ground=" ")
    with pytest.raises(LifeError, match="相同"):
        desk.settle(entered.recheck_id, wrong, {"owner_name": "苏晓形"}, ground="对照原件")
    settled = desk.settle(entered.recheck_id, wrong, {"owner_name": "苏晓彤"}, ground="对照原件")
    (differs,) = settled.recheck.differing
    assert (differs.outcome, differs.corrected) == (Outcome.WRONG, "苏晓彤")
    (record,) = store.list_registry()
    assert (record.number, record.values["owner_name"]) == (NUMBER, "苏晓彤")
    assert [(row.kind, row.actor) for row in store.versions(NUMBER)] == [
        ("registered", "system"),
        ("corrected", "zhoulan"),
    ]
    with store.exporting(RegisterScope(), actor="t", now=Clock()(), revealed=False) as export:
        changes = [(item.kind, item.before.get("owner_name"), item.values["owner_name"]) for item in export.changes()]
    assert changes == [("registered", None, "苏晓形"), ("corrected", "苏晓形", "苏晓彤")]
    notes = {item.kind: item.note for item in store.history(case_id)}
    assert "对照原件" in notes["record.corrected"]
    assert "苏晓彤" not in notes["record.corrected"]
    found = store.show_case(case_id)
    assert found is not None
    assert (found.state, found.touched) == ("registered", True)
    rates = {(rate.source, rate.month): rate.wrong for rate in error_rates(store.rechecks.checked(None), profile.zone)}
    assert (rates[Source.AUTOMATIC, None], rates[Source.PERSON, None]) == (1, 0)
    assert store.events.verify().whole
    assert store.ledger_equation(MAILBOX).contradictions == ()
    assert next(iter(store.iter_activity())).steps[0].kind == "registered"


def test_a_corrected_account_is_found_by_its_right_name_and_takes_nobodys(store: Store, profile: Profile) -> None:
    people(store)
    case_id = automatic(store, profile, account_name="三河晨雾生活")
    other = automatic(store, profile, 2, account_name="三河晨露生活号")
    draw(store, profile)
    desk = checker(store, profile)
    entered = desk.enter(recheck_of(store, case_id).recheck_id, typed(profile))
    wrong = {"account_name": Outcome.WRONG}
    with pytest.raises(LifeError, match="另一在册"):
        desk.settle(entered.recheck_id, wrong, {"account_name": "三河晨露生活号"}, ground="对照原件")
    assert len(store.versions(NUMBER)) == 1
    desk.settle(entered.recheck_id, wrong, {"account_name": "三河晨露生活"}, ground="对照原件")
    again = automatic_form(store, profile)
    assert again == {case_id}
    assert other != case_id


def automatic_form(store: Store, profile: Profile) -> set[str]:
    """The records that a filing of the right name repeats."""
    from tests.validate.builders import form

    known = store.cases.known_filings(form())
    return {row.case_id for row in store.list_registry() if row.number in {item.reference for item in known}}


def test_a_record_that_was_cancelled_meanwhile_is_only_counted(store: Store, profile: Profile) -> None:
    people(store)
    case_id = automatic(store, profile, **MISREAD)
    draw(store, profile)
    desk = checker(store, profile)
    entered = desk.enter(recheck_of(store, case_id).recheck_id, typed(profile))
    from pipeline.desk.officer import Officer

    Officer(name="wangke", store=store, profile=profile, clock=Clock()).cancel_record(NUMBER, ground="账号停用")
    desk.settle(entered.recheck_id, {"owner_name": Outcome.WRONG}, {"owner_name": "苏晓彤"}, ground="对照原件")
    assert [row.kind for row in store.versions(NUMBER)] == ["registered", "cancelled"]
    assert [item.wrong for item in store.rechecks.checked(None)] == [1]


def test_what_cannot_be_understood_is_asked_for_again(store: Store, profile: Profile) -> None:
    people(store)
    case_id = automatic(store, profile)
    draw(store, profile)
    recheck = recheck_of(store, case_id)
    with pytest.raises(LifeError, match="开通日期"):
        checker(store, profile).enter(recheck.recheck_id, typed(profile, opened_on="昨天"))
    assert store.rechecks.find(recheck.recheck_id).state is RecheckState.WAITING  # type: ignore[union-attr]


def test_nothing_of_an_entry_lies_readable_in_the_database(store: Store, profile: Profile) -> None:
    people(store)
    case_id = automatic(store, profile)
    draw(store, profile)
    checker(store, profile).enter(recheck_of(store, case_id).recheck_id, typed(profile, owner_name="欧阳测试"))
    from sqlalchemy import text

    with store._database.reading() as connection:
        rows = connection.execute(text("SELECT content FROM recheck_fields")).scalars().all()
    content = BytesIO(b"".join(bytes(row) for row in rows)).getvalue()
    assert rows
    assert "欧阳测试".encode() not in content
    assert b"u6b27" not in content
