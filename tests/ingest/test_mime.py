"""Headers, names, bodies and structure as real clients write them."""

from __future__ import annotations

import base64
import email
import hashlib
from datetime import UTC, datetime, timedelta, timezone
from email.message import Message
from typing import cast
from urllib.parse import quote_from_bytes

import pytest

from pipeline.domain.message import Media
from pipeline.ingest.limits import UnpackLimits
from pipeline.ingest.mime_headers import decode_header
from pipeline.ingest.mime_tree import Part, TreeBudget, read_tree
from pipeline.ingest.unpack import unpack_file
from tests.ingest.mails import (
    PDF,
    b64,
    codes,
    docx,
    file_part,
    multipart,
    names,
    part,
    picture,
    text_part,
    unpacked,
)

NAME = "廊坊市新媒体账号登记备案表.docx"
SHANGHAI = timezone(timedelta(hours=8))


def _word(text: bytes, charset: bytes = b"gb2312") -> bytes:
    return b"=?" + charset + b"?B?" + base64.b64encode(text) + b"?="


def _split_words(text: str) -> bytes:
    """GBK cut in the middle of a character, as old webmail does."""
    raw = text.encode("gb18030")
    return b"\r\n ".join(_word(raw[at : at + 7]) for at in range(0, len(raw), 7))


def _cut_base64(text: str) -> bytes:
    coded = base64.b64encode(text.encode("gbk"))
    return b"\r\n ".join(b"=?GBK?b?" + coded[at : at + 10] + b"?=" for at in range(0, len(coded), 10))


SUBJECT = "三河市“燕郊圈”微信公众号登记备案（镕）"


@pytest.mark.parametrize(
    "raw",
    [
        SUBJECT.encode(),
        SUBJECT.encode("gb18030"),
        _word(SUBJECT.encode("gb18030")),
        _word(SUBJECT.encode(), b"utf-8*zh-CN"),
        _word(SUBJECT.encode(), b"gb2312"),
        _word(SUBJECT.encode("gb18030"), b"utf-8"),
        _word(SUBJECT.encode(), b"unknown-8bit"),
        _word(SUBJECT.encode(), b"unicode_escape"),
        _split_words(SUBJECT),
        _cut_base64(SUBJECT),
        b"=?utf-8?Q?" + quote_from_bytes(SUBJECT.encode(), safe="").replace("%", "=").encode() + b"?=",
        _word(SUBJECT[:5].encode("gbk")) + b" " + _word(SUBJECT[5:].encode(), b"utf-8"),
        SUBJECT[:3].encode() + _word(SUBJECT[3:].encode(), b"utf-8"),
    ],
)
def test_subjects_in_every_spelling(raw: bytes) -> None:
    assert unpack_file(b"Subject: " + raw + b"\r\nFrom: a@b.example\r\n\r\nx").subject == SUBJECT


def test_headers_cannot_smuggle_lines_or_controls() -> None:
    text = decode_header(_word("a\r\nBcc: x@y\0\x1b[31m\u202egnp".encode(), b"utf-8"))
    assert text == "a Bcc: x@y [31mgnp"
    assert decode_header(_word(b"+ADw-script+AD4-", b"utf-7")) == "+ADw-script+AD4-"


def _raw_gbk_name() -> bytes:
    return b'Content-Disposition: attachment; filename="' + NAME.encode("gbk") + b'"\r\n'


def _rfc2231(text: str, charset: str, *, cut: int | None = None) -> bytes:
    coded = quote_from_bytes(text.encode(charset), safe="")
    if cut is None:
        return f"Content-Disposition: attachment; filename*={charset}'zh'{coded}\r\n".encode()
    return (
        f"Content-Disposition: attachment;\r\n filename*0*={charset}''{coded[:cut]};\r\n filename*1*={coded[cut:]}\r\n"
    ).encode()


@pytest.mark.parametrize(
    "disposition",
    [
        _raw_gbk_name(),
        b'Content-Disposition: attachment; filename="' + NAME.encode() + b'"\r\n',
        b"Content-Disposition: attachment; filename=" + NAME.encode() + b"\r\n",
        _rfc2231(NAME, "gb18030"),
        _rfc2231(NAME, "utf-8"),
        _rfc2231(NAME, "gbk", cut=9),
        _rfc2231(NAME, "utf-8", cut=12),
        _rfc2231(NAME, "gb2312").replace(b"gb2312'zh'", b"utf-8''"),
        b'Content-Disposition: attachment; filename="' + _word(NAME.encode("gbk")) + b'"\r\n',
        b"Content-Disposition: attachment; filename=" + _word(NAME.encode("gbk")) + b"\r\n",
        b'Content-Disposition: attachment;\r\n\tfilename="' + _split_words(NAME) + b'"\r\n',
        b'Content-Type: application/octet-stream; name="' + _word(NAME.encode(), b"UTF-8") + b'"\r\n',
        b"Content-Disposition: attachment; filename=wrong.docx; filename*=utf-8''"
        + quote_from_bytes(NAME.encode()).encode()
        + b"\r\n",
        b"Content-Disposition: attachment; filename*=utf-8''"
        + quote_from_bytes(NAME.encode()).encode()
        + b"; filename=wrong.docx\r\n",
        b'Content-Disposition: attachment; filename="' + quote_from_bytes(NAME.encode()).encode() + b'"\r\n',
        b"CONTENT-DISPOSITION: ATTACHMENT; FILENAME=\"" + NAME.encode() + b"\"; size=3\r\n",
    ],
)  # fmt: skip
def test_file_names_in_every_spelling(disposition: bytes) -> None:
    found = unpacked(text_part(), part(docx(), disposition))
    assert names(found) == [NAME]
    assert found.findings == ()


def test_gbk_names_with_a_backslash_byte_before_the_quote() -> None:
    name = "登记表誠".encode("gbk")
    assert name.endswith(b"\\")
    found = unpacked(part(PDF, b'Content-Disposition: attachment; filename="' + name + b'"; size="3"\r\n'))
    assert names(found) == ["登记表誠"]


@pytest.mark.parametrize(
    ("untrusted", "shown"),
    [
        ("../../etc/表.pdf", "表.pdf"),
        ("C:\\Users\\x\\表.pdf", "表.pdf"),
        ("表\u202efdp.exe", "表fdp.exe"),
        ("a\nb\0.pdf", "a b .pdf"),
        ("..", "未命名附件.pdf"),
        ("", "未命名附件.pdf"),
        ("\u200b", "未命名附件.pdf"),
        ("e" + "\u0301\u0302\u0303" * 900 + ".pdf", "é\u0302\u0303.pdf"),
    ],
)
def test_hostile_names_are_shown_safely(untrusted: str, shown: str) -> None:
    coded = quote_from_bytes(untrusted.encode(), safe="").encode()
    found = unpacked(part(PDF, b"Content-Disposition: attachment; filename*=utf-8''" + coded + b"\r\n"))
    assert names(found) == [shown]


def test_long_names_keep_their_ending() -> None:
    (name,) = names(unpacked(file_part(PDF, b"x" * 5000 + b".pdf")))
    assert len(name) == 120
    assert name.endswith("….pdf")


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("gb2312", "gb18030"), ("utf-8", "gbk"), ("iso-8859-1", "gbk"), ("us-ascii", "utf-8"), ("big5", "big5"),
     ("", "gbk"), ("x-none", "utf-8"), ("gbk", "utf-8")],
)  # fmt: skip
def test_bodies_in_every_charset(declared: str, codec: str) -> None:
    text = "臺北市公司登記表" if codec == "big5" else "您好，现报送“三河发布”账号的登记表，请查收。"
    header = f"Content-Type: text/plain; charset={declared}\r\n".encode() if declared else b""
    assert unpack_file(part(text.encode(codec), header)).text == text


def test_html_becomes_text_and_nothing_else() -> None:
    page = (
        "<html><head><style>p{}</style><title>t</title></head><body><!-- no --><p>您好&amp;谢谢</p>"
        "<script>alert(1)</script><div>第二行<br>第三行</div>1 < 2 <img src=http://x/y.gif></body></html>"
    )
    assert unpack_file(text_part(page.encode(), media=b"text/html; charset=utf-8")).text == (
        "您好&谢谢\n\n第二行\n第三行\n1 < 2"
    )


def test_the_plain_alternative_is_the_text() -> None:
    both = multipart(text_part(b"plain"), text_part(b"<p>rich</p>", media=b"text/html"), kind=b"alternative")
    assert unpack_file(both).text == "plain"
    blank = multipart(text_part(b" \r\n"), text_part(b"<p>rich</p>", media=b"text/html"), kind=b"alternative")
    assert unpack_file(blank).text == "rich"


@pytest.mark.parametrize(
    "seed", ["<a ", "<!--", "</", "<![CDATA[", "<!x", "<", "<a href='", "&#", "<script>", "&", "<p>", "<sTyle"]
)
def test_hostile_html_is_linear(seed: str) -> None:
    unpack_file(text_part((seed * 700_000)[:700_000].encode(), media=b"text/html"))
    unpack_file(text_part(b"&#" + b"9" * 100_000 + b";", media=b"text/html"))


def test_two_base64_blocks_in_one_part() -> None:
    first, second = docx()[:100], docx()[100:]
    body = b64(first) + b64(second) + b"_____\r\nmailing list footer, no base64!\r\n"
    found = unpacked(b'Content-Transfer-Encoding: base64\r\nContent-Type: x/y; name="a.docx"\r\n\r\n' + body)
    assert [item.content for item in found.attachments] == [docx()]


def test_base64_declared_over_raw_binary() -> None:
    for content in (docx(), PDF, picture()):
        found = unpacked(b'Content-Transfer-Encoding: base64\r\nContent-Type: x/y; name="a"\r\n\r\n' + content)
        assert [item.content for item in found.attachments] == [content]


def test_truncated_base64_keeps_what_there_is() -> None:
    content = docx("登记" * 500) + picture()
    body = b64(content)[: len(b64(content)) * 2 // 3]
    found = unpacked(b'Content-Transfer-Encoding: base64\r\nContent-Type: x/y; name="a.docx"\r\n\r\n' + body)
    (item,) = found.attachments
    assert content.startswith(item.content[:-3])
    assert len(item.content) > len(content) // 2
    assert item.media is Media.DOCX


def test_uuencoded_files_in_the_text() -> None:
    import binascii

    lines = b"\n".join(binascii.b2a_uu(PDF[at : at + 45]).rstrip(b"\n") for at in range(0, len(PDF), 45))
    found = unpack_file(b"Subject: x\n\nsee below\n\nbegin 644 form.pdf\n" + lines + b"\n`\nend\n")
    assert [(item.name, item.content) for item in found.attachments] == [("form.pdf", PDF)]


def test_sender_is_the_addr_spec() -> None:
    found = unpack_file(b'From: "boss@gov.cn" <evil@x.example>\r\n\r\n')
    assert (found.sender, found.sender_name) == ("evil@x.example", "boss@gov.cn")
    assert unpack_file(b"From: boss@gov.cn <evil@x.example>\r\n\r\n").sender == "evil@x.example"
    encoded = b"From: " + _word("张三 <fake@gov.cn>".encode(), b"utf-8") + b" <real@x.example>\r\n\r\n"
    assert unpack_file(encoded).sender == "real@x.example"
    assert unpack_file(b"From: " + "李四".encode("gbk") + b" <li@x.example>\r\n\r\n").sender_name == "李四"
    assert unpack_file(b"From: first@x.example\r\nFrom: second@x.example\r\n\r\n").sender == "first@x.example"
    assert unpack_file(b"From: nobody\r\n\r\n").sender == ""


def test_recipients_dates_and_ids() -> None:
    head = (
        b"Received: from a by mx.163.com; Mon, 31 Dec 2018 23:59:00 +0800 (CST)\r\n"
        b"Received: from b by a; Mon, 31 Dec 2018 20:00:00 +0800\r\n"
        b"Delivered-To: office@163.com\r\nDate: Sat, 15 Dec 2018 02:20:00 -0000\r\n"
        b'To: "Li, Si" <Other@x.example>, office@163.com\r\nCc: group: c@x.example;\r\n'
        b"Message-ID: <m1@x>\r\nReferences: <r1@x> <r2@x>\r\nIn-Reply-To: <r2@x>\r\n\r\n"
    )
    found = unpack_file(head)
    assert found.recipients == ("office@163.com", "other@x.example", "c@x.example")
    assert found.received_header == datetime(2018, 12, 31, 23, 59, tzinfo=SHANGHAI)
    assert found.date_header == datetime(2018, 12, 15, 2, 20, tzinfo=UTC)
    assert (found.message_id, found.references) == ("m1@x", ("r1@x", "r2@x"))
    assert unpack_file(b"Date: Mon, 99 Foo 99999\r\nReceived: x\r\n\r\n").date_header is None


def test_forwarded_mails_are_opened() -> None:
    inner = multipart(
        text_part(b"inner"), file_part(docx(), b"a.docx"), headers=b"Subject: =?gbk?Q?=B1=ED?=\r\n", boundary=b"in"
    )
    plain = b"Content-Type: message/rfc822\r\n\r\n" + inner
    coded = part(inner, b"Content-Type: message/rfc822; name=x.eml\r\n")
    hidden = file_part(b"From: a@b.example\r\n" + inner, b"mail.dat")
    for wrapped, path in ((plain, "表.eml"), (coded, "x.eml"), (hidden, "mail.dat")):
        found = unpacked(wrapped)
        assert [(item.name, item.path) for item in found.attachments] == [("a.docx", (path,))]
        assert "inner" in found.text


def test_signatures_invitations_and_cards_are_ignored() -> None:
    found = unpacked(
        text_part(b"x"),
        file_part(b"\x30\x80\x06\x09", b"smime.p7s", media=b"application/pkcs7-signature"),
        file_part(b"BEGIN:VCARD\r\nEND:VCARD", b"a.vcf", media=b"text/vcard"),
        file_part(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", b"invite.ics"),
        file_part(b"-----BEGIN PGP SIGNATURE-----", b"sig.asc", media=b"application/pgp-signature"),
    )
    assert (found.attachments, found.findings, found.text) == ((), (), "x")


def test_logos_are_dropped_and_photos_kept() -> None:
    page = b'<img src="cid:logo@x"><img src=cid:photo><img src="cid:line">'
    related = multipart(
        text_part(page, media=b"text/html"),
        part(picture(90, 300), b"Content-Type: image/png\r\nContent-ID: <logo@x>\r\n"),
        part(picture(600, 8), b"Content-Type: image/png; name=l.png\r\nContent-ID: <line>\r\n"),
        part(picture(1600, 1200), b"Content-Type: image/png; name=p.png\r\nContent-ID: <photo>\r\n"),
        kind=b"related",
        boundary=b"rel",
    )
    found = unpacked(related, part(b"GIF89a\1\0\1\0" + b"\0" * 20, b"Content-Type: image/gif; name=t.gif\r\n"))
    assert [(item.name, item.inline) for item in found.attachments] == [("p.png", True)]
    assert found.findings == ()
    attached = unpacked(file_part(picture(90, 90), b"small.png", media=b"image/png"))
    assert names(attached) == ["small.png"]


def _tree(part: Part) -> list[tuple[str, bytes]]:
    return [leaf for child in part.children for leaf in _tree(child)] or [(part.media, part.raw)]


def _library_tree(message: Message[str, str]) -> list[tuple[str, bytes]]:
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        parts = cast("list[Message[str, str]]", message.get_payload())
        return [leaf for child in parts for leaf in _library_tree(child)]
    return [(message.get_content_type(), str(message.get_payload()).encode("ascii", "surrogateescape"))]


@pytest.mark.parametrize(
    "mail",
    [
        multipart(text_part(), file_part(PDF, b"a.pdf"), headers=b"Subject: x\r\n"),
        multipart(multipart(text_part(), text_part(b"<p>"), kind=b"alternative", boundary=b"in"), text_part(b"z")),
        multipart(text_part(), text_part(b"b"))[:-12],
        b"From x Mon\r\n" + multipart(text_part()).replace(b"\r\n", b"\n"),
        multipart(text_part(), text_part(b"a\r\n--=_b0x\r\nb"), boundary=b"=_b0"),
        b"Subject: no body",
        b"Subject: x\r\nnot a header\r\n\r\nbody",
        b"",
    ],
)
def test_well_formed_structure_is_what_the_library_sees(mail: bytes) -> None:
    ours = _tree(read_tree(mail, TreeBudget(limits=UnpackLimits())))
    assert ours == _library_tree(email.message_from_bytes(mail))


def test_a_broken_boundary_header_is_made_good() -> None:
    mail = multipart(text_part(), file_part(PDF, b"a.pdf"))
    for broken in (mail.replace(b'; boundary="=_b0"', b""), mail.replace(b'boundary="=_b0"', b'boundary="=_bX"')):
        assert names(unpack_file(broken)) == ["a.pdf"]


def test_parts_behind_the_closing_boundary_count() -> None:
    mail = multipart(text_part()) + b"--=_b0\r\n" + file_part(PDF, b"late.pdf") + b"\r\n--=_b0--\r\n"
    assert names(unpack_file(mail)) == ["late.pdf"]


def test_digests_hold_mails() -> None:
    digest = multipart(b"\r\n" + multipart(file_part(PDF, b"a.pdf"), boundary=b"in"), kind=b"digest")
    assert [item.path for item in unpack_file(digest).attachments] == [("转发的邮件.eml",)]


def test_the_same_file_twice_counts_once() -> None:
    assert names(unpacked(file_part(PDF, b"a.pdf"), file_part(PDF, b"b.pdf"))) == ["a.pdf"]


@pytest.mark.parametrize("levels", [9, 11, 1500])
def test_deep_nesting_ends_at_the_limit(levels: int) -> None:
    mail = text_part(b"bottom")
    for level in range(levels):
        mail = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) + mail
    found = unpack_file(mail)
    assert ("bottom" in found.text) == (levels == 9)
    assert codes(found) == ([] if levels == 9 else ["attachment.rejected"])


@pytest.mark.parametrize("levels", [4, 12, 1000])
def test_nested_mails_end_at_the_limit(levels: int) -> None:
    mail = text_part(b"bottom")
    for _ in range(levels):
        mail = b"Content-Type: message/rfc822\r\n\r\n" + mail
    found = unpack_file(mail)
    assert ("bottom" in found.text) == (levels == 4)
    assert codes(found) == ([] if levels == 4 else ["attachment.rejected"])


def test_too_many_parts_too_long_headers_too_large_mails() -> None:
    many = unpacked(*(file_part(PDF + b"%d" % number, b"%d.pdf" % number) for number in range(250)))
    assert codes(many) == ["attachment.rejected"]
    assert len(many.attachments) == 199
    long = multipart(file_part(PDF, b"a.pdf"), headers=b"Subject: hello\r\n")
    long = long.replace(b"\r\n\r\n", b"\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", 1)
    found = unpack_file(long)
    assert (found.subject, names(found), codes(found)) == ("hello", ["a.pdf"], ["attachment.rejected"])
    small = UnpackLimits(mail_bytes=1000)
    large = unpack_file(multipart(file_part(picture(), b"a.png"), headers=b"Subject: big\r\n") * 9, limits=small)
    assert (large.subject, large.attachments, codes(large)) == ("big", (), ["attachment.rejected"])


def test_a_megabyte_of_subject_is_quick() -> None:
    found = unpack_file(b"Subject: " + b"=?gbk?B?" + b"A" * 1_000_000 + b"?=\r\n\r\n")
    assert len(found.subject) <= 1000
    assert codes(found) == ["attachment.rejected"]
    for hostile in (b"(" * 100_000, b'"' * 100_000, b"<" * 100_000, b"=?a?q?" * 20_000, b"a@" * 50_000, b"\\" * 99_999):
        unpack_file(b"From: " + hostile + b"\r\nTo: " + hostile + b"\r\nSubject: " + hostile + b"\r\n\r\n")
        unpack_file(b"Content-Type: multipart/mixed; boundary=" + hostile + b"\r\n\r\n" + hostile)


def test_digest_is_of_the_content() -> None:
    found = unpacked(file_part(PDF, b"a.pdf"))
    assert found.attachments[0].sha256 == hashlib.sha256(PDF).hexdigest()
