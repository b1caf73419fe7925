"""Addresses in headers. The address is what the addr-spec says, never what the display name claims."""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.message import MAX_REFERENCES, MESSAGE_ID
from pipeline.ingest.mime_headers import MAX_VALUE_BYTES, clean_line, decode_header, unfold

MAX_ADDRESSES: Final = 100
_ANGLED: Final = re.compile(rb"<\s{0,10}([^<>\s\"]{1,254})\s{0,10}>")
_BARE: Final = re.compile(rb"(?<![^\s,;:<(])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]{1,64}@[A-Za-z0-9.\-]{1,253}")
_QUOTED: Final = re.compile(rb'"(?:[^"\\]|\\.){0,500}"')
_ID: Final = re.compile(f"<({MESSAGE_ID})>")


def _entries(raw: bytes) -> list[bytes]:
    """A list of mailboxes at its commas; commas in quotes are hidden first."""
    value = unfold(raw[:MAX_VALUE_BYTES])
    hidden = _QUOTED.sub(
        lambda found: found.group().replace(b",", b"\0").replace(b"<", b"\1").replace(b">", b"\2"), value
    )
    return hidden.replace(b";", b",").split(b",")


def _address(entry: bytes) -> str:
    angled = _ANGLED.findall(entry)
    if angled:
        return clean_line(angled[-1].decode("utf-8", "replace"), max_chars=254).lower()
    bare = _BARE.search(entry)
    return bare.group().decode("ascii").lower() if bare else ""


def parse_sender(raw: bytes) -> tuple[str, str]:
    """Address and display name of the first mailbox in a From header, "" for what is missing."""
    for entry in _entries(raw):
        shown = entry.replace(b"\0", b",").replace(b"\1", b"<").replace(b"\2", b">")
        address = _address(entry) or _address(decode_header(shown).encode())
        if address:
            name = _ANGLED.sub(b"", shown) if b"<" in entry else b""
            return address, decode_header(name.strip().strip(b'"')).strip("\"' ")
    return "", ""


def parse_recipients(values: tuple[bytes, ...]) -> tuple[str, ...]:
    """Every address in the headers once, in order, lower case, at most `MAX_ADDRESSES`."""
    found = (_address(entry) for raw in values[:50] for entry in _entries(raw))
    return tuple(dict.fromkeys(address for address in found if "@" in address))[:MAX_ADDRESSES]


def parse_message_ids(text: str) -> tuple[str, ...]:
    """The message ids in a header, without their brackets, each once; of very many the last, which are the newest.

    One that is not plain ASCII is none.
    """
    return tuple(dict.fromkeys(_ID.findall(text)))[-MAX_REFERENCES:]
