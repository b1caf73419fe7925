"""Names with numbers behind them in a WeChat ID, and what the ink says of strokes that no l has the shape of."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.domain.document import Box, PageBox
from pipeline.extract.page import Cell, Grid, Line, Page
from pipeline.extract.raster.glyphs import resized
from pipeline.extract.trust.wechat_ids import judge_wechat_id
from pipeline.extract.wechat.ink import upright_glyphs
from pipeline.extract.wechat.look_alikes import is_nearly_zero, make_examples, tell_case, tell_zero
from pipeline.extract.wechat.name_numbers import NOTHING, numbers_on, spell_out
from pipeline.extract.wechat.name_words import name_words
from pipeline.extract.wechat.page_digits import PageDigits
from pipeline.extract.wechat.page_numbers import read_digits, read_touching_digits
from pipeline.extract.wechat.proof import OnPage, prove_wechat_id
from pipeline.extract.wechat.refuted import is_refuted
from pipeline.extract.wechat.strokes import Setting, tell_one
from samples import fonts
from tests.extract.printed_lines import NUMBERS, WITH_SERIFS, examples_in, ink_line
from tests.extract.seen import evidence_of, reading
from tests.extract.test_wechat_hidden_letters import _Drawn as Drawn

NAMES = name_words(["梁夏华", "王丽", "朱天景"])
KNOWN = OnPage(names=NAMES, numbers=frozenset({"19611020", "611020", "1020"}))


def proved(
    shown: str, read_as: str, face: str, known: OnPage = KNOWN, *, size_px: int = 30, seed: int = 1
) -> str | None:
    line = ink_line(shown, face, read_as=read_as, size_px=size_px, seed=seed)
    return prove_wechat_id([line], [read_as], examples_in(face, size_px), known, begins=True)


@pytest.mark.parametrize(
    ("told", "letters", "digits"),
    [
        ("ztj1986", set(), {3}),
        ("ztj19860158", set(), {3, 8}),
        ("ztj_1986", set(), {4}),
        ("1xh1986", {0}, {3}),
        ("1iangxiahua217", {0}, {12}),
        ("tianjing0520", set(), set()),
        ("ztj1020", set(), {3}),  # a day of birth
        ("ztj610120", set(), {4, 6}),
        ("ztj1234", set(), set()),  # it may be ztj, l and 234
    ],
)
def test_behind_a_name_strokes_are_digits(told: str, letters: set[int], digits: set[int]) -> None:
    """Behind the name of somebody on the page begins a year, a number that stands there, or what begins with another digit."""
    spelled = spell_out(list(told), NAMES, KNOWN.numbers, begins=True)
    assert spelled.letters == frozenset(letters)
    assert spelled.digits == frozenset(digits)


@pytest.mark.parametrize("told", ["wang1988", "abc1986", "xztj1986", "ztj1986a", "z1986", "ztj", "ztj_", ""])
def test_what_is_not_one_name_and_a_number_spells_nothing(told: str) -> None:
    """王丽 is wang and wangl: l988 may stand behind the one, 1988 behind the other."""
    assert spell_out(list(told), NAMES, KNOWN.numbers, begins=True) == NOTHING


def test_days_of_birth_and_ends_of_telephone_numbers_stand_behind_names() -> None:
    numbers = ("131003196105206571", "17756147892", "131003198005206572")
    box: Box = (0.3, 0.3, 0.5, 0.32)
    cells = tuple(
        Cell(
            row=i,
            column=1,
            lines=(Line(text=text, box=box, reader="main"),),
            place=PageBox(page=1, box=box),
            reader="main",
        )
        for i, text in enumerate(numbers)
    )
    found = numbers_on(Page(number=1, width=1, height=1, grids=(Grid(index=0, page=1, cells=cells),)))
    assert {"19610520", "610520", "0520", "7892", "17756147892"} <= found
    assert not {"892", "19800520"} & found


@pytest.mark.parametrize("face", ["song", "kai"])
@pytest.mark.parametrize("shown", ["ztj1986", "ztj_19611020", "zhutianjing217"])
def test_in_typefaces_whose_l_is_nearly_a_1_a_name_tells_the_1(shown: str, face: str) -> None:
    """ysy1996…, ztj1986…, djn1990…: nobody doubts them, and nothing in their ink was a proof."""
    assert proved(shown, shown, face, OnPage()) is None
    assert proved(shown, shown, face) == shown


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("size_px", [24, 26, 30, 34, 40, 50])
@pytest.mark.parametrize("face", ["song", "kai"])
def test_an_l_behind_a_name_does_not_pass_for_a_1(face: str, size_px: int, seed: int) -> None:
    for shown in ("ztjl986", "ztj61l020", "ztj6l7"):
        told = proved(shown, shown.replace("l", "1"), face, size_px=size_px, seed=seed)
        assert told in (None, shown)


@pytest.fixture
def mono(monkeypatch: pytest.MonkeyPatch) -> str:
    """Its 1 has a long flag and no foot."""
    monkeypatch.setitem(fonts._SYSTEM, "mono", (("truetype/wqy/wqy-zenhei.ttc", 1),))
    return "mono"


@pytest.mark.parametrize(("shown", "read_as"), [("abc1y77", "abc1y77"), ("ab2130", "ab2130"), ("abcly77", "abc1y77")])
def test_no_l_looks_like_a_1_with_a_long_flag(shown: str, read_as: str, mono: str) -> None:
    assert proved(shown, read_as, mono, OnPage()) == shown


@pytest.mark.parametrize(("shown", "read_as"), [("tel18506", "tel18506"), ("gyl19990225", "gyI19990225")])
def test_a_1_that_its_ink_tells_is_no_stroke_to_the_l_before_it(shown: str, read_as: str) -> None:
    assert proved(shown, read_as, "sans", OnPage()) == shown


@pytest.mark.parametrize(
    ("word", "told"), [("zxI7682", None), ("angeI7682", "angel7682"), ("lxI7682", None), ("ztI_7682", None)]
)
def test_initials_end_with_an_l_where_they_are_somebodys(word: str, told: str | None) -> None:
    """The typeface has the same dots for l and I, and xmI was believed as xml."""
    assert proved(word, word, "sans", replace(KNOWN, names=name_words(["王丽", "周小伟"]))) == told
    assert proved("zxI7682", "zxI7682", "sans", OnPage(names=name_words(["周小丽"]))) == "zxl7682"


@pytest.mark.parametrize("face", ["sans", "hei", "song"])
@pytest.mark.parametrize(
    ("shown", "refuted"),
    [
        ("15902670547", False),
        ("l5902670547", True),
        ("1590267O547", True),
        ("18511981951", False),
        ("1851198195l", True),
    ],
)
def test_ink_refutes_a_mobile_number(shown: str, face: str, *, refuted: bool) -> None:
    """An l before ten digits was believed to be a mobile number."""
    line = ink_line(shown, face, read_as=shown.replace("l", "1").replace("O", "0"))
    assert is_refuted([line], examples_in(face)) is refuted


def test_small_letters_of_a_line_tell_a_small_letter() -> None:
    """In typefaces for programs (Liberation Mono, Noto Sans Mono) they are 0.85 to 0.88 of the digits' height, and c, o and v were
    neither small nor capital."""
    examples = examples_in("sans")
    letter, ring = upright_glyphs(ink_line("co", "sans"))
    letter, ring = (resized(glyph, 0.87 * examples.height) for glyph in (letter, ring))
    assert tell_case(letter, "c", examples) is None
    assert tell_case(letter, "c", examples, low=0.85) == "c"
    assert tell_zero(ring, examples) is None
    assert tell_zero(ring, examples, low=0.85) == "o"
    assert tell_case(resized(letter, 0.97 * examples.height), "c", examples, low=0.85) == "C"
    assert tell_zero(resized(ring, 0.97 * examples.height), examples, low=0.85) != "o"


def test_what_reaches_below_the_line_is_no_capital() -> None:
    """zjy19905655 was believed to be Zjy19905655 (scan at 100 dpi, seed 967011): the z touched the j, and had its tail."""
    examples = examples_in("sans")
    letter = resized(upright_glyphs(ink_line("z", "sans"))[0], 0.99 * examples.height)
    assert tell_case(letter, "z", examples, foot=letter.bottom) == "Z"
    assert tell_case(letter, "z", examples, foot=letter.bottom - 0.2 * examples.height) is None


@pytest.mark.parametrize(("shown", "told"), [("clh1986", "clh1986"), ("c1h1986", None)])
def test_an_l_of_a_name_that_is_no_1_by_a_little_is_an_l(shown: str, told: str | None) -> None:
    """In UKai of 34 px an l differs from a 1 by 0.008."""
    known = OnPage(names=name_words(["陈林海"]))
    assert proved(shown, "c1h1986", "kai", known, size_px=34) == told
    assert proved(shown, "c1h1986", "kai", OnPage(names=name_words(["陈海"])), size_px=34) is None


@pytest.mark.parametrize("face", ["song", WITH_SERIFS])
@pytest.mark.parametrize("shown", ["ztjl986", "ztj61l020"])
def test_an_l_where_a_name_says_that_a_digit_stands_is_asked_about(shown: str, face: str) -> None:
    """lty197913 in UMing at 150 dpi: its 1 beside the y stood a little higher than all others, and was believed to be an l."""
    assert proved(shown, shown.replace("l", "1"), face) is None
    assert proved(shown, shown.replace("l", "1"), face, OnPage()) == shown


def test_a_stroke_that_is_a_1_to_the_dot_is_no_l_for_its_height() -> None:
    examples = examples_in("song")
    assert examples.one is not None
    (stroke,) = upright_glyphs(ink_line("1", "song"))
    tall = resized(stroke, 1.03 * stroke.height)
    setting = Setting(same_set=True)
    assert tell_one(tall, examples, setting) == "l"  # in print as even as this
    rough = replace(examples, one=replace(examples.one, noise=0.03))
    assert tell_one(tall, rough, setting) is None


@pytest.mark.parametrize(("face", "size_px"), [("song", 34), ("hei", 28), ("sans", 28)])
def test_in_a_number_a_ring_that_is_nearly_a_0_is_one(face: str, size_px: int) -> None:
    examples = examples_in(face, size_px)
    zero, capital = (upright_glyphs(ink_line(f"{c}4", face, size_px=size_px + 1))[0] for c in "0O")
    assert tell_zero(zero, examples) is None
    assert is_nearly_zero(zero, examples)
    assert not is_nearly_zero(capital, examples)


@pytest.mark.parametrize(("shown", "doubtful"), [("15902670547", False), ("l5902670547", True)])
def test_a_mobile_number_that_its_ink_refutes_is_asked_about(shown: str, *, doubtful: bool) -> None:
    examples, number = examples_in("sans"), "15902670547"
    seen = Drawn(reading(number), reading(number), second=number, line=ink_line(shown, "sans", read_as=number))
    digits = cast(
        "Any",
        SimpleNamespace(
            printed=True, examples=examples, proving=examples, rough=None, apart=False, ascent=0.0, ells=()
        ),
    )
    evidence = evidence_of("owner_wechat", reading(number), seen)
    on_page = replace(evidence.reading, page=Page(number=1, width=100, height=100))
    evidence = replace(evidence, digits=lambda: digits, reading=on_page)
    assert judge_wechat_id(evidence).doubtful is doubtful


def test_where_digits_of_every_number_touch_the_others_will_do() -> None:
    lines: list[Any] = [[ink_line(text, "hei", seed=i, size_px=12)] for i, text in enumerate(NUMBERS)]
    digits = read_digits(lines)
    assert make_examples(digits) is None
    page = PageDigits(digits=digits, cut_apart=lambda: read_touching_digits(lines))
    assert page.examples is None
    assert page.proving is not None
    assert not any(glyph.cut for same in page.proving.digits.values() for glyph in same)
