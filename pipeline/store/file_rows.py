"""The files of a mail, to rows and back."""

from __future__ import annotations

import json
import math
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.message import KeptFile, Media
from pipeline.domain.pages import OtherPage, PageGeometry
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.models import Case, Paper
from pipeline.store.models_files import FileRow
from pipeline.store.models_joining import CaseMail
from pipeline.store.models_mail import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class PartMail:
    """One mail of a case. Its files have numbers from `first_file` + 1 on; `kept` says whether they were noted."""

    message_id: int
    sha256: str
    received: datetime
    first_file: int
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFiles:
    """The mails of a case, its own first, and the files they carried; none where one was decided before they were kept.

    `message_id`, `sha256` and `received` are of its own mail.
    """

    message_id: int
    sha256: str
    received: datetime
    files: tuple[KeptFile, ...] = field(repr=False)
    mails: tuple[PartMail, ...]

    def mail_of(self, file: int) -> PartMail:
        """The mail that carried the file of that number."""
        return max((mail for mail in self.mails if mail.first_file < max(file, 1)), key=lambda mail: mail.first_file)


def write_files(files: tuple[KeptFile, ...], message_id: int, revision: int, cipher: Cipher) -> list[FileRow]:
    """The rows of a decision's files."""
    return [_row(item, message_id, revision, cipher) for item in files]


def read_files(session: Session, cipher: Cipher, case_id: str) -> MailFiles | None:
    """The files of the mails that make up a case, as their decisions saw them; None without such a case."""
    try:
        case = session.get(Case, uuid.UUID(case_id))
    except ValueError:
        return None
    if case is None:
        return None
    parts, files = list[PartMail](), list[KeptFile]()
    for message_id, revision, first_file in ((case.message_id, case.revision, 0), *_later(session, case)):
        message = session.get_one(Message, message_id)
        query = select(FileRow).where(FileRow.message_id == message_id, FileRow.revision == revision)
        found = [_file(row, cipher, first_file) for row in session.scalars(query.order_by(FileRow.number))]
        files += found
        parts.append(
            PartMail(
                message_id=message_id,
                sha256=message.sha256,
                received=message.received,
                first_file=first_file,
                kept=bool(found),
            )
        )
    own = parts[0]
    return MailFiles(
        message_id=own.message_id, sha256=own.sha256, received=own.received, files=tuple(files), mails=tuple(parts)
    )


def _later(session: Session, case: Case) -> list[tuple[int, int, int]]:
    """Message, revision and first number of the later mails that are part of the case, or of which it has papers.

    Papers can have come by way of another case of the same mail, from which they were split off.
    """
    family = select(Case.id).where(Case.message_id == case.message_id)
    query = (
        select(CaseMail, Case.revision)
        .join(Case, Case.id == CaseMail.joined_case_id)
        .where(CaseMail.case_id.in_(family), CaseMail.first_file.is_not(None))
        .order_by(CaseMail.first_file)
    )
    rows = [(row, revision, row.first_file or 0) for row, revision in session.execute(query).all()]
    used = [file for file in session.scalars(select(Paper.file).where(Paper.case_id == case.id)) if file is not None]
    used += [case.form_file] if case.form_file is not None else []
    ends = [first for _, _, first in rows[1:]]
    spans = zip(rows, [*ends, math.inf], strict=True) if rows else ()
    return [
        (row.message_id, revision, first)
        for (row, revision, first), end in spans
        if (row.case_id == case.id and row.state == "joined") or any(first < file <= end for file in used)
    ]


def _row(item: KeptFile, message_id: int, revision: int, cipher: Cipher) -> FileRow:
    row_id = uuid.uuid4()
    others = [[other.page, other.looks_like] for other in item.others]
    content = json.dumps({"name": item.name, "sha256": item.sha256, "path": item.path, "others": others})
    return FileRow(
        id=row_id,
        message_id=message_id,
        revision=revision,
        number=item.file,
        media=item.media.value,
        size_bytes=item.size_bytes,
        inline=item.inline,
        content=cipher.seal(content, _cell(row_id)),
        pages=[page.model_dump(mode="json") for page in item.pages],
    )


def _file(row: FileRow, cipher: Cipher, first_file: int) -> KeptFile:
    content = json.loads(cipher.open(row.content, _cell(row.id)))
    return KeptFile(
        file=first_file + row.number,
        name=content["name"],
        media=Media(row.media),
        size_bytes=row.size_bytes,
        sha256=content["sha256"],
        path=tuple(content["path"]),
        inline=row.inline,
        pages=tuple(PageGeometry.model_validate(page) for page in row.pages),
        # Rows of earlier versions say nothing of other pages.
        others=tuple(OtherPage(page=page, looks_like=looks) for page, looks in content.get("others", ())),
    )


def _cell(row: uuid.UUID) -> Cell:
    return Cell(table="files", column="content", row=str(row))
