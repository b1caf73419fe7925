"""The demo's mails: some two dozen filings for several offices, clean ones and the usual trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PIL import Image

from samples import automatic_mail, channels, papers
from samples.carriers import card_scan, clear_wechat_id, docx_form, filing_mail, licence_scan, pdf_form
from samples.case import Expectation, registered, review
from samples.filing import Entity, FilingTruth, make_filing
from samples.form_docx import DocxExtras
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.form_pdf import scanned_pdf
from samples.identifiers import break_id_number
from samples.mail import Enclosure, SampleMail, received_at
from samples.picture import Picture
from samples.places import CITY_MAILBOX, CITY_OFFICE, county_for
from samples.zip_files import make_zip


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMail:
    """A mail of the demo with what should become of it. `build` makes the mail."""

    name: str
    expect: Expectation
    build: Callable[[], SampleMail]


def _filing(seed: int, name: str, county: str, entity: Entity = "company", **overrides: object) -> FilingTruth:
    fixed: dict[str, object] = {
        "account_type": "wechat",
        "owner_wechat": clear_wechat_id(seed, f"{name} owner"),
        "admin_wechat": clear_wechat_id(seed, f"{name} admin"),
    }
    return make_filing(seed, entity=entity, county=county, name=f"demo {name}", **{**fixed, **overrides})


def small(picture: Picture, *, scale: float = 0.74, quality: int = 44) -> Picture:
    """A smaller copy, as people make them to fit into a mail: blank upper and lower parts of a sheet are cut off."""
    image = picture.image
    if "id_number" in picture.boxes and image.height > image.width:
        image = image.crop((150, 200, image.width - 150, min(image.height, 1900)))
    size = (round(image.width * scale), round(image.height * scale))
    return picture.evolve(image=image.resize(size, Image.Resampling.LANCZOS), quality=quality, boxes={})


def _file(picture: Picture, name: str, **changes: object) -> Enclosure:
    return replace(Enclosure(name=name, content=picture.encode(), declared="image/jpeg"), **changes)  # type: ignore[arg-type]


def _papers(filing: FilingTruth, *, sides: str = "both") -> list[Picture]:
    card = filing.owner_card if filing.entity == "individual" else filing.admin_card
    truth = filing.licence or filing.certificate
    first = [] if truth is None else [small(licence_scan(truth, filing.seed))]
    return [*first, small(card_scan(card, filing.seed, sides))]


def _paper_files(filing: FilingTruth, *, sides: str = "both") -> list[Enclosure]:
    names = ["身份证复印件.jpg"] if filing.entity == "individual" else ["营业执照副本.jpg", "管理员身份证.jpg"]
    return [_file(picture, name) for picture, name in zip(_papers(filing, sides=sides), names, strict=True)]


def _mail(
    name: str, filing: FilingTruth, files: Callable[[], Sequence[Enclosure]], letter: dict[str, object]
) -> SampleMail:
    return filing_mail(name, filing, files(), **letter)  # type: ignore[arg-type]


def _demo(
    name: str,
    filing: FilingTruth,
    expect: Expectation,
    files: Callable[[], Sequence[Enclosure]],
    received: str,
    **letter: object,
) -> DemoMail:
    build = partial(_mail, name, filing, files, {"received": received, **letter})
    return DemoMail(name=name, expect=expect, build=build)


def iter_demo(seed: int = 2018) -> Iterator[DemoMail]:
    """The demo's mails in the order they were received; each is made when its `build` is called."""
    yield from _clean(seed)
    yield from _clean_pictures(seed)
    yield from _faulty(seed)
    yield from _hard(seed)
    yield from _other_mail(seed)


def _clean(seed: int) -> Iterator[DemoMail]:
    first = _filing(seed, "first", "sanhe")
    yield _demo(
        "01-sanhe-company-docx",
        first,
        registered(first),
        lambda: [docx_form(first, FormStyle(tick="wingdings")), *_paper_files(first)],
        "2018-12-11 09:12",
    )
    person = _filing(seed, "person", "guangyang", "individual")
    yield _demo(
        "02-guangyang-person-inline",
        person,
        registered(person),
        lambda: [docx_form(person, FormStyle(tick="√")), replace(_paper_files(person)[0], cid="id1")],
        "2018-12-11 14:40",
        body_kind="alternative",
        subject_spelling="b-gb2312",
    )
    printed = _filing(seed, "printed", "xianghe")
    yield _demo(
        "03-xianghe-company-pdf",
        printed,
        registered(printed),
        lambda: [pdf_form(printed), *_paper_files(printed)],
        "2018-12-12 08:55",
        subject_spelling="q-gb18030",
    )
    zipped = _filing(seed, "zipped", "dachang")
    yield _demo("04-dachang-company-zip", zipped, registered(zipped), lambda: [_zip(zipped)], "2018-12-12 10:31")
    side = _filing(seed, "one side", "yongqing", "individual", follower_written="约5000+")
    noted = registered(side, notes=frozenset({"material.one_side", "field.approximate"}))
    yield _demo(
        "05-yongqing-person-one-side",
        side,
        noted,
        lambda: [docx_form(side, FormStyle(tick="■"), spelling="2231-split"), *_paper_files(side, sides="front")],
        "2018-12-12 16:05",
        subject_spelling="b-gbk-split",
    )
    code = _filing(seed, "code", "guan")
    yield _demo(
        "06-guan-organisation-code",
        code,
        registered(code),
        lambda: [
            docx_form(code, FormStyle(tick="content_control", controls=True), spelling="raw-gbk"),
            _code_file(code),
            _paper_files(code)[1],
        ],
        "2018-12-13 09:20",
        subject_spelling="raw-gbk",
    )
    city = _filing(seed, "city", "guangyang", "individual", account_name="廊坊百事通")
    yield _demo(
        "07-city-person-docx",
        city,
        registered(city),
        lambda: [docx_form(city), *_paper_files(city)],
        "2018-12-13 11:02",
        mailbox=CITY_MAILBOX,
        office=CITY_OFFICE,
    )
    same = _filing(seed, "same", "bazhou")
    same = same.evolve(
        admin_name=same.owner_name,
        admin_phone=same.owner_phone,
        admin_wechat=same.owner_wechat,
        admin_card=same.owner_card,
        admin_name_written="同上",
        admin_phone_written="同上",
        admin_wechat_written="同上",
    )
    yield _demo(
        "08-bazhou-admin-same",
        same,
        registered(same),
        lambda: [docx_form(same, spelling="2047-b-gb2312"), *_paper_files(same)],
        "2018-12-13 15:48",
    )


def _clean_pictures(seed: int) -> Iterator[DemoMail]:
    merged = _filing(seed, "merged", "wenan", description="发布本地便民信息")
    yield _demo("09-wenan-merged-pdf", merged, registered(merged), lambda: [_merged(merged)], "2018-12-14 09:37")
    scanned = _filing(seed, "scanned", "bazhou", description="发布本地便民信息")
    yield _demo(
        "10-bazhou-stamped-scan",
        scanned,
        registered(scanned),
        lambda: [_file(_scanned(scanned), "登记表扫描件.jpg"), *_paper_files(scanned)],
        "2018-12-14 10:10",
    )
    photo = _filing(seed, "photo", "kaifaqu", description="发布本地便民信息")
    yield _demo(
        "11-kaifaqu-photo",
        photo,
        registered(photo),
        lambda: [_file(_photo(photo), "IMG_20181214_103355.jpg"), *_paper_files(photo)],
        "2018-12-14 10:36",
    )
    pasted = _filing(seed, "pasted", "anci")
    yield _demo("12-anci-pasted-docx", pasted, registered(pasted), lambda: [_pasted(pasted)], "2018-12-14 17:22")


def _faulty(seed: int) -> Iterator[DemoMail]:
    bare = _filing(seed, "bare", "anci")
    yield _demo(
        "13-anci-no-licence",
        bare,
        review("material.missing"),
        lambda: [docx_form(bare), _paper_files(bare)[1]],
        "2018-12-15 09:01",
    )
    other = _filing(seed, "other card", "sanhe", "individual")
    other = other.evolve(owner_card=replace(other.owner_card, name=other.owner_name_written[0] + "建国"))
    yield _demo(
        "14-sanhe-other-name",
        other,
        review("match.owner"),
        lambda: [docx_form(other), *_paper_files(other)],
        "2018-12-15 10:20",
    )
    moved = _filing(seed, "moved", "dachang", account_name="大厂生活圈")
    yield _demo(
        "15-dacheng-other-county",
        moved,
        review("office.mismatch"),
        lambda: [docx_form(moved), *_paper_files(moved)],
        "2018-12-15 14:14",
        mailbox=county_for("dacheng").mailbox,
    )
    village = _filing(seed, "village", "bazhou", "collective")
    yield _demo(
        "16-bazhou-village",
        village,
        review("entity.materials_unspecified"),
        lambda: [docx_form(village), *_paper_files(village)],
        "2018-12-16 09:30",
    )
    plain = _filing(seed, "broken", "guangyang")
    broken = plain.evolve(owner_id_written=break_id_number(plain.owner_id_written), owner_id_number=None)
    yield _demo(
        "17-guangyang-id-checksum",
        broken,
        review("field.invalid"),
        lambda: [docx_form(broken), *_paper_files(broken)],
        "2018-12-16 11:45",
    )
    none = _filing(seed, "none", "xianghe", "individual").evolve(ticks=(), account_type=None)
    yield _demo(
        "18-xianghe-no-type",
        none,
        review("type.none"),
        lambda: [docx_form(none), *_paper_files(none)],
        "2018-12-17 08:40",
    )


def _hard(seed: int) -> Iterator[DemoMail]:
    written = _filing(seed, "written", "anci", "individual")
    doubtful = Expectation(decision="review", codes=frozenset({"field.doubtful"}), anything=True)
    yield _demo(
        "19-anci-handwritten",
        written,
        doubtful,
        lambda: [_file(_by_hand(written), "备案表.jpg"), *_paper_files(written)],
        "2018-12-17 15:26",
    )
    locked = _filing(seed, "locked", "wenan", "individual")
    no_form = frozenset({"form.missing", "material.missing"})
    yield _demo(
        "20-wenan-password-zip",
        locked,
        review("attachment.unreadable", may=no_form, cases=None),
        lambda: [_zip(locked, b"123456")],
        "2018-12-18 09:15",
        body="材料已加密,密码请电话联系我。",
    )
    far = county_for("guan")
    yield DemoMail(
        name="21-guan-remote",
        expect=review("attachment.remote", may=no_form, cases=None),
        build=lambda: automatic_mail.remote_attachment("21-guan-remote", far.mailbox, received_at("2018-12-18 10:00")),
    )
    asks = _filing(seed, "asks", "yongqing", "individual")
    yield _demo(
        "22-yongqing-question",
        asks,
        review("form.missing", may=frozenset({"material.missing"}), cases=None),
        list,
        "2018-12-18 16:33",
        subject="咨询备案",
        body="您好,请问公众号备案需要带哪些材料?在哪里下载表格?",
    )
    again = _filing(seed, "first", "sanhe")
    yield _demo(
        "23-city-duplicate",
        again,
        review("submission.duplicate"),
        lambda: [docx_form(again, FormStyle(tick="wingdings")), *_paper_files(again)],
        "2018-12-19 09:05",
        mailbox=CITY_MAILBOX,
        office=CITY_OFFICE,
    )


def _other_mail(seed: int) -> Iterator[DemoMail]:
    ignored = Expectation(decision="ignored", codes=frozenset({"submission.automatic"}), cases=0)
    for name, key, make in (
        ("24-city-auto-reply", "", automatic_mail.auto_reply),
        ("25-sanhe-bounce", "sanhe", automatic_mail.bounce),
        ("26-kaifaqu-newsletter", "kaifaqu", automatic_mail.list_mail),
    ):
        mailbox = county_for(key).mailbox if key else CITY_MAILBOX
        yield DemoMail(name=name, expect=ignored, build=partial(make, name, mailbox, received_at("2018-12-19 18:00")))


def _zip(filing: FilingTruth, password: bytes | None = None) -> Enclosure:
    files = [(item.name, item.content) for item in (docx_form(filing), *_paper_files(filing))]
    return Enclosure(name="新媒体备案.zip", content=make_zip(files, password=password))


def _code_file(filing: FilingTruth) -> Enclosure:
    assert filing.organisation is not None
    drawn = papers.organisation_code_certificate(filing.organisation, filing.seed)
    page = channels.scan(drawn, filing.seed, filing.organisation.organisation_code, noise=1.5)
    return _file(small(page), "组织机构代码证.jpg")


def _scanned(filing: FilingTruth) -> Picture:
    return channels.scan(form_image(filing, FormStyle(signature="seal")), filing.seed, "demo scan", noise=1.2).evolve(
        quality=52
    )


def _photo(filing: FilingTruth) -> Picture:
    picture = channels.photo(form_image(filing), filing.seed, "demo photo")
    size = (picture.image.width * 7 // 10, picture.image.height * 7 // 10)
    return picture.evolve(image=picture.image.resize(size, Image.Resampling.LANCZOS), boxes={}, quality=60)


def _by_hand(filing: FilingTruth) -> Picture:
    page = form_image(filing, FormStyle(signature="handwritten"), hand="longcang")
    return channels.scan(page, filing.seed, "demo hand", noise=1.2).evolve(quality=52)


def _merged(filing: FilingTruth) -> Enclosure:
    page = channels.scan(form_image(filing), filing.seed, "demo merged", noise=1.2).evolve(quality=52)
    return Enclosure(name="备案材料.pdf", content=scanned_pdf([page, *_papers(filing)]), declared="application/pdf")


def _pasted(filing: FilingTruth) -> Enclosure:
    pictures = tuple(picture.encode() for picture in _papers(filing))
    return docx_form(filing, extras=DocxExtras(pictures=pictures), file="登记备案表及证件.docx")
