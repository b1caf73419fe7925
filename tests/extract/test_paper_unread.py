"""Labels and rows of papers for which no line was found, and specks of dust in names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
from PIL import Image, ImageDraw

from pipeline.domain.document import ExtractedPaper
from pipeline.extract.doubts import STREAKED
from pipeline.extract.image.page import read_picture
from pipeline.extract.ocr.readers import OcrEngine, Quad
from pipeline.extract.paper import trust
from pipeline.extract.paper.certificates import find_name_doubt
from pipeline.extract.paper.papers import read_papers
from pipeline.extract.raster.decode import Rgb
from pipeline.extract.surnames import has_stray_dot
from samples import fonts
from samples.picture import pixels_of
from tests.extract.blind_reader import BlindReader
from tests.extract.test_paper_gaps import page_of
from tests.extract.test_paper_lost import ADDRESS, ROWS, drawn, seen, without
from tests.extract.test_paper_lost import _Seen as Looks
from tests.extract.test_paper_values import CODE, NAME, field_of, licence, only
from tests.extract.written_papers import HIGH, line
from tests.lent_engines import lent_engines

LABEL_ROW = 300 + 70 * 3


def read_blindly(page: Image.Image, *hidden: tuple[int, int, int, int]) -> ExtractedPaper:
    """The paper on a page of which the detector does not see some lines."""
    engines = lent_engines()
    main: Any = engines.main
    for area in hidden:
        main = BlindReader(main, area)
    (paper,) = read_papers(read_picture(pixels_of(page), number=1, engines=replace(engines, main=cast("Any", main))))
    return paper


@pytest.mark.parametrize(("label", "is_read"), [("负 责 人", True), ("法定代表人", True), ("联 系 人", False)])
def test_a_label_is_read_beside_what_may_be_its_value(label: str, is_read: bool) -> None:
    """No line was found for a pale, spread 负　责　人, and nobody was named."""
    page = drawn(*ROWS[:3], (label, "张三丰"))
    paper = read_blindly(page, (100, LABEL_ROW - 10, 335, LABEL_ROW + 50))
    found = paper.field("legal_representative")
    assert (found is not None and (found.value, found.doubtful) == ("张三丰", False)) is is_read


class _Dazzled:
    """The detector, to which a red seal hides what lies in an area of a page with colours."""

    def __init__(self, engine: OcrEngine, area: tuple[int, int, int, int]) -> None:
        self._engine, self._blind = engine, BlindReader(engine, area)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def rest(self) -> None:
        self._engine.rest()

    def find_lines(self, rgb: Rgb) -> tuple[Quad, ...]:
        is_grey = bool((rgb[..., 0] == rgb[..., 2]).all())
        return self._engine.find_lines(rgb) if is_grey else self._blind.find_lines(rgb)


def test_rows_under_a_seal_are_looked_for_without_its_red() -> None:
    """Label and value of an address lay under a seal on a photo: the detector found neither."""
    page = drawn(*ROWS)
    pen = ImageDraw.Draw(page)
    pen.ellipse((150, 330, 420, 600), outline=(225, 60, 60), width=6)
    engines = lent_engines()
    row = 300 + 70 * 2
    dazzled = replace(engines, main=cast("Any", _Dazzled(engines.main, (100, row - 15, 1200, row + 55))))
    (paper,) = read_papers(read_picture(pixels_of(page), number=1, engines=dazzled))
    address = field_of(paper, "address")
    assert (address.value, address.doubtful) == (ADDRESS, False)


@pytest.mark.parametrize(
    ("name", "is_asked"),
    [
        ("廊坊市广阳区·优凯服装店", True),
        ("廊坊市广阳区优凯服装店", False),
        ("文安县昊(廊坊)商贸中心(有限合伙)", False),
        ("河北A8文化传媒有限公司", False),
    ],
)
def test_a_mark_in_a_body_s_name_is_asked_about(name: str, is_asked: bool) -> None:
    """A speck of a copy of a copy was read as a dot, and believed: names of bodies have none."""
    assert (find_name_doubt(name) is not None) is is_asked


@pytest.mark.parametrize(("name", "is_stray"), [("王·英娟", True), ("王英娟", False), ("阿迪力·买买提", False)])
def test_a_dot_in_a_name_with_a_surname_is_dust(name: str, is_stray: bool) -> None:
    assert has_stray_dot(name) is is_stray
    lines = [line(name, 300, 460) if item.text == "张三丰" else item for item in licence()]
    assert field_of(only(lines), "legal_representative").doubtful is is_stray


def test_a_fragment_over_three_rows_is_no_label() -> None:
    """名, 类 and 住 below each other were one line, 名, and 称 beside the name was not its label any more."""
    tall = line("名", 100, 395, high=3.6 * HIGH)
    lines = [line("称", 200, 400) if item.text == "名称" else item for item in licence()]
    field = field_of(only([tall, *lines]), "name")
    assert (field.value, field.doubtful) == (NAME, False)


def test_a_label_without_its_first_character() -> None:
    lines = [
        line("责人张三丰", 200, 460) if item.text == "法定代表人" else item for item in without(licence(), "张三丰")
    ]
    assert field_of(only(lines), "legal_representative").value == "张三丰"


def test_the_rest_of_a_label_before_its_day() -> None:
    """期 of 成立日期 was read once more, as 月, with the day."""
    lines = [line("月2014年12月23日", 1190, 460) if item.text == "2014年12月23日" else item for item in licence()]
    field = field_of(only(lines), "established_on")
    assert (field.value, field.doubtful) == ("2014-12-23", False)


@pytest.mark.parametrize(("start", "end"), [("2014年12月23日", "长期"), ("2013年12月23日", None)])
def test_a_term_that_begins_on_the_day_of_foundation_needs_no_label(start: str, end: str | None) -> None:
    """Somebody had written 与原件一致 over the label."""
    written = line(f"与原牛业期致:{start}至长期", 1000, 520)
    lines = [written if item.text == "营业期限" else item for item in licence() if "2044" not in item.text]
    field = only(lines).field("valid_until")
    assert (None if field is None else field.value) == end


@pytest.mark.parametrize(("third", "is_asked"), [(CODE, False), (CODE[:-1] + "?", True)])
def test_a_streak_over_a_number_that_is_right(third: str, is_asked: bool) -> None:
    """It changes one character, and no number with one changed passes its check."""
    lines = [replace(item, doubt=STREAKED) if CODE in item.text else item for item in licence()]
    again = {item.box: f"统一社会信用代码{third}" for item in lines if CODE in item.text}
    (paper,) = read_papers(page_of(*lines, seen={}, again=again))
    assert field_of(paper, "credit_code").doubtful is is_asked


def test_the_first_digit_of_a_number_in_its_label_s_line_is_looked_for_too() -> None:
    """A seal had cut the line, and where the number began was only reckoned: the strip began behind the 9."""
    shown = f"统一社会信用代码 {CODE[:12]}"
    lines = [line(shown, 100, 250) if CODE in item.text else item for item in licence()]
    begins = 100 + (8 + 0.5) * HIGH
    strips = {(begins, begins + 16 * HIGH): CODE[1:], (begins - 1.2 * HIGH, begins + 16 * HIGH): CODE}
    (paper,) = read_papers(page_of(*lines, seen=strips))
    code = field_of(paper, "credit_code")
    assert (code.value, code.doubtful) == (CODE, False)


@pytest.mark.parametrize(("third", "is_asked"), [("霸州市图书文", True), ("霸州市图书交", False)])
def test_a_character_that_the_main_reader_guessed(third: str, is_asked: bool) -> None:
    """Of 文 under a seal it saw 交, 0.29 sure, the second reader as well, and the third saw 文: 交 was believed."""
    guess = "霸州市图书交"
    looks = ((guess, 0.29), (third, 0.44), (guess, 0.29), (guess, 0.38))
    assert seen(guess, rereader=Looks(*looks, second=guess)).doubtful is is_asked


def test_a_term_whose_label_was_not_found() -> None:
    rows = (*ROWS, ("有效期限", "2017年05月13日至2022年05月12日"))
    page = drawn(*rows)
    pen = ImageDraw.Draw(page)
    pen.rectangle((300, 40, 900, 160), fill="white")
    pen.text((330, 60), "社会团体法人登记证书", font=fonts.font("song", 54), fill="black")
    row = 300 + 70 * 4
    term = read_blindly(page, (100, row - 10, 335, row + 50)).field("valid_until")
    assert term is not None
    assert (term.value, term.doubtful) == ("2022-05-12", False)


def test_what_both_networks_see_otherwise_is_not_confirmed_by_the_main_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 丁凤 on a photo it saw 丁风 at first and in black and white; both networks saw 丁凤 at every other look."""
    looks = (("丁风", 0.92), ("丁凤", 0.94), ("丁凤", 0.82), ("丁凤", 0.93))
    monkeypatch.setattr(trust, "_is_confirmed_by_main", lambda page, piece: True)
    assert seen("丁风", rereader=Looks(*looks)).doubtful


@pytest.mark.parametrize(("third", "is_asked"), [(CODE, False), (CODE[:-1] + "?", True)])
def test_a_number_in_a_line_with_a_stamp_s_words(third: str, is_asked: bool) -> None:
    """此复印件与原件一致 crossed the number and was read with it: the line went as the stamp's, and the number was lost."""
    lines = [line(f"此复印件{CODE}", 100, 250) if CODE in item.text else item for item in licence()]
    again = {item.box: f"此复印件{third}" for item in lines if CODE in item.text}
    (paper,) = read_papers(page_of(*lines, seen={}, again=again))
    code = field_of(paper, "credit_code")
    assert (code.value, code.doubtful) == (CODE, is_asked)


def test_a_stamp_s_words_without_a_number_are_no_part_of_a_paper() -> None:
    stamp = line("与原件一致 91131081MA08", 640, 250)
    (paper,) = read_papers(page_of(*licence(), stamp, seen={}))
    assert (field_of(paper, "credit_code").value, field_of(paper, "credit_code").doubtful) == (CODE, False)
