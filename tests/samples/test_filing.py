"""The truths are true: check digits, what is written and what is expected of it."""

from __future__ import annotations

import pytest
from stdnum.iso7064 import mod_11_2

from samples.filing import FORM_KEYS, Entity, make_filing
from samples.identifiers import (
    break_id_number,
    credit_check_digit,
    id_check_digit,
    organisation_check_digit,
    shorten_id_number,
)
from samples.places import COUNTIES, county_for

ENTITIES: tuple[Entity, ...] = ("company", "individual", "organisation", "collective")


@pytest.mark.parametrize("entity", ENTITIES)
def test_numbers_have_their_check_digits(entity: Entity) -> None:
    for seed in range(60):
        filing = make_filing(seed, entity=entity)
        for card in (filing.owner_card, filing.admin_card):
            assert mod_11_2.is_valid(card.id_number)
            assert 1930 < card.born.year < 2003
            assert card.valid_until is None or card.valid_until.year >= 2020
            assert card.valid_from.year < 2019 or card.valid_from.year - card.born.year >= 16
        for paper in (filing.licence, filing.certificate):
            if paper:
                code = paper.credit_code
                assert code[17] == credit_check_digit(code[:17])
                assert code[16] == organisation_check_digit(code[8:16])
                assert not set(code[2:]) & set("IOZSV")
        if filing.organisation:
            code = filing.organisation.organisation_code
            assert code[8] == organisation_check_digit(code[:8])


def test_check_digits_of_published_examples() -> None:
    """Examples printed in GB 11643, GB 11714 and GB 32100 themselves."""
    assert id_check_digit("11010519491231002") == "X"
    assert id_check_digit("44052418800101001") == "4"
    assert organisation_check_digit("D2143569") == "X"
    assert credit_check_digit("91350100M000100Y4") == "3"


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_papers_of_each_entity(entity: Entity) -> None:
    filing = make_filing(5, entity=entity)
    assert (filing.licence is not None) == (entity == "company")
    assert (filing.certificate is not None) == (entity in ("organisation", "collective"))
    if entity == "individual":
        assert filing.account_subject == filing.owner_name == filing.owner_card.name
    if filing.certificate and entity == "collective":
        assert filing.certificate.credit_code.startswith("N")
    assert filing.owner_card.id_number == filing.owner_id_number


def test_seed_and_name_decide_everything() -> None:
    assert make_filing(7) == make_filing(7)
    assert make_filing(7) != make_filing(8)
    assert make_filing(7, name="a") != make_filing(7, name="b")
    assert len({make_filing(seed).account_name for seed in range(40)}) > 25


def test_written_values_are_read_as_a_person_reads_them() -> None:
    filing = make_filing(
        1,
        opened_written="2018.12.1",
        follower_written="约1.2万+",
        owner_id_written="１３１００２ 19790423 001x",
        owner_phone_written="138 0316-1234",
        admin_name_written="阿依古丽•买买提",
    )
    assert filing.expected["opened_on"] == "2018-12-01"
    assert filing.expected["follower_count"] == 12000
    assert filing.expected["owner_id_number"] == "13100219790423001X"
    assert filing.expected["owner_phone"] == "13803161234"
    assert filing.expected["admin_name"] == "阿依古丽·买买提"
    assert make_filing(1, opened_written="2018年12月").expected["opened_on"] == "2018-12"
    assert tuple(filing.expected) == FORM_KEYS


def test_values_given_are_also_written() -> None:
    filing = make_filing(1, address="三河市燕郊镇一街1号", account_type="app")
    assert filing.written["address"] == "三河市燕郊镇一街1号"
    assert filing.ticks == ("app",)
    with pytest.raises(TypeError):
        make_filing(1, adress="x")


def test_the_address_lies_in_the_county_of_the_mailbox() -> None:
    for county in COUNTIES:
        filing = make_filing(3, county=county.key)
        assert filing.mailbox == county_for(county.key).mailbox
        assert filing.address is not None
        assert county.full.removeprefix("廊坊市") in filing.address


def test_broken_and_old_numbers() -> None:
    good = "11010519491231002X"
    assert break_id_number(good)[:17] == good[:17]
    assert not mod_11_2.is_valid(break_id_number(good))
    assert shorten_id_number(good) == "110105491231002"
    with pytest.raises(ValueError, match="19xx"):
        shorten_id_number("110105200012310020")


def test_papers_follow_what_is_written_unless_it_is_wrong() -> None:
    good = "13100219790423004X"
    lower = make_filing(1, entity="individual", owner_id_written=good.lower(), owner_name_written="王 芳")
    assert (lower.owner_card.id_number, lower.owner_card.name) == (good, "王芳")
    wrong = make_filing(1, entity="individual", owner_id_written=break_id_number(good))
    assert mod_11_2.is_valid(wrong.owner_card.id_number)
    blank = make_filing(1, owner_name_written="", owner_id_written="", account_subject_written="")
    assert blank.account_subject is None
    assert blank.licence is not None
    assert blank.licence.name == make_filing(1).account_subject
    assert len(make_filing(1, admin_name_written="同上").admin_card.name) > 1
    assert make_filing(1, admin_name_written="同上").admin_card.name != "同上"


def test_the_papers_stay_the_same_whatever_else_the_form_says() -> None:
    assert make_filing(1).licence == make_filing(1, opened_written="2018.12.1", owner_phone_written="1380316").licence
    assert make_filing(1).admin_card == make_filing(1, follower_written="1.2万").admin_card
