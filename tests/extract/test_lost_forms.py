"""What people send along with a form, and what is not to be taken for a form that nobody could read."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from pipeline.domain.document import DocumentReading, PageBox
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.lost_forms import find_lost_forms
from pipeline.extract.page import Cell, Grid, Line, Page
from pipeline.extract.raster.backs import is_back_of, relief_of
from pipeline.extract.raster.decode import Rgb
from pipeline.extract.raster.marks import has_few_marks
from pipeline.extract.raster.sheet_colour import shows_no_sheet
from pipeline.profile.schema import Profile
from samples import channels
from samples.filing import make_filing
from samples.fonts import font
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.picture import Picture
from tests.lent_engines import lent_engines

SEEDS: Final = (81_001, 81_002)
PERMIT = (
    ("经营者名称", "固安县味佳餐饮店"),
    ("许可证编号", "JY21310220012345"),
    ("法定代表人", "周文海"),
    ("经营项目", "热食类食品制售，冷食类食品制售"),
)
LETTER = (
    ("委托人", "霸州市恒远商贸有限公司"),
    ("联系电话", "13832611234"),
    ("受托人姓名", "李建国"),
    ("委托事项", "办理本公司微信公众号的登记备案手续"),
)
ACCOUNT = (
    ("账号名称", "固安生活圈"),
    ("账号类型", "订阅号"),
    ("微信号", "guan_life2016"),
    ("地址", "河北廊坊固安县"),
    ("原始ID", "gh_0123456789ab"),
    ("主体信息", "固安县通达网络科技有限公司"),
)


def _form(seed: int) -> Picture:
    return form_image(make_filing(seed), FormStyle())


def _through(picture: Picture, share: float, *, upside_down: bool = False) -> Picture:
    """The other side of the sheet, on which so much of the ink's darkness shows."""
    shades = np.asarray(picture.image.convert("RGB"))[:, ::-1]
    shades = shades[::-1, ::-1] if upside_down else shades
    soft = cv2.GaussianBlur(np.ascontiguousarray(shades).astype(np.float32), (0, 0), 1.5)
    return picture.evolve(image=Image.fromarray((255 - (255 - soft) * share).astype(np.uint8)))


def _pixels(picture: Picture) -> Rgb:
    return np.asarray(Image.open(io.BytesIO(picture.encode())).convert("RGB"), dtype=np.uint8)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("share", "upside_down"), [(0.04, False), (0.08, True), (0.2, False)])
def test_the_front_of_a_sheet_is_known_on_its_back(share: float, upside_down: bool, seed: int) -> None:
    front = relief_of(_pixels(channels.scan(_form(seed), seed)))
    back = relief_of(_pixels(channels.scan(_through(_form(seed), share, upside_down=upside_down), seed + 5)))
    assert is_back_of(back, front)


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: channels.scan(_form(seed), seed + 1),
        lambda seed: channels.fax(_form(seed), seed),
        lambda seed: channels.scan(_form(seed + 7), seed + 1),
        lambda seed: channels.photo_blurred(_form(seed + 7), seed),
    ],
    ids=["the same form", "its fax", "another form", "another form, blurred"],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_form_is_no_back(make: Callable[[int], Picture], seed: int) -> None:
    front = relief_of(_pixels(channels.scan(_form(seed), seed)))
    assert not is_back_of(relief_of(_pixels(make(seed))), front)


def _logo() -> Image.Image:
    image = Image.new("RGB", (360, 120), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((10, 10, 110, 110), fill=(20, 90, 180))
    draw.text((125, 30), "固安融媒", font=font("hei", 52), fill=(20, 90, 180))
    return image


def _signature() -> Image.Image:
    image = Image.new("RGB", (700, 300), "white")
    places = [(50 + i * 6.0, 150 + 60 * np.sin(i / 5) + 30 * np.sin(i / 2.3)) for i in range(100)]
    ImageDraw.Draw(image).line([(x, float(y)) for x, y in places], fill="black", width=6)
    return image


def _seal() -> Image.Image:
    image = Image.new("RGB", (600, 600), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((30, 30, 570, 570), outline=(210, 30, 30), width=14)
    draw.regular_polygon((300, 300, 70), 5, fill=(210, 30, 30))
    return image


def _empty() -> Image.Image:
    return Image.open(io.BytesIO(channels.scan(Picture(image=Image.new("RGB", (1654, 2339), "white")), 3).encode()))


def _portrait() -> Image.Image:
    """Before blue, as for an ID card; with the grain of a photo."""
    image = Image.new("RGB", (600, 840), (70, 130, 205))
    draw = ImageDraw.Draw(image)
    draw.ellipse((150, 130, 450, 430), fill=(35, 28, 25))
    draw.ellipse((180, 190, 420, 520), fill=(222, 178, 150))
    draw.polygon([(60, 840), (120, 600), (300, 520), (480, 600), (540, 840)], fill=(40, 45, 60))
    for left in (225, 325):
        draw.ellipse((left, 320, left + 50, 345), fill=(60, 45, 40))
    grain = np.random.default_rng(4).normal(0, 6, (840, 600, 3))
    return Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8))


THINGS: Final = {"portrait": _portrait, "logo": _logo, "signature": _signature, "seal": _seal, "empty sheet": _empty}


@pytest.mark.parametrize("thing", THINGS)
def test_what_has_hardly_a_mark_is_no_form(thing: str, profile: Profile) -> None:
    content = _jpeg(THINGS[thing]())
    reading = read_document(content, Media.JPEG, name="附图.jpg", profile=profile, engines=lent_engines())
    assert reading.findings == ()
    assert [other.page for other in reading.others] == [1]


def _jpeg(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "JPEG", quality=85)
    return stream.getvalue()


def test_a_form_in_the_corner_of_a_coloured_desk_is_a_sheet() -> None:
    form = np.asarray(_form(SEEDS[0]).image.convert("RGB").filter(ImageFilter.GaussianBlur(12)))
    desk = np.full((form.shape[0] * 2, form.shape[1] * 2, 3), (150, 90, 40), np.uint8)
    desk[: form.shape[0], : form.shape[1]] = form
    for light in ((1.0, 1.0, 1.0), (1.0, 0.6, 0.25), (0.1, 0.1, 0.1)):
        assert not shows_no_sheet((desk * light).astype(np.uint8))


@pytest.mark.parametrize("channel", [channels.photo, channels.scan])
@pytest.mark.parametrize("radius", [8, 24])
@pytest.mark.parametrize("brightness", [1.0, 0.15])
def test_a_form_that_nobody_can_read_has_many_marks(
    brightness: float, radius: int, channel: Callable[[Picture, int], Picture]
) -> None:
    page = _pixels(channel(_form(SEEDS[0]), 9))
    blurred = np.asarray(Image.fromarray(page).filter(ImageFilter.GaussianBlur(radius)))
    assert not has_few_marks((blurred * brightness).astype(np.uint8))


def test_the_back_of_a_form_in_a_scan_of_both_sides_asks_nothing(profile: Profile) -> None:
    """The same back by itself, whose front is not there, is asked about: it may be a form turned over."""
    seed = SEEDS[0]
    front, back = (_pixels(channels.scan(side, seed)) for side in (_form(seed), _through(_form(seed), 0.2)))
    both, alone = (_read_pdf(pages, profile) for pages in ((front, back), (back,)))
    assert (len(both.forms), both.findings) == (1, ())
    assert [item.code for item in alone.findings] == ["form.unreadable"]


def _read_pdf(pages: Sequence[Rgb], profile: Profile) -> DocumentReading:
    stream = io.BytesIO()
    first, *more = (Image.fromarray(page) for page in pages)
    first.save(stream, "PDF", save_all=True, append_images=more, resolution=200)
    return read_document(stream.getvalue(), Media.PDF, name="扫描件.pdf", profile=profile, engines=lent_engines())


def _table(rows: Sequence[tuple[str, str]], *, title: str, sure: float = 0.97) -> Page:
    texts = [title, *(text for row in rows for text in row)]
    tops = np.linspace(0, 1, len(texts) + 1)
    lines = [
        Line(text=t, box=(0.1, a, 0.9, b), reader="x", confidence=sure)
        for t, (a, b) in zip(texts, pairwise(tops), strict=True)
    ]
    cells = tuple(
        Cell(row=i // 2, column=i % 2, text=line.text, lines=(line,), place=PageBox(page=1, box=line.box), reader="x")
        for i, line in enumerate(lines[1:])
    )
    return Page(number=1, width=1000, height=1400, lines=tuple(lines), grids=(Grid(index=0, page=1, cells=cells),))


@pytest.mark.parametrize(
    "page",
    [
        _table(PERMIT, title="食品经营许可证"),
        _table(LETTER, title="授权委托书"),
        _table(ACCOUNT, title="公众平台"),
        replace(_table(PERMIT, title="年度固定资产明细"), number=4),
        _table((*LETTER[:3], ("委托事项", "办理我单位新媒体账号登记备案有关事宜")), title="授权委托书"),
    ],
    ids=["permit", "letter of authority", "screenshot of the account", "some table", "the form named"],
)
def test_another_table_that_was_read_well_is_no_form(page: Page, profile: Profile) -> None:
    assert find_lost_forms([page], [page], profile.form) == []


@pytest.mark.parametrize(
    "page",
    [
        _table(LETTER, title="授权委托书", sure=0.6),
        _table((*ACCOUNT[:4], ACCOUNT[5]), title="资料"),
        _table([(f"{label}：{value}", "") for label, value in (*ACCOUNT[:4], ACCOUNT[5])], title="资料"),
        _table(LETTER, title="廊坊市新媒体账号登记备案表"),
        _table(LETTER[:1], title="委托书"),
    ],
    ids=["read badly", "four of the form's labels", "and before their values", "its title", "hardly read"],
)
def test_a_table_that_may_be_the_form_is_asked_about(page: Page, profile: Profile) -> None:
    assert find_lost_forms([page], [page], profile.form) == [page]
