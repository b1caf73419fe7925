"""Cases about papers, numbers on them and who files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from samples.carriers import card_file, docx_form, filing_mail, licence_file, organisation_code_file, usual_papers
from samples.case import Case, Expectation, registered, review
from samples.cases_form import company, individual
from samples.filing import FilingTruth, make_filing
from samples.identifiers import (
    break_id_number,
    make_credit_code,
    make_id_number,
    make_organisation_code,
    shorten_id_number,
)
from samples.mail import Enclosure, SampleMail
from samples.places import county_for
from samples.seeds import random_for


def _build(name: str, filing: FilingTruth, papers: Sequence[Enclosure], mailbox: str = "") -> tuple[SampleMail, ...]:
    return (filing_mail(name, filing, [docx_form(filing), *papers], mailbox=mailbox),)


def _case(name: str, wording: str, filing: FilingTruth, expect: Expectation, *papers: str, mailbox: str = "") -> Case:
    """A case whose papers are named: "licence", "code", "admin", "admin front", "owner"; none named: the usual ones."""

    def recipe() -> tuple[SampleMail, ...]:
        return _build(name, filing, [_paper(filing, paper) for paper in papers] or usual_papers(filing), mailbox)

    return Case(name=name, wording=wording, expect=(expect,), recipe=recipe)


def _paper(filing: FilingTruth, name: str) -> Enclosure:
    if name == "licence":
        return licence_file(filing)
    if name == "code":
        return organisation_code_file(filing)
    holder, _, side = name.partition(" ")
    return card_file(filing.owner_card if holder == "owner" else filing.admin_card, filing.seed, sides=side or "both")


def material_cases(seed: int) -> Iterator[Case]:
    """Papers that are missing, or others than usual."""
    base, person = company(seed), individual(seed)
    yield _case("no_licence", "no licence → `material.missing`", base, review("material.missing"), "admin")
    yield _case("no_id_copy", "no ID copy → `material.missing`", base, review("material.missing"), "licence")
    alone = Case(
        name="individual_no_id_copy",
        wording="no ID copy → `material.missing`",
        expect=(review("material.missing"),),
        recipe=partial(_build, "individual_no_id_copy", person, ()),
    )
    yield alone
    wording = "organisation-code certificate instead of licence → R"
    yield _case("organisation_code", wording, base, registered(base), "code", "admin")
    noted = registered(base, notes=frozenset({"material.one_side"}))
    yield _case("one_side", "portrait side only → R with a note", base, noted, "licence", "admin front")


def number_cases(seed: int) -> Iterator[Case]:
    """The owner's ID number on the form of a company whose card is the administrator's."""
    rng = random_for(seed, "number cases")
    good = make_id_number(rng, prefix="131082", born=date(1979, 4, 23), ends_in_x=True)
    wrong = company(seed, owner_id_written=break_id_number(good))
    yield _case("id_checksum", "ID checksum wrong → `field.invalid`", wrong, review("field.invalid"))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in good)
    for name, text in (("lower", good.lower()), ("spaced", f"{good[:6]} {good[6:14]} {good[14:]}"), ("wide", wide)):
        filing = company(seed, owner_id_written=text)
        yield _case(f"id_{name}", "lower-case x, spaces, full-width → R", filing, registered(filing))
    old = company(seed, owner_id_written=shorten_id_number(good))
    yield _case("id_15_digits", "15-digit ID → `field.legacy`", old, review("field.legacy"))
    permit = company(seed, owner_id_number=make_id_number(rng, prefix="810000", born=date(1988, 11, 2)))
    yield _case("residence_permit", "810000… residence permit → R", permit, registered(permit))
    foreign = company(seed, owner_id_written="E58264713")
    yield _case("passport", "passport → `field.unverifiable`", foreign, review("field.unverifiable"))


def match_cases(seed: int) -> Iterator[Case]:
    """Cards that disagree with the form."""
    person = individual(seed)
    other = person.owner_name_written[0] + ("秀英" if person.owner_name_written[1:] != "秀英" else "建国")
    mismatch = person.evolve(owner_card=replace(person.owner_card, name=other))
    wording = "card's name ≠ form's → `match.owner` / `match.admin`"
    yield _case("match_owner", wording, mismatch, review("match.owner"))
    base = company(seed)
    self_run = base.evolve(
        admin_name=base.owner_name,
        admin_name_written=base.owner_name_written,
        admin_card=replace(base.owner_card, name=other),
    )
    either = Expectation(decision="review", one_of=frozenset({"match.admin", "match.owner"}))
    yield _case("match_admin", wording, self_run, either)
    numbered = base.evolve(owner_card=replace(base.owner_card, id_number=base.admin_card.id_number))
    yield _case("match_owner_number", wording, numbered, review("match.owner"), "licence", "owner")
    third = make_filing(seed, entity="company", county="sanhe", name="third person")
    stranger = base.evolve(admin_card=third.admin_card)
    yield _case("operator_unclear", "", stranger, review("operator.unclear"))
    elsewhere = base.evolve(licence=third.licence)
    yield _case("match_subject", "", elsewhere, review("match.subject"))


def place_cases(seed: int) -> Iterator[Case]:
    """Other counties, other bodies, no tie to the region."""
    dachang = make_filing(
        seed, entity="company", county="dachang", name="office", account_name="大厂同城", account_type="wechat"
    )
    wording = "大厂 company to 大城's mailbox → `office.mismatch`"
    mailbox = county_for("dacheng").mailbox
    yield _case("office_mismatch", wording, dachang, review("office.mismatch"), mailbox=mailbox)
    village = make_filing(seed, entity="collective", county="bazhou", name="village", account_type="wechat")
    wording = "village collective with N… code → `entity.materials_unspecified`"
    yield _case("village_collective", wording, village, review("entity.materials_unspecified"))
    wording = "大城小爱 of a firm elsewhere → `scope.unclear`"
    yield _case("scope_unclear", wording, _elsewhere(seed), review("scope.unclear"), mailbox=mailbox)


def _elsewhere(seed: int) -> FilingTruth:
    rng = random_for(seed, "elsewhere")
    address = "北京市朝阳区望京东路8号院2号楼1506室"
    filing = make_filing(
        seed,
        entity="company",
        county="dacheng",
        name="elsewhere",
        account_type="wechat",
        account_name="大城小爱",
        account_subject="北京晨禾远景文化传媒有限公司",
        address=address,
        description="情感故事分享",
    )
    assert filing.licence is not None
    code = make_credit_code(prefix="91", area_code="110105", organisation_code=make_organisation_code(rng))
    card = replace(
        filing.admin_card,
        id_number=make_id_number(rng, prefix="110105", born=date(1986, 8, 19)),
        address="北京市朝阳区酒仙桥路14号楼3单元502号",
        authority="北京市公安局朝阳分局",
    )
    return filing.evolve(licence=replace(filing.licence, credit_code=code), admin_card=card)
