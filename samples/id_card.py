"""Pictures of identity papers. No real person's face: a grey silhouette."""

from __future__ import annotations

import random

from PIL import Image

from samples import fonts
from samples.paper_sheet import Sheet, draw_emblem, draw_mark
from samples.paper_truths import IdCardTruth
from samples.picture import Box, Picture
from samples.seeds import random_for

#: The card's real size, 85.6 x 54 mm, at 300 dpi.
CARD_PX = (1012, 638)


def id_card_front(truth: IdCardTruth, seed: int) -> Picture:
    """The portrait side (人像面) at 300 dpi."""
    rng = random_for(seed, "id card", truth.id_number)
    sheet = _card_ground((226, 238, 240), rng)
    blue = (40, 92, 150)
    born = truth.born
    for at, label in (
        ((70, 105), "姓  名"),
        ((70, 190), "性  别"),
        ((330, 190), "民  族"),
        ((70, 270), "出  生"),
        ((70, 352), "住  址"),
    ):
        sheet.text(at, label, 32, colour=blue, face="hei")
    sheet.text((205, 107), truth.name, 42, key="name", face="hei")
    sheet.text((205, 190), "女" if truth.female else "男", 36, face="hei")
    sheet.text((465, 190), truth.nation, 36, face="hei")
    for x, value, unit in ((205, str(born.year), "年"), (345, str(born.month), "月"), (445, str(born.day), "日")):
        sheet.text((x, 270), value, 36, face="hei")
        sheet.text(
            (x + sheet.pen.textlength(value, font=fonts.font("hei", 36)) + 14, 270), unit, 32, colour=blue, face="hei"
        )
    sheet.block((205, 352), truth.address, 36, 410, key="address", face="hei")
    sheet.text((70, 565), "公民身份号码", 32, colour=blue, face="hei")
    sheet.text((330, 568), truth.id_number, 48, key="id_number", face="hei")
    _silhouette(sheet, (670, 80, 960, 460))
    draw_mark(sheet, (985, 620), 18)
    return sheet.picture(300)


def id_card_back(truth: IdCardTruth, seed: int) -> Picture:
    """The national-emblem side (国徽面) at 300 dpi."""
    rng = random_for(seed, "id card back", truth.id_number)
    sheet = _card_ground((230, 236, 232), rng)
    draw_emblem(sheet, 150, 145, 92)
    sheet.text((610, 130), "中华人民共和国", 56, anchor="ms", face="hei")
    sheet.text((610, 230), "居 民 身 份 证", 72, anchor="ms", face="hei", bold=1)
    sheet.text((250, 480), "签发机关", 34, face="hei")
    sheet.text((430, 480), truth.authority, 36, face="hei")
    sheet.text((250, 555), "有效期限", 34, face="hei")
    end = f"{truth.valid_until:%Y.%m.%d}" if truth.valid_until else "长期"
    sheet.text((430, 555), f"{truth.valid_from:%Y.%m.%d}-{end}", 36, key="valid_until", face="hei")
    draw_mark(sheet, (985, 620), 18)
    return sheet.picture(300)


def _card_ground(colour: tuple[int, int, int], rng: random.Random) -> Sheet:
    sheet = Sheet(CARD_PX, (255, 255, 255), "hei")
    sheet.pen.rounded_rectangle(
        (0, 0, CARD_PX[0] - 1, CARD_PX[1] - 1), 36, fill=colour, outline=(150, 160, 165), width=3
    )
    shade = tuple(c - 12 for c in colour)
    for offset in range(-600, 1100, 110):
        points = [(offset + x, 20 + x * 0.6 + rng.uniform(-3, 3)) for x in range(0, 1000, 80)]
        sheet.pen.line(
            [p for p in points if 8 < p[0] < CARD_PX[0] - 8 and p[1] < CARD_PX[1] - 12] or [(9, 9), (9, 9)],
            fill=shade,
            width=2,
        )
    return sheet


def _silhouette(sheet: Sheet, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    middle, grey = (left + right) / 2, (150, 155, 160)
    sheet.pen.rectangle(box, fill=(236, 240, 242))
    sheet.pen.ellipse((middle - 75, top + 60, middle + 75, top + 245), fill=grey)
    sheet.pen.pieslice((left + 15, top + 235, right - 15, bottom + 190), 180, 360, fill=grey)


def id_card(truth: IdCardTruth, seed: int, *, sides: str = "both") -> Picture:
    """A photocopy: the card's side or sides on an A4 sheet at 200 dpi. `sides`: "front", "back" or "both"."""
    page = Image.new("RGB", (1654, 2339), "white")
    boxes: dict[str, Box] = {}
    drawn = {"front": id_card_front, "back": id_card_back}
    wanted = ("front", "back") if sides == "both" else (sides,)
    scale, top = random_for(seed, "copy", truth.id_number).choice((0.667, 0.667, 0.8, 0.95)), 330
    for name in wanted:
        side = drawn[name](truth, seed)
        small = side.image.resize((round(CARD_PX[0] * scale), round(CARD_PX[1] * scale)), Image.Resampling.LANCZOS)
        left = (page.width - small.width) // 2
        page.paste(small, (left, top))
        for key, box in side.boxes.items():
            boxes[key] = tuple(v * scale + (left, top)[i % 2] for i, v in enumerate(box))  # type: ignore[assignment]
        top += small.height + 190
    return Picture(image=page, boxes=boxes, dpi=200)


def passport(name: str, number: str, seed: int) -> Picture:
    """A passport's data page, for filings with a paper that has no check here."""
    rng = random_for(seed, "passport", number)
    sheet = Sheet((1240, 860), (240, 236, 230), "hei")
    sheet.text((80, 110), "护照 / PASSPORT", 44, bold=1)
    _silhouette(sheet, (80, 180, 370, 560))
    rows = (("类型/Type", "P"), ("护照号码/Passport No.", number), ("姓名/Name", name), ("性别/Sex", "男/M"))
    for index, (label, value) in enumerate(rows):
        sheet.text((430, 210 + index * 95), label, 24, colour=(90, 90, 90))
        sheet.text((430, 252 + index * 95), value, 36, key={1: "id_number", 2: "name"}.get(index, ""))
    filler = "".join(rng.choice("ABCDEFGHKLMNPRSTUWXY") for _ in range(9))
    sheet.text((80, 690), f"P<XXX{filler}<<{filler[::-1]}<<<<<<<<<<<<<<<<<<", 34)
    sheet.text((80, 750), f"{number}<0XXX8001014M2812319<<<<<<<<<<<<<<04", 34)
    draw_mark(sheet, (1200, 830))
    return sheet.picture(150)
