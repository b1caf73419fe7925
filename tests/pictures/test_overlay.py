"""What an overlay shows: legible notes, nothing covered, and a trouble for what cannot be drawn."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from docx import Document
from PIL import Image

from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Media
from pipeline.extract.ocr.readers import Engines
from pipeline.extract.raster.decode import Rgb
from pipeline.pictures.lettering import Lettering
from pipeline.pictures.overlay import PAGE_LEFT_PX, PAGE_WIDTH_PX, draw_overlay
from pipeline.pictures.overlay_notes import Letterings, make_note, place_notes
from pipeline.pictures.overlay_requests import CellAddress, Look, Mark, OverlayRequest
from pipeline.pictures.trouble import Trouble
from pipeline.pictures.watermark import load_pen
from pipeline.profile.schema import Profile
from pipeline.reading.overlays import Overlays
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail
from pipeline.wording import Wording
from tests.pictures.office import DATA, text_on
from tests.pictures.test_hostile_files import png_bomb

PEN = load_pen()
CARD = DATA / "papers/id-card-copy.jpg"
WORD = DATA / "forms/docx-plain.docx"
MARKS = (
    Mark(label="姓名", text="石琳国", look=Look.SURE, place=(0.3198, 0.168, 0.4074, 0.1966)),
    Mark(label="住址", text="永清县", look=Look.DOUBTFUL, reason="两次识别不一致", place=(0.32, 0.26, 0.56, 0.32)),
    Mark(label="有效期至", text="（空白）", look=Look.BLANK, place=(0.43, 0.68, 0.67, 0.71)),
    Mark(label="签名盖章", text="（表上没有这一栏）", look=Look.DOUBTFUL),
)


def drawn(content: bytes, media: Media, marks: Sequence[Mark], *, page: int | None = 1) -> Rgb:
    request = OverlayRequest(title="试样", page=page, marks=tuple(marks))
    answer, picture = draw_overlay(content, media, request, PEN)
    assert answer.trouble is None
    shown = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), dtype=np.uint8)
    assert (answer.width_px, answer.height_px) == (shown.shape[1], shown.shape[0])
    return shown


def read(path: Path, jail: Jail) -> tuple[DocumentReading, bytes]:
    return SandboxedReader(jail=jail).read_path(path)


def test_nothing_covers_the_page() -> None:
    content = CARD.read_bytes()
    plain, marked = drawn(content, Media.JPEG, ()), drawn(content, Media.JPEG, MARKS)
    page = (slice(110, plain.shape[0] - 40), slice(PAGE_LEFT_PX, PAGE_LEFT_PX + PAGE_WIDTH_PX))
    before, after = plain[page].astype(int), marked[page].astype(int)
    assert (after <= before).all(), "frames only darken"
    changed = (after != before).any(axis=2)
    assert 0.005 < changed.mean() < 0.2
    ink = before.max(axis=2) < 90
    assert ink[changed].any(), "frames do run over ink here"
    assert (after.max(axis=2)[ink] < 90).all(), "which stays ink"


def test_labels_values_and_reasons_can_be_read(engines: Engines) -> None:
    shown = drawn(CARD.read_bytes(), Media.JPEG, MARKS)
    margin = text_on(shown[:, PAGE_LEFT_PX + PAGE_WIDTH_PX + 60 :], engines)
    for words in ("姓名", "石琳国", "住址", "永清县", "两次识别不一致", "有效期至", "签名盖章", "表上没有这一栏"):
        assert words in margin, words
    heading = text_on(shown[:110], engines)
    assert all(words in heading for words in ("试样", "读取可靠", "存疑", "空白"))


def test_a_real_reading_is_drawn_with_every_value(
    jail: Jail, profile: Profile, engines: Engines, tmp_path: Path
) -> None:
    reading, content = read(WORD, jail)
    overlays = Overlays(jail=jail, wording=Wording(profile=profile), folder=tmp_path)
    (path,) = overlays.draw("登记表.docx", content, reading).pictures
    margin = text_on(np.asarray(Image.open(path).convert("RGB"))[:, 1300:], engines)
    form = reading.forms[0]
    for key in ("account_name", "owner_id_number", "admin_phone", "follower_count"):
        assert form.text(key) in margin, key
    assert "微信公众账号" in margin, "the type by the form's own word"
    assert "account" not in margin


def test_a_form_of_plain_lines_is_drawn_too(jail: Jail, profile: Profile, tmp_path: Path) -> None:
    """A Word file without a table: its lines stand in for the cells."""
    document = Document()
    for line in (
        "新媒体账号登记备案表",
        "账号名：夏垫在线",
        "账号主体：潘静佳",
        "地址：大厂回族自治县夏垫镇",
        "手机：18964630844",
    ):
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    marks = [Mark(label="账号名", text="夏垫在线", look=Look.SURE, place=(0.0, 0.2, 1.0, 0.4))]
    plain = drawn(stream.getvalue(), Media.DOCX, [], page=None)
    marked = drawn(stream.getvalue(), Media.DOCX, marks, page=None)
    rows = np.flatnonzero((plain[:, :1200] != marked[:, :1200]).any(axis=(1, 2)))
    assert 20 < rows[-1] - rows[0] < 60, "a frame round the second line alone"


def test_cells_that_are_not_there_and_files_that_are_none() -> None:
    lost = Mark(label="账号名", text="甲", look=Look.SURE, place=CellAddress(table=9, row=9, column=9))
    drawn(WORD.read_bytes(), Media.DOCX, [lost], page=None)
    cases: Mapping[Trouble, tuple[bytes, Media, int | None]] = {
        Trouble.NO_TABLE: (b"%PDF-1.4", Media.PDF, None),
        Trouble.NO_PAGE: (CARD.read_bytes(), Media.JPEG, 2),
        Trouble.UNREADABLE: (CARD.read_bytes()[:3_000], Media.JPEG, 1),
        Trouble.REJECTED: (png_bomb(13_300), Media.PNG, 1),
        Trouble.NO_PICTURE: (b"hello", Media.TEXT, 1),
    }
    for trouble, (content, media, page) in cases.items():
        answer, picture = draw_overlay(content, media, OverlayRequest(title="x", page=page), PEN)
        assert (answer.trouble, picture) == (trouble, b"")


def test_a_table_of_hundreds_of_rows_is_cut_and_says_so(engines: Engines) -> None:
    document = Document()
    document.add_table(rows=300, cols=2).cell(0, 0).text = "甲乙丙丁"
    stream = io.BytesIO()
    document.save(stream)
    shown = drawn(stream.getvalue(), Media.DOCX, [], page=None)
    assert 4_000 < shown.shape[0] < 10_000
    assert "甲乙丙丁" in text_on(shown[:400, :1300], engines)
    assert "未画出" in text_on(shown[-300:, :1300], engines)


@pytest.mark.parametrize("wanted", [[100.0, 101.0, 102.0, 900.0], [990.0, 991.0, 992.0, 993.0], [None, 5.0, None, 5.0]])
def test_notes_stand_in_order_and_none_over_another(wanted: list[float | None]) -> None:
    letters = Letterings.of(PEN)
    notes = [make_note(mark, letters, headed=False) for mark in MARKS]
    tops = place_notes(notes, wanted, top=100, bottom=1000)
    assert tops[0] >= 100
    assert tops[-1] + notes[-1].height_px <= 1000
    assert all(top + note.height_px <= after for top, note, after in zip(tops, notes, tops[1:], strict=False))


def test_text_is_broken_as_chinese_is() -> None:
    letters = Lettering(PEN, 24)
    lines = letters.wrap("微信号含易混字符（如一与二），请对照图片核对", 9 * 24, most=8)
    assert "".join(lines) == "微信号含易混字符（如一与二），请对照图片核对"
    assert not any(line.startswith(("）", "，")) or line.endswith("（") for line in lines)
    assert letters.wrap("一二三四五六七八九十", 3 * 24, most=2) == ("一二三", "四五…")
    assert letters.wrap("a\n\x1b[2Jb", 1000, most=2) == ("a [2Jb",)
    assert letters.wrap("", 100, most=2) == ("",)
    assert max(map(letters.width, letters.wrap("，" * 60, 100, most=9))) < 100 + 2 * 24
