"""Filings in the forms of other cities: Word files drawn with python-docx, papers as office scans. All are invented."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

import docx

from pipeline.cases.deciding import Decider
from pipeline.profile.load import load_profile
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail
from samples.carriers import card_scan, licence_scan, picture_file
from samples.identifiers import make_credit_code, make_id_number, make_organisation_code
from samples.mail import DOCX_TYPE, Enclosure, MailSpec, SampleMail, build_mail, received_at
from samples.paper_truths import IdCardTruth, LicenceTruth

#: A row of a form: cells as they stand, a form key in braces for its value; equal neighbours are one cell.
Row = tuple[str, ...]

LANCHUAN_ROWS: tuple[Row, ...] = (
    ("开办单位（个人）", "{account_subject}", "法定代表人", "{legal_representative}", ""),
    ("办公（居住）地址", "{address}", "{address}", "{address}", "{address}"),
    ("前置审核文号", "{approval_number}", "{approval_number}", "{approval_number}", "{approval_number}"),
    ("所在平台", "{ticks}", "{ticks}", "{ticks}", "{ticks}"),
    ("账号名称", "{account_name}", "关注人数", "{follower_count}", "{follower_count}"),
    ("首次发布日期", "{first_posted_on}", "注册日期", "{opened_on}", "{opened_on}"),
    ("账号负责人", "姓名", "{owner_name}", "证件号码", "{owner_id_number}"),
    ("账号负责人", "手机号码", "{owner_phone}", "{owner_phone}", "{owner_phone}"),
    ("运营人员", "姓名", "{admin_name}", "手机号码", "{admin_phone}"),
    ("主要内容", "{description}", "{description}", "{description}", "{description}"),
    ("单位盖章（个人签名）", "{signed}", "{signed}", "{signed}", "{signed}"),
)
CANGZHOU_ROWS: tuple[Row, ...] = (
    ("编    号", *4 * ("{number}",)),
    ("账号名(昵称)", *4 * ("{account_name}",)),
    ("账号类型", *4 * ("{ticks}",)),
    ("账号主体", *4 * ("{account_subject}",)),
    ("地    址", *4 * ("{address}",)),
    ("功能简介", *4 * ("{description}",)),
    ("开通日期", "{opened_on}", "{opened_on}", "粉丝数量", "{follower_count}"),
    ("账号所有人", "姓 名", "{owner_name}", "身份证号", "{owner_id_number}"),
    ("账号所有人", "微信号", "{owner_wechat}", "手 机", "{owner_phone}"),
    ("管理员姓名", "{admin_name}", "{admin_name}", "手 机", "{admin_phone}"),
    ("管理员微信号", *4 * ("{admin_wechat}",)),
    ("签名盖章确认", *4 * ("{signed}",)),
)


@dataclass(frozen=True, kw_only=True)
class City:
    """How a city's form looks: its heading, rows and boxes, and the words printed above the signature."""

    title: str
    rows: tuple[Row, ...]
    boxes: Mapping[str, str]
    promise: str


LANCHUAN = City(
    title="澜川市互联网用户公众账号备案申请表",
    rows=LANCHUAN_ROWS,
    boxes={
        "wechat": "微信公众号",
        "wechat_channels": "视频号",
        "mini_program": "小程序",
        "weibo": "微博",
        "douyin": "抖音",
        "kuaishou": "快手",
        "toutiao": "今日头条",
        "other": "其他平台",
    },
    promise="本单位（本人）承诺以上填报内容真实准确",
)
CANGZHOU = City(
    title="沧州市新媒体账号登记备案表",
    rows=CANGZHOU_ROWS,
    boxes={"wechat": "微信公众账号", "app": "手机APP", "other": "其他"},
    promise="以上信息均真实有效",
)


@dataclass(frozen=True, kw_only=True)
class CityFiling:
    """A filing: what stands on the form, which box is ticked, whether it is signed, and the papers."""

    city: City
    mailbox: str
    subject_line: str
    values: Mapping[str, str]
    ticked: str = "wechat"
    signed: str = ""
    papers: Sequence[Enclosure] = ()
    received: str = "2018-12-15"

    def but(self, **changes: object) -> CityFiling:
        """The same with other values on the form (by form key) or in the filing."""
        own = {key: value for key, value in changes.items() if key in CityFiling.__dataclass_fields__}
        values = {key: str(value) for key, value in changes.items() if key not in own}
        return replace(self, **own, values={**self.values, **values})  # type: ignore[arg-type]

    def mail(self, name: str = "filing") -> SampleMail:
        """The filing as a mail on the office's server."""
        form = Enclosure(name="备案表.docx", content=draw_form(self), declared=DOCX_TYPE)
        spec = MailSpec(
            name=name,
            mailbox=self.mailbox,
            received=received_at(self.received),
            subject=self.subject_line,
            enclosures=(form, *self.papers),
        )
        return build_mail(spec)


def draw_form(filing: CityFiling) -> bytes:
    """The city's form filled in, as a Word file."""
    city = filing.city
    ticks = "  ".join(f"{'☑' if key == filing.ticked else '□'}{label}" for key, label in city.boxes.items())
    values = {"ticks": ticks, "signed": f"{city.promise}\n{filing.signed}", **filing.values}
    document = docx.Document()
    document.add_heading(city.title, level=1)
    table = document.add_table(rows=len(city.rows), cols=5)
    table.style = "Table Grid"
    for number, row in enumerate(city.rows):
        for column, text in enumerate(row):
            if column and row[column - 1] == text:
                table.cell(number, column - 1).merge(table.cell(number, column))
                continue
            key = text.strip("{}")
            table.cell(number, column).text = values.get(key, "") if text.startswith("{") else text
    _merge_sections(table, city.rows)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _merge_sections(table: docx.table.Table, rows: tuple[Row, ...]) -> None:
    for number in range(1, len(rows)):
        if rows[number][0] == rows[number - 1][0]:
            table.cell(number, 0).text = ""
            table.cell(number - 1, 0).merge(table.cell(number, 0))


def licence(name: str, representative: str, *, area_code: str, address: str, seed: int) -> Enclosure:
    """A business licence as an office scan."""
    code = make_credit_code(prefix="91", area_code=area_code, organisation_code=make_organisation_code(Random(seed)))
    truth = LicenceTruth(
        title="营业执照",
        credit_code=code,
        name=name,
        kind="有限责任公司(自然人投资或控股)",
        legal_representative=representative,
        capital="壹佰万元整",
        scope="组织文化艺术交流活动;设计、制作、代理、发布国内广告",
        address=address,
        established_on=date(2015, 6, 1),
        valid_until=None,
    )
    return picture_file(licence_scan(truth, seed), "营业执照.jpg")


def card(name: str, number: str, *, address: str, seed: int, file: str = "身份证.jpg") -> Enclosure:
    """Both sides of an ID card as an office scan."""
    truth = IdCardTruth(
        name=name,
        id_number=number,
        nation="汉",
        address=address,
        authority="公安局",
        valid_from=date(2012, 3, 4),
        valid_until=date(2032, 3, 4),
    )
    return picture_file(card_scan(truth, seed), file)


def id_number(seed: int) -> str:
    """An invented person's number."""
    return make_id_number(Random(seed), prefix="330102", born=date(1980 + seed, 4, 1 + seed))


def city_decider(profile: str) -> Iterator[Decider]:
    """Decides mails to that city, in a jail of its own."""
    with Jail("pipeline.reading.jobs", [profile], processes=1, wall_seconds=120, memory_bytes=3072 << 20) as jail:
        yield Decider(profile=load_profile(profile), reader=SandboxedReader(jail=jail))


def codes(findings: Iterable[Mapping[str, object]]) -> set[object]:
    """The codes of findings as `beian check --json` prints them."""
    return {item["code"] for item in findings}
