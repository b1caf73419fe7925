"""Numbers written by hand: a stroke is a 1, a cross an X, and what is no number at all is nobody's."""

from __future__ import annotations

import pytest

from bench.pages import make_pages
from bench.scoring import Score, score
from pipeline.domain.document import Field
from pipeline.extract.document import read_document
from pipeline.extract.ocr import Reading
from pipeline.extract.trust_numbers import NumberJudge
from samples.fonts import has_handwriting
from tests.extract.seen import PROFILE, Seen, evidence_of, reading
from tests.lent_engines import lent_engines


def _judge(
    key: str, first: Reading, third: Reading, second: str = "", *, printed: bool = False, **marks: bool
) -> Field:
    judge = NumberJudge(evidence_of(key, first, Seen(first, third, second=second), printed=printed, **marks))
    return judge.id_number() if key.endswith("id_number") else judge.phone()


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


def test_two_numbers_with_a_stroke_between_them_are_two() -> None:
    both = _read("13800138000|13900139000")
    field = _judge("owner_phone", both, _read("1380013800013900139000"))
    assert field.candidates == ("13800138000", "13900139000")


def test_what_is_no_phone_number_is_believed_of_print_only() -> None:
    short = _read("1380013800")
    assert _judge("owner_phone", short, short).doubtful
    assert not _judge("owner_phone", short, short, printed=True).doubtful
    assert not _judge("owner_phone", _read("0316-2339541"), _read("03162339541")).doubtful


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
