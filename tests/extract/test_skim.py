"""Long documents that are neither form nor paper are not read to their end, and show nobody an ID number for it."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw, ImageFilter

from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.ocr.readers import Engines, OcrEngine, Quad
from pipeline.profile.load import load_profile
from samples import fonts
from samples.filing import make_filing
from samples.form_image import form_image
from tests.lent_engines import lent_engines

PROFILE = load_profile("langfang-2018")
ENGLISH = ("the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "while", "all", "memory", "controllers")
CHINESE = "甲方与乙方经过友好协商就本项目的实施费用支付方式违约责任以及争议解决达成如下条款双方共同遵守执行"
NUMBER = "131003196105206571"


class _Counting:
    """The real reader; counts the lines it reads."""

    def __init__(self, engine: OcrEngine) -> None:
        self._engine = engine
        self.name = engine.name
        self.lines = 0

    def warm_up(self) -> object:
        return self._engine.warm_up()

    def rest(self) -> None:
        self._engine.rest()

    def find_lines(self, rgb: object) -> tuple[Quad, ...]:
        return self._engine.find_lines(rgb)  # type: ignore[arg-type]

    def read_lines(self, crops: Sequence[object], *, alphabet: str | None = None) -> object:
        self.lines += len(crops)
        return self._engine.read_lines(crops, alphabet=alphabet)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def engines() -> Engines:
    return lent_engines()


def _english(rng: random.Random) -> str:
    return " ".join(rng.choice(ENGLISH) for _ in range(13))


def _chinese(rng: random.Random) -> str:
    return "".join(rng.choice(CHINESE) for _ in range(42))


def _draw(lines: Sequence[str]) -> Image.Image:
    page = Image.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(lines):
        draw.text((120, 110 + row * 46), line, font=fonts.font("song", 30), fill=25)
    return page


def _prose(write: object, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [write(rng) for _ in range(46)]  # type: ignore[operator]


def _pdf(*pages: Image.Image) -> bytes:
    file = io.BytesIO()
    shown = [page.convert("L") for page in pages]
    shown[0].save(file, "PDF", save_all=True, append_images=shown[1:], resolution=200)
    return file.getvalue()


def _read(engines: Engines, *pages: Image.Image) -> tuple[DocumentReading, int]:
    counting = _Counting(engines.main)  # type: ignore[arg-type]
    own = Engines(
        main=counting,
        second=engines.second,
        third=engines.third,
        quick=engines.quick,
        latin=engines.latin,
        taught=engines.taught,
    )  # type: ignore[arg-type]
    return read_document(_pdf(*pages), Media.PDF, name="x.pdf", profile=PROFILE, engines=own), counting.lines


@pytest.mark.parametrize("write", [_english, _chinese])
def test_prose_is_not_read_to_its_end(write: object, engines: Engines) -> None:
    reading, lines = _read(engines, *(_draw(_prose(write, seed)) for seed in (1, 2)))
    assert (reading.forms, reading.papers, reading.findings) == ((), (), ())
    assert lines < 46
    assert [page.id_unplaced for page in reading.geometry] == [True, True]


def test_what_was_not_read_may_say_in_its_title_what_it_is(engines: Engines) -> None:
    page = _draw(["", "", "", *_prose(_chinese, 7)[:40]])
    ImageDraw.Draw(page).text((640, 90), "质量保证书", font=fonts.font("song", 70), fill=25)
    reading, lines = _read(engines, page)
    assert lines < 40
    assert [other.looks_like for other in reading.others] == ["承诺书或声明"]


def test_an_id_number_in_what_was_not_read_is_covered_with_the_page(engines: Engines) -> None:
    written = _prose(_chinese, 3)
    written[23] = written[23][:12] + NUMBER + written[23][12:20]
    reading, lines = _read(engines, _draw(written))
    assert lines < 46
    assert [page.id_unplaced for page in reading.geometry] == [True]


def test_one_word_of_forms_or_papers_and_the_page_is_read(engines: Engines) -> None:
    written = _prose(_chinese, 4)
    written[0] = "授权书"
    written[30] = "统一社会信用代码：" + written[30][:10]
    _, lines = _read(engines, _draw(written))
    assert lines >= 46


def test_what_follows_a_form_is_read(engines: Engines) -> None:
    filing = make_filing(5, entity="company", name="skim")
    form = form_image(filing).image
    reading, alone = _read(engines, form)
    assert len(reading.forms) == 1
    followed, lines = _read(engines, form, _draw(_prose(_chinese, 5)))
    assert lines >= alone + 46
    assert followed.forms[0].value("account_name") == filing.account_name


def test_a_page_that_reads_badly_is_not_taken_for_prose(engines: Engines) -> None:
    page = _draw(_prose(_chinese, 6)).filter(ImageFilter.GaussianBlur(5))
    _, lines = _read(engines, page)
    assert lines >= 46
