"""One mail's files, however many and however slow, do not keep the next mail waiting for hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pipeline.cases.casework import mail_findings
from pipeline.cases.deciding import Decider
from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Attachment, Media, RawMessage, Submission
from pipeline.profile.schema import Profile


@dataclass
class SlowReader:
    """Every file takes just less than it may; `now` is the time by a clock of its own."""

    now: float = 0.0
    read_names: list[str] = field(default_factory=list)

    def unpack(self, content: bytes, *, sha256: str) -> Submission:
        files = tuple(
            Attachment(name=f"{number}.pdf", media=Media.PDF, content=b"x", sha256=f"{number:064}")
            for number in range(200)
        )
        return Submission(sha256=sha256, attachments=files)

    def read(self, attachment: Attachment) -> DocumentReading:
        self.now += 119
        self.read_names.append(attachment.name)
        return DocumentReading(engine="test")


def test_two_hundred_slow_files_cost_half_an_hour(profile: Profile) -> None:
    reader = SlowReader()
    received = datetime.fromisoformat("2018-12-15T10:20:00+08:00")
    message = RawMessage(mailbox="a@example.cn", received=received, sha256="0" * 64, content=b"mail")
    mail = Decider(profile=profile, reader=reader, clock=lambda: reader.now).read_mail(message)
    assert reader.now < 1800 + 119
    assert len(reader.read_names) == 16
    assert len(mail.documents) == len(mail.submission.attachments) == 200
    (left,) = mail_findings(mail)
    assert left.code == "attachment.rejected"
    assert "184个附件" in left.detail
