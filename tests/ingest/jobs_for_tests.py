"""The unpacker as a job of the sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.ingest.unpack import unpack_file, warm_up
from pipeline.sandbox.frame import JobReply
from pipeline.sandbox.job import Job


def _unpack(header: bytes, content: bytes) -> JobReply:
    found = unpack_file(content)
    bare = tuple(item.model_copy(update={"content": b""}) for item in found.attachments)
    return JobReply(record_json=found.model_copy(update={"attachments": bare}).model_dump_json().encode())


def load_jobs(arguments: Sequence[str]) -> Mapping[str, Job]:
    if "cold" not in arguments:
        warm_up()
    return {"unpack": Job(run=_unpack)}
