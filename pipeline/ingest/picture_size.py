"""Width and height of a picture from its header, without decoding it."""

from __future__ import annotations

import struct
from typing import Final

from pipeline.domain.message import Media

_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MAX_SEGMENTS: Final = 1000


def find_size_px(content: bytes, media: Media) -> tuple[int, int] | None:
    """Width and height in pixels, None when the header does not tell or the type has no simple one (TIFF, HEIC)."""
    reader = {
        Media.PNG: _png,
        Media.GIF: _gif,
        Media.JPEG: _jpeg,
        Media.BMP: _bmp,
        Media.WEBP: _webp,
    }.get(media)
    try:
        return reader(content) if reader else None
    except (struct.error, IndexError):
        return None


def _png(content: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _gif(content: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def _bmp(content: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from("<HH" if content[14] == 12 else "<ii", content, 18)
    return abs(width), abs(height)


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    for _ in range(_MAX_SEGMENTS):
        while content[at + 1] == 0xFF:
            at += 1
        if content[at] != 0xFF:
            return None
        if content[at + 1] in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + struct.unpack_from(">H", content, at + 2)[0]
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8L":
        bits = int(struct.unpack_from("<I", content, 21)[0])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None
