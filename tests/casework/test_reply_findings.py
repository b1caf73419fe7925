"""A reading process that a file took over says nothing in our name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from pipeline.domain.document import DocumentReading, ExtractedForm
from pipeline.domain.finding import Finding, Severity, finding
from pipeline.domain.message import Submission
from pipeline.domain.spelling import MAX_TEXT
from pipeline.reading.job_requests import ReadAnswer
from pipeline.reading.reader import SandboxedReader
from pipeline.reading.reply_findings import MOST_FINDINGS
from pipeline.sandbox.frame import JobReply

OWN = finding("field.doubtful", "看不清。", field="owner_name")
FOREIGN = Finding(code="case.approved", severity=Severity.NOTE, detail="已核准。")
TOO_LONG = OWN.model_copy(update={"detail": "长" * (MAX_TEXT + 1)})
WITH_MARKUP = OWN.model_copy(update={"field": "<b>owner</b>"})


@dataclass(frozen=True)
class _Jail:
    """Answers as a reader that was taken over."""

    record: bytes
    wall_seconds: float = 240.0

    def run(self, *_: Any, **__: Any) -> JobReply:
        return JobReply(record_json=self.record)


def _reader(record: Any) -> SandboxedReader:
    jail: Any = _Jail(record.model_dump_json().encode())
    return SandboxedReader(jail=jail)


@pytest.mark.parametrize("made", [FOREIGN, TOO_LONG, WITH_MARKUP])
@pytest.mark.parametrize("in_form", [True, False])
def test_a_files_findings_are_those_we_know(made: Finding, in_form: bool) -> None:
    form = ExtractedForm(profile="langfang-2018", findings=(made,) if in_form else (), fields=())
    reading = DocumentReading(engine="docx", forms=(form,), findings=() if in_form else (made,))
    (said,) = _reader(ReadAnswer(reading=reading)).read_file("登记表.docx", b"PK").findings
    assert said.code == "attachment.rejected"


@pytest.mark.parametrize("made", [(FOREIGN,), (TOO_LONG,), (OWN,) * (MOST_FINDINGS + 1)])
def test_a_mails_findings_are_those_we_know(made: tuple[Finding, ...]) -> None:
    (said,) = _reader(Submission(sha256="0" * 64, text="三河市", findings=made)).unpack(b"", sha256="0" * 64).findings
    assert said.code == "attachment.rejected"


def test_our_own_are_kept() -> None:
    reading = DocumentReading(engine="docx", findings=(OWN,))
    assert _reader(ReadAnswer(reading=reading)).read_file("登记表.docx", b"PK").findings == (OWN,)
    assert _reader(Submission(sha256="0" * 64, findings=(OWN,))).unpack(b"", sha256="0" * 64).findings == (OWN,)
