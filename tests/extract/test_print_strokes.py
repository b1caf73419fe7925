"""Strokes of print in rows as low as the print itself are no walls."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from pipeline.extract.image.grid import Frame, find_tables
from pipeline.extract.image.torn import is_torn
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.rules import find_rules
from samples.fonts import font

#: Below each other stand characters with strokes at the same place.
LABELS = ("账号所有人微信号", "管理员姓名", "管理员微信号", "管理员手机")
LEFT, MIDDLE, RIGHT, TOP, HIGH = 200, 620, 1450, 400, 46


def low_table() -> Gray:
    """Four rows of two cells, no higher than their characters."""
    image = Image.new("L", (1654, 2339), 255)
    pen = ImageDraw.Draw(image)
    for row, label in enumerate(LABELS):
        top = TOP + HIGH * row
        for left, text in ((LEFT, label), (MIDDLE, "管理员某某")):
            box = pen.textbbox((0, 0), text, font=font("hei", 46))
            pen.text((left + 8, top + HIGH - 2 - box[3]), text, font=font("hei", 46), fill=0)
    for row in range(len(LABELS) + 1):
        pen.line((LEFT, TOP + HIGH * row, RIGHT, TOP + HIGH * row), fill=0, width=3)
    for x in (LEFT, MIDDLE, RIGHT):
        pen.line((x, TOP, x, TOP + HIGH * len(LABELS)), fill=0, width=3)
    return np.asarray(image)


def test_characters_that_fill_their_rows_make_no_walls() -> None:
    rules = find_rules(low_table())
    assert [round(rule.at / 10) * 10 for rule in rules.vertical] == [LEFT, MIDDLE, RIGHT]
    (table,) = find_tables(rules)
    assert len(table.frames) == 2 * len(LABELS)


#: As a word processor sets a table at 170 dpi: text fills its row, and paper between the two is three dots high.
WORD_ROWS = (
    ("账号名（昵称）", "永清在线"),
    ("账号类型", "微信公众账号"),
    ("账号主体", "永清县源丰信息技术有限公司"),
    ("地址", "永清县益昌路5号"),
    ("功能简介", "发布本地生活资讯"),
    ("开通日期", "2018年5月6日", "粉丝数量", "30,613"),
    ("账号所有人姓名", "钱涵", "身份证号", "131023"),
    ("微信号", "zhang-55160", "手机", "13929170510"),
    ("管理员姓名", "谢秀庆", "手机", "13385695695"),
)
WALLS = (200, 455, 710, 965, 1220)


def word_table() -> Gray:
    """Hairlines, and the same words below each other."""
    image = Image.new("L", (1445, 1870), 255)
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(WORD_ROWS):
        top = 250 + 34 * number
        pen.line((WALLS[0], top, WALLS[-1], top), fill=0, width=2)
        sides = WALLS if len(row) == 4 else (WALLS[0], WALLS[1], WALLS[-1])
        for x in sides:
            pen.line((x, top, x, top + 34), fill=0, width=2)
        for x, text in zip(sides, row, strict=False):
            left, upper, _, lower = pen.textbbox((0, 0), text, font=font("sans", 28))
            pen.text((x + 13 - left, top + 18 - (upper + lower) // 2), text, font=font("sans", 28), fill=0)
    bottom = 250 + 34 * len(WORD_ROWS)
    pen.line((WALLS[0], bottom, WALLS[-1], bottom), fill=0, width=2)
    return np.asarray(image)


def test_the_same_words_below_each_other_make_no_wall() -> None:
    """Of 手机 over 手机 a stroke reached from rule to rule twice: both telephone numbers were lost to their neighbours."""
    rules = find_rules(word_table())
    assert [min(WALLS, key=lambda x: abs(x - rule.at)) for rule in rules.vertical] == list(WALLS)
    assert all(min(abs(rule.at - x) for x in WALLS) <= 2 for rule in rules.vertical)
    (table,) = find_tables(rules)
    assert len(table.frames) == sum(map(len, WORD_ROWS))


def frame(left: int, right: int, high: int) -> Frame:
    return Frame(row=0, column=0, row_span=1, column_span=1, left=left, top=100, right=right, bottom=100 + high)


def test_a_line_through_a_wall_that_may_be_one_of_its_strokes_is_torn() -> None:
    """介|绍：亲子阅读 was believed as the description 绍：亲子阅读: a stroke of 介 reached from rule to rule."""
    ink = np.zeros((300, 600), np.uint8)
    for x in range(60, 540, 34):
        ink[106:136, x : x + 30] = 255
    value, line = (163, 104, 540, 138), (60, 104, 540, 138)
    assert is_torn(value, frame(160, 560, 42), [line], ink)
    assert not is_torn(value, frame(160, 560, 90), [line], ink), "a row higher than its print has room for none"
    assert not is_torn(value, frame(160, 560, 42), [(60, 104, 157, 138), (163, 104, 540, 138)], ink), "found as two"
    ink[:, 130:190] = 0
    assert not is_torn((190, 104, 540, 138), frame(160, 560, 42), [line], ink), "paper on both sides of a wall"


def label_below_a_wall() -> Gray:
    """The section 账号所有人 beside its labels, and below it one label over both columns, with a stroke where the wall ended."""
    image = Image.new("L", (1445, 1870), 255)
    pen = ImageDraw.Draw(image)
    left, middle, value, right, high = 200, 440, 680, 1240, 60
    for row in range(6):
        pen.line((left if row in (0, 4, 5) else middle, 250 + high * row, right, 250 + high * row), fill=0, width=2)
    for x in (left, value, right):
        pen.line((x, 250, x, 250 + 5 * high), fill=0, width=2)
    pen.line((middle, 250, middle, 250 + 4 * high), fill=0, width=2)
    top = 250 + 4 * high
    pen.line((middle, top + 10, middle, top + high - 10), fill=0, width=2)  # the stroke, paper above and below it
    for x in (middle - 60, middle + 30):
        pen.text((x, top + 15), "口", font=font("song", 30), fill=0)
    return np.asarray(image)


def test_a_stroke_below_the_end_of_a_wall_does_not_carry_it_on() -> None:
    """管理|员姓名: the administrator's name and telephone went to the owner's rows."""
    (table,) = find_tables(find_rules(label_below_a_wall()))
    assert len(table.frames) == 1 + 4 * 2 + 2
    (last,) = [f for f in table.frames if f.row == 4 and f.column == 0]
    assert last.column_span == 2
