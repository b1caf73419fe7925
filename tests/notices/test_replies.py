"""A mail that answers a notice joins its case, and stays a mail of its own."""

from __future__ import annotations

import json

from sqlalchemy import text

from pipeline.desk.officer import Officer
from pipeline.domain.finding import finding
from pipeline.domain.joining import Way
from pipeline.post.correspondence import Correspondence
from pipeline.profile.schema import Profile
from pipeline.reports.rows import case_row
from pipeline.store.store import Store
from tests.joining.post import Letter, Post
from tests.notices.conftest import Sender
from tests.notices.filings import hand_in
from tests.notices.test_sending import draft_returned
from tests.officer.filings import doubtful_owner
from tests.store.filings import MAILBOX, NOW, submission
from tests.validate.builders import OTHER_ID, card, owner_card


def _sent(store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender) -> tuple[str, str]:
    """Case and Message-ID of a notice that went out."""
    notice_id = draft_returned(desk, store, profile, officer)
    desk.release(notice_id, actor="刘")
    sender().send_released()
    notice = store.notices.show(notice_id)
    return notice.case_id, notice.message_id


def test_a_reply_joins_its_case_and_has_its_own(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender
) -> None:
    asked, message_id = _sent(store, profile, desk, officer, sender)
    answer = hand_in(
        store,
        profile,
        number=2,
        references=("other@example.org", message_id),
        owner_name=doubtful_owner(),
        account_name="三河晨露1号",
    )
    old, new = store.show_case(asked), store.show_case(answer)
    assert old is not None
    assert new is not None
    assert [(reply.message_id, reply.automatic, reply.case_ids) for reply in old.replies] == [(2, None, (answer,))]
    assert (new.answers, new.replies, old.answers) == ((asked,), (), ())
    assert {item.case_id for item in store.list_queue()} == {asked, answer}
    (event,) = [item for item in store.history(asked) if item.kind == "case.reply_received"]
    assert json.loads(event.note)["message"] == 2
    assert [item.kind for item in store.history(answer)].count("case.answers") == 1
    assert case_row(old, reveal=False)["replies"][0]["cases"] == [answer]  # type: ignore[index]
    assert store.ledger_equation(MAILBOX).contradictions == ()
    assert store.events.verify().whole


def test_deciding_the_reply_anew_joins_it_once(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender
) -> None:
    from tests.store.filings import case, doubt, mail

    asked, message_id = _sent(store, profile, desk, officer, sender)
    hand_in(store, profile, number=2, references=(message_id,), owner_name=doubtful_owner(), account_name="另一个")
    again = submission().model_copy(update={"references": (message_id,)})
    done = store.cases.replace_decision(2, mail(case(doubt())), submission=again, profile=profile, now=NOW)
    found = store.show_case(asked)
    assert found is not None
    assert [reply.case_ids for reply in found.replies] == [(done.cases[0].case_id,)]
    assert [item.kind for item in store.history(asked)].count("case.reply_received") == 1


def test_a_bounce_without_a_case_is_seen_on_the_case(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender
) -> None:
    asked, message_id = _sent(store, profile, desk, officer, sender)
    note = finding("submission.automatic", "退信")
    hand_in(store, profile, number=2, references=(message_id,), automatic="bounce", findings=(note,), with_case=False)
    found = store.show_case(asked)
    assert found is not None
    assert [(reply.automatic, reply.case_ids) for reply in found.replies] == [("bounce", ())]
    assert store.history(asked)[-1].kind == "case.automatic_reply"
    assert store.list_ledger(limit=1)[0].outcome == "ignored"


def test_a_guess_or_a_draft_that_never_left_joins_nothing(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer
) -> None:
    notice = store.notices.show(draft_returned(desk, store, profile, officer))
    guesses = (notice.message_id, "a@b.cn", notice.message_id.upper())
    hand_in(store, profile, number=2, references=guesses, owner_name=doubtful_owner(), account_name="另一个")
    with store._database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM joined_mails")).scalar() == 0


def test_papers_that_answer_a_notice_become_part_of_its_case(
    store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender
) -> None:
    asked, message_id = _sent(store, profile, desk, officer, sender)
    before = store.show_case(asked)
    assert before is not None
    assert not desk.case_file(asked).answered()
    post = Post(store=store, profile=profile)
    reply = Letter(number=9, papers=(owner_card(),), answers=(message_id,), sender="colleague@qq.example")
    assert post.decide(reply).cases[0].joined_into == asked
    after = post.show(asked)
    assert after.mails[0].ways == (Way.NOTICE, Way.ID_NUMBER)
    assert len(after.filing.papers) == len(before.filing.papers) + 1
    assert after.stage is before.stage
    stranger = Letter(number=10, papers=(card("钱多多", OTHER_ID),), answers=(message_id,))
    assert post.decide(stranger).cases[0].joined_into is None
