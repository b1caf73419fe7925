"""RAR archives by libarchive: real ones, hand-made hostile ones, and what is said of those that cannot be opened."""

from __future__ import annotations

import pytest

from pipeline.ingest.containers import ContainerError
from pipeline.ingest.limits import UnpackLimits
from pipeline.ingest.rar_unlock import unlock_rar
from pipeline.ingest.unpack import unpack_file
from tests.ingest.mails import PDF, codes, file_part, multipart, names, text_part, unpacked
from tests.ingest.rar_files import rar4, rar5, real_rar

OK = file_part(PDF, b"ok.pdf")


@pytest.mark.parametrize(
    ("name", "lines"),
    [("rar3-subdirs", 5), ("rar5-crc", 400), ("rar5-solid", 400), ("rar5-subdirs", 5), ("unicode2", 2)],
)
def test_real_archives_are_unpacked(name: str, lines: int) -> None:
    """Their files are texts, which become part of the mail's text."""
    found = unpacked(file_part(real_rar(name), b"a.rar"), OK)
    assert (names(found), codes(found)) == (["ok.pdf"], [])
    assert len(found.text.split()) >= lines


LOCKED = [
    ("rar5-psw", "password", "399"),
    ("rar5-hpsw", "password", "399"),
    ("rar4-locked-data", "12345678", "data of bar.txt"),
    ("rar4-locked-header", "12345678", "data of bar.txt"),
    ("rar4-locked-partially", "12345678", "data of bar.txt"),
]


@pytest.mark.parametrize(("name", "password", "says"), LOCKED)
def test_the_password_of_the_text_opens(name: str, password: str, says: str) -> None:
    found = unpacked(file_part(real_rar(name), b"a.rar"), text_part(f"密码：no，密码：{password}".encode()), OK)
    assert (names(found), codes(found)) == (["ok.pdf"], [])
    assert says in found.text


@pytest.mark.parametrize(("name", "password", "says"), LOCKED)
@pytest.mark.parametrize(("text", "words"), [("请查收", "解压密码：……"), ("密码：wrong", "核对密码")])
def test_without_it_the_archive_is_named(name: str, password: str, says: str, text: str, words: str) -> None:
    del password
    found = unpacked(file_part(real_rar(name), b"a.rar"), text_part(text.encode()), OK)
    assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.unreadable"])
    assert "a.rar" in found.findings[0].detail
    assert words in found.findings[0].detail
    assert says not in found.text


def test_an_archive_that_asks_for_endless_rounds_is_refused() -> None:
    """The power of two stands behind version and flags of the cipher's record; 15 is usual."""
    costly = real_rar("rar5-psw").replace(b"\x00\x03\x0f", b"\x00\x03\x18")
    with pytest.raises(ContainerError, match="time"):
        unlock_rar(costly, "password")
    found = unpacked(file_part(costly, b"a.rar"), text_part("密码：password".encode()), OK)
    assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.unreadable"])


def test_solid_archives_of_the_old_format_are_asked_for_again() -> None:
    found = unpacked(file_part(real_rar("rar3-solid"), b"a.rar"), OK)
    assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.unreadable"])
    assert "压缩方式" in found.findings[0].detail


@pytest.mark.parametrize("archive", [rar4({b"a.pdf": PDF}, main_flags=1), rar5({"a.pdf": PDF}, main_flags=1)])
def test_volumes_are_named(archive: bytes) -> None:
    found = unpacked(file_part(archive, b"a.part1.rar"), OK)
    assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.unreadable"])
    assert "分卷" in found.findings[0].detail


def test_links_are_not_followed() -> None:
    """`up` leads to `..`; what lies behind it is a file like any other."""
    found = unpacked(file_part(real_rar("rar5-evil-symlink-traversal"), b"a.rar"), OK)
    assert codes(found) == ["attachment.rejected"]
    assert "“up”" in found.findings[0].detail
    assert "链接" in found.findings[0].detail
    assert "ZIPSLIP" in found.text


def test_references_to_other_files_are_told() -> None:
    found = unpacked(file_part(real_rar("rar5-dups"), b"a.rar"))
    assert set(codes(found)) == {"attachment.rejected"}


def test_names_are_read_in_any_character_set_and_made_safe() -> None:
    old = rar4({"资料\\登记表.pdf".encode("gbk"): PDF, "证照.pdf".encode(): PDF + b"1"})
    new = rar5({"../../身份证.pdf": PDF + b"2", "C:\\a\u202efdp.pdf": PDF + b"3", "x\nSubject: y.pdf": PDF + b"4"})
    found = unpacked(file_part(old, b"a.rar"), file_part(new, b"b.rar"))
    assert names(found) == ["登记表.pdf", "证照.pdf", "身份证.pdf", "afdp.pdf", "xSubject: y.pdf"]
    assert {item.path for item in found.attachments} == {("a.rar",), ("b.rar",)}


@pytest.mark.parametrize("build", [lambda m, **k: rar4({n.encode(): c for n, c in m.items()}, **k), rar5])
class TestHostile:
    def test_what_announces_too_much_is_not_unpacked(self, build: object) -> None:
        archive = build({"a.pdf": PDF}, announced=2**31)  # type: ignore[operator]
        found = unpacked(file_part(archive, b"a.rar"), OK)
        assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.rejected"])
        assert "过大" in found.findings[0].detail

    def test_what_holds_more_than_it_announces_is_stopped(self, build: object) -> None:
        archive = build({"a.pdf": PDF * 50_000}, announced=10)  # type: ignore[operator]
        mail = multipart(file_part(archive, b"a.rar"), OK)
        found = unpack_file(mail, limits=UnpackLimits(zip_bytes=1_000_000))
        assert "ok.pdf" in names(found)
        assert sum(len(item.content) for item in found.attachments) < 1_000_000

    def test_too_many_members_are_refused(self, build: object) -> None:
        archive = build({f"{n}.pdf": b"" for n in range(1001)})  # type: ignore[operator]
        found = unpacked(file_part(archive, b"a.rar"), OK)
        assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.rejected"])
        assert "文件过多" in found.findings[0].detail

    def test_a_cut_archive_gives_what_is_whole(self, build: object) -> None:
        whole = build({"a.pdf": PDF, "b.pdf": PDF * 100})  # type: ignore[operator]
        found = unpacked(file_part(whole[:-2000], b"a.rar"))
        assert names(found) == ["a.pdf"]
        assert codes(found) == ["attachment.unreadable"]


def test_an_archive_cut_between_two_files_is_not_taken_for_whole() -> None:
    for one, two in (
        (rar4({b"a.pdf": PDF}), rar4({b"a.pdf": PDF, b"b.pdf": PDF * 2})),
        (rar5({"a.pdf": PDF}), rar5({"a.pdf": PDF, "b.pdf": PDF * 2})),
    ):
        end = 7 if one[6] == 0 else 8
        found = unpacked(file_part(two[: len(one) - end + 3], b"a.rar"))
        assert (names(found), codes(found)) == (["a.pdf"], ["attachment.unreadable"])


@pytest.mark.parametrize("name", ["rar3-subdirs", "rar5-crc", "rar5-psw", "rar5-hpsw"])
def test_no_damage_escapes(name: str) -> None:
    whole = real_rar(name)
    for at in range(7, min(len(whole), 400)):
        broken = bytearray(whole)
        broken[at] ^= 0xFF
        found = unpacked(file_part(bytes(broken), b"a.rar"), text_part("密码：password".encode()), OK)
        assert "ok.pdf" in names(found)
