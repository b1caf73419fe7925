"""Whether the Latin reader denies a WeChat ID that the ink proved.

Ink is held against examples of the page: on a fine fax it proved an l where a 1 stood (cui-326lchy, to which the network gave a
chance of 0.0001). And what all readers pass over has no ink of its own: on a scan at 100 dpi a - touched the g before it
(chang-18cyk), and the network gave the text with it a quarter of the chance of that without.
"""

from __future__ import annotations

from typing import Final

from pipeline.domain.identifiers import check_wechat_id
from pipeline.extract.ocr.latin_line import LatinLine

#: Of 164 right IDs of fresh pages none that the ink had proved was denied for these (decision 93).
_ANOTHER: Final = 0.5
_HARDLY: Final = 0.001
#: How likely a text with one mark more may be beside the text itself: a third _ after two is 0.045 times as likely at most.
_WITH_A_MARK: Final = 0.1
_MARKS: Final = "-_"


def is_denied(seen: LatinLine, value: str) -> bool:
    """Whether another ID stands there, or one with a mark more may."""
    chance, other = seen.chance(value), seen.text
    if chance < _HARDLY and check_wechat_id(other).ok and seen.chance(other) >= _ANOTHER:
        return True
    longer = [value[:at] + mark + value[at:] for at in range(1, len(value)) for mark in _MARKS]
    return bool(longer) and max(seen.chances(longer)) > _WITH_A_MARK * chance
