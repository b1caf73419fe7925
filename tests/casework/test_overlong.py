"""A cell of any length costs what a form costs, and its beginning is not believed for the whole."""

from __future__ import annotations

from pipeline.domain.document import DocumentReading, ExtractedForm, ExtractedPaper, Field, PaperKind
from pipeline.domain.message import Media
from pipeline.domain.spelling import MAX_TEXT
from pipeline.reading.overlong import cut_overlong
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail
from tests.extract.word_files import form_with


def test_a_long_cell_is_cut_and_asked_about(jail: Jail) -> None:
    content = form_with("description", "长" * 200_000)
    reading = SandboxedReader(jail=jail).read_file("登记表.docx", content, media=Media.DOCX)
    (form,) = reading.forms
    long = form.field("description")
    assert long is not None
    assert (long.doubtful, len(str(long.value)), len(long.raw)) == (True, MAX_TEXT, MAX_TEXT)
    assert len(reading.model_dump_json()) < 100_000
    assert [item.key for item in form if item.doubtful] == ["description"]


def test_every_text_of_a_reading_is_bounded() -> None:
    long = "9" * 50_000
    field = Field(key="name", value=long, raw=long, second=long, reader="docx", candidates=(long,) * 100)
    paper = ExtractedPaper(kind=PaperKind.ID_CARD, title=long, fields=(field,))
    part = ExtractedForm(profile="langfang-2018", text_above=(long,), text_below=(long,), fields=(field,))
    cut = cut_overlong(DocumentReading(engine="docx", papers=(paper,), parts=(part,)))
    assert len(cut.model_dump_json()) < 3 * (60 * MAX_TEXT)
    assert cut.papers[0].fields[0].doubtful
    short = DocumentReading(engine="docx", papers=(ExtractedPaper(kind=PaperKind.ID_CARD),))
    assert cut_overlong(short) is short
