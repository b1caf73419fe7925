"""Characters of WeChat IDs that no reader saw, and that the ink shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.extract.look_alikes import Examples, make_examples
from pipeline.extract.trust_wechat import are_bars_as_read, is_aligned, is_contradicted, read_digits
from pipeline.extract.wechat_ink import InkLine
from tests.extract.printed_lines import NUMBERS, ink_line


def examples_of(face: str, size_px: int) -> Examples:
    digits = read_digits([ink_line(text, face, size_px=size_px, seed=i)] for i, text in enumerate(NUMBERS))
    examples = make_examples(digits)
    assert examples is not None
    return examples


def without(line: InkLine, index: int) -> InkLine:
    """The line as it is read by somebody who sees no character at `index`."""
    text, middles = line.text, line.middles
    return replace(line, text=text[:index] + text[index + 1 :], middles=middles[:index] + middles[index + 1 :])


def is_as_read(line: InkLine, examples: Examples) -> bool:
    return are_bars_as_read([line], examples) and not is_contradicted([line], examples)


@pytest.mark.parametrize(
    ("shown", "unseen", "face", "size_px"),
    [
        ("gj19961376", 1, "sans", 20),
        ("qcheng__43829", 7, "kai", 23),
        ("xdu__5458", 4, "song", 22),
    ],
)
def test_ink_that_no_reader_saw_contradicts(shown: str, unseen: int, face: str, size_px: int) -> None:
    examples, line = examples_of(face, size_px), ink_line(shown, face, size_px=size_px)
    misread = without(line, unseen)
    assert is_aligned([misread], examples)  # as many pieces of ink as characters
    assert not is_as_read(misread, examples)


@pytest.mark.parametrize("face", ["song", "kai", "hei", "sans"])
@pytest.mark.parametrize(
    "shown", ["gj19961376", "qchen__43829", "wang_jia-38", "dytq_1", "HanGang_6", "ab-cd1985", "hkpqy72"]
)
def test_what_was_read_whole_is_not_contradicted(shown: str, face: str) -> None:
    examples = examples_of(face, 30)
    assert is_as_read(ink_line(shown, face), examples)
