"""One person twice in a form, on a form and a card: what is read unsurely of one is known from the other."""

from __future__ import annotations

import pytest

from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field, PaperKind
from pipeline.extract.agreement import settle
from pipeline.extract.doubts import GUESSED, INKED, LOOK_ALIKES, NOT_TWICE, UNCLEAR
from pipeline.extract.form.repeats import settle_repeats
from pipeline.extract.ocr.simplified import simplify
from pipeline.profile.load import load_profile

SPEC = load_profile("langfang-2018").form


def _field(key: str, value: str | None, doubt: str | None = None, raw: str | None = None) -> Field:
    shown = value if raw is None else raw
    return Field(key=key, value=value, raw=shown, reader="rapidocr", doubtful=doubt is not None, doubt=doubt)


def _settled(*fields: Field) -> dict[str, tuple[object, bool]]:
    return {field.key: (field.value, field.doubtful) for field in settle_repeats(fields, SPEC)}


@pytest.mark.parametrize(
    ("sure", "unsure", "value", "doubt"),
    [
        ("owner_name", "admin_name", "薛锋洋", NOT_TWICE),
        ("admin_name", "owner_name", "薛锋洋", UNCLEAR),
        ("owner_name", "account_subject", "薛锋洋", NOT_TWICE),
        ("owner_phone", "admin_phone", "13186305268", NOT_TWICE),
        ("owner_wechat", "admin_wechat", "hello10", LOOK_ALIKES),
        ("owner_wechat", "admin_wechat", "hello10", GUESSED),
    ],
)
def test_what_reads_as_a_sure_value_of_the_same_kind_is_sure(sure: str, unsure: str, value: str, doubt: str) -> None:
    assert _settled(_field(sure, value), _field(unsure, value, doubt))[unsure] == (value, False)


def test_a_traditional_character_is_the_simplified_one_of_the_other_cell() -> None:
    settled = _settled(_field("owner_name", "黄建梦"), _field("admin_name", "黄建梦", NOT_TWICE, raw="黃建梦"))
    assert settled["admin_name"] == ("黄建梦", False)


@pytest.mark.parametrize(
    ("fields", "unsure"),
    [
        pytest.param(
            [_field("owner_name", "薛锋洋"), _field("admin_name", "薛锋祥", NOT_TWICE)], "admin_name", id="other names"
        ),
        pytest.param(
            [_field("owner_name", "黃建梦", NOT_TWICE), _field("admin_name", "黃建梦", NOT_TWICE)],
            "admin_name",
            id="a network misreads a character twice alike",
        ),
        pytest.param(
            [_field("owner_phone", "13186305268"), _field("admin_wechat", "13186305268", NOT_TWICE)],
            "admin_wechat",
            id="another kind",
        ),
        pytest.param(
            [_field("owner_name", "薛锋洋"), _field("admin_name", "薛锋洋", INKED)],
            "admin_name",
            id="there is more in the cell",
        ),
        pytest.param(
            [_field("owner_wechat", "hello10"), _field("admin_wechat", "Hello10", LOOK_ALIKES)],
            "admin_wechat",
            id="a capital",
        ),
        pytest.param(
            [_field("admin_wechat", "wxj__94oo"), _field("owner_wechat", "wxj_94oo", GUESSED, raw="wxj__9400")],
            "owner_wechat",
            id="an underscore",
        ),
        pytest.param(
            [_field("address", "同上"), _field("description", "同上", NOT_TWICE)], "description", id="no person"
        ),
    ],
)
def test_what_does_not_is_asked_about(fields: list[Field], unsure: str) -> None:
    assert _settled(*fields)[unsure][1]


def _form(*fields: Field) -> ExtractedForm:
    return ExtractedForm(profile="langfang-2018", fields=fields, pages=(1,))


def _card(name: Field) -> ExtractedPaper:
    return ExtractedPaper(kind=PaperKind.ID_CARD, fields=(name,))


def test_the_form_tells_which_script_a_card_is_in() -> None:
    read = _card(_field("name", "罗強", NOT_TWICE))
    (_,), (card,) = settle([_form(_field("owner_name", "罗强"))], [read])
    assert [(field.value, field.doubtful) for field in card.fields] == [("罗强", False)]


def test_a_name_that_keeps_its_traditional_form_agrees_as_it_is_written() -> None:
    written = _field("owner_name", "陈升", NOT_TWICE, raw="陈昇")  # offered in simplified characters
    (form,), _ = settle([_form(written)], [_card(_field("name", "陈昇"))])
    assert [(field.value, field.doubtful) for field in form.fields] == [("陈昇", False)]


def test_a_misread_name_does_not_agree() -> None:
    (form,), _ = settle([_form(_field("owner_name", "陈井", NOT_TWICE, raw="陈丼"))], [_card(_field("name", "陈昇"))])
    assert form.fields[0].doubtful


def test_only_characters_out_of_use_are_simplified() -> None:
    assert simplify("罗強，大廠縣 90號") == "罗强，大厂县 90号"
    assert simplify("泃阳镇张堃、乾隆 Ab-1") == "泃阳镇张堃、乾隆 Ab-1"
