"""Mails built byte by byte, since no library writes what real clients send."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib

from pipeline.domain.message import Submission
from pipeline.ingest.unpack import unpack_file

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture(width: int = 800, height: int = 600, *, extra: bytes = b"") -> bytes:
    """A PNG whose header says so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((width // 8 + 1) * height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"") + extra


def zipped(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            # A fixed date: test ids are made of these bytes and must not differ between workers.
            info = zipfile.ZipInfo(name)
            archive.writestr(info, content, compress_type=method)
    return out.getvalue()


def docx(text: str = "登记表") -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": text.encode()})


def b64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def part(content: bytes, headers: bytes = b"", *, encoding: bytes = b"base64") -> bytes:
    """One part; `headers` are further lines ending in CRLF."""
    body = b64(content) if encoding == b"base64" else content
    return b"Content-Transfer-Encoding: " + encoding + b"\r\n" + headers + b"\r\n" + body


def file_part(content: bytes, name: bytes, *, media: bytes = b"application/octet-stream") -> bytes:
    return part(content, b'Content-Type: %s\r\nContent-Disposition: attachment; filename="%s"\r\n' % (media, name))


def text_part(text: bytes = b"hello", *, media: bytes = b"text/plain; charset=utf-8") -> bytes:
    return b"Content-Type: " + media + b"\r\n\r\n" + text


def multipart(*parts: bytes, headers: bytes = b"", kind: bytes = b"mixed", boundary: bytes = b"=_b0") -> bytes:
    lines = b"".join(b"--" + boundary + b"\r\n" + item + b"\r\n" for item in parts)
    return (
        headers
        + b'MIME-Version: 1.0\r\nContent-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind, boundary)
        + lines
        + b"--" + boundary + b"--\r\n"
    )  # fmt: skip


def unpacked(*parts: bytes, headers: bytes = b"From: a@b.example\r\n") -> Submission:
    return unpack_file(multipart(*parts, headers=headers))


def names(submission: Submission) -> list[str]:
    return [item.name for item in submission.attachments]


def codes(submission: Submission) -> list[str]:
    return [item.code for item in submission.findings]
