"""Labels spread over their column, whose last characters readers take along with the values: 人汤光琪, 限2013年…"""

from __future__ import annotations

import pytest

from pipeline.domain.document import ExtractedPaper
from pipeline.extract.page import Line
from tests.extract.test_paper_values import CODE, NAME, licence, only
from tests.extract.written_papers import line

ADDRESS = "河北省廊坊市香河县交叉口18号"
TERM = "2013年07月26日至2017年07月25日"


def certificate(*rows: tuple[str, str, str]) -> ExtractedPaper:
    """A society's certificate, of whose labels the first characters, and the last one with the value, were found as given."""
    lines: list[Line] = [line("社会团体法人登记证书", 600, 100, high=80), line(f"统一社会信用代码 {CODE}", 100, 250)]
    for at, (head, end, value) in enumerate(rows):
        y = 400 + 70 * at
        lines += [line(head, 100, y)] if head else []
        lines += [line(end + value, 250, y)]
    return only(lines)


NAMED = (("名", "称", NAME), ("住", "所", ADDRESS))


def values_of(paper: ExtractedPaper) -> dict[str, tuple[object, bool]]:
    return {field.key: (field.value, field.doubtful) for field in paper.fields}


@pytest.mark.parametrize(
    ("row", "key", "value"),
    [
        (("", "人", "汤光琪"), "legal_representative", "汤光琪"),
        (("期", "限", TERM), "valid_until", "2017-07-25"),
        (("有", "期", TERM), "valid_until", "2017-07-25"),
        (("", "限", TERM), "valid_until", "2017-07-25"),
    ],
)
def test_what_begins_where_labels_end_is_one_s_last_character(row: tuple[str, str, str], key: str, value: str) -> None:
    """The rest was pale and not found; the person's name was added to the address above it, the term lost."""
    values = values_of(certificate(*NAMED, row))
    assert values[key] == (value, False)
    assert values["address"] == (ADDRESS, False)


def test_a_name_that_begins_like_the_end_of_a_label_is_whole() -> None:
    """金 ends 开办资金 and 限 期限; 金建国 stands behind its whole label."""
    lines = [line("金建国", 250, 540), line("法定代表人", 100, 540)]
    lines += [line("社会团体法人登记证书", 600, 100, high=80), line(f"统一社会信用代码 {CODE}", 100, 250)]
    lines += [
        item
        for at, row in enumerate(NAMED)
        for item in (line(row[0], 100, 400 + 70 * at), line(row[1] + row[2], 250, 400 + 70 * at))
    ]
    assert values_of(only(lines))["legal_representative"] == ("金建国", False)


def test_what_begins_elsewhere_is_no_label_s_end() -> None:
    """The values' column begins further right: 人民币壹佰万元整 is nobody's name."""
    lines = [line("社会团体法人登记证书", 600, 100, high=80), line(f"统一社会信用代码 {CODE}", 100, 250)]
    lines += [
        item
        for at, row in enumerate(NAMED)
        for item in (line(row[0], 100, 400 + 70 * at), line(row[1] + row[2], 250, 400 + 70 * at))
    ]
    lines += [line("人民币壹佰万元整", 300, 540)]
    assert "legal_representative" not in values_of(only(lines))


@pytest.mark.parametrize("lost", ["廊坊瑞恒农业开发有限公司三河分公", "廊坊瑞恒农业开发有限", "香河县瑞恒种植专业合作"])
def test_a_name_that_ends_as_none_does_is_asked_about(lost: str) -> None:
    """Of 分公司 under a watermark every reader saw 分公."""
    paper = certificate(("名", "称", lost), NAMED[1])
    assert values_of(paper)["name"] == (lost, True)


def test_notes_on_a_label_s_row_do_not_show_where_values_wrap() -> None:
    """Beside 统一社会信用代码, whose number stands below it, the notes on the QR code made 分公 a line that ended early."""
    lines = [item for item in licence() if item.text != NAME and CODE not in item.text]
    lines += [line("统一社会信用代码", 50, 250), line(CODE, 50, 290), line("企业信用信息公示系统", 1500, 250)]
    lines += [line("廊坊瑞恒农业开发有限公司三河分公", 300, 400), line("司", 300, 438)]
    assert values_of(only(lines))["name"] == ("廊坊瑞恒农业开发有限公司三河分公司", False)
