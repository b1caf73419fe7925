"""7z, tar, gzip, ZIP behind a password: made by their own tools, opened, limited, named when they cannot be."""

from __future__ import annotations

import gzip
import io
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import partial

import pytest
import pyzipper

from pipeline.domain.message import Media, Submission
from pipeline.ingest.limits import UnpackLimits
from pipeline.ingest.passwords import find_passwords
from pipeline.ingest.sniff import sniff
from pipeline.ingest.unpack import unpack_file
from pipeline.ingest.unpack_archives import Archive, ArchiveOpener
from tests.ingest.mails import PDF, codes, docx, file_part, multipart, names, text_part, unpacked, zipped
from tests.ingest.seven_zip_files import patched, plain_header, seven_zip

OK = file_part(PDF + b"ok", b"ok.pdf")
FILES = {"资料/登记表.docx": docx(), "证照.pdf": PDF}


def locked_zip(members: dict[str, bytes], password: bytes, *, bits: int = 256) -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setencryption(pyzipper.WZ_AES, nbits=bits)
        archive.setpassword(password)
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(members: dict[str, bytes], *, mode: str = "w", link: bool = False) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        if link:
            info = tarfile.TarInfo("密.pdf")
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    return out.getvalue()


def numbered(count: int, content: bytes = b"x") -> dict[str, bytes]:
    return {f"{n}.pdf": content for n in range(count)}


def tarred_again_and_again(count: int) -> bytes:
    """A gzipped tar of one small file, so many times: writing a header for each would take longer than all the rest."""
    member = tarred({"a.pdf": b"x"})[: 2 * tarfile.BLOCKSIZE]
    return gzip.compress(member * count + bytes(2 * tarfile.BLOCKSIZE), compresslevel=1)


def said(found: Submission) -> str:
    (finding,) = found.findings
    return finding.detail


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (seven_zip(FILES), Media.SEVEN_ZIP),
        (tarred(FILES), Media.TAR),
        (tarred(FILES, mode="w:gz"), Media.GZIP),
        (locked_zip(FILES, b"1"), Media.ZIP),
    ],
)
def test_archives_are_known_by_bytes(content: bytes, media: Media) -> None:
    assert sniff(content) is media


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.7z", seven_zip(FILES)),
        ("a.tar", tarred(FILES)),
        ("a.tar.gz", tarred(FILES, mode="w:gz")),
    ],
)
def test_archives_are_opened(name: str, content: bytes) -> None:
    found = unpacked(file_part(content, name.encode()))
    assert [(item.name, item.path) for item in found.attachments] == [("登记表.docx", (name,)), ("证照.pdf", (name,))]
    assert codes(found) == []


def test_a_gzipped_file_keeps_its_name() -> None:
    found = unpacked(file_part(gzip.compress(PDF), "登记表.pdf.gz".encode()))
    assert (names(found), codes(found)) == (["登记表.pdf"], [])


PASSWORD = "密码Abc123"
LOCKED = [
    ("a.zip", locked_zip(FILES, b"Abc123")),
    ("a.zip", locked_zip(FILES, b"Abc123", bits=128)),
    ("a.7z", seven_zip(FILES, password="Abc123")),
    ("a.7z", seven_zip(FILES, password="Abc123", hide_names=True)),
]


@pytest.mark.parametrize(("name", "content"), LOCKED)
@pytest.mark.parametrize(
    "text", ["解压密码：Abc123。", "您好，密码 Abc123，请查收", "Password: Abc123", "旧密码:000 新密码：Ａｂｃ１２３"]
)
def test_the_password_of_the_text_opens(name: str, content: bytes, text: str) -> None:
    found = unpacked(file_part(content, name.encode()), OK, text_part(text.encode()))
    assert sorted(names(found)) == ["ok.pdf", "登记表.docx", "证照.pdf"]
    assert codes(found) == []


@pytest.mark.parametrize(("name", "content"), LOCKED)
@pytest.mark.parametrize(("text", "words"), [("请查收", "解压密码：……"), ("密码：abc123", "核对密码")])
def test_without_it_the_archive_is_named(name: str, content: bytes, text: str, words: str) -> None:
    found = unpacked(file_part(content, name.encode()), OK, text_part(text.encode()))
    assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.unreadable"])
    assert name in said(found)
    assert words in said(found)


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_chinese_passwords_open_in_either_encoding(codec: str) -> None:
    locked = locked_zip(FILES, "登记2018".encode(codec))
    found = unpacked(file_part(locked, b"a.zip"), text_part("密码：登记2018".encode()))
    assert len(found.attachments) == 2


def test_the_old_cipher_of_zip_opens() -> None:
    """ZIP's own cipher, written out as the format's note gives it (APPNOTE 6.1)."""
    found = unpacked(file_part(_old_cipher("表.pdf", PDF, b"Abc123"), b"a.zip"), text_part("密码：Abc123".encode()))
    assert (names(found), codes(found)) == (["表.pdf"], [])


def _old_cipher(name: str, content: bytes, password: bytes) -> bytes:
    import struct
    import zlib

    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(value: int, byte: int) -> int:
        return (zlib.crc32(bytes([byte]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF) & 0xFFFFFFFF

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    check = zlib.crc32(content)
    secret = bytearray()
    for byte in bytes(11) + bytes([check >> 24]) + content:
        temp = keys[2] | 2
        secret.append(byte ^ (((temp * (temp ^ 1)) >> 8) & 0xFF))
        update(byte)
    archive = bytearray(zipped({name: bytes(secret)}, method=zipfile.ZIP_STORED))
    for mark, flags, at in ((b"PK\x03\x04", 6, 14), (b"PK\x01\x02", 8, 16)):
        start = archive.index(mark)
        archive[start + flags] |= 1
        struct.pack_into("<III", archive, start + at, check, len(secret), len(content))
    return bytes(archive)


def test_the_password_may_stand_in_the_subject_or_a_forwarded_mail() -> None:
    locked = file_part(locked_zip({"a.pdf": PDF}, b"77aa"), b"a.zip")
    assert names(unpacked(locked, headers="From: a@b.example\r\nSubject: 密码77aa\r\n".encode())) == ["a.pdf"]
    forwarded = b"Content-Type: message/rfc822\r\n\r\nFrom: c@d.example\r\n\r\n" + "压缩包密码：77aa".encode()
    assert names(unpacked(locked, forwarded)) == ["a.pdf"]


def test_locked_archives_in_archives_open_too() -> None:
    inner = locked_zip({"a.pdf": PDF}, b"77aa")
    outer = seven_zip({"in.zip": inner, "密码.txt": "密码：77aa".encode()}, password="x9")
    found = unpacked(file_part(outer, b"out.7z"), text_part("密码：x9".encode()))
    assert [(item.name, item.path) for item in found.attachments] == [("a.pdf", ("out.7z", "in.zip"))]


@pytest.mark.parametrize(
    ("text", "passwords"),
    [
        ("解压密码1234", ("1234",)),
        ("密码为“abc#12”，谢谢", ("abc#12",)),
        ("密 码： aa", ("aa",)),
        ("Password is abc", ("abc",)),
        ("PWD=77", ("77",)),
        ("口令：x.y", ("x.y",)),
        ("密码错误，密码请电话联系", ()),
        ("没有设密", ()),
    ],
)
def test_passwords_are_found(text: str, passwords: tuple[str, ...]) -> None:
    assert find_passwords(text) == passwords


def test_hostile_texts_give_few_passwords_quickly() -> None:
    assert len(find_passwords("".join(f"密码：{n}，" for n in range(100_000)))) == 20
    assert find_passwords("密码" * 100_000)[:1] != ("",)


BIG = bytes(range(256)) * 9000  # 2,304,000 bytes: announced as E0 00 28 23


class TestHostile:
    def test_a_7z_that_announces_too_much_is_not_unpacked(self) -> None:
        lying = patched(plain_header({"a.pdf": BIG}), b"\xe0\x00\x28\x23", b"\xef\x00\x28\x23")
        found = unpacked(file_part(lying, b"a.7z"), OK)
        assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.rejected"])
        assert "过大" in said(found)

    def test_a_7z_that_announces_more_or_less_than_it_holds_is_damaged(self) -> None:
        for size in (b"\xe0\x00\x28\x24", b"\xe0\x00\x28\x22"):
            lying = patched(plain_header({"a.pdf": BIG}), b"\xe0\x00\x28\x23", size)
            found = unpacked(file_part(lying, b"a.7z"), OK)
            assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.unreadable"])

    @pytest.mark.parametrize(
        ("name", "made"),
        [
            ("a.7z", lambda: seven_zip(numbered(1001, b""))),
            ("a.tar", lambda: tarred(numbered(1001))),
            ("a.tgz", lambda: tarred_again_and_again(50_000)),
            ("a.zip", lambda: locked_zip(numbered(1001, b""), b"1")),
            ("a.7z", lambda: b"7z\xbc\xaf\x27\x1c\0\4" + bytes(12) + (10**8).to_bytes(8, "little") + bytes(40)),
        ],
        ids=["7z", "tar", "tgz", "zip", "announced"],
    )
    def test_too_many_members_are_refused(self, name: str, made: Callable[[], bytes]) -> None:
        found = unpacked(file_part(made(), name.encode()), OK, text_part("密码：1".encode()))
        assert "ok.pdf" in names(found)
        assert codes(found)[-1] == "attachment.rejected"
        assert "文件过多" in found.findings[-1].detail

    @pytest.mark.parametrize(
        "made",
        [
            lambda: gzip.compress(PDF + bytes(300_000_000)),
            lambda: tarred({"a.pdf": PDF + bytes(30_000_000)}, mode="w:gz"),
            lambda: seven_zip({"a.pdf": PDF + bytes(30_000_000)}),
            lambda: locked_zip({"a.pdf": PDF + bytes(30_000_000)}, b"1"),
        ],
        ids=["gzip", "tgz", "7z", "zip"],
    )
    def test_bombs_are_stopped_in_little_memory(self, made: Callable[[], bytes]) -> None:
        mail = multipart(file_part(made(), b"a.gz"), OK, text_part("密码：1".encode()))
        tracemalloc.start()
        try:
            found = unpack_file(mail, limits=UnpackLimits(zip_bytes=1_000_000))
            assert tracemalloc.get_traced_memory()[1] < 24 * 1024 * 1024
        finally:
            tracemalloc.stop()
        assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.rejected"])

    def test_names_are_made_safe(self) -> None:
        members = {"../../../a.pdf": PDF, "b\u202efdp.pdf": PDF + b"1", "C:\\x\\c.pdf": PDF + b"2"}
        stand_ins = {name: letter * len(name) for name, letter in zip(members, "xyz", strict=True)}
        seven = plain_header({stand_ins[name]: content for name, content in members.items()})
        for name, stand_in in stand_ins.items():
            seven = patched(seven, stand_in.encode("utf-16-le"), name.encode("utf-16-le"))
        for content in (seven, tarred(members), locked_zip(members, b"1")):
            found = unpacked(file_part(content, b"a"), text_part("密码：1".encode()))
            assert sorted(names(found)) == ["a.pdf", "bfdp.pdf", "c.pdf"]

    def test_gbk_names_are_read(self) -> None:
        raw = "登记表.pdf".encode("gbk")
        tar = tarred({"x" * len(raw): PDF}).replace(b"x" * len(raw), raw)
        head = bytearray(tar[:512])
        head[148:156] = b" " * 8
        head[148:156] = b"%06o\0 " % sum(head)
        mangled = seven_zip({raw.decode("latin-1"): PDF + b"1"})
        found = unpacked(file_part(bytes(head) + tar[512:], b"a.tar"), file_part(mangled, b"a.7z"))
        assert names(found) == ["登记表.pdf", "登记表.pdf"]

    def test_links_are_named(self) -> None:
        found = unpacked(file_part(tarred({"a.pdf": PDF}, link=True), b"a.tar"))
        assert (names(found), codes(found)) == (["a.pdf"], ["attachment.rejected"])
        assert "“密.pdf”" in said(found)

    def test_overlapping_members_behind_a_password_are_refused(self) -> None:
        archive = bytearray(locked_zip({"a.pdf": PDF, "b.pdf": PDF}, b"1"))
        second = archive.rindex(b"PK\x01\x02")
        archive[second + 42 : second + 46] = bytes(4)
        found = unpacked(file_part(bytes(archive), b"a.zip"), OK, text_part("密码：1".encode()))
        assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.rejected"])

    def test_archives_of_different_kinds_share_one_room_and_end_at_one_depth(self) -> None:
        content = PDF
        for wrap in (partial(seven_zip), partial(tarred, mode="w:gz"), zipped):
            content = wrap({"in": content})
        found = unpacked(file_part(content, b"a.zip"), OK)
        assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.rejected"])
        two = [file_part(seven_zip({"a.pdf": PDF + bytes([n]) * 900_000}), b"%d.7z" % n) for n in range(1, 4)]
        shared = unpack_file(multipart(*two), limits=UnpackLimits(zip_bytes=2_000_000))
        assert (len(shared.attachments), codes(shared)) == (2, ["attachment.rejected"])

    def test_time_ends(self) -> None:
        """After the time is over no further archive is begun; what was opened is kept."""
        clock = iter([0.0, 1.0, 2.0, 99.0, 99.0, 99.0])
        opener = ArchiveOpener(UnpackLimits(archive_seconds=30), process_seconds=lambda: next(clock))
        archive = Archive(name="a.zip", media=Media.ZIP, content=zipped({"a.pdf": PDF, "b.pdf": PDF}))
        opened = []
        with pytest.raises(Exception, match="time"):
            for member in opener.open(archive):
                opened.append(member.untrusted_name)
        assert opened == ["a.pdf", "b.pdf"]

    @pytest.mark.parametrize(
        "whole", [plain_header(FILES), tarred({"a.pdf": PDF}), gzip.compress(PDF, mtime=0)], ids=["7z", "tar", "gzip"]
    )
    def test_no_damage_escapes(self, whole: bytes) -> None:
        for at in range(0, len(whole), max(1, len(whole) // 300)):
            for broken in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
                assert "ok.pdf" in names(unpacked(file_part(broken, b"a.bin"), OK))
