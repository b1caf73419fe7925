"""Whether a value read from a picture may be believed.

It may when it is proved (a check digit) or read twice alike on a page that reads well (`trust_page`): by the second
reader, which is another engine, or character by character by both looks of the main reader (`trust_text`). What is
neither is doubtful, and a person looks. WeChat IDs have no check digit, and both readers confuse l 1 I, 0 O o and
runs of underscores, so that there an agreement proves nothing.

The engine's own figure was 0.97 to 0.999 for `he11o` in place of `hello`: it goes on as `sure`, and only what was
measured (`calibration`) makes a confidence of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import Final

from pipeline.domain.document import Box, Field, FieldValue
from pipeline.domain.identifiers import check_id_number, check_mobile
from pipeline.domain.spelling import normalise, squash
from pipeline.domain.values import parse_count, parse_date, parse_id_number, parse_phones
from pipeline.extract.doubts import (
    BY_HAND,
    GUESSED,
    INKED,
    LOOK_ALIKES,
    NO_CELL,
    NO_VALUE,
    NOT_TWICE,
    NUMBER,
    UNCLEAR,
)
from pipeline.extract.form_judge import Parsed, Reading, TextJudge
from pipeline.extract.form_labels import LabelBook
from pipeline.extract.form_values import parse_value
from pipeline.extract.image_reread import PictureRereader
from pipeline.extract.image_ticks import BOX_LIKE
from pipeline.extract.page import Page
from pipeline.extract.page_digits import PageDigits
from pipeline.extract.text_looks import (
    ON_CLEAR,
    ON_COARSE,
    ON_UNCLEAR,
    Sureness,
    TextLooks,
    guess,
    is_agreed,
    is_settled,
)
from pipeline.extract.trust_marks import judge_signature, judge_ticks
from pipeline.extract.trust_page import is_clear
from pipeline.extract.trust_strokes import KeptStrokes, kept_strokes
from pipeline.extract.trust_text import SURE, is_same, least_sure
from pipeline.extract.trust_wechat import digits_on, is_contradicted, latin_on, prove_wechat_id, tells_l
from pipeline.extract.wechat_guess import likely_id
from pipeline.extract.wechat_ink import ink_line
from pipeline.extract.wechat_looks import LineLooks, is_seen_thrice, look_again
from pipeline.profile.form import FieldKind, FormSpec

_DIGITS: Final = "0123456789"
_LOOK_ALIKE: Final = re.compile(r"[l1I|!0OoQD]|__|[-_]$|^[-_]")
#: What engines return where a digit or X stands.
_SLIPS: Final = {
    "×": "X",
    "✕": "X",
    "|": "1",
    "!": "1",
    "I": "1",
    "L": "1",
    "O": "0",
    "Q": "0",
    "D": "0",
    "S": "5",
    "B": "8",
    "Z": "2",
}
_MOST_SLIPS: Final = 4
_NUMBER_SURE: Final = 0.9
_PROVED_SURE: Final = 0.6
_LEAST_INK_PX: Final = 30
#: Two full stops that no line was found for had 26 and 32 dots; beside 20 other values on those pages there were none.
_UNREAD_PX: Final = 12


class PictureJudge:
    """Judges the fields of forms that were read from pictures; see `form_judge.Judge`. One for each document."""

    def __init__(self, spec: FormSpec) -> None:
        self._spec = spec
        self._book = LabelBook(spec)
        self._boilerplate = spec.boilerplate
        self._others = {option.other_key for field in spec.fields for option in field.options}
        self._clear: dict[int, bool] = {}
        self._kept: dict[int, KeptStrokes] = {}
        self._digits: dict[int, PageDigits] = {}

    def judge(self, reading: Reading) -> Field:
        """The field with its doubt, if there is one."""
        rereader = reading.page.rereader
        if not isinstance(rereader, PictureRereader):
            return TextJudge().judge(reading)
        kind = reading.field.kind
        written = squash(str(reading.parsed.value or ""))
        if reading.field.key in self._others and written and set(written) <= BOX_LIKE:
            return _field(reading, Parsed())  # the empty box behind 其他, read as a character
        whole = not rereader.picture.coarse
        clear = whole and self._is_clear(reading.page)
        if kind is FieldKind.CHOICE:
            parsed, row = judge_ticks(reading, rereader)
            return _field(reading, parsed).model_copy(update={"raw": row})
        if kind is FieldKind.SIGNATURE:
            return _field(reading, judge_signature(reading, rereader, self._boilerplate, self._book, clear=clear))
        if reading.parsed.value is None and not reading.parsed.candidates:
            return _blank(reading, rereader, clear=clear)
        if kind is not FieldKind.WECHAT_ID and _has_unread_ink(reading, rereader):
            return _field(reading, reading.parsed, doubt=INKED)
        if not whole and kind is not FieldKind.WECHAT_ID:
            kept = self._kept_on(reading.page, rereader)
            whole = all(kept.of(line, rereader) for line in reading.lines if line.text)
        digits = partial(self._digits_on, reading.page, rereader)
        parse = partial(parse_value, reading.field, spec=self._spec)
        return _Value(reading, rereader, clear, whole, digits, parse).judge()

    def _digits_on(self, page: Page, rereader: PictureRereader) -> PageDigits:
        if page.number not in self._digits:
            self._digits[page.number] = PageDigits(
                digits=digits_on(page, rereader), tells_l=lambda examples: tells_l(latin_on(page, rereader), examples)
            )
        return self._digits[page.number]

    def _is_clear(self, page: Page) -> bool:
        if page.number not in self._clear:
            self._clear[page.number] = is_clear(page, self._book)
        return self._clear[page.number]

    def _kept_on(self, page: Page, rereader: PictureRereader) -> KeptStrokes:
        if page.number not in self._kept:
            self._kept[page.number] = kept_strokes(page, self._book, rereader, self._boilerplate)
        return self._kept[page.number]


class _Value:
    """One value under judgement. `whole` says that none of its strokes fell out: else no agreement counts."""

    def __init__(
        self,
        reading: Reading,
        rereader: PictureRereader,
        clear: bool,
        whole: bool,
        digits: Callable[[], PageDigits],
        parse: Callable[[str], Parsed],
    ) -> None:
        self.parse = parse
        self.reading = reading
        self.rereader = rereader
        self.clear = clear
        self.whole = whole
        self.digits = digits
        self.lines = tuple(line for line in reading.lines if line.text)
        self.sure = min((line.confidence or 0.0 for line in self.lines), default=0.0)

    def judge(self) -> Field:
        kind = self.reading.field.kind
        if not self.lines:
            return self._doubted(NOT_TWICE)
        if kind is FieldKind.ID_NUMBER:
            return self._id_number()
        if kind is FieldKind.WECHAT_ID:
            return self._wechat_id()
        if kind is FieldKind.PHONE:
            return self._number(_DIGITS, self._same_phones)
        if kind is FieldKind.COUNT and _is_digits(self.reading.raw):
            return self._number(_DIGITS + ",", self._same_count)
        if kind is FieldKind.DATE:
            return self._date()
        return self._text()

    def _doubted(self, doubt: str, second: str | None = None) -> Field:
        return _field(self.reading, self.reading.parsed, doubt=doubt, second=second)

    def _believed(self, second: str | None = None, value: FieldValue = None) -> Field:
        parsed = self.reading.parsed if value is None else Parsed(value=value)
        return _field(self.reading, parsed, second=second)

    def _second(self, alphabet: str, agrees: Callable[[str], bool]) -> tuple[bool, str | None]:
        """Whether the second reader agrees at one of its looks; and that look, else the first."""
        looks = [self.rereader.second_looks(_padded(line.box), alphabet=alphabet) for line in self.lines]
        first: str | None = None
        for _ in range(3):
            text = "".join(next(look, "") for look in looks)
            first = text if first is None else first
            if text and agrees(text):
                return True, text
        return False, first or None

    def _number(self, alphabet: str, same: Callable[[str], bool]) -> Field:
        believed, other = self._is_proved(alphabet, same)
        return self._believed(other) if believed else self._doubted(NOT_TWICE if self.clear else UNCLEAR, other)

    def _is_proved(self, alphabet: str, same: Callable[[str], bool]) -> tuple[bool, str | None]:
        """Whether another reader sees the same number, on a page that is not clear two other looks. And what it saw."""
        if not self.whole:
            return False, None
        alike, third = self._third(alphabet, same)
        if alike and self.sure >= SURE and (self.clear or self._is_same_again(alphabet)):
            return True, third
        agreed, second = self._second(alphabet, same) if self.sure >= SURE else (False, None)
        if agreed and (alike or (self.sure >= _NUMBER_SURE and (self.clear or self._is_same_again(alphabet)))):
            return True, second
        return False, third or second

    def _third(self, alphabet: str, same: Callable[[str], bool]) -> tuple[bool, str | None]:
        """Whether the third reader agrees, and is sure, at one of its looks; and that look, else the first."""
        first: str | None = None
        for boxes in ([line.box for line in self.lines], [_padded(line.box) for line in self.lines]):
            seen = [self.rereader.third_reading(box, alphabet=alphabet) for box in boxes]
            text = "".join(reading.text for reading in seen)
            first = text if first is None else first
            if same(text) and min(map(least_sure, seen)) >= SURE:
                return True, text
        return False, first or None

    def _same_phones(self, second: str) -> bool:
        parsed = self.reading.parsed
        own = parsed.candidates or (str(parsed.value),)
        digits = "".join(c for number in own for c in number if c in _DIGITS)
        return "".join(c for c in second if c in _DIGITS) == digits or parse_phones(second) == own

    def _same_count(self, second: str) -> bool:
        count = parse_count(second)
        return count is not None and count.value == self.reading.parsed.value

    def _date(self) -> Field:
        raw = normalise(self.reading.raw)
        alphabet = _DIGITS + (".-/" if raw.isascii() else "年月日")
        proved, other = self._is_proved(alphabet, lambda text: parse_date(text) == self.reading.parsed.value)
        return self._believed(other) if proved else self._text(other)

    def _text(self, seen: str | None = None) -> Field:
        """Text is believed line by line; in print on a clear page more easily than elsewhere (`text_looks`)."""
        looks = [TextLooks(line.box, _padded(line.box), self.rereader) for line in self.lines]
        believed = self.whole and all(map(self._is_believed, looks))
        others = [look.other for look in looks]
        other = "".join(text or look.first.text for text, look in zip(others, looks, strict=True))
        seen = other if any(others) else seen
        if believed:
            return self._believed(seen)
        doubted = self._doubted(NOT_TWICE if self.clear else UNCLEAR, seen)
        return doubted.model_copy(update={"value": self._guessed(looks)}) if self._may_be_guessed() else doubted

    def _may_be_guessed(self) -> bool:
        """Of what may be handwriting the main reader's own look is more often right."""
        return self.whole and not self.clear and self.reading.field.kind in (FieldKind.TEXT, FieldKind.PERSON_NAME)

    def _guessed(self, looks: Sequence[TextLooks]) -> FieldValue:
        raw = self.reading.raw
        for look in looks:
            raw = raw.replace(look.first.text, guess(look), 1)
        return self.parse(raw).value

    def _is_believed(self, looks: TextLooks) -> bool:
        if self.clear and self.digits().printed:
            return is_settled(looks)
        return is_agreed(looks, self._needed(), by_hand=not self.rereader.picture.coarse)

    def _needed(self) -> Sureness:
        if self.clear:
            return ON_CLEAR
        return ON_COARSE if self.rereader.picture.coarse else ON_UNCLEAR

    def _is_same_again(self, alphabet: str | None) -> bool:
        """Whether the main reader says the same of a differently prepared crop of every line."""
        again = (self.rereader.main_reading(line.box, alphabet=alphabet, prepared=True).text for line in self.lines)
        return all(is_same(text, line.text) for text, line in zip(again, self.lines, strict=True))

    def _id_number(self) -> Field:
        value = str(self.reading.parsed.value or "")
        if check_id_number(value).ok and self.clear and self.sure >= _PROVED_SURE:
            return self._believed()
        slips = _corrections(value)
        agreed, second = self._third(_DIGITS + "X", lambda text: parse_id_number(text) in (value, *slips))
        if not agreed:
            agreed, second = self._second(_DIGITS + "X", lambda text: parse_id_number(text) in (value, *slips))
        seen = parse_id_number(second or "")
        if agreed and seen == value and ((self.clear and self.sure >= SURE) or check_id_number(value).ok):
            # Read twice alike: right as read, even where its check digit says the writer was wrong.
            return self._believed(second)
        if agreed and len(slips) == 1 and seen == slips[0]:
            return self._believed(second, value=seen)
        return self._doubted(NUMBER, second)

    def _wechat_id(self) -> Field:
        value = str(self.reading.parsed.value or "")
        looks = [look_again(line.box, _padded(line.box), self.rereader) for line in self.lines]
        agreed = [look.again for look in looks if look.again is not None]
        second = "".join(look.seen or "" for look in looks) or None
        unlike = not _LOOK_ALIKE.search(value)
        if len(agreed) < len(looks) or min(look.sure for look in looks) < SURE or not self._may_agree(looks):
            return self._likeliest(NOT_TWICE if unlike else LOOK_ALIKES, looks)
        if "".join(agreed) == value and _is_mobile(value):
            return self._believed(second)
        if not self.digits().printed:
            return self._likeliest(BY_HAND, looks)  # where a hand makes no difference between K and k, no reader does
        if "".join(agreed) == value and unlike and not self._is_contradicted():
            return self._believed(second)
        proved = self._proved_wechat_id(value, agreed)
        return self._likeliest(LOOK_ALIKES, looks) if proved is None else self._believed(second, value=proved)

    def _may_agree(self, looks: Sequence[LineLooks]) -> bool:
        """Whether looks that agree count: on a page that is not clear only three of them."""
        pairs = zip(looks, self.lines, strict=True)
        return self.clear or (self.whole and all(is_seen_thrice(look, line.box, self.rereader) for look, line in pairs))

    def _is_contradicted(self) -> bool:
        examples = self.digits().examples
        return examples is not None and is_contradicted(
            (ink_line(line, self.rereader) for line in self.lines), examples
        )

    def _likeliest(self, doubt: str, looks: Sequence[LineLooks]) -> Field:
        """The doubt with the likeliest spelling, and where that is not what was read it says so."""
        lines = [ink_line(line, self.rereader) for line in self.lines]
        seen = [look.seen for look in looks]
        likely = likely_id(lines, seen, self.digits().rough)
        changed = likely is not None and likely != self.reading.parsed.value
        parsed = Parsed(value=likely) if changed else self.reading.parsed
        return _field(
            self.reading,
            parsed,
            doubt=GUESSED if changed else doubt,
            second="".join(map(str, filter(None, seen))) or None,
        )

    def _proved_wechat_id(self, value: str, seconds: Sequence[str]) -> str | None:
        examples = self.digits().examples
        if examples is None:
            return None
        lines = [ink_line(line, self.rereader) for line in self.lines]
        apart = self.digits().apart
        return (
            prove_wechat_id(lines, seconds, examples, apart=apart)
            if "".join(line.text for line in lines) == value
            else None
        )


def _is_mobile(value: str) -> bool:
    return value.isascii() and value.isdigit() and check_mobile(value).ok


def _is_digits(raw: str) -> bool:
    return all(c in _DIGITS + "," for c in normalise(raw))


def _corrections(value: str) -> tuple[str, ...]:
    """Numbers with a right check digit that `value` becomes when characters that are no digits are read as such."""
    slips = [i for i, c in enumerate(value) if c not in _DIGITS and not (c == "X" and i == len(value) - 1)]
    if len(value) != 18 or not slips or len(slips) > _MOST_SLIPS:
        return ()
    choices = [_SLIPS.get(value[i], "") for i in slips]
    found = []
    for picked in product(*choices):
        letters = list(value)
        for index, character in zip(slips, picked, strict=True):
            letters[index] = character
        number = "".join(letters)
        if check_id_number(number).ok:
            found.append(number)
    return tuple(found)


def _blank(reading: Reading, rereader: PictureRereader, *, clear: bool) -> Field:
    """Blank only where there is no ink; what was read but means nothing is for a person.

    So is a blank that may not be one, where the page is not clear: a rule seen in the middle of a line hides its ink.
    """
    if reading.parsed.doubt is not None or reading.raw.strip():
        return _field(reading, reading.parsed, doubt=NO_VALUE)
    boxes = [cell.box for cell in reading.cells if cell.box is not None]
    if reading.field.labels and not boxes and not reading.inline:
        return _field(reading, reading.parsed, doubt=NO_CELL)  # beyond a border that is gone
    if reading.field.labels and any(rereader.ink_px(box) >= _LEAST_INK_PX for box in boxes):
        return _field(reading, reading.parsed, doubt=INKED)
    if reading.field.required and not clear:
        return _field(reading, reading.parsed, doubt=UNCLEAR)
    return _field(reading, reading.parsed)


def _has_unread_ink(reading: Reading, rereader: PictureRereader) -> bool:
    """Whether a value's cell holds more than its lines: the full stop that wrapped is too small to be found as a line."""
    boxes = [(cell.box, [line.box for line in cell.lines]) for cell in reading.cells if cell.box is not None]
    return any(rereader.ink_beside_px(box, lines) >= _UNREAD_PX for box, lines in boxes)


def _padded(box: Box) -> Box:
    left, top, right, bottom = box
    return max(0.0, left - 0.002), max(0.0, top - 0.001), min(1.0, right + 0.002), min(1.0, bottom + 0.001)


def _field(reading: Reading, parsed: Parsed, *, doubt: str | None = None, second: str | None = None) -> Field:
    doubt = doubt or reading.doubt or parsed.doubt
    return Field(
        key=reading.field.key,
        value=parsed.value,
        raw=reading.raw,
        sure=min(
            (line.confidence for line in reading.lines if line.text and line.confidence is not None), default=None
        ),
        doubtful=doubt is not None,
        doubt=doubt,
        source=reading.source,
        reader=reading.reader,
        second=second,
        candidates=parsed.candidates,
        approximate=parsed.approximate,
    )
