"""The truth of a filing: what its form says, how it is written, and what its papers say."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from samples import expected
from samples.filing_papers import Entity, make_papers
from samples.identifiers import id_check_digit, make_id_number
from samples.paper_truths import IdCardTruth, LicenceTruth, OrganisationCodeTruth, Value
from samples.people import (
    Person,
    make_account_name,
    make_address,
    make_company_name,
    make_description,
    make_mobile,
    make_person,
    make_wechat_id,
)
from samples.places import COUNTIES, ID_PREFIXES, County, county_for
from samples.seeds import random_for

__all__ = [
    "FORM_KEYS",
    "WRITTEN",
    "Entity",
    "FilingTruth",
    "IdCardTruth",
    "LicenceTruth",
    "OrganisationCodeTruth",
    "Value",
    "make_filing",
]


FORM_KEYS: tuple[str, ...] = (
    "number",
    "account_name",
    "account_type",
    "account_type_other",
    "account_subject",
    "address",
    "description",
    "opened_on",
    "follower_count",
    "owner_name",
    "owner_id_number",
    "owner_wechat",
    "owner_phone",
    "admin_name",
    "admin_phone",
    "admin_wechat",
    "signed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingTruth:
    """A filing: expected values under the form's keys, the same as written under `*_written`, and the papers' truth.

    `ticks` are the boxes ticked ("wechat", "app", "other"). `signed` says whether a signature or seal belongs on it.
    """

    seed: int
    entity: Entity
    county: County
    number: str | None
    number_written: str
    account_name: str | None
    account_name_written: str
    account_type: str | None
    ticks: tuple[str, ...]
    account_type_other: str | None
    account_type_other_written: str
    account_subject: str | None
    account_subject_written: str
    address: str | None
    address_written: str
    description: str | None
    description_written: str
    opened_on: str | None
    opened_written: str
    follower_count: int | None
    follower_written: str
    owner_name: str | None
    owner_name_written: str
    owner_id_number: str | None
    owner_id_written: str
    owner_wechat: str | None
    owner_wechat_written: str
    owner_phone: str | None
    owner_phone_written: str
    admin_name: str | None
    admin_name_written: str
    admin_phone: str | None
    admin_phone_written: str
    admin_wechat: str | None
    admin_wechat_written: str
    signed: bool
    signature_written: str
    signed_on: date
    owner_card: IdCardTruth
    admin_card: IdCardTruth
    licence: LicenceTruth | None
    organisation: OrganisationCodeTruth | None
    certificate: LicenceTruth | None

    @property
    def mailbox(self) -> str:
        """The mailbox of the county's office."""
        return self.county.mailbox

    @property
    def expected(self) -> dict[str, Value]:
        """The form's values by the keys of the contract."""
        return {key: getattr(self, key) for key in FORM_KEYS}

    @property
    def written(self) -> dict[str, str]:
        """What stands in the form, by key (without the tick boxes and the signature)."""
        return {key: getattr(self, attribute) for key, attribute in WRITTEN.items()}

    def evolve(self, **changes: object) -> FilingTruth:
        """The same filing with some fields changed and nothing derived anew."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


#: Form key → attribute that holds it as written.
WRITTEN: Mapping[str, str] = {
    "number": "number_written",
    "account_name": "account_name_written",
    "account_type_other": "account_type_other_written",
    "account_subject": "account_subject_written",
    "address": "address_written",
    "description": "description_written",
    "opened_on": "opened_written",
    "follower_count": "follower_written",
    "owner_name": "owner_name_written",
    "owner_id_number": "owner_id_written",
    "owner_wechat": "owner_wechat_written",
    "owner_phone": "owner_phone_written",
    "admin_name": "admin_name_written",
    "admin_phone": "admin_phone_written",
    "admin_wechat": "admin_wechat_written",
}

_READ = {
    "opened_on": expected.expect_date,
    "follower_count": expected.expect_count,
    "owner_id_number": expected.expect_id_number,
    "owner_phone": expected.expect_phone,
    "admin_phone": expected.expect_phone,
    "owner_name": expected.expect_person,
    "admin_name": expected.expect_person,
}


def _write_date(rng: random.Random, iso: str) -> str:
    day = date.fromisoformat(iso)
    return rng.choice(
        (
            f"{day.year}年{day.month}月{day.day}日",
            f"{day.year}.{day.month}.{day.day}",
            iso,
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}年{day.month:02d}月{day.day:02d}日",
        )
    )


def _defaults(rng: random.Random, entity: Entity, county: County) -> dict[str, object]:
    """Values as they should be read; how they are written follows from them."""
    owner, admin = make_person(rng), make_person(rng)
    while admin.name == owner.name:
        admin = make_person(rng)
    if entity == "individual" and rng.random() < 0.5:
        admin = owner
    phone = make_mobile(rng)
    wechat = make_wechat_id(rng, owner)
    same = admin is owner
    opened = date(2014, 1, 1) + timedelta(days=rng.randrange(1750))
    return {
        "number": None,
        "account_name": make_account_name(rng, county),
        "account_type": "app" if rng.random() < 0.08 else "wechat",
        "account_type_other": None,
        "account_subject": _subject(rng, entity, county, owner),
        "address": make_address(rng, county),
        "description": make_description(rng, county),
        "opened_on": opened.isoformat(),
        "follower_count": rng.choice(
            (rng.randrange(30, 999), rng.randrange(1000, 9999), rng.randrange(10_000, 300_000))
        ),
        "owner_name": owner.name,
        "owner_id_number": make_id_number(rng, prefix=rng.choice(ID_PREFIXES), female=owner.female),
        "owner_wechat": wechat,
        "owner_phone": phone,
        "admin_name": admin.name,
        "admin_phone": phone if same else make_mobile(rng),
        "admin_wechat": wechat if same else make_wechat_id(rng, admin),
        "signed": True,
        "signed_on": date(2018, 12, 10) + timedelta(days=rng.randrange(5)),
    }


def _subject(rng: random.Random, entity: Entity, county: County, owner: Person) -> str:
    if entity == "individual":
        return owner.name
    if entity == "company":
        return make_company_name(rng, county)
    if entity == "collective":
        return f"{county.full}{rng.choice(county.towns)}{rng.choice(county.villages)}股份经济合作社"
    return rng.choice(
        (
            f"{county.full}第{rng.choice('一二三四五')}中学",
            f"{county.full}{rng.choice(('文化馆', '图书馆', '人民医院', '妇幼保健院', '广播电视台'))}",
            f"{county.full}{rng.choice(('书法家协会', '餐饮行业协会', '青年志愿者协会'))}",
        )
    )


def _written_from(rng: random.Random, values: Mapping[str, object]) -> dict[str, object]:
    out: dict[str, object] = {}
    for key, attribute in WRITTEN.items():
        value = values[key]
        if key == "opened_on" and isinstance(value, str) and len(value) == 10:
            out[attribute] = _write_date(rng, value)
        else:
            out[attribute] = "" if value is None else str(value)
    return out


def make_filing(
    seed: int, *, entity: Entity = "company", county: str | None = None, name: str = "", **overrides: object
) -> FilingTruth:
    """A filing that is complete and right, unless overridden.

    `county` is an office's key; `name` separates filings of one seed. Any field of `FilingTruth` may be
    overridden: a value (`address="…"`) is also what is written; a written value (`opened_written="2018.12.1"`)
    is read as a careful person reads it, unless the value is given as well. Cards and licence follow the form's
    values unless they are overridden themselves. TypeError for an unknown field.
    """
    rng = random_for(seed, "filing", entity, county or "", name)
    place = county_for(county) if county else rng.choice(COUNTIES)
    values = _defaults(rng, entity, place)
    values |= {key: overrides[key] for key in values if key in overrides}
    drawn = dict(values)
    if entity == "individual" and "owner_name" in overrides and "account_subject" not in overrides:
        values["account_subject"] = overrides["owner_name"]
    written = _written_from(rng, values) | {k: v for k, v in overrides.items() if k in WRITTEN.values()}
    for key, attribute in WRITTEN.items():
        if attribute in overrides and key not in overrides:
            text = str(overrides[attribute])
            values[key] = _READ.get(key, expected.expect_text)(text)
    papers = make_papers(random_for(seed, "papers", entity, name, place.key), entity, _for_papers(values, drawn), place)
    values.setdefault("signature_written", values["owner_name"])
    fields: dict[str, object] = {"seed": seed, "entity": entity, "county": place, **papers, **values, **written}
    kind = values["account_type"]
    fields["ticks"] = (kind,) if isinstance(kind, str) else ()
    return FilingTruth(**(fields | overrides))  # type: ignore[arg-type]


def _for_papers(values: Mapping[str, object], drawn: Mapping[str, object]) -> dict[str, object]:
    """What the papers say: the form's values, but what stands there before it was spoilt where the form has none."""
    out = {key: values[key] or drawn[key] for key in values}
    number = str(out["owner_id_number"])
    if len(number) != 18 or not number[:17].isdigit() or id_check_digit(number[:17]) != number[17]:
        out["owner_id_number"] = drawn["owner_id_number"]
    if out["admin_name"] == "同上":
        out["admin_name"] = out["owner_name"]
    return out
