"""Marks of sentences in black and white, a full stop that wrapped by itself, and names that nobody has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.extract.doubts import CUT_ADDRESS, NO_NUMBER, NO_SURNAME, NO_VALUE, RING
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Line
from pipeline.extract.surnames import begins_with_surname
from pipeline.extract.trust.evidence import Evidence
from pipeline.extract.trust.text import judge_text
from pipeline.extract.trust.text_looks import ON_COARSE, TextLooks, is_agreed, is_settled
from pipeline.extract.trust.text_marks import count_marks, sentence_of
from tests.extract.seen import BOX, Seen, evidence_of, reading

TEXT = "限行、拼车，交友"
SURE = reading(TEXT, *[0.99] * 8)


def _is_agreed(third: Reading, *, first: Reading = SURE, again: Reading = SURE, second: str = "", **how: bool) -> bool:
    looks = TextLooks(BOX, BOX, Seen(first, third, again=again, second=second))  # type: ignore[arg-type]
    return is_agreed(looks, ON_COARSE, by_hand=how.get("by_hand", False), few_dots=how.get("few_dots", True))


@pytest.mark.parametrize(
    ("third", "second", "believed"),
    [
        pytest.param(reading(TEXT, 0.9, 0.9, 0.55, 0.9, 0.9, 0.6, 0.9, 0.9), "", True, id="it sees them, unsure"),
        pytest.param(reading(TEXT, 0.9, 0.9, 0.4, 0.9, 0.9, 0.6, 0.9, 0.9), "", False, id="too unsure of them"),
        pytest.param(reading("限行拼车，交友", *[0.9] * 7), "", False, id="it passes over one"),
        pytest.param(reading("限行拼车，交友", *[0.9] * 7), TEXT, True, id="but another engine sees them all"),
        pytest.param(reading("限行：拼车，交友", *[0.9] * 8), TEXT, True, id="it takes one for another"),
        pytest.param(reading("限行、拼车，交、友", *[0.9] * 9), TEXT, False, id="it sees one more"),
        pytest.param(reading("限行、拼车，交女", *[0.9] * 8), TEXT, False, id="it reads another letter"),
        pytest.param(reading(TEXT, 0.8, *[0.9] * 7), TEXT, False, id="it is unsure of a letter"),
    ],
)
def test_on_a_fax_a_sentence_is_believed_whose_marks_are_surely_seen_twice(
    third: Reading, second: str, believed: bool
) -> None:
    assert _is_agreed(third, second=second) is believed


def test_not_where_the_main_reader_wavers_or_a_hand_may_have_written() -> None:
    unsure = reading(TEXT, 0.99, 0.99, 0.85, *[0.99] * 5)
    other = reading(TEXT.replace("、", "·"), *[0.99] * 8)
    third = reading("限行拼车，交友", *[0.9] * 7)
    assert _is_agreed(third, second=TEXT)
    assert not _is_agreed(third, second=TEXT, first=unsure)
    assert not _is_agreed(third, second=TEXT, again=unsure)
    assert not _is_agreed(third, second=TEXT, again=other)
    assert not _is_agreed(third, second=TEXT, by_hand=True)
    assert not _is_agreed(third, second=TEXT, few_dots=False)


@pytest.mark.parametrize(
    ("again", "believed"),
    [
        pytest.param("简介：美食", True, id="the same colon, wide"),
        pytest.param("简介:美、食", False, id="a mark that the first look passed over"),
    ],
)
def test_a_colon_is_one_mark_in_either_width(again: str, believed: bool) -> None:
    """Of a form of "label:value" each text was asked about, for the second look saw one mark more."""
    first = reading("简介:美食")
    looks = TextLooks(BOX, BOX, Seen(first, first, again=reading(again, 0.6)))  # type: ignore[arg-type]
    assert is_settled(looks) is believed


def test_letters_and_marks_are_told_apart_whatever_their_width() -> None:
    sentence = sentence_of(reading("宣传， A座。", 0.9, 0.8, 0.7, 0.1, 0.9, 0.9, 0.6))
    assert (sentence.letters, sentence.marks) == ("宣传A座", ((2, ","), (4, "。")))
    assert (sentence.sure, sentence.sure_of_marks, sentence.common) == (0.8, 0.6, True)
    assert sentence_of(reading("8：30。")).marks == sentence_of(reading("8:30。")).marks == ((1, ":"), (3, "。"))
    assert count_marks("8:30-17:30。") == 1


def _wrapped(*texts: str) -> Evidence:
    """A description of several lines, of all of which every reader is sure."""
    first = reading("".join(texts))
    evidence = evidence_of("description", first, Seen(first, first), printed=True)
    lines = tuple(Line(text=text, box=BOX, reader="main", confidence=0.99) for text in texts)
    return replace(evidence, reading=replace(evidence.reading, raw="\n".join(texts), lines=lines))


def test_a_ring_on_a_line_by_itself_is_offered_as_the_full_stop_that_wrapped() -> None:
    """Fine faxes of the sans-serif face (seeds 3902004 to 3902007): all readers saw a 0, one surely."""
    field = judge_text(_wrapped("不发布时政类新闻信息", "0"))
    assert (field.value, field.doubt) == ("不发布时政类新闻信息。", RING)


def test_a_latin_full_stop_behind_chinese_is_asked_about_and_offered_as_a_chinese_one() -> None:
    """ZCOOL XiaoWei's ring is so small that both readers see a dot."""
    field = judge_text(_wrapped("每周更新2至3篇", "原创图文."))
    assert (field.value, field.doubt) == ("每周更新2至3篇原创图文。", RING)
    assert judge_text(_wrapped("网址www.example.cn")).doubt is None


def test_a_text_of_one_level_stroke_may_be_a_dash() -> None:
    """— for a description, in a table of dots: all readers saw 一, and it was believed."""
    assert judge_text(_wrapped("一")).doubt == NO_VALUE
    assert judge_text(_wrapped("一", "日游信息")).doubt is None


@pytest.mark.parametrize(
    ("address", "doubt"),
    [
        pytest.param("廊坊市安", CUT_ADDRESS, id="of a cell that was cut"),
        pytest.param("廊坊市安次区落垡镇第三小学", None, id="whole"),
        pytest.param("廊坊市安次区光明西道12号3单元", None, id="also whole"),
        pytest.param("大城县香邑国际II区26号楼", NO_NUMBER, id="of III区 all readers made it"),
        pytest.param("https://www.example.cn/", None, id="网址"),
    ],
)
def test_an_address_that_ends_as_none_does_is_asked_about(address: str, doubt: str | None) -> None:
    evidence = evidence_of("address", reading(address), Seen(reading(address), reading(address)), printed=True)
    assert judge_text(evidence).doubt == doubt


def test_a_digit_on_a_line_by_itself_may_be_a_numbers() -> None:
    assert judge_text(_wrapped("永定路1", "0")).doubt is not RING
    assert judge_text(_wrapped("不发布时政类新闻信息", "。")).doubt is not RING


@pytest.mark.parametrize(
    ("name", "printed", "doubt"),
    [
        pytest.param("素彬超", False, NO_SURNAME, id="by hand, for 秦彬超 (handwritten, seed 3500019)"),
        pytest.param("秦彬超", False, None, id="a surname"),
        pytest.param("欧阳彬", False, None, id="of two characters"),
        pytest.param("素彬超", True, None, id="in print what stands there is read"),
    ],
)
def test_by_hand_a_name_that_begins_with_no_surname_is_asked_about(name: str, printed: bool, doubt: str | None) -> None:
    first = reading(name, *[1.0] * len(name))
    assert judge_text(evidence_of("owner_name", first, Seen(first, first), printed=printed)).doubt == doubt


def test_a_surname_needs_a_name() -> None:
    assert [begins_with_surname(name) for name in ("秦", "尉迟", "素彬超", "尉迟明", "", "Anna")] == [
        *[False] * 3,
        *[True] * 3,
    ]


def test_words_that_point_at_the_owner_need_no_surname() -> None:
    """同账号所有人 was asked about as a name by hand that begins with no surname."""
    first = reading("同账号所有人")
    evidence = evidence_of("admin_name", first, Seen(first, first))
    assert judge_text(evidence).doubt == NO_SURNAME
    assert not judge_text(evidence, refers=True).doubtful
