"""Which file a value came from survives putting a mail's documents together."""

from __future__ import annotations

from pipeline.cases.casework import ReadDocument, merge_forms
from pipeline.cases.deciding import settle_documents
from pipeline.domain.document import (
    DocumentReading,
    ExtractedForm,
    ExtractedPaper,
    Field,
    PageBox,
    PaperKind,
    TableCell,
)
from pipeline.domain.provenance import read_from

NUMBER = "131082199003077518"


def form(*fields: Field) -> DocumentReading:
    return DocumentReading(engine="test", forms=(ExtractedForm(profile="langfang-2018", fields=fields),))


def field(key: str, value: str | None, *, doubtful: bool = False, page: int | None = None) -> Field:
    place = TableCell(table=0, row=1, column=1) if page is None else PageBox(page=page, box=(0.1, 0.1, 0.2, 0.2))
    return Field(key=key, value=value, raw=value or "", doubtful=doubtful, source=place, reader="test")


def test_each_field_of_a_form_from_two_files_names_its_own() -> None:
    typed = read_from(form(field("account_name", "三河小测"), field("owner_phone", None)), 1)
    scanned = read_from(form(field("account_name", "三河小测", page=1), field("owner_phone", "13803161234", page=1)), 3)
    (merged,) = merge_forms((*typed.forms, *scanned.forms))
    places = {item.key: item.source for item in merged}
    assert places["account_name"] == PageBox(page=1, box=(0.1, 0.1, 0.2, 0.2), file=3)
    assert places["owner_phone"] == PageBox(page=1, box=(0.1, 0.1, 0.2, 0.2), file=3)
    assert merged.file == 3
    (merged,) = merge_forms(
        (*read_from(form(field("account_name", "三河小测"), field("address", "街")), 1).forms, *scanned.forms)
    )
    assert {item.key: item.source.file for item in merged if item.source} == {
        "account_name": 1,
        "address": 1,
        "owner_phone": 3,
    }


def test_settling_a_doubt_keeps_the_files() -> None:
    card = ExtractedPaper(kind=PaperKind.ID_CARD, fields=(field("id_number", NUMBER, page=2),))
    documents = (
        ReadDocument(name="表", reading=read_from(form(field("owner_id_number", NUMBER, doubtful=True, page=1)), 1)),
        ReadDocument(name="证", reading=read_from(DocumentReading(engine="test", papers=(card,)), 2)),
    )
    settled = settle_documents(documents)
    (settled_form,), (settled_card,) = settled[0].reading.forms, settled[1].reading.papers
    number = settled_form.field("owner_id_number")
    assert number is not None and not number.doubtful
    assert (settled_form.file, settled_card.file) == (1, 2)
    assert number.source == PageBox(page=1, box=(0.1, 0.1, 0.2, 0.2), file=1)
