"""Fields of Word 97 files (.doc, .wps) that LibreOffice drops: those that set characters upon each other.

Word's menu 带圈字符 puts a tick into a box by `eq \\o\\ac(□,√)`, and of 微信公众账号☑ 手机APP□ LibreOffice 7.4 leaves
微信公众账号 手机APP□. A field `EQ \\o(☑)` of the same length it keeps as a field to fill in, with ☑ as its text.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.extract.grid.docx_equations import overstruck_text

_CODE: Final = "utf-16-le"
_LONGEST: Final = 40
_LETTER: Final = rb"(?:[^\x00-\x1f][\x00-\xff]|[\x01-\x1f][\x01-\xff])"
#: "eq \o", whatever stands before the bracket, and the bracket with what is set upon each other.
_FIELD: Final = re.compile(
    rb"[eE]\x00[qQ]\x00(?: \x00){0,3}\\\x00[oO]\x00(?:[ \\a-zA-Z]\x00){0,12}\(\x00"
    rb"(?:(?!\)\x00)" + _LETTER + rb"){3,12}?\)\x00"
)


def with_drawn_fields(content: bytes) -> bytes:
    """The file, as long as before, with such fields as those that LibreOffice shows. A field that two pieces of the file share
    stays as it is."""
    return _FIELD.sub(_drawn, content)


def _drawn(found: re.Match[bytes]) -> bytes:
    instruction = found[0].decode(_CODE, "replace")
    shown = overstruck_text(instruction) if len(instruction) <= _LONGEST else None
    changed = f"EQ \\o({shown})"
    if not shown or len(changed) > len(instruction):
        return found[0]
    return changed.ljust(len(instruction)).encode(_CODE)
