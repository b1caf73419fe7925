"""Pages to be read, made from a seed that no checked-in sample has, each with its truth."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from PIL import Image

from pipeline.domain.message import Media
from samples import channels, papers
from samples.bent import photo_bent
from samples.carbon import carbon_copy
from samples.filing import Entity, FilingTruth, make_filing
from samples.fonts import has_handwriting
from samples.form_docx import form_docx
from samples.form_image import Hand, form_image
from samples.form_layout import FormStyle
from samples.form_pdf import form_pdf
from samples.picture import Format, Picture
from samples.screen_photo import screen_photo
from samples.screens import DESKTOP_DPI, phone_screenshot, screenshot
from samples.truth import FileTruth, PaperTruth, form_truth, paper_truth

Sort = Literal["text", "print", "handwriting", "papers"]
_FACES: Final = ("song", "kai", "hei", "sans")
_HANDS: Final[tuple[Hand, ...]] = ("longcang", "liujianmaocao")
_OUTLINES: Final = ("song", "sans")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPage:
    """One file of one page. `channel` is how it came to be, `sort` which target it belongs to."""

    channel: str
    sort: Sort
    media: Media
    content: bytes = field(repr=False)
    truth: FileTruth


_Form = Callable[[FilingTruth, int], Picture]


def _printed(filing: FilingTruth, seed: int, *, dpi: int = 200) -> Picture:
    tick = ("√", "■", "☑")[seed % 3]
    return form_image(filing, FormStyle(tick=tick), face=_FACES[seed % len(_FACES)], dpi=dpi)  # type: ignore[arg-type]


def _stamped(filing: FilingTruth, seed: int) -> Picture:
    page = channels.stamped(_printed(filing, seed), seed, filing.account_subject_written)
    return channels.scan(page, seed)


def _turned(filing: FilingTruth, seed: int) -> Picture:
    return channels.photo_turned(_printed(filing, seed), seed, degrees=90 * (1 + seed % 3))


def _handwritten(filing: FilingTruth, seed: int) -> Picture:
    page = form_image(filing, FormStyle(signature="handwritten"), hand=_HANDS[seed % 2])
    return channels.scan(page, seed)


def _screenshot(filing: FilingTruth, seed: int) -> Picture:
    return screenshot(
        lambda dpi: _printed(filing, seed, dpi=dpi),
        seed,
        dpi=DESKTOP_DPI[seed % 3],
        fringed=seed // 3 % 2 == 1,
        dark=seed % 4 == 2,
    )


def _phone_screenshot(filing: FilingTruth, seed: int) -> Picture:
    return phone_screenshot(lambda dpi: _printed(filing, seed, dpi=dpi), seed, dark=seed % 3 == 0)


def _screen_photo(filing: FilingTruth, seed: int) -> Picture:
    return screen_photo(_printed(filing, seed, dpi=(92, 104, 118)[seed % 3]), seed)


_PICTURED: Final[Mapping[str, _Form]] = {
    "scan": lambda filing, seed: channels.scan(_printed(filing, seed), seed),
    "scan 300 dpi": lambda filing, seed: channels.scan(_printed(filing, seed, dpi=300), seed),
    "scan 150 dpi": lambda filing, seed: channels.scan(_printed(filing, seed, dpi=150), seed),
    "scan 100 dpi": lambda filing, seed: channels.scan(_printed(filing, seed, dpi=100), seed),
    "fax": lambda filing, seed: channels.fax(_printed(filing, seed), seed),
    "stamped": _stamped,
    "photo": lambda filing, seed: channels.photo(_printed(filing, seed), seed),
    "photo, soft": lambda filing, seed: channels.photo(_printed(filing, seed), seed, blur_sigma=2.0 + seed % 3),
    "photo, turned": _turned,
    "handwritten": _handwritten,
    "fine fax": lambda filing, seed: channels.fine_fax(_printed(filing, seed), seed),
    "photo, bent": lambda filing, seed: photo_bent(_printed(filing, seed), seed),
    "skewed": lambda filing, seed: channels.skewed(_printed(filing, seed), seed),
    "carbon copy": lambda filing, seed: carbon_copy(_printed(filing, seed), seed),
    "screen photo": _screen_photo,
    "screenshot": _screenshot,
    "phone screenshot": _phone_screenshot,
}
#: Pictures of forms: the slowest to read.
PICTURED: Final = tuple(_PICTURED)
CHANNELS: Final = ("docx", "pdf", *PICTURED, "licence", "licence photo", "code certificate", "card", "card photo")


def channels_here() -> tuple[str, ...]:
    """All that can be made on this machine: handwriting needs typefaces that `make fonts` brings."""
    return tuple(name for name in CHANNELS if name != "handwritten" or has_handwriting())


def make_pages(channel: str, count: int, seed: int) -> Iterator[BenchPage]:
    """So many of a channel, every one of another filing."""
    for number in range(count):
        own = seed + number
        if channel in ("docx", "pdf"):
            yield _typed(channel, own)
        elif channel in _PICTURED:
            yield _pictured(channel, own)
        else:
            yield _paper(channel, own)


def _filing(seed: int, channel: str, entity: Entity | None = None) -> FilingTruth:
    return make_filing(seed, entity=entity or ("company" if seed % 2 else "individual"), name=f"bench {channel}")


def _typed(channel: str, seed: int) -> BenchPage:
    filing = _filing(seed, channel)
    style = FormStyle(tick=("√", "wingdings", "content_control")[seed % 3] if channel == "docx" else "√")
    content = form_docx(filing, style) if channel == "docx" else form_pdf(filing, style, face=_OUTLINES[seed % 2])
    media = Media.DOCX if channel == "docx" else Media.PDF
    truth = FileTruth(channel=channel, forms=[form_truth(filing, style)])
    return BenchPage(channel=channel, sort="text", media=media, content=content, truth=truth)


def _pictured(channel: str, seed: int) -> BenchPage:
    filing = _filing(seed, channel)
    picture = _PICTURED[channel](filing, seed)
    media, file_format = _file_of(channel, picture, seed)
    return BenchPage(
        channel=channel,
        sort="handwriting" if channel == "handwritten" else "print",
        media=media,
        content=picture.encode(file_format),
        truth=FileTruth(channel=channel, forms=[form_truth(filing)]),
    )


def _file_of(channel: str, picture: Picture, seed: int) -> tuple[Media, Format]:
    """Screens make PNGs; of phones half arrive as JPEGs, which is what some programs send pictures as."""
    if picture.image.mode == "1":
        return Media.TIFF, "TIFF"
    if channel == "screenshot" or (channel == "phone screenshot" and seed % 4 < 2):
        return Media.PNG, "PNG"
    return Media.JPEG, "JPEG"


def _paper(channel: str, seed: int) -> BenchPage:
    filing = _filing(seed, channel, "company")
    drawn, truth = _drawn(channel, filing, seed)
    picture = channels.photo(drawn, seed) if channel.endswith("photo") else channels.scan(drawn, seed)
    return BenchPage(
        channel=channel,
        sort="papers",
        media=Media.JPEG,
        content=picture.encode("JPEG"),
        truth=FileTruth(channel=channel, papers=[truth]),
    )


def _drawn(channel: str, filing: FilingTruth, seed: int) -> tuple[Picture, PaperTruth]:
    assert filing.licence is not None
    assert filing.organisation is not None
    if channel.startswith("licence"):
        landscape = bool(seed % 2)
        return papers.business_licence(filing.licence, seed, landscape=landscape), paper_truth(filing.licence)
    if channel.startswith("code"):
        drawn = papers.organisation_code_certificate(filing.organisation, seed)
        return drawn, paper_truth(filing.organisation)
    if channel == "card":
        return papers.id_card(filing.admin_card, seed), paper_truth(filing.admin_card)
    return papers.id_card_front(filing.owner_card, seed), paper_truth(filing.owner_card, side="front")


def as_pdf(page: BenchPage, copies: int) -> bytes:
    """A pictured page so many times in one PDF."""
    shown = Image.open(io.BytesIO(page.content)).convert("RGB")
    stream = io.BytesIO()
    shown.save(stream, "PDF", save_all=True, append_images=[shown] * (copies - 1), resolution=200.0)
    return stream.getvalue()
