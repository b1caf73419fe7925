"""Bytes to text, for text whose declared character set cannot be believed.

Every GB name means gb18030 (senders declare gb2312 and use characters outside it). Only the
character sets listed here are ever used: a sender who declares `utf-7`, `unicode_escape` or
`rot13` gets the same guess as one who declares nothing.
"""

from __future__ import annotations

import codecs
from typing import Final

_GB: Final = "gb18030"
_ALIASES: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("gb2312", "gb_2312", "gb_2312-80", "gb2312-80", "gbk", "gb18030", "gb-18030", "gb", "cp936", "ms936",
         "windows-936", "x-gbk", "euc-cn", "euccn", "csgb2312", "chinese", "hz-gb-2312-8"), _GB),
    **dict.fromkeys(("utf-8", "utf8", "utf_8", "utf-8-sig", "unicode-1-1-utf-8", "x-utf-8"), "utf-8"),
    **dict.fromkeys(("big5", "big-5", "big5-hkscs", "cp950", "x-big5", "csbig5", "big5hkscs"), "big5hkscs"),
    **dict.fromkeys(("utf-16", "utf16"), "utf-16"),
    "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
    "hz-gb-2312": "hz", "hz": "hz",
    "shift_jis": "shift_jis", "shift-jis": "shift_jis", "sjis": "shift_jis", "iso-2022-jp": "iso2022_jp",
    "euc-jp": "euc_jp", "euc-kr": "euc_kr", "ks_c_5601-1987": "euc_kr", "iso-2022-kr": "iso2022_kr",
    "windows-1251": "cp1251", "koi8-r": "koi8_r",
}  # fmt: skip
#: Declared so often without being meant that the bytes are asked first.
_LATIN: Final = frozenset({"iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "iso-8859-15"})


def load_codecs() -> None:
    """Load every character set that can be asked for: a locked sandbox can open no file to import one."""
    for codec in {*_ALIASES.values(), "cp1252", "cp437", "latin-1", "ascii", "idna"}:
        codecs.lookup(codec)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _guess(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        wide = _strictly(data, "utf-16")
        if wide is not None:
            return wide
    for codec in ("utf-8", _GB, "big5hkscs"):
        text = _strictly(data, codec)
        if text is not None:
            return text
    return _best_damaged(data)


def _best_damaged(data: bytes) -> str:
    """The decoding with the fewest replacement characters: a truncated or damaged text is still mostly readable."""
    tries = [data.decode(codec, "replace") for codec in ("utf-8", _GB)]
    return min(tries, key=lambda text: text.count("\ufffd"))


def decode_text(data: bytes, declared: str | None = None) -> str:
    """Text of `data`, never an error: the declared set if it is allowed and fits, else UTF-8, gb18030, Big5.

    Lone surrogates cannot occur in the result. A byte order mark is dropped.
    """
    name = (declared or "").strip().strip("\"'").lower()[:40]
    codec = _ALIASES.get(name)
    if codec is not None:
        text = _strictly(data, codec)
        if text is not None:
            return text.removeprefix("\ufeff")
    if name in _LATIN and _strictly(data, "utf-8") is None and _strictly(data, _GB) is None:
        return data.decode("cp1252", "replace")
    return _guess(data).removeprefix("\ufeff")
