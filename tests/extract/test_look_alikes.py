"""l 1 I, 0 o O and underscores told by their ink, whatever both readers say."""

from __future__ import annotations

import pytest

from pipeline.extract.glyphs import cut_glyphs, difference, share_out
from pipeline.extract.look_alikes import Examples
from pipeline.extract.trust_wechat import prove_wechat_id, read_examples
from pipeline.extract.wechat_shapes import fold
from tests.extract.printed_lines import NUMBERS, draw_line, ink_line

FACES = ("song", "kai", "hei", "sans")


def examples_in(face: str) -> Examples:
    found = read_examples([[ink_line(text, face, seed=i)] for i, text in enumerate(NUMBERS)])
    assert found is not None
    return found


@pytest.mark.parametrize("face", FACES)
def test_a_line_is_cut_into_its_characters(face: str) -> None:
    assert len(cut_glyphs(draw_line("13a5-hj9", face))) == 8


@pytest.mark.parametrize("face", FACES)
def test_two_prints_of_a_character_are_alike_and_two_characters_are_not(face: str) -> None:
    first, again, other = cut_glyphs(draw_line("557", face))
    assert difference(first, again) < 0.01 < difference(first, other)


def test_touching_characters_are_shared_out_by_where_they_stand() -> None:
    assert share_out([(0, 10), (12, 34), (36, 46)], [5, 17, 29, 41], 12) == [1, 2, 1]
    assert share_out([(0, 10), (12, 22)], [5], 12) is None
    assert share_out([(0, 10)], [5, 80], 12) is None


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("shown", "read_as"),
    [
        ("hello70_yxy", "he11o70_yxy"),
        ("li_yinghui", "1i_yinghui"),
        ("wang10o0lo", "wang1O0olo"),
        ("qm__236oo", "qm__23600"),
        ("I1lI1lk", "l1ll1lk"),
        ("xiao1Il", "xiaolll"),
        ("zhao_0O0", "zhao_000"),
    ],
)
def test_what_is_settled_is_what_stands_there(face: str, shown: str, read_as: str) -> None:
    settled = prove_wechat_id(ink_line(shown, face, read_as=read_as), read_as, examples_in(face))
    assert settled in (shown, None)


@pytest.mark.parametrize(
    ("face", "shown", "read_as"),
    [
        ("song", "li_yinghui", "1i_yinghui"),
        ("song", "wang10o0", "wangl00o"),
        ("kai", "qm_236oo", "qm_23600"),
        ("hei", "liu10o0lo", "1iu1O0olo"),
    ],
)
def test_most_look_alikes_are_settled_against_both_readers(face: str, shown: str, read_as: str) -> None:
    assert prove_wechat_id(ink_line(shown, face, read_as=read_as), read_as, examples_in(face)) == shown


@pytest.mark.parametrize("face", FACES)
def test_underscores_are_counted_by_their_length(face: str) -> None:
    for count in (1, 2, 3):
        shown = f"ab{'_' * count}7x9k"
        settled = prove_wechat_id(ink_line(shown, face), shown.replace("_" * count, "__"), examples_in(face))
        assert settled in (shown, None)


def test_a_line_set_smaller_than_the_numbers_stays_open() -> None:
    line = ink_line("wang10o0lo", "song", size_px=21)
    assert prove_wechat_id(line, "wang10o0lo", examples_in("song")) is None


def test_another_typeface_than_that_of_the_numbers_stays_open() -> None:
    assert prove_wechat_id(ink_line("wang1270lo", "hei"), "wang1270lo", examples_in("song")) is None


def test_readers_that_see_different_shapes_prove_nothing() -> None:
    assert prove_wechat_id(ink_line("wang10a0lo", "song"), "wang10e0lo", examples_in("song")) is None


def test_a_number_that_its_check_digit_refutes_is_no_example() -> None:
    assert read_examples([[ink_line("131003196105206572", "song")], [ink_line("12756147892", "song")]]) is None


def test_what_readers_confuse_is_one_when_folded() -> None:
    assert fold("lI1|oO0__Wx") == fold("111100O_wX")
    assert fold("ab") != fold("ad")
