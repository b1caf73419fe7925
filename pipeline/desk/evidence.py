"""What an officer sees of a mail: its attachments, safe pictures of their pages, its tables and its text.

Guaranteed: no byte of a sender's leaves the sandbox as it came; pictures are drawn anew, with the viewer's name in
their pixels. Unless ID numbers are revealed they are covered, and where it is not known that every number of a page is
inside a box, the whole page is made unreadable. Nothing is written to disk. Who may look at a case, and that looking
and revealing are recorded, is the caller's to see to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from pipeline.domain.masking import mask_identity_numbers
from pipeline.domain.message import Attachment, KeptFile, Media, Submission
from pipeline.domain.pages import OtherPage, PageGeometry
from pipeline.ingest.part_kinds import CONVERTED
from pipeline.pictures.page_source import THREADED
from pipeline.pictures.requests import (
    DEFAULT_WIDTH_PX,
    DocumentGrid,
    GridAnswer,
    GridRequest,
    ShowAnswer,
    ShowRequest,
    Watermark,
)
from pipeline.pictures.trouble import NotShownError, Trouble, trouble_of
from pipeline.profile.schema import Profile
from pipeline.reading.converted_files import ConvertedFiles
from pipeline.reading.reader import NotConvertedError, SandboxedReader
from pipeline.reading.unpacked_mails import UnpackedMails
from pipeline.sandbox.errors import JobError
from pipeline.sandbox.frame import JobReply
from pipeline.sandbox.pool import Jail
from pipeline.store.errors import UnknownCaseError
from pipeline.store.file_rows import MailFiles, PartMail
from pipeline.store.store import Store

MEDIA_TYPE: Final = "image/jpeg"
#: Of a mail's text; a longer one is cut.
MAX_TEXT: Final = 50_000
#: A page this wide may take no more of the service's memory once it is encoded.
_MAX_PICTURE_BYTES: Final = 32 * 1024 * 1024
_WITH_TABLES: Final = CONVERTED | {Media.DOCX, Media.HTML}


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks, as the watermark names them."""

    name: str
    login: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """A page of a file that can be shown, with its upright size as it was read; pages count from 1."""

    page: int
    width_px: int
    height_px: int
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """An attachment, `file` as places name it. `name` and the containers in `path` are safe to show as text.

    `pages` is empty where the mail was decided before they were noted, or the file could not be read: then page 1 may
    still be asked for, and its picture says how many there are. `has_grid`: its tables can be asked for. `others` says what
    pages look like that are neither form nor paper.
    """

    file: int
    name: str = field(repr=False)
    media: Media
    size_bytes: int
    path: tuple[str, ...] = field(repr=False)
    inline: bool
    pages: tuple[ShownPage, ...]
    has_grid: bool
    others: tuple[OtherPage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that may be sent to a browser. `pages` is how many the file has, None where nobody counted.

    `placed` says that boxes of fields fit it; `hidden` that the whole page is unreadable until it is revealed.
    """

    content: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    pages: int | None
    placed: bool
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """A mail's own text, as plain text. `sent` is what the sender's machine claims, `received` the server's word."""

    subject: str = field(repr=False)
    sender: str = field(repr=False)
    sender_name: str = field(repr=False)
    sender_refuted: bool
    recipients: tuple[str, ...] = field(repr=False)
    sent: datetime | None
    received: datetime
    text: str = field(repr=False)
    cut: bool


class Evidence:
    """Shows what came with a case's mail. Safe for threads.

    Every method raises `UnknownCaseError`, `NotShownError` (with a Chinese sentence), the store's errors (the kept
    mail may be missing), and `JailBrokenError` when the sandbox itself is gone.
    """

    def __init__(self, store: Store, jail: Jail, profile: Profile, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._jail = jail
        self._profile = profile
        self._clock = clock
        reader = SandboxedReader(jail=jail)
        self._mails = UnpackedMails(store.archive, reader)
        self._converted = ConvertedFiles(reader)

    def attachments(self, case_id: str) -> tuple[ShownFile, ...]:
        """The attachments of the case's mails in order, those in archives and forwarded mails among them."""
        mail = self._mail(case_id)
        files = [*mail.files, *(item for part in mail.mails if not part.kept for item in self._counted(part))]
        return tuple(_shown(item) for item in sorted(files, key=lambda item: item.file))

    def _counted(self, part: PartMail) -> list[KeptFile]:
        """The files of a mail that was decided before they were noted."""
        attachments = [item for item in self._mails.of(part.sha256).attachments if item.body is None]
        return [KeptFile.of(item, number) for number, item in enumerate(attachments, start=part.first_file + 1)]

    def page_picture(
        self,
        case_id: str,
        file: int,
        page: int,
        *,
        viewer: Viewer,
        revealed: bool,
        max_width: int = DEFAULT_WIDTH_PX,
    ) -> Picture:
        """A page of an attachment, at most `max_width` pixels wide (64 to 3200), upright as boxes mean it."""
        mail = self._mail(case_id)
        kept, found = self._find(mail, file)
        geometry = next((item for item in kept.pages if item.page == page), None) if kept is not None else None
        hidden = not revealed and _is_hidden(geometry)
        if page < 1:
            raise NotShownError(Trouble.NO_PAGE)
        attachment = self._readable(found)
        request = ShowRequest(
            media=attachment.media,
            page=page,
            geometry=geometry,
            max_width_px=max_width,
            covers=() if revealed or geometry is None else geometry.id_boxes,
            pixelated=hidden,
            watermark=self._watermark(viewer),
        )
        job = "show_heic" if attachment.media in THREADED else "show"
        reply = self._run(job, request.model_dump_json().encode(), attachment.content)
        return _picture(reply, placed=geometry is not None, hidden=hidden)

    def document_grid(self, case_id: str, file: int, *, revealed: bool) -> DocumentGrid:
        """The tables of a Word file or of a mail's own HTML; ID numbers are masked unless revealed."""
        _, found = self._find(self._mail(case_id), file)
        if found.media not in _WITH_TABLES:
            raise NotShownError(Trouble.NO_TABLE)
        attachment = self._readable(found)
        request = GridRequest(media=attachment.media, masked=not revealed)
        reply = self._run("grid", request.model_dump_json().encode(), attachment.content)
        try:
            answer = GridAnswer.model_validate_json(reply.record_json)
        except ValidationError:
            raise NotShownError(Trouble.BROKEN) from None
        if answer.grid is None:
            raise NotShownError(answer.trouble or Trouble.BROKEN)
        return answer.grid

    def mail_text(self, case_id: str, *, revealed: bool) -> MailText:
        """The mail's text, sender and dates, with the texts of those that joined it; ID numbers are masked unless revealed."""
        mail = self._mail(case_id)
        submission = self._mails.of(mail.sha256)
        hide = (lambda text: text) if revealed else mask_identity_numbers
        text = "".join((submission.text, *(self._later_text(part) for part in mail.mails[1:])))
        return MailText(
            subject=hide(submission.subject),
            sender=submission.sender,
            sender_name=hide(submission.sender_name),
            sender_refuted=submission.sender_refuted,
            recipients=submission.recipients,
            sent=submission.date_header,
            received=mail.received,
            text=hide(text[:MAX_TEXT]),
            cut=len(text) > MAX_TEXT,
        )

    def _later_text(self, part: PartMail) -> str:
        """A later mail's text under a line that tells it from the one before."""
        submission = self._mails.of(part.sha256)
        when = part.received.astimezone(self._profile.zone).strftime("%Y-%m-%d %H:%M")
        head = f"后续来信　收到 {when}　发件人 {submission.sender or '不明'}（{_standing(submission)}）　主题：{submission.subject}"
        return f"\n\n———— {head} ————\n{submission.text}"

    def _mail(self, case_id: str) -> MailFiles:
        mail = self._store.mail_files(case_id)
        if mail is None:
            raise UnknownCaseError(f"case {case_id}: there is no such case")
        return mail

    def _find(self, mail: MailFiles, file: int) -> tuple[KeptFile | None, Attachment]:
        """The attachment of that number: by its digest where it was kept, because a later program may count otherwise."""
        part = mail.mail_of(file)
        submission = self._mails.of(part.sha256)
        if not part.kept:
            return None, _numbered(submission, file - part.first_file)
        kept = next((item for item in mail.files if item.file == file), None)
        digest = None if kept is None else kept.sha256
        found = next((item for item in submission.attachments if item.sha256 == digest), None)
        if found is None:
            raise NotShownError(Trouble.NO_FILE)
        return kept, found

    def _readable(self, attachment: Attachment) -> Attachment:
        """The attachment as it was read: an old Word file as the DOCX that was made of it."""
        if attachment.media not in CONVERTED:
            return attachment
        try:
            docx = self._converted.of(attachment)
        except NotConvertedError:
            raise NotShownError(Trouble.UNREADABLE) from None
        except JobError as error:
            raise NotShownError(trouble_of(error)) from None
        return attachment.model_copy(update={"media": Media.DOCX, "content": docx})

    def _run(self, job: str, header: bytes, content: bytes) -> JobReply:
        try:
            return self._jail.run(job, header, content)
        except JobError as error:
            raise NotShownError(trouble_of(error)) from None

    def _watermark(self, viewer: Viewer) -> Watermark:
        at = self._clock().astimezone(self._profile.zone).strftime("%Y-%m-%d %H:%M")
        login = "".join(c if " " <= c <= "~" else "?" for c in viewer.login)[:60]
        name = "".join(c for c in viewer.name if c.isprintable())[:60]
        return Watermark(text=f"{name} {login} {at}", plain=f"{login} {at}")


def _standing(submission: Submission) -> str:
    return "可能是冒用的" if submission.sender_refuted else "未经核实"


def _is_hidden(geometry: PageGeometry | None) -> bool:
    """Whether a page may show an ID number at a place nobody knows."""
    return geometry is None or geometry.id_unplaced


def _shown(item: KeptFile) -> ShownFile:
    pages = tuple(
        ShownPage(page=page.page, width_px=page.width_px, height_px=page.height_px, hidden=_is_hidden(page))
        for page in item.pages
    )
    return ShownFile(
        file=item.file,
        name=item.name,
        media=item.media,
        size_bytes=item.size_bytes,
        path=item.path,
        inline=item.inline,
        pages=pages,
        has_grid=item.media in _WITH_TABLES,
        others=item.others,
    )


def _numbered(submission: Submission, file: int) -> Attachment:
    if not 1 <= file <= len(submission.attachments):
        raise NotShownError(Trouble.NO_FILE)
    return submission.attachments[file - 1]


def _picture(reply: JobReply, *, placed: bool, hidden: bool) -> Picture:
    """Check what the sandbox says before it goes any further: it has seen a sender's bytes."""
    try:
        answer = ShowAnswer.model_validate_json(reply.record_json)
    except ValidationError:
        raise NotShownError(Trouble.BROKEN) from None
    if answer.trouble is not None:
        raise NotShownError(answer.trouble)
    content = reply.blobs[0] if len(reply.blobs) == 1 else b""
    good = content.startswith(b"\xff\xd8\xff") and len(content) <= _MAX_PICTURE_BYTES
    if not good or answer.width_px is None or answer.height_px is None:
        raise NotShownError(Trouble.BROKEN)
    return Picture(
        content=content,
        media_type=MEDIA_TYPE,
        width=answer.width_px,
        height=answer.height_px,
        pages=answer.pages,
        placed=placed,
        hidden=hidden,
    )
