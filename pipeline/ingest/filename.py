"""Names that senders chose, made safe to show. Files are stored under ids, never under these."""

from __future__ import annotations

import unicodedata
from typing import Final

MAX_CHARS: Final = 120
_READ_CHARS: Final = 20_000
_NAMELESS: Final = "未命名附件"
#: Cc, Cf (bidirectional and zero-width characters), Cs, Co, Cn, Zl, Zp.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def shown_name(untrusted_name: str, *, default: str = _NAMELESS) -> str:
    """The last component of a name without hidden characters, at most `MAX_CHARS` long; its ending survives."""
    visible = "".join(c for c in untrusted_name[:_READ_CHARS] if unicodedata.category(c) not in _HIDDEN)
    last = visible.replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = " ".join(last.split()).strip(" .\"'") if last.strip(" .") else ""
    # A name of combining marks only, or stacks of them, would be drawn over the page around it.
    name = _without_stacked_marks(unicodedata.normalize("NFC", name))
    return _shortened(name) or default


def _without_stacked_marks(name: str) -> str:
    out: list[str] = []
    marks = 0
    for char in name:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= 2 and (out or not marks):
            out.append(char)
    return "".join(out)


def _shortened(name: str) -> str:
    if len(name) <= MAX_CHARS:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[: MAX_CHARS - 1] + "…"
    return f"{stem[: MAX_CHARS - len(ending) - 2]}….{ending}"
