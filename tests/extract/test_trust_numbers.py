"""Numbers written by hand: a stroke is a 1, a cross an X, and what is no number at all is nobody's."""

from __future__ import annotations

import pytest

from bench.pages import make_pages
from bench.scoring import Score, score
from pipeline.domain.document import Field
from pipeline.extract.document import read_document
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.trust.numbers import NumberJudge
from pipeline.extract.trust.text import judge_text
from samples.fonts import has_handwriting
from tests.extract.seen import PROFILE, Seen, evidence_of, reading
from tests.lent_engines import lent_engines


def _judge(
    key: str, first: Reading, third: Reading, second: str = "", *, printed: bool = False, **marks: bool
) -> Field:
    judge = NumberJudge(evidence_of(key, first, Seen(first, third, second=second), printed=printed, **marks))
    by_key = {"owner_id_number": judge.id_number, "opened_on": judge.date, "follower_count": judge.count}
    return by_key.get(key, judge.phone)()


def _read(text: str, **unsure: float) -> Reading:
    """Sure of all characters but those at `at_N`."""
    return reading(text, *(unsure.get(f"at_{index}", 0.99) for index in range(len(text))))


STROKED = _read("18534|36069", at_5=0.5)


def test_a_number_with_a_bare_stroke_is_not_two_numbers() -> None:
    """The second reader saw no stroke, the digits that remained were alike, and two impossible numbers were believed."""
    field = _judge("owner_phone", STROKED, _read("18534136069", at_5=0.6), "1853436069")
    assert (field.value, field.candidates, field.doubtful) == ("18534136069", (), True)


def test_a_bare_stroke_is_a_1_where_the_reader_that_knows_only_digits_is_sure_of_it() -> None:
    field = _judge("owner_phone", STROKED, _read("18534136069"))
    assert (field.value, field.doubtful, field.raw) == ("18534136069", False, "18534|36069")


@pytest.mark.parametrize(
    ("first", "third", "marks"),
    [
        pytest.param(STROKED, _read("18534736069"), {}, id="the other one sees a 7"),
        pytest.param(_read("18534|36069", at_2=0.8), _read("18534136069"), {}, id="unsure of a digit"),
        pytest.param(STROKED, _read("18534136069"), {"clear": False}, id="a page that is not clear"),
        pytest.param(STROKED, _read("18534136069"), {"whole": False}, id="strokes may have fallen out"),
        pytest.param(_read("1853413606|"), _read("18534136061"), {}, id="a table's rule at the end"),
    ],
)
def test_a_bare_stroke_is_asked_about_where(first: Reading, third: Reading, marks: dict[str, bool]) -> None:
    assert _judge("owner_phone", first, third, **marks).doubtful


def test_a_number_is_as_sure_as_its_digits() -> None:
    """Of the blank in +86 138… or before a remark no reader is sure, and what knows only digits never reads the same line again."""
    first = _read("+86 13800138000", at_0=0.8, at_3=0.7)
    for printed, digits in ((True, _read("8613800138000")), (False, _read("8613800138000"))):
        judge = NumberJudge(evidence_of("owner_phone", first, Seen(first, digits, again=digits), printed=printed))
        assert (judge.phone().value, judge.phone().doubtful) == ("13800138000", False)
    unsure = _read("+86 13800138000", at_6=0.8)
    judge = NumberJudge(evidence_of("owner_phone", unsure, Seen(unsure, digits, again=digits), printed=True))
    assert judge.phone().doubtful


def test_two_numbers_with_a_stroke_between_them_are_two() -> None:
    both = _read("13800138000|13900139000")
    field = _judge("owner_phone", both, _read("1380013800013900139000"))
    assert field.candidates == ("13800138000", "13900139000")


def test_what_is_no_phone_number_is_believed_of_print_only() -> None:
    short = _read("1380013800")
    assert _judge("owner_phone", short, short).doubtful
    assert not _judge("owner_phone", short, short, printed=True).doubtful
    assert not _judge("owner_phone", _read("0316-2339541"), _read("03162339541")).doubtful


def test_two_strokes_are_no_phone_number_however_well_they_are_printed() -> None:
    """〃 in the administrator's rows: all readers surely see 11."""
    strokes = _read("11")
    assert _judge("admin_phone", strokes, strokes, "11", printed=True).doubtful


@pytest.mark.parametrize(
    ("text", "doubtful"), [("11", True), ("李晓·", True), ("·晓", True), ("李晓", False), ("古丽·买买提", False)]
)
def test_a_name_has_letters_at_both_ends(text: str, doubtful: bool) -> None:
    """All readers make a dot of a box for a character that the typeface lacks."""
    seen = _read(text)
    field = judge_text(evidence_of("admin_name", seen, Seen(seen, seen, second=text), printed=True))
    assert field.doubtful == doubtful


def test_a_cross_is_the_x_that_the_check_digit_wants() -> None:
    crossed = _read("21088119891001934×", at_17=0.6)
    field = _judge("owner_id_number", crossed, _read("21088119891001934X", at_17=0.25))
    assert (field.value, field.doubtful) == ("21088119891001934X", False)


def test_a_cross_that_no_other_reader_sees_is_offered_as_x_and_asked_about() -> None:
    crossed = _read("21088119891001934×", at_17=0.6)
    field = _judge("owner_id_number", crossed, _read("210881198910019341", at_17=0.25))
    assert (field.value, field.doubtful) == ("21088119891001934X", True)
    unsure = _read("21088119891001934×", at_3=0.4)
    assert _judge("owner_id_number", unsure, _read("21088119891001934X", at_3=0.4)).doubtful


@pytest.mark.skipif(not has_handwriting(), reason="the handwriting typefaces are not here; make fonts")
def test_the_page_whose_phone_was_believed_to_be_two_numbers() -> None:
    (page,) = make_pages("handwritten", 1, 2_310_014)
    read = read_document(page.content, page.media, name="page", profile=PROFILE, engines=lent_engines())
    scored = {item.key: item for item in score(read, page.truth)}
    assert scored["owner_phone"].right
    assert [item.key for item in scored.values() if item.score is Score.WRONG] == []


@pytest.mark.parametrize(
    ("unsure", "third", "again", "believed"),
    [
        pytest.param(0.55, 0.9, "15021147298", True, id="two looks and the other network"),
        pytest.param(0.45, 0.9, "15021147298", False, id="one look hardly sees it"),
        pytest.param(0.55, 0.8, "15021147298", False, id="the other network is unsure"),
        pytest.param(0.55, 0.9, "15021147290", False, id="the second look sees another digit"),
    ],
)
def test_a_number_is_believed_that_is_read_alike_three_times(
    unsure: float, third: float, again: str, believed: bool
) -> None:
    first = _read("15021147298", at_4=unsure)
    seen = Seen(first, _read("15021147298", at_4=third), again=_read(again))
    assert NumberJudge(evidence_of("owner_phone", first, seen)).phone().doubtful is not believed


def test_a_date_is_its_numbers_whatever_is_seen_between_them() -> None:
    """By hand the third reader takes 月 for 日, and is sure of neither."""
    first = _read("2015年08月18日")
    assert not _judge("opened_on", first, _read("2015年08日18日", at_7=0.4, at_4=0.5)).doubtful
    assert _judge("opened_on", first, _read("2015年03日18日", at_7=0.4)).doubtful
    assert _judge("opened_on", first, _read("2015年08日18日", at_6=0.8)).doubtful


def test_of_a_number_by_hand_no_stroke_may_be_left_over() -> None:
    """Of 78102 in one hand all readers surely saw 7802."""
    first = _read("7802")
    for strokes, printed, believed in ((4, False, True), (3, False, True), (5, False, False), (5, True, True)):
        seen = Seen(first, first, strokes=strokes)
        field = NumberJudge(evidence_of("follower_count", first, seen, printed=printed)).count()
        assert field.doubtful is not believed


def test_an_open_4_by_hand_is_the_4_that_the_check_digit_wants() -> None:
    read = _read("13108119670207943H", at_17=0.6)
    field = _judge("owner_id_number", read, _read("131081196702079434", at_17=0.9))
    assert (field.value, field.doubtful) == ("131081196702079434", False)


@pytest.mark.parametrize(
    ("unsure", "again", "believed"), [(0.55, 0.99, True), (0.45, 0.99, False), (0.55, None, False)]
)
def test_a_check_digit_proves_what_two_looks_see(unsure: float, again: float | None, believed: bool) -> None:
    number = "131081196112310210"
    first = _read(number, at_3=unsure)
    seen = Seen(first, _read("131031196112310210"), again=_read(number if again else "131031196112310210"))
    assert NumberJudge(evidence_of("owner_id_number", first, seen)).id_number().doubtful is not believed
