"""How a job's reply crosses the pipe: a status byte, a JSON record, and raw blobs.

    status (1) | record length (4) | number of blobs (4) | their lengths (8 each) | record | blobs

Numbers are big endian. Nothing is pickled. The record is validated by whoever asked for it, with a
parser whose depth is limited (pydantic's).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from pipeline.sandbox.errors import JobFailedError, JobMemoryError, JobOutputError

OK: Final = 0
FAILED: Final = 1
MEMORY: Final = 2
_HEAD: Final = struct.Struct(">BII")
MAX_RECORD_BYTES: Final = 64 * 1024 * 1024
MAX_BLOBS: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReply:
    """What a job returns: a JSON record and the bytes that travel beside it."""

    record_json: bytes
    blobs: tuple[bytes, ...] = ()


def pack_reply(reply: JobReply) -> list[bytes]:
    """The reply as chunks to be written one after another."""
    head = _HEAD.pack(OK, len(reply.record_json), len(reply.blobs))
    lengths = struct.pack(f">{len(reply.blobs)}Q", *(len(blob) for blob in reply.blobs))
    return [head, lengths, reply.record_json, *reply.blobs]


def pack_failure(error: BaseException) -> bytes:
    """The class of an error; its text may quote the document and stays behind."""
    status = MEMORY if isinstance(error, MemoryError) else FAILED
    name = type(error).__name__.encode("ascii", "replace")[:100]
    return _HEAD.pack(status, len(name), 0) + name


def unpack_reply(raw: bytes) -> JobReply:
    """Check the frame and take it apart. Raises `JobFailedError`, `JobMemoryError` or `JobOutputError`."""
    if len(raw) < _HEAD.size:
        raise JobOutputError("reply cut short")
    status, record_length, count = _HEAD.unpack_from(raw)
    if record_length > MAX_RECORD_BYTES or count > MAX_BLOBS:
        raise JobOutputError("reply over its limits")
    start = _HEAD.size + 8 * count
    if len(raw) < start + record_length:
        raise JobOutputError("reply cut short")
    record = raw[start : start + record_length]
    if status == MEMORY:
        raise JobMemoryError("out of memory")
    if status != OK:
        name = record.decode("ascii", "replace")
        raise JobFailedError(name if name.isidentifier() else "unknown")
    lengths = struct.unpack_from(f">{count}Q", raw, _HEAD.size)
    if start + record_length + sum(lengths) != len(raw):
        raise JobOutputError("lengths disagree")
    blobs, at = [], start + record_length
    for length in lengths:
        blobs.append(raw[at : at + length])
        at += length
    return JobReply(record_json=record, blobs=tuple(blobs))
