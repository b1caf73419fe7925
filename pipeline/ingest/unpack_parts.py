"""Walks a mail's parts: bodies become text, files become attachments, containers are opened."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Final

from pipeline.domain.finding import Finding
from pipeline.domain.message import Attachment, Media
from pipeline.ingest import details
from pipeline.ingest.charset import decode_text
from pipeline.ingest.containers_zip import ZipContainerError, ZipTrouble, read_members
from pipeline.ingest.filename import shown_name
from pipeline.ingest.html_text import Link, read_html, tidy_text
from pipeline.ingest.mime_headers import decode_header
from pipeline.ingest.mime_transfer import find_uuencoded
from pipeline.ingest.mime_tree import Part, TreeBudget, read_tree
from pipeline.ingest.picture_size import find_size_px
from pipeline.ingest.remote import find_remote_files, text_links
from pipeline.ingest.sniff import is_encrypted_office, sniff

#: What the readers can read.
READABLE: Final = frozenset(
    {Media.DOCX, Media.PDF, Media.JPEG, Media.PNG, Media.GIF, Media.BMP, Media.TIFF, Media.WEBP, Media.HEIC}
)
_PICTURES: Final = frozenset({Media.JPEG, Media.PNG, Media.GIF, Media.BMP, Media.WEBP, Media.TIFF, Media.HEIC})
#: Declared types that carry no filing: signatures, business cards, invitations, delivery reports.
_SILENT: Final = frozenset(
    {
        "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
        "application/pgp-keys", "text/vcard", "text/x-vcard", "text/directory", "text/calendar", "application/ics",
        "message/delivery-status", "message/disposition-notification", "text/rfc822-headers", "message/feedback-report",
    }
)  # fmt: skip
_ENCRYPTED_MAIL: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_MAILS: Final = frozenset({"message/rfc822", "message/global", "message/news"})
#: What a body can be; anything else in a text part is a file that lost its name.
_TEXTUAL: Final = frozenset({Media.TEXT, Media.HTML, Media.EMPTY, Media.EMAIL, Media.UNKNOWN, Media.CALENDAR})
_DECORATION_SIDE_PX: Final = 120
_DECORATION_BYTES: Final = 2048
_ENDINGS: Final = {Media.JPEG: ".jpg", Media.EMAIL: ".eml", Media.TIFF: ".tif", Media.TEXT: ".txt", Media.UNKNOWN: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the mail something lies: the names of its containers, and how deep it is in all and in archives."""

    path: tuple[str, ...] = ()
    depth: int = 0
    zip_depth: int = 0

    def deeper(self) -> Place:
        """One multipart further in."""
        return replace(self, depth=self.depth + 1)

    def inside(self, container: str, *, zipped: bool = False) -> Place:
        """Inside a nested mail or an archive."""
        return Place(path=(*self.path, container), depth=self.depth + 1, zip_depth=self.zip_depth + zipped)


class PartCollector:
    """Collects what a mail holds, nested mails and archives included."""

    def __init__(self, budget: TreeBudget) -> None:
        self._budget = budget
        self._zip_bytes_left = budget.limits.zip_bytes
        self._zip_members_left = budget.limits.zip_members
        self._texts: list[str] = []
        self._links: list[Link] = []
        self._cids: set[str] = set()
        self._seen: set[str] = set()
        self._skip_mails = False
        self.attachments: list[Attachment] = []
        self.findings: list[Finding] = []

    def collect(self, mail: Part, *, skip_mails: bool) -> None:
        """Take a whole mail apart. `skip_mails` leaves nested mails alone: a bounce only returns them."""
        self._skip_mails = skip_mails
        self._collect_mail(mail, place=Place())
        self.findings.extend(details.remote(found) for found in find_remote_files(self._links))

    def text(self) -> str:
        """The readable text of all bodies."""
        return "\n\n".join(self._texts)[: self._budget.limits.text_chars]

    def _collect_mail(self, mail: Part, *, place: Place) -> None:
        self._note_cids(mail)
        self._walk(mail, place=place, html_is_text=True)

    def _note_cids(self, part: Part) -> None:
        for child in part.children:
            self._note_cids(child)
        if part.media == "text/html" and not part.children:
            self._cids |= read_html(_body_text(part)).cids

    def _walk(self, part: Part, *, place: Place, html_is_text: bool) -> None:
        if part.children:
            if part.media == "multipart/alternative":
                html_is_text = not any(_has_plain_text(child) for child in part.children)
            for child in part.children:
                self._walk(child, place=place.deeper(), html_is_text=html_is_text)
        elif self._is_body(part):
            self._take_body(part, html_is_text=html_is_text, place=place)
        else:
            self._take_part(part, place=place)

    def _is_body(self, part: Part) -> bool:
        if part.disposition.value == "attachment" or part.media in _SILENT:
            return False
        return part.media.startswith(("text/", "multipart/"))

    def _take_body(self, part: Part, *, html_is_text: bool, place: Place) -> None:
        content = part.content()
        if sniff(content) not in _TEXTUAL:
            self._take_file(
                content, name=part.declared_name, place=place, inline=False
            )  # a file without any header of one
            return
        source = decode_text(content, part.content_type.text("charset"))
        if "html" in part.media:
            self._take_html(source, keep_text=html_is_text)
            return
        self._links.extend(text_links(source[: 4 * self._budget.limits.text_chars]))
        self._add_text(tidy_text(source[: 4 * self._budget.limits.text_chars]))
        for raw_name, file in find_uuencoded(content):
            self._take_file(file, name=decode_header(raw_name), place=place, inline=False)

    def _take_html(self, source: str, *, keep_text: bool) -> None:
        page = read_html(source)
        self._links.extend(page.links)
        if keep_text:
            self._add_text(page.text)

    def _add_text(self, text: str) -> None:
        if text:
            self._texts.append(text[: self._budget.limits.text_chars])

    def _take_part(self, part: Part, *, place: Place) -> None:
        if part.media in _SILENT:
            return
        name = part.declared_name
        if part.media in _ENCRYPTED_MAIL:
            self.findings.append(details.encrypted_mail(shown_name(name, default="加密邮件")))
            return
        content = part.content()
        if part.media in _MAILS:
            self._take_mail(content, name=name, place=place)
            return
        if self._is_decoration(part, content):
            return
        self._take_file(content, name=name, place=place, inline=self._is_shown(part))

    def _is_shown(self, part: Part) -> bool:
        return part.content_id in self._cids if part.content_id else part.disposition.value == "inline"

    def _is_decoration(self, part: Part, content: bytes) -> bool:
        """A logo, a line or a tracking pixel: a small picture that the body shows."""
        media = sniff(content[:65536]) if part.media.startswith("image/") or part.content_id else None
        if media not in _PICTURES:
            return False
        size = find_size_px(content, media)
        if size is not None and max(size) <= 3:
            return True
        if not self._is_shown(part):
            return False
        return min(size) < _DECORATION_SIDE_PX if size is not None else len(content) < _DECORATION_BYTES

    def _take_file(self, content: bytes, *, name: str, place: Place, inline: bool) -> None:
        media = sniff(content)
        shown = shown_name(name, default=f"未命名附件{_ENDINGS.get(media, '.' + media.value)}")
        if media is Media.EMPTY:
            self.findings.append(details.empty(shown))
        elif media is Media.EMAIL:
            self._take_mail(content, name=name, place=place)
        elif media is Media.ZIP:
            self._take_zip(content, name=shown, place=place)
        elif media is Media.TEXT:
            self._take_text_file(content)
        elif media in READABLE:
            self._add_attachment(content, media, shown, place, inline=inline)
        elif media is Media.OLE and is_encrypted_office(content):
            self.findings.append(details.encrypted(shown))
        elif media is not Media.CALENDAR:
            self.findings.append(details.unsupported(shown, media))

    def _take_text_file(self, content: bytes) -> None:
        """Text files cannot hold a form; what they say is kept with the mail's own text."""
        if not content[:100].lstrip().upper().startswith(b"BEGIN:VCARD"):
            self._add_text(tidy_text(decode_text(content[: 4 * self._budget.limits.text_chars])))

    def _add_attachment(self, content: bytes, media: Media, name: str, place: Place, *, inline: bool) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 in self._seen:
            return  # the same bytes again, as when a thread quotes its own pictures
        if len(self.attachments) >= self._budget.limits.attachments:
            self._budget.exceeded.add("attachments")
            return
        self._seen.add(sha256)
        self.attachments.append(
            Attachment(name=name, media=media, content=content, sha256=sha256, path=place.path, inline=inline)
        )

    def _take_mail(self, content: bytes, *, name: str, place: Place) -> None:
        if self._skip_mails:
            return
        if place.depth >= self._budget.limits.depth:
            self.findings.append(details.nested_too_deep(shown_name(name, default="转发的邮件.eml")))
            return
        mail = read_tree(content, self._budget, depth=place.depth + 1)
        shown = shown_name(name or f"{mail.headers.text('subject') or '转发的邮件'}.eml")
        self._collect_mail(mail, place=place.inside(shown))

    def _take_zip(self, content: bytes, *, name: str, place: Place) -> None:
        if place.zip_depth >= self._budget.limits.zip_depth or place.depth >= self._budget.limits.depth:
            self.findings.append(details.nested_too_deep(name))
            return
        try:
            self._take_members(content, name=name, place=place)
        except ZipContainerError as error:
            self.findings.append(details.zip_trouble(name, error.trouble))

    def _take_members(self, content: bytes, *, name: str, place: Place) -> None:
        members = 0
        for member in read_members(content, limits=self._budget.limits, budget_bytes=self._zip_bytes_left):
            members += 1
            self._zip_members_left -= 1
            self._zip_bytes_left -= len(member.content)
            if self._zip_members_left < 0 or self._zip_bytes_left < 0:
                raise ZipContainerError(ZipTrouble.MEMBERS if self._zip_members_left < 0 else ZipTrouble.SIZE)
            if member.trouble is ZipTrouble.SIZE:
                raise ZipContainerError(ZipTrouble.SIZE)
            shown = shown_name(member.untrusted_name)
            if member.trouble is not None:
                self.findings.append(details.zip_trouble(shown, member.trouble))
            else:
                self._take_file(member.content, name=shown, place=place.inside(name, zipped=True), inline=False)
        if not members:
            self.findings.append(details.empty(name))


def _body_text(part: Part) -> str:
    return decode_text(part.content(), part.content_type.text("charset"))


def _has_plain_text(part: Part) -> bool:
    return part.media == "text/plain" and not part.children and bool(part.content().strip())
