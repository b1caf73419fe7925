"""超大附件: files that are only linked to. The link dies; it is reported with its date and never followed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import parse_qs, urlsplit

from pipeline.ingest.filename import shown_name
from pipeline.ingest.html_text import CONTEXT_CHARS, Link

#: Hosts (and sub-domains) with the beginnings of the paths that hand out files.
_SERVICES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("mail.163.com", ("/large-attachment-download", "/html/cloud-attachment-download", "/bigfile", "/filehub")),
    ("mail.126.com", ("/large-attachment-download", "/html/cloud-attachment-download", "/bigfile", "/filehub")),
    ("mail.yeah.net", ("/large-attachment-download", "/html/cloud-attachment-download", "/bigfile", "/filehub")),
    ("dashi.163.com", ("/html/cloud-attachment-download",)),
    ("fs.163.com", ("/fs/",)),
    ("u.163.com", ("/",)),
    ("qiye.163.com", ("/large-attachment-download", "/html/cloud-attachment-download", "/bigfile")),
    ("wx.mail.qq.com", ("/ftn/",)),
    ("mail.qq.com", ("/cgi-bin/ftn", "/ftn/")),
    ("exmail.qq.com", ("/cgi-bin/ftn", "/ftn/")),
    ("mail.sina.com.cn", ("/filecenter", "/bigfile")),
    ("mail.sohu.com", ("/bigfile", "/largeattach")),
    ("mail.139.com", ("/largeattach", "/f/", "/disk")),
    ("mail.aliyun.com", ("/alimail/bigfile", "/share")),
    ("pan.baidu.com", ("/s/", "/share/")),
    ("share.weiyun.com", ("/",)),
    ("www.aliyundrive.com", ("/s/",)),
    ("www.alipan.com", ("/s/",)),
    ("cloud.189.cn", ("/t/", "/web/share")),
    ("caiyun.139.com", ("/m/", "/w/")),
)
_URL: Final = re.compile(r"https?://[A-Za-z0-9./?=&%_:#~+,;@!$*'\-]{4,2000}")
_FILE_NAME: Final = re.compile(
    r"([^\s<>\"'“”:：|/\\]{1,100}\.(?:docx?|wps|pdf|jpe?g|png|heic|bmp|tiff?|zip|rar|7z|xlsx?|pptx?|mp4|mov|et|ofd))"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(r"(?<![0-9.])([0-9]{1,6}(?:\.[0-9]{1,3})?)\s?(K|M|G)(?:i?B|字节)?(?![A-Za-z])", re.IGNORECASE)
_DATE: Final = re.compile(r"(20[0-9]{2})\s?[年\-/.]\s?([0-9]{1,2})\s?[月\-/.]\s?([0-9]{1,2})")
_NAME_KEYS: Final = ("filename", "file_name", "fname", "name", "title")
_MAX_FILES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A linked file. `name`, `size` and `expires` are what stands beside the link, None where nothing does."""

    url: str
    name: str | None
    size: str | None
    expires: date | None


def is_file_service(url: str) -> bool:
    """Whether the address belongs to a service that hands out files."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    path = parts.path or "/"
    return any((host == known or host.endswith("." + known)) and path.startswith(starts) for known, starts in _SERVICES)


def text_links(text: str) -> list[Link]:
    """The addresses in plain text with what stands around them."""
    return [
        Link(url=found.group(), context=text[max(0, found.start() - CONTEXT_CHARS) : found.end() + CONTEXT_CHARS])
        for found in _URL.finditer(text)
    ]


def find_remote_files(links: Iterable[Link]) -> tuple[RemoteFile, ...]:
    """The linked files among the links; each name or, without one, each address once."""
    found: dict[str, RemoteFile] = {}
    for link in links:
        if is_file_service(link.url):
            remote = _described(link)
            known = found.get(remote.name or remote.url)
            if known is None or (known.expires is None and remote.expires is not None):
                found[remote.name or remote.url] = remote
        if len(found) >= _MAX_FILES:
            break
    named = [remote for remote in found.values() if remote.name]
    return tuple(named or found.values())


def _described(link: Link) -> RemoteFile:
    context = link.context.replace(link.url, " ")
    name = _name_in_query(link.url) or _nearest_name(context)
    near = context[context.find(name) :] if name and name in context else context
    size = _SIZE.search(near)
    return RemoteFile(
        url=link.url,
        name=shown_name(name) if name else None,
        size=size.group(1) + size.group(2).upper() if size else None,
        expires=_date_in(near) or _date_in(context),
    )


def _name_in_query(url: str) -> str | None:
    try:
        query = parse_qs(urlsplit(url).query, max_num_fields=50)
    except ValueError:
        return None
    values = (query[key][0] for key in _NAME_KEYS if key in query)
    return next((value for value in values if _FILE_NAME.fullmatch(value)), None)


def _nearest_name(context: str) -> str | None:
    """The file name closest to the link, which stands in the middle of its context."""
    middle = min(len(context), CONTEXT_CHARS)
    names = sorted(_FILE_NAME.finditer(context), key=lambda m: abs(m.start() - middle))
    return names[0].group(1) if names else None


def _date_in(text: str) -> date | None:
    for found in _DATE.finditer(text):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            continue
    return None
