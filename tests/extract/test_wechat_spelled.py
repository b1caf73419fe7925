"""WeChat IDs as the Latin reader spells them: beside what the main reader saw and what the ink proves."""

from __future__ import annotations

import numpy as np
import pytest

from bench.pages import make_pages
from pipeline.extract.ocr.latin_line import SYMBOLS, LatinLine
from pipeline.extract.trust import wechat_ids
from pipeline.extract.wechat.spelled import SpelledLine, spell, spelled_out
from tests.extract.seen import PROFILE
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
    return SpelledLine(tokens=tuple(text), chances=tuple(chances.get(i, 1.0) for i in range(len(text))))


def test_the_ink_and_the_reader_settle_a_line_together() -> None:
    line = _told("lu1o", {2: 0.6})
    assert spelled_out(line, ()) is None
    assert spelled_out(line, ("l", "u", "1", None)) == "lu1o"
    assert spelled_out(line, (None, None, None, None)) is None


def test_neither_is_believed_against_the_other() -> None:
    assert spelled_out(_told("lu1o", {}), ("l", "u", "l", "o")) is None
    assert spelled_out(_told("lu1o", {}), ("l", "u", "l")) is None


def test_less_sure_is_enough_of_what_has_no_look_alike() -> None:
    assert spelled_out(_told("cab", {0: 0.85}), ()) == "cab"
    assert spelled_out(_told("cab", {0: 0.7}), ()) is None
    assert spelled_out(_told("1ab", {0: 0.85}), ()) is None
