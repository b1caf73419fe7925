"""The checked-in set: an example of each carrier, channel and paper, and the demo's mails, each with its truth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from samples import channels, papers
from samples.case import Expectation
from samples.demo import iter_demo
from samples.filing import FilingTruth, make_filing
from samples.form_docx import DocxExtras, form_docx, forms_docx
from samples.form_image import Hand, form_image
from samples.form_layout import LOST_LABELS, FormStyle
from samples.form_pdf import form_pdf, form_pdf_boxes, scanned_pdf
from samples.mail import SampleMail
from samples.picture import Format, Picture
from samples.truth import FileTruth, PaperTruth, form_truth, paper_truth

DATA = Path(__file__).parent / "data"
SEED = 2018


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """A file of the set: its path inside the set, its bytes and its truth as JSON ("" for the mails' manifest)."""

    path: str
    content: bytes
    truth: str

    @property
    def truth_path(self) -> str:
        return f"{self.path}.truth.json"


def iter_set(seed: int = SEED) -> Iterator[SampleFile]:
    """Every file of the set, one after the other. Raises `fonts.FontMissingError`."""
    yield from _documents(seed)
    yield from _pictures(seed)
    yield from _papers(seed)
    yield from _mails(seed)


def _filing(seed: int, name: str, **overrides: object) -> FilingTruth:
    entity = overrides.pop("entity", "company")
    return make_filing(seed, entity=entity, name=f"set {name}", **overrides)  # type: ignore[arg-type]


_DOCX_STYLES: dict[str, FormStyle] = {
    "docx-plain": FormStyle(),
    "docx-wingdings": FormStyle(tick="wingdings", labels=LOST_LABELS, title="廊坊市新媒体账号登记表"),
    "docx-controls": FormStyle(tick="content_control", controls=True),
}


def _documents(seed: int) -> Iterator[SampleFile]:
    for name, style in _DOCX_STYLES.items():
        filing = _filing(seed, name)
        truth = FileTruth(channel="docx", forms=[form_truth(filing, style)])
        yield SampleFile(path=f"forms/{name}.docx", content=form_docx(filing, style), truth=truth.to_json())
    pair = [_filing(seed, f"pair {index}", entity="individual") for index in (1, 2)]
    two = forms_docx([(filing, FormStyle(tick="√"), DocxExtras()) for filing in pair])
    truth = FileTruth(channel="docx", forms=[form_truth(filing) for filing in pair])
    yield SampleFile(path="forms/docx-two-forms.docx", content=two, truth=truth.to_json())
    for name, face in (("pdf-song", "song"), ("pdf-sans", "sans")):
        filing = _filing(seed, name)
        form = form_truth(filing, boxes=form_pdf_boxes(filing, face=face))
        yield SampleFile(
            path=f"forms/{name}.pdf",
            content=form_pdf(filing, face=face),
            truth=FileTruth(channel="pdf-text", forms=[form]).to_json(),
        )
    yield _merged(seed)


def _merged(seed: int) -> SampleFile:
    """Form, licence and ID card, scanned into one PDF."""
    filing = _filing(seed, "merged")
    assert filing.licence is not None
    page = channels.scan(form_image(filing), seed, "set merged", noise=1.5)
    licence = _shrink(
        channels.scan(papers.business_licence(filing.licence, seed), seed, "set merged licence", noise=1.5)
    )
    card = _shrink(channels.scan(papers.id_card(filing.admin_card, seed), seed, "set merged card", noise=1.5), 0.8)
    truth = FileTruth(
        channel="pdf-scan",
        forms=[form_truth(filing, boxes=page.fractions)],
        papers=[
            paper_truth(filing.licence, pages=(2,), boxes=licence.fractions),
            paper_truth(filing.admin_card, pages=(3,), boxes=card.fractions),
        ],
    )
    return SampleFile(path="forms/pdf-scanned.pdf", content=scanned_pdf([page, licence, card]), truth=truth.to_json())


def _shrink(picture: Picture, scale: float = 0.75) -> Picture:
    """The same picture with fewer pixels; the boxes go along."""
    size = (round(picture.image.width * scale), round(picture.image.height * scale))
    image = picture.image.resize(size, Image.Resampling.LANCZOS)
    boxes = {key: tuple(v * scale for v in box) for key, box in picture.boxes.items()}
    return picture.evolve(image=image, boxes=boxes)


_Make = Callable[[FilingTruth, int, str], Picture]


def _scan(filing: FilingTruth, seed: int, name: str) -> Picture:
    return channels.scan(form_image(filing), seed, name, noise=1.5)


def _kai_scan(filing: FilingTruth, seed: int, name: str) -> Picture:
    return channels.scan(form_image(filing, FormStyle(tick="√"), face="kai"), seed, name, noise=1.5)


def _hei_scan(filing: FilingTruth, seed: int, name: str) -> Picture:
    return channels.scan(form_image(filing, FormStyle(tick="■"), face="hei"), seed, name, noise=1.5)


def _photo(filing: FilingTruth, seed: int, name: str) -> Picture:
    return _shrink(channels.photo(form_image(filing), seed, name)).evolve(quality=60)


def _turned(filing: FilingTruth, seed: int, name: str) -> Picture:
    return _shrink(channels.photo_turned(form_image(filing), seed, name, degrees=90)).evolve(quality=60)


def _fax(filing: FilingTruth, seed: int, name: str) -> Picture:
    return channels.fax(form_image(filing), seed, name)


def _stamped(filing: FilingTruth, seed: int, name: str) -> Picture:
    page = channels.stamped(form_image(filing), seed, filing.account_subject_written, name)
    return channels.scan(page, seed, name, noise=1.5)


def _hand(face: Hand) -> _Make:
    def make(filing: FilingTruth, seed: int, name: str) -> Picture:
        page = form_image(filing, FormStyle(signature="handwritten"), hand=face)
        return channels.scan(page, seed, name, noise=1.5)

    return make


#: Name, channel, file format, how it is made.
_PICTURES: tuple[tuple[str, str, Format, _Make], ...] = (
    ("scan-song-1", "scan", "JPEG", _scan),
    ("scan-song-2", "scan", "JPEG", _scan),
    ("scan-kai", "scan", "JPEG", _kai_scan),
    ("scan-hei", "scan", "JPEG", _hei_scan),
    ("photo-1", "photo", "JPEG", _photo),
    ("photo-2", "photo", "JPEG", _photo),
    ("photo-turned", "photo_turned", "JPEG", _turned),
    ("fax", "fax", "TIFF", _fax),
    ("stamped-1", "stamped", "JPEG", _stamped),
    ("stamped-2", "stamped", "JPEG", _stamped),
    ("handwritten-longcang", "handwritten", "JPEG", _hand("longcang")),
    ("handwritten-liujianmaocao", "handwritten", "JPEG", _hand("liujianmaocao")),
)


def _pictures(seed: int) -> Iterator[SampleFile]:
    for name, channel, file_format, make in _PICTURES:
        filing = _filing(seed, name, entity="company" if channel == "stamped" else "individual")
        picture = make(filing, seed, name)
        truth = FileTruth(channel=channel, forms=[form_truth(filing, boxes=picture.fractions)])
        suffix = {"JPEG": "jpg", "PNG": "png", "TIFF": "tif"}[file_format]
        yield SampleFile(path=f"forms/{name}.{suffix}", content=picture.encode(file_format), truth=truth.to_json())


def _paper_file(name: str, channel: str, picture: Picture, truth: PaperTruth) -> SampleFile:
    whole = FileTruth(channel=channel, papers=[truth])
    return SampleFile(path=f"papers/{name}.jpg", content=picture.encode(), truth=whole.to_json())


def _papers(seed: int) -> Iterator[SampleFile]:
    company = _filing(seed, "papers")
    other = _filing(seed, "papers institution", entity="organisation", county="guan")
    assert company.licence is not None
    assert company.organisation is not None
    assert other.certificate is not None
    drawn = (
        ("licence-portrait", papers.business_licence(company.licence, seed), company.licence),
        ("licence-landscape", papers.business_licence(company.licence, seed, landscape=True), company.licence),
        ("organisation-code", papers.organisation_code_certificate(company.organisation, seed), company.organisation),
        ("institution", papers.other_certificate(other.certificate, seed), other.certificate),
        ("id-card-copy", papers.id_card(company.admin_card, seed), company.admin_card),
    )
    for name, page, paper in drawn:
        scanned = channels.scan(page, seed, name, noise=1.5)
        yield _paper_file(name, "scan", scanned, paper_truth(paper, boxes=scanned.fractions))
    front = _shrink(channels.photo(papers.id_card_front(company.owner_card, seed), seed, "front"), 0.5).evolve(
        quality=70
    )
    truth = paper_truth(company.owner_card, side="front", boxes=front.fractions)
    yield _paper_file("id-card-photo-front", "photo", front, truth)


def mail_truth(mail: SampleMail, expect: Expectation) -> str:
    """What should become of a mail, as JSON."""
    whole = {
        "mailbox": mail.mailbox,
        "received": mail.received.isoformat(),
        "decision": expect.decision,
        "codes": sorted(expect.codes),
        "may": sorted(expect.may),
        "anything": expect.anything,
        "cases": expect.cases,
        "fields": [dict(fields) for fields in expect.fields],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _mails(seed: int) -> Iterator[SampleFile]:
    """The demo's mails, and a manifest that says where and when each was received."""
    entries: list[dict[str, object]] = []
    for item in iter_demo(seed):
        mail = item.build()
        entries.append(
            {
                "file": f"{item.name}.eml",
                "mailbox": mail.mailbox,
                "received": mail.received.isoformat(),
                "decision": item.expect.decision,
            }
        )
        yield SampleFile(path=f"mails/{item.name}.eml", content=mail.content, truth=mail_truth(mail, item.expect))
    manifest = json.dumps(entries, ensure_ascii=False, indent=1) + "\n"
    yield SampleFile(path="mails/manifest.json", content=manifest.encode(), truth="")
