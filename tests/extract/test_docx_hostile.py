"""Word files that are damaged, locked, or made to do harm: a typed error or a finding, never anything else."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.extract.grid.docx import read_docx
from pipeline.extract.reading_error import ReadingError, RejectedFileError, UnreadableFileError
from tests.extract.reading import doubtful_keys, form_of, forms_of
from tests.extract.word_files import (
    MACRO_TYPE,
    VALUES,
    cell,
    form_rows,
    form_table,
    form_with,
    paragraph,
    picture,
    relation,
    row,
    run,
    table,
    word_file,
    zip_of,
)

GOOD = word_file(form_table())
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def codes(content: bytes) -> list[str]:
    return [found.code for found in read_docx(content).findings]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"{\\rtf1}",
        b"<html></html>",
        GOOD[: len(GOOD) // 2],
        GOOD[:-30],
        zip_of({"a.txt": b"a"}),
        OLE + bytes(600),
    ],
)
def test_what_is_no_word_file_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_docx(content)
    assert caught.value.finding.code == "attachment.unreadable"


def test_password_is_named() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_docx(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    assert "密码" in caught.value.finding.detail


def test_encrypted_member_is_a_password() -> None:
    content = bytearray(GOOD)
    content[GOOD.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableFileError) as caught:
        read_docx(bytes(content))
    assert "密码" in caught.value.finding.detail


@pytest.mark.parametrize(
    "content",
    [
        word_file(form_table(), prolog='<!DOCTYPE w [<!ENTITY a "b">]>'),
        word_file(form_table(), parts={"customXml/item1.xml": b"<!DOCTYPE a><a/>"}),
        word_file(form_table(), parts={"customXml/item1.bin": b"<?xml version='1.0'?><!DOCTYPE a><a/>"}),
        word_file(
            form_table(), parts={"a.xml": b"<?xml version='1.0' encoding='cp037'?>" + "<!DOCTYPE a>".encode("cp037")}
        ),
        word_file(form_table(), parts={"a.xml": "<?xml version='1.0'?><!DOCTYPE a><a/>".encode("utf-16")}),
    ],
)
def test_doctype_anywhere_is_rejected(content: bytes) -> None:
    # cp037 bytes are no UTF-8 either: whichever of the two is noticed, no text comes out.
    with pytest.raises(ReadingError):
        read_docx(content)


def rejected(content: bytes) -> None:
    started = time.process_time()
    with pytest.raises(RejectedFileError) as caught:
        read_docx(content)
    assert caught.value.finding.code == "attachment.rejected"
    assert time.process_time() - started < 4


def test_structural_bombs_are_rejected_quickly() -> None:
    rejected(word_file(table(row('<w:tc><w:tcPr><w:gridSpan w:val="2147483647"/></w:tcPr><w:p/></w:tc>'))))
    rejected(word_file(table(row('<w:tc><w:tcPr><w:gridSpan w:val="201"/></w:tcPr><w:p/></w:tc>'))))
    rejected(word_file(table(row(*[cell("x", span=200)] * 6))))
    rejected(word_file("<w:p/>" * 300_001))
    rejected(word_file("<w:sdt><w:sdtContent>" * 400 + "</w:sdtContent></w:sdt>" * 400))


def test_zip_bombs_are_rejected_quickly() -> None:
    rejected(word_file(form_table(), parts={"word/zeros.bin": bytes(101_000_000)}))
    rejected(word_file(form_table(), parts={f"word/{number}.bin": b"" for number in range(1_001)}))
    claimed = bytearray(GOOD)
    struct.pack_into("<HH", claimed, len(GOOD) - 22 + 8, 60_000, 60_000)
    rejected(bytes(claimed))


def test_overlapping_members_are_rejected() -> None:
    stream = io.BytesIO(GOOD)
    with zipfile.ZipFile(stream, "a") as archive:
        first = archive.infolist()[0]
        copy = zipfile.ZipInfo("word/again.xml")
        for name in ("header_offset", "CRC", "compress_size", "file_size", "compress_type", "flag_bits"):
            setattr(copy, name, getattr(first, name))
        copy.header_offset += 1
        archive.filelist.append(copy)
        archive.NameToInfo[copy.filename] = copy
        archive._didModify = True
    rejected(stream.getvalue())


def test_five_thousand_merged_rows_take_no_time() -> None:
    rows = [row(cell("x", merge="restart" if number == 0 else "continue")) for number in range(5_000)]
    started = time.process_time()
    (page,) = read_docx(word_file(table(*rows))).pages
    assert page.grids[0].cells[0].row_span == 5_000
    assert time.process_time() - started < 4


def test_text_in_a_continued_cell_is_hidden_and_doubtful() -> None:
    rows = form_rows()
    rows["address"] = row(cell("地址", merge="restart"), cell("廊坊市新华路77号", span=4, merge="restart")) + row(
        cell("", merge="continue"), cell("三河市", span=4, merge="continue")
    )
    form = form_of(word_file(table(*rows.values())))
    assert form.value("address") == "廊坊市新华路77号"
    assert doubtful_keys(form) == {"address"}


def test_active_and_outside_content_is_named_and_the_text_still_read() -> None:
    template = relation("rId7", "attachedTemplate", "http://198.51.100.7/t.dotm", external=True)
    dde = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DDE</w:instrText></w:r>'
        '<w:r><w:instrText>AUTO c:\\\\x "y"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    cases = {
        "attachment.rejected": [
            word_file(form_table(), main_type=MACRO_TYPE),
            word_file(form_table(), parts={"word/vbaProject.bin": OLE}),
            word_file(form_table(), relations=template),
            word_file(form_table() + paragraph(dde)),
            word_file(form_table() + '<w:p><w:fldSimple w:instr="INCLUDETEXT c:\\x"/></w:p>'),
        ],
        "attachment.remote": [
            word_file(
                form_table() + f"<w:p>{picture('rId8', link=True)}</w:p>",
                relations=relation("rId8", "image", "http://198.51.100.7/a.png", external=True),
            )
        ],
        "attachment.unsupported": [
            word_file(form_table() + '<w:altChunk r:id="rId9"/>'),
            word_file(form_table() + '<w:p><w:r><w:object><o:OLEObject r:id="rId9"/></w:object></w:r></w:p>'),
        ],
    }
    for code, contents in cases.items():
        for content in contents:
            assert codes(content) == [code]
            assert len(forms_of(content)) == 1
            assert read_docx(content).findings[0].blocks


def test_picture_of_an_unknown_kind_is_only_noted() -> None:
    content = word_file(
        form_table() + f"<w:p>{picture('rId8')}</w:p>",
        parts={"word/a.emf": b"\x01\0\0\0"},
        relations=relation("rId8", "image", "a.emf"),
    )
    assert [(f.code, f.blocks) for f in read_docx(content).findings] == [("attachment.unsupported", False)]


def test_strange_digits_and_invisible_characters_never_become_a_different_number() -> None:
    form = form_of(form_with("owner_id_number", "１１０１０１\u200b19900307793４"))
    assert form.value("owner_id_number") == "110101199003077934"
    form = form_of(form_with("owner_id_number", "11010119900307793Х"))  # a Cyrillic letter
    assert form.value("owner_id_number") == "11010119900307793Х"


def test_million_character_value_is_read_in_time() -> None:
    started = time.process_time()
    forms_of(form_with("description", "微信号：" * 250_000))
    forms_of(form_with("account_type", "□√" * 200_000))
    forms_of(word_file(form_table({**VALUES, "address": paragraph(run("(" * 500_000))})))
    assert time.process_time() - started < 6


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=12))
def test_changed_bytes_give_a_typed_error_or_pages(changes: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for at, value in changes:
        content[at] = value
    try:
        forms_of(bytes(content) if content.startswith(b"PK") else b"PK" + bytes(content))
    except ReadingError as error:
        assert error.finding.code in ("attachment.unreadable", "attachment.rejected")


_TAGS = st.sampled_from(
    ["w:p", "w:tbl", "w:tr", "w:tc", "w:sdt", "w:sdtContent", "w:r", "w:t", "w:ins", "mc:AlternateContent", "mc:Choice",
     "w:drawing", "w:txbxContent", "w:fldSimple", "w:tcPr", "w:gridSpan", "w:vMerge", "w:sym", "w:ruby", "w:object"]
)  # fmt: skip
_NESTED = st.recursive(
    st.sampled_from(
        ["", "账号名", "张三", '<w:vMerge w:val="x"/>', '<w:gridSpan w:val="-3"/>', "<w:fldChar/>", "<w:sym/>"]
    ),
    lambda inner: st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", _TAGS, st.lists(inner, max_size=4)),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_NESTED, min_size=1, max_size=4))
def test_any_tree_of_word_elements_is_read(blocks: list[str]) -> None:
    try:
        forms_of(word_file("".join(blocks) + form_table()))
    except ReadingError as error:
        assert error.finding.code in ("attachment.unreadable", "attachment.rejected")


DOCUMENT = zipfile.ZipFile(io.BytesIO(GOOD)).read("word/document.xml")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(DOCUMENT) - 1), st.binary(max_size=6)), min_size=1, max_size=6))
def test_changed_xml_gives_a_typed_error_or_pages(changes: list[tuple[int, bytes]]) -> None:
    document = bytearray(DOCUMENT)
    for at, data in changes:
        document[at : at + len(data)] = data
    members = {
        name: zipfile.ZipFile(io.BytesIO(GOOD)).read(name) for name in zipfile.ZipFile(io.BytesIO(GOOD)).namelist()
    }
    try:
        forms_of(zip_of({**members, "word/document.xml": bytes(document)}))
    except ReadingError as error:
        assert error.finding.code in ("attachment.unreadable", "attachment.rejected")
