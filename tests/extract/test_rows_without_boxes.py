"""Account types on pictures whose rows have no square boxes: a tick alone, √ and ×, words, rings."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.extract.engines import Engines
from pipeline.extract.image.pixels import FlatPicture, prepare
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.ticks import write_row
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Line
from pipeline.extract.raster.ink import even_light
from pipeline.extract.trust.marks import judge_ticks
from pipeline.profile.load import load_profile
from samples.fonts import font
from tests.extract.tick_rows import row_reading

FIELD = next(f for f in load_profile("langfang-2018").form.fields if f.key == "account_type")
SIZE = 34
CELL = (0, 0, 1100, 110)
LINE = (0, 20, 1100, 76)
#: Drawn where the text has it: a tick, a ring, one with a dot, one with a second ring, and ticks that no reader sees, a black
#: one and a pale one.
DRAWN = {"√": 30, "~": 30, "○": 32, "⊙": 32, "◎": 32, "!": 30}


def judged(shown: str, *, third: str | None = None, touching: bool = False) -> tuple[object, bool]:
    """What is made of a row: its value, and whether it is doubted. ` ` is half a character of paper. All readers see what is
    shown but !, ~ and rings, the third one `third` if it is given."""
    image, seen = drawn(shown, touching=touching)
    page = picture(image)
    reading = row_reading(page, seen, FIELD, LINE, CELL)
    (line,) = reading.lines
    parsed, _ = judge_ticks(reading, rereader(page, line, seen, seen.text if third is None else third), clear=True)
    return parsed.value, parsed.doubt is not None


def picture(image: Image.Image) -> FlatPicture:
    return prepare(np.asarray(image), even_light(np.asarray(image.convert("L"))), np.zeros((110, 1100), np.uint8))


def rereader(page: FlatPicture, line: Line, seen: Reading, third: str) -> PictureRereader:
    other = SimpleNamespace(read_lines=lambda crops, alphabet=None: [Reading(text=third, confidence=0.9)])
    return PictureRereader(page, cast("Engines", SimpleNamespace(third=other)), {line.box: seen})


def drawn(shown: str, *, touching: bool) -> tuple[Image.Image, Reading]:
    image = Image.new("RGB", (1100, 110), "white")
    pen, x = ImageDraw.Draw(image), 24.0
    text, centres = "", []
    for character in shown:
        wide = (
            SIZE / 2
            if character == " "
            else float(DRAWN.get(character, 0)) or pen.textlength(character, font("sans", SIZE))
        )
        left, right = round(x) + 2, round(x + wide) - 2
        if character in "√!~":
            shift, shade = 14 if touching else 0, (205, 205, 205) if character == "~" else (0, 0, 0)
            pen.line(
                [(left + shift, 46), (left + 8 + shift, 57), (right + shift, 34)],
                fill=shade,
                width=4,
            )
        elif character in DRAWN:
            pen.ellipse((left, 34, left + 27, 61), outline="black", width=2)
            if character == "⊙":
                pen.ellipse((left + 11, 45, left + 16, 50), fill="black")
            if character == "◎":
                pen.ellipse((left + 6, 40, left + 21, 55), outline="black", width=2)
        elif character != " ":
            pen.text((x, 60), character, font=font("sans", SIZE), fill="black", anchor="ls")
        if character not in " !~○⊙◎":
            text += character
            centres.append((x + wide / 2) / image.width)
        x += wide
    return image, Reading(text=text, confidence=0.9, chances=(0.99,) * len(text), centres=tuple(centres))


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        pytest.param("√微信公众账号   手机APP   其他", "wechat", id="a tick before its option"),
        pytest.param("微信公众账号    手机APP√    其他", "app", id="a tick behind it"),
        pytest.param("微信公众账号：  手机APP：√  其他：", "app", id="behind its colon"),
        pytest.param("√微信公众账号   ×手机APP   ×其他", "wechat", id="crosses behind the others"),
        pytest.param("（否）微信公众账号  （是）手机APP  （否）其他", "app", id="yes and no in brackets"),
        pytest.param("微信公众账号：是  手机APP：否  其他：否", "wechat", id="yes and no behind colons"),
        pytest.param("微信公众账号", "wechat", id="one type as a word"),
        pytest.param("微信公众账号⊙   手机APP○   其他○", "wechat", id="a ring with a dot"),
        pytest.param("○微信公众账号   ◎手机APP   ○其他", "app", id="a ring in a ring"),
    ],
)
def test_a_row_that_leaves_no_choice_is_believed(shown: str, value: str) -> None:
    """Each was asked about, right as it was."""
    assert judged(shown) == (value, False)


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param("微信公众账号  √  手机APP   其他", id="as near to one as to the other"),
        pytest.param("√微信公众账号   手机APP   !其他", id="a second tick that no reader saw"),
        pytest.param("√微信公众账号   手机APP   ~其他", id="a pale tick that no reader saw"),
        pytest.param("微信公众账号   !", id="a word with a tick that no reader saw"),
        pytest.param("√微信公众账号   √手机APP   √其他", id="× may have been read as √"),
        pytest.param("○微信公众账号 !  ○手机APP   ○其他", id="a tick beside an empty ring"),
    ],
)
def test_a_row_with_something_else_is_asked_about(shown: str) -> None:
    assert judged(shown)[1]


@pytest.mark.parametrize(
    ("shown", "third"),
    [
        ("√微信公众账号   手机APP   其他", "×微信公众账号手机APP其他"),
        ("（否）微信公众账号  （是）手机APP  （否）其他", "（是）微信公众账号（是）手机APP（否）其他"),
        ("微信公众账号", "微信公众账号√手机APP"),
    ],
)
def test_readers_that_see_different_marks_are_asked_about(shown: str, third: str) -> None:
    assert judged(shown, third=third)[1]


def test_a_tick_that_touches_a_label_is_ink_of_its_own() -> None:
    """Beside an empty ring it hung together with the label, and the sender was told that nothing was ticked."""
    assert judged("○!微信公众账号   ○手机APP   ○其他", touching=True)[1]


def test_frames_in_what_is_written_behind_other_are_no_boxes() -> None:
    """微博、抖音 was shown as ☑☑、抖☑."""
    image, seen = drawn("√微信公众账号 √手机APP √其他:园圆图", touching=False)
    page = picture(image)
    assert write_row([(LINE, seen)], page.ink, FIELD.options).text.replace(" ", "").endswith("其他:园圆图")
