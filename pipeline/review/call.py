"""One request, as the pages see it: who asks, for which case, with which entries."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from pipeline.domain.people import User
from pipeline.review.parts import Parts
from pipeline.review.patience import BODY_SECONDS
from pipeline.review.refusal import RefusalError
from pipeline.store.rechecks import Recheck
from pipeline.store.records import CaseDetail
from pipeline.store.register_records import RecordVersionRow, RegistryRow
from pipeline.store.sessions import Session

MAX_BODY_BYTES: Final = 256 * 1024
_MAX_ENTRIES: Final = 400
_MOST_DIGITS: Final = 9
_FORM_TYPE: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What a form sent, in order; a name may stand several times."""

    pairs: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def get(self, name: str, default: str = "") -> str:
        """The first value of that name."""
        return next((value for key, value in self.pairs if key == name), default)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of that name."""
        return tuple(value for key, value in self.pairs if key == name)

    def number(self, name: str) -> int | None:
        """A whole number, None when there is none. Raises `RefusalError` for something else."""
        text = self.get(name)
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise RefusalError(400)
        return int(text)

    def starting(self, prefix: str) -> dict[str, str]:
        """The entries whose names begin so, without that beginning."""
        return {key.removeprefix(prefix): value for key, value in self.pairs if key.startswith(prefix)}


NOTHING: Final = Entries()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """A record of the register with its versions, the oldest first; `version` is the one that is looked at."""

    row: RegistryRow = field(repr=False)
    versions: tuple[RecordVersionRow, ...]
    version: RecordVersionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that may be served. `session` is None on public pages only; `case` is set where the path names one.

    Where the path names a record, `record` is set, and `case` is the one whose values that version has.
    `recheck` is the second entry the path names; its case is `case` then.
    """

    parts: Parts
    session: Session | None
    token: str = field(default="", repr=False)
    path: Mapping[str, str]
    query: Entries = field(repr=False)
    form: Entries = field(default=NOTHING, repr=False)
    now: datetime
    address: str
    host: str
    secure: bool
    wants_json: bool = False
    found: CaseDetail | None = field(default=None, repr=False)
    kept: KeptRecord | None = field(default=None, repr=False)
    found_recheck: Recheck | None = field(default=None, repr=False)

    @property
    def user(self) -> User:
        """Who asks. Raises `RefusalError` where nobody is logged in."""
        if self.session is None:
            raise RefusalError(401)
        return self.session.user

    @property
    def case(self) -> CaseDetail:
        """The case of the path."""
        if self.found is None:
            raise RefusalError(404)
        return self.found

    @property
    def record(self) -> KeptRecord:
        """The record of the path."""
        if self.kept is None:
            raise RefusalError(404)
        return self.kept

    @property
    def base(self) -> str:
        """Below which address the originals of the case are."""
        if self.kept is None:
            return f"/case/{self.case.case_id}"
        return f"/register/{self.kept.row.id}/{self.kept.version.version}"

    @property
    def recheck(self) -> Recheck:
        """The second entry of the path."""
        if self.found_recheck is None:
            raise RefusalError(404)
        return self.found_recheck

    @property
    def actor(self) -> str:
        """How the history calls whoever asks."""
        return self.user.login


async def read_entries(request: Request) -> Entries:
    """The body's entries. Raises `RefusalError` for one that is too long, comes too slowly, or is no form."""
    if request.headers.get("content-type", _FORM_TYPE).partition(";")[0].strip().lower() != _FORM_TYPE:
        raise RefusalError(415)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise RefusalError(413)
    except TimeoutError:
        raise RefusalError(408) from None
    return parse_entries(body.decode("utf-8", "replace"))


def parse_entries(text: str) -> Entries:
    """Entries of a query or a body. NUL is dropped: one of the databases refuses it. Raises `RefusalError` for too many."""
    try:
        pairs = parse_qsl(text.replace("%00", ""), keep_blank_values=True, max_num_fields=_MAX_ENTRIES)
    except ValueError:
        raise RefusalError(413) from None
    return Entries(pairs=tuple((key, value.replace("\0", "")) for key, value in pairs))


def path_number(call: Call, name: str) -> int:
    """A whole number of the path. Raises `RefusalError` (404) for something else."""
    text = call.path[name]
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise RefusalError(404)
    return int(text)
