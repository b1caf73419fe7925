"""Files that many mails of the tests enclose are read once in a test run, by whichever process asks first."""

from __future__ import annotations

import fcntl
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Attachment, Submission
from pipeline.reading import SandboxedReader
from tests.once import made_once


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOnce:
    """The sandbox's reader, asked once for the same file of the same name.

    `folder` is where readings lie for all processes; `profile` is the jail's. Scans of papers read alike under every
    profile.
    """

    reader: SandboxedReader
    profile: str
    folder: Path
    _known: dict[str, DocumentReading] = field(default_factory=dict)

    def unpack(self, content: bytes, *, sha256: str) -> Submission:
        return self.reader.unpack(content, sha256=sha256)

    def read(self, attachment: Attachment) -> DocumentReading:
        profile = "" if attachment.content.startswith(b"\xff\xd8") else self.profile
        named = "\0".join((attachment.name, attachment.media, profile))
        key = hashlib.sha256(named.encode() + b"\0" + attachment.content).hexdigest()
        if key not in self._known:
            self._known[key] = self._of_all(key, attachment)
        return self._known[key]

    def _of_all(self, key: str, attachment: Attachment) -> DocumentReading:
        with (self.folder / key).open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            said = file.read()
            if said:
                return DocumentReading.model_validate_json(said)
            reading = self.reader.read(attachment)
            file.write(reading.model_dump_json())
            return reading


def folder_for_readings(factory: pytest.TempPathFactory) -> Path:
    """The same for all processes of a test run."""
    return made_once(factory, "readings", lambda _: None)
