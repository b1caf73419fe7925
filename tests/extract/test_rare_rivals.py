"""Rare characters that all readers take for everyday ones, and are sure of: the networks' own other guesses give them away."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from bench.pages import make_pages
from pipeline.domain.document import PaperKind
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.doubts import RARE
from pipeline.extract.ocr.readers import Engines, Reading
from pipeline.extract.ocr.rivals import RareCharacters, rare_at, with_rivals
from pipeline.profile.load import load_profile
from samples import channels
from samples.cases_form import printed
from samples.form_image import form_image
from tests.cases.city_mails import card, id_number
from tests.extract.printed_lines import draw_line
from tests.extract.reading import doubtful_keys
from tests.extract.seen import reading
from tests.lent_engines import lent_engines

PROFILE: Final = load_profile("langfang-2018")
_CHARACTERS: Final = np.array(["", "洗", "冼", "选", "旸", "場", "1", "丨", " "])


@pytest.fixture(scope="module")
def engines() -> Engines:
    return lent_engines()


def _seen(text: str, *rivals: tuple[str, float]) -> Reading:
    read = reading(text)
    return Reading(text=read.text, confidence=read.confidence, chances=read.chances, rivals=rivals)


@pytest.mark.parametrize(
    ("chances", "read", "rival"),
    [
        pytest.param({1: 0.99, 2: 0.01}, 1, "冼", id="of the second level"),
        pytest.param({1: 0.97, 2: 0.001, 3: 0.02}, 1, "冼", id="an everyday one is none, however likely"),
        pytest.param({1: 0.97, 4: 0.02, 2: 0.001}, 1, "旸", id="outside of GB 2312, far likelier"),
        pytest.param({1: 0.97, 4: 0.002, 2: 0.001}, 1, "冼", id="outside of GB 2312, hardly likelier"),
        pytest.param({1: 0.9, 5: 0.1}, 1, "", id="a traditional form is none"),
        pytest.param({2: 0.9, 1: 0.1}, 2, "", id="no character is its own, nor an everyday one another's"),
        pytest.param({6: 0.9, 7: 0.1}, 6, "", id="a digit has none"),
    ],
)
def test_the_likeliest_rare_character(chances: dict[int, float], read: int, rival: str) -> None:
    row = np.zeros(len(_CHARACTERS), np.float32)
    for number, chance in chances.items():
        row[number] = chance
    assert RareCharacters(_CHARACTERS).rival(row, read)[0] == rival


@pytest.mark.parametrize(
    ("third", "rare"),
    [
        pytest.param(_seen("王洗", ("", 0.0), ("冼", 0.04)), {1}, id="the third reader thinks of it too"),
        pytest.param(_seen("王洗", ("", 0.0), ("冼", 0.0002)), set(), id="the third reader does not"),
        pytest.param(_seen("王冼", ("", 0.0), ("", 0.0)), {1}, id="the third reader sees it"),
        pytest.param(_seen("王", ("", 0.0)), {1}, id="the third reader passes over it"),
        pytest.param(reading("王洗"), set(), id="a reader that knows of none"),
    ],
)
def test_both_networks_have_to_think_of_it(third: Reading, rare: set[int]) -> None:
    first = _seen("王洗", ("", 0.0), ("冼", 0.002))
    assert rare_at(first, lambda: third) == rare
    assert with_rivals(first, frozenset(rare)) == ("王冼" if rare else "王洗")


@pytest.mark.parametrize(
    ("read", "rival", "at", "asked"),
    [
        pytest.param("薛琳", "薜", 0, False, id="薛 is a surname and 薜 is none"),
        pytest.param("洗国华", "冼", 0, True, id="冼 is a surname and 洗 is none"),
        pytest.param("桓晓", "哓", 1, True, id="a given name"),
        pytest.param("爱文安亲子", "爰", 0, False, id="an account's name"),
    ],
)
def test_what_is_nobodys_name_and_words_are_asked_about_less(read: str, rival: str, at: int, *, asked: bool) -> None:
    rivals = [(rival, 0.004) if i == at else ("", 0.0) for i in range(len(read))]
    seen = [(rival, 0.004) if i == at else ("", 0.0) for i in range(len(read))]
    assert (at in rare_at(_seen(read, *rivals), lambda: _seen(read, *seen))) is asked


def test_what_both_networks_surely_think_of_in_words_is_asked_about() -> None:
    first, third = _seen("未刺区", ("", 0.0), ("剌", 0.0071)), _seen("未刺区", ("", 0.0), ("剌", 0.043))
    assert rare_at(first, lambda: third) == {1}


def test_the_third_reader_is_not_asked_for_nothing() -> None:
    def nobody() -> Reading:
        raise AssertionError

    assert not rare_at(_seen("王洗", ("", 0.0), ("冼", 0.0001)), nobody)


@pytest.mark.parametrize(
    ("face", "rare", "everyday"),
    [("song", "汔", "汽"), ("sans", "汔", "汽"), ("song", "祆", "袄"), ("kai", "祆", "袄"), ("sans", "祆", "袄")],
)
def test_a_network_leaves_a_rare_character_a_chance(face: str, rare: str, everyday: str, engines: Engines) -> None:
    crop, plain = (draw_line(f"王{character}", face, size_px=28)[6:44, 8:] for character in (rare, "明"))
    first, third = (reader.read_lines([crop])[0] for reader in (engines.main, engines.third))
    assert first.text == f"王{everyday}"
    assert with_rivals(first, rare_at(first, lambda: third)) == f"王{rare}"
    first, third = (reader.read_lines([plain])[0] for reader in (engines.main, engines.third))
    assert not rare_at(first, lambda: third)


@pytest.mark.parametrize("face", ["kai"])
def test_a_name_with_such_a_character_is_asked_about(face: str, engines: Engines) -> None:
    """张袄 was believed where 张祆 was printed."""
    filing = printed(21, "rare").evolve(owner_name_written="张祆", admin_name_written="李明")
    page = channels.scan(form_image(filing, face=face), 5)
    (form,) = read_document(page.encode(), Media.JPEG, name="x", profile=PROFILE, engines=engines).forms
    name = form.field("owner_name")
    assert name is not None
    assert (name.value, name.doubt, name.candidates) == ("张袄", RARE, ("张祆",))
    assert not {"admin_name", "account_name", "account_subject", "address"} & doubtful_keys(form)


def test_a_card_with_such_a_name_is_asked_about(engines: Engines) -> None:
    file = card("张祆", id_number(3), address="和平路1号", seed=4)
    (paper,) = read_document(file.content, Media.JPEG, name="x", profile=PROFILE, engines=engines).papers
    name = paper.field("name")
    assert paper.kind is PaperKind.ID_CARD
    assert name is not None
    assert name.doubtful


def test_a_card_in_simplified_characters_is_not_believed_in_traditional_ones(engines: Engines) -> None:
    """黄强思, of which the network returns 黃強."""
    (page,) = make_pages("card", 1, 800_012)
    (paper,) = read_document(page.content, page.media, name="x", profile=PROFILE, engines=engines).papers
    name = paper.field("name")
    assert name is not None
    assert name.value == "黄强思" or name.doubtful
