"""Passwords of archives that a mail's own text gives: "解压密码：1234", "密码 1234", "password: abc"."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_PASSWORDS: Final = 20
_READ_CHARS: Final = 50_000
_MAX_CHARS: Final = 64
#: The word, what may stand between it and the password, and the password up to a space or a mark that ends a sentence.
_GIVEN: Final = re.compile(
    r"(?:密\s{0,2}码|口\s{0,2}令|(?<![a-z])(?:password|passcode|passwd|pwd)(?![a-z]))"
    r"(?:均|都|统一|分别|设置|设)?\s{0,3}(?:是|为|is\b|are\b)?\s{0,3}[:：=＝]?\s{0,3}"
    r"([^\s，。；、！？（）【】《》]{1,64})",
    re.IGNORECASE,
)
_QUOTES: Final = "“”‘’「」『』\"'`"
#: What follows the word when no password does: "密码错误", "密码请电话联系".
_NO_PASSWORD: Final = re.compile(r"[\u4e00-\u9fff]*(?:错误|联系|电话|请|见|另|短信|发送|保护|取消|设置)")


def find_passwords(text: str) -> tuple[str, ...]:
    """Every password the text may mean, as written first; at most `MAX_PASSWORDS`, each once."""
    found: dict[str, None] = {}
    for given in _GIVEN.finditer(text[:_READ_CHARS]):
        for candidate in _spellings(given.group(1)):
            found.setdefault(candidate, None)
    return tuple(found)[:MAX_PASSWORDS]


def password_bytes(password: str) -> tuple[bytes, ...]:
    """How the password of a ZIP archive may have been encoded when it was locked: as UTF-8 or, on Windows, as GBK."""
    spellings = [password.encode("utf-8", "replace"), password.encode("gb18030", "replace")]
    return tuple(dict.fromkeys(spellings))


def _spellings(raw: str) -> tuple[str, ...]:
    """As written, without quotes, without the mark that ends the sentence, and with half-width characters."""
    if _NO_PASSWORD.match(raw):
        return ()
    bare = raw.strip(_QUOTES)
    unended = bare.rstrip(".…~～,;!?)")
    first = re.split(r"[,;)]", unended)[0]
    folded = unicodedata.normalize("NFKC", unended)
    ascii_only = re.match(r"[!-~]+", folded)
    candidates = (bare, unended, first, folded, ascii_only.group() if ascii_only else "")
    return tuple(dict.fromkeys(item[:_MAX_CHARS] for item in candidates if item))
