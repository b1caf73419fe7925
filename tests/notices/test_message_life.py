"""`beian ledger show`: a message's life from its places to the answers it got."""

from __future__ import annotations

from pipeline.desk.officer import Officer
from pipeline.domain.message import ServerKey
from pipeline.domain.notice import NoticeState
from pipeline.ingest.ports import FolderKey
from pipeline.post.correspondence import Correspondence
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.notices.conftest import Sender
from tests.notices.filings import hand_in
from tests.notices.test_replies import _sent
from tests.officer.filings import doubtful_owner
from tests.store.filings import MAILBOX, NOW, RECEIVED, later


def test_the_whole_life(store: Store, profile: Profile, desk: Correspondence, officer: Officer, sender: Sender) -> None:
    asked, mail_id = _sent(store, profile, desk, officer, sender)
    answer = hand_in(
        store, profile, number=2, references=(mail_id,), owner_name=doubtful_owner(), account_name="三河晨露1号"
    )
    (first,) = store.message_lives("1")
    (place,) = first.places
    assert (first.kept, first.state, first.outcome, place.refusals) == (True, "decided", "review", 0)
    assert [(case.case_id, case.in_force, case.office) for case in first.cases] == [(asked, True, "sanhe")]
    assert [(notice.case_id, notice.state, notice.answers) for notice in first.notices] == [
        (asked, NoticeState.SENT, (2,))
    ]
    kinds = [event.kind for event in first.events]
    assert kinds[0] == "message.decided"
    assert {"notice.drafted", "notice.released", "notice.sent", "case.reply_received"} <= set(kinds)
    (second,) = store.message_lives("2")
    assert (second.answers, [case.case_id for case in second.cases]) == ((asked,), [answer])


def test_places_refusals_and_copies(store: Store) -> None:
    digest = store.archive.keep([b"one mail"])
    key = ServerKey(mailbox=MAILBOX, folder="INBOX", uidvalidity=1, uid=5)
    for _ in range(2):
        store.ledger.record_refusal(key, reason="empty", now=NOW)
    moved = key.model_copy(update={"folder": "垃圾邮件", "uid": 9})
    city = key.model_copy(update={"mailbox": "city@163.example"})
    for place in (key, moved, city):
        store.ledger.record_message(place, sha256=digest, received=RECEIVED, size_bytes=8)
    listed = {FolderKey(folder="垃圾邮件", uidvalidity=1): frozenset({9})}
    store.ledger.record_poll(MAILBOX, now=later(1), error=None, listed=listed)
    county, other = store.message_lives(digest[:12])
    assert [(place.folder, place.uid, place.refusals, place.listed) for place in county.places] == [
        ("INBOX", 5, 2, False),
        ("垃圾邮件", 9, 0, True),
    ]
    assert (county.state, county.outcome, other.mailbox) == ("waiting", None, "city@163.example")
    assert store.message_lives("zzzzzzzzzz") == store.message_lives("9999") == store.message_lives(digest[:9]) == ()
