"""Mails for batch runs: quick to read, each of another account, all without the copy of the ID card."""

from __future__ import annotations

import functools
from pathlib import Path

from samples.carriers import docx_form, filing_mail
from samples.cases_mail import plain_letter
from samples.filing import make_filing
from samples.mail import SampleMail

SANHE, CITY = "wxsh3252645@163.com", "lfwlk2010@163.com"


@functools.cache
def letter(number: int, *, mailbox: str = "", received: str = "2018-12-15") -> SampleMail:
    """A person's filing; the number says whose."""
    filing = make_filing(number, entity="individual", name="reprocess")
    return filing_mail(
        f"{number:03}-{mailbox or 'county'}", filing, [docx_form(filing)], mailbox=mailbox, received=received
    )


@functools.cache
def question(number: int) -> SampleMail:
    """A letter without a form."""
    return plain_letter(f"question-{number:03}", SANHE, "2018-12-15", "咨询", f"请问怎样备案？（{number}）")


def save(folder: Path, *mails: SampleMail) -> Path:
    """Each as an .eml file in that folder, which is made."""
    folder.mkdir(exist_ok=True)
    for mail in mails:
        (folder / f"{mail.name}.eml").write_bytes(mail.content)
    return folder
