"""What the server that took a mail in says of its sender's address: whether the sender's own domain stands behind it.

NetEase's servers, whose mailboxes the offices have, write below the sender's own fields (mails of 2016 to 2020)

    Authentication-Results: mx41; spf=pass smtp.mail=somebody@qq.com; dki
            m=pass header.i=@qq.com

where mx41 is the host of the topmost Received, `by mx41 (Coremail)`. Not the topmost field of that name is theirs, then,
and a sender can write one in their words. So nothing is believed for what it confirms: of all those in that server's name
each has to confirm the address, and one that does not refutes it. Whoever adds fields to a mail can only lose by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_MOST: Final = 20
_MAX_BYTES: Final = 4000
#: The server that took the mail in, by its own name in the line it wrote on top.
_TAKEN_BY: Final = re.compile(r"\bby\s+([A-Za-z0-9][A-Za-z0-9.-]{0,60})\s+\(Coremail\)")
_SPF: Final = re.compile(r"spf=([a-z]+?)(?:smtp\.mail(?:from)?=([^;]*))?(?:;|$)")
_DKIM: Final = re.compile(r"dkim=passheader\.[id]=([^;]*)")
_BLANKS: Final = re.compile(r"\s+")
_REFUSED: Final = frozenset({"fail", "softfail"})


def is_refuted(sender: str, received: Sequence[bytes], results: Sequence[bytes]) -> bool:
    """Whether the server that took the mail in says that the domain of `sender` does not stand behind it.

    `received` and `results` are the raw Received and Authentication-Results fields, topmost first. False where the server
    says nothing, or cannot tell (a domain without SPF and DKIM).
    """
    taken = _TAKEN_BY.search(" ".join(_text(received[0]).split())) if received else None
    domain = sender.rpartition("@")[2].lower()
    if taken is None or not domain:
        return False
    # Their lines are folded within words.
    said = (_BLANKS.sub("", _text(raw)).lower() for raw in results[:_MOST])
    own = [text for text in said if text.startswith(f"{taken.group(1).lower()};")]
    return any(_refutes(text, domain) for text in own)


def _refutes(text: str, domain: str) -> bool:
    if any(_is_of(signer, domain) for signer in _DKIM.findall(text)):
        return False
    spf = _SPF.search(text)
    if spf is None:
        return False
    result, envelope = spf.group(1), spf.group(2) or ""
    return result in _REFUSED or (bool(envelope) and not _is_of(envelope, domain))


def _is_of(address: str, domain: str) -> bool:
    """Whether an address or domain is of that domain, or one of the two lies below the other."""
    other = address.rpartition("@")[2]
    return bool(other) and (other == domain or other.endswith(f".{domain}") or domain.endswith(f".{other}"))


def _text(raw: bytes) -> str:
    return raw[:_MAX_BYTES].decode("latin-1")
