"""The letter as a Word file and as a mail, read back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email import policy
from email.parser import BytesParser
from io import BytesIO

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from pipeline.domain.notice import NoticeDraft, NoticeKind
from pipeline.ingest.unpack import unpack_file
from pipeline.notices.draft import draft_notice
from pipeline.notices.letter_docx import render_letter
from pipeline.notices.outgoing_mail import Envelope, compose, new_message_id
from pipeline.notices.recipient import RecipientError, check_recipient
from pipeline.profile.schema import Profile
from tests.notices.facts import facts

DAY = date(2018, 12, 16)


def letter(profile: Profile, kind: NoticeKind = NoticeKind.SUPPLEMENT, **changes: object) -> NoticeDraft:
    return draft_notice(kind, facts(**changes), profile)


def envelope(**changes: str) -> Envelope:
    values = {
        "message_id": new_message_id("office@example.cn"),
        "sender": "office@example.cn",
        "sender_name": "三河市互联网信息办公室",
        "recipient": "sender@example.org",
        "answers": "m1@example.org",
    }
    return Envelope(written_at=datetime(2018, 12, 16, tzinfo=UTC), **(values | changes))


def test_the_word_file_is_laid_out_as_an_official_letter(profile: Profile) -> None:
    draft = letter(profile)
    document = Document(BytesIO(render_letter(draft, day=DAY)))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    texts = [paragraph for paragraph in document.paragraphs if paragraph.text]
    assert [paragraph.text for paragraph in texts] == [draft.title, *draft.paragraphs, *draft.signature]
    assert texts[0].alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert texts[1].text.endswith("：")
    assert texts[1].paragraph_format.first_line_indent is None
    assert texts[2].paragraph_format.first_line_indent.pt == 32
    assert texts[-1].alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert texts[-1].text == "2018年12月16日"
    fonts = [run._element.rPr.rFonts.get(qn("w:eastAsia")) for item in texts for run in item.runs]
    assert (fonts[0], set(fonts[1:])) == ("宋体", {"仿宋"})
    known = document.core_properties
    assert (known.author, known.comments, known.created.date()) == ("三河市互联网信息办公室", "", DAY)


def test_the_mail_holds_text_word_file_and_what_keeps_machines_from_answering(profile: Profile) -> None:
    draft = letter(profile)
    ours = envelope()
    content = compose(draft, ours)
    mail = BytesParser(policy=policy.default).parsebytes(content)
    assert (mail["Subject"], mail["To"], mail["From"]) == (
        draft.subject,
        "sender@example.org",
        "三河市互联网信息办公室 <office@example.cn>",
    )
    assert mail["Auto-Submitted"] == "auto-replied"
    assert (mail["X-Auto-Response-Suppress"], mail["Precedence"]) == ("All", "bulk")
    assert (mail["Message-ID"], mail["In-Reply-To"], mail["References"]) == (
        f"<{ours.message_id}>",
        "<m1@example.org>",
        "<m1@example.org>",
    )
    body, attached = mail.iter_parts()
    assert body.get_content().replace("\r\n", "\n") == draft.text
    assert attached.get_filename() == "补正通知书.docx"
    assert Document(BytesIO(attached.get_content())).paragraphs[0].text == draft.title
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_our_own_mail_would_not_be_answered_by_ourselves(profile: Profile) -> None:
    for kind, submitted in ((NoticeKind.RECEIPT, "auto-replied"), (NoticeKind.OVERDUE, "auto-generated")):
        content = compose(letter(profile, kind, number="备-1"), envelope())
        assert f"Auto-Submitted: {submitted}".encode() in content
        assert unpack_file(content).automatic == "auto-reply"


def test_long_ids_go_out_as_they_came_in(profile: Profile) -> None:
    theirs = "x" * 280 + "@example.org"
    content = compose(letter(profile), envelope(answers=theirs))
    assert f"In-Reply-To: <{theirs}>\r\n".encode() in content
    read = unpack_file(content)
    assert read.references == (theirs,)
    assert unpack_file(compose(letter(profile), envelope(answers=""))).references == ()


def test_the_newest_of_very_many_references_survive() -> None:
    many = " ".join(f"<old{n}@example.org>" for n in range(300))
    mail = f"References: {many}\r\nIn-Reply-To: <ours@example.cn>\r\n\r\nx".encode()
    found = unpack_file(mail).references
    assert (len(found), found[-1]) == (100, "ours@example.cn")


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y.cn", "a> <b", "", "äö@x", "a b@c"])
def test_an_id_that_could_become_a_header_is_refused(profile: Profile, bad: str) -> None:
    with pytest.raises(ValueError, match="not a message id"):
        compose(letter(profile), envelope(message_id=bad))
    if bad:
        with pytest.raises(ValueError, match="not a message id"):
            compose(letter(profile), envelope(answers=bad))


def test_header_lines_cannot_be_smuggled_in(profile: Profile) -> None:
    draft = letter(profile)
    with pytest.raises(ValueError):
        compose(draft.model_copy(update={"subject": "a\r\nBcc: x@y.cn"}), envelope())
    with pytest.raises(ValueError):
        compose(draft, envelope(recipient="a@b.cn\r\nBcc: x@y.cn"))


OWN = frozenset({"office@example.cn"})


@pytest.mark.parametrize("address", ["a.b+c@example.org", "13800000000@139.com", "Wang_Xiao@Mail.Example.CN"])
def test_people_can_be_written_to(address: str) -> None:
    assert check_recipient(address, own=OWN) == address.lower()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "没有发件人地址"),
        ("office@EXAMPLE.cn", "自己的邮箱"),
        ("MAILER-DAEMON@example.org", "系统邮箱"),
        ("postmaster@example.org", "系统邮箱"),
        ("no-reply@example.org", "系统邮箱"),
        ("a@localhost", "不是可以投递"),
        ("a@[127.0.0.1]", "不是可以投递"),
        ("a@b.cn\r\nRCPT TO:<x@y.cn>", "不是可以投递"),
        ("a@b.cn,x@y.cn", "不是可以投递"),
        ("a b@c.cn", "不是可以投递"),
        ("<a@b.cn>", "不是可以投递"),
        ("a..b@c.cn", "不是可以投递"),
        ("王@例子.cn", "不是可以投递"),
        ("a@-b.cn", "不是可以投递"),
        ("a" * 300 + "@b.cn", "不是可以投递"),
    ],
)
def test_machines_ourselves_and_broken_addresses_are_not(address: str, said: str) -> None:
    with pytest.raises(RecipientError, match=said) as caught:
        check_recipient(address, own=OWN)
    assert not address or address not in str(caught.value)
