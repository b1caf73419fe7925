"""The parent's side of reading: hand bytes to the sandbox, turn what goes wrong there into findings.

A document that kills, stalls or outgrows its reading process costs one finding. Only a broken
sandbox itself is an error (`JailBrokenError`), because then nothing was decided.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from pipeline.domain.document import DocumentReading
from pipeline.domain.finding import Finding, finding
from pipeline.domain.message import Attachment, Media, Submission
from pipeline.job_requests import ReadRequest, UnpackRequest
from pipeline.sandbox.errors import JailBrokenError, JobError, JobMemoryError, JobTimeoutError
from pipeline.sandbox.pool import Jail


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxedReader:
    """Reads mails and files in killable processes without keys, network or database."""

    jail: Jail

    def unpack(self, content: bytes, *, sha256: str) -> Submission:
        """The mail taken apart; a mail that breaks its reader comes back empty with `attachment.rejected`."""
        request = UnpackRequest(sha256=sha256)
        try:
            reply = self.jail.run("unpack", request.model_dump_json().encode(), content)
            return _with_contents(Submission.model_validate_json(reply.record_json), reply.blobs)
        except JailBrokenError:
            raise
        except (JobError, ValidationError) as error:
            return Submission(sha256=sha256, findings=(_mail_finding(error),))

    def read(self, attachment: Attachment) -> DocumentReading:
        """What stands in an attachment."""
        return self.read_file(attachment.name, attachment.content, media=attachment.media)

    def read_file(self, name: str, content: bytes, *, media: Media | None = None) -> DocumentReading:
        """What stands in a file; without `media` its type is found from its bytes."""
        request = ReadRequest(name=name, media=media)
        try:
            reply = self.jail.run("read", request.model_dump_json().encode(), content)
            return DocumentReading.model_validate_json(reply.record_json)
        except JailBrokenError:
            raise
        except (JobError, ValidationError) as error:
            return DocumentReading(engine="none", findings=(_file_finding(name, error),))


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
