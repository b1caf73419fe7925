"""Pictures of a body's papers: licence and certificates. Every one bears a small 样本 mark."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from samples.id_card import id_card, id_card_back, id_card_front, passport
from samples.paper_sheet import Sheet, draw_emblem, draw_mark
from samples.paper_truths import LicenceTruth, OrganisationCodeTruth
from samples.picture import Picture
from samples.seeds import random_for

__all__ = [
    "business_licence",
    "id_card",
    "id_card_back",
    "id_card_front",
    "organisation_code_certificate",
    "other_certificate",
    "passport",
]


def chinese_date(day: date) -> str:
    """2018年03月05日, as registrars print it."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"


def _border(sheet: Sheet, colour: tuple[int, int, int], inset: int = 50) -> None:
    """A double frame with a pale band between the lines and a knot in each corner."""
    width, height = sheet.image.size
    pale = tuple((c + 255 * 3) // 4 for c in colour)
    sheet.pen.rectangle((inset + 3, inset + 3, width - inset - 3, height - inset - 3), outline=pale, width=26)
    for step, line in ((0, 5), (26, 2)):
        box = (inset + step, inset + step, width - inset - step, height - inset - step)
        sheet.pen.rectangle(box, outline=colour, width=line)
    for x in (inset + 14, width - inset - 14):
        for y in (inset + 14, height - inset - 14):
            sheet.pen.ellipse((x - 30, y - 30, x + 30, y + 30), fill=pale, outline=colour, width=3)


def _code_block(sheet: Sheet, x: int, y: int, side: int, rng: random.Random) -> None:
    """A block that looks like a QR code and says nothing."""
    count = 29
    dot = side // count
    for row in range(count):
        for column in range(count):
            corner = ((row < 8 or row > count - 9) and column < 8) or (row < 8 and column > count - 9)
            if not corner and rng.random() < 0.5:
                sheet.pen.rectangle(
                    (x + column * dot, y + row * dot, x + column * dot + dot - 1, y + row * dot + dot - 1), fill="black"
                )
    for row, column in ((0, 0), (0, count - 7), (count - 7, 0)):
        left, top = x + column * dot, y + row * dot
        sheet.pen.rectangle((left, top, left + 7 * dot - 1, top + 7 * dot - 1), outline="black", width=dot)
        sheet.pen.rectangle((left + 2 * dot, top + 2 * dot, left + 5 * dot - 1, top + 5 * dot - 1), fill="black")


def _term(truth: LicenceTruth) -> str:
    end = chinese_date(truth.valid_until) if truth.valid_until else "长期"
    return f"{chinese_date(truth.established_on)}至{end}"


def registrar(address_name: str) -> str:
    """The authority on a licence's seal."""
    for cut in (
        "三河市",
        "霸州市",
        "大厂回族自治县",
        "香河县",
        "永清县",
        "固安县",
        "文安县",
        "大城县",
        "安次区",
        "广阳区",
    ):
        if cut in address_name:
            return f"{cut}行政审批局"
    return "廊坊市行政审批局"


def business_licence(truth: LicenceTruth, seed: int, *, landscape: bool = False) -> Picture:
    """A business licence (营业执照) with a unified credit code: A4 at 150 dpi portrait, or A3-like landscape."""
    rng = random_for(seed, "licence", truth.credit_code)
    size = (1754, 1240) if landscape else (1240, 1754)
    sheet = Sheet(size, (253, 250, 240), rng.choice(("song", "hei")))
    _border(sheet, (176, 138, 64))
    centre, top = size[0] / 2, 130 if landscape else 190
    draw_emblem(sheet, centre, top + 40, 72)
    sheet.text((centre, top + 205), "营 业 执 照", 92, anchor="ms", face="song", bold=2)
    sheet.text((centre, top + 248), "(副    本)", 26, anchor="ms")
    if landscape:
        sheet.text((130, 330), "统一社会信用代码", 26, face="hei")
        sheet.text((130, 376), truth.credit_code, 36, key="credit_code", face="hei")
    else:
        sheet.text((centre - 20, top + 312), "统一社会信用代码", 31, anchor="rs", face="hei")
        sheet.text((centre, top + 313), truth.credit_code, 37, key="credit_code", face="hei")
    _code_block(sheet, size[0] - 300 if landscape else 150, 150 if landscape else 1390, 174, rng)
    _licence_rows(sheet, truth, landscape)
    seal_at = (size[0] - 360, size[1] - (250 if landscape else 330))
    sheet.text((seal_at[0] - 190, seal_at[1] - 60), "登 记 机 关", 28)
    issued = truth.established_on.replace(
        year=max(2015, truth.established_on.year), day=min(28, truth.established_on.day)
    )
    sheet.text(
        (seal_at[0] - 90, seal_at[1] + 92), f"{issued.year}  年  {issued.month:02d}  月  {issued.day:02d}  日", 25
    )
    sheet.seal(registrar(truth.address + truth.name), 250, (seal_at[0] + 60, seal_at[1] - 10), rng)
    sheet.text((centre, size[1] - 105), "国家企业信用信息公示系统网址:http://www.gsxt.gov.cn", 19, anchor="ms")
    draw_mark(sheet, (size[0] - 92, size[1] - 100))
    return sheet.picture(150)


def _licence_rows(sheet: Sheet, truth: LicenceTruth, landscape: bool) -> None:
    left = [
        ("名          称", truth.name, "name"),
        ("类          型", truth.kind, ""),
        ("法定代表人", truth.legal_representative, "legal_representative"),
        ("经 营 范 围", truth.scope, ""),
    ]
    right = [
        ("注 册 资 本", truth.capital, ""),
        ("成 立 日 期", chinese_date(truth.established_on), "established_on"),
        ("营 业 期 限", _term(truth), "valid_until"),
        ("住          所", truth.address, "address"),
    ]
    if landscape:
        _rows(sheet, left, (130, 470), 530)
        _rows(sheet, right, (920, 470), 520)
    else:
        order = [left[0], left[1], right[3], left[2], *right[:3], left[3]]
        _rows(sheet, order, (170, 590), 690)


def _rows(
    sheet: Sheet,
    rows: Sequence[tuple[str, str, str]],
    at: tuple[int, int],
    width: int,
    *,
    size: int = 29,
    label: int = 215,
) -> None:
    y = float(at[1])
    for name, value, key in rows:
        _spread(sheet, at[0], y, name, size, label - 30)
        y += sheet.block((at[0] + label, y), value, size, width, key=key) * size * 1.35 + size * 0.95


def _spread(sheet: Sheet, x: float, y: float, label: str, size: int, width: float) -> None:
    """A label whose characters are spread to one width, as on certificates."""
    chars = label.replace(" ", "")
    step = (width - size) / max(1, len(chars) - 1)
    for index, char in enumerate(chars):
        sheet.text((x + index * step, y), char, size)


def organisation_code_certificate(truth: OrganisationCodeTruth, seed: int) -> Picture:
    """中华人民共和国组织机构代码证, landscape, its code with the hyphen."""
    rng = random_for(seed, "organisation code", truth.organisation_code)
    sheet = Sheet((1480, 1040), (244, 248, 240), "song")
    _border(sheet, (66, 118, 88), 40)
    sheet.text((740, 170), "中华人民共和国", 46, anchor="ms")
    sheet.text((740, 250), "组织机构代码证", 66, anchor="ms", bold=1)
    sheet.text((740, 300), "(副  本)", 26, anchor="ms")
    code = f"{truth.organisation_code[:8]}-{truth.organisation_code[8]}"
    rows = [
        ("代码", code, "organisation_code"),
        ("机构名称", truth.name, "name"),
        ("机构类型", truth.kind, ""),
        ("地址", truth.address, "address"),
        ("有效期", f"自{chinese_date(truth.valid_from)}至{chinese_date(truth.valid_until)}", "valid_until"),
        ("颁发单位", "廊坊市质量技术监督局", ""),
        ("登记号", f"组代管{truth.organisation_code[:6]}-{rng.randrange(100000, 999999)}-1", ""),
    ]
    _rows(sheet, rows, (150, 400), 800, size=31, label=200)
    sheet.seal("廊坊市质量技术监督局", 230, (1180, 800), rng)
    draw_mark(sheet, (1390, 955))
    return sheet.picture(150)


def other_certificate(truth: LicenceTruth, seed: int) -> Picture:
    """事业单位法人证书, 社会团体法人登记证书 or 农村集体经济组织登记证, by the truth's title."""
    rng = random_for(seed, "certificate", truth.credit_code)
    sheet = Sheet((1754, 1240), (252, 247, 238), "song")
    _border(sheet, (168, 60, 52))
    draw_emblem(sheet, 877, 170, 62)
    sheet.text((877, 330), "  ".join(truth.title), 58, anchor="ms", bold=1)
    sheet.text((877, 375), "(副  本)", 26, anchor="ms")
    sheet.text((140, 450), f"统一社会信用代码  {truth.credit_code}", 30, key="credit_code", face="hei")
    _rows(sheet, _certificate_rows(truth), (140, 530), 1000, size=30, label=230)
    authority = {"事": "廊坊市事业单位登记管理局", "社": "廊坊市民政局", "农": "廊坊市农业农村局"}[truth.title[0]]
    sheet.text((1130, 1035), "登记机关", 28)
    sheet.seal(authority, 240, (1370, 1010), rng)
    _code_block(sheet, 1460, 150, 174, rng)
    draw_mark(sheet, (1660, 1140))
    return sheet.picture(150)


def _certificate_rows(truth: LicenceTruth) -> list[tuple[str, str, str]]:
    end = chinese_date(truth.valid_until) if truth.valid_until else "长期"
    term = ("有效期", f"自{chinese_date(truth.established_on)}至{end}", "valid_until")
    if truth.title.startswith("农村"):
        return [
            ("名称", truth.name, "name"),
            ("类型", truth.kind, ""),
            ("法定代表人", truth.legal_representative, "legal_representative"),
            ("成员数", "436人", ""),
            ("住所", truth.address, "address"),
            ("业务范围", truth.scope, ""),
            term,
        ]
    return [
        ("名称", truth.name, "name"),
        ("宗旨和业务范围" if truth.title.startswith("事业") else "业务范围", truth.scope, ""),
        ("住所", truth.address, "address"),
        ("法定代表人", truth.legal_representative, "legal_representative"),
        ("经费来源", truth.kind, ""),
        ("开办资金" if truth.title.startswith("事业") else "注册资金", truth.capital, ""),
        term,
    ]
