"""Where a mail's HTML stops being its sender's and quotes another mail, by the marks mail programs leave.

NetEase, QQ, Foxmail, Outlook, Gmail, Apple Mail and Thunderbird. A mark nobody knows leaves the quoted text with the
sender's own. Linear in the length of the source; never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import islice
from typing import Final

_MARK: Final = re.compile(
    r"""(?ix)
      \bid\s?=\s?["']?(?:x_)?(?:isReplyContent|divRplyFwdMsg|appendonsend|divNeteaseMailCard|ntes-pcmail-quote)\b
    | \bclass\s?=\s?["']?(?:gmail_quote|gmail_attr|moz-cite-prefix|yahoo_quoted)\b
    | <blockquote\b[^<>]{0,200}\btype\s?=\s?["']?cite\b
    | (?:原始邮件|转发邮件信息|转发的邮件|Original\ Message|Forwarded\ message)(?:\s|&nbsp;){0,5}-{3}
    | (?:发件人|\bFrom)(?P<colon>\s{0,3}(?:</?[a-z][^<>]{0,80}>\s{0,3}){0,3}[:：])
    | (?P<wrote>写道|\bwrote)\s{0,3}(?:</[a-z]{1,6}>){0,2}\s{0,3}[:：]
    """
)
#: A line 发件人：… begins a quote only where other header lines follow it.
_FURTHER_LINES: Final = re.compile(r"(?:发送时间|发送日期|日期|收件人|主题)|\b(?:Sent|Date|To|Subject)\b")
_HEADER_CHARS: Final = 1_500
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}")
_AUTHOR_CHARS: Final = 400
_MAX_SECTIONS: Final = 60
#: More lines 发件人： than any conversation has are somebody's who wants each looked at.
_MAX_MARKS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch of a mail's HTML. `author` is the address, in small letters, of whom it quotes; None where unknown."""

    html: str
    quoted: bool = False
    author: str | None = None


def split_quotes(source: str) -> tuple[Section, ...]:
    """The sender's own part first, though it may be empty, then what is quoted, in order."""
    starts = list(_starts(source))
    ends = [at for at, _ in starts[1:]] + [len(source)]
    sections = [Section(html=source[: starts[0][0]] if starts else source)]
    author: str | None = None
    for (at, named), end in zip(starts, ends, strict=True) if starts else ():
        # Several marks announce one quote. Only header lines name its author, and those may do it without an address.
        author = author if named is None else named or None
        sections.append(Section(html=source[at:end], quoted=True, author=author))
    return tuple(sections)


def _starts(source: str) -> Iterator[tuple[int, str | None]]:
    """Where the marks are, with the address each gives: "" where its author has none, None where it names nobody."""
    found = 0
    for mark in islice(_MARK.finditer(source), _MAX_MARKS):
        if mark["colon"] is not None and not _is_header(source, mark.end()):
            continue
        yield mark.start(), _author(source, mark)
        found += 1
        if found == _MAX_SECTIONS:
            return


def _is_header(source: str, at: int) -> bool:
    return _FURTHER_LINES.search(source, at, at + _HEADER_CHARS) is not None


def _author(source: str, mark: re.Match[str]) -> str | None:
    """The address beside the mark: behind 发件人：, before 写道：."""
    if mark["wrote"] is not None:
        found = _ADDRESS.findall(unescape(source[max(0, mark.start() - _AUTHOR_CHARS) : mark.start()]))
        return found[-1].lower() if found else ""
    if mark["colon"] is None:
        return None
    line = _FURTHER_LINES.split(source[mark.end() : mark.end() + _AUTHOR_CHARS], maxsplit=1)[0]
    address = _ADDRESS.search(unescape(line))
    return address[0].lower() if address else ""
