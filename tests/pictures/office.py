"""An office that takes mails in, reads them for real, and looks at what came."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from pipeline.cases.deciding import Decider, EarlierMails
from pipeline.desk.evidence import Evidence, Picture, Viewer
from pipeline.domain.message import RawMessage, ServerKey
from pipeline.extract.ocr.readers import Engines
from pipeline.extract.raster.decode import Rgb
from pipeline.profile.schema import Profile
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail
from pipeline.service.processing import describe
from pipeline.store.store import Store

DATA = Path(__file__).parents[2] / "samples" / "data"
NOW = datetime(2018, 12, 20, 2, 30, tzinfo=UTC)
MAILBOX = "wxsh3252645@163.com"
VIEWER = Viewer(name="张立新", login="zhanglx")


@dataclass(slots=True, kw_only=True)
class Office:
    """One office with its mails."""

    store: Store
    jail: Jail
    profile: Profile
    evidence: Evidence
    taken: dict[bytes, str] = field(default_factory=dict)

    def take(self, content: bytes, *, keep_files: bool = True) -> str:
        """The case a mail leads to; the same mail leads to the same. `keep_files`: as decided today, or before files were kept."""
        if content in self.taken:
            return self.taken[content]
        sha256 = self.store.archive.keep([content])
        key = ServerKey(mailbox=MAILBOX, folder="INBOX", uidvalidity=1, uid=len(self.taken) + 1)
        self.store.ledger.record_message(key, sha256=sha256, received=NOW, size_bytes=len(content))
        decider = Decider(profile=self.profile, reader=SandboxedReader(jail=self.jail))
        message = RawMessage(mailbox=MAILBOX, received=NOW, sha256=sha256, content=content)
        mail = decider.read_mail(message)
        decision = decider.decide(mail, message, EarlierMails())
        if not keep_files:
            decision = decision.model_copy(update={"files": ()})
        waiting = self.store.work.claim("host:1:2:0", now=NOW, lease_seconds=600)
        assert waiting is not None
        done = self.store.cases.commit_decision(
            waiting.message_id,
            "host:1:2:0",
            decision,
            submission=describe(mail),
            profile=self.profile,
            now=NOW,
        )
        self.taken[content] = done.cases[0].case_id
        return done.cases[0].case_id

    def sample(self, name: str) -> str:
        """The case of a sample mail."""
        return self.take((DATA / "mails" / name).read_bytes())

    def page(self, case_id: str, file: int = 1, page: int = 1, *, revealed: bool = False, width: int = 1600) -> Picture:
        return self.evidence.page_picture(case_id, file, page, viewer=VIEWER, revealed=revealed, max_width=width)


def letter(*files: tuple[str, bytes], text: str = "附件请查收。") -> bytes:
    """A mail with these files."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "bao@example.cn", MAILBOX, "备案材料"
    mail["Date"] = "Thu, 20 Dec 2018 09:12:00 +0800"
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def text_on(rgb: Rgb, engines: Engines) -> str:
    """What the main reader sees on a picture that stands upright."""
    quads = engines.main.find_lines(np.ascontiguousarray(rgb))
    bounds = [(quad.min(axis=0), quad.max(axis=0)) for quad in quads]
    crops = [rgb[max(0, int(low[1])) : int(high[1]), max(0, int(low[0])) : int(high[0])] for low, high in bounds]
    lines = engines.main.read_lines([np.ascontiguousarray(crop) for crop in crops if crop.size])
    return "".join("".join(line.text.split()) for line in lines)


def pixels(picture: Picture) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(picture.content)).convert("RGB"), dtype=np.uint8)
