"""The parent's side of reading: hand bytes to the sandbox, turn what goes wrong there into findings.

A document that kills, stalls or outgrows its reading process costs one finding. Only a broken
sandbox itself is an error (`JailBrokenError`), because then nothing was decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from pipeline.domain.document import DocumentReading
from pipeline.domain.finding import Finding, finding
from pipeline.domain.message import Attachment, Media, Submission
from pipeline.ingest.filename import shown_name
from pipeline.job_requests import ReadRequest, UnpackRequest
from pipeline.local_files import load_file
from pipeline.sandbox.errors import JailBrokenError, JobError, JobMemoryError, JobTimeoutError
from pipeline.sandbox.pool import Jail

#: A file larger than this is not even loaded; no attachment can be that large.
MAX_FILE_BYTES: Final = 100 * 1024 * 1024
#: What a document can do to its reader. A broken sandbox (`JailBrokenError`) is none of it.
_BROKEN: Final = (JobError, ValidationError)
_READINGS: Final[TypeAdapter[DocumentReading | None]] = TypeAdapter(DocumentReading | None)


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
        return _with_contents(Submission.model_validate_json(reply.record_json), reply.blobs)

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
        request = ReadRequest(name=name, media=media).model_dump_json().encode()
        try:
            return self._read_text(request, content) or self._read_pictures(request, content)
        except JailBrokenError:
            raise
        except (JobError, ValidationError) as error:
            return DocumentReading(engine="none", findings=(_file_finding(name, error),))

    def _read_text(self, request: bytes, content: bytes) -> DocumentReading | None:
        """By the job that needs no engine and may do least; None when the file holds pictures."""
        reply = self.jail.run("read", request, content)
        return _READINGS.validate_json(reply.record_json)

    def _read_pictures(self, request: bytes, content: bytes) -> DocumentReading:
        reply = self.jail.run("read_pictures", request, content)
        return DocumentReading.model_validate_json(reply.record_json)


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
