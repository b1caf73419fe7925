"""A filing's files: the form in one of its carriers and the papers as scans. What several mails share is made once."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace

from samples import channels, papers
from samples.filing import FilingTruth, IdCardTruth, LicenceTruth, OrganisationCodeTruth
from samples.form_docx import NO_EXTRAS, DocxExtras, form_docx
from samples.form_image import form_image
from samples.form_layout import PLAIN, FormStyle
from samples.form_pdf import form_pdf, scanned_pdf
from samples.mail import DOCX_TYPE, Enclosure, MailSpec, SampleMail, build_mail, received_at
from samples.mail_headers import NameSpelling
from samples.picture import Picture
from samples.seeds import random_for

_CLEAR_LETTERS = "abdefghmnrty"
_CLEAR_DIGITS = "3456789"


def clear_wechat_id(seed: int, name: str) -> str:
    """A WeChat ID without a single character that readers confuse (no l, 1, I, 0, O, o, no underscore)."""
    rng = random_for(seed, "clear wechat", name)
    return "".join(rng.choice(_CLEAR_LETTERS) for _ in range(7)) + "".join(rng.choice(_CLEAR_DIGITS) for _ in range(4))


def docx_form(
    filing: FilingTruth,
    style: FormStyle = PLAIN,
    *,
    file: str = "廊坊市新媒体账号登记备案表.docx",
    extras: DocxExtras = NO_EXTRAS,
    spelling: NameSpelling = "2231-utf8",
) -> Enclosure:
    """The form as a Word file."""
    return Enclosure(name=file, content=form_docx(filing, style, extras), declared=DOCX_TYPE, spelling=spelling)


def pdf_form(filing: FilingTruth, style: FormStyle = PLAIN) -> Enclosure:
    """The form as a PDF with text."""
    return Enclosure(name="登记备案表.pdf", content=form_pdf(filing, style), declared="application/pdf")


def picture_file(picture: Picture, name: str) -> Enclosure:
    """A picture as a JPEG file."""
    return Enclosure(name=name, content=picture.encode(), declared="image/jpeg")


@functools.lru_cache(maxsize=64)
def licence_scan(truth: LicenceTruth, seed: int) -> Picture:
    """The licence (or another certificate) as an office scan."""
    drawn = papers.business_licence if truth.title == "营业执照" else papers.other_certificate
    return channels.scan(drawn(truth, seed), seed, truth.credit_code, noise=1.5)


@functools.lru_cache(maxsize=64)
def card_scan(truth: IdCardTruth, seed: int, sides: str = "both") -> Picture:
    """A scanned copy of an ID card."""
    return channels.scan(papers.id_card(truth, seed, sides=sides), seed, truth.id_number, noise=1.5)


def licence_file(filing: FilingTruth, *, file: str = "营业执照.jpg") -> Enclosure:
    """The company's licence, or the organisation's certificate."""
    truth = filing.licence or filing.certificate
    if truth is None:
        raise ValueError("an individual has no licence")
    return picture_file(licence_scan(truth, filing.seed), file)


def organisation_code_file(filing: FilingTruth) -> Enclosure:
    """The company's organisation-code certificate."""
    truth = filing.organisation
    if truth is None:
        raise ValueError("only a company has an organisation-code certificate")
    return picture_file(_organisation_scan(truth, filing.seed), "组织机构代码证.jpg")


@functools.lru_cache(maxsize=16)
def _organisation_scan(truth: OrganisationCodeTruth, seed: int) -> Picture:
    drawn = papers.organisation_code_certificate(truth, seed)
    return channels.scan(drawn, seed, truth.organisation_code, noise=1.5)


def card_file(truth: IdCardTruth, seed: int, *, sides: str = "both", file: str = "身份证.jpg") -> Enclosure:
    """A scanned copy of an ID card as a file."""
    return picture_file(card_scan(truth, seed, sides), file)


def usual_papers(filing: FilingTruth) -> list[Enclosure]:
    """Licence or certificate and the administrator's card; for an individual the owner's card."""
    if filing.entity == "individual":
        return [card_file(filing.owner_card, filing.seed)]
    return [licence_file(filing), card_file(filing.admin_card, filing.seed, file="管理员身份证.jpg")]


def merged_pdf(filing: FilingTruth, pages: Sequence[Picture] | None = None) -> Enclosure:
    """Form, licence and card scanned into one PDF."""
    page = channels.scan(form_image(filing), filing.seed, "merged", noise=1.5)
    rest = pages or _paper_pictures(filing)
    return Enclosure(name="备案材料.pdf", content=scanned_pdf([page, *rest]), declared="application/pdf")


def _paper_pictures(filing: FilingTruth) -> list[Picture]:
    cards = card_scan(filing.owner_card if filing.entity == "individual" else filing.admin_card, filing.seed)
    truth = filing.licence or filing.certificate
    return [cards] if truth is None else [licence_scan(truth, filing.seed), cards]


def pasted_docx(filing: FilingTruth, style: FormStyle = PLAIN) -> Enclosure:
    """The form with its papers pasted behind it as pictures."""
    pictures = tuple(picture.encode() for picture in _paper_pictures(filing))
    return docx_form(filing, style, extras=DocxExtras(pictures=pictures))


def renamed(enclosure: Enclosure, name: str) -> Enclosure:
    """The same file under another name."""
    return replace(enclosure, name=name)


def filing_mail(
    name: str,
    filing: FilingTruth,
    enclosures: Sequence[Enclosure],
    *,
    received: str = "2018-12-15",
    mailbox: str = "",
    **letter: object,
) -> SampleMail:
    """A submitter's mail to the county's office (or to `mailbox`)."""
    spec: dict[str, object] = {
        "subject": f"{filing.account_name_written}登记备案",
        "sender_name": filing.admin_name_written,
        "office": filing.county.office,
        **letter,
    }
    return build_mail(
        MailSpec(
            name=name,
            mailbox=mailbox or filing.mailbox,
            received=received_at(received),
            enclosures=tuple(enclosures),
            **spec,  # type: ignore[arg-type]
        )
    )
