"""Papers handed in at the counter (窗口) as one mail, so that they take the path every mail takes.

The mail has no sender: whoever stood at the counter has no address, and letters are not sent to the office itself.
Its `X-Beian-Counter` header is for whoever looks at the original; nothing is decided by it, as anybody could write it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from string import Formatter
from typing import Final

from pipeline.domain.message import Media
from pipeline.ingest.filename import shown_name
from pipeline.ingest.part_kinds import READABLE
from pipeline.ingest.sniff import is_encrypted_office, sniff
from pipeline.ingest.unpack_archives import ARCHIVES
from pipeline.local_files import load_file
from pipeline.wrong_use import WrongUseError

MARKER: Final = "X-Beian-Counter"
MAX_FILES: Final = 100
#: So that the mail, whose base64 is a third longer, stays below what is taken apart of a mail.
MAX_BYTES: Final = 48 * 1024 * 1024
_ACCEPTED: Final = READABLE | ARCHIVES | {Media.EMAIL, Media.TNEF}
_AT_THE_COUNTER: Final = "窗口收件"


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterFile:
    """A file that was handed in."""

    name: str
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def load_files(paths: Sequence[Path]) -> tuple[CounterFile, ...]:
    """All files, each content once. Raises WrongUseError with a line for each that cannot be used."""
    files: dict[str, CounterFile] = {}
    faults: list[str] = []
    left_bytes = MAX_BYTES
    for path in paths:
        loaded = _load(path, left_bytes)
        if isinstance(loaded, str):
            faults.append(f"{path}: {loaded}")
        elif loaded.sha256 not in files:
            files[loaded.sha256] = loaded
            left_bytes -= len(loaded.content)
    if len(files) > MAX_FILES:
        faults.append(f"more than {MAX_FILES} files; hand in each filing by itself")
    if faults:
        raise WrongUseError("\n".join(faults))
    return tuple(files.values())


def _load(path: Path, left_bytes: int) -> CounterFile | str:
    """The file, or what is wrong with it."""
    try:
        content = load_file(path, limit_bytes=left_bytes)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if content is None:
        return f"all files together are larger than {MAX_BYTES // 1024**2} MB; hand in each filing by itself"
    media = sniff(content)
    if media is Media.EMPTY:
        return "is empty"
    if media is Media.OLE and is_encrypted_office(content):
        return "is behind a password; save it without"
    if media not in _ACCEPTED:
        return f"is of a type that cannot be read ({media.value}); save it as .docx or PDF, or scan it"
    return CounterFile(name=shown_name(path.name), content=content)


def number_of(files: Iterable[CounterFile]) -> int:
    """A number of 62 bits that stands for these contents, in whatever order and under whatever names."""
    digests = "\n".join(sorted({file.sha256 for file in files}))
    return int.from_bytes(hashlib.sha256(digests.encode()).digest()[:8], "big") >> 2


def compose(
    files: Sequence[CounterFile], *, mailbox: str, received: datetime, subject_line: str | None, note: str
) -> bytes:
    """The mail. The same files and words at the same time give the same bytes."""
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail["To"] = mailbox
    mail["Date"] = format_datetime(received)
    mail["Subject"] = _subject(subject_line)
    mail[MARKER] = "1"
    mail.set_content(f"{_AT_THE_COUNTER}。\n{f'备注：{note}' if note else ''}\n", charset="utf-8", cte="base64")
    for file in files:
        mail.add_attachment(file.content, maintype="application", subtype="octet-stream", filename=file.name)
    mail.set_boundary(f"=_beian_{number_of(files):016x}")
    return mail.as_bytes()


def _subject(template: str | None) -> str:
    """As the notice wants it, where it says so: nobody is told that a subject of ours is wrong."""
    if template is None:
        return _AT_THE_COUNTER
    return "".join(
        text + (_AT_THE_COUNTER if key is not None else "") for text, key, _, _ in Formatter().parse(template)
    )
