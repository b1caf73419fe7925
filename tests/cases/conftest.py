"""One jail for all cases of a test process, and each file read once: many cases enclose the same papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from pipeline.deciding import Decider
from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Attachment, Media, Submission
from pipeline.profile.load import load_profile
from pipeline.reading import SandboxedReader
from pipeline.sandbox.pool import Jail

PROFILE = "langfang-2018"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOnce:
    """The sandbox's reader, asked once for the same file of the same name."""

    reader: SandboxedReader
    known: dict[tuple[str, Media, bytes], DocumentReading] = field(default_factory=dict)

    def unpack(self, content: bytes, *, sha256: str) -> Submission:
        return self.reader.unpack(content, sha256=sha256)

    def read(self, attachment: Attachment) -> DocumentReading:
        key = (attachment.name, attachment.media, attachment.content)
        if key not in self.known:
            self.known[key] = self.reader.read(attachment)
        return self.known[key]


@pytest.fixture(scope="session")
def decider() -> Iterator[Decider]:
    with Jail("pipeline.jobs", [PROFILE], processes=1, wall_seconds=180, memory_bytes=3072 << 20) as jail:
        yield Decider(profile=load_profile(PROFILE), reader=ReadingOnce(reader=SandboxedReader(jail=jail)))
