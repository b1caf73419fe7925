"""The files of a mail, and which of them each value was read from."""

from __future__ import annotations

import uuid

from sqlalchemy import text, update

from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field, PageBox, TableCell
from pipeline.domain.message import KeptFile, Media
from pipeline.domain.pages import OtherPage, PageGeometry
from pipeline.profile.schema import Profile
from pipeline.store.models import FieldValueRow
from pipeline.store.store import Store
from tests.store.filings import NOW, case, decide, doubt, mail, submission
from tests.stores import Place

GEOMETRY = PageGeometry(
    page=2,
    source_width_px=1653,
    source_height_px=2339,
    width_px=1684,
    height_px=2249,
    matrix=(1.001, -0.013, 30.547, 0.014, 1.001, 0.25, 1e-7, -2e-8, 1.0),
    dpi=200.0,
    id_boxes=((0.1, 0.2, 0.3, 0.4),),
    id_unplaced=False,
)
FILES = (
    KeptFile(file=1, name="王小测 登记表\udc80.docx", media=Media.DOCX, size_bytes=37_000, sha256="a" * 64),
    KeptFile(
        file=2,
        name="执照.pdf",
        media=Media.PDF,
        size_bytes=9,
        sha256="b" * 64,
        path=("材料.zip", "里面.zip"),
        inline=True,
        pages=(GEOMETRY,),
        others=(OtherPage(page=2, looks_like="许可证"), OtherPage(page=None, looks_like="其他文字材料")),
    ),
)


def with_files() -> ExtractedForm:
    fields = (
        Field(key="account_name", value="三河小测", source=TableCell(table=0, row=1, column=1, file=1), reader="docx"),
        Field(
            key="owner_name",
            value="王小测",
            source=PageBox(page=2, box=(0.1, 0.2, 0.3, 0.4), file=2),
            reader="rapidocr",
        ),
    )
    return ExtractedForm(profile="langfang-2018", file=1, fields=fields)


def commit(store: Store, profile: Profile) -> str:
    decided = case(doubt())
    papers = tuple(ExtractedPaper.model_validate({**paper.model_dump(), "file": 2}) for paper in decided.filing.papers)
    filing = decided.filing.model_copy(update={"form": with_files(), "papers": papers})
    decision = mail(decided.model_copy(update={"filing": filing})).model_copy(update={"files": FILES})
    return decide(store, profile, decision).cases[0].case_id


def test_files_come_back_as_they_were_kept(store: Store, profile: Profile) -> None:
    case_id = commit(store, profile)
    found = store.mail_files(case_id)
    assert found is not None and found.files == FILES
    assert (found.sha256, found.received) == (store.show_case(case_id).sha256, store.show_case(case_id).received)  # type: ignore[union-attr]
    assert "王小测" not in repr(found)


def test_places_forms_and_papers_keep_their_file(store: Store, profile: Profile) -> None:
    detail = store.show_case(commit(store, profile))
    assert detail is not None
    assert detail.filing.form == with_files()
    assert [paper.file for paper in detail.filing.papers] == [2]


def test_what_was_stored_before_has_no_file(store: Store, profile: Profile, place: Place) -> None:
    case_id = commit(store, profile)
    with store._database.writing() as connection:
        old = {"page": 2, "box": [0.1, 0.2, 0.3, 0.4]}
        connection.execute(
            update(FieldValueRow.table()).where(FieldValueRow.table().c.key == "owner_name").values(source=old)
        )
        connection.execute(text("UPDATE cases SET form_file = NULL"))
        connection.execute(text("UPDATE papers SET file = NULL"))
        connection.execute(text("DELETE FROM files"))
    with place.open() as again:
        detail, found = again.show_case(case_id), again.mail_files(case_id)
    assert detail is not None and detail.filing.form is not None and found is not None
    assert detail.filing.form.file is None and detail.filing.papers[0].file is None
    owner = detail.filing.form.field("owner_name")
    assert owner is not None and owner.source == PageBox(page=2, box=(0.1, 0.2, 0.3, 0.4))
    assert found.files == ()


def test_a_mail_decided_anew_has_the_files_of_each_decision(store: Store, profile: Profile) -> None:
    case_id = commit(store, profile)
    detail = store.show_case(case_id)
    assert detail is not None
    fewer = mail(case(doubt())).model_copy(update={"files": FILES[:1]})
    anew = store.cases.replace_decision(detail.message_id, fewer, submission=submission(), profile=profile, now=NOW)
    first, second = store.mail_files(case_id), store.mail_files(anew.cases[0].case_id)
    assert first is not None and second is not None
    assert (first.files, second.files) == (FILES, FILES[:1])


def test_there_are_no_files_of_no_case(store: Store) -> None:
    assert store.mail_files(str(uuid.uuid4())) is None
    assert store.mail_files("not an id") is None
