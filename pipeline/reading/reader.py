"""The parent's side of reading: hand bytes to the sandbox, turn what goes wrong there into findings.

A document that kills, stalls or outgrows its reading process costs one finding. Only a broken
sandbox itself is an error (`JailBrokenError`), because then nothing was decided.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from pipeline.domain.document import DocumentReading
from pipeline.domain.finding import Finding, finding
from pipeline.domain.message import Attachment, Media, Submission
from pipeline.ingest import details
from pipeline.ingest.filename import shown_name
from pipeline.local_files import load_file
from pipeline.reading.job_requests import (
    ConversionTrouble,
    ConvertAnswer,
    ConvertRequest,
    Need,
    ReadAnswer,
    ReadRequest,
    UnpackRequest,
)
from pipeline.reading.overlong import cut_overlong
from pipeline.reading.reply_findings import findings_of, require_own_findings
from pipeline.sandbox.errors import JobError, JobMemoryError, JobTimeoutError
from pipeline.sandbox.pool import Jail

#: A file larger than this is not even loaded; no attachment can be that large.
MAX_FILE_BYTES: Final = 100 * 1024 * 1024
#: What a document can do to its reader. A broken sandbox (`JailBrokenError`) is none of it.
_BROKEN: Final = (JobError, ValidationError)
_CONVERSION_FINDINGS: Final[Mapping[ConversionTrouble, Callable[[str], Finding]]] = {
    ConversionTrouble.MISSING: details.no_converter,
    ConversionTrouble.UNREADABLE: details.not_converted,
}


class NotConvertedError(Exception):
    """There is no DOCX of an old Word file; `trouble` says why."""

    def __init__(self, trouble: ConversionTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxedReader:
    """Reads mails and files in killable processes without keys, network or database."""

    jail: Jail

    def make_ready(self, *, for_many: bool) -> None:
        """Load the engines now instead of with the first picture; `for_many` files also make them as fast as can be.

        Raises `JailBrokenError` saying why they cannot be loaded.
        """
        request = ReadRequest(name="", media=Media.EMPTY)
        self.jail.run("read_pictures", request.model_dump_json().encode(), b"", wholly=for_many)

    def unpack(self, content: bytes, *, sha256: str) -> Submission:
        """The mail taken apart.

        One that breaks its reader is tried again with its archives closed, plain ZIP aside, so that a bad archive costs
        only itself; one that still does comes back empty with `attachment.rejected`.
        """
        try:
            return self._unpack(content, UnpackRequest(sha256=sha256))
        except _BROKEN:
            pass
        try:
            return self._unpack(content, UnpackRequest(sha256=sha256, archives=False))
        except _BROKEN as error:
            return Submission(sha256=sha256, findings=(_mail_finding(error),))

    def _unpack(self, content: bytes, request: UnpackRequest) -> Submission:
        reply = self.jail.run("unpack", request.model_dump_json().encode(), content)
        submission = Submission.model_validate_json(reply.record_json)
        require_own_findings(submission.findings)
        return _with_contents(submission, reply.blobs)

    def read(self, attachment: Attachment) -> DocumentReading:
        """What stands in an attachment."""
        return self.read_file(attachment.name, attachment.content, media=attachment.media)

    def read_path(self, path: Path) -> tuple[DocumentReading, bytes]:
        """What stands in a file of this machine, and its bytes: none of a file that is too large.

        Raises OSError when it cannot be opened or is no regular file.
        """
        name = shown_name(path.name)
        content = load_file(path, limit_bytes=MAX_FILE_BYTES)
        if content is None:
            return DocumentReading(engine="none", findings=(_oversize(name),)), b""
        return self.read_file(name, content), content

    def read_file(self, name: str, content: bytes, *, media: Media | None = None) -> DocumentReading:
        """What stands in a file; without `media` its type is found from its bytes. `name` is safe to show."""
        try:
            request = ReadRequest(name=name, media=media, seconds=self.jail.wall_seconds)
            return cut_overlong(self._read_file(request, content))
        except NotConvertedError as error:
            return DocumentReading(engine="none", findings=(_CONVERSION_FINDINGS[error.trouble](name),))
        except (JobError, ValidationError) as error:
            return DocumentReading(engine="none", findings=(_file_finding(name, error),))

    def as_docx(self, content: bytes, media: Media | None = None) -> bytes:
        """A Word file of the time before DOCX (`CONVERTED`) as a DOCX.

        Raises `NotConvertedError`, and `JobError` for what the file does to its process.
        """
        request = ConvertRequest(media=media).model_dump_json().encode()
        reply = self.jail.run("convert", request, content)
        answer = ConvertAnswer.model_validate_json(reply.record_json)
        if answer.trouble is not None:
            raise NotConvertedError(answer.trouble)
        if len(reply.blobs) != 1:
            raise JobError("no DOCX beside the answer")
        return reply.blobs[0]

    def _read_file(self, request: ReadRequest, content: bytes) -> DocumentReading:
        """By the job that may do least; by the others only where that one says that the file needs them."""
        answer = self._answer("read", request, content)
        if answer.needs is Need.CONVERSION and answer.media is not None:
            return self._read_converted(request, content, answer.media)
        if answer.needs is Need.ENGINES:
            answer = self._answer("read_pictures", request, content)
        if answer.reading is None:
            raise JobError("no reading in the answer")
        return answer.reading

    def _read_converted(self, request: ReadRequest, content: bytes, media: Media) -> DocumentReading:
        started = time.perf_counter()
        docx = self.as_docx(content, media)
        reading = self._read_file(request.model_copy(update={"media": Media.DOCX}), docx)
        update = {"engine": f"libreoffice+{reading.engine}", "seconds": time.perf_counter() - started}
        return reading.model_copy(update=update)

    def _answer(self, job: str, request: ReadRequest, content: bytes) -> ReadAnswer:
        reply = self.jail.run(job, request.model_dump_json().encode(), content)
        answer = ReadAnswer.model_validate_json(reply.record_json)
        if answer.reading is not None:
            require_own_findings(findings_of(answer.reading))
        return answer


def unopened(name: str) -> DocumentReading:
    """The reading of a file that could not be opened on this machine."""
    shown = shown_name(name)
    found = finding("attachment.unreadable", f"文件“{shown}”在本机无法打开，请检查文件是否存在、是否有读取权限。")
    return DocumentReading(engine="none", findings=(found,))


def _oversize(name: str) -> Finding:
    return finding(
        "attachment.rejected",
        f"文件“{name}”超过 {MAX_FILE_BYTES // 1024**2} MB，系统不予读取，请缩小后或分成多个文件。",
    )


def _with_contents(submission: Submission, blobs: tuple[bytes, ...]) -> Submission:
    """Put the attachments' bytes, which travel beside the record, back in."""
    if len(blobs) != len(submission.attachments):
        raise JobError("reply and contents disagree")
    attachments = tuple(
        item.model_copy(update={"content": blob}) for item, blob in zip(submission.attachments, blobs, strict=True)
    )
    return submission.model_copy(update={"attachments": attachments})


def _cause(error: Exception) -> str:
    if isinstance(error, JobTimeoutError):
        return "处理时间过长"
    if isinstance(error, JobMemoryError):
        return "内容过于庞大"
    return "内容异常"


def _mail_finding(error: Exception) -> Finding:
    return finding(
        "attachment.rejected", f"此邮件无法自动拆分（{_cause(error)}），请工作人员查看原邮件，或请报送人重新发送。"
    )


def _file_finding(name: str, error: Exception) -> Finding:
    return finding(
        "attachment.rejected",
        f"附件“{name}”无法自动读取（{_cause(error)}），请另存为普通的 Word 文档、PDF 或清晰照片后重新发送。",
    )
