"""What is known of a value under judgement, and the field that becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.domain.document import Box, Field, FieldValue
from pipeline.extract.form.judge import Parsed, Reading
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.page import Line
from pipeline.extract.wechat.page_digits import PageDigits
from pipeline.extract.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A value that was read from a picture.

    `clear`: the page reads well (`trust.page`). `whole`: none of its strokes fell out, else no agreement counts.
    `digits` are the page's proved digits; `parse` makes a value of another text of this field;
    `words` are those that texts are likely to be made of.
    """

    reading: Reading
    rereader: PictureRereader
    clear: bool
    whole: bool
    digits: Callable[[], PageDigits]
    parse: Callable[[str], Parsed]
    words: Words

    @property
    def lines(self) -> tuple[Line, ...]:
        """Those that hold text."""
        return tuple(line for line in self.reading.lines if line.text)

    @property
    def sure(self) -> float:
        """The main reader's own figure for the least sure line, 0-1."""
        return min((line.confidence or 0.0 for line in self.lines), default=0.0)

    def doubted(self, doubt: str, second: str | None = None, *, value: Parsed | None = None) -> Field:
        """For a person to confirm; `value` is what is offered instead of the value as read."""
        return judged(self.reading, value or self.reading.parsed, doubt=doubt, second=second)

    def believed(self, second: str | None = None, value: FieldValue = None) -> Field:
        """The value as read, or a better one that was proved."""
        return judged(self.reading, self.reading.parsed if value is None else Parsed(value=value), second=second)


def padded(box: Box) -> Box:
    """A line's box with a little round it: detectors cut close."""
    left, top, right, bottom = box
    return max(0.0, left - 0.002), max(0.0, top - 0.001), min(1.0, right + 0.002), min(1.0, bottom + 0.001)


def judged(reading: Reading, parsed: Parsed, *, doubt: str | None = None, second: str | None = None) -> Field:
    """The field; doubtful where anything is in doubt."""
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
