"""What is drafted without anybody asking: receipts, and reminders before and after the last day."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from pipeline.desk.officer import Officer
from pipeline.domain.notice import NoticeKind, NoticeState
from pipeline.post.correspondence import Correspondence
from pipeline.post.reminding import Reminder
from pipeline.post.rounds import PostRound
from pipeline.profile.notices import Release
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.notices.conftest import Clock, Sender
from tests.notices.filings import hand_in
from tests.notices.smtp_server import Server
from tests.notices.test_sending import draft_returned
from tests.officer.filings import doubtful_owner


@pytest.fixture
def reminder(desk: Correspondence) -> Reminder:
    return Reminder(correspondence=desk)


def _on(clock: Clock, day: int, month: int = 12, year: int = 2018) -> None:
    clock.now = datetime(year, month, day, 3, 0, tzinfo=UTC)


def _kinds(reminder: Reminder) -> list[tuple[str, str | None]]:
    return [(notice.kind.value, notice.occasion) for notice in reminder.draft_due()]


def test_reminders_come_before_and_after_the_last_day_once_each(
    store: Store,
    profile: Profile,
    desk: Correspondence,
    officer: Officer,
    sender: Sender,
    clock: Clock,
    reminder: Reminder,
) -> None:
    asked = draft_returned(desk, store, profile, officer)
    desk.release(asked, actor="刘")
    _on(clock, 20)
    assert _kinds(reminder) == []
    _on(clock, 16)
    sender().send_released()
    assert _kinds(reminder) == []
    _on(clock, 23)
    assert _kinds(reminder) == []
    _on(clock, 24)
    assert _kinds(reminder) == [("reminder", "7:2018-12-31")]
    assert _kinds(reminder) == []
    (first,) = store.notices.list(state=NoticeState.DRAFTED)
    assert "距到期还有7日" in first.draft.body
    assert "本机构已于2018年12月16日发出补正通知书" in first.draft.body
    _on(clock, 26)
    assert "距到期还有5日" in desk.release(first.notice_id, actor="刘").draft.body
    sender().send_released()
    _on(clock, 29)
    assert _kinds(reminder) == [("reminder", "2:2018-12-31")]
    _on(clock, 31)
    assert _kinds(reminder) == []
    _on(clock, 2, 1, 2019)
    assert _kinds(reminder) == []
    _on(clock, 3, 1, 2019)
    assert _kinds(reminder) == [("overdue", "3:2018-12-31")]
    (late,) = [item for item in store.notices.list() if item.kind is NoticeKind.OVERDUE]
    assert "现已逾期3日" in late.draft.body
    store.notices.withdraw(late.notice_id, desk._handling("刘"), ground="已电话联系")
    assert _kinds(reminder) == []
    _on(clock, 1, 3, 2019)
    assert _kinds(reminder) == [("overdue", "15:2018-12-31")]


def test_whoever_answered_is_not_reminded(
    store: Store,
    profile: Profile,
    desk: Correspondence,
    officer: Officer,
    sender: Sender,
    clock: Clock,
    reminder: Reminder,
) -> None:
    asked = draft_returned(desk, store, profile, officer)
    desk.release(asked, actor="刘")
    clock.now = datetime(2018, 12, 15, 1, 0, tzinfo=UTC)  # before the reply, which the tests receive at 02:20
    sender().send_released()
    message_id = store.notices.show(asked).message_id
    hand_in(store, profile, number=2, references=(message_id,), owner_name=doubtful_owner(), account_name="另一个")
    _on(clock, 24)
    assert _kinds(reminder) == []


def test_a_machines_answer_is_none(
    store: Store,
    profile: Profile,
    desk: Correspondence,
    officer: Officer,
    sender: Sender,
    clock: Clock,
    reminder: Reminder,
) -> None:
    asked = draft_returned(desk, store, profile, officer)
    desk.release(asked, actor="刘")
    clock.now = datetime(2018, 12, 15, 1, 0, tzinfo=UTC)
    sender().send_released()
    message_id = store.notices.show(asked).message_id
    hand_in(store, profile, number=2, references=(message_id,), automatic="auto-reply", with_case=False)
    _on(clock, 24)
    assert _kinds(reminder) == [("reminder", "7:2018-12-31")]


def test_what_the_software_registered_gets_a_receipt_drafted(
    store: Store, profile: Profile, clock: Clock, reminder: Reminder
) -> None:
    case_id = hand_in(store, profile)
    assert _kinds(reminder) == [("receipt", None)]
    (receipt,) = store.notices.list()
    assert (receipt.case_id, receipt.state, receipt.drafted_by) == (case_id, NoticeState.DRAFTED, "system")
    assert "廊新媒备-131082-2018-00001" in receipt.draft.body
    assert _kinds(reminder) == []


def test_a_mail_without_an_id_gets_its_receipt_too(store: Store, profile: Profile, reminder: Reminder) -> None:
    hand_in(store, profile, mail_id=None)
    assert _kinds(reminder) == [("receipt", None)]


def test_mails_from_before_there_were_notices_get_none(store: Store, profile: Profile, reminder: Reminder) -> None:
    hand_in(store, profile)
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE messages SET mail_id = NULL")
    assert _kinds(reminder) == []


@pytest.mark.parametrize(("days", "state"), [(1, NoticeState.RELEASED), (40, NoticeState.DRAFTED)])
def test_a_profile_may_let_receipts_go_by_themselves(
    store: Store, profile: Profile, desk: Correspondence, clock: Clock, days: int, state: NoticeState
) -> None:
    rules = profile.notices
    assert rules is not None
    assert rules.receipt is not None
    receipt = rules.receipt.model_copy(update={"release": Release.AUTOMATIC})
    automatic = profile.model_copy(update={"notices": rules.model_copy(update={"receipt": receipt})})
    hand_in(store, profile)
    clock.days(days)
    writing = Correspondence(store=store, profile=automatic, clock=clock)
    assert [notice.state for notice in Reminder(correspondence=writing).draft_due()] == [state]


def test_advice_for_a_photo_only_where_a_picture_was_to_blame(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer
) -> None:
    from pipeline.domain.document import PageBox
    from pipeline.domain.life import Action
    from tests.validate.builders import doubtful

    typed = draft_returned(desk, store, profile, officer)
    assert "拍照提示" not in store.notices.show(typed).draft.body
    place = PageBox(page=1, box=(0.1, 0.1, 0.2, 0.2))
    photographed = doubtful("owner_name", "苏晓形", doubt="看不清", source=place, reader="rapidocr")
    case_id = hand_in(store, profile, number=2, owner_name=photographed, account_name="另一个")
    officer.act(case_id, Action.RETURN)
    body = desk.draft(case_id, NoticeKind.SUPPLEMENT, actor="刘").notice.draft.body
    assert "拍照提示：请将原件平铺" in body
    assert "苏晓形" not in body.splitlines()[0]


def test_the_service_drafts_and_sends_after_each_round_until_it_is_stopped(
    store: Store,
    profile: Profile,
    desk: Correspondence,
    officer: Officer,
    sender: Sender,
    server: Server,
    reminder: Reminder,
) -> None:
    desk.release(draft_returned(desk, store, profile, officer), actor="刘")
    hand_in(store, profile, number=2)
    post, stop = PostRound(reminder=reminder, dispatcher=sender()), threading.Event()
    service = threading.Thread(target=post.until, args=(stop,), kwargs={"interval_seconds": 0.05})
    service.start()
    for _ in range(200):
        if server.received and len(store.notices.list()) == 2:
            break
        stop.wait(0.05)
    stop.set()
    service.join(20)
    assert not service.is_alive()
    assert len(server.received) == 1
    assert {notice.state for notice in store.notices.list()} == {NoticeState.SENT, NoticeState.DRAFTED}
