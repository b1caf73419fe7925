"""One mail from the server into the archive, in little memory.

Mails up to `WHOLE_BYTES` come in one piece; larger ones, and those whose size the server does not
tell, in ranges that go straight to the archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.domain.numbering import ServerFacts
from pipeline.ingest.errors import MessageRefusedError
from pipeline.ingest.imap_imapclient import FetchRow, ImapSession, received_date
from pipeline.ingest.ports import Archive
from pipeline.ingest.received import newest_received

WHOLE_BYTES: Final = 4 * 1024 * 1024
RANGE_BYTES: Final = 1024 * 1024
UIDS_PER_FETCH: Final = 500
_HEAD_BYTES: Final = 64 * 1024
_FACTS: Final = ("INTERNALDATE", "RFC822.SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMail:
    """A mail that is durably in the archive. `told` is what the server said of it."""

    sha256: str
    received: datetime
    size_bytes: int
    told: ServerFacts


class _NotInRangesError(Exception):
    """The server does not know ranges, or its ranges end before the mail does."""


class _Head:
    """Counts a mail's bytes on their way and remembers its beginning."""

    def __init__(self) -> None:
        self.size_bytes = 0
        self.start = b""

    def passing(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.size_bytes += len(chunk)
            if len(self.start) < _HEAD_BYTES:
                self.start += chunk[: _HEAD_BYTES - len(self.start)]
            yield chunk


def fetch_facts(session: ImapSession, uids: Sequence[int]) -> dict[int, FetchRow]:
    """Dates and sizes of a chunk of UIDs. One mail the server refuses does not hide the others: then none are known."""
    try:
        return session.fetch(list(uids), _FACTS)
    except MessageRefusedError:
        return {}


def fetch_mail(session: ImapSession, uid: int, facts: FetchRow, archive: Archive) -> KeptMail:
    """Fetch one mail into the archive. Raises `MessageRefusedError` when the server will not give it whole."""
    if received_date(facts) is None:
        facts = {**facts, **session.fetch([uid], _FACTS).get(uid, {})}
    sha256, head = _keep_body(session, uid, facts.get(b"RFC822.SIZE"), archive)
    received = received_date(facts) or newest_received(head.start)
    if received is None:
        raise MessageRefusedError(session.account.address, "no_date")
    return KeptMail(sha256=sha256, received=received, size_bytes=head.size_bytes, told=told(facts))


def told(facts: FetchRow) -> ServerFacts:
    """Size and date of a fetched row."""
    size = facts.get(b"RFC822.SIZE")
    return ServerFacts(size_bytes=size if isinstance(size, int) else None, dated=received_date(facts))


def _keep_body(session: ImapSession, uid: int, size: object, archive: Archive) -> tuple[str, _Head]:
    size_bytes = size if isinstance(size, int) else None
    if size_bytes is None or size_bytes > WHOLE_BYTES:
        head = _Head()
        try:
            return archive.keep(head.passing(_ranges(session, uid, size_bytes))), head
        except (_NotInRangesError, MessageRefusedError):
            pass  # the whole in one piece costs memory, and is still better than a mail cut short
    head = _Head()
    return archive.keep(head.passing(_whole(session, uid))), head


def _whole(session: ImapSession, uid: int) -> Iterator[bytes]:
    """The mail in one piece; NIL, `{0}` and no answer are refusals, not empty mails."""
    body = session.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
    if not isinstance(body, bytes) or not body:
        raise MessageRefusedError(session.account.address, "empty")
    yield body


def _ranges(session: ImapSession, uid: int, size_bytes: int | None) -> Iterator[bytes]:
    """The mail in ranges, until one comes short and what RFC822.SIZE promised is there."""
    offset = 0
    while True:
        session.check_time()
        row = session.fetch([uid], [f"BODY.PEEK[]<{offset}.{RANGE_BYTES}>"]).get(uid, {})
        chunk = row.get(b"BODY[]<%d>" % offset)
        if not isinstance(chunk, bytes) or (not chunk and offset < (size_bytes or 1)):
            raise _NotInRangesError
        if chunk:
            yield chunk
        offset += len(chunk)
        if len(chunk) < RANGE_BYTES and offset >= (size_bytes or 0):
            return
