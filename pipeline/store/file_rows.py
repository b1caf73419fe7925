"""The files of a mail, to rows and back."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.message import KeptFile, Media
from pipeline.domain.pages import PageGeometry
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.models import Case, Message
from pipeline.store.models_files import FileRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFiles:
    """The mail of a case and the files it carried; none where it was decided before they were kept."""

    message_id: int
    sha256: str
    received: datetime
    files: tuple[KeptFile, ...] = field(repr=False)


def write_files(files: tuple[KeptFile, ...], message_id: int, revision: int, cipher: Cipher) -> list[FileRow]:
    """The rows of a decision's files."""
    return [_row(item, message_id, revision, cipher) for item in files]


def read_files(session: Session, cipher: Cipher, case_id: str) -> MailFiles | None:
    """The files of the mail that led to a case, as the case's decision saw them; None without such a case."""
    try:
        identity = uuid.UUID(case_id)
    except ValueError:
        return None
    found = session.execute(
        select(Message.id, Message.sha256, Message.received, Case.revision)
        .join(Case, Case.message_id == Message.id)
        .where(Case.id == identity)
    ).one_or_none()
    if found is None:
        return None
    query = select(FileRow).where(FileRow.message_id == found.id, FileRow.revision == found.revision)
    rows = session.scalars(query.order_by(FileRow.number))
    files = tuple(_file(row, cipher) for row in rows)
    return MailFiles(message_id=found.id, sha256=found.sha256, received=found.received, files=files)


def _row(item: KeptFile, message_id: int, revision: int, cipher: Cipher) -> FileRow:
    row_id = uuid.uuid4()
    content = json.dumps({"name": item.name, "sha256": item.sha256, "path": item.path})
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


def _file(row: FileRow, cipher: Cipher) -> KeptFile:
    content = json.loads(cipher.open(row.content, _cell(row.id)))
    return KeptFile(
        file=row.number,
        name=content["name"],
        media=Media(row.media),
        size_bytes=row.size_bytes,
        sha256=content["sha256"],
        path=tuple(content["path"]),
        inline=row.inline,
        pages=tuple(PageGeometry.model_validate(page) for page in row.pages),
    )


def _cell(row: uuid.UUID) -> Cell:
    return Cell(table="files", column="content", row=str(row))
