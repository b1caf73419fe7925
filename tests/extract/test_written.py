"""What all looks of both networks think of at each place of a written line: which number or text that is, and when no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pipeline.domain.document import Box
from pipeline.extract.doubts import NO_SURNAME
from pipeline.extract.form.judge import Parsed
from pipeline.extract.misread_places import place_names
from pipeline.extract.ocr.places import Choices, join_looks
from pipeline.extract.ocr.readers import Place, Reading
from pipeline.extract.trust.numbers import NumberJudge
from pipeline.extract.trust.text import judge_text
from pipeline.extract.trust.wechat_ids import judge_wechat_id
from pipeline.extract.trust.written import likeliest, likely_text, one_text
from pipeline.extract.words import load_words, spell
from pipeline.profile.form import FieldKind
from tests.extract.seen import PROFILE, Seen, evidence_of, reading


def _look(*chances: Mapping[str, float]) -> tuple[Place, ...]:
    return tuple(Place(centre=(i + 0.5) / len(chances), chances=own) for i, own in enumerate(chances))


def _sure(text: str, **others: tuple[str, float]) -> tuple[Choices, ...]:
    """Each character at 0.98, but those at `at_N`: another one with that chance beside it."""
    places: list[Choices] = [{character: 0.98} for character in text]
    for place, (other, chance) in others.items():
        index = int(place.removeprefix("at_"))
        places[index] = {text[index]: 1 - chance, other: chance}
    return tuple(places)


def test_looks_are_laid_upon_each_other_where_they_saw_the_same() -> None:
    all_three = _look({"1": 0.9}, {"4": 0.6, "9": 0.4}, {"2": 0.9})
    joined = join_looks([all_three, _look({"4": 0.2, "9": 0.7}, {"2": 0.9})])
    assert [max(choices, key=lambda c, own=choices: own[c]) for choices in joined] == ["1", "9", "2"]  # type: ignore[misc]
    assert joined[0]["1"] > joined[0][""]  # passed over more easily than made up


def test_one_look_that_sees_more_tells_of_it() -> None:
    joined = join_looks([_look({"4": 0.9}, {"2": 0.9}), _look({"4": 0.9}, {"1": 0.9}, {"2": 0.9})])
    assert [sorted(choices) for choices in joined] == [["4"], ["", "1"], ["2"]]


def test_the_number_with_a_right_check_digit_is_the_likeliest() -> None:
    places = _sure("420106196103305309", at_0=("9", 0.8))
    found = likeliest(places, FieldKind.ID_NUMBER)
    assert found is not None
    assert found.value == "420106196103305309"


@pytest.mark.parametrize(
    ("kind", "written", "places", "value"),
    [
        (FieldKind.DATE, "a 9 for a 月 gives no date", _sure("2017年9月3日", at_6=("9", 0.7)), "2017-09-03"),
        (FieldKind.PHONE, "no mobile number has two 1", _sure("15883692885", at_1=("1", 0.6)), "15883692885"),
        (FieldKind.COUNT, "nothing else speaks for the other", _sure("731", at_2=("7", 0.4)), 731),
    ],
)
def test_what_is_no_number_of_its_kind_is_not_offered(
    kind: FieldKind, written: str, places: tuple[Choices, ...], value: object
) -> None:
    found = likeliest(places, kind)
    assert found is not None, written
    assert found.value == value


def _phone(read: str, places: tuple[Choices, ...], third: str = "") -> tuple[object, bool]:
    first, other = reading(read), reading(third or read)
    field = NumberJudge(evidence_of("owner_phone", first, Seen(first, other, places=places))).judged()
    return field.value, field.doubtful


def test_a_digit_that_may_be_another_is_asked_about_though_all_texts_are_alike() -> None:
    """A 7 without its bar was a 1 to every look, and the number was believed."""
    assert _phone("13336370210", _sure("13336370210", at_9=("7", 0.4))) == ("13336370210", True)
    assert _phone("13336370210", _sure("13336370210")) == ("13336370210", False)


def test_a_number_far_likelier_than_any_other_is_believed() -> None:
    assert _phone("15019156902", _sure("15019156402"), third="1501915402") == ("15019156402", False)
    assert _phone("15019156902", _sure("15019156402", at_8=("9", 0.3)), third="1501915402") == ("15019156402", True)


@pytest.mark.parametrize("read", ["|5019156402", "1501915640|", "15019156周2"])
def test_a_number_is_only_offered_where_more_or_less_stands_there(read: str) -> None:
    assert _phone(read, _sure("15019156402"))[1]


def test_print_is_not_asked_twice() -> None:
    first = reading("13336370210")
    seen = Seen(first, first, places=_sure("13336370210", at_9=("7", 0.4)))
    assert not NumberJudge(evidence_of("owner_phone", first, seen, printed=True)).judged().doubtful


def test_words_tell_what_looks_do_not() -> None:
    assert spell(_sure("家具制造服份有限公司", at_4=("股", 0.3)), load_words()) == "家具制造股份有限公司"
    assert spell(_sure("本地新少", at_3=("闻", 0.35)), load_words()) == "本地新闻"


def test_a_text_is_not_likelier_for_being_shorter() -> None:
    places = ({"甲": 0.9}, {"瑞": 0.6, "": 0.25}, {"禾": 0.9})
    assert spell(places, load_words()) == "甲瑞禾"


def test_a_name_begins_with_a_surname() -> None:
    assert likely_text(_sure("潭帆磊", at_0=("谭", 0.3)), FieldKind.PERSON_NAME, load_words()) == "谭帆磊"


def test_both_scripts_of_a_character_are_one() -> None:
    places: tuple[Choices, ...] = ({"吴": 0.66, "吳": 0.33}, {"艳": 0.98}, {"霞": 0.98})
    assert one_text(places, FieldKind.PERSON_NAME, load_words()) == "吴艳霞"
    kept: tuple[Choices, ...] = ({"李": 0.98}, {"昇": 0.98})
    assert one_text(kept, FieldKind.PERSON_NAME, load_words()) is None


@pytest.mark.parametrize(
    "place",
    [
        pytest.param({"艳": 0.66, "绝": 0.3}, id="one network sees another"),
        pytest.param({"艳": 0.66, "": 0.14}, id="one network passes over it"),
    ],
)
def test_a_text_that_may_be_another_is_none(place: Choices) -> None:
    assert one_text(({"吴": 0.98}, place, {"霞": 0.98}), FieldKind.PERSON_NAME, load_words()) is None


def test_a_name_of_which_one_network_returns_the_old_form_is_believed() -> None:
    first, third = reading("吴艳霞"), reading("吳艳霞")
    places: tuple[Choices, ...] = ({"吴": 0.66, "吳": 0.33}, {"艳": 0.98}, {"霞": 0.98})
    field = judge_text(evidence_of("owner_name", first, Seen(first, third, places=places)))
    assert (field.value, field.doubtful) == ("吴艳霞", False)


def test_a_sentence_is_not_believed_for_it() -> None:
    """A comma of it was lost to all looks of all networks (handwritten, seed 700000)."""
    for text, doubtful in (("宣传，产品介绍", True), ("宣传产品介绍", False)):
        first = reading(text)
        seen = Seen(first, reading(text, 0.7), places=_sure(text.replace("，", ",")))
        assert judge_text(evidence_of("description", first, seen)).doubtful == doubtful


def test_of_a_doubtful_text_the_likelier_words_are_offered_as_they_were_typed() -> None:
    first, third = reading("发布体音赛事，天气"), reading("发布停育赛事，天气")
    places = _sure("发布体音赛事,天气", at_3=("育", 0.45))
    field = judge_text(evidence_of("description", first, Seen(first, third, places=places)))
    assert (field.value, field.doubtful, field.raw) == ("发布体育赛事，天气", True, "发布体音赛事，天气")


def test_whoever_is_the_account_s_subject_by_a_short_name_has_a_surname() -> None:
    name = reading("素伟")
    field = judge_text(evidence_of("account_subject", name, Seen(name, name)))
    assert (field.doubtful, field.doubt) == (True, NO_SURNAME)
    assert not judge_text(evidence_of("account_subject", name, Seen(name, name), printed=True)).doubtful


def test_a_mobile_number_by_hand_is_a_wechat_id_too() -> None:
    read = reading("18713614040")
    seen = Seen(read, read, again=reading("l8713614O4O"), second="l87136404", places=_sure("18713614040"))
    field = judge_wechat_id(evidence_of("owner_wechat", read, seen))
    assert (field.value, field.doubtful) == ("18713614040", False)


def test_what_all_three_networks_say_need_not_be_what_the_main_one_read() -> None:
    """王巢兹 was read where 王兰燕 stood, and only the taught reader saw it."""
    first, third = reading("王巢兹", 0.9, 0.4, 0.3), reading("王蘇", 0.5)
    places: tuple[Choices, ...] = ({"王": 0.98}, {"兰": 0.9}, {"燕": 0.9})
    field = judge_text(evidence_of("admin_name", first, Seen(first, third, places=places)))
    assert (field.value, field.doubtful, field.raw) == ("王兰燕", False, "王巢兹")


def test_the_profile_s_places_are_words() -> None:
    places = _sure("落岱那些事儿", at_1=("垡", 0.3))
    assert likely_text(places, FieldKind.TEXT, load_words()) == "落岱那些事儿"
    assert likely_text(places, FieldKind.TEXT, place_names(PROFILE.places).words) == "落垡那些事儿"


def test_a_wechat_id_by_hand_is_offered_as_the_taught_reader_sees_it() -> None:
    """46=yi845 was read where lf_yi845 stood."""
    read = reading("46=yi845", 0.6)
    seen = Seen(read, read, taught=reading("lf_yi845"))
    field = judge_wechat_id(evidence_of("owner_wechat", read, seen))
    assert (field.value, field.doubtful) == ("lf_yi845", True)


def test_what_the_taught_reader_sees_is_not_offered_where_it_is_no_id() -> None:
    read = reading("qian_min")
    field = judge_wechat_id(evidence_of("owner_wechat", read, Seen(read, read, taught=reading("9ian"))))
    assert (field.value, field.doubtful) == ("qian_min", True)


@pytest.mark.parametrize(
    ("key", "text", "doubtful"),
    [
        pytest.param("owner_name", "方婷桂", False, id="a given name's character in a name"),
        pytest.param("owner_name", "方毓桂", True, id="one that hands write as others are written"),
        pytest.param("description", "方婷桂花", True, id="anywhere else"),
    ],
)
def test_a_name_may_have_what_given_names_are_written_with(key: str, text: str, *, doubtful: bool) -> None:
    first = reading(text)
    field = judge_text(evidence_of(key, first, Seen(first, reading(text, 0.7), places=_sure(text))))
    assert field.doubtful == doubtful


def test_a_line_with_its_label_is_not_believed_as_another_text_than_was_read() -> None:
    """Its own text was believed, as that of all networks was found nowhere in the value."""
    first = reading("姓名 王巢兹", *[0.99] * 4, 0.4, 0.3)
    seen = Seen(first, reading("姓名：王蘇", 0.5), places=_sure("姓名王兰燕"))
    evidence = evidence_of("admin_name", first, seen)
    inline = replace(evidence.reading, raw="王巢兹", parsed=Parsed(value="王巢兹"), inline=True)
    assert judge_text(replace(evidence, reading=inline)).doubtful


def test_a_line_is_put_where_it_stood() -> None:
    """A 3 that wrapped stands in the line above it, too."""
    above, below = reading("新华街3号楼"), reading("3")
    other = _LineByLine({"above": above, "below": below}, {"above": _sure("新华街3号楼"), "below": _sure("8")})
    evidence = evidence_of("account_name", above, other)
    lines = tuple(replace(evidence.reading.lines[0], text=look.text, box=box) for box, look in other.looks.items())
    both = replace(evidence.reading, raw="新华街3号楼\n3", parsed=Parsed(value="新华街3号楼3"), lines=lines)
    field = judge_text(replace(evidence, reading=both))
    assert (field.value, field.doubtful) == ("新华街3号楼8", False)


class _LineByLine(Seen):
    """Several lines, told by their boxes."""

    def __init__(self, looks: Mapping[str, Reading], places: Mapping[str, tuple[Choices, ...]]) -> None:
        first = next(iter(looks.values()))
        super().__init__(first, reading("", 0.0))
        boxes = {name: (0.2, 0.2 + number / 10, 0.4, 0.22 + number / 10) for number, name in enumerate(looks)}
        self.looks = {boxes[name]: look for name, look in looks.items()}
        self._own = {boxes[name]: own for name, own in places.items()}

    def first_reading(self, box: Box) -> Reading:
        return self.looks[box]

    def main_reading(self, box: Box, *, alphabet: str | None, prepared: bool) -> Reading:
        return self.looks[box]

    def places(self, box: Box, *, alphabet: str | None = None) -> tuple[Choices, ...]:
        return self._own[box]
