"""Walks a mail's parts: bodies become text, files become attachments, containers are opened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from pipeline.domain.finding import Finding
from pipeline.domain.message import Attachment, Media
from pipeline.ingest import details
from pipeline.ingest.charset import decode_text
from pipeline.ingest.containers import ContainerError, ContainerTrouble, Member
from pipeline.ingest.containers_libarchive import LibraryMissingError
from pipeline.ingest.containers_tnef import read_tnef
from pipeline.ingest.filename import shown_name
from pipeline.ingest.html_text import Link, read_html, shown_pictures, tidy_text
from pipeline.ingest.letter_tables import NO_LETTER, Letter, has_table, letter_tables
from pipeline.ingest.mime_headers import decode_header
from pipeline.ingest.mime_transfer import find_uuencoded
from pipeline.ingest.mime_tree import Part, TreeBudget, read_tree
from pipeline.ingest.part_kinds import (
    ENCRYPTED_MAIL,
    MAILS,
    READABLE,
    SILENT,
    TEXTUAL,
    body_text,
    has_plain_text,
    is_body,
    is_decoration,
)
from pipeline.ingest.passwords import find_passwords
from pipeline.ingest.remote import find_remote_files, text_links
from pipeline.ingest.sniff import is_encrypted_office, sniff
from pipeline.ingest.unpack_archives import ARCHIVES, Archive, ArchiveOpener

_ENDINGS: Final = {Media.JPEG: ".jpg", Media.EMAIL: ".eml", Media.TIFF: ".tif", Media.TEXT: ".txt", Media.UNKNOWN: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the mail something lies: the names of its containers, how deep it is in all and in archives, in which letter."""

    path: tuple[str, ...] = ()
    depth: int = 0
    zip_depth: int = 0
    letter: Letter = NO_LETTER

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
        self._opener = ArchiveOpener(budget.limits)
        self._locked: list[tuple[Archive, Place]] = []
        self._texts: list[str] = []
        self._links: list[Link] = []
        self._cids: set[str] = set()
        self._seen: set[str] = set()
        self._skip_mails = False
        self._tables: list[Attachment] = []
        self.attachments: list[Attachment] = []
        self.findings: list[Finding] = []

    def collect(self, mail: Part, *, skip_mails: bool, subject: str = "") -> None:
        """Take a whole mail apart. `skip_mails` leaves nested mails alone: a bounce only returns them.

        Archives behind a password come last, when everything that may name it has been read, the `subject` too.
        """
        self._skip_mails = skip_mails
        self._collect_mail(mail, place=Place())
        self._open_locked(subject)
        # Behind all files: a file keeps its number whatever is typed into the letter.
        self.attachments.extend(self._tables[: self._budget.limits.attachments - len(self.attachments)])
        self.findings.extend(details.remote(found) for found in find_remote_files(self._links))

    def text(self) -> str:
        """The readable text of all bodies."""
        return "\n\n".join(self._texts)[: self._budget.limits.text_chars]

    def _collect_mail(self, mail: Part, *, place: Place) -> None:
        self._note_cids(mail)
        self._walk(mail, place=replace(place, letter=Letter.of(mail.headers)), html_is_text=True)

    def _note_cids(self, part: Part) -> None:
        for child in part.children:
            self._note_cids(child)
        if part.media == "text/html" and not part.children:
            self._cids |= shown_pictures(body_text(part))

    def _walk(self, part: Part, *, place: Place, html_is_text: bool) -> None:
        if part.children:
            if part.media == "multipart/alternative":
                html_is_text = not any(has_plain_text(child) for child in part.children)
            for child in part.children:
                self._walk(child, place=place.deeper(), html_is_text=html_is_text)
        elif is_body(part):
            self._take_body(part, html_is_text=html_is_text, place=place)
        else:
            self._take_part(part, place=place)

    def _take_body(self, part: Part, *, html_is_text: bool, place: Place) -> None:
        content = part.content()
        if sniff(content) not in TEXTUAL:
            self._take_file(
                content, name=part.declared_name, place=place, inline=False
            )  # a file without any header of one
            return
        source = decode_text(content, part.content_type.text("charset"))
        if "html" in part.media:
            self._take_html(source, keep_text=html_is_text, place=place)
            return
        self._links.extend(text_links(source[: 4 * self._budget.limits.text_chars]))
        self._add_text(tidy_text(source[: 4 * self._budget.limits.text_chars]))
        for raw_name, file in find_uuencoded(content):
            self._take_file(file, name=decode_header(raw_name), place=place, inline=False)

    def _take_html(self, source: str, *, keep_text: bool, place: Place) -> None:
        self._take_tables(source, place)
        page = read_html(source)
        self._links.extend(page.links)
        if keep_text:
            self._add_text(page.text)

    def _take_tables(self, source: str, place: Place) -> None:
        for table in letter_tables(source, place.letter):
            content = table.html.encode(errors="replace")
            self._tables.append(
                Attachment(
                    name="邮件正文引用的内容.html" if table.quoted else "邮件正文.html",
                    media=Media.HTML,
                    content=content,
                    sha256=hashlib.sha256(content).hexdigest(),
                    path=place.path,
                    inline=True,
                    body=table.body,
                    quoted=table.quoted,
                )
            )

    def _add_text(self, text: str) -> None:
        if text:
            self._texts.append(text[: self._budget.limits.text_chars])

    def _take_part(self, part: Part, *, place: Place) -> None:
        if part.media in SILENT:
            return
        name = part.declared_name
        if part.media in ENCRYPTED_MAIL:
            self.findings.append(details.encrypted_mail(shown_name(name, default="加密邮件")))
            return
        content = part.content()
        if part.media in MAILS:
            self._take_mail(content, name=name, place=place)
            return
        if is_decoration(part, content, shown=self._is_shown(part)):
            return
        self._take_file(content, name=name, place=place, inline=self._is_shown(part))

    def _is_shown(self, part: Part) -> bool:
        return part.content_id in self._cids if part.content_id else part.disposition.value == "inline"

    def _take_file(self, content: bytes, *, name: str, place: Place, inline: bool) -> None:
        media = sniff(content)
        shown = shown_name(name, default=f"未命名附件{_ENDINGS.get(media, '.' + media.value)}")
        if media is Media.EMPTY:
            self.findings.append(details.empty(shown))
        elif media is Media.EMAIL:
            self._take_mail(content, name=name, place=place)
        elif media is Media.TNEF:
            self._take_tnef(content, name=shown, place=place)
        elif media in ARCHIVES:
            self._take_archive(Archive(name=shown, media=media, content=content), place=place)
        elif media is Media.TEXT:
            self._take_text_file(content)
        elif media in READABLE or (media is Media.HTML and has_table(decode_text(content))):
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

    def _take_tnef(self, content: bytes, *, name: str, place: Place) -> None:
        if place.depth >= self._budget.limits.depth:
            self.findings.append(details.nested_too_deep(name))
            return
        try:
            found = read_tnef(content)
        except ContainerError as error:
            self.findings.append(details.container_trouble(name, error.trouble))
            return
        self._add_text(tidy_text(found.text[: 4 * self._budget.limits.text_chars]))
        self._take_html(found.html, keep_text=not found.text.strip(), place=place)
        for member in found.members:
            if not self._budget.take_part():
                return
            self._take_file(member.content, name=member.untrusted_name, place=place.inside(name), inline=False)

    def _take_archive(self, archive: Archive, *, place: Place) -> None:
        if place.zip_depth >= self._budget.limits.zip_depth or place.depth >= self._budget.limits.depth:
            self.findings.append(details.nested_too_deep(archive.name))
            return
        try:
            self._take_members(self._opener.open(archive), archive, place=place)
        except ContainerError as error:
            if error.trouble is ContainerTrouble.ENCRYPTED:
                self._locked.append((archive, place))
            else:
                self.findings.append(details.container_trouble(archive.name, error.trouble))
        except LibraryMissingError:
            self.findings.append(details.unsupported(archive.name, archive.media))

    def _open_locked(self, subject: str) -> None:
        """Try what the texts give; an archive in an opened one, or a text in it, may bring more to do."""
        while self._locked:
            waiting, self._locked = self._locked, []
            passwords = find_passwords("\n".join((subject, *self._texts)))
            for archive, place in waiting:
                try:
                    self._take_members(self._opener.open_locked(archive, passwords), archive, place=place)
                except ContainerError as error:
                    self.findings.append(_locked_finding(archive, error.trouble, tried=bool(passwords)))
                except LibraryMissingError:
                    self.findings.append(details.encrypted(archive.name))

    def _take_members(self, members: Iterator[Member], archive: Archive, *, place: Place) -> None:
        inside = place.inside(archive.name, zipped=True)
        is_empty = True
        for member in members:
            is_empty = False
            shown = shown_name(member.untrusted_name)
            if member.trouble is not None:
                self.findings.append(details.container_trouble(shown, member.trouble))
            else:
                self._take_file(member.content, name=shown, place=inside, inline=False)
        if is_empty:
            self.findings.append(details.empty(archive.name))


def _locked_finding(archive: Archive, trouble: ContainerTrouble, *, tried: bool) -> Finding:
    if trouble is not ContainerTrouble.ENCRYPTED:
        return details.container_trouble(archive.name, trouble)
    return details.locked(archive.name, tried=tried)
