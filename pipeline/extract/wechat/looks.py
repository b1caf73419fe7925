"""What several looks at the lines of a WeChat ID agree on, look-alikes aside: those are for the ink (`wechat.proof`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.characters import doubtful_at, seen_by_another, still_doubtful
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.wechat.shapes import fold, is_open, shapes

WECHAT: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"


#: A letter and the same one in the other case.
_BOTH_CASES: Final = re.compile(r"([A-Za-z])(?!\1)(?i:\1)")
#: What Tesseract makes of specks and rules is longer.
_TWO_MORE: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLooks:
    """A line as it was first read; `again` is another look's text of the same shapes, None where there is none;
    `seen` is what the second reader saw."""

    first: Reading
    again: str | None
    seen: str | None

    @property
    def sure(self) -> float:
        """How sure the main reader is of the least sure character that has no look-alike; 1 where all have one."""
        pairs = zip(self.first.text, self.first.chances, strict=True)
        return min((chance for c, chance in pairs if not is_open(c)), default=1.0)


def is_seen_thrice(looks: LineLooks, box: Box, rereader: PictureRereader) -> bool:
    """Whether the second reader and the main one's second look both see the shapes of the first."""
    if looks.seen is None or fold(looks.seen) != fold(looks.first.text):
        return False
    return fold(rereader.main_reading(box, alphabet=WECHAT, prepared=True).text) == fold(looks.first.text)


def look_again(box: Box, padded: Box, rereader: PictureRereader) -> LineLooks:
    """The second reader's looks at a line, the first that sees its shapes; else the main reader's second one."""
    first = rereader.first_reading(box)
    seen: list[str] = []
    for look in rereader.second_looks(padded, alphabet=WECHAT):
        seen.append("".join(look.split()))
        if fold(seen[-1]) == fold(first.text):
            return LineLooks(first=first, again=seen[-1], seen=seen[-1])
    again = rereader.main_reading(box, alphabet=WECHAT, prepared=True)
    third = partial(_third, box, rereader)
    settled = fold(again.text) == fold(first.text) and not _open_shapes(first, again, seen, third)
    more = [text for text in seen if sees_more(text, first.text)]
    settled = settled and (
        not more
        or (all(_is_in_both_cases(text, first.text) for text in more) and fold(third().text) == fold(first.text))
    )
    return LineLooks(first=first, again=again.text if settled else None, seen=seen[0] if seen else None)


def sees_more(text: str, than: str) -> bool:
    """Whether a look sees all that was read and a character or two more, as Tesseract did of the yy of `fyy2005` that touch, where
    both networks saw one y."""
    longer, shorter = fold(text), fold(than)
    rest = iter(longer)
    return len(shorter) < len(longer) <= len(shorter) + _TWO_MORE and all(c in rest for c in shorter)


def _is_in_both_cases(text: str, than: str) -> bool:
    """Whether all that a look sees more is a letter in both cases, as Tesseract writes one whose case it leaves open: `Jjin` for
    `jin`."""
    return fold(_BOTH_CASES.sub(lambda both: _single(both[0], than), text)) == fold(than)


def _single(both: str, than: str) -> str:
    return both if both.lower() in than.lower() else both[1]


def _third(box: Box, rereader: PictureRereader) -> Reading:
    return rereader.third_reading(box, alphabet=WECHAT)


def _open_shapes(first: Reading, again: Reading, seen: Iterable[str], third: Callable[[], Reading]) -> frozenset[int]:
    """Where no other look settles a character that has no look-alike; the rules are those of any text."""
    folded = _in_shapes(first)
    still = frozenset(i for i in doubtful_at(folded, _in_shapes(again)) if not is_open(first.text[i]))
    for text in seen:
        still = still_doubtful(folded, still, shapes(text)) if still else still
    return still - seen_by_another(folded, _in_shapes(third())) if still else still


def _in_shapes(reading: Reading) -> Reading:
    return replace(reading, text=shapes(reading.text))
