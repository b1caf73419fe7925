"""What a module that runs in the sandbox offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.sandbox.frame import JobReply

#: Header (JSON, validated by the job) and content (the sender's bytes) in, reply out.
JobFunction = Callable[[bytes, bytes], JobReply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job by its function. `may_exec` lets it start programs (Tesseract) and gives it a scratch folder."""

    run: JobFunction
    may_exec: bool = False
