"""What can go wrong between the service and its reading processes.

    JailError
    ├── JailNotTightError      the kernel cannot confine, or the self-test broke out        stop
    ├── JailBrokenError        the parent of the reading processes died or is closed        retry
    └── JobError               one job's own fault: one document, one finding               review
        ├── JobTimeoutError    over the wall-clock or CPU limit
        ├── JobMemoryError     over the memory limit
        ├── JobKilledError     ended by a signal, or without a reply
        ├── JobOutputError     a reply too large or not in the agreed frame
        └── JobFailedError     the job raised; only the class of its error crosses over

No text of a document, or of a library's error about one, is in any message. `JailBrokenError` may say why
the parent could not start, which it does before it knows of any document.
"""

from __future__ import annotations


class JailError(Exception):
    """The base of all."""


class JailNotTightError(JailError):
    """Confinement is not what it must be; the text lists what is missing."""


class JailBrokenError(JailError):
    """The process that forks the reading processes is gone; nothing was decided."""


class JobError(JailError):
    """A job that came to no good end."""


class JobTimeoutError(JobError):
    """Stopped at its time limit."""


class JobMemoryError(JobError):
    """Stopped at its memory limit."""


class JobKilledError(JobError):
    """Ended by a signal or without a reply."""


class JobOutputError(JobError):
    """A reply that is too large or malformed."""


class JobFailedError(JobError):
    """The job raised an error of the class named in the text."""
