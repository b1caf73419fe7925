"""Header blocks and encoded words, decoded from the raw bytes.

The standard library's `policy.default` damages GBK characters split across encoded words, raw 8-bit
headers and mis-declared gb2312 silently, and raises on some real headers. Here the bytes of
neighbouring words are joined before they are decoded, and nothing raises.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from pipeline.ingest.charset import decode_text
from pipeline.ingest.mime_transfer import decode_base64

_FIELD: Final = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_FOLD: Final = re.compile(rb"\r?\n(?=[ \t])")
_WORD: Final = re.compile(rb"=\?([!->@-~]{1,60})\?([bBqQ])\?([^?]*)\?=")
_Q_ESCAPE: Final = re.compile(rb"=([0-9A-Fa-f]{2})")
MAX_VALUE_BYTES: Final = 20_000
MAX_FIELDS: Final = 2000
MAX_LINE_CHARS: Final = 1000


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one header block in order: lower-case name, raw unfolded value."""

    fields: tuple[tuple[str, bytes], ...] = ()

    def raw(self, name: str) -> bytes | None:
        """The first field of that name (lower case), undecoded."""
        return next((value for key, value in self.fields if key == name), None)

    def raw_all(self, name: str) -> tuple[bytes, ...]:
        """All fields of that name, topmost first."""
        return tuple(value for key, value in self.fields if key == name)

    def text(self, name: str) -> str:
        """The first field of that name as clean text, "" when there is none."""
        return decode_header(self.raw(name) or b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderBlock:
    """A parsed header block; `body_start` is where the body begins in the same buffer."""

    headers: Headers
    body_start: int
    oversize: bool


def read_headers(data: bytes, start: int, end: int, *, limit_bytes: int) -> HeaderBlock:
    """Read the header block at `start`. Like the standard library, a line that is no header begins the body.

    A block over `limit_bytes` is read as far as the limit; its body begins behind the next blank line.
    """
    fields: list[tuple[str, list[bytes]]] = []
    at = start
    while at < end:
        line_end = data.find(b"\n", at, min(end, start + limit_bytes))
        if line_end < 0 and end - start > limit_bytes:
            return HeaderBlock(headers=_headers(fields), body_start=_after_blank_line(data, at, end), oversize=True)
        stop = end if line_end < 0 else line_end + 1
        line = data[at:stop]
        if not line.strip(b"\r\n"):
            at = stop
            break
        if not _take_line(line, fields, first=at == start):
            break
        at = stop
    return HeaderBlock(headers=_headers(fields), body_start=at, oversize=False)


def _take_line(line: bytes, fields: list[tuple[str, list[bytes]]], *, first: bool) -> bool:
    """Add a line to the fields; False when it is none of the header's."""
    if line[:1] in b" \t":
        if fields:
            fields[-1][1].append(line.rstrip(b"\r\n"))
        return bool(fields) or not line.strip()
    field = _FIELD.match(line)
    if field is None:
        return first and line.startswith((b"From ", b">From "))
    if len(fields) < MAX_FIELDS:
        fields.append((field.group(1).decode("ascii").lower(), [line[field.end() :].strip(b"\r\n")]))
    return True


def _after_blank_line(data: bytes, at: int, end: int) -> int:
    ends = [found + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (found := data.find(mark, at, end)) >= 0]
    return min(ends, default=end)


def _headers(fields: list[tuple[str, list[bytes]]]) -> Headers:
    return Headers(tuple((name, b"".join(lines).strip(b" \t")) for name, lines in fields))


def unfold(raw: bytes) -> bytes:
    """A header value on one line."""
    return _FOLD.sub(b"", raw)


def _q_bytes(text: bytes) -> bytes:
    return _Q_ESCAPE.sub(lambda m: binascii.unhexlify(m.group(1)), text.replace(b"_", b" "))


def _run_bytes(run: list[tuple[str, bytes, bytes]]) -> bytes:
    """The bytes of neighbouring words of one character set. Base64 that was cut between words is joined first."""
    if all(kind == b"b" for _, kind, _ in run) and any(len(text) % 4 for _, _, text in run):
        return decode_base64(b"".join(text for _, _, text in run))
    return b"".join(decode_base64(text) if kind == b"b" else _q_bytes(text) for _, kind, text in run)


def _decode_words(raw: bytes) -> str:
    out: list[str] = []
    run: list[tuple[str, bytes, bytes]] = []

    def flush() -> None:
        if run:
            out.append(decode_text(_run_bytes(run), run[0][0]))
            run.clear()

    at = 0
    for word in _WORD.finditer(raw):
        between = raw[at : word.start()]
        charset = word.group(1).split(b"*", 1)[0].decode("ascii", "replace").lower()
        if between.strip(b" \t\r\n") or not run:
            flush()
            out.append(decode_text(between))
        elif charset != run[0][0]:
            flush()
        run.append((charset, word.group(2).lower(), word.group(3).replace(b" ", b"")))
        at = word.end()
    flush()
    out.append(decode_text(raw[at:]))
    return "".join(out)


def clean_line(text: str, *, max_chars: int = MAX_LINE_CHARS) -> str:
    """One line: controls become spaces (a decoded CRLF must not become a header again), hidden characters go."""
    shown = "".join(map(_shown_char, text[: 4 * max_chars]))
    return " ".join(shown.split())[:max_chars]


def _shown_char(char: str) -> str:
    if char.isprintable():
        return char
    return "" if unicodedata.category(char) == "Cf" else " "


def decode_header(raw: bytes, *, max_chars: int = MAX_LINE_CHARS) -> str:
    """A header value as clean text: encoded words (RFC 2047), raw GBK or UTF-8, or a mixture. Never raises."""
    value = unfold(raw[:MAX_VALUE_BYTES])
    return clean_line(_decode_words(value) if b"=?" in value else decode_text(value), max_chars=max_chars)
