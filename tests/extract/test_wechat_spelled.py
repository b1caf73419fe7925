"""WeChat IDs as the Latin reader spells them: beside what the main reader saw and what the ink proves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from bench.pages import make_pages
from pipeline.domain.document import Box
from pipeline.extract.document import read_document
from pipeline.extract.form.judge import Parsed
from pipeline.extract.ocr.latin_line import SYMBOLS, LatinLine
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Page
from pipeline.extract.trust.wechat_ids import judge_wechat_id
from pipeline.extract.wechat.ink import tokens
from pipeline.extract.wechat.spelled import Known, SpelledLine, spell, spelled_out
from tests.extract.seen import PROFILE, Seen, evidence_of, reading
from tests.lent_engines import lent_engines


def _seen(text: str, unsure: dict[int, tuple[str, float]] | None = None) -> LatinLine:
    """A line that holds `text`, with what else may stand at a character, and that one's share."""
    logs = np.full((2 * len(text) + 1, len(SYMBOLS) + 1), -30.0, np.float32)
    logs[::2, 0] = 0.0
    for index, character in enumerate(text):
        other, share = (unsure or {}).get(index, ("", 0.0))
        logs[2 * index + 1, SYMBOLS.index(character) + 1] = np.log(1 - share)
        if other:
            logs[2 * index + 1, SYMBOLS.index(other) + 1] = np.log(share)
    return LatinLine(logs)


def test_each_character_has_its_own_chance() -> None:
    line = spell(_seen("hello1", {2: ("1", 0.3), 5: ("l", 0.01)}), "he11o1")
    assert line is not None
    assert line.tokens == tuple("hello1")
    assert line.chances[2] == pytest.approx(0.7, abs=0.01)
    assert line.chances[5] == pytest.approx(0.99, abs=0.005)
    assert min(line.chances[i] for i in (0, 1, 3, 4)) > 0.99


def test_underscores_in_a_row_are_one_token() -> None:
    line = spell(_seen("qx__38"), "qx_38")
    assert line is not None
    assert line.tokens == ("q", "x", "__", "3", "8")


def test_another_shape_than_the_main_reader_saw_says_nothing() -> None:
    assert spell(_seen("qx_38"), "qx_88") is None
    assert spell(_seen("qx_38"), "qx38") is None
    assert spell(_seen("qx38"), "") is None


def test_what_an_id_begins_with_is_a_letter() -> None:
    seen = _seen("1f_lu95", {0: ("l", 0.2)})
    line = spell(seen, "1f_1u95", begins=True)
    assert line is not None
    assert line.tokens[0] == "l"
    assert line.chances[0] > 0.95
    amid = spell(seen, "1f_1u95")
    assert amid is not None
    assert amid.tokens[0] == "1"


def test_a_letter_or_its_capital_is_a_question_where_both_may_stand() -> None:
    line = spell(_seen("Xiu_8", {0: ("x", 0.3)}), "xiu_8")
    assert line is not None
    assert line.chances[0] == pytest.approx(0.7, abs=0.01)


def _told(text: str, chances: dict[int, float]) -> SpelledLine:
    shown = tuple(tokens(text))
    return SpelledLine(tokens=shown, chances=tuple(chances.get(i, 1.0) for i in range(len(shown))))


def test_the_ink_and_the_reader_settle_a_line_together() -> None:
    line = _told("lub1zo", {3: 0.6})
    assert spelled_out(line, (), Known()) is None
    assert spelled_out(line, ("l", "u", "b", "1", "z", None), Known()) == "lub1zo"
    assert spelled_out(line, (None,) * 6, Known()) is None


def test_neither_is_believed_against_the_other() -> None:
    assert spelled_out(_told("lu23", {}), ("1", "u", "2", "3"), Known()) is None
    assert spelled_out(_told("lu23", {}), ("l", "u", "2"), Known()) is None


def test_less_sure_is_enough_of_what_has_no_look_alike() -> None:
    assert spelled_out(_told("cab", {0: 0.92}), (), Known()) == "cab"
    assert spelled_out(_told("cab", {0: 0.85}), (), Known()) is None
    assert spelled_out(_told("lab", {0: 0.92}), (), Known()) is None


@pytest.mark.parametrize(
    "shown",
    ["hello", "lily_23", "look23", "wang1985", "xue6104", "mlb921", "jia52036", "love1996", "wangli2005", "li_132"],
)
def test_look_alikes_are_believed_where_nobody_sets_the_other(shown: str) -> None:
    assert spelled_out(_told(shown, {}), (), Known()) == shown


@pytest.mark.parametrize(
    "shown",
    ["zj169504586", "zh1986", "2O0_li", "9812007", "li_12", "wang0", "abIde", "5lo", "abO", "li2005", "l5400_jin"],
)
def test_elsewhere_only_the_ink_tells_them(shown: str) -> None:
    """Typefaces of Song draw an l as a 1, narrow ones an O as a 0: `zjl69504586` and `l9812O0_chang` were taken for zj169504586 and
    l981200_chang, each surely."""
    assert spelled_out(_told(shown, {}), (), Known()) is None


def test_what_a_name_tells_counts() -> None:
    assert spelled_out(_told("zh1986", {}), (), Known()) is None
    assert spelled_out(_told("zh1986", {}), (), Known(digits=frozenset({2}))) == "zh1986"


def test_in_an_id_that_wechat_made_only_the_ink_tells_strokes() -> None:
    assert spelled_out(_told("wxid_a21b3", {}), (), Known(given=True)) is None
    assert spelled_out(_told("wxid_alb35", {}), (), Known(given=True)) is None
    assert spelled_out(_told("wxid_a25b3", {}), (), Known(given=True)) == "wxid_a25b3"


@pytest.mark.parametrize(
    ("channel", "seed", "shown"), [("screenshot", 9400001, "tan_yinggang"), ("screenshot", 9400004, "zheng-3032zt")]
)
def test_touching_letters_on_a_screenshot_are_believed(channel: str, seed: int, shown: str) -> None:
    """g_ touch, and a 2 is not as the page's own: the ink says nothing, and all were asked about."""
    (page,) = make_pages(channel, 1, seed)
    reading = read_document(page.content, page.media, name="page", profile=PROFILE, engines=lent_engines())
    fields = [reading.forms[0].field(key) for key in ("owner_wechat", "admin_wechat")]
    assert [(f.value, f.doubtful) for f in fields if f is not None and f.value == shown][:1] == [(shown, False)]


class _Spelling(Seen):
    """The main reader and the second one disagree; the Latin reader sees `spelled`."""

    def __init__(self, first: Reading, spelled: str) -> None:
        super().__init__(first, reading("?"), again=reading("?"), second="?")
        self._spelled = spelled

    def latin_reading(self, box: Box, others: Iterable[Box] = ()) -> LatinLine:
        return _seen(self._spelled)

    def line_red(self, box: Box) -> None:
        return None


@pytest.mark.parametrize(
    ("spelled", "clear", "printed", "believed"),
    [
        ("tan_ying23", True, True, True),
        ("tan_ying28", True, True, False),
        ("tan_ying23", False, True, False),
        ("tan_ying23", True, False, False),
    ],
)
def test_an_id_is_believed_as_spelled_in_print_on_a_clear_page(
    spelled: str, *, clear: bool, printed: bool, believed: bool
) -> None:
    first = reading("tan_ying23")
    digits = cast(
        "Any",
        SimpleNamespace(printed=printed, examples=None, proving=None, rough=None, apart=False, ascent=0.0, ells=()),
    )
    evidence = evidence_of("owner_wechat", first, _Spelling(first, spelled))
    on_page = replace(evidence.reading, page=Page(number=1, width=100, height=100))
    field = judge_wechat_id(replace(evidence, clear=clear, digits=lambda: digits, reading=on_page))
    assert (field.value, not field.doubtful) == ("tan_ying23", believed)


def test_what_was_read_of_the_field_is_what_is_spelled() -> None:
    """Of two lines one may be no part of the ID."""
    first = reading("tan_ying23")
    digits = cast(
        "Any", SimpleNamespace(printed=True, examples=None, proving=None, rough=None, apart=False, ascent=0.0, ells=())
    )
    evidence = evidence_of("owner_wechat", first, _Spelling(first, "tan_ying23"))
    on_page = replace(evidence.reading, page=Page(number=1, width=100, height=100), parsed=Parsed(value="tan_ying"))
    assert judge_wechat_id(replace(evidence, digits=lambda: digits, reading=on_page)).doubtful
