"""What whole mails showed: a firm named as owner, an owner under age, a form whose papers are those of the mail's other form."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from pipeline.domain.decision import Entity
from samples.identifiers import make_id_number
from tests.validate.builders import (
    FIRM,
    card,
    codes,
    company,
    decide,
    form,
    individual,
    is_registered,
    licence,
    owner_card,
    said,
)

CHILD = make_id_number(Random(8), prefix="131082", born=date(2006, 3, 14))


def test_a_firm_that_is_its_own_owner_is_a_company() -> None:
    """Its subject was the owner and so a person, whom the licence contradicted: 请说明账号以谁的名义开设."""
    verdict = company(owner_name=FIRM)
    assert verdict.entity is Entity.COMPANY
    assert "entity.unclear" not in codes(verdict)


@pytest.mark.parametrize("name", ["李村", "王小店", "阿依古丽·买买提"])
def test_a_person_whose_name_ends_as_bodies_do_is_a_person(name: str) -> None:
    assert individual(account_subject=name, owner_name=name).entity is Entity.INDIVIDUAL


def test_an_owner_under_age_is_a_note() -> None:
    verdict = individual(owner_card(number=CHILD), owner_id_number=CHILD)
    assert set(said(verdict)) - set(said(individual())) == {("field.unusual", "owner_id_number")}
    assert is_registered(verdict)


@pytest.mark.parametrize("shared", [True, False])
def test_the_other_forms_licence_is_not_said_to_be_wrong(shared: bool) -> None:
    verdict = decide(form(), (licence(name="三河市别家商贸有限公司"), card()), shared=shared)
    (found,) = (item for item in verdict.findings if item.blocks)
    assert found.code == "match.subject"
    assert ("都不是本账号" in found.detail) is shared
