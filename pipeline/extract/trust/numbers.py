"""Whether phones, counts, dates and ID numbers that were read from a picture may be believed.

A check digit proves a number on a clear page; the others must be read alike by another reader, on a page that is not clear
by two more looks. ID numbers with one slip are corrected where only one correction has the right check digit and another
reader sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from pipeline.domain.counts import parse_count
from pipeline.domain.document import Field
from pipeline.domain.identifiers import IdKind, check_id_number, check_mobile
from pipeline.domain.spelling import normalise, squash
from pipeline.domain.values import parse_date, parse_id_number, parse_phones
from pipeline.extract.doubts import NO_VALUE, NOT_TWICE, NUMBER, UNCLEAR
from pipeline.extract.form.judge import Parsed
from pipeline.extract.ocr.characters import SURE, is_same
from pipeline.extract.ocr.readers import Reading as Seen
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.glyphs import cut_glyphs
from pipeline.extract.trust.evidence import Evidence, padded
from pipeline.extract.trust.lost_bars import keeps_its_bars
from pipeline.extract.trust.number_margins import weigh_number
from pipeline.extract.trust.slips import SLIPS, corrections
from pipeline.extract.trust.text import judge_text
from pipeline.extract.trust.text_looks import TAUGHT_SURE, TAUGHT_SURER
from pipeline.profile.form import FieldKind

_DIGITS: Final = "0123456789"
#: What engines return for a 1 without a foot that was written by hand: `18534|36069` was believed to be two numbers.
_STROKES: Final = str.maketrans(dict.fromkeys("|!Il丨", "1"))
#: Of a landline without its area.
_SHORTEST_PHONE: Final = 7
#: Of ID numbers of today, and of those given out until 1999.
_LENGTHS: Final = (15, 18)
_NUMBER_SURE: Final = 0.9
_PROVED_SURE: Final = 0.6
#: Of the main reader's least sure digit, where its second look and the sure third reader say the same. On some 2,700 numbers
#: written in four hands this was wrong no more often than both readers being sure (decision 41).
_TWICE_SURE: Final = 0.5
#: Of a line's middle glyph in height: the mark of a date and dust are smaller.
_AS_HIGH: Final = 0.5
_DATE_PARTS: Final = 3


class NumberJudge:
    """Judges one number. Build it for a value, then ask for the kind it is."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._reading = evidence.reading
        self._rereader = evidence.rereader

    def judged(self) -> Field:
        """The field by its kind; where it may be by hand, by all that three networks think of too (`trust.written`)."""
        kind = self._reading.field.kind
        field = (
            self.phone() if kind is FieldKind.PHONE else self.count() if kind is FieldKind.COUNT else self._other(kind)
        )
        return self.by_hand(field)

    def _other(self, kind: FieldKind) -> Field:
        return self.date() if kind is FieldKind.DATE else self.id_number()

    def by_hand(self, field: Field) -> Field:
        """The field as it was judged, or as what stands there is far likelier to be; asked about where that may be another."""
        evidence = self._evidence
        if not (evidence.clear and evidence.whole) or self._rereader.picture.coarse or self._is_clearly_printed():
            return field
        return weigh_number(field, self._kind, evidence, self._may_be_all)

    def _may_be_all(self, number: str) -> bool:
        """Whether a number is all that was read: nothing else stands there, no stroke at an end, which may be a table's rule, and
        no more strokes than characters."""
        raw = squash(self._reading.raw)
        mended = raw[:1] + raw[1:-1].translate(_STROKES) + raw[-1:]
        known = set(number) | set(_DIGITS) | {"X", *(slip for slip in SLIPS if not slip.isalnum() and slip not in "|!")}
        return len(mended) == len(number) and set(mended) <= known and not self._has_lost_a_digit()

    @property
    def _kind(self) -> FieldKind:
        kind = self._reading.field.kind
        return FieldKind.PHONE if kind is FieldKind.WECHAT_ID else kind

    def phone(self) -> Field:
        """One phone number or several; a bare stroke in one is a 1, and what is no phone number is believed only of print."""
        mended = _with_ones(self._reading.raw)
        if mended is not None:
            return self._mended_phone(mended)
        if not all(map(_is_phone, self._own_phones())) and not self._is_clearly_printed():
            return self._evidence.doubted(NOT_TWICE if self._evidence.clear else UNCLEAR)
        if any(len(number) < _SHORTEST_PHONE for number in self._own_phones()):
            return self._evidence.doubted(NO_VALUE)  # 〃, which all readers take for 11
        return self._number(_DIGITS, self._same_phones)

    def _mended_phone(self, mended: str) -> Field:
        """A mobile number with a bare stroke, which the third reader, that knows nothing but digits there, sees as a 1."""
        agreed, third = self._third(_DIGITS, lambda text: parse_phones(text) == (mended,))
        if agreed and self._evidence.whole and self._evidence.clear and self._is_sure_of_digits(SURE):
            return self._evidence.believed(third, value=mended)
        doubt = NOT_TWICE if self._evidence.clear else UNCLEAR
        return self._evidence.doubted(doubt, third, value=Parsed(value=mended))

    def count(self) -> Field:
        """A count in digits; see `is_in_digits`."""
        return self._number(_DIGITS + ",", self._same_count)

    def _is_sure_of_digits(self, least: float) -> bool:
        """Whether the main reader is sure of what it read as digits."""
        read = [self._rereader.first_reading(line.box) for line in self._evidence.lines]
        pairs = [pair for reading in read for pair in zip(reading.text, reading.chances, strict=True)]
        return all(chance >= least for character, chance in pairs if character in _DIGITS)

    def _second(self, alphabet: str, agrees: Callable[[str], bool]) -> tuple[bool, str | None]:
        """Whether the second reader agrees at one of its looks; and that look, else the first."""
        looks = [self._rereader.second_looks(padded(line.box), alphabet=alphabet) for line in self._evidence.lines]
        first: str | None = None
        for _ in range(3):
            text = "".join(next(look, "") for look in looks)
            first = text if first is None else first
            if text and agrees(text):
                return True, text
        return False, first or None

    def _number(self, alphabet: str, same: Callable[[str], bool]) -> Field:
        believed, other = self._is_proved(alphabet, same)
        return (
            self._evidence.believed(other)
            if believed
            else self._evidence.doubted(NOT_TWICE if self._evidence.clear else UNCLEAR, other)
        )

    def _is_proved(self, alphabet: str, same: Callable[[str], bool]) -> tuple[bool, str | None]:
        """Whether another reader sees the same number, on a page that is not clear two other looks. And what it saw."""
        if self._has_lost_a_digit():
            return False, None
        proved, other = self._is_read_twice(alphabet, same)
        return (True, other) if proved or self._is_taught(alphabet, same) else (False, other)

    def _is_taught(self, alphabet: str, same: Callable[[str], bool]) -> bool:
        """Whether, of a page that does not read well, the taught reader surely sees the same number, and the third one sees it."""
        if self._evidence.clear or self._may_be_a_count_by_hand() or self._may_have_lost_marks():
            return False
        seen = [self._rereader.taught_reading(line.box, alphabet=alphabet) for line in self._evidence.lines]
        least = TAUGHT_SURE if self._evidence.whole else TAUGHT_SURER
        sure = min(map(_least_sure_digit, seen)) >= least
        return sure and same("".join(look.text for look in seen)) and self._third(alphabet, same, least=0.0)[0]

    def _may_have_lost_marks(self) -> bool:
        """Whether a date is of digits alone: of 2010-3-7 on a fax three readers saw 201037, and 2022-1-2 would become December."""
        return self._kind is FieldKind.DATE and "".join(normalise(self._reading.raw).split()).isdigit()

    def _may_be_a_count_by_hand(self) -> bool:
        """On a page whose strokes cannot be counted: of a count no form tells that a digit is gone (61 was 6 to three readers)."""
        by_hand = self._rereader.picture.coarse and not self._evidence.digits().printed_coarsely
        return by_hand and self._kind is FieldKind.COUNT

    def _is_read_twice(self, alphabet: str, same: Callable[[str], bool]) -> tuple[bool, str | None]:
        """The same by the readers that know nothing of lost strokes."""
        if not (self._evidence.whole or keeps_its_bars(self._evidence)):
            return False, None
        alike, third = self._third(alphabet, same)
        if alike and self._is_sure_enough(alphabet):
            return True, third
        if not self._evidence.whole:
            return False, third
        agreed, second = self._second(alphabet, same) if self._evidence.sure >= SURE else (False, None)
        if agreed and (
            alike or (self._evidence.sure >= _NUMBER_SURE and (self._evidence.clear or self._is_same_again(alphabet)))
        ):
            return True, second
        return False, third or second

    def _is_sure_enough(self, alphabet: str) -> bool:
        """Whether the main reader is, for a number that the third one surely sees too."""
        if self._evidence.clear and self._is_sure_of_digits(SURE):
            return True
        sure = self._is_sure_of_digits(_TWICE_SURE) if self._evidence.clear else self._evidence.sure >= SURE
        return sure and self._is_same_again(alphabet)

    def _has_lost_a_digit(self) -> bool:
        """Whether by hand more strokes stand in a line than were read: of 78102 all readers surely saw 7802."""
        if self._rereader.picture.coarse or self._is_clearly_printed():
            return False
        lines = (line for line in self._evidence.lines if line.text.isascii() and line.text.isdigit())
        return any(_count_strokes(self._rereader.line_crop(line.box)[0]) > len(line.text) for line in lines)

    def _third(self, alphabet: str, same: Callable[[str], bool], *, least: float = SURE) -> tuple[bool, str | None]:
        """Whether the third reader agrees, and is sure of the digits, at one of its looks; and that look, else the first."""
        first: str | None = None
        for boxes in ([line.box for line in self._evidence.lines], [padded(line.box) for line in self._evidence.lines]):
            seen = [self._rereader.third_reading(box, alphabet=alphabet) for box in boxes]
            text = "".join(reading.text for reading in seen)
            first = text if first is None else first
            if same(text) and min(map(_least_sure_digit, seen)) >= least:
                return True, text
        return False, first or None

    def _same_phones(self, second: str) -> bool:
        own = self._own_phones()
        digits = "".join(c for number in own for c in number if c in _DIGITS)
        return "".join(c for c in second if c in _DIGITS) == digits or parse_phones(second) == own

    def _own_phones(self) -> tuple[str, ...]:
        parsed = self._reading.parsed
        return parsed.candidates or (str(parsed.value),)

    def _same_count(self, second: str) -> bool:
        count = parse_count(second)
        return count is not None and count.value == self._reading.parsed.value

    def date(self) -> Field:
        """A date; where no digits are seen alike, as any text."""
        raw = normalise(self._reading.raw)
        alphabet = _DIGITS + (".-/" if raw.isascii() else "年月日")
        proved, other = self._is_proved(alphabet, self._same_date)
        if proved:
            return self._evidence.believed(other)
        if not self._evidence.clear and self._may_have_lost_marks():
            return self._evidence.doubted(UNCLEAR, other)
        return judge_text(self._evidence, other)

    def _same_date(self, text: str) -> bool:
        """By its numbers: what stands between them is no part of the date, and readers confuse 月 and 日 by hand."""
        own = _numbers(normalise(self._reading.raw))
        return parse_date(text) == self._reading.parsed.value or (len(own) == _DATE_PARTS and _numbers(text) == own)

    def _is_same_again(self, alphabet: str | None) -> bool:
        """Whether the main reader says the same of a differently prepared crop of every line."""
        again = (
            self._rereader.main_reading(line.box, alphabet=alphabet, prepared=True).text
            for line in self._evidence.lines
        )
        return all(is_same(text, line.text) for text, line in zip(again, self._evidence.lines, strict=True))

    def _is_as_written(self, value: str) -> bool:
        """Whether a number read twice alike is what stands there although its check digit is wrong: only print, and whole.

        By hand two networks misread alike; and of a number that wrapped a soft photo showed one line, a 6, to all readers.
        """
        return len(value) in _LENGTHS and self._evidence.sure >= SURE and self._is_clearly_printed()

    def _is_clearly_printed(self) -> bool:
        return self._evidence.clear and self._evidence.digits().printed

    def id_number(self) -> Field:
        """An ID number, a slip of one character corrected where that is proved."""
        value = str(self._reading.parsed.value or "")
        if check_id_number(value).ok and self._evidence.clear and self._are_digits_seen():
            return self._evidence.believed()
        slips = corrections(value)
        alphabet = _DIGITS + "X"
        agreed, second = self._third(
            alphabet, lambda text: parse_id_number(text) in (value, *slips), least=self._least(slips)
        )
        if not agreed:
            agreed, second = self._second(alphabet, lambda text: parse_id_number(text) in (value, *slips))
        seen = parse_id_number(second or "")
        if agreed and seen == value and (check_id_number(value).ok or self._is_as_written(value)):
            return self._evidence.believed(second)
        one = slips[0] if len(slips) == 1 else None
        if agreed and one is not None and seen == one:
            return self._evidence.believed(second, value=one)
        return self._evidence.doubted(NUMBER, second, value=None if one is None else Parsed(value=one))

    def _least(self, slips: Sequence[str]) -> float:
        """How sure the third reader must be of each character. Not at all where what it sees is the one number with a right check
        digit that only slips of the main reader keep from being proved (× for X, | for 1)."""
        proved = len(slips) == 1 and self._evidence.clear and self._are_digits_seen()
        return 0.0 if proved else SURE

    def _are_digits_seen(self) -> bool:
        """Whether the main reader is sure enough of the digits for a check digit to prove them, by one look or by two."""
        if self._is_sure_of_digits(_PROVED_SURE):
            return True
        return self._is_sure_of_digits(_TWICE_SURE) and self._is_same_again(None)


def _least_sure_digit(reading: Seen) -> float:
    pairs = zip(reading.text, reading.chances, strict=True)
    return min((chance for character, chance in pairs if character in _DIGITS + "X"), default=0.0)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall("[0-9]+", text)]


def _count_strokes(line: Gray) -> int:
    """How many pieces of ink stand beside one another in a line, marks left out."""
    heights = [glyph.height for glyph in cut_glyphs(line)]
    return sum(height > _AS_HIGH * median(heights) for height in heights)


def is_in_digits(raw: str) -> bool:
    """Whether a count is written in digits and nothing else."""
    return all(c in _DIGITS + "," for c in normalise(raw))


def _is_phone(number: str) -> bool:
    check = check_mobile(number)
    return check.ok or check.kind is IdKind.LANDLINE


def _with_ones(raw: str) -> str | None:
    """The mobile number that `raw` is when bare strokes between its digits are read as ones; None where there are none.

    What stands first or last may be a table's rule.
    """
    plain = normalise(raw)
    mended = plain[:1] + plain[1:-1].translate(_STROKES) + plain[-1:]
    numbers = parse_phones(mended) if mended != plain else ()
    return numbers[0] if len(numbers) == 1 and check_mobile(numbers[0]).ok else None
