"""A mail's attachments in another order: the same cases with the same codes."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cases.casework import ReadDocument, ReadMail, assemble_filings
from pipeline.domain.document import DocumentReading, ExtractedForm, FieldValue
from pipeline.domain.message import Submission
from pipeline.validate.decide import decide_filing
from tests.oracle.filings import make_filing, make_form
from tests.oracle.situation import Body, Situation, complete
from tests.oracle.situations_drawn import heap_of_papers, with_doubt
from tests.validate.builders import langfang

SITUATIONS = (complete(Body.COMPANY), complete(Body.INDIVIDUAL))
#: Another value for some fields, each right by itself.
OTHERWISE: dict[str, FieldValue] = {
    "owner_phone": "13703169999",
    "admin_wechat": "anders-1990",
    "follower_count": 12,
    "address": "三河市燕郊镇学院大街3号",
    "opened_on": "2018-12-03",
}


def codes_of_cases(documents: tuple[DocumentReading, ...], situation: Situation) -> list[tuple[str, frozenset[str]]]:
    """The account and the codes of each case, in the order of account names."""
    mail = ReadMail(
        mailbox="wxsh3252645@163.com",
        received=situation.received,
        submission=Submission(sha256="0" * 64),
        documents=tuple(ReadDocument(name=f"{i}.docx", reading=reading) for i, reading in enumerate(documents)),
    )
    decided = []
    for filing in assemble_filings(mail, office=situation.mailbox):
        verdict = decide_filing(filing, profile=langfang())
        assert filing.form is not None
        decided.append((filing.form.text("account_name"), frozenset(item.code for item in verdict.findings)))
    return sorted(decided, key=lambda case: (case[0], sorted(case[1])))


def filled_otherwise(filed: ExtractedForm, key: str, value: FieldValue) -> ExtractedForm:
    fields = (
        item.model_copy(update={"value": value, "raw": "" if value is None else str(value)})
        if item.key == key
        else item
        for item in filed
    )
    return filed.model_copy(update={"fields": tuple(fields)})


@st.composite
def mails(draw: st.DrawFn) -> tuple[list[DocumentReading], Situation]:
    """A form, perhaps its scan with one field otherwise, blank or unsure, perhaps another account's form, and papers."""
    situation = draw(st.sampled_from(SITUATIONS))
    first = make_form(situation)
    forms = [first]
    key = draw(st.sampled_from(list(OTHERWISE)))
    scan = filled_otherwise(first, key, draw(st.sampled_from([first.value(key), None, OTHERWISE[key]])))
    forms += [with_doubt(scan, key) if draw(st.booleans()) else scan] if draw(st.booleans()) else []
    forms += [filled_otherwise(first, "account_name", "香河晚风读书")] if draw(st.booleans()) else []
    papers = draw(st.lists(st.sampled_from(heap_of_papers(situation)), max_size=3))
    documents = [DocumentReading(engine="docx", forms=(filed,)) for filed in forms]
    return documents + [DocumentReading(engine="rapidocr", papers=(one,)) for one in papers], situation


@settings(max_examples=80, deadline=None)
@given(mails(), st.data())
def test_the_order_of_attachments_changes_no_code(
    mail: tuple[list[DocumentReading], Situation], data: st.DataObject
) -> None:
    documents, situation = mail
    shuffled = data.draw(st.permutations(documents))
    assert codes_of_cases(tuple(documents), situation) == codes_of_cases(tuple(shuffled), situation)


def test_three_forms_that_contradict_each_other_are_never_sure() -> None:
    """One account, three attachments, three phone numbers: no order of them may register one unasked."""
    situation = complete(Body.COMPANY)
    papers = DocumentReading(engine="rapidocr", papers=make_filing(situation).papers)
    first = make_form(situation)
    forms = [filled_otherwise(first, "owner_phone", phone) for phone in ("13803161234", "13903161234", "13703161234")]
    for order in permutations(DocumentReading(engine="docx", forms=(filed,)) for filed in forms):
        doubtful = [(first.text("account_name"), frozenset({"field.doubtful"}))]
        assert codes_of_cases((*order, papers), situation) == doubtful
