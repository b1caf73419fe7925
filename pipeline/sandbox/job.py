"""What a module that runs in the sandbox offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.sandbox.frame import JobReply

#: Header (JSON, validated by the job) and content (the sender's bytes) in, reply out.
JobFunction = Callable[[bytes, bytes], JobReply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job by its function. `may_exec` lets it start programs (Tesseract) and gives it a scratch folder.

    `prepare` loads what the function needs, in the parent of all children and only once the job is asked for: its
    first step comes before the first child, the others (which only make later children faster) when nothing else is
    to be done after some children, or all at once where the service asks for that.
    """

    run: JobFunction
    may_exec: bool = False
    prepare: Callable[[], Iterator[None]] | None = None
