"""What a part of a mail is for: text, file, decoration, or nothing that carries a filing."""

from __future__ import annotations

from typing import Final

from pipeline.domain.message import Media
from pipeline.ingest.charset import decode_text
from pipeline.ingest.mime_tree import Part
from pipeline.ingest.picture_size import find_size_px
from pipeline.ingest.sniff import sniff

#: What the readers can read.
READABLE: Final = frozenset(
    {
        Media.DOCX, Media.DOC, Media.RTF, Media.PDF,
        Media.JPEG, Media.PNG, Media.GIF, Media.BMP, Media.TIFF, Media.WEBP, Media.HEIC,
    }
)  # fmt: skip
#: What LibreOffice makes into a DOCX first.
CONVERTED: Final = frozenset({Media.DOC, Media.RTF})
_PICTURES: Final = frozenset({Media.JPEG, Media.PNG, Media.GIF, Media.BMP, Media.WEBP, Media.TIFF, Media.HEIC})
#: Declared types that carry no filing: signatures, business cards, invitations, delivery reports.
SILENT: Final = frozenset(
    {
        "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
        "application/pgp-keys", "text/vcard", "text/x-vcard", "text/directory", "text/calendar", "application/ics",
        "message/delivery-status", "message/disposition-notification", "text/rfc822-headers", "message/feedback-report",
    }
)  # fmt: skip
ENCRYPTED_MAIL: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
MAILS: Final = frozenset({"message/rfc822", "message/global", "message/news"})
#: What a body can be; anything else in a text part is a file that lost its name.
TEXTUAL: Final = frozenset({Media.TEXT, Media.HTML, Media.EMPTY, Media.EMAIL, Media.UNKNOWN, Media.CALENDAR})
_DECORATION_SIDE_PX: Final = 120
_DECORATION_BYTES: Final = 2048


def is_body(part: Part) -> bool:
    """Whether a part is text to be read, as far as it says itself."""
    if part.disposition.value == "attachment" or part.media in SILENT:
        return False
    return part.media.startswith(("text/", "multipart/"))


def is_decoration(part: Part, content: bytes, *, shown: bool) -> bool:
    """A logo, a line or a tracking pixel: a small picture that the body shows (`shown`)."""
    media = sniff(content[:65536]) if part.media.startswith("image/") or part.content_id else None
    if media not in _PICTURES:
        return False
    size = find_size_px(content, media)
    if size is not None and max(size) <= 3:
        return True
    if not shown:
        return False
    return min(size) < _DECORATION_SIDE_PX if size is not None else len(content) < _DECORATION_BYTES


def body_text(part: Part) -> str:
    """A part's text in its character set."""
    return decode_text(part.content(), part.content_type.text("charset"))


def has_plain_text(part: Part) -> bool:
    """Whether a part is plain text and says anything."""
    return part.media == "text/plain" and not part.children and bool(part.content().strip())
