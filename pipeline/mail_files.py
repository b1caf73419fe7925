"""Mails from files: single .eml files, folders, mbox files and zip archives of them."""

from __future__ import annotations

import hashlib
import mailbox
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipeline.domain.message import Submission
from pipeline.profile.schema import Profile

#: A mail larger than this is refused here as it is by every provider.
MAX_MAIL_BYTES: Final = 100 * 1024 * 1024
_MBOX_SUFFIXES: Final = frozenset({".mbox", ".mbx"})


class SourceError(Exception):
    """A source that cannot be read at all; the text names it and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFile:
    """A mail and where it came from."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def iter_mails(sources: Iterable[Path]) -> Iterator[MailFile]:
    """Every mail in the sources, in a fixed order. Raises `SourceError` for one that is not there or not readable."""
    for source in sources:
        yield from _iter_source(source)


def _iter_source(source: Path) -> Iterator[MailFile]:
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.is_file() and path.suffix.lower() in {".eml", ".zip", *_MBOX_SUFFIXES}:
                yield from _iter_source(path)
    elif not source.is_file():
        raise SourceError(f"{source}: no such file or folder")
    elif source.suffix.lower() in _MBOX_SUFFIXES:
        yield from _iter_mbox(source)
    elif source.suffix.lower() == ".zip":
        yield from _iter_zip(source)
    else:
        yield _read(source)


def _read(path: Path) -> MailFile:
    if path.stat().st_size > MAX_MAIL_BYTES:
        raise SourceError(f"{path}: larger than {MAX_MAIL_BYTES} bytes")
    return MailFile(name=str(path), content=path.read_bytes())


def _iter_mbox(path: Path) -> Iterator[MailFile]:
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield MailFile(name=f"{path}:{int(key) + 1}", content=box.get_bytes(key))
    finally:
        box.close()


def _iter_zip(path: Path) -> Iterator[MailFile]:
    try:
        with zipfile.ZipFile(path, metadata_encoding="gb18030") as archive:
            for member in sorted(archive.infolist(), key=lambda item: item.filename):
                if member.is_dir() or not member.filename.lower().endswith(".eml"):
                    continue
                if member.file_size > MAX_MAIL_BYTES:
                    raise SourceError(f"{path}: {member.filename!r} is larger than {MAX_MAIL_BYTES} bytes")
                with archive.open(member) as file:
                    yield MailFile(name=f"{path}:{member.filename}", content=file.read(MAX_MAIL_BYTES))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise SourceError(f"{path}: not a readable zip archive ({type(error).__name__})") from error


def address_mail(
    submission: Submission, profile: Profile, *, mailbox_given: str | None, received_given: datetime | None
) -> tuple[str, datetime]:
    """The mailbox and the receipt time of a mail that did not come from a server.

    The mailbox is the given one, else the first recipient that is an office's, else the first
    recipient. The time is the given one, else the newest Received header, else Date, else now.
    """
    offices = {office.mailbox.lower() for office in profile.offices}
    ours = next((item for item in submission.recipients if item.lower() in offices), None)
    fallback = submission.recipients[0] if submission.recipients else ""
    received = received_given or submission.received_header or submission.date_header or datetime.now(UTC)
    return mailbox_given or ours or fallback, received.astimezone(profile.zone)
