"""What runs inside the sandbox: taking mails apart and reading files.

`load_jobs` is called once in the parent of all reading processes, which then forks one child for
each document: libraries and models are loaded and warmed here, before any sender's byte arrives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from pipeline.domain.document import DocumentReading
from pipeline.extract.document import read_document
from pipeline.extract.engines import load_engines
from pipeline.extract.ocr import Engines
from pipeline.ingest.sniff import sniff
from pipeline.ingest.unpack import unpack_mail, warm_up
from pipeline.job_requests import ReadRequest, UnpackRequest
from pipeline.profile.load import load_profile
from pipeline.profile.schema import Profile
from pipeline.sandbox.frame import JobReply
from pipeline.sandbox.job import Job


def load_jobs(arguments: Sequence[str]) -> Mapping[str, Job]:
    """The jobs for one profile, whose name or path is the only argument."""
    (profile_name,) = arguments
    warm_up()
    profile, engines = load_profile(profile_name), load_engines()
    # Not for programs: the decoder of HEIC starts threads, and a child that may start no programs may not either.
    reading = Job(run=partial(_read, profile, engines), may_exec=True)
    return {"unpack": Job(run=_unpack), "read": reading}


def _unpack(header: bytes, content: bytes) -> JobReply:
    """The submission as the record, its attachments' bytes beside it."""
    request = UnpackRequest.model_validate_json(header)
    submission = unpack_mail(content, sha256=request.sha256)
    blobs = tuple(item.content for item in submission.attachments)
    bare = tuple(item.model_copy(update={"content": b""}) for item in submission.attachments)
    record = submission.model_copy(update={"attachments": bare}).model_dump_json().encode()
    return JobReply(record_json=record, blobs=blobs)


def _read(profile: Profile, engines: Engines, header: bytes, content: bytes) -> JobReply:
    request = ReadRequest.model_validate_json(header)
    media = request.media or sniff(content)
    reading: DocumentReading = read_document(content, media, name=request.name, profile=profile, engines=engines)
    return JobReply(record_json=reading.model_dump_json().encode())
