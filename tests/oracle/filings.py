"""A situation in words: the form, the papers and the mail an invented submitter would send."""

from __future__ import annotations

from functools import cache
from random import Random

from pipeline.domain.decision import Filing, KnownFiling, Verdict
from pipeline.domain.document import ExtractedForm, ExtractedPaper, PaperKind
from pipeline.validate.decide import decide_filing
from samples.identifiers import make_credit_code, make_id_number, make_organisation_code
from tests.oracle.situation import Body, Card, Certificate, Ground, Holder, Known, Paper, Situation
from tests.validate.builders import COMPANY_FORM, form, langfang, paper

#: Full name, street address and area code of each office's county. The offices are the notice's (三.3).
COUNTIES: dict[str, tuple[str, str, str]] = {
    "sanhe": ("三河市", "三河市燕郊镇迎宾北路12号", "131082"),
    "dachang": ("大厂回族自治县", "大厂回族自治县夏垫镇北坞路8号", "131028"),
    "xianghe": ("香河县", "河北省廊坊市香河县淑阳镇新华大街15号", "131024"),
    "guangyang": ("广阳区", "廊坊市广阳区新开路56号", "131003"),
    "anci": ("安次区", "廊坊市安次区光明西道33号", "131002"),
    "yongqing": ("永清县", "永清县永清镇武隆路9号", "131023"),
    "guan": ("固安县", "河北省固安县牛驼镇育才路2号", "131022"),
    "bazhou": ("霸州市", "霸州市胜芳镇芳津道70号", "131081"),
    "wenan": ("文安县", "文安县左各庄镇工业路18号", "131026"),
    "dacheng": ("大城县", "廊坊市大城县平舒镇永定大街40号", "131025"),
    "kaifaqu": ("廊坊开发区", "廊坊开发区耀华道21号", "131071"),
}
#: Counties whose stem is also an everyday word or another place's name.
VAGUE_STEMS = {"sanhe": "三河", "dachang": "大厂", "guangyang": "广阳", "dacheng": "大城"}
SHANGHAI = "上海市徐汇区漕溪北路88号"
SHANGHAI_CODE = "310104"
CITY_STREET = "廊坊市建设路66号"
OWNER, ADMIN, THIRD = "苏晓彤", "程远帆", "贺兰亭"
OTHER_BODY = "保定清风商贸有限公司"
ORGANISATION_CODE = make_organisation_code(Random(71))
OTHER_CODE = make_organisation_code(Random(72))


@cache
def id_number(seed: int, prefix: str) -> str:
    return make_id_number(Random(seed), prefix=prefix)


def _owner_number(situation: Situation) -> str:
    at_home = situation.ground in (Ground.AT_HOME, Ground.ID_PREFIX)
    return id_number(81, COUNTIES[situation.county][2] if at_home else SHANGHAI_CODE)


def subject_name(situation: Situation) -> str:
    """账号主体. It names the county only where everything does, so that each ground stands alone elsewhere."""
    if situation.body is Body.INDIVIDUAL:
        return OWNER
    place = COUNTIES[situation.county][0] if situation.ground is Ground.AT_HOME else ""
    bare = {
        Body.COMPANY: f"{place}晨露文化传播有限公司",
        Body.COLLECTIVE: f"{place}晨露村股份经济合作社",
        Body.INSTITUTION: f"{place}晨露文化馆",
        Body.UNCLEAR: "晨露小筑",
    }
    return bare[situation.body]


def _account_name(situation: Situation) -> str:
    full = COUNTIES[situation.county][0]
    named = {
        Ground.AT_HOME: f"{full}晨露生活",
        Ground.NAME_FULL: f"{full}晨露生活",
        Ground.NAME_CITY: "廊坊晨露生活",
        Ground.NAME_VAGUE: f"{VAGUE_STEMS.get(situation.county, '大城')}小爱",
    }
    return named.get(situation.ground, "晨露生活")


def form_address(situation: Situation) -> str:
    """地址; a web address where only the licence names the place."""
    street = COUNTIES[situation.county][1]
    given = {
        Ground.AT_HOME: street,
        Ground.FORM_ADDRESS: street,
        Ground.LICENCE_ADDRESS: "http://www.chenlu.example/",
        Ground.CITY_ADDRESS: CITY_STREET,
    }
    return given.get(situation.ground, SHANGHAI)


def _paper_address(situation: Situation) -> str | None:
    if situation.ground is Ground.CITY_ADDRESS or situation.ground is Ground.FORM_ADDRESS:
        return None
    if situation.ground in (Ground.AT_HOME, Ground.LICENCE_ADDRESS):
        return COUNTIES[situation.county][1]
    return SHANGHAI


@cache
def _form(subject: str, account: str, address: str, opened: str | None, owner_number: str, admin: str) -> ExtractedForm:
    return form(
        COMPANY_FORM,
        account_subject=subject,
        account_name=account,
        address=address,
        description="发布读书心得",
        opened_on=opened,
        owner_name=OWNER,
        owner_id_number=owner_number,
        admin_name=admin,
    )


def make_form(situation: Situation) -> ExtractedForm:
    return _form(
        subject_name(situation),
        _account_name(situation),
        form_address(situation),
        situation.opened,
        _owner_number(situation),
        OWNER if situation.admin_is_owner else ADMIN,
    )


_KINDS = {
    Certificate.LICENCE: PaperKind.BUSINESS_LICENCE,
    Certificate.CODE: PaperKind.ORGANISATION_CODE_CERTIFICATE,
    Certificate.OTHER: PaperKind.OTHER_CERTIFICATE,
}
_PREFIXES = {Body.COLLECTIVE: "N2", Body.INSTITUTION: "12", Body.UNCLEAR: "52"}
_TITLES = {Body.COLLECTIVE: "农村集体经济组织登记证", Body.INSTITUTION: "事业单位法人证书"}


@cache
def _certificate(
    kind: Certificate, name: str, code: str, prefix: str, title: str, address: str | None, representative: str
) -> ExtractedPaper:
    values = {"name": name, "address": address, "valid_until": None}
    if kind is Certificate.CODE:
        return paper(_KINDS[kind], organisation_code=code, **values)
    credit_code = make_credit_code(prefix=prefix, area_code="131082", organisation_code=code)
    return paper(_KINDS[kind], title=title, credit_code=credit_code, legal_representative=representative, **values)


def make_certificate(given: Paper, situation: Situation) -> ExtractedPaper:
    own = given.holder is Holder.SUBJECT
    name = subject_name(situation) if own else OTHER_BODY
    licence = given.kind is Certificate.LICENCE
    prefix = "91" if licence else _PREFIXES.get(situation.body, "51")
    title = "营业执照" if licence else _TITLES.get(situation.body, "社会团体法人登记证书")
    code = ORGANISATION_CODE if own else OTHER_CODE
    representative = THIRD if given.holder is Holder.ANOTHER else OWNER
    return _certificate(given.kind, name, code, prefix, title, _paper_address(situation), representative)


@cache
def _card(name: str, number: str, side: str) -> ExtractedPaper:
    return paper(PaperKind.ID_CARD, name=name, id_number=number, side=side, valid_until="2030-01-01")


def make_card(situation: Situation) -> ExtractedPaper | None:
    owner = _owner_number(situation)
    match situation.card:
        case Card.NONE:
            return None
        case Card.EMBLEM:
            return paper(PaperKind.ID_CARD, side="back", valid_until="2030-01-01")
        case Card.ADMIN:
            return _card(ADMIN, id_number(82, SHANGHAI_CODE), "both")
        case Card.ADMIN_NAME_OWNER_NUMBER:
            return _card(ADMIN, owner, "both")
        case Card.OWNER:
            return _card(OWNER, owner, "both")
        case Card.OWNER_FRONT:
            return _card(OWNER, owner, "front")
        case Card.OWNER_OTHER_NAME:
            return _card(THIRD, owner, "both")
        case Card.OWNER_OTHER_NUMBER:
            return _card(OWNER, id_number(83, SHANGHAI_CODE), "both")
        case Card.THIRD:
            return _card(THIRD, id_number(83, SHANGHAI_CODE), "both")


def make_known(situation: Situation) -> tuple[KnownFiling, ...]:
    """What the office holds: this form's values, and what differed then."""
    if situation.known is Known.NOTHING:
        return ()
    values = {item.key: str(item.value) for item in make_form(situation) if item.value is not None}
    earlier = {Known.REGISTERED_FOLLOWERS: {"follower_count": "12"}, Known.REGISTERED_ADMIN: {"admin_name": THIRD}}
    registered = situation.known is not Known.WAITING_SAME
    return (
        KnownFiling(
            reference="廊新媒备-131082-2018-00001" if registered else "31",
            office="city" if situation.known is Known.REGISTERED_ELSEWHERE else situation.mailbox,
            registered=registered,
            values=values | earlier.get(situation.known, {}),
        ),
    )


def make_filing(situation: Situation) -> Filing:
    card = make_card(situation)
    certificates = tuple(make_certificate(given, situation) for given in situation.certificates)
    return Filing(
        office=situation.mailbox,
        received=situation.received,
        form=make_form(situation),
        papers=(*certificates, *([] if card is None else [card])),
    )


def decide(situation: Situation) -> Verdict:
    """The verdict of the software."""
    return decide_filing(make_filing(situation), profile=langfang(), known=make_known(situation))
