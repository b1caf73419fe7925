"""What an officer sees of real mails, through the real jail."""

from __future__ import annotations

import io
import json
from email.message import EmailMessage
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from pipeline.desk.evidence import Evidence, Picture, Viewer
from pipeline.domain.document import Box, PageBox, TableCell
from pipeline.domain.message import Media
from pipeline.domain.pages import PageGeometry
from pipeline.extract.ocr.readers import Engines
from pipeline.extract.raster.decode import Rgb
from pipeline.pictures.covering import COVER
from pipeline.pictures.trouble import NotShownError, Trouble
from pipeline.store.errors import UnknownCaseError
from tests.pictures.office import DATA, NOW, VIEWER, Office, letter, pixels, text_on

FORMS = DATA / "forms"
ID_FILES = (
    "forms/scan-hei.jpg",
    "forms/photo-turned.jpg",
    "forms/pdf-song.pdf",
    "forms/pdf-scanned.pdf",
    "forms/fax.tif",
    "papers/id-card-photo-front.jpg",
    "papers/id-card-copy.jpg",
)


def truth_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{name}.truth.json").read_text(encoding="utf-8"))
    return found


def numbers_of(name: str) -> set[str]:
    truth = truth_of(name)
    forms = [form["fields"]["owner_id_number"] for form in truth.get("forms", ())]
    cards = [paper["fields"].get("id_number") for paper in truth.get("papers", ())]
    return {number for number in (*forms, *cards) if number}


def geometries(office: Office, case_id: str, file: int = 1) -> dict[int, PageGeometry]:
    mail = office.store.mail_files(case_id)
    assert mail is not None
    return {page.page: page for page in mail.files[file - 1].pages}


def part(rgb: Rgb, box: Box) -> Rgb:
    height, width = rgb.shape[:2]
    return rgb[round(box[1] * height) : round(box[3] * height), round(box[0] * width) : round(box[2] * width)]


def text_in(rgb: Rgb, box: Box, engines: Engines) -> str:
    """What stands in a box, and a little round it."""
    left, top, right, bottom = box
    near = (max(0.0, left - 0.02), max(0.0, top - 0.02), min(1.0, right + 0.02), min(1.0, bottom + 0.02))
    return text_on(part(rgb, near), engines)


def is_one_colour(rgb: Rgb) -> bool:
    """As far as the JPEG's own rounding goes; its blocks at the edge of a cover hold some of what lies beside it."""
    inner = rgb[8:-8, 8:-8].reshape(-1, 3).astype(np.int16)
    return inner.size > 0 and int(np.abs(inner - COVER).max()) <= 6


def test_the_case_s_places_name_their_file(office: Office) -> None:
    case = office.store.show_case(office.sample("09-wenan-merged-pdf.eml"))
    assert case is not None and case.filing.form is not None
    assert case.filing.form.file == 1
    assert {paper.file for paper in case.filing.papers} == {1}
    places = [field.source for paper in case.filing.papers for field in paper if field.source is not None]
    assert places and all(isinstance(place, PageBox) and place.file == 1 for place in places)


@pytest.mark.parametrize("name", ID_FILES)
def test_numbers_are_covered_until_they_are_revealed(name: str, office: Office, engines: Engines) -> None:
    numbers = numbers_of(name)
    assert numbers
    case_id = office.take(letter((name.rsplit("/", 1)[1], (DATA / name).read_bytes())))
    read, boxes = "", 0
    for number, geometry in geometries(office, case_id).items():
        covered = office.page(case_id, page=number)
        assert not covered.hidden and covered.placed and covered.width <= 1600
        assert all(is_one_colour(part(pixels(covered), box)) for box in geometry.id_boxes)
        boxes += len(geometry.id_boxes)
        seen = text_on(pixels(covered), engines)
        assert not any(
            secret in seen or secret[6:14] + secret[14:] in seen or secret[-6:] in seen for secret in numbers
        )
        open_ = pixels(office.page(case_id, page=number, revealed=True))
        read += "".join(text_in(open_, box, engines) for box in geometry.id_boxes)
    assert boxes
    assert all(secret in read for secret in numbers), "uncovered, the reader finds them: the test could fail"


def test_the_picture_is_new_and_carries_nothing(office: Office) -> None:
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "SECRET-NOTE", 6
    image = Image.open(FORMS / "scan-song-1.jpg").rotate(90, expand=True)
    image.save(stream, "JPEG", exif=exif, comment=b"SECRET-COMMENT", icc_profile=b"SECRET-PROFILE" * 20)
    case_id = office.take(letter(("form.jpg", stream.getvalue() + b"<script>SECRET-TAIL</script>")))
    picture = office.page(case_id)
    shown = Image.open(io.BytesIO(picture.content))
    assert (shown.format, shown.size) == ("JPEG", (picture.width, picture.height))
    assert not shown.getexif() and "icc_profile" not in shown.info and "comment" not in shown.info
    assert b"SECRET" not in picture.content and picture.media_type == "image/jpeg"
    assert picture.height > picture.width, "the form stands upright"


def test_the_viewer_s_name_is_in_the_pixels(office: Office, engines: Engines) -> None:
    blank = np.full((1600, 1200, 3), 255, dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(blank).save(stream, "PNG")
    case_id = office.take(letter(("empty.png", stream.getvalue())))
    shown = pixels(office.page(case_id, revealed=True))
    turn = cv2.getRotationMatrix2D((shown.shape[1] / 2, shown.shape[0] / 2), -24, 1)
    level = cv2.warpAffine(shown, turn, (shown.shape[1], shown.shape[0]), borderValue=(255, 255, 255))
    strong = np.where(level < 245, 0, 255).astype(np.uint8)
    text = text_on(strong, engines)
    assert VIEWER.login in text and "2018-12-20" in text and "张立新" in text
    assert shown.min() > 200 and 0.01 < float((shown < 245).mean()) < 0.2, "light, and not all over the text"
    other = office.evidence.page_picture(case_id, 1, 1, viewer=Viewer(name="王", login="wang"), revealed=True)
    assert other.content != office.page(case_id, revealed=True).content


def test_a_page_nobody_recognised_is_hidden_whole(office: Office, engines: Engines) -> None:
    """A card whose number the reader can't find: never shown because a box is missing."""
    card = Image.open(DATA / "papers/id-card-photo-front.jpg").convert("RGB")
    stream = io.BytesIO()
    card.crop((0, round(card.height * 0.62), card.width, card.height)).save(stream, "JPEG", quality=95)
    case_id = office.take(letter(("part.jpg", stream.getvalue())))
    (number,) = numbers_of("papers/id-card-photo-front.jpg")
    picture = office.page(case_id)
    assert picture.hidden and office.evidence.attachments(case_id)[0].pages[0].hidden
    assert number[:6] not in (seen := text_on(pixels(picture), engines)) and number[-4:] not in seen
    assert number in text_on(pixels(office.page(case_id, revealed=True)), engines)
    few = {tuple(colour) for colour in (pixels(picture)[40::97, 40::97].reshape(-1, 3) // 32).tolist()}
    assert len(few) < 60


def test_a_mail_decided_before_files_were_kept(office: Office) -> None:
    content = letter(("scan.jpg", (FORMS / "scan-song-2.jpg").read_bytes()), text="旧邮件")
    case_id = office.take(content, keep_files=False)
    (item,) = office.evidence.attachments(case_id)
    assert (item.file, item.name, item.media, item.pages) == (1, "scan.jpg", Media.JPEG, ())
    covered, open_ = office.page(case_id), office.page(case_id, revealed=True)
    assert covered.hidden and not covered.placed and covered.pages == 1
    assert not open_.hidden and not open_.placed
    assert (open_.width, open_.height) == (1600, round(2339 * 1600 / 1653))


def test_a_zip_and_a_forwarded_mail(office: Office) -> None:
    zipped = office.sample("04-dachang-company-zip.eml")
    files = office.evidence.attachments(zipped)
    assert len(files) >= 2 and all(item.path for item in files)
    inner = EmailMessage()
    inner["From"], inner["To"], inner["Subject"] = "a@example.cn", "b@example.cn", "转发"
    inner.set_content("见附件")
    inner.add_attachment((FORMS / "scan-kai.jpg").read_bytes(), maintype="image", subtype="jpeg", filename="表.jpg")
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "a@example.cn", "c@example.cn", "Fwd"
    outer.set_content("请审核")
    outer.add_attachment(inner)
    nested = office.take(outer.as_bytes())
    (item,) = office.evidence.attachments(nested)
    assert item.name == "表.jpg" and item.path == ("转发.eml",) and item.pages[0].page == 1
    for case_id, file in ((zipped, files[0].file), (nested, 1)):
        found = next(item for item in office.evidence.attachments(case_id) if item.file == file)
        if found.pages:
            assert office.page(case_id, file).width > 500


def test_a_word_form_is_a_grid_whose_cells_fields_name(office: Office) -> None:
    case_id = office.sample("12-anci-pasted-docx.eml")
    case = office.store.show_case(case_id)
    assert case is not None and case.filing.form is not None
    form = case.filing.form
    file = form.file
    assert file is not None
    cells = _cells(office, case_id, file, revealed=True)
    for key in ("account_name", "owner_name", "owner_id_number", "admin_phone"):
        field = form.field(key)
        assert field is not None and isinstance(field.source, TableCell) and field.source.file == file
        assert str(field.value) in cells[field.source.table, field.source.row, field.source.column]
    masked = _cells(office, case_id, file, revealed=False)
    number = form.text("owner_id_number")
    assert not any(number in text or number[6:14] in text for text in masked.values())
    assert {place for place in cells if cells[place] != masked[place]} == {
        (field.source.table, field.source.row, field.source.column)
        for field in [form.field("owner_id_number")]
        if field is not None and isinstance(field.source, TableCell)
    }


def _cells(office: Office, case_id: str, file: int, *, revealed: bool) -> dict[tuple[int, int, int], str]:
    grid = office.evidence.document_grid(case_id, file, revealed=revealed)
    assert not grid.cut
    for table in grid.tables:
        covered = [
            (row, column)
            for cell in table.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        ]
        assert len(covered) == len(set(covered)) and max(covered) <= (table.rows - 1, table.columns - 1)
    return {(table.index, cell.row, cell.column): cell.text for table in grid.tables for cell in table.cells}


def test_pictures_pasted_into_a_word_file(office: Office, engines: Engines) -> None:
    case_id = office.sample("12-anci-pasted-docx.eml")
    case = office.store.show_case(case_id)
    assert case is not None and case.filing.papers
    for paper in case.filing.papers:
        assert paper.file is not None
        picture = office.page(case_id, paper.file, paper.pages[0], revealed=True)
        name = paper.text("name")
        assert name and name in text_on(pixels(picture), engines)
    with pytest.raises(NotShownError) as caught:
        office.page(case_id, case.filing.papers[0].file or 0, 40)
    assert caught.value.trouble is Trouble.NO_PAGE and "没有这一页" in caught.value.sentence


def test_a_field_s_box_lies_on_its_value(office: Office, engines: Engines) -> None:
    case_id = office.take(letter(("photo-turned.jpg", (FORMS / "photo-turned.jpg").read_bytes())))
    case = office.store.show_case(case_id)
    assert case is not None and case.filing.form is not None
    shown = pixels(office.page(case_id, revealed=True))
    for key in ("account_name", "address", "owner_phone"):
        field = case.filing.form.field(key)
        assert field is not None and isinstance(field.source, PageBox) and field.source.file == 1
        assert str(field.value) in text_on(part(shown, field.source.box), engines)


def test_the_mail_s_text(office: Office) -> None:
    number = "510103199402170818"
    case_id = office.take(letter(text=f"您好，负责人身份证号 {number}，请办理。<b>谢谢</b>"))
    text = office.evidence.mail_text(case_id, revealed=False)
    assert number not in text.text and "510***********0818" in text.text and "<b>谢谢</b>" in text.text
    assert number in office.evidence.mail_text(case_id, revealed=True).text
    assert (text.sender, text.subject, text.received, text.cut) == ("bao@example.cn", "备案材料", NOW, False)
    assert text.sent is not None and text.sent.isoformat() == "2018-12-20T09:12:00+08:00"


def test_what_is_not_there(office: Office) -> None:
    case_id = office.sample("12-anci-pasted-docx.eml")
    with pytest.raises(UnknownCaseError):
        office.evidence.attachments("00000000-0000-4000-8000-000000000000")
    with pytest.raises(UnknownCaseError):
        office.evidence.mail_text("no id at all", revealed=False)
    for file, page, trouble in ((99, 1, Trouble.NO_FILE), (0, 1, Trouble.NO_FILE), (1, 0, Trouble.NO_PAGE)):
        with pytest.raises(NotShownError) as caught:
            office.page(case_id, file, page)
        assert caught.value.trouble is trouble


def test_representations_hold_no_content(office: Office) -> None:
    case_id = office.sample("12-anci-pasted-docx.eml")
    shown: tuple[object, ...] = (
        office.evidence.attachments(case_id),
        office.evidence.mail_text(case_id, revealed=True),
        office.page(case_id, 1, 1),
        office.store.mail_files(case_id),
    )
    name = office.evidence.attachments(case_id)[0].name
    assert not any(name in repr(item) for item in shown)
    assert isinstance(shown[2], Picture) and len(repr(shown[2])) < 300


def test_what_was_taken_apart_is_kept_within_bounds(office: Office) -> None:
    from pipeline.reading.reader import SandboxedReader
    from pipeline.reading.unpacked_mails import UnpackedMails

    mails = []
    for number in range(3):
        content = letter((f"{number}.png", _noise(number)), text=f"第{number}封")
        office.take(content)
        mails.append(office.store.archive.keep([content]))
    limit = 2 * len(_noise(0)) + 5_000
    kept = UnpackedMails(office.store.archive, SandboxedReader(jail=office.jail), max_bytes=limit)
    first = kept.of(mails[0])
    assert kept.of(mails[0]) is first
    for digest in mails:
        kept.of(digest)
    assert 0 < kept.kept_bytes <= limit
    assert kept.of(mails[0]) is not first, "the one used longest ago made room"


def _noise(seed: int) -> bytes:
    stream = io.BytesIO()
    noise = np.random.default_rng(seed).integers(0, 255, (200, 300, 3), dtype=np.uint8)
    Image.fromarray(noise).save(stream, "PNG")
    return stream.getvalue()


def test_a_wired_evidence_shows_the_same(office: Office) -> None:
    from pipeline.configuration.settings import Settings
    from pipeline.wiring import Application

    made = Application(Settings()).evidence(office.store, office.jail)
    assert isinstance(made, Evidence)
    case_id = office.sample("12-anci-pasted-docx.eml")
    assert made.attachments(case_id) == office.evidence.attachments(case_id)
