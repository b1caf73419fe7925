"""From draft to mail, on both databases, through a real server: once, and at most one a recipient and day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from pipeline.desk.officer import Officer
from pipeline.domain.finding import finding
from pipeline.domain.life import Action, LifeError
from pipeline.domain.notice import NoticeKind, NoticeState
from pipeline.post.correspondence import Correspondence
from pipeline.post.dispatching import Outcome
from pipeline.profile.schema import Profile
from pipeline.store.errors import UnknownNoticeError
from pipeline.store.store import Store
from tests.notices.conftest import Clock, Sender
from tests.notices.filings import SENDER, hand_in, hand_in_doubtful, returned
from tests.notices.smtp_server import Server
from tests.officer.filings import OWNER, doubtful_owner
from tests.stores import Place
from tests.validate.builders import FIRM, OWNER_ID

S = NoticeState


def draft_returned(desk: Correspondence, store: Store, profile: Profile, officer: Officer, **kwargs: object) -> str:
    case_id = returned(store, profile, officer, **kwargs)  # type: ignore[arg-type]
    drafted = desk.draft_after(case_id, Action.RETURN, actor="刘经办")
    assert drafted is not None
    return drafted.notice.notice_id


def test_a_returned_filing_is_told_everything_once(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender, server: Server
) -> None:
    case_id = returned(store, profile, officer)
    drafted = desk.draft_after(case_id, Action.RETURN, actor="刘经办")
    assert drafted is not None
    notice = drafted.notice
    found = store.show_case(case_id)
    assert found is not None
    assert all(item.detail in notice.draft.body for item in found.open_findings)
    assert (notice.state, notice.recipient, notice.office) == (S.DRAFTED, SENDER, "sanhe")
    assert notice.draft.paragraphs[0] == f"{FIRM}："
    assert OWNER_ID not in notice.draft.text
    assert sender().send_released() == ()
    assert desk.release(notice.notice_id[:8], actor="刘经办").state is S.RELEASED
    (done,) = sender().send_released()
    assert (done.outcome, done.message) == (Outcome.SENT, "")
    assert sender().send_released() == ()
    (taken,) = server.received
    assert (taken.mail_from, taken.recipients) == ("<>", [SENDER])
    assert taken.mail["In-Reply-To"] == "<m1@example.org>"
    assert taken.mail["Message-ID"] == f"<{notice.message_id}>"
    assert store.notices.show(notice.notice_id).state is S.SENT
    kinds = [item.kind for item in store.history(case_id)]
    assert kinds[-3:] == ["notice.drafted", "notice.released", "notice.sent"]
    again = desk.draft(case_id, NoticeKind.SUPPLEMENT, actor="刘经办")
    assert "本机构已于" in again.notice.draft.body
    assert store.events.verify().whole


def test_drafting_again_makes_no_second_paper(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer
) -> None:
    first = draft_returned(desk, store, profile, officer)
    case_id = store.notices.show(first).case_id
    again = desk.draft(case_id, NoticeKind.SUPPLEMENT, actor="王")
    assert (again.notice.notice_id, again.repeated) == (first, False)
    edited = desk.edit(first, "请补正：\n1. 请重新发送清晰的登记表。", actor="王")
    assert (edited.edited, edited.draft.paragraphs[1]) == (True, "1. 请重新发送清晰的登记表。")
    kept = desk.draft(case_id, NoticeKind.SUPPLEMENT, actor="王")
    assert (kept.repeated, kept.notice.draft.body) == (True, edited.draft.body)
    assert len(store.notices.list()) == 1
    desk.release(first, actor="王")
    assert store.notices.show(first).draft.body == edited.draft.body
    assert desk.draft(case_id, NoticeKind.SUPPLEMENT, actor="王").repeated


def test_the_same_text_is_never_sent_twice_whoever_asks(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender, server: Server
) -> None:
    first = draft_returned(desk, store, profile, officer)
    case_id = store.notices.show(first).case_id
    desk.edit(first, "请补正。", actor="刘")
    desk.release(first, actor="刘")
    sender().send_released()
    second = desk.draft(case_id, NoticeKind.SUPPLEMENT, actor="刘").notice
    with pytest.raises(LifeError, match="完全相同"):
        store.notices.edit(second.notice_id, store.notices.show(first).draft, desk._handling("刘"), case_version=2)
    assert len(server.received) == 1


def test_the_database_itself_refuses_a_second_mail_a_day_and_a_second_open_paper(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer
) -> None:
    first = draft_returned(desk, store, profile, officer)
    draft_returned(desk, store, profile, officer, number=2)
    for change in ("recipient_index = 'x', day = '2018-12-16'", "case_id = (SELECT case_id FROM notices WHERE {})"):
        statement = f"UPDATE notices SET {change}".replace("{}", "message_id = :own")
        with pytest.raises(IntegrityError), store._database.writing() as connection:
            connection.exec_driver_sql(statement.replace(":own", f"'{store.notices.show(first).message_id}'"))


def test_one_mail_a_recipient_and_day_and_the_others_wait_for_tomorrow(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender, server: Server, clock: Clock
) -> None:
    people = ("a@example.org", "A@Example.org", "b@example.org")
    ids = [draft_returned(desk, store, profile, officer, number=n, sender=who) for n, who in enumerate(people, 1)]
    for notice_id in ids:
        desk.release(notice_id, actor="刘")
    assert [item.outcome for item in sender().send_released()] == [Outcome.SENT, Outcome.SENT]
    assert [taken.recipients for taken in server.received] == [["a@example.org"], ["b@example.org"]]
    # 2018-12-16 02:00 UTC is 10:00 in the city: its next day begins 14 hours later.
    clock.days(13 / 24)
    assert sender().send_released() == ()
    clock.days(1.1 / 24)
    assert len(sender().send_released()) == 1
    assert len(server.received) == 3


def test_a_busy_server_is_tried_later_and_the_day_is_free_again(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender, server: Server, clock: Clock
) -> None:
    first = draft_returned(desk, store, profile, officer)
    desk.release(first, actor="刘")
    server.faults.rcpt = "450 later"
    (done,) = sender().send_released()
    assert done.outcome is Outcome.LATER
    waiting = store.notices.show(first)
    assert (waiting.state, waiting.last_error, waiting.attempts) == (S.RELEASED, "smtp_busy", 1)
    server.faults.rcpt = ""
    assert sender().send_released() == ()
    clock.days(10 / 1440)
    assert [item.outcome for item in sender().send_released()] == [Outcome.SENT]


def test_a_server_busy_for_ever_becomes_a_persons(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender, server: Server, clock: Clock
) -> None:
    first = draft_returned(desk, store, profile, officer)
    desk.release(first, actor="刘")
    server.faults.data = "452 later"
    for _ in range(12):
        sender().send_released()
        clock.days(0.5)
    assert store.notices.show(first).state is S.FAILED


def test_a_refused_login_leaves_the_account_alone(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender, server: Server, clock: Clock
) -> None:
    for number in (1, 2, 3):
        paper = draft_returned(desk, store, profile, officer, number=number, sender=f"s{number}@example.org")
        desk.release(paper, actor="刘")
    server.faults.refuse_login = True
    post = sender()
    assert [item.outcome for item in post.send_released()] == [Outcome.LATER]
    before = server.logins
    assert post.send_released() == ()
    assert server.logins == before
    server.faults.refuse_login = False
    clock.days(1.1 / 24)
    assert len(post.send_released()) == 3


def test_a_refused_recipient_is_a_persons(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender, server: Server
) -> None:
    first = draft_returned(desk, store, profile, officer)
    desk.release(first, actor="刘")
    server.faults.rcpt = f"550 no such user {SENDER}"
    (done,) = sender().send_released()
    assert done.outcome is Outcome.FAILED
    assert SENDER not in done.message
    assert sender().send_released() == ()
    server.faults.rcpt = ""
    desk.resend(first, actor="刘")
    assert [item.outcome for item in sender().send_released()] == [Outcome.SENT]
    with pytest.raises(LifeError, match="已发送"):
        desk.resend(first, actor="刘")


def test_a_connection_cut_after_the_letter_is_nobodys_to_repeat(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender, server: Server, clock: Clock
) -> None:
    first = draft_returned(desk, store, profile, officer)
    desk.release(first, actor="刘")
    server.faults.data = "cut"
    (done,) = sender().send_released()
    assert done.outcome is Outcome.UNCLEAR
    server.faults.data = ""
    clock.days(3)
    assert sender().send_released() == ()
    assert len(server.received) == 1
    assert store.notices.list(state=S.UNCLEAR)[0].notice_id == first
    with pytest.raises(LifeError, match="送达方式"):
        desk.deliver(first, actor="刘", how=" ")
    assert desk.deliver(first, actor="刘", how="电话确认已收到").state is S.SENT


def test_a_case_that_moved_on_holds_its_letter_back(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender, server: Server
) -> None:
    first = draft_returned(desk, store, profile, officer)
    case_id = store.notices.show(first).case_id
    desk.release(first, actor="刘")
    officer.correct(case_id, {"owner_name": OWNER})
    assert sender().send_released() == ()
    held = store.notices.show(first)
    assert (held.state, held.last_error) == (S.DRAFTED, "case_moved")
    with pytest.raises(LifeError, match="变动"):
        desk.release(first, actor="刘")
    officer.act(case_id, Action.SUPPLEMENT)
    with pytest.raises(LifeError, match="受理"):
        desk.release(first, actor="刘")
    desk.withdraw(first, actor="刘", ground="已补正")
    assert server.received == []
    assert store.history(case_id)[-1].kind == "notice.withdrawn"


@pytest.mark.parametrize(
    "address", ["wxsh3252645@163.com", "mailer-daemon@example.org", "", "a@b.cn\r\nx: y", "a@localhost"]
)
def test_nobody_to_write_to_leaves_a_draft_for_paper(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, address: str
) -> None:
    first = draft_returned(desk, store, profile, officer, sender=address)
    assert store.notices.show(first).recipient == ""
    with pytest.raises(LifeError):
        desk.release(first, actor="刘")
    with pytest.raises(LifeError):
        desk.release(first, actor="刘", to="lfwlk2010@163.com")
    assert desk.release(first, actor="刘", to="Boss@example.org").recipient == "boss@example.org"


def test_a_machines_mail_is_not_answered_even_with_a_filing_in_it(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer
) -> None:
    note = finding("submission.automatic", "自动邮件")
    case_id = hand_in(store, profile, findings=(note,), automatic="auto-reply", owner_name=doubtful_owner())
    officer.act(case_id, Action.RETURN)
    paper = desk.draft(case_id, NoticeKind.SUPPLEMENT, actor="刘").notice
    assert paper.recipient == ""
    with pytest.raises(LifeError, match="自动发出"):
        desk.release(paper.notice_id, actor="刘")


def test_each_action_has_its_paper(store: Store, profile: Profile, desk: Correspondence, officer: Officer) -> None:
    case_id = hand_in_doubtful(store, profile)
    with pytest.raises(LifeError, match="收件"):
        desk.draft(case_id, NoticeKind.RECEIPT, actor="刘")
    officer.act(case_id, Action.ACCEPT)
    accepted = desk.draft_after(case_id, Action.ACCEPT, actor="刘")
    officer.correct(case_id, {"owner_name": OWNER})
    handled = officer.act(case_id, Action.CONCLUDE)
    receipt = desk.draft_after(case_id, Action.CONCLUDE, actor="刘")
    assert accepted is not None
    assert receipt is not None
    assert accepted.notice.kind is NoticeKind.ACCEPTANCE
    assert f"备案号：{handled.number}" in receipt.notice.draft.body
    assert desk.draft_after(case_id, Action.URGE, actor="刘") is None


def test_a_refusal_gives_ground_and_the_right_office(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer
) -> None:
    case_id = hand_in(store, profile, address="大厂回族自治县夏垫镇测试路3号", owner_name=doubtful_owner())
    found = store.show_case(case_id)
    assert found is not None
    assert found.office == "dachang"
    officer.act(case_id, Action.REFUSE, ground="不属三河市辖区")
    refusal = desk.draft_after(case_id, Action.REFUSE, actor="刘")
    assert refusal is not None
    body = refusal.notice.draft.body
    assert "理由：不属三河市辖区" in body
    assert "由大厂县互联网信息办公室负责，请向该机构报送" in body
    assert "0316-8822623" in body
    assert "您无需重新提交" not in body
    assert refusal.notice.draft.signature == ("三河市互联网信息办公室", "2018年12月16日")


def test_a_change_between_two_officers_is_seen(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, clock: Clock
) -> None:
    first = draft_returned(desk, store, profile, officer)
    clock.now += timedelta(days=4)
    assert desk.release(first, actor="刘").draft.signature[-1] == "2018年12月20日"
    with pytest.raises(LifeError, match="待发送"):
        desk.release(first, actor="王")
    with pytest.raises(UnknownNoticeError):
        desk.release("ffffffff", actor="王")


def test_nothing_of_a_letter_is_readable_on_the_disk(
    place: Place, profile: Profile, desk: Correspondence, officer: Officer, store: Store
) -> None:
    draft_returned(desk, store, profile, officer)
    with store._database.reading() as connection:
        shown = "\n".join(str(row) for row in connection.exec_driver_sql("SELECT * FROM notices").all())
        shown += "\n".join(str(row) for row in connection.exec_driver_sql("SELECT * FROM messages").all())
    for secret in (SENDER, FIRM, "三河晨露", "补正通知书", "m1@example.org"):
        assert secret not in shown
        assert repr(secret.encode())[2:-1] not in shown
