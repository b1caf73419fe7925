"""Content transfer encodings, undone as real senders apply them.

Two base64 blocks in one part, footers behind the padding, base64 declared over raw binary,
truncated base64: everything that can be decoded is. A damaged file is the reader's business.
"""

from __future__ import annotations

import binascii
import re
from typing import Final

_PLAIN_BASE64: Final = re.compile(rb"[A-Za-z0-9+/\r\n]*={0,2}[\r\n \t]*")
_BASE64_LINE: Final = re.compile(rb"[A-Za-z0-9+/]+={0,3}|={1,3}")
_PADDED: Final = re.compile(rb"=+")
_UU_BEGIN: Final = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]{1,200})\r?$")


def _decode_block(block: bytes) -> bytes:
    if len(block) % 4 == 1:
        block = block[:-1]
    return binascii.a2b_base64(block + b"=" * (-len(block) % 4))


def decode_base64(data: bytes) -> bytes:
    """Everything that can be decoded, block by block: padding ends a block, not the data. Never raises."""
    if _PLAIN_BASE64.fullmatch(data):
        lines = data.translate(None, b"\r\n \t")
    else:
        stripped = (line.translate(None, b" \t\r") for line in data.split(b"\n"))
        lines = b"".join(line for line in stripped if _BASE64_LINE.fullmatch(line))
    return b"".join(_decode_block(block) for block in _PADDED.split(lines) if block)


def _is_raw_binary(data: bytes) -> bool:
    """Whether data declared as base64 is the file itself: base64 has no control and no 8-bit characters."""
    sample = data[:2048]
    strange = len(sample.translate(None, bytes(range(32, 127)) + b"\r\n\t"))
    return sample.startswith((b"%PDF-", b"{\\rtf")) or strange > len(sample) // 20


def _decode_uu_lines(lines: bytes) -> bytes:
    out = bytearray()
    for line in lines.split(b"\n"):
        if line.strip() in (b"end", b"`", b""):
            continue
        try:
            out += binascii.a2b_uu(line.rstrip(b"\r"))
        except binascii.Error:
            continue  # a line some relay damaged
    return bytes(out)


def find_uuencoded(data: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Files (raw name, content) that old clients put into the text itself, in order; at most 20."""
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while len(found) < 20 and (begin := _UU_BEGIN.search(data, at)) is not None:
        end = data.find(b"\nend", begin.end())
        if end < 0:
            break
        found.append((begin.group(1), _decode_uu_lines(data[begin.end() : end])))
        at = end
    return tuple(found)


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """The bytes of a part's body. `encoding` is the declared Content-Transfer-Encoding; unknown ones mean none."""
    if encoding == "base64":
        return data if _is_raw_binary(data) else decode_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        files = find_uuencoded(data)
        return files[0][1] if files else data
    return data
