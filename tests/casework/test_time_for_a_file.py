"""A file of more pages than there is time for: what was read counts, and the rest is named."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image

from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.profile.schema import Profile
from pipeline.reading.job_requests import ReadAnswer, ReadRequest
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.frame import JobReply
from tests.lent_engines import lent_engines


def _pages(kind: str) -> bytes:
    sheets = [Image.new("L", (827, 1169), 255) for _ in range(3)]
    stream = io.BytesIO()
    sheets[0].save(stream, kind, save_all=True, append_images=sheets[1:])
    return stream.getvalue()


@pytest.mark.parametrize(("kind", "media"), [("TIFF", Media.TIFF), ("PDF", Media.PDF)])
def test_no_page_is_begun_when_a_third_of_the_time_is_over(kind: str, media: Media, profile: Profile) -> None:
    def read(seconds: float | None) -> DocumentReading:
        engines = lent_engines()
        return read_document(_pages(kind), media, name="多页.x", profile=profile, engines=engines, seconds=seconds)

    for enough in (None, 3600.0):
        whole = read(enough)
        assert ([page.page for page in whole.geometry], whole.findings) == ([1, 2, 3], ())
    cut = read(1e-6)
    assert [page.page for page in cut.geometry] == [1]
    (found,) = cut.findings
    assert found.code == "attachment.rejected"
    assert found.detail.startswith("文件“多页.x”页数过多，从第 2 页起")


@dataclass
class _Jail:
    """Keeps what it was asked."""

    wall_seconds: float
    asked: list[ReadRequest] = field(default_factory=list)

    def run(self, _job: str, header: bytes, _content: bytes) -> JobReply:
        self.asked.append(ReadRequest.model_validate_json(header))
        return JobReply(record_json=ReadAnswer(reading=DocumentReading(engine="none")).model_dump_json().encode())


def test_a_reading_process_is_told_how_long_it_may_live() -> None:
    jail: Any = _Jail(wall_seconds=17.0)
    SandboxedReader(jail=jail).read_file("多页.pdf", b"%PDF")
    assert [request.seconds for request in jail.asked] == [17.0]
