"""What a file is, by its bytes. Names and declared types lie: iPhones send HEIC as .jpg, and
`application/octet-stream` hides DOCX, PDF and whole mails."""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.message import Media
from pipeline.ingest.containers import ContainerError
from pipeline.ingest.containers_zip import list_names

_SIGNATURES: Final[tuple[tuple[bytes, Media], ...]] = (
    (b"\xff\xd8\xff", Media.JPEG),
    (b"\x89PNG\r\n\x1a\n", Media.PNG),
    (b"GIF87a", Media.GIF),
    (b"GIF89a", Media.GIF),
    (b"II*\0", Media.TIFF),
    (b"MM\0*", Media.TIFF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Media.OLE),
    (b"{\\rtf", Media.RTF),
    (b"Rar!\x1a\x07", Media.RAR),
    (b"7z\xbc\xaf\x27\x1c", Media.SEVEN_ZIP),
    (b"\x78\x9f\x3e\x22", Media.TNEF),
    (b"\x1f\x8b\x08", Media.GZIP),
)
_WORD_STREAM: Final = "WordDocument\0".encode("utf-16-le")
_BMP_HEADERS: Final = frozenset({12, 40, 52, 56, 64, 108, 124})
_HEIC_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"}
)
_MAIL_FIELD: Final = re.compile(
    rb"(?mi)^(from|to|cc|subject|date|received|message-id|return-path|delivered-to|mime-version|x-mailer)[ \t]*:"
)
_TEXT_CONTROLS: Final = bytes(set(range(32)) - {7, 8, 9, 10, 12, 13, 27})
#: Where a tar archive says what it is.
_TAR_AT: Final = 257
_JUNK_BYTES: Final = 1024
_HEAD_BYTES: Final = 8192


def sniff(content: bytes) -> Media:
    """The type of a file by its bytes. Never raises."""
    head = content[:_HEAD_BYTES]
    if not content[:4096].strip(b"\0 \t\r\n") and not content.strip(b"\0 \t\r\n"):
        return Media.EMPTY
    for signature, media in _SIGNATURES:
        if head.startswith(signature):
            return Media.DOC if media is Media.OLE and _is_old_word(content) else media
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _sniff_zip(content)
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return Media.TAR
    return _sniff_picture(head) or _sniff_document(head)


def is_encrypted_office(content: bytes) -> bool:
    """Whether an OLE file is a DOCX or XLSX behind a password."""
    return "EncryptedPackage".encode("utf-16-le") in content


def _is_old_word(content: bytes) -> bool:
    """Whether an OLE file's directory names the stream of a Word document; its entries lie at multiples of 128."""
    at = content.find(_WORD_STREAM)
    while at >= 0 and at % 128:
        at = content.find(_WORD_STREAM, at + 1)
    return at >= 0


def _sniff_zip(content: bytes) -> Media:
    try:
        names = list_names(content)
    except ContainerError:
        # Truncated: the directory at the end is gone, the names in front are still there.
        return Media.DOCX if b"word/document.xml" in content[: 256 * 1024] else Media.ZIP
    if "word/document.xml" in names or ("[Content_Types].xml" in names and any(n.startswith("word/") for n in names)):
        return Media.DOCX
    if any(name.startswith("xl/workbook.") for name in names):
        return Media.XLSX
    office = "[Content_Types].xml" in names or "META-INF/manifest.xml" in names or "OFD.xml" in names
    return Media.UNKNOWN if office else Media.ZIP


def _sniff_picture(head: bytes) -> Media | None:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Media.WEBP
    if head.startswith(b"BM") and len(head) > 26 and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return Media.BMP
    if head[4:8] == b"ftyp":
        box = head[8 : max(16, min(int.from_bytes(head[:4], "big"), 256))]
        brands = {box[at : at + 4] for at in range(0, len(box), 4)}
        return Media.HEIC if brands & _HEIC_BRANDS and b"avif" not in brands else Media.UNKNOWN
    return None


def _sniff_document(head: bytes) -> Media:
    if b"%PDF-" in head[:_JUNK_BYTES]:
        return Media.PDF
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Media.TEXT
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    lower = start[:_JUNK_BYTES].lower()
    if lower.startswith(b"begin:vcalendar"):
        return Media.CALENDAR
    if _is_mail(start):
        return Media.EMAIL
    if lower.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in lower:
        return Media.HTML
    if lower.startswith((b"<?xml", b"<svg", b"%!ps", b"mime-version:")):
        return Media.UNKNOWN
    controls = len(head) - len(head.translate(None, _TEXT_CONTROLS))
    return Media.TEXT if controls * 50 <= len(head) and b"\0\0" not in head else Media.UNKNOWN


def _is_mail(start: bytes) -> bool:
    """Two different mail headers in the first block, one of them a sender's; a web archive (MHT) has none."""
    block = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    if _MAIL_FIELD.match(block) is None and not re.match(rb"(?:>?From |[A-Za-z][A-Za-z0-9\-]{1,60}[ \t]*:)", block):
        return False
    names = {name.lower() for name in _MAIL_FIELD.findall(block)}
    saved_page = b"from: <saved by" in block[:200].lower() or b"\nfrom: <saved by" in block.lower()
    return len(names) >= 2 and bool(names & {b"from", b"received", b"return-path"}) and not saved_page
