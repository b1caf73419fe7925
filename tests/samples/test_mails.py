"""Mails: their bytes parse as real ones do, and every case of the list has an entry."""

from __future__ import annotations

import email
import email.policy
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from samples import automatic_mail
from samples.cases import case_for, iter_cases
from samples.demo import iter_demo
from samples.filing import make_filing
from samples.mail import CST, LOGO, Enclosure, MailSpec, build_mail, received_at
from samples.mail_headers import NAME_SPELLINGS, SUBJECT_SPELLINGS, encode_words
from samples.sample_set import DATA
from samples.zip_files import make_zip

#: domain.md, "How filings really look, and what should become of them", line by line.
LIST = """company, DOCX → R · individual with own ID → R · text PDF → R · clean stamped scan → R · photo turned 90° → R ·
blurred photo → `field.doubtful` · no licence → `material.missing` · no ID copy → `material.missing` ·
organisation-code certificate instead of licence → R · portrait side only → R with a note ·
ID checksum wrong → `field.invalid` · lower-case x, spaces, full-width → R · 15-digit ID → `field.legacy` ·
810000… residence permit → R · passport → `field.unverifiable` ·
card's name ≠ form's → `match.owner` / `match.admin` ·
张 三 = 张三 → R · minority name with ·, •, . → R · mobile "138 0316 1234" → R · 10 digits → `field.invalid` ·
landline as mobile → `field.invalid` · two numbers → `field.multiple` · administrator 同上 → R, resolved to the owner ·
WeChat ID = phone → R with a note · gh_… → `field.invalid` · followers 1.2万 → R, 12000 · 约5000+ → R with a note ·
followers blank → `field.missing` · 2018.12.1 → R · 2018年12月 inside the window → R, month precision ·
2019年1月 filed 2019-02-10 → `date.imprecise` · opened 2019-01-05, filed 02-04 → R, filed 02-05 → `deadline.late` ·
opened 2018-12-20, filed 2019-01-10 → `deadline.ambiguous` · opened after filing → `date.implausible` ·
received 12-31 23:59 +08, polled on 01-01 → on time · □ replaced by √ ■ ☑, Wingdings, content control → R ·
no type ticked → `type.none` · two ticked → `type.multiple` · 其他: 抖音 → `type.outside_notice` (note) ·
file renamed 新建文档(1).docx → R · rows deleted or relabelled → `form.deviates` ·
two tables in one DOCX, or three forms with one licence → one case each, materials shared ·
one merged PDF, papers pasted into the DOCX → R · password ZIP → `attachment.unreadable` ·
超大附件 link → `attachment.remote` · 大厂 company to 大城's mailbox → `office.mismatch` ·
village collective with N… code → `entity.materials_unspecified` · 大城小爱 of a firm elsewhere → `scope.unclear` ·
the same mail again → no second record · same account, new administrator → `submission.change` ·
same account at city and county → `submission.duplicate` · auto-reply, bounce → ignored, and in the ledger"""


def test_every_line_of_the_list_has_a_case() -> None:
    wordings = {part.strip() for part in LIST.replace(" ·\n", " · ").replace("·, •", "\0").split(" · ")}
    wordings = {wording.replace("\0", "·, •") for wording in wordings}
    assert {case.wording for case in iter_cases(1) if case.wording} == wordings


def test_expectations_agree_with_the_wording() -> None:
    for case in iter_cases(1):
        for code in [part for part in case.wording.split("`")[1::2] if "." in part]:
            named = set().union(*(e.codes | e.one_of for e in case.expect))
            either = "` / `" in case.wording or "filed 02-04" in case.wording
            assert code in named or either, case.name
        if case.wording.endswith("→ R"):
            assert all(e.decision == "registered" for e in case.expect), case.name


def test_case_names_are_unique_and_cases_are_lazy() -> None:
    names = [case.name for case in iter_cases(1)]
    assert len(names) == len(set(names))
    with pytest.raises(KeyError):
        case_for("no such case")


def test_a_case_builds_the_mails_it_promises() -> None:
    for name in ("company_docx", "two_tables", "zip_password", "new_administrator", "bounce", "nested_base64"):
        case = case_for(name, 5)
        mails = case.build()
        assert len(mails) == len(case.expect)
        assert [m.content for m in mails] == [m.content for m in case_for(name, 5).build()]
        for mail in mails:
            parsed = email.message_from_bytes(mail.content)
            assert parsed["Delivered-To"] == mail.mailbox
            assert mail.received.utcoffset() == timedelta(hours=8)
    assert case_for("company_docx", 5).build() != case_for("company_docx", 6).build()


def test_the_newest_received_header_holds_the_receipt_time() -> None:
    mail = build_mail(MailSpec(name="a", mailbox="office@163.com", received=received_at("2018-12-31 23:59")))
    first = email.message_from_bytes(mail.content).get_all("Received")
    assert first is not None
    assert first[0].split(";")[1].strip() == "Mon, 31 Dec 2018 23:59:00 +0800 (CST)"
    assert mail.received.tzinfo is CST


@pytest.mark.parametrize("spelling", SUBJECT_SPELLINGS)
def test_subject_spellings_hold_their_text(spelling: str) -> None:
    text = "廊坊市新媒体账号登记备案材料"
    raw = encode_words(text, spelling)  # type: ignore[arg-type]
    if spelling.startswith("raw"):
        assert raw.decode("gb18030" if spelling == "raw-gbk" else "utf-8") == text
        return
    parts = email.header.decode_header(raw.decode().replace("\r\n", ""))
    joined = b"".join(part if isinstance(part, bytes) else part.encode() for part, _ in parts)
    assert joined.decode("utf-8" if "utf8" in spelling else "gb18030") == text


@pytest.mark.parametrize("spelling", NAME_SPELLINGS)
def test_attachments_survive_every_spelling_of_their_name(spelling: str) -> None:
    item = Enclosure(name="登记备案表.docx", content=b"PK" * 300, spelling=spelling)  # type: ignore[arg-type]
    mail = build_mail(MailSpec(name="a", mailbox="x@163.com", received=received_at("2018-12-15"), enclosures=[item]))
    parts = [p for p in email.message_from_bytes(mail.content).walk() if p.get_content_type() == item.declared]
    assert [part.get_payload(decode=True) for part in parts] == [item.content]


def test_inline_pictures_stand_beside_the_html() -> None:
    items = [Enclosure(name="logo.gif", content=LOGO, cid="logo", declared="image/gif")]
    spec = MailSpec(
        name="a", mailbox="x@163.com", received=received_at("2018-12-15"), enclosures=items, body_kind="alternative"
    )
    parsed = email.message_from_bytes(build_mail(spec).content)
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/related",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "image/gif",
    ]
    html = next(part for part in parsed.walk() if part.get_content_type() == "text/html")
    assert b"cid:logo" in html.get_payload(decode=True)  # type: ignore[operator]


def test_zip_names_are_gbk_without_the_flag_and_passwords_hold() -> None:
    files = [("登记表.docx", b"hello" * 100), ("身份证.jpg", b"")]
    plain = zipfile.ZipFile(io.BytesIO(make_zip(files)), metadata_encoding="gb18030")
    assert plain.namelist() == [name for name, _ in files]
    assert plain.testzip() is None
    assert not any(info.flag_bits & 0x800 for info in plain.infolist())
    locked = zipfile.ZipFile(io.BytesIO(make_zip(files, password=b"secret")), metadata_encoding="gb18030")
    assert locked.read("登记表.docx", pwd=b"secret") == files[0][1]
    with pytest.raises(RuntimeError, match=r"password|encrypted"):
        locked.read("登记表.docx")


def test_automatic_mail() -> None:
    moment = received_at("2018-12-15")
    bounce = email.message_from_bytes(automatic_mail.bounce("b", "x@163.com", moment).content)
    assert bounce["Return-Path"] == "<>"
    assert bounce.get_content_type() == "multipart/report"
    reply = email.message_from_bytes(automatic_mail.auto_reply("r", "x@163.com", moment).content)
    assert reply["Auto-Submitted"] == "auto-replied"
    listed = email.message_from_bytes(automatic_mail.list_mail("l", "x@163.com", moment).content)
    assert listed["List-Id"]
    assert listed["Precedence"] == "bulk"


def test_the_demo_covers_offices_and_outcomes() -> None:
    mails = list(iter_demo(9))
    assert len(mails) >= 24
    assert {item.expect.decision for item in mails} == {"registered", "review", "ignored"}
    assert len({item.name for item in mails}) == len(mails)


def _checked_in() -> list[Path]:
    return sorted(path for path in DATA.rglob("*") if path.is_file())


def test_the_checked_in_set_is_small_and_each_file_has_its_truth() -> None:
    files = _checked_in()
    assert len(files) > 50
    assert sum(path.stat().st_size for path in files) < 8_000_000
    for path in files:
        if path.name.endswith(".truth.json"):
            assert path.with_name(path.name.removesuffix(".truth.json")).is_file()
        elif path.name != "manifest.json":
            assert path.with_name(path.name + ".truth.json").is_file()


def test_the_manifest_lists_every_mail() -> None:
    entries = json.loads((DATA / "mails" / "manifest.json").read_text(encoding="utf-8"))
    assert {entry["file"] for entry in entries} == {path.name for path in (DATA / "mails").glob("*.eml")}
    assert {entry["file"] for entry in entries} == {f"{item.name}.eml" for item in iter_demo()}
    for entry, item in zip(entries, iter_demo(), strict=True):
        assert entry["decision"] == item.expect.decision


def test_the_checked_in_truths_are_the_generators() -> None:
    """The filings behind the set; drawing everything again is what `python -m samples check` does."""
    truth = json.loads((DATA / "forms" / "docx-plain.docx.truth.json").read_text(encoding="utf-8"))
    filing = make_filing(2018, entity="company", name="set docx-plain")
    assert truth["forms"][0]["fields"] == filing.expected
