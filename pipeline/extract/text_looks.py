"""What all readers see in one line of text, each asked only when it matters, and whether the line is believed for that.

In print on a clear page (`is_settled`) the main reader's own second look is enough, as it ever was; what that leaves open the
third reader settles, or the second one. Anywhere else (`is_agreed`) the main reader's second look proves little: written by
hand it was wrong in 7 of 32 lines it agreed on. There another network has to say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.image_reread import PictureRereader
from pipeline.extract.ocr import Reading
from pipeline.extract.trust_text import FAIRLY_SURE, SURE, doubtful_at, is_same, least_sure, read_alike, settle_line

#: A sentence: a pen or a blur makes its marks so small that all readers pass over one together.
_SENTENCE: Final = re.compile("[，。、；：！？,;!?]")
_SENTENCE_SURE: Final = 0.95
#: What a running hand writes alike, to people as well: all readers were sure of 江 where 汇 was meant.
_HAND_LOOK_ALIKES: Final = re.compile("[江汇未末土士己已巳千干于戊戌戍]")


class TextLooks:
    """The looks at one line; `padded` is its box with the little more that the second reader wants."""

    def __init__(self, box: Box, padded: Box, rereader: PictureRereader) -> None:
        self._box = box
        self._padded = padded
        self._rereader = rereader
        self._seen: list[str] = []

    @cached_property
    def first(self) -> Reading:
        """The main reader's."""
        return self._rereader.first_reading(self._box)

    @cached_property
    def again(self) -> Reading:
        """The main reader's, at a differently prepared crop."""
        return self._rereader.main_reading(self._box, alphabet=None, prepared=True)

    @cached_property
    def third(self) -> Reading:
        """Another network's, at the crop of the first."""
        return self._rereader.third_reading(self._box)

    @cached_property
    def third_wider(self) -> Reading:
        """The same network's, at a crop with a little more round it: it passes over characters of tight ones."""
        return self._rereader.third_reading(self._padded)

    def is_read_alike(self, least: float) -> bool:
        """Whether the third reader reads what the main one did, at one of its looks."""
        return read_alike(self.first, self.third, least) or read_alike(self.first, self.third_wider, least)

    def seconds(self) -> Iterator[str]:
        """The second reader's, at several sizes; asked once."""
        for look in self._rereader.second_looks(self._padded, alphabet=None):
            self._seen.append(look)
            yield look

    @property
    def other(self) -> str | None:
        """What another reader than the main one saw, as far as one was asked; the third one's where it was."""
        if "third" in self.__dict__ and self.third.text:
            return self.third.text
        return self._seen[0] if self._seen else None


def is_settled(looks: TextLooks) -> bool:
    """Whether a printed line on a clear page is believed: all of it, or character by character (`trust_text`)."""
    if not doubtful_at(looks.first, looks.again) or looks.is_read_alike(FAIRLY_SURE):
        return True
    return settle_line(looks.first, looks.again, looks.seconds())[0]


def is_agreed(looks: TextLooks, *, by_hand: bool, coarse: bool) -> bool:
    """Whether main and third reader say the same and are sure, or are less sure and another look says so too; or all looks
    of the main and one of the second reader.

    `by_hand`: the line may be written by hand; `coarse`: ink may be gone, and only what both are sure of counts.
    """
    first = looks.first
    if by_hand and _HAND_LOOK_ALIKES.search(first.text):
        return False
    if any(_SENTENCE.search(look.text) for look in (first, looks.third, looks.again)):
        return not by_hand and least_sure(first) >= _SENTENCE_SURE and looks.is_read_alike(SURE)
    if looks.is_read_alike(SURE):
        return True
    again = is_same(looks.again.text, first.text)
    if not coarse and looks.is_read_alike(FAIRLY_SURE):
        return again or _is_seen_by_second(looks)
    return again and first.confidence >= SURE and _is_seen_by_second(looks)


def _is_seen_by_second(looks: TextLooks) -> bool:
    return any(is_same(look, looks.first.text) for look in looks.seconds())
