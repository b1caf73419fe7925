"""Traditional characters that a reader of pictures returned, as the simplified ones that stand there.

The networks know both scripts and return 強 for a 强 that is written by hand or blurred; forms, licences and ID cards of the
mainland are in simplified characters. A few names keep a traditional one (昇), so that this is for what a person will look at
and for comparing; it is believed only where other readers see the simplified one by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from pipeline.extract.ocr.characters import is_common


def simplify(text: str) -> str:
    """`text` with each character that is not in everyday use (GB 2312) as OpenCC's simplified one, if that one is."""
    return "".join(character if is_common(character) else _simplified(character) for character in text)


@cache
def load_simplifier() -> Callable[[str], str]:
    """OpenCC's table, read from files: load it before files are out of reach."""
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


def _simplified(character: str) -> str:
    simple = load_simplifier()(character)
    return simple if len(simple) == 1 and is_common(simple) else character
