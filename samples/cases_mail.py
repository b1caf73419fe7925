"""Cases about the mail itself: attachments that cannot be read, automatic mail, mail that comes again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from samples import automatic_mail
from samples.carriers import card_file, docx_form, filing_mail, licence_file, usual_papers
from samples.case import Case, Expectation, Recipe, registered, review
from samples.cases_form import company, individual
from samples.filing import FilingTruth, make_filing
from samples.mail import LOGO, OCTETS, Enclosure, MailSpec, SampleMail, build_mail, received_at
from samples.mail_headers import NAME_SPELLINGS, SUBJECT_SPELLINGS
from samples.places import CITY_MAILBOX
from samples.zip_files import make_zip

_NO_FORM = frozenset({"form.missing", "material.missing"})


def _files(filing: FilingTruth) -> list[Enclosure]:
    return [docx_form(filing), *usual_papers(filing)]


def _zip(filing: FilingTruth, password: bytes | None = None) -> Enclosure:
    files = [(item.name, item.content) for item in _files(filing)]
    return Enclosure(name="备案材料.zip", content=make_zip(files, password=password), declared="application/zip")


def attachment_cases(seed: int) -> Iterator[Case]:
    """Files that cannot be read, and files in containers that can."""
    base = company(seed)
    locked = review("attachment.unreadable", may=_NO_FORM, cases=None)
    yield Case(
        name="zip_password",
        wording="password ZIP → `attachment.unreadable`",
        expect=(locked,),
        recipe=lambda: (filing_mail("zip_password", base, [_zip(base, b"lf2018")], body="密码请电话联系"),),
    )
    yield Case(
        name="zip_password_told",
        wording="",
        expect=(registered(base),),
        recipe=lambda: (filing_mail("zip_password_told", base, [_zip(base, b"lf2018")], body="密码是lf2018"),),
    )
    remote = review("attachment.remote", may=_NO_FORM, cases=None)
    for service in ("163", "dashi", "qq"):
        yield Case(
            name=f"remote_{service}",
            wording="超大附件 link → `attachment.remote`",
            expect=(remote,),
            recipe=_remote(f"remote_{service}", base, service),
        )
    yield Case(
        name="zip_gbk",
        wording="",
        expect=(registered(base),),
        recipe=lambda: (filing_mail("zip_gbk", base, [_zip(base)]),),
    )
    yield from _damaged(base)
    yield from _containers(base, individual(seed))


def _remote(name: str, filing: FilingTruth, service: str) -> Recipe:
    def recipe() -> tuple[SampleMail, ...]:
        return (automatic_mail.remote_attachment(name, filing.mailbox, received_at("2018-12-15"), service=service),)

    return recipe


def _damaged(base: FilingTruth) -> Iterator[Case]:
    """The form is there; one more file is not what it should be."""
    code = review("attachment.unreadable", cases=1)

    def with_file(name: str, enclosure: Enclosure) -> Recipe:
        return lambda: (filing_mail(name, base, [*_files(base), enclosure]),)

    whole = docx_form(base).content
    faults = {
        "attachment_empty": Enclosure(name="补充说明.docx", content=b""),
        "attachment_truncated": Enclosure(name="补充登记表.docx", content=whole[: len(whole) // 2]),
        "attachment_pdf_truncated": Enclosure(name="补充.pdf", content=b"%PDF-1.4\n1 0 obj\n<< /Type /Cat"),
    }
    for name, enclosure in faults.items():
        yield Case(name=name, wording="", expect=(code,), recipe=with_file(name, enclosure))
    yield Case(
        name="form_missing",
        wording="",
        expect=(review("form.missing", cases=None, may=frozenset({"material.missing"})),),
        recipe=lambda: (filing_mail("form_missing", base, usual_papers(base)),),
    )
    yield Case(
        name="text_only",
        wording="",
        expect=(review("form.missing", cases=None, may=frozenset({"material.missing"})),),
        recipe=lambda: (filing_mail("text_only", base, [], body="请问备案表在哪里下载?我公司公众号想备案。"),),
    )


def _containers(base: FilingTruth, person: FilingTruth) -> Iterator[Case]:
    """Spellings and containers that change nothing."""

    def nested(transfer: str) -> tuple[SampleMail, ...]:
        inner = filing_mail("inner", base, _files(base)).content
        part = Enclosure(name="转发.eml", content=inner, declared="message/rfc822", transfer=transfer)  # type: ignore[arg-type]
        return (filing_mail(f"nested_{transfer}", base, [part], subject="转发:备案", body="转发"),)

    def inline() -> tuple[SampleMail, ...]:
        photo = replace(card_file(person.owner_card, person.seed), cid="photo1")
        logo = Enclosure(name="logo.gif", content=LOGO, declared="image/gif", cid="logo1")
        files = [docx_form(person), photo, logo]
        return (filing_mail("inline_photo", person, files, body_kind="alternative"),)

    def disguised() -> tuple[SampleMail, ...]:
        files = [
            replace(docx_form(base), name="登记表.jpg", declared="image/jpeg"),
            replace(licence_file(base), name="执照.docx", declared=OCTETS),
            replace(card_file(base.admin_card, base.seed), name="身份证.dat", declared=OCTETS),
        ]
        return (filing_mail("disguised", base, files, subject_spelling="raw-gbk"),)

    yield Case(name="nested_8bit", wording="", expect=(registered(base),), recipe=lambda: nested("8bit"))
    yield Case(name="nested_base64", wording="", expect=(registered(base),), recipe=lambda: nested("base64"))
    yield Case(name="inline_photo", wording="", expect=(registered(person),), recipe=inline)
    yield Case(name="disguised", wording="", expect=(registered(base),), recipe=disguised)
    for index, spelling in enumerate(NAME_SPELLINGS):
        name = f"spelling_{spelling}"
        yield Case(name=name, wording="", expect=(registered(base),), recipe=_spelled(name, base, index))


def _spelled(name: str, filing: FilingTruth, index: int) -> Recipe:
    spelling = NAME_SPELLINGS[index]
    subject = SUBJECT_SPELLINGS[index % len(SUBJECT_SPELLINGS)]
    body = ("plain-gbk", "plain-utf8-qp", "plain-8bit-gbk", "alternative", "html-gbk", "none")[index % 6]

    def recipe() -> tuple[SampleMail, ...]:
        files = [replace(item, spelling=spelling, declared=OCTETS) for item in _files(filing)]
        files[0] = replace(files[0], transfer="two-base64" if index % 3 == 2 else "base64")
        return (filing_mail(name, filing, files, subject_spelling=subject, body_kind=body),)

    return recipe


def automatic_cases(seed: int) -> Iterator[Case]:
    """Mail no person wrote."""
    mailbox, moment = company(seed).mailbox, received_at("2018-12-15")
    ignored = Expectation(decision="ignored", codes=frozenset({"submission.automatic"}), cases=0)
    wording = "auto-reply, bounce → ignored, and in the ledger"
    for header in ("auto-submitted", "x-autoreply", "subject"):
        name = f"auto_reply_{header}"
        made = automatic_mail.auto_reply(name, mailbox, moment, header=header)
        yield Case(name=name, wording=wording, expect=(ignored,), recipe=lambda made=made: (made,))  # type: ignore[misc]
    bounce = automatic_mail.bounce("bounce", mailbox, moment)
    yield Case(name="bounce", wording=wording, expect=(ignored,), recipe=lambda: (bounce,))
    newsletter = automatic_mail.list_mail("list_mail", mailbox, moment)
    yield Case(name="list_mail", wording="", expect=(ignored,), recipe=lambda: (newsletter,))


def repeated_cases(seed: int) -> Iterator[Case]:
    """Filings of an account that is known already."""
    base = company(seed)
    first = registered(base)

    def again() -> tuple[SampleMail, ...]:
        mail = filing_mail("again", base, _files(base))
        return mail, mail

    yield Case(
        name="same_mail_again",
        wording="the same mail again → no second record",
        recipe=again,
        register=True,
        records=1,
        expect=(first, review("submission.duplicate")),
    )
    other = make_filing(seed, entity="company", county="sanhe", name="new administrator")
    changed = base.evolve(
        admin_name=other.admin_name,
        admin_name_written=other.admin_name_written,
        admin_phone=other.admin_phone,
        admin_phone_written=other.admin_phone_written,
        admin_wechat=other.admin_wechat,
        admin_wechat_written=other.admin_wechat_written,
        admin_card=other.admin_card,
    )
    yield Case(
        name="new_administrator",
        wording="same account, new administrator → `submission.change`",
        register=True,
        records=1,
        expect=(first, review("submission.change")),
        recipe=lambda: (
            filing_mail("before", base, _files(base)),
            filing_mail("after", changed, _files(changed), received="2018-12-20"),
        ),
    )
    yield Case(
        name="city_and_county",
        wording="same account at city and county → `submission.duplicate`",
        register=True,
        records=1,
        expect=(first, review("submission.duplicate")),
        recipe=lambda: (
            filing_mail("county", base, _files(base)),
            filing_mail("city", base, _files(base), received="2018-12-16", mailbox=CITY_MAILBOX),
        ),
    )


def plain_letter(name: str, mailbox: str, received: str, subject: str, body: str) -> SampleMail:
    """A letter without files."""
    return build_mail(MailSpec(name=name, mailbox=mailbox, received=received_at(received), subject=subject, body=body))
