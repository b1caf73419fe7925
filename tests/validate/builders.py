"""Filings as records: a good one of each kind, and ways to change it. All people and firms are invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from random import Random

from pipeline.domain.decision import Decision, Filing, KnownFiling, Verdict
from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field, FieldValue, PaperKind
from pipeline.domain.finding import Finding, finding
from pipeline.profile.load import load_profile
from pipeline.profile.schema import Profile
from pipeline.validate.decide import decide_filing
from samples.identifiers import make_credit_code, make_id_number, make_organisation_code

OWNER_ID = make_id_number(Random(1), prefix="131082", ends_in_x=True)
ADMIN_ID = make_id_number(Random(2), prefix="131082")
OTHER_ID = make_id_number(Random(3), prefix="131028")
FIRM = "三河市晨露文化传播有限公司"
RECEIVED = "2018-12-15T10:20:00+08:00"
Change = FieldValue | Field


def credit_code(prefix: str = "91", seed: int = 4) -> str:
    return make_credit_code(prefix=prefix, area_code="131082", organisation_code=make_organisation_code(Random(seed)))


@cache
def langfang() -> Profile:
    return load_profile("langfang-2018")


def field(key: str, value: FieldValue = None, **more: object) -> Field:
    """A field as a reader gives it; `raw` is the value's text unless given."""
    raw = "" if value is None else str(value)
    return Field.model_validate({"key": key, "value": value, "raw": raw, "reader": "docx", **more})


def doubtful(key: str, value: FieldValue = None, **more: object) -> Field:
    return field(key, value, doubtful=True, **more)


def as_fields(values: dict[str, Change]) -> tuple[Field, ...]:
    return tuple(value if isinstance(value, Field) else field(key, value) for key, value in values.items())


COMPANY_FORM: dict[str, Change] = {
    "number": None,
    "account_name": "三河晨露生活",
    "account_type": field("account_type", "wechat", candidates=("wechat",)),
    "account_type_other": None,
    "account_subject": FIRM,
    "address": "三河市燕郊镇迎宾北路12号",
    "description": "发布本地便民信息",
    "opened_on": "2016-05-20",
    "follower_count": 3200,
    "owner_name": "苏晓彤",
    "owner_id_number": OWNER_ID,
    "owner_wechat": "suxt_2016",
    "owner_phone": "13803161234",
    "admin_name": "程远帆",
    "admin_phone": "13903161234",
    "admin_wechat": "cyf-1988",
    "signed": True,
}
INDIVIDUAL_FORM = COMPANY_FORM | {
    "account_subject": "苏晓彤",
    "admin_name": "苏晓彤",
    "admin_phone": "13803161234",
    "admin_wechat": "suxt_2016",
}


def form(base: dict[str, Change] | None = None, /, *, unplaced: Iterable[str] = (), **changes: Change) -> ExtractedForm:
    gone = tuple(unplaced)
    values = {key: value for key, value in ((base or COMPANY_FORM) | changes).items() if key not in gone}
    return ExtractedForm(profile="langfang-2018", fields=as_fields(values), unplaced=gone)


def paper(
    kind: PaperKind, /, *, unreadable: bool = False, title: str | None = None, **values: Change
) -> ExtractedPaper:
    found = (finding("material.unreadable", "看不清。"),) if unreadable else ()
    return ExtractedPaper(kind=kind, fields=as_fields(values), findings=found, title=title)


def licence(**changes: Change) -> ExtractedPaper:
    values: dict[str, Change] = {
        "credit_code": credit_code(),
        "name": FIRM,
        "legal_representative": "苏晓彤",
        "address": "三河市燕郊镇迎宾北路12号",
        "established_on": "2015-03-02",
        "valid_until": None,
    }
    return paper(PaperKind.BUSINESS_LICENCE, **(values | changes))


def code_certificate(**changes: Change) -> ExtractedPaper:
    values: dict[str, Change] = {
        "organisation_code": make_organisation_code(Random(4)),  # the one inside the licence's credit code
        "name": FIRM,
        "address": "三河市燕郊镇",
        "valid_until": "2020-01-01",
    }
    return paper(PaperKind.ORGANISATION_CODE_CERTIFICATE, **(values | changes))


def certificate(name: str, prefix: str, title: str = "统一社会信用代码证书") -> ExtractedPaper:
    return paper(PaperKind.OTHER_CERTIFICATE, title=title, name=name, credit_code=credit_code(prefix))


def card(
    name: Change = "程远帆", number: Change = ADMIN_ID, *, side: str = "both", **changes: Change
) -> ExtractedPaper:
    values: dict[str, Change] = {"name": name, "id_number": number, "side": side, "valid_until": "2030-01-01"}
    return paper(PaperKind.ID_CARD, **(values | changes))


def owner_card(**changes: Change) -> ExtractedPaper:
    return card(**({"name": "苏晓彤", "number": OWNER_ID} | changes))  # type: ignore[arg-type]


def emblem() -> ExtractedPaper:
    return paper(PaperKind.ID_CARD, side="back", valid_until="2030-01-01")


COMPANY_PAPERS = (licence(), card())
INDIVIDUAL_PAPERS = (owner_card(),)


def decide(
    filed: ExtractedForm | None,
    papers: Sequence[ExtractedPaper] = COMPANY_PAPERS,
    *,
    office: str | None = "sanhe",
    received: str = RECEIVED,
    known: Sequence[KnownFiling] = (),
    unreadable: tuple[str, ...] = (),
    findings: tuple[Finding, ...] = (),
    shared: bool = False,
    profile: Profile | None = None,
) -> Verdict:
    filing = Filing(
        office=office,
        received=datetime.fromisoformat(received),
        form=filed,
        papers=tuple(papers),
        unreadable=unreadable,
        findings=findings,
        shared=shared,
    )
    return decide_filing(filing, profile=profile or langfang(), known=known)


def company(*papers: ExtractedPaper, **changes: Change) -> Verdict:
    return decide(form(COMPANY_FORM, **changes), papers or COMPANY_PAPERS)


def individual(*papers: ExtractedPaper, **changes: Change) -> Verdict:
    return decide(form(INDIVIDUAL_FORM, **changes), papers or INDIVIDUAL_PAPERS)


def codes(verdict: Verdict) -> list[str]:
    return [item.code for item in verdict.findings]


def said(verdict: Verdict) -> list[tuple[str, str | None]]:
    return [(item.code, item.field) for item in verdict.findings]


def is_registered(verdict: Verdict) -> bool:
    return verdict.decision is Decision.REGISTERED


def known(reference: str = "廊新媒备-131082-2018-00001", *, registered: bool = True, **changes: str) -> KnownFiling:
    values = {item.key: str(item.value) for item in form() if item.value is not None}
    return KnownFiling(reference=reference, office="sanhe", registered=registered, values=values | changes)
