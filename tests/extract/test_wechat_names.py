"""What other lines of a page tell of the strokes in a WeChat ID: names that it spells, and an l that is one for where it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.extract.wechat.ink import upright_glyphs
from pipeline.extract.wechat.look_alikes import at_size, make_examples
from pipeline.extract.wechat.name_words import begins_with_l, name_words
from pipeline.extract.wechat.named import as_named
from pipeline.extract.wechat.page_numbers import read_digits
from pipeline.extract.wechat.proof import OnPage, page_ells, prove_wechat_id
from pipeline.extract.wechat.strokes import Setting, tell_one
from tests.extract.printed_lines import NUMBERS, WITH_SERIFS, examples_in, ink_line

#: Of 12 points at 250 dpi: in UKai an l is nearly a 1 then, and no more.
LARGE = 42
NAMES = name_words(["梁夏华", "吕丽", "欧阳兰"])


def proved(shown: str, read_as: str, face: str, known: OnPage, *, begins: bool = True, size_px: int = 30) -> str | None:
    line = ink_line(shown, face, read_as=read_as, size_px=size_px)
    return prove_wechat_id([line], [read_as], examples_in(face, size_px), known, begins=begins)


@pytest.mark.parametrize("word", ["liangxiahua", "liangxh88", "lxh", "xhliang", "lvli", "lulili", "lan", "lanouyang"])
def test_a_name_on_the_page_begins_with_an_l(word: str) -> None:
    assert begins_with_l(word, NAMES)


@pytest.mark.parametrize("word", ["li", "lei_88", "lucy"])
def test_no_word_begins_with_ii_ie_or_iu(word: str) -> None:
    assert begins_with_l(word, name_words([]))


@pytest.mark.parametrize("word", ["l", "lf", "lan", "lvan", "lris", "lxh"])
def test_other_words_may_begin_with_a_capital_i(word: str) -> None:
    assert not begins_with_l(word, name_words(["王伟"]))


@pytest.mark.parametrize(
    ("shown", "read_as"), [("liangxh99", "Iiangxh99"), ("lxh8866", "Ixh8866"), ("wei_lxh", "wei_Ixh")]
)
def test_a_stroke_without_serifs_that_begins_a_name_is_an_l(shown: str, read_as: str) -> None:
    assert proved(shown, read_as, "sans", OnPage(names=NAMES)) == shown


@pytest.mark.parametrize("shown", ["Ivan8866", "lf_he588", "Ixy8866"])
def test_a_stroke_without_serifs_that_begins_something_else_stays_open(shown: str) -> None:
    assert proved(shown, shown, "sans", OnPage(names=NAMES)) is None


def test_what_stands_before_an_id_unread_may_be_anything() -> None:
    assert proved("liangxh99", "Iiangxh99", "sans", OnPage(names=NAMES), begins=False) is None


def test_beside_capital_letters_a_capital_i_may_stand() -> None:
    assert proved("IiangXh99", "IiangXh99", "sans", OnPage(names=NAMES)) is None


@pytest.mark.parametrize(
    ("shown", "read_as"),
    [("wx1997", "wxl997"), ("zhou1188", "zhoull88"), ("hello_wu", "he11o_wu"), ("wxid_f1a3lb", "wxid_fla31b")],
)
def test_beside_an_l_of_nearly_its_shape_a_1_is_told(shown: str, read_as: str) -> None:
    ells = page_ells([(ink_line("tanli75", "kai", read_as="tan1i75", size_px=LARGE), True)], examples_in("kai", LARGE))
    assert len(ells) == 1
    assert proved(shown, read_as, "kai", OnPage(), begins=False, size_px=LARGE) in (None, shown)
    assert proved(shown, read_as, "kai", OnPage(ells=ells), begins=False, size_px=LARGE) == shown


@pytest.mark.parametrize("shown", ["tan1i75", "wxid_al375b"])
def test_a_1_within_a_word_is_no_l_and_neither_is_a_letter_drawn_by_chance(shown: str) -> None:
    assert page_ells([(ink_line(shown, "kai", size_px=LARGE), False)], examples_in("kai", LARGE)) == ()


@pytest.mark.parametrize(
    ("shown", "read_as", "size_px"),
    [("wxid_ef5bcl2", "wxid_ef5bc12", 36), ("xy8l2c", "xy812c", 36), ("xy8l2c", "xy812c", 40)],
)
def test_what_is_far_from_a_1_and_has_its_flag_is_an_l(shown: str, read_as: str, size_px: int) -> None:
    """In UMing from 34 px on."""
    assert proved(shown, read_as, "song", OnPage(), size_px=size_px) == shown
    assert proved(read_as, shown, "song", OnPage(), size_px=size_px) in (None, read_as)


def test_a_1_of_another_size_is_no_l_for_being_drawn_otherwise() -> None:
    examples, line = examples_in(WITH_SERIFS, 30), ink_line("12", WITH_SERIFS, size_px=28)
    stroke = upright_glyphs(line)[0]
    assert tell_one(stroke, examples, Setting(same_set=True)) == "l"  # it would be one in the size of the others
    assert tell_one(stroke, examples, Setting(same_set=False)) is None
    fitted = at_size(examples, 28 / 30)
    assert tell_one(stroke, fitted, Setting(same_set=True, scaled=True)) is None


def test_a_1_on_a_long_foot_is_one_between_letters_too() -> None:
    assert proved("wxid_ef50afbc1d", "wxid_ef50afbcld", "sans", OnPage(), size_px=36) == "wxid_ef50afbc1d"


@pytest.mark.parametrize(("shown", "told"), [("lf_chen62932", "l"), ("If_chen62932", None)])
def test_an_l_without_serifs_stands_higher_than_a_capital_i(shown: str, told: str | None) -> None:
    """In a line of another size, too; of which the other digits are a little higher than a 1."""
    examples = replace(examples_in("hei", 34), height=1.035 * examples_in("hei", 34).height)
    stroke = upright_glyphs(ink_line(shown, "hei", size_px=34))[0]
    assert tell_one(stroke, examples, Setting(same_set=True, scaled=True, first=True)) == told


@pytest.mark.parametrize(("shown", "value"), [("wxid_a0b0e3", "wxid_a0b0e3"), ("lu_a0b0e3", None)])
def test_in_an_id_that_wechat_gave_out_a_ring_as_high_as_digits_is_a_0(shown: str, value: str | None) -> None:
    """On a page that has no 0 to compare with."""
    examples = replace(examples_in("hei"), zero=None)
    assert prove_wechat_id([ink_line(shown, "hei")], [shown], examples, begins=True) == value


@pytest.mark.parametrize(("face", "known"), [("sans", True), ("kai", False)])
def test_a_single_1_on_a_long_foot_will_do(face: str, *, known: bool) -> None:
    digits = read_digits([[ink_line(text, face, seed=i)] for i, text in enumerate(NUMBERS)])
    one = make_examples(replace(digits, glyphs={**digits.glyphs, "1": digits.glyphs["1"][:1]}))
    assert one is not None
    assert (one.one is not None) is known


@pytest.mark.parametrize(
    ("read", "offered"),
    [
        ("llangxiahua_88", "liangxiahua_88"),
        ("Liangxiahna88", "Liangxiahua88"),
        ("lianxiahu88", "liangxiahua88"),
        ("liangxh99", "liangxh99"),
        ("wangwei99", "wangwei99"),
    ],
)
def test_letters_that_are_nearly_a_name_on_the_page_are_offered_as_it(read: str, offered: str) -> None:
    assert as_named(read, NAMES) == offered
