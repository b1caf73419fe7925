"""Mail: where it lies on the server, as it arrived, and taken apart."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from pipeline.domain.base import Frozen
from pipeline.domain.finding import Finding
from pipeline.domain.pages import OtherPage, PageGeometry

#: The inside of a Message-ID's angle brackets: what may go into a header again as it is.
MESSAGE_ID: Final = "[!-;=?-~]{1,300}"
MAX_REFERENCES: Final = 100
#: The folder of the ledger in which papers handed in at the counter (窗口) stand; no server lists it.
COUNTER_FOLDER: Final = "（窗口收件）"
MessageId = Annotated[str, Field(pattern=f"^{MESSAGE_ID}$")]


class ServerKey(Frozen):
    """Where a message lies on the server. The ledger has exactly one row for each.

    `generation` counts how often the folder's UIDs were seen to be used again at the same UIDVALIDITY.
    """

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int
    generation: int = 0


class RawMessage(Frozen):
    """A whole mail as the server gave it.

    `mailbox` is the address it was received at; `received` is the server's INTERNALDATE
    (never the Date header); `sha256` is the hex digest of `content`.
    """

    mailbox: str
    received: AwareDatetime
    sha256: str
    content: bytes


class Media(StrEnum):
    """What a file is by its bytes, whatever its name or declared type."""

    DOCX = "docx"
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"
    WEBP = "webp"
    HEIC = "heic"
    DOC = "doc"  # .doc, .wps
    OLE = "ole"  # .xls, .ppt and whatever else is kept that way
    RTF = "rtf"
    HTML = "html"
    TEXT = "text"
    XLSX = "xlsx"
    ZIP = "zip"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    GZIP = "gzip"
    TAR = "tar"
    EMAIL = "email"
    TNEF = "tnef"
    CALENDAR = "calendar"
    EMPTY = "empty"
    UNKNOWN = "unknown"


class Body(StrEnum):
    """What a part of a mail's own HTML is: typed for this mail (or passed on with it), or the sender's earlier mail quoted."""

    TYPED = "typed"
    EARLIER = "earlier"


class Attachment(Frozen):
    """A file that came with a mail, out of its containers; or, with `body`, a part of the mail's HTML that holds a table.

    `name` is safe to show; `path` names the containers it lay in, outermost first;
    `inline` is true for pictures shown in the mail's body. `quoted` bodies stand behind the mark of a quotation.
    """

    name: str
    media: Media
    content: bytes
    sha256: str
    path: tuple[str, ...] = ()
    inline: bool = False
    body: Body | None = None
    quoted: bool = False


class KeptFile(Frozen):
    """What is kept of an attachment beside the mail itself, so that it can be found and shown again.

    `file` is its number, counted from 1 in the order of the submission. `pages` is the geometry of its pages, empty
    where it could not be read; `others` says of those that are neither form nor paper what they look like. A reader that
    finds another file under that number goes by `sha256`.
    """

    file: Annotated[int, Field(ge=1)]
    name: str
    media: Media
    size_bytes: Annotated[int, Field(ge=0)]
    sha256: str
    path: tuple[str, ...] = ()
    inline: bool = False
    pages: tuple[PageGeometry, ...] = ()
    others: tuple[OtherPage, ...] = ()

    @classmethod
    def of(
        cls, item: Attachment, number: int, pages: tuple[PageGeometry, ...] = (), others: tuple[OtherPage, ...] = ()
    ) -> KeptFile:
        """An attachment as it is kept, under that number."""
        return cls(
            file=number,
            name=item.name,
            media=item.media,
            size_bytes=len(item.content),
            sha256=item.sha256,
            path=item.path,
            inline=item.inline,
            pages=pages,
            others=others,
        )


class Submission(Frozen):
    """A mail taken apart.

    `automatic` says why the mail is no person's doing (bounce, auto-reply, list), else None.
    `findings` are about the mail and its attachments (`attachment.*`, `submission.automatic`).
    `sender_refuted`: the server that took the mail in says that the sender's domain does not stand behind the address.
    `text` is the readable body, HTML reduced to text. `message_id` and `references` (In-Reply-To among them) stand
    without their angle brackets.
    """

    sha256: str
    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    sender_refuted: bool = False
    recipients: tuple[str, ...] = ()
    message_id: MessageId | None = None
    references: Annotated[tuple[MessageId, ...], Field(max_length=MAX_REFERENCES)] = ()
    received_header: AwareDatetime | None = None
    date_header: AwareDatetime | None = None
    text: str = ""
    automatic: str | None = None
    attachments: tuple[Attachment, ...] = ()
    findings: tuple[Finding, ...] = ()
