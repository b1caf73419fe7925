"""The papers that go with a filing, following what its form says."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from samples.identifiers import make_credit_code, make_id_number, make_organisation_code
from samples.paper_truths import IdCardTruth, LicenceTruth, OrganisationCodeTruth
from samples.places import ID_PREFIXES, County

Entity = Literal["company", "individual", "organisation", "collective"]


def _card(rng: random.Random, name: str, number: str, county: County) -> IdCardTruth:
    """A card that is valid at the end of 2018: for ten years below 26, for twenty below 46, then without end."""
    birth = int(number[6:10])
    start = max(2006, birth + 16) + rng.randrange(3)
    years = 10 if start - birth < 26 else 20
    day = date(start, rng.randrange(1, 13), rng.randrange(1, 29))
    while day.year + years < 2020:
        day = day.replace(year=day.year + years)
        years = 10 if day.year - birth < 26 else 20
    place = f"河北省{county.full}" if county.full.startswith("廊坊") else f"河北省廊坊市{county.full}"
    return IdCardTruth(
        name=name,
        id_number=number,
        nation=rng.choice(("汉", "汉", "汉", "汉", "回", "满")),
        address=f"{place}{rng.choice(county.towns)}{rng.choice(county.villages)}{rng.randrange(1, 300)}号",
        authority=_police(county),
        valid_from=day,
        valid_until=None if day.year - birth >= 46 else day.replace(year=day.year + years),
    )


def _police(county: County) -> str:
    if county.full.endswith("区"):
        district = "开发区" if county.key == "kaifaqu" else county.full.removeprefix("廊坊市").removesuffix("区")
        return f"廊坊市公安局{district}分局"
    return f"{county.full}公安局"


def _licence(rng: random.Random, name: str, owner: str, address: str, county: County) -> LicenceTruth:
    started = date(2003, 3, 1) + timedelta(days=rng.randrange(4000))
    prefix = "92" if name.endswith(("店", "部", "厅", "馆")) else "93" if name.endswith("合作社") else "91"
    code = make_credit_code(prefix=prefix, area_code=county.area_code, organisation_code=make_organisation_code(rng))
    years = rng.choice((20, 30, 50))
    kind = "股份有限公司(非上市)" if name.endswith("股份有限公司") else "有限责任公司(自然人投资或控股)"
    return LicenceTruth(
        title="营业执照",
        credit_code=code,
        name=name,
        kind="个体工商户" if prefix == "92" else kind,
        legal_representative=owner,
        capital=rng.choice(("伍拾万元整", "壹佰万元整", "叁佰万元整", "伍佰万元整", "壹仟万元整")),
        scope="计算机软硬件技术开发、技术咨询、技术服务;设计、制作、代理、发布国内广告;组织文化艺术交流活动;会议服务;"
        "企业形象策划;销售:日用百货、文化用品、工艺品。(依法须经批准的项目,经相关部门批准后方可开展经营活动)",
        address=address,
        established_on=started,
        valid_until=None if rng.random() < 0.4 else date(started.year + years, started.month, min(started.day, 28)),
    )


def _certificate(
    rng: random.Random, entity: Entity, name: str, owner: str, address: str, county: County
) -> LicenceTruth:
    """The certificate of a body the notice names no papers for."""
    collective = entity == "collective"
    title = "农村集体经济组织登记证" if collective else "事业单位法人证书"
    if name.endswith(("协会", "商会", "学会")):
        title = "社会团体法人登记证书"
    prefix = "N2" if collective else "51" if title.startswith("社会") else "12"
    code = make_credit_code(prefix=prefix, area_code=county.area_code, organisation_code=make_organisation_code(rng))
    started = date(2016, 1, 4) + timedelta(days=rng.randrange(900))
    return LicenceTruth(
        title=title,
        credit_code=code,
        name=name,
        kind="村级" if collective else "全额拨款",
        legal_representative=owner,
        capital=f"{rng.randrange(20, 900)}万元",
        scope="集体资产经营与管理、集体资源开发与利用、农业生产发展与服务、财务管理与收益分配"
        if collective
        else "为社会提供公益服务,开展宣传教育及相关社会服务",
        address=address,
        established_on=started,
        valid_until=started.replace(day=min(started.day, 28), year=started.year + 5),
    )


def _organisation_code(rng: random.Random, name: str, address: str) -> OrganisationCodeTruth:
    started = date(2015, 2, 1) + timedelta(days=rng.randrange(200))
    return OrganisationCodeTruth(
        organisation_code=make_organisation_code(rng),
        name=name,
        kind="企业法人",
        address=address,
        valid_from=started,
        valid_until=started.replace(year=started.year + 4, day=min(started.day, 28)),
    )


def make_papers(rng: random.Random, entity: Entity, values: Mapping[str, object], county: County) -> dict[str, object]:
    """Cards, licence and certificates of a filing, by the names they have in `FilingTruth`."""
    subject, owner, address = (str(values[key]) for key in ("account_subject", "owner_name", "address"))
    number = str(values["owner_id_number"])
    card = _card(rng, owner, number, county)
    admin_number = make_id_number(rng, prefix=rng.choice(ID_PREFIXES))
    admin = _card(rng, str(values["admin_name"]), admin_number, county)
    company = entity == "company"
    others = entity in ("organisation", "collective")
    return {
        "owner_card": card,
        "admin_card": card if values["admin_name"] == values["owner_name"] else admin,
        "licence": _licence(rng, subject, owner, address, county) if company else None,
        "organisation": _organisation_code(rng, subject, address) if company else None,
        "certificate": _certificate(rng, entity, subject, owner, address, county) if others else None,
    }
