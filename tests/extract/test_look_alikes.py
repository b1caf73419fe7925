"""l 1 I, 0 o O and underscores told by their ink, whatever both readers say."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from pipeline.extract.raster.glyphs import cut_glyphs, difference, share_out
from pipeline.extract.wechat.ink import InkLine
from pipeline.extract.wechat.look_alikes import make_examples
from pipeline.extract.wechat.page_numbers import read_digits
from pipeline.extract.wechat.proof import OnPage, prove_wechat_id, tells_l
from pipeline.extract.wechat.shapes import fold
from samples import fonts
from tests.extract.printed_lines import MONOSPACED, NUMBERS, draw_line, examples_in, ink_line

FACES = ("song", "kai", "hei", "sans")


def proved(line: InkLine, second: str, face: str, *, size_px: int = 30) -> str | None:
    """What one line of an ID comes to beside numbers printed in `face`."""
    return prove_wechat_id([line], [second], examples_in(face, size_px), begins=True)


@pytest.mark.parametrize("face", FACES)
def test_a_line_is_cut_into_its_characters(face: str) -> None:
    assert len(cut_glyphs(draw_line("13a5-hj9", face))) == 8


@pytest.mark.parametrize("face", FACES)
def test_two_prints_of_a_character_are_alike_and_two_characters_are_not(face: str) -> None:
    first, again, other = cut_glyphs(draw_line("557", face))
    assert difference(first, again) < 0.01 < difference(first, other)


def test_a_line_that_many_fields_ask_for_is_cut_once() -> None:
    """Judging two WeChat IDs and two telephones the glyphs of a page's digits were cut some twenty times."""
    line = draw_line("13112345678", "song")
    glyphs = cut_glyphs(line)
    assert all(one is other for one, other in zip(glyphs, cut_glyphs(line.copy()), strict=True))
    with pytest.raises(ValueError, match="read-only"):
        glyphs[0].ink[0, 0] = 1.0


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
    settled = proved(ink_line(shown, face, read_as=read_as), read_as, face)
    assert settled in (shown, None)


@pytest.mark.parametrize(
    ("face", "shown", "read_as"),
    [
        ("song", "li_yinghui", "1i_yinghui"),
        ("song", "liu_6o0", "1iu_600"),
        ("kai", "qm_236oo", "qm_23600"),
        ("hei", "liu10o0lo", "1iu1O0olo"),
    ],
)
def test_most_look_alikes_are_settled_against_both_readers(face: str, shown: str, read_as: str) -> None:
    assert proved(ink_line(shown, face, read_as=read_as), read_as, face) == shown


@pytest.mark.parametrize("face", FACES)
def test_underscores_are_counted_by_their_length(face: str) -> None:
    for count in (1, 2, 3):
        shown = f"ab{'_' * count}7x9k"
        settled = proved(ink_line(shown, face), shown.replace("_" * count, "__"), face)
        assert settled in (shown, None)


def test_a_line_set_smaller_than_the_numbers_stays_open() -> None:
    line = ink_line("wang10o0lo", "song", size_px=21)
    assert proved(line, "wang10o0lo", "song") is None


def test_another_typeface_than_that_of_the_numbers_stays_open() -> None:
    assert proved(ink_line("wang1270lo", "hei"), "wang1270lo", "song") is None


def test_readers_that_see_different_shapes_prove_nothing() -> None:
    assert proved(ink_line("wang10a0lo", "song"), "wang10e0lo", "song") is None


def test_a_number_that_its_check_digit_refutes_is_no_example() -> None:
    digits = read_digits([[ink_line("131003196105206572", "song")], [ink_line("12756147892", "song")]])
    assert not digits.glyphs


def test_a_small_o_as_high_as_a_0_stays_open() -> None:
    for read in ("ab00520", "abOO52O", "aboo52o"):
        line = ink_line("ab0O52o", "sans", read_as=read, size_px=20, seed=2)
        assert proved(line, read, "sans", size_px=20) in ("ab0O52o", None)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("shown", "read_as", "settled"),
    [("gaoyang350", "ga0yang35o", "gaoyang350"), ("gaoyang35O", "gaoyang350", None)],
)
def test_a_single_0_tells_what_is_as_it_is_and_what_is_smaller(
    face: str, shown: str, read_as: str, settled: str | None
) -> None:
    """Of no ring is it known that it is an O, which would differ from the only 0 as one that is spoilt does."""
    numbers = [ink_line(text, face, seed=i) for i, text in enumerate(("13812345679", "15987654321", "17612349805"))]
    examples = make_examples(read_digits([[line] for line in numbers]))
    assert examples is not None
    assert len(examples.digits["0"]) == 1
    assert prove_wechat_id([ink_line(shown, face, read_as=read_as)], [read_as], examples) == settled


def test_what_readers_confuse_is_one_when_folded() -> None:
    assert fold("lI1|oO0__Wx") == fold("111100O_wX")
    assert fold("ab") != fold("ad")


@pytest.mark.parametrize(
    ("face", "size_px", "shown", "read_as"),
    [
        pytest.param("kai", 32, "l5095O0_fang", "1509500_fang", id="an O a little wider than a 0"),
        pytest.param("kai", 34, "lf_yu20", "1f_yu20", id="a first letter that has the shape of a 1"),
        pytest.param("song", 30, "lai_dongmeng", "lai_dongmeng", id="a first letter of a line without digits"),
        pytest.param(
            "sans", 30, "wxid_d6e43a8b7e41el0", "wxid_d6e43a8b7e4le1O", id="WeChat's own IDs have no capitals"
        ),
    ],
)
def test_more_look_alikes_are_settled(face: str, size_px: int, shown: str, read_as: str) -> None:
    assert proved(ink_line(shown, face, read_as=read_as, size_px=size_px), read_as, face, size_px=size_px) == shown


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("shown", ["If_yu20", "1381234567b", "1381o345678"])
def test_what_an_id_begins_with_is_no_l_for_that_alone(face: str, shown: str) -> None:
    assert proved(ink_line(shown, face), shown.replace("I", "1"), face) in (shown, None)


@pytest.mark.parametrize(
    ("shown", "read_as", "settled"),
    [
        ("hello76_jk", "heIIo76_jk", "hello76_jk"),
        ("gaoyanglei35", "gaoyangIei35", "gaoyanglei35"),
        ("zxl7682", "zxI7682", "zxl7682"),
        ("zxII7682", "zxll7682", None),
        ("wang_I76", "wang_l76", None),
        ("TanIng_76", "Tanlng_76", None),
        ("lf_yu76", "If_yu76", None),
    ],
)
def test_a_bare_stroke_within_a_word_of_small_letters_is_an_l(shown: str, read_as: str, settled: str | None) -> None:
    """The typeface has the same dots for l and I."""
    assert proved(ink_line(shown, "sans", read_as=read_as), read_as, "sans") == settled
    assert proved(ink_line(shown, "hei", read_as=read_as), read_as, "hei") in (None, shown)


@pytest.mark.parametrize(
    ("shown", "read_as"), [("bdx1976236", "bdx1976236"), ("bdxl976236", "bdx1976236"), ("sd-13l6", "sd-1316")]
)
def test_letters_that_rise_far_above_the_digits_tell_what_is_a_1(
    shown: str, read_as: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this typeface an l is 9 % higher than a 1, and b and d are as well. No h or k is there that could tell."""
    monkeypatch.setitem(fonts._SYSTEM, "serif", (("opentype/noto/NotoSerifCJK-Regular.ttc", 2),))
    assert proved(ink_line(shown, "serif", read_as=read_as, size_px=32), read_as, "serif", size_px=32) == shown


def test_what_does_not_surely_come_first_may_be_a_1() -> None:
    line = ink_line("1f_yu20", "kai")
    assert prove_wechat_id([line], ["1f_yu20"], examples_in("kai")) is None


def test_a_bare_stroke_as_high_as_capitals_stays_open() -> None:
    assert proved(ink_line("lf_xu2329", "sans"), "lf_xu2329", "sans") is None


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("size_px", [26, 30, 34, 40, 50])
def test_where_an_l_is_nearly_a_1_it_never_passes_for_one(size_px: int, seed: int) -> None:
    for shown, read_as in (
        ("xiao1Il7", "xiao1117"),
        ("he-27923hlx", "he-27923h1x"),
        ("hello10_lI", "he11o10_11"),
        ("wang2l00o", "wang2100o"),
    ):
        line = ink_line(shown, "kai", read_as=read_as, size_px=size_px, seed=seed)
        assert proved(line, read_as, "kai", size_px=size_px) in (shown, None)


def test_an_id_that_wraps_is_proved_line_by_line() -> None:
    read = ("wang2l00o", "1i_27")
    lines = [ink_line(s, "song", read_as=r, size_px=32) for s, r in zip(("wang210o0", "li_27"), read, strict=True)]
    examples = examples_in("song", 32)
    assert (
        prove_wechat_id(lines, read, examples, OnPage(apart=tells_l(lines, examples)), begins=True) == "wang210o0li_27"
    )
    assert prove_wechat_id(lines, (read[0], "7i_27"), examples_in("song", 32)) is None


def test_a_ring_without_the_dot_of_the_pages_0_is_none() -> None:
    """In DejaVu Sans Mono of 10 points at 170 dpi each O was a 0: in a line with room round it the dot is dust by its size."""
    numbers = [_with_room(ink_line(text, MONOSPACED, size_px=22, seed=i)) for i, text in enumerate(NUMBERS)]
    examples = make_examples(read_digits([[line] for line in numbers]))
    assert examples is not None
    zero, ring = (
        _with_room(ink_line(text, MONOSPACED, read_as="yan0358", size_px=22)) for text in ("yan0358", "yanO358")
    )
    assert prove_wechat_id([zero], [zero.text], examples) == "yan0358"
    assert prove_wechat_id([ring], [ring.text], examples) in (None, "yanO358")


def _with_room(line: InkLine) -> InkLine:
    soft = cv2.GaussianBlur(cv2.copyMakeBorder(line.crop, 16, 16, 0, 0, cv2.BORDER_CONSTANT, value=(255,)), (0, 0), 0.8)
    return replace(line, crop=np.asarray(soft, dtype=np.uint8))
