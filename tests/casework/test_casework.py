"""Which form goes with which papers, and when two readings are one case."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.cases.casework import (
    ReadDocument,
    ReadMail,
    assemble_filings,
    ignore,
    is_automatic,
    mail_findings,
    merge_forms,
)
from pipeline.domain.decision import DecidedCase, Decision, MailDecision, Verdict
from pipeline.domain.document import DocumentReading, ExtractedForm, ExtractedPaper, Field, PaperKind
from pipeline.domain.finding import finding
from pipeline.domain.message import Submission

RECEIVED = datetime(2018, 12, 15, 2, 20, tzinfo=UTC)


def form(name: str = "霸州生活圈", *, reader: str = "docx", **values: Field | str | None) -> ExtractedForm:
    fields = [Field(key="account_name", value=name, raw=name, reader=reader)]
    for key, value in values.items():
        fields.append(
            value if isinstance(value, Field) else Field(key=key, value=value, raw=value or "", reader=reader)
        )
    return ExtractedForm(profile="langfang-2018", fields=tuple(fields))


def paper(kind: PaperKind = PaperKind.ID_CARD) -> ExtractedPaper:
    return ExtractedPaper(kind=kind)


def mail(*readings: DocumentReading, automatic: str | None = None, findings: tuple = ()) -> ReadMail:
    documents = tuple(ReadDocument(name=f"{i}.docx", reading=reading) for i, reading in enumerate(readings))
    submission = Submission(sha256="0" * 64, automatic=automatic, findings=findings)
    return ReadMail(mailbox="bzwlk2012@163.com", received=RECEIVED, submission=submission, documents=documents)


def reading(*forms: ExtractedForm, papers: tuple[ExtractedPaper, ...] = (), findings: tuple = ()) -> DocumentReading:
    return DocumentReading(engine="docx", forms=forms, papers=papers, findings=findings)


def test_several_forms_are_several_cases_that_share_the_papers() -> None:
    filings = assemble_filings(mail(reading(form("甲"), form("乙")), reading(papers=(paper(),))), office="bazhou")
    assert [item.form and item.form.text("account_name") for item in filings] == ["甲", "乙"]
    assert all(item.papers == (paper(),) and item.office == "bazhou" for item in filings)


def test_papers_without_a_form_are_one_case() -> None:
    (filing,) = assemble_filings(mail(reading(papers=(paper(),))), office=None)
    assert filing.form is None
    assert filing.papers == (paper(),)


def test_the_same_account_as_word_file_and_scan_is_one_case() -> None:
    scan = form(
        "霸州 生活圈", reader="rapidocr", owner_phone=Field(key="owner_phone", value="13803161234", reader="rapidocr")
    )
    (merged,) = merge_forms([form(owner_phone="13803161234"), scan])
    assert merged.value("owner_phone") == "13803161234"


OWN = {"description": "本地便民信息", "opened_on": "2016-05-20", "follower_count": "3200", "owner_phone": "13803161234"}


def _scan(name: str | None, *, doubtful: bool = True, **values: str) -> ExtractedForm:
    read = form("", reader="rapidocr", **(OWN | values))
    seen = Field(key="account_name", value=name, raw=name or "", reader="rapidocr", doubtful=doubtful)
    return read.model_copy(update={"fields": (seen, *read.fields[1:])})


@pytest.mark.parametrize("name", ["霸州上活圈", "霸州生活圈子", None])
def test_a_scan_whose_account_name_was_misread_is_no_account_of_its_own(name: str | None) -> None:
    """Beside the Word file, which was registered, a second case asked an officer about an account that does not exist."""
    for forms in ([form(**OWN), _scan(name)], [_scan(name), form(**OWN)]):
        (merged,) = merge_forms(forms)
        found = merged.field("account_name")
        assert found is not None
        assert (found.value, found.doubtful) == ("霸州生活圈", False)


def test_nor_is_one_on_which_the_names_row_was_not_found() -> None:
    scan = _scan(None)
    scan = scan.model_copy(update={"fields": scan.fields[1:], "unplaced": ("account_name",)})
    (merged,) = merge_forms([scan, form(**OWN)])
    assert (merged.text("account_name"), merged.unplaced) == ("霸州生活圈", ())
    other = scan.model_copy(update={"fields": _scan(None, follower_count="88").fields[1:]})
    assert len(merge_forms([other, form(**OWN)])) == 2


@pytest.mark.parametrize(
    "scan",
    [
        _scan("霸州美食圈"[::-1]),
        _scan("霸州上活圈", doubtful=False),
        _scan("霸州上活圈", follower_count="320"),
        _scan("霸州上活圈", description="餐饮推荐", opened_on="2017-01-01"),
        _scan("霸州上活圈", account_type="app"),
    ],
    ids=["another name", "a sure name", "other followers", "another purpose", "another platform"],
)
def test_a_scan_of_another_account_is_one_of_its_own(scan: ExtractedForm) -> None:
    assert len(merge_forms([form(account_type="wechat", **OWN), scan])) == 2


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("owner_phone", "13803161234", "13803161235"),
        ("owner_wechat", "wx__9400", "wx_9400"),
        ("owner_wechat", "a-bcdef", "a_bcdef"),
    ],
)
def test_a_contradiction_between_two_sure_readings_is_a_persons(key: str, one: str, other: str) -> None:
    (merged,) = merge_forms([form(**{key: one}), form(**{key: other}, reader="rapidocr")])
    found = merged.field(key)
    assert found is not None
    assert found.doubtful
    assert found.doubt


def test_what_one_reading_leaves_blank_the_other_supplies() -> None:
    (merged,) = merge_forms([form(owner_phone=None), form(owner_phone="13803161234")])
    assert merged.value("owner_phone") == "13803161234"


def test_a_doubt_yields_to_a_sure_reading() -> None:
    doubted = Field(key="owner_wechat", value="he11o", reader="rapidocr", doubtful=True)
    (merged,) = merge_forms([form(owner_wechat=doubted), form(owner_wechat="hello")])
    assert merged.value("owner_wechat") == "hello"


def test_other_types_are_other_accounts() -> None:
    assert len(merge_forms([form(account_type="wechat"), form(account_type="app")])) == 2


def test_automatic_mail_is_ignored_unless_it_carries_a_filing_or_an_unread_file() -> None:
    note = finding("submission.automatic", "自动回复")
    assert is_automatic(mail(automatic="auto-reply", findings=(note,)))
    assert not is_automatic(mail(reading(form()), automatic="auto-reply"))
    unread = finding("attachment.unreadable", "附件打不开")
    assert not is_automatic(mail(reading(findings=(unread,)), automatic="auto-reply"))
    assert not is_automatic(mail())
    assert ignore(mail(automatic="auto-reply", findings=(note,))).decision is Decision.IGNORED


def test_an_unreadable_form_belongs_to_the_case_and_an_unreadable_file_to_the_mail() -> None:
    blurred, broken = finding("form.unreadable", "照片模糊"), finding("attachment.unreadable", "附件打不开")
    read = mail(reading(findings=(blurred, broken)))
    (filing,) = assemble_filings(read, office=None)
    assert filing.findings == (blurred,)
    assert filing.unreadable == (broken.detail,)
    assert mail_findings(read) == (broken,)


@pytest.mark.parametrize(
    ("code", "expected"), [("attachment.unreadable", Decision.REVIEW), ("submission.automatic", Decision.REGISTERED)]
)
def test_a_mails_own_blocking_finding_holds_its_cases(code: str, expected: Decision) -> None:
    (filing,) = assemble_filings(mail(reading(form())), office=None)
    case = DecidedCase(filing=filing, verdict=Verdict())
    decision = MailDecision(mailbox="a@163.com", received=RECEIVED, cases=(case,), findings=(finding(code, "说明"),))
    assert decision.decision is expected
    assert decision.case_decision(case) is expected
