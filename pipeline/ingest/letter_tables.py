"""The parts of a mail's HTML that may hold a form typed into a table: its own, and what it quotes.

A mail that passes another on counts as that one does; what a reply quotes of its own sender's earlier mail does not
say anything anew. Which of them holds a form is for the readers to find out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from pipeline.domain.message import Body
from pipeline.ingest.addresses import parse_sender
from pipeline.ingest.html_text import MAX_HTML_CHARS
from pipeline.ingest.mime_headers import Headers
from pipeline.ingest.quoted import Section, split_quotes

#: As many as the shortest form has, labels and values; the tables that lay out a signature have fewer.
_LEAST_CELLS: Final = 10
_CELL: Final = re.compile(r"<t[dh]\b", re.IGNORECASE)
_FORWARD: Final = re.compile(r"\s{0,9}(?:转发|轉寄|fwd?)\s{0,3}[:：]", re.IGNORECASE)
_REPLY: Final = re.compile(r"\s{0,9}(?:回复|答复|回覆|re)\s{0,3}[:：]", re.IGNORECASE)
_MOST: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail's headers say of the words in it."""

    sender: str = ""
    is_forward: bool = False
    is_reply: bool = False

    @classmethod
    def of(cls, headers: Headers) -> Self:
        """From a mail's own headers, the nested mail's where it is nested."""
        subject = headers.text("subject")
        forward = _FORWARD.match(subject) is not None
        answers = _REPLY.match(subject) is not None or bool(headers.raw("in-reply-to"))
        sender = parse_sender(headers.raw("from") or b"")[0].lower()
        return cls(sender=sender, is_forward=forward, is_reply=answers and not forward)


#: Of what lies in no mail, as a page in an archive.
NO_LETTER: Final = Letter()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTable:
    """A part of a letter with a table in it, as HTML."""

    html: str
    body: Body
    quoted: bool


def has_table(source: str) -> bool:
    """Whether there are cells enough for a form."""
    return sum(1 for _, _ in zip(range(_LEAST_CELLS), _CELL.finditer(source), strict=False)) == _LEAST_CELLS


def letter_tables(source: str, letter: Letter) -> Iterator[LetterTable]:
    """The parts with tables, the sender's own first; a handful at most."""
    sections = split_quotes(source[:MAX_HTML_CHARS])
    found = [section for section in sections if has_table(section.html)]
    for section in found[:_MOST]:
        yield LetterTable(html=section.html, body=_kind(section, letter), quoted=section.quoted)


def _kind(section: Section, letter: Letter) -> Body:
    if not section.quoted or letter.is_forward:
        return Body.TYPED
    if section.author is None:
        return Body.EARLIER if letter.is_reply else Body.TYPED
    return Body.EARLIER if section.author == letter.sender else Body.TYPED
