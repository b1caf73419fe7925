"""Characters of WeChat IDs that no reader saw, and that the ink shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.domain.document import Box, Field
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.raster.decode import Gray
from pipeline.extract.trust.wechat_ids import judge_wechat_id
from pipeline.extract.wechat.contradiction import are_bars_as_read, is_aligned, is_contradicted
from pipeline.extract.wechat.ink import InkLine
from pipeline.extract.wechat.look_alikes import Examples
from pipeline.extract.wechat.looks import look_again
from tests.extract.printed_lines import examples_in, ink_line
from tests.extract.seen import BOX, Seen, evidence_of, reading


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
    examples, line = examples_in(face, size_px), ink_line(shown, face, size_px=size_px)
    misread = without(line, unseen)
    assert is_aligned([misread], examples)  # as many pieces of ink as characters
    assert not is_as_read(misread, examples)


@pytest.mark.parametrize("face", ["song", "kai", "hei", "sans"])
@pytest.mark.parametrize(
    "shown", ["gj19961376", "qchen__43829", "wang_jia-38", "dytq_1", "HanGang_6", "ab-cd1985", "hkpqy72"]
)
def test_what_was_read_whole_is_not_contradicted(shown: str, face: str) -> None:
    examples = examples_in(face, 30)
    assert is_as_read(ink_line(shown, face), examples)


class _OnNoPage(Seen):
    """Looks at a line of a page that has no digits to compare with."""

    def line_red(self, box: Box) -> None:
        return None


def judged(read: str, *, second: str, third: str, again: Reading | None = None) -> Field:
    first = reading(read)
    seen = _OnNoPage(first, reading(third), again=again, second=second)
    digits = cast("Any", SimpleNamespace(printed=True, examples=None, proving=None, rough=None))
    return judge_wechat_id(replace(evidence_of("owner_wechat", first, seen), digits=lambda: digits))


@pytest.mark.parametrize(
    ("second", "doubtful"),
    [("fyy2885", True), ("fy2885", False), ("", False), ("fv285", False), ("fy28 85l|l|l", False)],
)
def test_a_character_that_only_tesseract_sees_is_asked_about(second: str, *, doubtful: bool) -> None:
    """Of the yy of fyy2005 (WenQuanYi Zen Hei, 10 points, 170 dpi), which touch, both networks saw one."""
    assert judged("fy2885", second=second, third="fy2885").doubtful is doubtful


@pytest.mark.parametrize(
    ("second", "third", "doubtful"),
    [
        ("Jjen2885", "jen2885", False),
        ("Jjen2885", "jjen2885", True),
        ("jjen2885", "jen2885", True),
        ("Jjenn2885", "jen2885", True),
    ],
)
def test_a_letter_that_tesseract_writes_in_both_cases_is_one(second: str, third: str, *, doubtful: bool) -> None:
    """Jjin-450jlz, WenMengyYing_38: what both networks and the third reader saw once stands there once."""
    assert judged("jen2885", second=second, third=third).doubtful is doubtful
    looks = look_again(BOX, BOX, cast("Any", _OnNoPage(reading("jen2885"), reading(third), second=second)))
    assert (looks.again is None) is doubtful


@pytest.mark.parametrize(("third", "doubtful"), [("fy2885", False), ("fyz885", True), ("fy285", True)])
def test_what_tesseract_misread_and_a_second_look_saw_unsurely_the_third_reader_settles(
    third: str, *, doubtful: bool
) -> None:
    again = reading("fy2885", 0.99, 0.99, 0.6)
    assert judged("fy2885", second="fyz885", third=third, again=again).doubtful is doubtful


@pytest.mark.parametrize(
    ("read", "third", "doubtful"),
    [
        ("Weijia4484", "Weija4484", True),
        ("Weijia4484", "WeiJia4484", True),
        ("WeiJia4484", "WeiJia4484", False),
        ("weijia4484", "weija4484", False),
    ],
)
def test_a_j_beside_capital_letters_is_seen_by_all(read: str, third: str, *, doubtful: bool) -> None:
    """In DejaVu Sans of 9 points at 150 dpi the J of WeiJia4404 was a j for two readers."""
    examples = examples_in("sans", 30)
    first = reading(read)
    line = ink_line(read, "sans")
    seen = _Drawn(first, reading(third), second=read, line=line)
    digits = cast("Any", SimpleNamespace(printed=True, examples=examples, proving=examples, rough=None))
    assert (
        judge_wechat_id(replace(evidence_of("owner_wechat", first, seen), digits=lambda: digits)).doubtful is doubtful
    )


class _Drawn(_OnNoPage):
    """Looks at a line that is drawn."""

    def __init__(self, first: Reading, third: Reading, *, second: str, line: InkLine) -> None:
        wide = line.crop.shape[1]
        placed = replace(first, centres=tuple(middle / wide for middle in line.middles))
        super().__init__(placed, third, second=second)
        self._crop = line.crop

    def line_crop(self, box: Box, others: Iterable[Box] = ()) -> tuple[Gray, float, float]:
        return self._crop, 0.0, float(self._crop.shape[1])
