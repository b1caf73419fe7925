"""What the characters of symbol fonts show: Wingdings, Wingdings 2 and Webdings draw boxes and ticks with letters.

Code charts: Microsoft Typography, "Wingdings character sets". Only boxes, ticks and bullets are translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_WINGDINGS: Final[Mapping[int, str]] = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "□", 0x72: "□", 0x78: "☒", 0xA1: "○", 0xA8: "□",
    0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0x52: "☑",
}  # fmt: skip
_WINGDINGS_2: Final[Mapping[int, str]] = {
    0x2A: "□", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x99: "●", 0x9A: "○", 0xA2: "■",
    0xA3: "□", 0xA4: "□", 0xA5: "□",
}  # fmt: skip
_WEBDINGS: Final[Mapping[int, str]] = {0x61: "✓", 0x63: "□", 0x67: "■", 0x6E: "●", 0x72: "✗"}
#: PDF's own; programs tick the boxes of form fields with it.
_ZAPF_DINGBATS: Final[Mapping[int, str]] = {
    0x33: "✓", 0x34: "✓", 0x35: "✗", 0x36: "✗", 0x37: "✗", 0x38: "✗", 0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x70: "□",
    0x71: "□", 0x72: "□",
}  # fmt: skip
#: For private-use characters whose font is not known.
_ANY: Final[Mapping[int, str]] = {**_WINGDINGS_2, **_WINGDINGS, 0x50: "✓"}

#: A symbol nobody can name; it is no letter and no tick.
UNKNOWN_SYMBOL: Final = "\ufffd"


def is_symbol_font(name: str) -> bool:
    """Whether a font draws symbols with letters ("ABCDEF+Wingdings2" included)."""
    return _table(name) is not None


def symbol_text(text: str, font: str = "") -> str:
    """`text` as it looks in `font`: letters of a symbol font and private-use characters become ☑ ✓ □ and so on.

    Chinese characters in such a run are drawn in another font by every program and stay. A letter of a symbol
    font that is neither box nor tick becomes U+FFFD, so that it can never pass for text.
    """
    table = _table(font)
    if table is None:
        return "".join(_ANY.get(ord(c) - 0xF000, c) if "\uf020" <= c <= "\uf0ff" else c for c in text)
    return "".join(_look_up(c, table) if _is_drawn(c) else c for c in text)


def _is_drawn(character: str) -> bool:
    return "!" <= character <= "\xff" or "\uf020" <= character <= "\uf0ff"


def _look_up(character: str, table: Mapping[int, str]) -> str:
    code = ord(character)
    code -= 0xF000 if 0xF000 <= code <= 0xF0FF else 0
    return table.get(code, UNKNOWN_SYMBOL)


def _table(font: str) -> Mapping[int, str] | None:
    name = font.replace(" ", "").replace("-", "").lower()
    if "wingdings2" in name:
        return _WINGDINGS_2
    if "wingdings3" in name:
        return {}
    if "wingdings" in name:
        # Word 2 in the name gets lost on the way; letters that are ticks only there are still ticks.
        return {0x50: "✓", 0xA3: "□", **_WINGDINGS}
    if "zapfdingbats" in name:
        return _ZAPF_DINGBATS
    return _WEBDINGS if "webdings" in name else None
