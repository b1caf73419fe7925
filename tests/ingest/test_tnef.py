"""winmail.dat: texts, attachments, messages within, and damage."""

from __future__ import annotations

import pytest

from tests.ingest.mails import PDF, codes, docx, file_part, names, picture, text_part, unpacked, zipped
from tests.ingest.tnef_files import attachment, attribute, embedded, tnef

OK = file_part(PDF + b"ok", b"ok.pdf")


def test_attachments_and_text_are_taken_out() -> None:
    content = tnef(attachment("登记表.docx", docx()), attachment("证照.jpg", picture()), body="见附件")
    found = unpacked(text_part(b"cover"), file_part(content, b"winmail.dat"))
    assert [(item.name, item.path) for item in found.attachments] == [
        ("登记表.docx", ("winmail.dat",)),
        ("证照.jpg", ("winmail.dat",)),
    ]
    assert found.text == "cover\n\n见附件"
    assert codes(found) == []


def test_names_without_properties_are_in_the_senders_code_page() -> None:
    content = tnef(attachment("", PDF, title="营业执照.pdf".encode("gbk")))
    assert names(unpacked(file_part(content, b"winmail.dat"))) == ["营业执照.pdf"]


def test_html_bodies_are_read_as_text() -> None:
    found = unpacked(file_part(tnef(html="<p>您好<b>张三</b></p>"), b"winmail.dat"))
    assert found.text == "您好张三"


def test_messages_and_archives_within_are_opened() -> None:
    inner = tnef(attachment("里层.pdf", PDF), body="里层")
    content = tnef(embedded("转发", inner), attachment("a.zip", zipped({"b.pdf": PDF + b"1"})))
    found = unpacked(file_part(content, b"winmail.dat"))
    assert [(item.name, item.path) for item in found.attachments] == [
        ("里层.pdf", ("winmail.dat", "转发")),
        ("b.pdf", ("winmail.dat", "a.zip")),
    ]
    assert found.text == "里层"


def test_messages_nested_too_deep_are_named() -> None:
    content = tnef(attachment("底.pdf", PDF))
    for level in range(12):
        content = tnef(embedded(f"第{level}层", content))
    found = unpacked(file_part(content, b"winmail.dat"), OK)
    assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.rejected"])


def test_hostile_names_are_made_safe() -> None:
    content = tnef(attachment("..\\..\\a\u202efdp.pdf", PDF), attachment("/etc/b\r\nX: y.pdf", PDF + b"1"))
    assert names(unpacked(file_part(content, b"winmail.dat"))) == ["afdp.pdf", "bX: y.pdf"]


@pytest.mark.parametrize("count", [2**32 - 1, 2**31, 5000])
def test_lying_counts_cost_nothing(count: int) -> None:
    lying = attribute(1, 0x9003, count.to_bytes(4, "little") + b"\x03\0\x05\x37" + bytes(4))
    found = unpacked(file_part(tnef(attachment("a.pdf", PDF)) + lying, b"winmail.dat"))
    assert (names(found), codes(found)) == (["a.pdf"], [])


def test_too_many_attachments_are_said() -> None:
    content = tnef(*(attachment(f"{n}.pdf", PDF + bytes([n % 256, n // 256])) for n in range(300)))
    found = unpacked(file_part(content, b"winmail.dat"))
    assert len(found.attachments) <= 200
    assert "attachment.rejected" in codes(found)


def test_no_damage_escapes() -> None:
    whole = tnef(attachment("登记表.pdf", PDF), embedded("转发", tnef(attachment("b.pdf", PDF + b"1"))), body="正文")
    for at in range(4, len(whole)):
        for value in (0, whole[at] ^ 0xFF):
            broken = whole[:at] + bytes([value]) + whole[at + 1 :]
            assert "ok.pdf" in names(unpacked(file_part(broken, b"winmail.dat"), OK))
        assert "ok.pdf" in names(unpacked(file_part(whole[:at], b"winmail.dat"), OK))


def test_garbage_is_damaged() -> None:
    found = unpacked(file_part(b"\x78\x9f\x3e\x22....", b"winmail.dat"), OK)
    assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.unreadable"])
    assert "winmail.dat" in found.findings[0].detail
