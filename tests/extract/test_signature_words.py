"""What stands typed in a signature's cell, and what stands there on a picture."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.domain.document import PageBox
from pipeline.extract.form.judge import Parsed
from pipeline.extract.form.judge import Reading as FieldReading
from pipeline.extract.form.labels import label_book
from pipeline.extract.form.signature_words import names_in, signed_by
from pipeline.extract.form.values import parse_value
from pipeline.extract.image.pixels import FlatPicture, prepare
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.readers import Engines, Reading
from pipeline.extract.page import Cell, Line, Page
from pipeline.extract.raster.ink import even_light
from pipeline.extract.trust.signatures import judge_signature
from pipeline.profile.load import load_profile
from samples.fonts import font
from tests.extract.reading import form_of
from tests.extract.word_files import VALUES, form_table, word_file

SPEC = load_profile("langfang-2018").form
FIELD = next(field for field in SPEC.fields if field.key == "signed")
SENTENCE = "以上信息均真实有效"


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("张三", True),
        (f"{SENTENCE}\n王 小 明", True),
        (f"{SENTENCE} 章子怡", True),
        (f"{SENTENCE}\n法定代表人：李四", True),
        (f"{SENTENCE}\n廊坊市示例文化传媒有限公司", True),
        (f"{SENTENCE}\n买买提·艾山", True),
        (SENTENCE, False),
        ("本人承诺以上信息均真实有效", False),
        (f"{SENTENCE}，如有不实愿承担法律责任", False),
        ("以上内容真实、准确、有效", False),
        (f"{SENTENCE}\n（请在此处签名或加盖公章）", False),
        (f"{SENTENCE}\n个人签字或单位盖章", False),
        (f"{SENTENCE}\n承诺人：        X年X月X日", False),
        (f"{SENTENCE}\n（签名盖章后扫描上传）", False),
        (f"{SENTENCE}\n同意", None),
        (f"{SENTENCE}\n见附件", None),
        (f"{SENTENCE}\n符合要求", None),
        (f"{SENTENCE}\n联系电话：13900001234", None),
    ],
)
def test_a_name_signs_and_a_sentence_does_not(text: str, signed: bool | None) -> None:
    """Of the sentences and words here all passed for a signature, whose letters are not those of the notice."""
    assert signed_by(text, SPEC.boilerplate) is signed
    parsed = parse_value(FIELD, text, SPEC)
    assert (parsed.value, parsed.doubt is not None) == (signed, signed is None)


@pytest.mark.parametrize(
    ("written", "signed", "doubtful"),
    [("待补", None, True), (VALUES["account_subject"], True, False), ("本单位承诺", False, False)],
)
def test_what_a_word_file_says(written: str, signed: bool | None, doubtful: bool) -> None:
    field = form_of(word_file(form_table({**VALUES, "signed": f"{SENTENCE}\n{written}"}))).field("signed")
    assert field is not None
    assert (field.value, field.doubtful) == (signed, doubtful)


BOX = (0.1, 0.3, 0.9, 0.6)
WIDE, HIGH, SIZE = 1000, 1000, 32


def judged(draw: str, *, confidence: float = 0.99, seen: str = SENTENCE) -> tuple[object, bool]:
    """A signature's cell with the sentence printed, read as `seen`, and something drawn: its value, and whether it is doubted."""
    image = Image.new("RGB", (WIDE, HIGH), "white")
    pen = ImageDraw.Draw(image)
    pen.text((110, 340), seen if seen.startswith("签") else SENTENCE, font=font("sans", SIZE), fill="black")
    right, top, bottom = 0.11 + SIZE * 9 / WIDE, 0.335, 0.38
    if draw == "specks":
        for at in range(60):
            x, y = 130 + at * 37 % 700, 400 + at * 53 % 180
            pen.ellipse((x, y, x + 8, y + 8), fill="black")
    elif draw == "slash":
        pen.line((470, 540, 560, 440), fill="black", width=16)
    elif draw == "close name":
        pen.text((404, 330), "王明", font=font("kai", 44), fill="black")
        right, bottom = 0.5, 0.385
    elif draw == "name":
        pen.text((500, 420), "王小明", font=font("kai", 70), fill="black")
    elif draw == "name below":
        pen.text((500, 620), "王小明", font=font("kai", 50), fill="black")
    elif draw == "small stamp":
        pen.rectangle((500, 430, 570, 500), outline="black", width=5)
        pen.text((510, 433), "王", font=font("kai", 55), fill="black")
    rgb = np.asarray(image)
    picture = prepare(rgb, even_light(np.asarray(image.convert("L"))), np.zeros((HIGH, WIDE), np.uint8))
    line = Line(text=seen, box=(0.11, top, right, bottom), reader="main", confidence=confidence)
    places = tuple((SIZE * (at + 0.5) / WIDE) / (right - 0.11) for at in range(9)) + (0.95,) * (len(seen) - 9)
    reading = Reading(text=seen, confidence=confidence, centres=places[: len(seen)])
    cell = Cell(
        row=0, column=1, row_span=1, column_span=1, text=seen, place=PageBox(page=1, box=BOX), box=BOX,
        lines=(line,), reader="main",
    )  # fmt: skip
    field = FieldReading(
        field=FIELD,
        page=Page(number=1, width=WIDE, height=HIGH, lines=(line,)),
        raw=seen,
        parsed=Parsed(value=signed_by(seen, SPEC.boilerplate)),
        reader="main",
        cells=(cell,),
    )
    rereader = PictureRereader(picture, cast("Engines", None), {line.box: reading})
    result = judge_signature(field, rereader, SPEC.boilerplate, label_book(SPEC), clear=True)
    return result.value, result.doubt is not None


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        pytest.param("", (False, False), id="nothing"),
        pytest.param("name", (True, False), id="a name"),
        pytest.param("small stamp", (True, False), id="the stamp of a name is one piece"),
        pytest.param("specks", (None, True), id="specks of a dirty scanner were a signature"),
        pytest.param("slash", (None, True), id="a slash was a signature"),
        pytest.param("name below", (None, True), id="a name below the table was none"),
    ],
)
def test_ink_in_the_cell(draw: str, expected: tuple[object, bool]) -> None:
    assert judged(draw) == expected


@pytest.mark.parametrize("seen", [SENTENCE, SENTENCE + "多"])
def test_a_name_close_behind_the_sentence_is_not_taken_for_part_of_it(seen: str) -> None:
    """The engine found sentence and name as one line, and read of the name one character or none: 无签名 was believed."""
    assert judged("close name", seen=seen) != (False, False)


def test_printed_words_that_were_read_badly_are_no_signature() -> None:
    """签字盖章处 on a fax, read right and not surely, was ink that somebody wrote."""
    assert judged("", seen="签字盖章处", confidence=0.6)[0] is not True


def test_typed_words_that_are_no_name_are_not_somebodys_ink() -> None:
    """同意 on a scan was believed to be a signature, where a file that says so is asked about."""
    assert judged("", seen="签批同意") == (None, True)


def test_a_sentence_that_was_misread_may_lie_under_a_name() -> None:
    """A pen's name over 以上信息均真实有效 was read as 传，息均真实有效, and the form was held to be unsigned."""
    assert judged("", seen="传，息均真实有效", confidence=0.31) == (None, True)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("签名：张三", ("张三",)),
        ("张三2018年3月1日", ("张三",)),
        ("签名：张明    日期：2018年3月1日", ("张明",)),
        ("年月日", ()),
    ],
)
def test_who_is_named_beside_what_is_printed(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(("line", "doubtful"), [("姓名张小明", False), ("姓名李小明", True)])
def test_a_name_without_a_cell_signs_where_it_stands_on_the_page_again(line: str, doubtful: bool) -> None:
    """签名：张小明 in a form without rules was asked about on the clearest scan."""
    own = Line(text="签名：张小明", box=(0.1, 0.5, 0.4, 0.53), reader="main", confidence=0.99)
    other = Line(text=line, box=(0.1, 0.3, 0.4, 0.33), reader="main", confidence=0.99)
    field = FieldReading(
        field=FIELD, page=Page(number=1, width=WIDE, height=HIGH, lines=(other, own)), raw=own.text,
        parsed=Parsed(value=True), reader="main", lines=(own,),
    )  # fmt: skip
    rereader = PictureRereader(cast("FlatPicture", None), cast("Engines", None), {})
    result = judge_signature(field, rereader, SPEC.boilerplate, label_book(SPEC), clear=True)
    assert (result.value, result.doubt is not None) == (True, doubtful)
