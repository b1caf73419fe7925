"""A WeChat ID whose last letter wrapped: nothing beside it says whether it is a small one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.domain.document import Box
from pipeline.extract.doubts import LOOK_ALIKES
from pipeline.extract.form.values import parse_value
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Line
from pipeline.extract.trust.wechat_ids import judge_wechat_id
from tests.extract.seen import PROFILE, Seen, evidence_of, reading

_BOXES: tuple[Box, Box] = ((0.2, 0.2, 0.4, 0.22), (0.2, 0.23, 0.4, 0.25))


class _TwoLines(Seen):
    """Every reader sees the same of each line."""

    def __init__(self, *lines: Reading) -> None:
        super().__init__(lines[0], lines[0])
        self._lines = dict(zip(_BOXES, lines, strict=True))

    def first_reading(self, box: Box) -> Reading:
        return self._lines[box]

    def third_reading(self, box: Box, *, alphabet: str | None = None) -> Reading:
        return self._lines[box]

    def line_red(self, box: Box) -> None:
        return None

    def second_looks(self, box: Box, *, alphabet: str | None) -> Iterator[str]:
        (at,) = [line for line in self._lines if abs(line[1] - box[1]) < 0.01]
        return iter([self._lines[at].text])


@pytest.mark.parametrize(
    ("wrapped", "doubt"), [("S", LOOK_ALIKES), ("sz", LOOK_ALIKES), ("K", LOOK_ALIKES), ("8", None), ("sk", None)]
)
def test_a_letter_that_wrapped_by_itself_is_asked_about(wrapped: str, doubt: str | None) -> None:
    first, last = reading("jg9t3fhqhq"), reading(wrapped)
    seen = _TwoLines(first, last)
    evidence = evidence_of("owner_wechat", first, seen, printed=True)
    texts = (first.text, wrapped)
    lines = tuple(
        Line(text=text, box=box, reader="main", confidence=0.99) for text, box in zip(texts, _BOXES, strict=True)
    )
    field = evidence.reading.field
    raw = "\n".join(texts)
    read = replace(evidence.reading, raw=raw, parsed=parse_value(field, raw, spec=PROFILE.form), lines=lines)
    digits = cast(
        "Any",
        SimpleNamespace(printed=True, printed_coarsely=True, examples=None, proving=None, rough=None, apart=False),
    )
    assert judge_wechat_id(replace(evidence, reading=read, digits=lambda: digits)).doubt == doubt
