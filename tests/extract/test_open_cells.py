"""PDFs whose tables lack walls, floors, or both: every value beside its own label, or asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.domain.document import Box
from pipeline.extract.form.bands import Span, find_bands
from pipeline.extract.page import Cell, Line, Page
from tests.extract import pdf_files as made
from tests.extract.pdf_files import COLUMNS, HEIGHT, LEFT, ROW, TOP, VALUES, Draw, form, pdf, text, together
from tests.extract.reading import doubtful_keys, form_of, map_pages, values_of
from tests.extract.word_files import EXPECTED, LAYOUT

ROWS = len(LAYOUT)
#: Columns of a form set without any rule.
LABELS = (
    "账号名（昵称）",
    "账号类型",
    "账号主体",
    "地址",
    "功能简介",
    "开通日期",
    "粉丝数量",
    "管理员姓名",
    "管理员微信号",
    "签名盖章确认",
)


def _line(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)


def _level(canvas: Canvas, x0: float, y0: float, x1: float, y1: float, rules: str) -> None:
    for y in (y0, y1):
        _line(canvas, x0, y, x1, y)


@pytest.mark.parametrize("framed", [True, False])
def test_level_rules_alone(monkeypatch: pytest.MonkeyPatch, framed: bool) -> None:
    monkeypatch.setattr(made, "frame", _level)
    found = form_of(pdf(_framed(form()) if framed else form()))
    assert values_of(found) == EXPECTED
    assert doubtful_keys(found) == set()


def _framed(draw: Draw) -> Draw:
    def both(canvas: Canvas) -> None:
        draw(canvas)
        canvas.rect(LEFT, HEIGHT - TOP - ROWS * ROW, COLUMNS[-1] - LEFT, ROWS * ROW)

    return both


def _without_floor(above: str, left: float, right: float) -> Callable[[Canvas, float, float, float, float, str], None]:
    """Frames of cells without the level rule above a row, where cells begin between `left` and `right`."""
    lost = TOP + next(at for at, row in enumerate(LAYOUT) if row[0][1] == above) * ROW

    def frame(canvas: Canvas, x0: float, y0: float, x1: float, y1: float, rules: str) -> None:
        for y in (y for y in (y0, y1) if not (left - 1 <= x0 < right - 1 and abs(y - lost) < 1)):
            _line(canvas, x0, y, x1, y)
        for x in (x0, x1):
            _line(canvas, x, y0, x, y1)

    return frame


def test_a_floor_between_two_values_that_was_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "frame", _without_floor("description", COLUMNS[1], COLUMNS[-1]))
    found = form_of(pdf(form()))
    assert values_of(found) == EXPECTED
    assert doubtful_keys(found) == set()


def test_a_value_of_two_labels_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "frame", _without_floor("description", COLUMNS[1], COLUMNS[-1]))
    # One text of three lines, across where the rule would be.
    found = form_of(pdf(form({**VALUES, "address": "廊坊市广阳区\n新开路1号\n便民服务", "description": ""})))
    assert {"address", "description"} <= doubtful_keys(found)


def test_a_wall_that_stops_ends_its_cell_where_the_floor_was_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "frame", _without_floor("admin_name", COLUMNS[1], COLUMNS[3]))
    found = form_of(pdf(form()))
    assert values_of(found) == EXPECTED


def test_a_label_in_two_lines_within_its_walls_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """管理员 above 姓名, spread: with 账号 of the 账号所有人 above it, it was taken for 账号管理员, and the name had no place."""
    plain = made.text

    def spread(canvas: Canvas, x: float, y: float, words: str, *, size: float = 10, mode: int = 0) -> None:
        lines = {"账号所有人": ["账号所有人"], "管理员姓名": ["管理员", "姓名"]}.get(words)
        if lines is None:
            plain(canvas, x, y, words, size=size, mode=mode)
            return
        for number, line in enumerate(lines):
            foot = y + (ROW - 5 if line == words else 13 * number)
            for at, character in enumerate(line):
                plain(canvas, x + at * 68 / (len(line) - 1), foot, character)

    monkeypatch.setattr(made, "text", spread)
    found = form_of(pdf(form()))
    assert values_of(found) == EXPECTED
    assert doubtful_keys(found) == set()


@pytest.mark.parametrize(("below", "asked"), [("弓斌", True), ("", False)])
def test_what_stands_below_where_people_sign_may_belong_to_it(below: str, asked: bool) -> None:
    """The last row had no rule below it: the sentence stood beside its label, a name below, and the form was believed unsigned."""

    def row(canvas: Canvas) -> None:
        foot = TOP + ROWS * ROW
        text(canvas, LEFT + 4, foot - 18, "签名盖章确认：以上信息均真实有效")
        text(canvas, LEFT + 4, foot - 4, below)

    signed = form_of(pdf(together(form(last=ROWS - 2), row))).field("signed")
    assert signed is not None
    assert (signed.value, signed.doubtful) == (False, asked)


def _open(values: dict[str, str], *, spread: bool, level: str = "top", pitch: float = 30.0) -> Draw:
    """Labels in a column, spread over it, and values beside them, without any rule; values of several lines 14 points apart."""

    def draw(canvas: Canvas) -> None:
        text(canvas, 200, 60, "廊坊市新媒体账号登记备案表", size=14)
        y = 110.0
        for label in LABELS:
            lines = values.get(label, "").split("\n")
            high = 14.0 * (len(lines) - 1)
            at = y + {"top": 0.0, "middle": high / 2, "bottom": high}[level]
            step = (90 - 10) / (len(label) - 1) if spread else 10.0
            for number, character in enumerate(label):
                text(canvas, LEFT + number * step, at, character)
            for number, words in enumerate(lines):
                text(canvas, LEFT + 94, y + 14 * number, words)
            y += high + pitch

    return draw


OPEN = {
    "账号名（昵称）": "廊坊慢生活",
    "账号类型": "微信公众账号■ 手机APP□ 其他□",
    "账号主体": "廊坊慢生活文化传媒有限公司",
    "地址": "廊坊市广阳区新开路1号",
    "功能简介": "本地新闻\n便民服务\n商家活动",
    "开通日期": "2016年3月1日",
    "粉丝数量": "1200",
    "管理员姓名": "张三丰",
    "管理员微信号": "zhangsf_77",
    "签名盖章确认": "以上信息均真实有效",
}


@pytest.mark.parametrize("spread", [True, False])
@pytest.mark.parametrize("level", ["top", "middle", "bottom"])
def test_labels_spread_over_their_column_without_any_rule(spread: bool, level: str) -> None:
    found = form_of(pdf(_open(OPEN, spread=spread, level=level)))
    values = values_of(found)
    assert values["account_name"] == "廊坊慢生活"
    assert values["address"] == "廊坊市广阳区新开路1号"
    assert values["description"] == "本地新闻便民服务商家活动"
    assert values["admin_name"] == "张三丰"
    stated = {key for key in values if values[key] is not None}
    assert doubtful_keys(found) & stated == set()


def test_lines_that_may_be_either_label_s_are_asked_about() -> None:
    """Lines of values are as far apart as rows: what stands below a label may stand above the next."""
    found = form_of(pdf(_open(OPEN, spread=True, level="middle", pitch=14.0)))
    assert "description" in doubtful_keys(found)
    uneven = {
        **OPEN,
        "地址": "廊坊市广阳区\n新开路1号",
        "功能简介": "便民服务",
        "签名盖章确认": "以上信息均真实有效\n ",
    }
    for level in ("top", "bottom"):
        asked = doubtful_keys(form_of(pdf(_open(uneven, spread=True, level=level, pitch=14.0))))
        assert "address" in asked


class _NoWay:
    """A page's characters, of which no table can be made."""

    letters = ()

    def cell(self, box: Box) -> Cell:
        raise AssertionError(box)


def test_where_no_way_was_found_what_stands_beside_a_label_is_asked_about() -> None:
    words = [(label, OPEN[label].split("\n")[0]) for label in LABELS]
    lines = tuple(
        Line(text=one, box=(x, 0.1 + 0.02 * row, x + 0.2, 0.11 + 0.02 * row), reader="pdf-text")
        for row, pair in enumerate(words)
        for x, one in zip((0.1, 0.4), pair, strict=True)
    )
    (found,) = map_pages(Page(number=1, width=595, height=842, lines=lines, typeset=_NoWay()))
    assert {"account_name", "account_subject", "description", "admin_name"} <= doubtful_keys(found)


def test_that_nothing_is_signed_is_asked_about_where_no_way_was_found() -> None:
    """The sentence and the name stand somewhere else: the form was believed to be unsigned."""
    lines = tuple(
        Line(text=one, box=(x, 0.1 + 0.02 * row, x + 0.2, 0.11 + 0.02 * row), reader="pdf-text")
        for row, label in enumerate(LABELS)
        for x, one in ((0.1, label), (0.4, OPEN[label].split("\n")[0]))
        if one != OPEN["签名盖章确认"]
    )
    (found,) = map_pages(Page(number=1, width=595, height=842, lines=lines, typeset=_NoWay()))
    signed = found.field("signed")
    assert signed is not None
    assert (signed.value, signed.doubtful) == (False, True)


def test_a_blank_beside_a_value_of_several_lines_is_a_guess() -> None:
    labels = [Span(top=y, bottom=y + 10) for y in (0.0, 20.0, 40.0, 60.0)]
    found = find_bands(labels, [Span(top=y, bottom=y + 10) for y in (0.0, 33.0, 47.0, 60.0)])
    assert found is not None
    assert found.lines == ((0, 1), (1, 1), (1, 3), (3, 4))
    assert {1, 2} <= found.guessed


def test_a_label_alone_over_its_value_is_not_blank() -> None:
    def draw(canvas: Canvas) -> None:
        text(canvas, 200, 60, "廊坊市新媒体账号登记备案表", size=14)
        rows = [(label, OPEN[label].split("\n")[0]) for label in LABELS[:7]]
        for number, row in enumerate(
            [*rows, ("管理员姓名", ""), ("", "张三丰"), ("管理员微信号", OPEN["管理员微信号"])]
        ):
            top = TOP + number * ROW
            _level(canvas, LEFT, top, COLUMNS[-1], top + ROW, "")
            for x, words in zip((LEFT + 4, LEFT + 104), row, strict=True):
                text(canvas, x, top + 16, words)

    found = form_of(pdf(draw))
    name = found.field("admin_name")
    assert name is None or name.doubtful or name.value == "张三丰"


def test_bands_that_are_even_in_two_ways_are_a_guess() -> None:
    labels = [Span(top=10.0 * at, bottom=10.0 * at + 8) for at in (0, 2, 4)]
    lines = [Span(top=10.0 * at, bottom=10.0 * at + 8) for at in (0, 1, 2, 3, 4)]
    found = find_bands(labels, lines)
    assert found is not None
    assert found.guessed
    wide = [Span(top=y, bottom=y + 8) for y in (0.0, 10.0, 25.0, 35.0, 50.0)]
    known = find_bands([Span(top=y, bottom=y + 8) for y in (0.0, 25.0, 50.0)], wide)
    assert known is not None
    assert (known.lines, known.guessed) == (((0, 2), (2, 4), (4, 5)), frozenset())


def test_no_bands_where_nothing_is_level() -> None:
    assert find_bands([Span(top=0, bottom=8), Span(top=40, bottom=48)], [Span(top=15, bottom=23)]) is None


def _heads(labels: tuple[str, ...], values: tuple[str, ...]) -> Draw:
    """Labels over their values between level rules, in a form that begins as any other."""

    def draw(canvas: Canvas) -> None:
        text(canvas, 200, 60, "廊坊市新媒体账号登记备案表", size=14)
        rows: list[tuple[str, ...]] = [(label, OPEN[label]) for label in LABELS[:7]]
        rows += [labels, values]
        for number, row in enumerate(rows):
            top = TOP + number * ROW
            _level(canvas, LEFT, top, COLUMNS[-1], top + ROW, "")
            columns = (LEFT + 4, LEFT + 104) if number < 7 else tuple(LEFT + 4 + 150 * at for at in range(3))
            for x, words in zip(columns, row, strict=True):
                for line, part in enumerate(words.split("\n")):
                    text(canvas, x, top + 10 + 10 * line, part, size=8)

    return draw


def test_labels_that_head_columns_between_level_rules() -> None:
    found = form_of(pdf(_heads(("管理员姓名", "手机", "管理员微信号"), ("张三丰", "13800138000", "zhangsf_77"))))
    values = values_of(found)
    assert [values["admin_name"], values["admin_phone"], values["admin_wechat"]] == [
        "张三丰",
        "13800138000",
        "zhangsf_77",
    ]
    assert not {"admin_name", "admin_phone", "admin_wechat"} & doubtful_keys(found)


def test_a_label_that_nobody_knows_is_no_value() -> None:
    found = form_of(pdf(_heads(("管理员姓名", "职务名称", "管理员微信号"), ("张三丰", "主编", "zhangsf_77"))))
    assert "admin_name" in doubtful_keys(found)
    assert values_of(found).get("admin_wechat") is None


def test_an_option_is_no_label(monkeypatch: pytest.MonkeyPatch) -> None:
    """手机 of 手机 APP stands below no other 手机 by chance only."""
    monkeypatch.setattr(made, "frame", _level)
    found = form_of(pdf(form({**VALUES, "account_type": "微信公众账号□                      手机 APP■ 其他□"})))
    assert values_of(found)["account_type"] == "app"
