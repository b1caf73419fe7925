"""Real mails through archive, ledger, sandbox and rules: a reply with the form completed, and the same at the city."""

from __future__ import annotations

import email
import shutil
import threading
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from pipeline.batch.journal import Journal
from pipeline.batch.reprocessing import Reprocessor
from pipeline.cases.deciding import Decider
from pipeline.desk.evidence import Evidence
from pipeline.desk.officer import Officer
from pipeline.domain.message import ServerKey
from pipeline.profile.load import load_profile
from pipeline.profile.schema import Profile
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail
from pipeline.service.processing import Processor
from pipeline.store.store import Store
from samples.carriers import docx_form, filing_mail
from samples.filing import make_filing
from samples.mail import SampleMail

CITY = "lfwlk2010@163.com"


@pytest.fixture(scope="session")
def lenient(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city's rules without the copy of the ID card, which would need the engines."""
    folder = tmp_path_factory.mktemp("profile") / "lenient"
    with resources.as_file(resources.files("pipeline.profile") / "data" / "langfang-2018") as shipped:
        shutil.copytree(shipped, folder)
    file = folder / "profile.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[severities]\n", '[severities]\n"material.missing" = "note"\n'), encoding="utf-8")
    return folder


@pytest.fixture
def rules(lenient: Path) -> Profile:
    return load_profile(lenient)


@pytest.fixture
def processor(store: Store, jail: Jail, rules: Profile) -> Processor:
    decider = Decider(profile=rules, reader=SandboxedReader(jail=jail))
    return Processor(store=store, decider=decider, profile=rules, clock=lambda: datetime.now(UTC))


def _deliver(processor: Processor, *mails: SampleMail) -> None:
    for mail in mails:
        digest = processor.store.archive.keep([mail.content])
        key = ServerKey(mailbox=mail.mailbox, folder="INBOX", uidvalidity=1, uid=int(digest[:8], 16))
        processor.store.ledger.record_message(key, sha256=digest, received=mail.received, size_bytes=len(mail.content))
        processor.run(threads=1, stop=threading.Event(), until_empty=True)


def _id_of(mail: SampleMail) -> bytes:
    return str(email.message_from_bytes(mail.content)["Message-ID"]).strip().encode()


def test_a_reply_completes_the_form_and_the_city_sees_the_same_case(
    processor: Processor, store: Store, jail: Jail, rules: Profile
) -> None:
    whole = make_filing(5, entity="individual", name="joining")
    torn = whole.evolve(owner_phone="", owner_phone_written="")
    first = filing_mail("torn", torn, [docx_form(torn)])
    _deliver(processor, first)
    (waiting,) = store.list_queue()
    assert "field.missing" in waiting.codes

    reply = filing_mail(
        "whole", whole, [docx_form(whole)], received="2018-12-20", extra=[b"In-Reply-To: " + _id_of(first)]
    )
    city = filing_mail("city", whole, [docx_form(whole)], received="2018-12-21", mailbox=CITY)
    _deliver(processor, reply, city)
    (record,) = store.list_registry()
    case = store.show_case(record.case_id)
    assert case is not None
    assert (case.case_id, record.values["owner_phone"], case.received) == (
        waiting.case_id,
        whole.owner_phone,
        first.received,
    )
    assert store.list_queue() == ()
    assert [row.outcome for row in store.list_ledger()] == ["registered"] * 3
    assert all(store.ledger_equation(mailbox).contradictions == () for mailbox in store.mailboxes())

    evidence = Evidence(store, jail, rules, clock=lambda: datetime.now(UTC))
    files = evidence.attachments(case.case_id)
    assert [item.file for item in files] == [1, 2, 3]
    assert evidence.document_grid(case.case_id, 2, revealed=True) != evidence.document_grid(
        case.case_id, 1, revealed=True
    )
    assert evidence.mail_text(case.case_id, revealed=False).text.count("———— 后续来信") == 2

    run = Reprocessor(
        store=store,
        decider=processor.decider,
        processor=processor,
        profile=rules,
        apply=True,
        threads=1,
        stop=threading.Event(),
    )
    with_journal = list(run.run_kept(Journal(Path(store.archive._folder) / "journal.txt", "run")))
    assert {(result.effect.value, result.applied) for result in with_journal} <= {("unchanged", False), ("kept", False)}
    assert len(store.list_registry()) == 1


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_what_was_parted_is_not_joined_again_by_reprocessing(
    processor: Processor, store: Store, rules: Profile
) -> None:
    whole = make_filing(6, entity="individual", name="parted")
    torn = whole.evolve(
        owner_phone="", owner_phone_written="", owner_wechat="", owner_wechat_written="", admin_phone="",
        admin_phone_written="",
    )  # fmt: skip
    half = whole.evolve(owner_phone="", owner_phone_written="")
    first = filing_mail("torn", torn, [docx_form(torn)])
    reply = filing_mail("half", half, [docx_form(half)], received="2018-12-20", extra=[b"References: " + _id_of(first)])
    _deliver(processor, first, reply)
    (waiting,) = store.list_queue()
    case = store.show_case(waiting.case_id)
    assert case is not None
    (mail,) = case.mails
    officer = Officer(name="liumin", store=store, profile=rules, clock=lambda: datetime.now(UTC))
    officer.unjoin(case.case_id, mail.case_id)
    assert len(store.list_queue()) == 2
    run = Reprocessor(
        store=store,
        decider=processor.decider,
        processor=processor,
        profile=rules,
        apply=True,
        threads=1,
        stop=threading.Event(),
    )
    list(run.run_kept(Journal(Path(store.archive._folder) / "journal.txt", "run")))
    assert len(store.list_queue()) == 2
    again = store.show_case(mail.case_id)
    assert again is not None
    assert (again.state, again.joined_into) == ("review", None)
