"""Mails from files: single mails, folders of them, mbox files and zip archives.

One mail is held at a time. What cannot be read is given out as `Unread` in its place, never left out in
silence, and what comes behind it is read all the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipeline.domain.message import Media, Submission
from pipeline.ingest.containers import is_clutter
from pipeline.ingest.sniff import sniff
from pipeline.local_files import load_file
from pipeline.mails.archives import (
    HEAD_BYTES,
    MAIL_SUFFIX,
    MAX_MAIL_BYTES,
    MBOX_START,
    MBOX_SUFFIXES,
    NO_MAIL,
    TOO_LARGE,
    ZIP_SUFFIX,
    MailFile,
    Unread,
    count_mbox,
    count_zip,
    iter_mbox,
    iter_zip,
)
from pipeline.profile.schema import Profile

__all__ = ["MailFile", "Unread", "address_mail", "count_mails", "iter_mails"]

#: What a mail's file may look like when its headers are too odd to tell.
_PERHAPS_MAIL: Final = frozenset({Media.EMAIL, Media.TEXT, Media.HTML, Media.UNKNOWN})


def iter_mails(sources: Iterable[Path]) -> Iterator[MailFile | Unread]:
    """Every mail in the sources, in a fixed order."""
    for source in sources:
        if source.is_dir():
            yield from _iter_folder(source)
        else:
            yield from _iter_file(source, among_mails=False)


def count_mails(sources: Iterable[Path]) -> int:
    """How much `iter_mails` will give. No mail is read for it."""
    paths = (path for source in sources for path in (_walk(source) if source.is_dir() else (source,)))
    return sum(_count(path) for path in paths)


def _count(path: Path | Unread) -> int:
    if isinstance(path, Unread):
        return 1
    try:
        if _is_mbox(path):
            return count_mbox(path)
        return count_zip(path) if path.suffix.lower() == ZIP_SUFFIX else 1
    except OSError:
        return 1


def _iter_folder(folder: Path) -> Iterator[MailFile | Unread]:
    for found in _walk(folder):
        if isinstance(found, Unread):
            yield found
        else:
            yield from _iter_file(found, among_mails=True)


def _walk(folder: Path) -> Iterator[Path | Unread]:
    """Every file below, by name, a folder's own before those further down; links to folders are not followed."""
    pending = [folder]
    while pending:
        here = pending.pop()
        files: list[str] = []
        folders: list[str] = []
        try:
            with os.scandir(here) as found:
                for entry in found:
                    (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
        except OSError as error:
            yield Unread(name=str(here), reason=f"cannot be opened: {error.strerror}")
        yield from (here / name for name in sorted(files) if not is_clutter(name))
        pending += (here / name for name in sorted(folders, reverse=True))


def _iter_file(path: Path, *, among_mails: bool) -> Iterator[MailFile | Unread]:
    """The mails in one file. One that lies `among_mails` in a folder must look like a mail to be taken for one."""
    try:
        if _is_mbox(path):
            yield from iter_mbox(path)
        elif path.suffix.lower() == ZIP_SUFFIX:
            yield from iter_zip(path)
        else:
            yield _read(path, among_mails=among_mails)
    except OSError as error:
        yield Unread(name=str(path), reason=f"cannot be read: {error.strerror}")


def _is_mbox(path: Path) -> bool:
    """By its name, or, as programs name them “Inbox”, by its beginning."""
    suffix = path.suffix.lower()
    if suffix in MBOX_SUFFIXES:
        return True
    if suffix in (MAIL_SUFFIX, ZIP_SUFFIX) or not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return head.startswith(MBOX_START) and sniff(head) is Media.EMAIL


def _read(path: Path, *, among_mails: bool) -> MailFile | Unread:
    content = load_file(path, limit_bytes=MAX_MAIL_BYTES)
    if content is None:
        return Unread(name=str(path), reason=TOO_LARGE)
    foreign = among_mails and path.suffix.lower() != MAIL_SUFFIX
    if not content:
        return Unread(name=str(path), reason="is empty", foreign=foreign)
    if path.suffix.lower() != MAIL_SUFFIX:
        media = sniff(content)
        if foreign and media is not Media.EMAIL:
            return Unread(name=str(path), reason=NO_MAIL, foreign=True)
        if media not in _PERHAPS_MAIL:
            return Unread(name=str(path), reason=f"{NO_MAIL} but {media.value}; `beian extract` reads single files")
    return MailFile(name=str(path), content=content)


def address_mail(
    submission: Submission, mailboxes: Iterable[str], profile: Profile, *, given: str | None, received: datetime | None
) -> tuple[str, datetime]:
    """The mailbox and the receipt time of a mail that did not come from a server.

    The mailbox is the given one, else the first recipient that is one of `mailboxes` or an office's,
    else the first recipient. The time is the given one, else the newest Received header, else Date,
    else now.
    """
    known = {address.lower() for address in (*mailboxes, *(office.mailbox for office in profile.offices))}
    ours = next((item for item in submission.recipients if item.lower() in known), None)
    fallback = submission.recipients[0] if submission.recipients else ""
    when = received or submission.received_header or submission.date_header or datetime.now(UTC)
    return given or ours or fallback, when.astimezone(profile.zone)
