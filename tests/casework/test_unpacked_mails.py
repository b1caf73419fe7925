"""A mail that breaks its reader costs a reading once in a while, not with each look at its page."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from pipeline.domain.finding import finding
from pipeline.domain.message import Submission
from pipeline.reading.unpacked_mails import RETRY_SECONDS, UnpackedMails
from pipeline.store.store import Store


@dataclass
class _Reader:
    """Takes a second for a mail, and gives what it is told to."""

    text: str = ""
    asked: list[str] = field(default_factory=list)
    started: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def unpack(self, content: bytes, *, sha256: str) -> Submission:
        self.asked.append(sha256)
        self.started.set()
        assert self.go_on.wait(10)
        broken = (finding("attachment.rejected", "此邮件无法自动拆分。"),)
        return Submission(sha256=sha256, text=self.text, findings=() if self.text else broken)


def test_a_mail_that_breaks_is_left_alone_for_a_while(store: Store) -> None:
    now = [0.0]
    reader = _Reader()
    reader.go_on.set()
    mails = UnpackedMails(store.archive, reader, clock=lambda: now[0])
    digest = store.archive.keep([b"broken"])
    first = mails.of(digest)
    assert [item.code for item in first.findings] == ["attachment.rejected"]
    now[0] = RETRY_SECONDS - 1
    assert mails.of(digest) is first
    assert len(reader.asked) == 1
    now[0] = RETRY_SECONDS + 1
    reader.text = "三河市"  # the machine was only busy
    assert mails.of(digest).text == "三河市"
    now[0] = RETRY_SECONDS + 2
    assert mails.of(digest).text == "三河市"
    assert len(reader.asked) == 2


def test_whoever_asks_meanwhile_waits_for_the_same_reading(store: Store) -> None:
    reader = _Reader(text="三河市")
    mails = UnpackedMails(store.archive, reader)
    digest, other = store.archive.keep([b"slow"]), store.archive.keep([b"another"])
    found: list[Submission] = []
    looks = [threading.Thread(target=lambda: found.append(mails.of(digest))) for _ in range(4)]
    for look in looks:
        look.start()
    assert reader.started.wait(10)
    apart = threading.Thread(target=lambda: found.append(mails.of(other)))
    apart.start()  # another mail does not wait for it
    while len(reader.asked) < 2:
        apart.join(0.01)
    reader.go_on.set()
    for look in (*looks, apart):
        look.join(10)
    assert sorted(reader.asked) == sorted([digest, other])
    assert len(found) == 5
