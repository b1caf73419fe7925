"""Content-Type and Content-Disposition: value, parameters, file names in all their spellings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

from pipeline.ingest.charset import decode_text
from pipeline.ingest.mime_headers import MAX_VALUE_BYTES, clean_line, decode_header, unfold

_KEY: Final = re.compile(r"([^*]{1,60})(?:\*([0-9]{1,3}))?(\*)?")
_PERCENT: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_MAX_PARAMETERS: Final = 200
#: Long enough to keep the ending of a name; what is shown is cut shorter later.
_MAX_NAME_CHARS: Final = MAX_VALUE_BYTES


@dataclass(frozen=True, slots=True)
class Parameterised:
    """A header value such as `attachment; filename=x`. Values of `parameters` are raw, by lower-case name."""

    value: str = ""
    parameters: dict[str, bytes] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A parameter as clean text, "" when absent. The RFC 2231 spelling (`name*`) wins over the plain one."""
        return _extended(self.parameters, name) or _plain(self.parameters.get(name, b""))


def parse_parameterised(raw: bytes | None) -> Parameterised:
    """Parse; whatever cannot be parsed is left out."""
    value = unfold((raw or b"")[:MAX_VALUE_BYTES])
    pieces = list(_split(value))
    parameters: dict[str, bytes] = {}
    for piece in pieces[1 : _MAX_PARAMETERS + 1]:
        key, found, text = piece.partition(b"=")
        if found:
            parameters.setdefault(key.strip().decode("latin-1").lower(), _unquoted(text.strip()))
    main = pieces[0].strip().decode("latin-1").lower() if pieces else ""
    return Parameterised(main[:100], parameters)


def _is_escape(value: bytes, at: int) -> bool:
    """A backslash that escapes. Behind an 8-bit byte it is the second half of a GBK character (0x5C)."""
    return value[at : at + 1] == b"\\" and value[at + 1 : at + 2] in (b'"', b"\\") and value[at - 1] < 0x80


def _split(value: bytes) -> Iterator[bytes]:
    """The pieces between semicolons outside quotes."""
    start = at = 0
    quoted = False
    while at < len(value):
        byte = value[at : at + 1]
        if quoted and _is_escape(value, at):
            at += 1
        elif byte == b'"':
            quoted = not quoted
        elif byte == b";" and not quoted:
            yield value[start:at]
            start = at + 1
        at += 1
    yield value[start:]


def _unquoted(text: bytes) -> bytes:
    if not text.startswith(b'"'):
        return text
    inner = text[1:-1] if len(text) > 1 and text.endswith(b'"') else text[1:]
    out = bytearray()
    at = 0
    while at < len(inner):
        if (at and _is_escape(inner, at)) or (at == 0 and inner[:2] in (b'\\"', b"\\\\")):
            at += 1
        out += inner[at : at + 1]
        at += 1
    return bytes(out)


def _plain(raw: bytes) -> str:
    """A plain parameter: raw GBK or UTF-8, encoded words (against the RFC, but common), or percent-encoded UTF-8."""
    text = decode_header(raw, max_chars=_MAX_NAME_CHARS)
    if text.isascii() and _PERCENT.search(text):
        try:
            return clean_line(unquote_to_bytes(text).decode("utf-8"), max_chars=_MAX_NAME_CHARS)
        except UnicodeDecodeError:
            return text
    return text


def _extended(parameters: dict[str, bytes], name: str) -> str:
    """RFC 2231: sections are joined as bytes before decoding, since senders split inside characters."""
    sections: dict[int, tuple[bool, bytes]] = {}
    for key, raw in parameters.items():
        match = _KEY.fullmatch(key)
        if match and match.group(1) == name and (match.group(2) or match.group(3)):
            sections[int(match.group(2) or 0)] = (bool(match.group(3)), raw)
    if not sections:
        return ""
    ordered = [sections[number] for number in sorted(sections)]
    if not any(encoded for encoded, _ in ordered):
        return _plain(b"".join(raw for _, raw in ordered))
    charset, first = _charset_and_rest(ordered[0][1]) if ordered[0][0] else ("", ordered[0][1])
    joined = b"".join(
        unquote_to_bytes(raw) if encoded else raw for encoded, raw in [(ordered[0][0], first), *ordered[1:]]
    )
    return clean_line(decode_text(joined, charset), max_chars=_MAX_NAME_CHARS)


def _charset_and_rest(raw: bytes) -> tuple[str, bytes]:
    parts = raw.split(b"'", 2)
    return (parts[0].decode("latin-1"), parts[2]) if len(parts) == 3 else ("", raw)
