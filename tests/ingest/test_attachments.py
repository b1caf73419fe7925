"""Types by bytes, archives, links, automatic mail: what becomes of each, and what the submitter is told."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.message import Media, Submission
from pipeline.ingest.limits import UnpackLimits
from pipeline.ingest.sniff import sniff
from pipeline.ingest.unpack import unpack_file
from pipeline.sandbox.pool import Jail
from tests.ingest.mails import (
    PDF,
    codes,
    docx,
    file_part,
    multipart,
    names,
    part,
    picture,
    text_part,
    unpacked,
    zipped,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (docx(), Media.DOCX),
        (docx("登记表" * 9000)[:-300], Media.DOCX),
        (zipped({"xl/workbook.xml": b"x", "[Content_Types].xml": b"x"}), Media.XLSX),
        (zipped({"ppt/presentation.xml": b"x", "[Content_Types].xml": b"x"}), Media.UNKNOWN),
        (zipped({"a.txt": b"x"}), Media.ZIP),
        (PDF, Media.PDF),
        (b"\xef\xbb\xbf\r\njunk from a scanner\r\n" + PDF, Media.PDF),
        (picture(), Media.PNG),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", Media.JPEG),
        (b"GIF89a\1\0\1\0", Media.GIF),
        (b"BM" + b"\0" * 12 + struct.pack("<Iii", 40, 9, 9) + b"\0" * 20, Media.BMP),
        (b"II*\0\x08\0\0\0", Media.TIFF),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Media.WEBP),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Media.HEIC),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heix", Media.HEIC),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp42avc1", Media.UNKNOWN),
        (OLE, Media.OLE),
        (b"{\\rtf1\\ansi}", Media.RTF),
        (b"\n<!DOCTYPE html><p>", Media.HTML),
        (b"\xef\xbb\xbf<html>", Media.HTML),
        (b"Rar!\x1a\x07\x01\0", Media.RAR),
        (b"7z\xbc\xaf\x27\x1c\0\4", Media.SEVEN_ZIP),
        (b"\x78\x9f\x3e\x22\1\0", Media.TNEF),
        (b"Received: by x\r\nFrom: a@b\r\nSubject: y\r\n\r\nz", Media.EMAIL),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n", Media.UNKNOWN),
        (b"From: <Saved by Internet Explorer>\r\nSubject: y\r\nMIME-Version: 1.0\r\n\r\n", Media.TEXT),
        ("您好".encode("gbk"), Media.TEXT),
        (b"", Media.EMPTY),
        (b"\0" * 5000, Media.EMPTY),
        (b"%!PS-Adobe", Media.UNKNOWN),
        (b"<svg xmlns='x'/>", Media.UNKNOWN),
    ],
)
def test_types_are_known_by_bytes(content: bytes, media: Media) -> None:
    assert sniff(content) is media


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        ("登记表.doc", OLE, "attachment.unsupported", "已损坏"),
        ("名单.xls", OLE + "Workbook".encode("utf-16-le"), "attachment.unsupported", "旧版 Office"),
        ("登记表.xlsx", zipped({"xl/workbook.xml": b"x"}), "attachment.unsupported", "Excel"),
        ("资料.rar", b"Rar!\x1a\x07\x01\0....", "attachment.unreadable", "损坏"),
        ("资料.7z", b"7z\xbc\xaf\x27\x1c....", "attachment.unreadable", "损坏"),
        ("winmail.dat", b"\x78\x9f\x3e\x22....", "attachment.unreadable", "损坏"),
        ("介绍.mp4", b"\0\0\0\x18ftypisom\0\0\0\0mp42", "attachment.unsupported", "无法识别"),
        ("页面.htm", b"<html>", "attachment.unsupported", "网页"),
        ("空.docx", b"", "attachment.unreadable", "空文件"),
        ("加密.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "attachment.unreadable", "密码"),
        ("坏.zip", zipped({"a": b"b"})[:40], "attachment.unreadable", "损坏"),
    ],
)
def test_what_cannot_be_used_is_said_and_the_rest_is(name: str, content: bytes, code: str, says: str) -> None:
    found = unpacked(text_part(), file_part(content, name.encode()), file_part(PDF, b"ok.pdf"))
    assert names(found) == ["ok.pdf"]
    (finding,) = found.findings
    assert finding.code == code
    assert name in finding.detail
    assert says in finding.detail
    assert finding.blocks


def test_old_word_files_are_kept_for_the_converter() -> None:
    directory = OLE.ljust(1024, b"\0") + "WordDocument\0".encode("utf-16-le").ljust(128, b"\0")
    found = unpacked(text_part(), file_part(directory, "登记表.wps".encode()), file_part(b"{\\rtf1}", b"a.docx"))
    assert [item.media for item in found.attachments] == [Media.DOC, Media.RTF]
    assert codes(found) == []


def test_text_files_are_text() -> None:
    found = unpacked(text_part(b"a"), file_part("说明".encode("gbk"), b"readme.txt", media=b"text/plain"))
    assert (found.text, codes(found)) == ("a\n\n说明", [])


def _renamed(archive: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    return archive.replace(old, new)


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_zip_names_without_the_flag(codec: str) -> None:
    raw = "资料/登记表.pdf".encode(codec)
    archive = _renamed(zipped({"x" * len(raw): PDF}), b"x" * len(raw), raw)
    found = unpacked(file_part(archive, "报送.zip".encode()))
    assert [(item.name, item.path) for item in found.attachments] == [("登记表.pdf", ("报送.zip",))]


def test_zip_members_are_files_like_others() -> None:
    archive = zipped(
        {
            "../../a.docx": docx(),
            "photo.jpg": picture(),
            "mail.eml": b"From: a@b.example\r\n"
            + multipart(file_part(PDF, b"in.pdf"), headers=b"Subject: s\r\n", boundary=b"in"),
            "old.doc": OLE,
            "__MACOSX/._a.docx": b"x",
            ".DS_Store": b"x",
            "empty/": b"",
        }
    )
    found = unpacked(file_part(archive, b"all.zip"))
    assert [(item.name, item.path) for item in found.attachments] == [
        ("a.docx", ("all.zip",)),
        ("photo.jpg", ("all.zip",)),
        ("in.pdf", ("all.zip", "mail.eml")),
    ]
    assert codes(found) == ["attachment.unsupported"]


def _encrypted() -> bytes:
    archive = bytearray(zipped({"a.docx": docx()}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        archive[archive.index(mark) + offset] |= 1
    return bytes(archive)


def test_encrypted_zips_are_asked_for_without_password() -> None:
    found = unpacked(file_part(_encrypted(), b"a.zip"), file_part(PDF, b"ok.pdf"))
    assert names(found) == ["ok.pdf"]
    assert codes(found) == ["attachment.unreadable"]
    assert "a.zip" in found.findings[0].detail
    assert "密码" in found.findings[0].detail


def _nested(levels: int) -> bytes:
    content = PDF
    name = "bottom.pdf"
    for level in range(levels):
        content, name = zipped({name: content}), f"{level}.eml"  # a lying name changes nothing
    return content


@pytest.mark.parametrize(("levels", "found_names"), [(1, ["bottom.pdf"]), (2, ["bottom.pdf"]), (3, []), (12, [])])
def test_nested_zips_end_at_the_limit(levels: int, found_names: list[str]) -> None:
    found = unpacked(file_part(_nested(levels), b"n.zip"))
    assert names(found) == found_names
    assert codes(found) == ([] if found_names else ["attachment.rejected"])


def test_zip_bombs_are_stopped_by_real_bytes() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros.pdf", "w") as member:
        member.write(PDF)
        for _ in range(3):
            member.write(bytes(1024 * 1024))
    limits = UnpackLimits(zip_bytes=2 * 1024 * 1024)
    mail = multipart(file_part(out.getvalue(), b"bomb.zip"), file_part(PDF, b"ok.pdf"))
    honest = unpack_file(mail, limits=limits)
    assert (names(honest), codes(honest)) == (["ok.pdf"], ["attachment.rejected"])
    lying = out.getvalue().replace(struct.pack("<I", 3 * 1024 * 1024 + len(PDF)), struct.pack("<I", 50))
    found = unpack_file(multipart(file_part(lying, b"bomb.zip"), file_part(PDF, b"ok.pdf")), limits=limits)
    assert names(found) == ["ok.pdf"]
    assert codes(found)[0].startswith("attachment.")


def test_a_zip_bomb_takes_no_memory() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros.pdf", "w") as member:
        for _ in range(80):
            member.write(bytes(1024 * 1024))
    mail = multipart(file_part(out.getvalue(), b"bomb.zip"))
    tracemalloc.start()
    try:
        assert codes(unpack_file(mail, limits=UnpackLimits(zip_bytes=1024 * 1024))) == ["attachment.rejected"]
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_several_zips_share_one_budget() -> None:
    zips = [file_part(zipped({f"{n}.pdf": PDF + bytes([n]) * 900_000}), b"%d.zip" % n) for n in range(1, 5)]
    found = unpack_file(multipart(*zips), limits=UnpackLimits(zip_bytes=2_000_000))
    assert len(found.attachments) == 2
    assert "attachment.rejected" in codes(found)


def test_too_many_and_overlapping_members_are_refused() -> None:
    many = zipped({f"{number}.txt": b"" for number in range(1001)})
    assert codes(unpacked(file_part(many, b"many.zip"))) == ["attachment.rejected"]
    liar = many[:-14] + struct.pack("<HH", 3, 3) + many[-10:]
    assert codes(unpacked(file_part(liar, b"liar.zip"))) == ["attachment.rejected"]
    two = bytearray(zipped({"a.pdf": PDF, "b.pdf": PDF}))
    second = two.rindex(b"PK\x01\x02")
    two[second + 42 : second + 46] = struct.pack("<I", 0)
    assert codes(unpacked(file_part(bytes(two), b"overlap.zip"))) == ["attachment.rejected"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_asked_for_again(method: int) -> None:
    found = unpacked(file_part(zipped({"a.pdf": PDF}, method=method), b"a.zip"))
    assert codes(found) == ["attachment.unreadable"]
    assert "a.pdf" in found.findings[0].detail


def test_a_damaged_member_spares_the_others() -> None:
    archive = bytearray(zipped({"a.pdf": PDF * 20, "b.pdf": PDF}))
    archive[archive.index(b"a.pdf") + 8] ^= 0xFF
    found = unpacked(file_part(bytes(archive), b"x.zip"))
    assert names(found) == ["b.pdf"]
    assert codes(found) == ["attachment.unreadable"]


QQ = "从QQ邮箱发来的超大附件\n登记表及材料.rar (1.2G, 2019年01月14日 10:20 到期)\n"
QQ += "进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?k=abc&code=1\n"
NETEASE = (
    "<div>从网易163邮箱发来的超大附件</div><div><a href='https://dashi.163.com/html/cloud-attachment-download/?key=x'>"
    "登记表.zip</a> <span>100.5MB，2019年1月3日 15:38 到期</span></div>"
)
LINKS = [
    (text_part(QQ.encode()), "登记表及材料.rar", "1.2G", date(2019, 1, 14)),
    (text_part(NETEASE.encode(), media=b"text/html; charset=utf-8"), "登记表.zip", "100.5M", date(2019, 1, 3)),
    (
        text_part("见 https://mail.163.com/large-attachment-download/index.html?p=1 谢谢".encode()),
        None,
        None,
        None,
    ),
    (
        text_part("https://wx.mail.qq.com/ftn/download?func=3&key=1&name=%E8%A1%A8.docx 过期时间：2019-01-05".encode()),
        "表.docx",
        None,
        date(2019, 1, 5),
    ),
]


@pytest.mark.parametrize(("body", "name", "size", "expires"), LINKS)
def test_links_instead_of_files_are_raised_with_their_date(
    body: bytes, name: str | None, size: str | None, expires: date | None
) -> None:
    found = unpacked(body, file_part(PDF, b"ok.pdf"))
    assert codes(found) == ["attachment.remote"]
    assert names(found) == ["ok.pdf"]
    detail = found.findings[0].detail
    assert (name or "") in detail
    assert (size or "") in detail
    assert (f"{expires.year}年{expires.month}月{expires.day}日到期" in detail) if expires else "到期）" not in detail


def test_both_alternatives_raise_a_link_once() -> None:
    both = multipart(
        text_part(b"https://dashi.163.com/html/cloud-attachment-download/?key=x"),
        text_part(NETEASE.encode(), media=b"text/html; charset=utf-8"),
        kind=b"alternative",
    )
    assert codes(unpack_file(both)) == ["attachment.remote"]


def test_ordinary_links_are_nothing() -> None:
    text = "http://www.lf.gov.cn/a.docx http://mail.163.com/ https://weixin.qq.com/s/abc "
    text += "http://evil.example/mail.163.com/large-attachment-download"
    assert codes(unpacked(text_part(text.encode()))) == []


REPORT = (
    text_part(b"could not be delivered"),
    b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n",
    b"Content-Type: message/rfc822\r\n\r\n"
    + multipart(file_part(docx(), b"ours.docx"), headers=b"Subject: q\r\n", boundary=b"in"),
)


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"Auto-Submitted: auto-replied\r\n", "auto-reply"),
        (b"Auto-Submitted: auto-generated (x)\r\n", "auto-reply"),
        (b"X-Autoreply: yes\r\n", "auto-reply"),
        (b"Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOg==?= Re: x\r\n", "auto-reply"),
        (b"Subject: Auto-Reply: away\r\n", "auto-reply"),
        (b"Subject: Out of Office\r\n", "auto-reply"),
        (b"Return-Path: <>\r\n", "bounce"),
        (b"From: Mail Delivery <MAILER-DAEMON@x.example>\r\n", "bounce"),
        (b"From: postmaster@163.com\r\n", "bounce"),
        (b"List-Id: <news.x>\r\n", "list"),
        (b"List-Unsubscribe: <x>\r\nPrecedence: bulk\r\n", "list"),
        (b"X-Auto-Response-Suppress: All\r\n", None),
        (b"Auto-Submitted: no\r\n", None),
        (b"List-Unsubscribe: <x>\r\n", None),
        (b"Precedence: bulk\r\n", None),
        (b"Subject: Re: Auto-Reply\r\nReturn-Path: <a@b>\r\n", None),
    ],
)
def test_automatic_mail(head: bytes, reason: str | None) -> None:
    found = unpack_file(head + b"\r\nbody")
    assert found.automatic == reason
    assert codes(found) == (["submission.automatic"] if reason else [])
    assert not any(item.blocks for item in found.findings)


def test_a_bounce_returns_mail_and_brings_none() -> None:
    report = multipart(*REPORT, kind=b"report; report-type=delivery-status", headers=b"From: x@y.example\r\n")
    found = unpack_file(report)
    assert (found.automatic, found.attachments, codes(found)) == ("bounce", (), ["submission.automatic"])
    forwarded = unpacked(b"Content-Type: message/rfc822\r\n\r\n" + report)
    assert forwarded.automatic is None
    assert names(forwarded) == ["ours.docx"]


def test_a_scanners_mail_keeps_its_files() -> None:
    found = unpacked(file_part(PDF, b"scan.pdf"), headers=b"Return-Path: <>\r\nFrom: scanner@x.example\r\n")
    assert found.automatic == "bounce"
    assert names(found) == ["scan.pdf"]


def test_encrypted_mails_are_asked_for_again() -> None:
    found = unpack_file(part(b"\x30\x80", b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n"))
    assert codes(found) == ["attachment.unreadable"]
    assert "smime.p7m" in found.findings[0].detail


def test_the_unpacker_needs_no_network_store_or_files() -> None:
    """What the sandbox loads: no sockets, no TLS, no mail server client."""
    code = (
        "import sys, resource; import pipeline.ingest.unpack as u; from tests.ingest.mails import *;"
        "mail = multipart(file_part(zipped({'a.pdf': PDF}), b'a.zip'), file_part(docx(), b'a.docx'));"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        "assert len(u.unpack_file(mail).attachments) == 2;"
        "assert not {'imapclient', 'imaplib', 'sqlalchemy', 'structlog'} & set(sys.modules), 'too much loaded'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


SEED = multipart(
    multipart(
        text_part("您好".encode("gbk"), media=b"text/plain; charset=gb2312"),
        text_part(NETEASE.encode(), media=b"text/html"),
        kind=b"alternative",
        boundary=b"alt",
    ),
    file_part(docx(), "表.docx".encode("gbk")),
    file_part(zipped({"a.pdf": PDF, "b.zip": zipped({"c.png": picture(20, 20)})}), b"z.zip"),
    b"Content-Type: message/rfc822\r\n\r\n"
    + multipart(file_part(PDF, b"in.pdf"), headers=b"Subject: s\r\n", boundary=b"in"),
    part(picture(90, 90), b"Content-Type: image/png\r\nContent-ID: <x>\r\n"),
    headers=b"From: =?gbk?B?1cXI/Q==?= <z@x.example>\r\nSubject: x\r\nReceived: a; Mon, 31 Dec 2018 23:59:00 +0800\r\n",
)
EDIT = st.tuples(st.integers(0, len(SEED)), st.integers(0, 60), st.binary(max_size=60))
PIECES = st.sampled_from(
    [
        b"--=_b0\r\n",
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"filename*0*=gbk''%",
        b"=?gb2312?B?",
        b"PK\x05\x06",
        b"<a href=",
        b"begin 644 x\n",
        b"\r\n\r\n",
        b'"',
        b"\0",
        b"\xff",
    ]
)


@settings(max_examples=250, deadline=4000, suppress_health_check=list(HealthCheck))
@given(edits=st.lists(EDIT | st.tuples(st.integers(0, len(SEED)), st.just(0), PIECES), min_size=1, max_size=12))
def test_no_mail_makes_it_raise_or_go_over_its_limits(edits: list[tuple[int, int, bytes]]) -> None:
    mail = bytearray(SEED)
    for at, length, new in edits:
        mail[at : at + length] = new
    limits = UnpackLimits(parts=12, zip_bytes=5000, attachments=4, text_chars=500, depth=4, findings=3)
    found = unpack_file(bytes(mail), limits=limits)
    assert len(found.attachments) <= 4
    assert len(found.text) <= 500
    assert sum(len(item.content) for item in found.attachments) <= len(mail) + 5000
    assert all(item.name.isprintable() and len(item.name) <= 120 for item in found.attachments)
    assert len(found.findings) <= 3 + 6
    found.model_dump_json(exclude={"attachments"}).encode()


def test_it_works_inside_the_sandbox() -> None:
    with Jail("tests.ingest.jobs_for_tests", processes=1, wall_seconds=20, memory_bytes=2 << 30) as jail:
        found = Submission.model_validate_json(jail.run("unpack", b"{}", SEED).record_json)
    assert names(found) == ["表.docx", "a.pdf", "c.png", "未命名附件.png"]
    assert codes(found) == ["attachment.remote"]
