"""What is believed of pages that do not read well, faxes among them, because the taught reader is sure of it (decision 93)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import pytest

from bench.pages import make_pages
from bench.scoring import Score, score
from pipeline.domain.document import Box
from pipeline.extract.document import read_document
from pipeline.extract.ocr.latin_line import LatinLine
from pipeline.extract.trust.numbers import NumberJudge
from pipeline.extract.trust.text import judge_text
from pipeline.extract.trust.wechat_ids import judge_wechat_id
from pipeline.extract.wechat.denial import is_denied
from tests.extract.seen import PROFILE, Seen, evidence_of, reading
from tests.lent_engines import lent_engines

NAME, LESS_SURE = "陈子宇", 0.9


def _is_believed(taught: float, third: str = NAME, name: str = NAME, **how: Any) -> bool:
    first = reading(name, *[LESS_SURE] * len(name))
    seen = Seen(first, reading(third, *[0.5] * len(third)), taught=reading(name, *[taught] * len(name)), coarse=False)
    told = {"clear": False, "whole": True, **how}
    return not judge_text(evidence_of("owner_name", first, seen, **told)).doubtful


@pytest.mark.parametrize(
    ("taught", "third", "believed"),
    [
        pytest.param(0.985, NAME, True, id="three networks see the same"),
        pytest.param(0.96, NAME, False, id="not sure: that sure it was of 字 where a blur had closed 宇"),
        pytest.param(0.999, "陈子字", False, id="the third reader sees another character"),
    ],
)
def test_a_name_on_a_soft_page(taught: float, third: str, *, believed: bool) -> None:
    assert _is_believed(taught, third) is believed


def test_where_strokes_may_be_gone_it_has_to_be_surer() -> None:
    """Of a fax it was 0.982 sure of 白 where 自 had lost a stroke."""
    assert not _is_believed(0.985, whole=False)
    assert _is_believed(0.995, whole=False)


def test_by_hand_it_has_to_be_surer() -> None:
    assert not _is_believed(0.985, clear=True)
    assert _is_believed(0.995, clear=True)


def test_what_hands_write_alike_is_asked_about() -> None:
    assert not _is_believed(0.999, "汪江", "汪江")


@pytest.mark.parametrize(
    ("mark", "seen", "clear", "believed"),
    [
        pytest.param(0.95, "发布资讯，优惠", False, True, id="main and taught reader are sure of the mark"),
        pytest.param(0.8, "发布资讯，优惠", False, False, id="one of them is not"),
        pytest.param(0.95, "发布资讯；优惠", False, False, id="they see two marks"),
        pytest.param(0.95, "发布资讯，优惠", True, False, id="by hand: all networks pass over a comma together"),
    ],
)
def test_of_a_sentence_the_marks_have_to_be_seen_too(mark: float, seen: str, *, clear: bool, believed: bool) -> None:
    first = reading("发布资讯，优惠", *[LESS_SURE] * 4, mark)
    looks = Seen(first, reading("发布资讯优惠", *[0.5] * 6), taught=reading(seen, *[0.995] * 4, mark))
    assert judge_text(evidence_of("description", first, looks, clear=clear)).doubtful is not believed


def test_a_traditional_character_becomes_the_one_that_it_knows() -> None:
    first = reading("陳子宇", *[LESS_SURE] * 3)
    seen = Seen(first, reading("陳子宇", *[0.5] * 3), taught=reading(NAME, *[0.99] * 3))
    field = judge_text(evidence_of("owner_name", first, seen, clear=False))
    assert (field.value, field.doubtful, field.raw) == (NAME, False, "陳子宇")


def _number(key: str, text: str, taught: float, *, printed: bool = True) -> bool:
    first = reading(text, *[LESS_SURE] * len(text))
    seen = Seen(first, reading(text, *[0.5] * len(text)), taught=reading(text, *[taught] * len(text)), coarse=True)
    seen.picture.dots = None  # its rows are not the machine's: no stroke is proved to be there
    return not NumberJudge(evidence_of(key, first, seen, clear=False, whole=False, printed=printed)).judged().doubtful


def test_a_telephone_number_on_a_fax() -> None:
    assert _number("owner_phone", "13870641104", 0.995)
    assert not _number("owner_phone", "13870641104", 0.985)


def test_a_count_on_a_fax_only_where_it_is_printed() -> None:
    """Of 61 by hand three readers saw a 6, and no count tells that it has lost a digit."""
    assert _number("follower_count", "8671", 0.995)
    assert not _number("follower_count", "8671", 0.995, printed=False)


def test_a_date_on_a_fax_only_where_its_marks_are_there() -> None:
    """Three readers saw 201037 where 2010-3-7 stood."""
    assert _number("opened_on", "2022-1-12", 0.995)
    assert not _number("opened_on", "202212", 0.995)


class _Latin:
    """What the Latin reader gives a chance."""

    def __init__(self, **chances: float) -> None:
        self._chances = {text.replace("M", "-"): chance for text, chance in chances.items()}
        self.text = max(self._chances, key=lambda text: self._chances[text])

    def chance(self, text: str) -> float:
        return self._chances.get(text, 0.0)

    def chances(self, texts: Sequence[str]) -> list[float]:
        return [self.chance(text) for text in texts]


class _SeenByLatin(Seen):
    latin: _Latin

    def latin_reading(self, box: Box, others: Iterable[Box] = ()) -> Any:
        return self.latin


def _wechat(read: str, latin: _Latin, taught: str = "", *, coarse: bool = True) -> tuple[object, bool]:
    first = reading(read, *[LESS_SURE] * len(read))
    seen = _SeenByLatin(first, first, taught=reading(taught), coarse=coarse)
    seen.latin = latin
    field = judge_wechat_id(evidence_of("owner_wechat", first, seen, clear=False, whole=False))
    return field.value, field.doubtful


@pytest.mark.parametrize(
    ("latin", "offered"),
    [
        pytest.param(_Latin(szs_01oo=0.95), "szs_01oo", id="it learnt from faxes"),
        pytest.param(_Latin(szs_01oo=0.2), "SZS_01oo", id="hardly sure, as of all that is written by hand"),
        pytest.param(_Latin(_szs_01o=0.6), "SZS_01oo", id="no ID"),
    ],
)
def test_a_wechat_id_is_offered_as_the_latin_reader_sees_it(latin: _Latin, offered: str) -> None:
    assert _wechat("SZS_01oo", latin) == (offered, True)


@pytest.mark.parametrize(
    ("latin", "taught", "believed"),
    [
        pytest.param(_Latin(szs_6274=0.96), "szs_6274", True, id="the taught reader sees the same"),
        pytest.param(_Latin(szs_6274=0.94), "szs_6274", False, id="not sure"),
        pytest.param(_Latin(szs_6274=0.96), "szs_b274", False, id="the taught reader sees another"),
        pytest.param(_Latin(szs_7274=0.96), "szs_4627", False, id="the main reader saw other shapes"),
        pytest.param(_Latin(szs_6274=0.96, szs__6274=0.1), "szs_6274", False, id="a mark more may stand there"),
        pytest.param(_Latin(szs1o274=0.99), "szs1o274", False, id="some typefaces draw an l as others draw a 1"),
    ],
)
@pytest.mark.parametrize("coarse", [True, False])
def test_a_wechat_id_is_believed_that_both_networks_spell_alike(
    latin: _Latin, taught: str, *, believed: bool, coarse: bool
) -> None:
    value, doubtful = _wechat("SZS1o274" if "1" in latin.text else "SZS_6274", latin, taught, coarse=coarse)
    assert (value, doubtful) == (latin.text, not believed)


@pytest.mark.parametrize(
    ("latin", "value", "denied"),
    [
        pytest.param(_Latin(cuiM326lchy=0.0001, cuiM3261chy=0.6), "cui-326lchy", True, id="another ID"),
        pytest.param(_Latin(cuiM326lchy=0.01, cuiM3261chy=0.6), "cui-326lchy", False, id="it may be that one"),
        pytest.param(_Latin(l503O0_xie=0.0005, _15036=0.9), "l503O0_xie", False, id="another text that is no ID"),
        pytest.param(_Latin(chang18cyk=0.64, changM18cyk=0.17), "chang18cyk", True, id="a mark that touches"),
        pytest.param(_Latin(tyy__088oo=0.89, tyy___088oo=0.04), "tyy__088oo", False, id="hardly a third underscore"),
    ],
)
def test_the_latin_reader_denies_what_the_ink_proved(latin: _Latin, value: str, *, denied: bool) -> None:
    assert is_denied(cast("LatinLine", latin), value) is denied


@pytest.mark.parametrize(
    ("channel", "seed", "key"),
    [
        pytest.param("fine fax", 1_600_007, "admin_wechat", id="the ink proved an l where a 1 stood"),
        pytest.param("scan 100 dpi", 1_600_015, "owner_wechat", id="a - touches the g before it"),
        pytest.param(
            "screen photo", 1_810_013, "admin_wechat", id="a typeface whose l is a 1, in an ID that WeChat made"
        ),
    ],
)
def test_a_wechat_id_that_was_believed_wrongly_is_asked_about(channel: str, seed: int, key: str) -> None:
    (page,) = make_pages(channel, 1, seed)
    read = read_document(page.content, page.media, name="page", profile=PROFILE, engines=lent_engines())
    scored = {item.key: item.score for item in score(read, page.truth)}
    assert scored[key] is Score.DOUBTFUL
    assert Score.WRONG not in scored.values()
