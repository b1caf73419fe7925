"""An l told by its height, in print too small for its shape; and an underscore that stands on its row's rule."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.extract.image.grid import find_tables
from pipeline.extract.image.walls import wall_mask
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.rules import find_rules
from pipeline.extract.wechat.ink import InkLine
from pipeline.extract.wechat.look_alikes import Examples, make_examples
from pipeline.extract.wechat.page_numbers import read_digits
from pipeline.extract.wechat.proof import OnPage, page_ascent, prove_wechat_id
from samples.fonts import font
from tests.extract.printed_lines import NUMBERS

#: In both an l is higher than a 1 and a capital I is not; the second has no serifs.
FACES = ("opentype/noto/NotoSerifCJK-Regular.ttc", "truetype/dejavu/DejaVuSans.ttf")
SMALL = 22
#: Its capital I stands 2.8 % above its 1, and more where it is small.
HELVETICA = "opentype/urw-base35/NimbusSans-Bold.otf"
KAI = "truetype/arphic/ukai.ttc"


def line(shown: str, face: str, size_px: int, read_as: str | None = None) -> InkLine:
    used = ImageFont.truetype(str(Path("/usr/share/fonts") / face), size_px, layout_engine=ImageFont.Layout.BASIC)
    picture = Image.new("L", (round(used.getlength(shown)) + 24, round(1.6 * size_px)), 255)
    ImageDraw.Draw(picture).text((12, round(1.15 * size_px)), shown, font=used, fill=20, anchor="ls")
    middles = tuple(12 + (used.getlength(shown[:i]) + used.getlength(shown[: i + 1])) / 2 for i in range(len(shown)))
    return InkLine(text=read_as or shown, middles=middles, confidence=0.99, crop=np.asarray(picture))


def examples_in(face: str, size_px: int) -> Examples:
    found = make_examples(read_digits([[line(text, face, size_px)] for text in NUMBERS]))
    assert found is not None
    return found


@pytest.mark.parametrize("size_px", [SMALL])
@pytest.mark.parametrize(("shown", "read_as"), [("yu1979", "yul979"), ("gao_31087", "gao_3l087")])
def test_beside_an_l_of_another_line_a_1_is_a_1_in_small_print(shown: str, read_as: str, size_px: int) -> None:
    face = FACES[0]
    examples = examples_in(face, size_px)
    own, other = line(shown, face, size_px, read_as), line("liu_5683", face, size_px)
    assert prove_wechat_id([own], [read_as], examples) is None
    known = OnPage(ascent=page_ascent([other], examples))
    assert known.ascent > 1.04
    assert prove_wechat_id([own], [read_as], examples, known) == shown


@pytest.mark.parametrize("read_as", ["lak48639", "1ak48639", "Iak48639"])
def test_in_small_print_a_stroke_with_serifs_higher_than_capitals_is_an_l(read_as: str) -> None:
    own = line("lak48639", FACES[0], SMALL, read_as)
    assert prove_wechat_id([own], [read_as], examples_in(FACES[0], SMALL)) == "lak48639"


@pytest.mark.parametrize("size_px", [22, 26, 30, 40])
@pytest.mark.parametrize("face", [*FACES, KAI, HELVETICA])
@pytest.mark.parametrize("shown", ["Iak48639", "1ak48639x", "Il48639", "ha4I8639", "wu4l8632k"])
def test_no_stroke_passes_for_another(shown: str, face: str, size_px: int) -> None:
    if not (Path("/usr/share/fonts") / face).is_file():
        pytest.skip("this typeface comes with ghostscript")
    examples = examples_in(face, size_px)
    own = line(shown, face, size_px)
    known = OnPage(ascent=page_ascent([own, line("hk_45283", face, size_px)], examples))
    for read_as in {shown.replace("I", c).replace("l", c).replace("1", c) for c in "1lI"}:
        settled = prove_wechat_id([line(shown, face, size_px, read_as)], [read_as], examples, known)
        assert settled in (shown, None)


def test_a_line_of_another_typeface_tells_nothing() -> None:
    examples = examples_in(KAI, 26)
    assert page_ascent([line("hk_45283", FACES[0], 26)], examples) == 0.0


def table_with(underscore: tuple[int, int], letters: str) -> tuple[Gray, tuple[slice, slice]]:
    """Three rows; in the second a value, and on its rule a bar from one x to another. Also where the bar is."""
    image = Image.new("L", (1200, 1700), 255)
    pen = ImageDraw.Draw(image)
    for row in range(4):
        pen.rectangle((200, 300 + 44 * row, 1000, 301 + 44 * row), fill=0)
    for x in (200, 500, 1000):
        pen.line((x, 300, x, 432), fill=0, width=2)
    pen.text((520, 378), letters, font=font("hei", 30), fill=0, anchor="ls")
    rule = 300 + 44 * 2
    pen.rectangle((underscore[0], rule - 3, underscore[1], rule - 1), fill=0)
    return np.asarray(image), (slice(rule - 3, rule - 1), slice(underscore[0] + 2, underscore[1] - 1))


def gap_in(letters: str) -> tuple[int, int]:
    used = font("hei", 30)
    start = 520 + used.getlength(letters[: letters.index(" ")])
    return round(start) + 1, round(start + 0.5 * 30)


def test_an_underscore_on_its_rows_rule_is_not_taken_for_a_wall() -> None:
    letters = "sunra   84063"
    page, bar = table_with(gap_in(letters), letters=letters)
    rules = find_rules(page)
    assert not wall_mask(rules, find_tables(rules), page)[bar].any()


@pytest.mark.parametrize("at", [(530, 550), (760, 780)])
def test_what_is_left_of_a_rule_below_letters_or_beside_none_goes_with_it(at: tuple[int, int]) -> None:
    page, bar = table_with(at, letters="sunra74063")
    rules = find_rules(page)
    assert wall_mask(rules, find_tables(rules), page)[bar].all()


@pytest.mark.parametrize("size_px", [30, 40])
def test_no_capital_i_behind_a_small_letter_is_an_l_where_an_h_stands_higher(size_px: int) -> None:
    """Nobody writes one there, but where the h of its very print shows that it is none, it is asked about."""
    examples = examples_in(FACES[1], size_px)
    known = OnPage(ascent=page_ascent([line("hk_45283", FACES[1], size_px)], examples))
    assert known.ascent > 1.03
    for shown, value in (("zhuIu452", None), ("zhulu452", "zhulu452")):
        own = line(shown, FACES[1], size_px, "zhuIu452")
        assert prove_wechat_id([own], ["zhuIu452"], examples, known) == value
