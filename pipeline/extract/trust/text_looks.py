"""What all readers see in one line of text, each asked only when it matters, and whether the line is believed for that.

In print on a clear page (`is_settled`) the quick reader's look or the main reader's own second one is enough; what they leave
open the third reader settles, or the second one. Anywhere else (`is_agreed`) the main reader's second look proves little:
written by hand it was wrong in 7 of 32 lines it agreed on. There another network has to say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.characters import (
    SURE,
    doubtful_at,
    is_common,
    is_frequent,
    is_same,
    least_sure,
    read_alike,
    same_places,
    seen_by_another,
    settle_line,
)
from pipeline.extract.ocr.places import Choices
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.ocr.rivals import rare_at, with_rivals
from pipeline.extract.ocr.simplified import simplify
from pipeline.extract.trust.lost_dots import has_dot_between
from pipeline.extract.trust.text_marks import count_marks, has_more_marks, sentence_of
from pipeline.extract.trust.unread_ink import has_unread_ink, lacks_one

_SENTENCE_SURE: Final = 0.95
#: Where the second reader sees every mark too: it is another engine altogether.
_SEEN_BY_ALL: Final = 0.7
#: Of marks in print on pages of black and white, and wherever the taught reader is asked: of the main reader at both looks, and of
#: the third one.
_MARKS_SURE: Final = 0.9
_MARKS_SEEN: Final = 0.5
#: Of few dots, where main and third reader are less sure: it was 0.914 sure of 将 where 蒋 stood.
_QUICK_SURE: Final = 0.93
#: What a running hand writes alike, to people as well: all readers were sure of 江 where 汇 was meant, and of 大夏 for 大厦.
_HAND_LOOK_ALIKES: Final = re.compile("[江汇未末土士己已巳千干于戊戌戍]|大夏")


class TextLooks:
    """The looks at one line; `padded` is its box with the little more that the second reader wants. `behind_label`: what stands in
    it behind the field's own label, None where it holds no label."""

    def __init__(self, box: Box, padded: Box, rereader: PictureRereader, behind_label: str | None = None) -> None:
        self._behind_label = behind_label
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
    def quick(self) -> Reading:
        """A small network's, at that crop made narrower."""
        return self._rereader.quick_reading(self._box)

    @cached_property
    def third(self) -> Reading:
        """Another network's, at the crop of the first."""
        return self._rereader.third_reading(self._box)

    @cached_property
    def taught(self) -> Reading:
        """The taught reader's, at the crop of the first."""
        return self._rereader.taught_reading(self._box)

    @cached_property
    def third_wider(self) -> Reading:
        """The same network's, at a crop with a little more round it: it passes over characters of tight ones."""
        return self._rereader.third_reading(self._padded)

    @cached_property
    def skips_ink(self) -> bool:
        """Whether the first look passed over something in the line, or something is gone from it: what it left out the others
        leave out as well."""
        ink = self._rereader.dark(self._box)
        label = self._label
        return has_unread_ink(self.first, ink, label=label) or lacks_one(self.first, ink, label=label)

    @cached_property
    def loses_dot(self) -> bool:
        """Whether ink like a dot's stands between two characters, and another look sees a mark more than the first one."""
        if not has_dot_between(self.first, self._rereader.dark(self._box)):
            return False
        looks = ("again", "third", "third_wider")  # by name: each is asked only if those before saw no more
        return any(has_more_marks(getattr(self, look).text, self.first.text) for look in looks)

    @property
    def _label(self) -> int:
        """How many of the line's characters, blanks apart, are those of the label: people set them apart (地　　址：)."""
        line, value = ("".join(text.split()) for text in (self.first.text, self._behind_label or ""))
        return len(line) - len(value) if value and line.endswith(value) else 0

    @cached_property
    def is_other_upon_rule(self) -> bool:
        """Whether a line that touches a rule is another text with the rule left in. What lies along the rule goes with it, and no
        reader misses it: 士 was believed to be 十, and a sentence lost its 。"""
        seen = self._rereader.reading_upon_rule(self._box)
        return seen is not None and not is_same(simplify(seen.text), simplify(self.first.text))

    @cached_property
    def in_simplified(self) -> str | None:
        """The line in simplified characters, where the main reader returned a traditional one and that is all that is unsettled:
        the third reader and one more look see the whole line so, and none is unsure. None otherwise.

        A few names keep a traditional character (昇), and there no reader of them sees the simplified one.
        """
        first, simple = self.first, simplify(self.first.text)
        if simple == first.text or count_marks(simple):
            return None
        kept = (chance for a, b, chance in zip(first.text, simple, first.chances, strict=True) if a == b)
        seen = [third for third in (self.third, self.third_wider) if is_same(third.text, simple)]
        if min(kept, default=1.0) < SURE or max(map(least_sure, seen), default=0.0) < SURE:
            return None
        if is_same(self.again.text, simple) or any(is_same(look, simple) for look in self.seconds()):
            return simple
        return None

    @cached_property
    def rare_at(self) -> frozenset[int]:
        """Where a rare character may stand instead of what the main reader saw (`ocr.rivals`)."""
        return rare_at(self.first, lambda: self.third)

    @cached_property
    def is_denied(self) -> bool:
        """Whether the third reader is sure of a character that the main one did not see."""
        return any(_is_sure_of_another(self.first, _simple(third)) for third in (self.third, self.third_wider))

    @cached_property
    def is_seen_by_quick(self) -> bool:
        """Whether the quick reader surely sees the same letters; of marks it is seldom sure."""
        quick = sentence_of(_simple(self.quick))
        return quick.letters == sentence_of(self.first).letters and quick.sure >= _QUICK_SURE

    @property
    def with_rare(self) -> str:
        """The line with those rare characters."""
        return with_rivals(self.first, self.rare_at)

    @cached_property
    def places(self) -> tuple[Choices, ...]:
        """What three networks think of at each place of the line."""
        return self._rereader.places(self._box)

    def is_read_alike(self, least: float) -> bool:
        """Whether the third reader reads what the main one did, in either script, at one of its looks."""
        return read_alike(self.first, _simple(self.third), least) or read_alike(
            self.first, _simple(self.third_wider), least
        )

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """How sure main and third reader must be of each character: `alone`, or with one more look that says the same."""

    alone: float
    beside: float


#: On a page whose labels read well; measured by hand, where 素 for 秦 was agreed on at 0.66.
ON_CLEAR: Final = Sureness(alone=0.95, beside=0.8)
#: Where ink may be gone but the typeface's strokes are kept (`trust.strokes`): 将 for 蒋 at 0.75.
ON_COARSE: Final = Sureness(alone=0.95, beside=0.85)
#: Where a blur closes what is open: 字 for 宇 at 0.957.
ON_UNCLEAR: Final = Sureness(alone=0.99, beside=0.95)


#: Of the taught reader on a page that does not read well; at 0.96 it took a 宇 that a blur had closed for 字, as the others did.
TAUGHT_SURE: Final = 0.98
#: The same of strokes that are not proved to be there, and by hand: at 0.982 it took a 自 on a fax for 白, and by hand 胥 for 晋.
TAUGHT_SURER: Final = 0.99


def is_settled(looks: TextLooks) -> bool:
    """Whether a printed line on a clear page is believed: all of it, or character by character (`ocr.characters`).

    The quick reader comes first: where it surely sees the same, no look that takes longer would change that.
    """
    if _sees_the_same(looks.first, looks.quick):
        return True
    if has_more_marks(looks.again.text, looks.first.text):
        return False  # on bent paper the first look passed over 、, and only the second saw it
    doubtful = doubtful_at(looks.first, looks.again)
    if not doubtful or looks.is_read_alike(SURE):
        return True
    for third in (looks.third, looks.third_wider):
        doubtful -= seen_by_another(looks.first, third)
    return not doubtful or settle_line(looks.first, doubtful, looks.seconds())[0]


def _sees_the_same(first: Reading, other: Reading) -> bool:
    return not has_more_marks(other.text, first.text) and not doubtful_at(first, other)


def is_agreed(looks: TextLooks, needed: Sureness, *, by_hand: bool, few_dots: bool = False) -> bool:
    """Whether main and third reader say the same and are sure, or are less sure and another look says so too. `by_hand`:
    the line may be written by hand.

    `few_dots`: of a page of black and white only. There the quick reader has to see it too where main and third one are less
    sure. And there the strokes were measured, and in print all looks of the main and one of the second reader's are enough, if
    the third one is sure of no other character: it was of 鸟 where all others saw 乌. Elsewhere all of them were sure of 字 where
    a blur had closed 宇, and of 恩 where a hand had written 思.
    """
    first = looks.first
    if by_hand and may_be_another(first.text):
        return False
    if count_marks(first.text) or count_marks(looks.again.text) or count_marks(looks.third.text):
        return _is_agreed_sentence(looks, needed, few_dots=few_dots, by_hand=by_hand)
    if looks.is_read_alike(needed.alone):
        return True
    again = is_same(simplify(looks.again.text), first.text)
    if looks.is_read_alike(needed.beside):
        return (again or _is_seen_by_second(looks)) and (looks.is_seen_by_quick or not few_dots)
    printed = few_dots and not by_hand
    return printed and again and first.confidence >= SURE and not looks.is_denied and _is_seen_by_second(looks)


def as_taught(looks: TextLooks, least: float, *, sentences: bool) -> str | None:
    """The line in simplified characters where three networks read the same letters and the taught reader is so sure of each of
    them; None otherwise. Of `sentences` main and taught reader surely have to see the same marks, too: the third one is seldom sure
    of any.

    No stroke need be proved to be there for it: where a lost one makes two characters one the taught reader is less sure
    (decision 93).
    """
    first, taught = sentence_of(_simple(looks.first)), sentence_of(looks.taught)
    if taught.letters != first.letters or taught.sure < least or taught.marks != first.marks or not first.letters:
        return None
    if first.marks and not (sentences and min(first.sure_of_marks, taught.sure_of_marks) >= _MARKS_SURE):
        return None
    if has_more_marks(looks.again.text, looks.first.text):
        return None
    thirds = (sentence_of(_simple(third)) for third in (looks.third, looks.third_wider))
    return simplify(looks.first.text) if any(third.letters == first.letters for third in thirds) else None


def may_be_another(text: str, given: str = "") -> bool:
    """Whether a text by hand may be another one however sure all readers are of it: both networks were of 毓 for 敏. `given`:
    characters that are frequent in it besides those that are anywhere."""
    return bool(_HAND_LOOK_ALIKES.search(text)) or not all(is_frequent(c) or c in given for c in text)


def _is_agreed_sentence(looks: TextLooks, needed: Sureness, *, few_dots: bool, by_hand: bool) -> bool:
    marks = count_marks(looks.first.text)
    if marks < count_marks(looks.again.text):
        return False
    if looks.is_read_alike(max(_SENTENCE_SURE, needed.beside)):
        return True
    if few_dots:
        return not by_hand and _is_agreed_by_marks(looks, needed)
    fewest = marks >= count_marks(looks.third.text)
    return fewest and looks.is_read_alike(_SEEN_BY_ALL) and _is_seen_by_second(looks)


def _is_agreed_by_marks(looks: TextLooks, needed: Sureness) -> bool:
    """The letters as for any text; the marks where the main reader surely sees the same ones twice, and another reader too.

    The third one is seldom sure of a mark that has few dots, or sees : for 、: that says nothing against its letters.
    """
    first, again = sentence_of(looks.first), sentence_of(_simple(looks.again))
    if first.marks != again.marks or min(first.sure_of_marks, again.sure_of_marks) < _MARKS_SURE:
        return False
    thirds = [
        third
        for third in map(sentence_of, map(_simple, (looks.third, looks.third_wider)))
        if third.letters == first.letters and third.common and min(first.sure, third.sure) >= needed.beside
    ]
    if any(len(third.marks) > len(first.marks) for third in thirds):
        return False
    seen = any(third.marks == first.marks and third.sure_of_marks >= _MARKS_SEEN for third in thirds)
    return seen or (bool(thirds) and _is_seen_by_second(looks))


def guess(looks: TextLooks) -> str:
    """The line as it probably stands there, for a person to look at: of each character what the surer of main and taught reader
    saw, everyday ones before others; where one saw more of them, as the surer one did."""
    first, taught = looks.first, looks.taught
    if len(first.text) != len(taught.text):
        return max(first, taught, key=least_sure).text
    both = zip(first.text, taught.text, first.chances, taught.chances, strict=True)
    return "".join(ours if (is_common(ours), a) >= (is_common(theirs), b) else theirs for ours, theirs, a, b in both)


def _is_seen_by_second(looks: TextLooks) -> bool:
    return any(is_same(simplify(look), looks.first.text) for look in looks.seconds())


def _is_sure_of_another(first: Reading, third: Reading) -> bool:
    seen = set(same_places(first.text, third.text).values())
    pairs = zip(third.text, third.chances, strict=True)
    return any(i not in seen and chance >= SURE and not c.isspace() for i, (c, chance) in enumerate(pairs))


def _simple(reading: Reading) -> Reading:
    """A look at a line that the main reader saw in simplified characters: of few dots another network returns 鵬 for 鹏."""
    return replace(reading, text=simplify(reading.text))
