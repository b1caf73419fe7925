"""The notice's blank form, sent along with the filled one or in place of it."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipeline.cases.casework import ReadDocument, ReadMail, assemble_filings
from pipeline.cases.joining import Joiner
from pipeline.cases.letter_forms import keep_letter_forms
from pipeline.domain.blank_forms import is_blank_form
from pipeline.domain.decision import Filing
from pipeline.domain.document import DocumentReading, ExtractedForm, ExtractedPaper
from pipeline.domain.message import Attachment, Body, Media, Submission
from pipeline.validate.decide import decide_filing
from tests.validate.builders import COMPANY_FORM, RECEIVED, Change, card, doubtful, field, form, langfang, licence

NOTHING: dict[str, Change] = dict.fromkeys(COMPANY_FORM, None) | {
    "account_type": field("account_type", None, raw="微信公众账号□ 手机APP□ 其他□"),
    "opened_on": field("opened_on", None, raw="    年   月   日"),
    "signed": field("signed", value=False, raw="以上信息均真实有效"),
}
BLANK = form(NOTHING)


def _mail(*forms: ExtractedForm, papers: tuple[ExtractedPaper, ...] = ()) -> ReadMail:
    readings = [
        *(DocumentReading(engine="docx", forms=(one,)) for one in forms),
        DocumentReading(engine="pdf-text", papers=papers),
    ]
    documents = tuple(ReadDocument(name=f"{at}.docx", reading=item) for at, item in enumerate(readings))
    return ReadMail(
        mailbox="wxsh3252645@163.com",
        received=datetime.fromisoformat(RECEIVED),
        submission=Submission(sha256="0" * 64),
        documents=documents,
    )


def test_a_blank_form_beside_the_filled_one_is_no_case() -> None:
    """Its submitter was asked for fourteen values that he had sent in the other file."""
    (filing,) = assemble_filings(_mail(BLANK, form(), papers=(licence(), card())), office="sanhe")
    assert filing.form == form()
    assert not filing.shared
    assert not any(item.blocks for item in decide_filing(filing, profile=langfang()).findings)


def test_a_blank_form_alone_is_said_to_be_blank() -> None:
    (filing,) = assemble_filings(_mail(BLANK, papers=(card(),)), office="sanhe")
    verdict = decide_filing(filing, profile=langfang())
    assert filing.form is None
    assert [(item.code, "空白" in item.detail) for item in verdict.findings] == [("form.missing", True)]


@pytest.mark.parametrize(
    "change",
    [
        {"description": "本地生活"},
        {"account_type": field("account_type", "app")},
        {"owner_name": doubtful("owner_name", None)},
        {"owner_phone": field("owner_phone", None, raw="见附件")},
        {"owner_phone": field("owner_phone", None, reader="rapidocr")},
        {"signed": field("signed", value=True, raw="苏晓彤")},
        {"owner_phone": field("owner_phone", None, candidates=("13803161234", "13903161234"))},
    ],
)
def test_a_form_with_anything_in_it_is_none(change: dict[str, Change]) -> None:
    assert is_blank_form(BLANK)
    assert not is_blank_form(form(NOTHING, **change))


def test_a_form_with_rows_gone_is_none() -> None:
    assert not is_blank_form(form(NOTHING, unplaced=["owner_phone"]))


def test_a_form_typed_into_the_letter_counts_beside_an_attached_blank_one() -> None:
    attached = Attachment(name="附件.docx", media=Media.DOCX, content=b"1", sha256="1" * 64)
    typed = Attachment(name="邮件正文.html", media=Media.HTML, content=b"2", sha256="2" * 64, body=Body.TYPED)
    read = [
        (attached, DocumentReading(engine="docx", forms=(BLANK,))),
        (typed, DocumentReading(engine="html", forms=(form(),))),
    ]
    kept = keep_letter_forms(read, automatic=False)
    assert [one for _, reading in kept for one in reading.forms] == [BLANK, form()]


def test_papers_that_came_with_a_blank_form_are_completed_by_a_filled_one() -> None:
    received = datetime.fromisoformat(RECEIVED)
    (held,) = assemble_filings(_mail(BLANK, papers=(licence(), card())), office="sanhe")
    later = Filing(office="sanhe", received=received, form=form())
    joined = Joiner(profile=langfang()).combine(held, later, first_file=2, vouched=True)
    assert joined.findings == ()
    assert not any(item.blocks for item in decide_filing(joined, profile=langfang()).findings)
