"""Values that stand in a PDF's form fields and annotations, and marks over its text, as a person sees them in a viewer."""

from __future__ import annotations

import time

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.domain.document import ExtractedForm, Field, PageBox
from pipeline.domain.message import Media
from pipeline.extract import doubts
from pipeline.extract.document import read_document
from pipeline.extract.grid.docx_runs import STRUCK
from pipeline.extract.grid.pdf import PdfPageKind, read_pdf_text
from pipeline.extract.grid.pdf_notes import Filled, PageNotes, Sort
from pipeline.extract.note_doubts import ask_for_notes
from pipeline.extract.ocr.readers import EnginesNeededError
from pipeline.extract.reading_error import RejectedFileError
from pipeline.profile.load import load_profile
from tests.extract import pdf_files as made
from tests.extract.noted_pdfs import letters, note, rect_of, with_notes, with_other_letters
from tests.extract.pdf_files import HEIGHT, VALUES, form, pdf, place
from tests.extract.reading import doubtful_keys, form_of, values_of
from tests.extract.word_files import EXPECTED

PHONE = "13803161234"
FULL = pdf(form())
BLANK = pdf(form({**VALUES, "owner_phone": ""}))


def asked_why(found: ExtractedForm, key: str) -> str:
    field = found.field(key)
    assert field is not None
    return field.doubt or ""


@pytest.mark.parametrize("sort", ["FreeText", "Stamp"])
def test_note_of_a_file_without_a_form(sort: str) -> None:
    """The whole file was refused as beyond the limits."""
    content = with_notes(BLANK, [note(sort, rect_of("owner_phone"), look=letters(PHONE))])
    found = form_of(content)
    assert values_of(found) == EXPECTED
    assert doubtful_keys(found) == set()


def test_note_without_an_appearance_is_offered_and_asked_about() -> None:
    for more in (f"/Contents({PHONE})", f"/RC(<body><p>{PHONE}</p></body>)"):
        found = form_of(
            with_notes(BLANK, [note("FreeText", rect_of("owner_phone"), more=more + "/DA(/Helv 9 Tf 0 g)")])
        )
        assert found.value("owner_phone") == PHONE
        assert asked_why(found, "owner_phone").startswith(doubts.UNDRAWN)
        assert doubtful_keys(found) == {"owner_phone"}


@pytest.mark.parametrize("flags", [2, 32, 36])
@pytest.mark.parametrize("sort", ["FreeText", "Widget"])
def test_note_that_nobody_sees_is_no_value(sort: str, flags: int) -> None:
    text = f"/Contents({PHONE})" if sort == "FreeText" else f"/FT/Tx/T(p)/V({PHONE})"
    shown = note(sort, rect_of("owner_phone"), look=letters(PHONE), more=text, flags=flags)
    found = form_of(with_notes(BLANK, [shown, note("Stamp", rect_of("number"), look=b"")], form=""))
    assert found.value("owner_phone") is None
    assert asked_why(found, "owner_phone") == doubts.HIDDEN


def test_remark_is_no_value_and_no_doubt() -> None:
    remark = note("Text", rect_of("owner_phone"), more="/Contents(13900001111)")
    reply = note("Text", rect_of("owner_phone"), more="/Contents(ok)", flags=30)
    pop_up = note("Popup", rect_of("owner_name"), more="/Contents(13900001111)")
    found = form_of(with_notes(FULL, [remark, reply, pop_up]))
    assert values_of(found) == EXPECTED
    assert doubtful_keys(found) == set()


def field(value: str, *, look: bytes | None = None, more: str = "") -> tuple[str, bytes | None]:
    return note("Widget", rect_of("owner_phone"), look=look, more=f"/FT/Tx/T(p)/V{value}/DA(/Helv 9 Tf 0 g){more}")


@pytest.mark.parametrize("form_entries", ["", "/NeedAppearances true"])
@pytest.mark.parametrize("comb", ["", "/Ff 16777216/MaxLen 11"])
def test_field_without_an_appearance(form_entries: str, comb: str) -> None:
    found = form_of(with_notes(BLANK, [field(f"({PHONE})", more=comb)], form=form_entries))
    assert values_of(found) == EXPECTED
    assert doubtful_keys(found) == set()


def test_field_that_shows_another_value_than_it_holds_is_asked_about() -> None:
    found = form_of(with_notes(BLANK, [field("(13900001111)", look=letters(PHONE))], form=""))
    assert found.value("owner_phone") == PHONE
    assert asked_why(found, "owner_phone") == doubts.STALE


def test_field_that_cuts_its_value_off_is_asked_about() -> None:
    words = "news and services of the town and its neighbours, " * 4
    blank = pdf(form({**VALUES, "description": ""}))
    cut = note("Widget", rect_of("description"), look=letters(words[:40]), more=f"/FT/Tx/T(d)/V({words})")
    assert "description" in doubtful_keys(form_of(with_notes(blank, [cut], form="")))


@pytest.mark.parametrize("text", ["王敏", "郝建国"])
def test_bytes_of_chinese_taken_for_western_letters_are_asked_about(text: str) -> None:
    """ÍõÃô was believed as a name."""
    blank = pdf(form({**VALUES, "admin_name": ""}))
    raw = note("Widget", rect_of("admin_name"), more=f"/FT/Tx/T(n)/V<{text.encode('gbk').hex()}>/DA(/Helv 9 Tf 0 g)")
    assert "admin_name" in doubtful_keys(form_of(with_notes(blank, [raw], form="")))


def boxes(ticked: int, *, state: str, look: bytes, shown: bool = True) -> bytes:
    """The form with three check boxes for the account's type behind their options."""
    names = ("微信公众账号", "手机APP", "其他")
    x0, _, _, y1 = place("account_type")
    starts = (x0 + 4, x0 + 100, x0 + 180)

    def options(canvas: Canvas) -> None:
        form({**VALUES, "account_type": ""})(canvas)
        for name, x in zip(names, starts, strict=True):
            made.text(canvas, x, y1 - 14, name)

    ends = (x0 + 68, x0 + 142, x0 + 204)
    notes = []
    for at, x in enumerate(ends):
        on = at == ticked
        more = f"/FT/Btn/T(c{at})/V/{state if on else 'Off'}" + (f"/AS/{state if on else 'Off'}" if shown else "")
        notes.append(
            note("Widget", (x, HEIGHT - y1 + 12, x + 10, HEIGHT - y1 + 22), look=look if on else b"", more=more)
        )
    return with_notes(pdf(options), notes, form="")


CHECK = b"1.5 w 1 5 m 4 1 l 9 9 l S"
CROSS = b"1.5 w 1 1 m 9 9 l 1 9 m 9 1 l S"
DOT = b"2 2 6 6 re f"


@pytest.mark.parametrize(("ticked", "kind"), [(0, "wechat"), (1, "app"), (2, "other")])
@pytest.mark.parametrize("look", [CHECK, CROSS, DOT])
@pytest.mark.parametrize("state", ["Yes", "0", "#E6#98#AF"])
def test_ticked_fields(ticked: int, kind: str, look: bytes, state: str) -> None:
    """Without a letter of text in them the boxes did not exist, and no type was ticked."""
    found = form_of(boxes(ticked, state=state, look=look))
    assert found.value("account_type") == kind
    assert doubtful_keys(found) == set()


def test_ticked_field_that_shows_nothing_is_asked_about() -> None:
    assert "account_type" in doubtful_keys(form_of(boxes(0, state="Yes", look=b"")))
    assert "account_type" in doubtful_keys(form_of(boxes(0, state="Yes", look=CHECK, shown=False)))


def drawn_boxes(ticked: int, mark: str) -> bytes:
    names, x = ("微信公众账号", "手机APP", "其他"), place("account_type")[0]
    y = HEIGHT - place("account_type")[3] + 12

    def options(canvas: Canvas) -> None:
        form({**VALUES, "account_type": ""})(canvas)
        for at, (name, start, end) in enumerate(zip(names, (4, 100, 180), (68, 142, 204), strict=True)):
            made.text(canvas, x + start, HEIGHT - y - 1, name)
            canvas.rect(x + end, y, 10, 10)
            if at == ticked and mark == "pen":
                canvas.lines([(x + end, y + 5, x + end + 4, y), (x + end + 4, y, x + end + 13, y + 12)])
            elif at == ticked:
                made.text(canvas, x + end + 1, HEIGHT - y - 1, mark)

    return pdf(options)


@pytest.mark.parametrize(("ticked", "kind"), [(0, "wechat"), (1, "app"), (2, "other")])
@pytest.mark.parametrize("mark", ["pen", "√", "V", "×"])
def test_boxes_that_are_drawn(ticked: int, kind: str, mark: str) -> None:
    found = form_of(drawn_boxes(ticked, mark))
    assert found.value("account_type") == kind
    assert doubtful_keys(found) == set()


def test_frames_for_a_digit_each_are_no_boxes_to_tick() -> None:
    x0, _, _, y1 = place("owner_id_number")

    def cells(canvas: Canvas) -> None:
        form({**VALUES, "owner_id_number": ""})(canvas)
        for at in range(12):
            canvas.rect(x0 + 2 + 10 * at, HEIGHT - y1 + 10, 10, 12)

    assert form_of(pdf(cells)).value("owner_id_number") is None


def test_tick_of_a_pen_in_a_box_that_is_a_letter() -> None:
    blank = pdf(form({**VALUES, "account_type": "微信公众账号□ 手机APP□ 其他     □"}))
    x0, _, _, y1 = place("account_type")
    x, y = x0 + 4 + 60, HEIGHT - y1 + 18
    ink = note(
        "Ink",
        (x, y, x + 14, y + 14),
        look=b"1.5 w 1 7 m 5 2 l 13 13 l S",
        more=f"/InkList[[{x} {y + 7} {x + 5} {y + 2}]]",
    )
    found = form_of(with_notes(blank, [ink]))
    assert found.value("account_type") == "wechat"
    assert doubtful_keys(found) == set()


def words_of(key: str, wide: float) -> tuple[float, float, float, float]:
    x0, y0, _, _ = place(key)
    return x0 + 4, HEIGHT - y0 - 17, x0 + 4 + wide, HEIGHT - y0 - 4


@pytest.mark.parametrize("drawn", [True, False])
@pytest.mark.parametrize(
    ("sort", "doubt"),
    [
        ("StrikeOut", STRUCK),
        ("Redact", STRUCK),
        ("Squiggly", doubts.MARKED),
        ("Line", doubts.MARKED),
        ("Ink", doubts.MARKED),
        ("Square", doubts.MARKED),
        ("Highlight", ""),
        ("Underline", ""),
    ],
)
def test_marks_over_a_value(sort: str, doubt: str, drawn: bool) -> None:
    """A number that was struck out with a viewer's tool was believed."""
    rect = words_of("owner_phone", 70)
    x0, y0, x1, y1 = rect
    more = f"/QuadPoints[{x0} {y1} {x1} {y1} {x0} {y0} {x1} {y0}]" if sort[:2] in ("St", "Sq", "Hi", "Un", "Re") else ""
    more = "" if sort == "Square" else more
    # The line is drawn thin and low, so that only the annotation itself tells.
    look = b"0.3 w 0 1 m 70 1 l S" if drawn and sort != "Highlight" else None
    found = form_of(with_notes(FULL, [note(sort, rect, look=look, more=more + "/C[1 0 0]")]))
    assert found.value("owner_phone") == PHONE
    assert doubtful_keys(found) == ({"owner_phone"} if doubt else set())
    assert doubt in asked_why(found, "owner_phone")


def test_signature_by_pen_signs_and_a_stamp_over_the_sentence_is_no_doubt() -> None:
    x0, y0, x1, y1 = rect_of("signed")
    for sort in ("Ink", "Stamp"):
        look = b"1 w 5 5 m 20 20 l 40 6 l 60 22 l 90 8 l S"
        found = form_of(with_notes(FULL, [note(sort, (x0 + 120, y0, x1, y1), look=look)]))
        assert found.value("signed") is True
        assert doubtful_keys(found) == set()


def test_handwriting_in_a_blank_cell_is_asked_about() -> None:
    """Written with a stylus and saved as strokes: the value passed for blank, and the sender was told so."""
    x0, y0, _, _ = rect_of("owner_phone")
    pen = b"1 w 5 5 m 12 16 l 20 4 l 28 17 l S"
    found = form_of(with_notes(BLANK, [note("Ink", (x0, y0, x0 + 60, y0 + 20), look=pen)]))
    assert doubtful_keys(found) == {"owner_phone"}

    def strokes(canvas: Canvas) -> None:
        form({**VALUES, "owner_phone": ""})(canvas)
        canvas.lines([(x0 + 5, y0 + 5, x0 + 12, y0 + 16), (x0 + 12, y0 + 16, x0 + 20, y0 + 4)])

    assert doubtful_keys(form_of(pdf(strokes))) == {"owner_phone"}


def test_value_typed_over_a_patch_on_the_old_one_is_asked_about() -> None:
    """Both were read, letter by letter in turn, and believed: 11110011… of two numbers."""

    def amended(canvas: Canvas) -> None:
        form()(canvas)
        x0, y0, x1, _ = place("owner_id_number")
        canvas.setFillGray(1)
        canvas.rect(x0 + 3, HEIGHT - y0 - 17, x1 - x0 - 6, 13, stroke=0, fill=1)
        canvas.setFillGray(0)
        made.text(canvas, x0 + 6, y0 + 14, "110101199003071234")

    assert doubtful_keys(form_of(pdf(amended))) == {"owner_id_number"}


def test_letters_that_reach_over_each_other_are_no_doubt() -> None:
    """Of lf in a typeface put in for one that the file does not bring along, the f reaches over the l."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def lettered(canvas: Canvas) -> None:
        form({**VALUES, "owner_wechat": ""})(canvas)
        x0, y0, _, _ = place("owner_wechat")
        canvas.setFont("STSong-Light", 10)
        canvas.drawString(x0 + 4, HEIGHT - y0 - 14, "lf_4210059")

    found = form_of(pdf(lettered))
    assert found.value("owner_wechat") == "lf_4210059"
    assert doubtful_keys(found) == set()


def test_watermark_aslant_is_no_part_of_a_value() -> None:
    """Its letters stood in values, and one in the signature's cell signed."""

    def marked(canvas: Canvas) -> None:
        form()(canvas)
        canvas.saveState()
        canvas.setFillGray(0.8)
        canvas.translate(170, 230)
        canvas.rotate(35)
        canvas.setFont(made.font(), 40)
        canvas.drawString(0, 0, "仅供备案使用")
        canvas.restoreState()

    found = form_of(pdf(marked))
    assert values_of(found) == EXPECTED
    assert doubtful_keys(found) == set()


@pytest.mark.parametrize("off", [0.3, 0.7, 1.0])
def test_text_drawn_twice_for_bold_is_read_once(off: float) -> None:
    """廊廊坊坊 was believed."""

    def again(canvas: Canvas) -> None:
        form()(canvas)
        for key in ("account_subject", "owner_id_number"):
            x0, y0, _, _ = place(key)
            made.text(canvas, x0 + 4 + off, y0 + 14, VALUES[key])

    found = form_of(pdf(again))
    assert values_of(found) == EXPECTED
    assert doubtful_keys(found) <= {"account_subject", "owner_id_number"}


def test_page_that_lies_on_its_side_is_read_as_a_picture() -> None:
    report = read_pdf_text(pdf(form(), rotation=90)).reports[0]
    assert (report.kind, report.needs_rendering) == (PdfPageKind.LAYERED, True)


def test_font_without_a_table_of_its_codes_is_read_as_a_picture() -> None:
    content = FULL.replace(b"/ToUnicode", b"/ToNowhere")
    assert content != FULL
    assert read_pdf_text(content).reports[0].needs_rendering


def test_dynamic_form_says_what_it_is() -> None:
    """Its page says that another program is wanted, and the sender was told that the form is missing."""
    content = with_notes(pdf(lambda canvas: canvas.drawString(60, 700, "Please wait...")), [], form="/XFA(<x/>)")
    content = content.replace(b"/AcroForm", b"/NeedsRendering true/AcroForm")
    findings = read_pdf_text(content).findings
    assert [found.code for found in findings] == ["attachment.unsupported"]
    assert "XFA" in findings[0].detail


def test_fields_that_are_their_own_parents() -> None:
    number = 10_000
    loop = f"/FT/Tx/T(p)/Parent {number} 0 R/Kids[{number} 0 R]/V({PHONE})"
    started = time.process_time()
    content = with_notes(
        BLANK, [note("Widget", rect_of("owner_phone"), more=loop)], form=f"/Fields[{number} 0 R {number} 0 R]"
    )
    assert form_of(content).value("account_name") == EXPECTED["account_name"]
    looped = with_notes(
        BLANK, [field(f"({PHONE})")], form="", more=[b"<</T(a)/Kids[%d 0 R]/Parent %d 0 R>>" % (40, 40)] * 2
    )
    assert form_of(looped).value("account_name") == EXPECTED["account_name"]
    assert time.process_time() - started < 8


def test_more_notes_than_anybody_writes_are_rejected_in_time() -> None:
    content = with_notes(BLANK, [note("FreeText", rect_of("number"), more="/Contents(1)")] * 8_000)
    started = time.process_time()
    with pytest.raises(RejectedFileError):
        read_pdf_text(content)
    assert time.process_time() - started < 8


def test_value_of_a_million_letters() -> None:
    content = with_notes(BLANK, [field("(" + "7" * 1_000_000 + ")")], form="/NeedAppearances true")
    started = time.process_time()
    with pytest.raises(RejectedFileError):
        read_pdf_text(content)
    assert time.process_time() - started < 8


def test_table_whose_letters_are_others_than_it_shows_is_looked_at() -> None:
    """A font's table of codes was off by one: no label was known, and the sender was told that the form is missing."""
    off = with_other_letters(FULL)
    profile = load_profile("langfang-2018")
    assert read_document(FULL, Media.PDF, name="a.pdf", profile=profile, engines=None).forms
    with pytest.raises(EnginesNeededError):
        read_document(off, Media.PDF, name="a.pdf", profile=profile, engines=None)


def test_notes_that_the_picture_of_a_page_may_not_show() -> None:
    """PDFium draws of a note without an appearance what Helvetica has: a blank cell was told to the sender."""
    place_ = PageBox(page=1, box=(0.2, 0.2, 0.4, 0.25))
    blank = Field(key="admin_name", value=None, raw="", doubtful=False, doubt=None, source=place_, reader="picture")
    read = ExtractedForm(profile="langfang-2018", pages=(1,), fields=(blank,), unplaced=())
    inside, beside = (0.22, 0.21, 0.3, 0.24), (0.6, 0.21, 0.7, 0.24)
    words = [Filled(sort=sort, box=inside, texts=("王敏",)) for sort in (Sort.WORDS, Sort.FIELD)]
    for notes in (*(PageNotes(filled=(item,)) for item in words), PageNotes(doubts=((inside, STRUCK),))):
        assert doubtful_keys(ask_for_notes(read, {1: notes})) == {"admin_name"}
        assert doubtful_keys(ask_for_notes(read, {2: notes})) == set()
    elsewhere = PageNotes(filled=(Filled(sort=Sort.WORDS, box=beside, texts=("王敏",)),))
    assert doubtful_keys(ask_for_notes(read, {1: elsewhere})) == set()
