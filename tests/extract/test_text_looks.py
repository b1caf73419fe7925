"""What a third reader settles, and where it has to be asked: text on scans, written by hand, on papers."""

from __future__ import annotations

import numpy as np
import pytest

from bench.pages import make_pages
from bench.scoring import Score, Scored, plain, score
from pipeline.domain.document import Box
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.doubts import INKED, NOT_TWICE
from pipeline.extract.image.pixels import prepare
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.characters import SURE, least_sure, read_alike
from pipeline.extract.ocr.readers import Engines, Reading
from pipeline.extract.trust.text import judge_text
from pipeline.extract.trust.text_looks import (
    ON_CLEAR,
    ON_COARSE,
    ON_UNCLEAR,
    Sureness,
    TextLooks,
    guess,
    is_agreed,
    is_settled,
)
from samples import channels
from samples.filing import make_filing
from samples.fonts import Face, has_handwriting
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.truth import form_truth
from tests.extract.printed_lines import draw_line
from tests.extract.seen import BOX, PROFILE, Seen, evidence_of, reading
from tests.lent_engines import lent_engines


@pytest.fixture(scope="module")
def engines() -> Engines:
    return lent_engines()


def _scored(channel: str, seed: int, engines: Engines) -> dict[str, Scored]:
    if channel == "handwritten" and not has_handwriting():
        pytest.skip("the handwriting typefaces are not here; make fonts")
    (page,) = make_pages(channel, 1, seed)
    read = read_document(page.content, page.media, name="page", profile=PROFILE, engines=engines)
    return {item.key: item for item in score(read, page.truth)}


@pytest.mark.parametrize(
    ("channel", "seed", "key"),
    [
        pytest.param(
            "scan 150 dpi", 7_200_009, "owner_name", id="print on a clear scan: the main reader reads 贾 as 賈 again"
        ),
        pytest.param(
            "licence", 7_200_004, "name", id="a licence's name, of which the second reader misreads a character"
        ),
        pytest.param("licence", 7_200_004, "legal_representative", id="a wide blank the main reader is not sure of"),
        pytest.param("scan 100 dpi", 7_100_000, "account_subject", id="few dots: the second look is at fault"),
    ],
)
def test_a_third_reader_settles_what_the_others_left_open(channel: str, seed: int, key: str, engines: Engines) -> None:
    assert _scored(channel, seed, engines)[key].score is Score.EXACT


@pytest.mark.parametrize(
    ("seed", "key"),
    [
        pytest.param(700_000, "account_name", id="both looks of the main reader are sure of 江 where 汇 stands"),
        pytest.param(7_100_015, "admin_name", id="both looks of the main reader are sure of 情 where 博 stands"),
        pytest.param(2_510_012, "address", id="both networks pass over the 1 of 9号楼1单元"),
    ],
)
def test_what_is_written_by_hand_is_not_believed_for_two_looks_of_one_reader(
    seed: int, key: str, engines: Engines
) -> None:
    scored = _scored("handwritten", seed, engines)
    assert (scored[key].score, scored[key].right) == (Score.DOUBTFUL, False)
    assert [item.key for item in scored.values() if item.score is Score.WRONG] == []


def test_readers_that_agree_on_what_a_blur_closed_are_not_sure_enough(engines: Engines) -> None:
    wrong = [key for key, item in _scored("photo, soft", 7_500_008, engines).items() if item.score is Score.WRONG]
    assert wrong == []


@pytest.mark.parametrize(
    ("face", "seed", "key", "doubt"),
    [
        pytest.param("song", 2_724_007, "owner_name", NOT_TWICE, id="all readers see 字 where a blur closed 宇"),
        pytest.param("sans", 2_725_008, "description", INKED, id="a full stop that wrapped and left no ink"),
    ],
)
def test_on_a_soft_photo_readers_that_agree_are_asked_about(
    face: Face, seed: int, key: str, doubt: str, engines: Engines
) -> None:
    filing = make_filing(seed, entity="company" if seed % 2 else "individual", name="bench soft")
    sheet = form_image(filing, FormStyle(tick=("√", "■", "☑")[seed % 3]), face=face)
    page = channels.photo(sheet, seed, blur_sigma=2.0 + seed % 3)
    (form,) = read_document(page.encode("JPEG"), Media.JPEG, name="page", profile=PROFILE, engines=engines).forms
    field = form.field(key)
    assert field is not None
    assert (field.doubt, plain(field.value) == plain(form_truth(filing).fields[key])) == (doubt, False)


def test_a_sentence_is_believed_that_another_engine_sees_mark_by_mark() -> None:
    """Wide and narrow commas are no difference; that of a page of black and white only may be gone for all three."""
    first, seen = reading("宣传，介绍客户", *[0.8] * 7), "宣传,介绍客户"
    for text, few_dots, believed in ((seen, False, True), (seen, True, False), ("宣传介绍客户", False, False)):
        looks = TextLooks(BOX, BOX, Seen(first, first, second=text))  # type: ignore[arg-type]
        assert is_agreed(looks, ON_CLEAR, by_hand=False, few_dots=few_dots) is believed


@pytest.mark.parametrize(
    ("sure", "by_hand", "few_dots", "believed"),
    [
        pytest.param(0.8, False, True, True, id="print of few dots"),
        pytest.param(0.95, False, True, False, id="the third reader is sure of 思"),
        pytest.param(0.8, False, False, False, id="a blur may have closed it"),
        pytest.param(0.8, True, True, False, id="by hand"),
    ],
)
def test_without_the_third_reader_all_others_are_enough_where_strokes_were_measured(
    sure: float, by_hand: bool, few_dots: bool, believed: bool
) -> None:
    first, third = reading("高丽恩", 0.99, 0.99, 0.88), reading("高丽思", 0.99, 0.99, sure)
    looks = TextLooks(BOX, BOX, Seen(first, third, second="高丽恩"))  # type: ignore[arg-type]
    assert is_agreed(looks, ON_COARSE, by_hand=by_hand, few_dots=few_dots) is believed


def test_of_few_dots_either_script_is_the_same_character() -> None:
    """Of 曹涛鹏 on a fine fax the third reader and the main one's second look return 鵬."""
    first, other = reading("曹涛鹏"), reading("曹涛鵬")
    looks = TextLooks(BOX, BOX, Seen(first, other, again=other))  # type: ignore[arg-type]
    assert is_agreed(looks, ON_COARSE, by_hand=False, few_dots=True)
    assert not is_agreed(TextLooks(BOX, BOX, Seen(other, other)), ON_COARSE, by_hand=False, few_dots=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("again", "third", "second", "value"),
    [
        pytest.param("萧伟彬", "萧伟彬", "", "萧伟彬", id="both networks see it simplified"),
        pytest.param("蕭伟彬", "萧伟彬", "萧伟彬", "萧伟彬", id="the second reader and the third one do"),
        pytest.param("蕭伟彬", "萧伟彬", "妆伟彬", None, id="the third reader alone"),
        pytest.param("萧伟彬", "蕭伟彬", "萧伟彬", None, id="the third reader sees the traditional one"),
        pytest.param("萧伟彬", "萧韦彬", "萧伟彬", None, id="the third reader sees another name"),
    ],
)
def test_a_traditional_character_is_simplified_where_the_others_see_it_so(
    again: str, third: str, second: str, value: str | None
) -> None:
    first = reading("蕭伟彬", 0.686)
    seen = Seen(first, reading(third), again=reading(again, 0.751), second=second)
    field = judge_text(evidence_of("owner_name", first, seen, printed=True))
    assert field.doubtful is (value is None)
    assert value in (None, field.value)


def test_a_traditional_character_in_an_unsure_name_is_asked_about() -> None:
    first = reading("蕭伟彬", 0.686, 0.8)
    seen = Seen(first, reading("萧伟彬"), again=reading("萧伟彬"), second="萧伟彬")
    assert judge_text(evidence_of("owner_name", first, seen, printed=True)).doubtful


@pytest.mark.parametrize(
    ("channel", "seed", "key"),
    [
        pytest.param("photo, bent", 860_000, "owner_name", id="黃"),
        pytest.param("stamped", 860_002, "address", id="a town with 泃, of which each reader makes something else"),
    ],
)
def test_what_is_one_thing_in_several_spellings_is_settled(channel: str, seed: int, key: str, engines: Engines) -> None:
    assert _scored(channel, seed, engines)[key].score is Score.EXACT


def test_the_third_reader_counts_for_a_whole_line_only() -> None:
    first = reading("安次区，金光道", *[0.99] * 7)
    assert read_alike(first, reading("安次区,金光道", *[0.9] * 7), SURE)
    assert not read_alike(first, reading("安次区金光道", *[0.99] * 6), SURE)
    assert not read_alike(first, reading("安次区，金光遒", *[0.99] * 7), SURE)
    assert not read_alike(reading("", 0.99), reading("", 0.99), SURE)


def test_neither_reader_may_be_unsure_of_a_character_blanks_aside() -> None:
    sure, unsure = reading("韩燕静", 0.99, 0.9, 0.9), reading("韩燕静", 0.99, 0.8, 0.9)
    assert not read_alike(sure, unsure, SURE)
    assert not read_alike(unsure, sure, SURE)
    assert read_alike(unsure, sure, 0.8)
    assert least_sure(reading("法定代表人 赖涛刚", *[0.9] * 5, 0.4, *[0.95] * 3)) == 0.9


def _looks(first: Reading, again: Reading, third: Reading) -> TextLooks:
    return TextLooks((0, 0, 1, 1), (0, 0, 1, 1), Seen(first, third, again=again))  # type: ignore[arg-type]


def test_a_sentence_in_which_one_look_sees_another_mark_is_not_believed() -> None:
    first, sees_more = reading("宣传，介绍客户", *[0.99] * 7), reading("宣传，介绍，客户", *[0.9] * 8)
    assert is_agreed(_looks(first, first, first), ON_CLEAR, by_hand=True)
    assert not is_agreed(_looks(first, sees_more, first), ON_CLEAR, by_hand=True)


@pytest.mark.parametrize(
    ("needed", "sure", "believed"),
    [(ON_CLEAR, 0.96, True), (ON_COARSE, 0.96, True), (ON_UNCLEAR, 0.96, False), (ON_CLEAR, 0.9, False)],
)
def test_alone_two_networks_must_be_surer_where_a_page_is_not_clear(
    needed: Sureness, sure: float, believed: bool
) -> None:
    first, other = reading("陈子宇", *[sure] * 3), reading("陈于宇", *[0.5] * 3)
    assert is_agreed(_looks(first, other, first), needed, by_hand=False) is believed
    assert is_agreed(_looks(first, first, first), needed, by_hand=False) is (sure > 0.95 or needed is ON_CLEAR)


def test_what_a_running_hand_writes_alike_is_not_believed_by_hand() -> None:
    first = reading("安次江房产网", *[1.0] * 6)
    assert not is_agreed(_looks(first, first, first), ON_CLEAR, by_hand=True)
    assert is_agreed(_looks(first, first, first), ON_CLEAR, by_hand=False)
    building = reading("永清县府东街235号逸创大夏C座6层", *[1.0] * 18)
    assert not is_agreed(_looks(building, building, building), ON_CLEAR, by_hand=True)


def test_a_rare_character_is_not_believed_by_hand() -> None:
    """孔军毓 for 孔军敏 (hand longcang, scan, seed 2800018): both networks were sure."""
    first = reading("孔军毓", *[1.0] * 3)
    assert not is_agreed(_looks(first, first, first), ON_CLEAR, by_hand=True)
    assert is_agreed(_looks(first, first, first), ON_CLEAR, by_hand=False)
    everyday = reading("孔军敏, A座7层。", *[1.0] * 10)
    assert is_agreed(_looks(everyday, everyday, everyday), ON_CLEAR, by_hand=True)


@pytest.mark.parametrize("printed", [True, False])
def test_nor_on_a_fax_that_does_not_prove_print(printed: bool) -> None:
    """On a fine fax of a handwritten form 汇 was believed to be 江."""
    first = reading("廊坊江邦文化传媒有限责任公司", *[1.0] * 14)
    seen = Seen(first, first, coarse=True)
    field = judge_text(evidence_of("account_subject", first, seen, clear=False, printed=printed))
    assert field.doubtful is not printed


@pytest.mark.parametrize(
    ("text", "believed"),
    [
        ("广阳区康宁街259号泰诚商务中心9号楼1单元2503室", True),
        ("广阳区康宁街259号泰诚商务中心9号楼单元2503室", False),
        ("广阳区康宁街259号泰诚商务中心9号楼|单元2503室", False),
        ("广阳区康宁街259号商务中心九号楼甲单元室", False),
    ],
)
def test_an_address_that_lacks_a_number_is_asked_about(text: str, believed: bool) -> None:
    """Both networks were sure of 9号楼单元 where a hand had written 9号楼1单元 (handwritten, seed 2510012)."""
    first = reading(text, *[1.0] * len(text))
    assert judge_text(evidence_of("address", first, Seen(first, first))).doubtful is not believed


def test_a_guess_takes_of_each_character_what_the_surer_reader_saw_and_everyday_ones_before_others() -> None:
    first = reading("蒋靜博", 0.9, 0.99, 0.6)
    for taught, guessed in (
        (reading("将静搏", 0.7, 0.5, 0.8), "蒋静搏"),
        (reading("蒋静", 0.9, 0.9), "蒋静"),
        (reading("蒋静", 0.5, 0.9), "蒋靜博"),
    ):
        assert guess(TextLooks(BOX, BOX, Seen(first, first, taught=taught))) == guessed  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("third", "believed"),
    [
        pytest.param(("民俗；医疗", 0.99), True, id="it passed over another character"),
        pytest.param(("民俗文化；医疗", 0.9), False, id="it is not sure of the mark"),
        pytest.param(("民俗文化：医疗", 0.99), False, id="it sees another mark"),
    ],
)
def test_what_the_second_look_leaves_open_the_third_reader_settles_character_by_character(
    third: tuple[str, float], believed: bool
) -> None:
    """The main reader read ; for ； and then ： (scan at 150 dpi): descriptions were asked about for a mark."""
    first = reading("民俗文化;医疗", 1.0, 1.0, 1.0, 1.0, 0.65, 1.0, 1.0)
    again = reading("民俗文化：医疗", *[1.0] * 7)
    chances = [third[1] if not c.isalnum() else 1.0 for c in third[0]]
    looks = TextLooks(BOX, BOX, Seen(first, reading(third[0], *chances), again=again))  # type: ignore[arg-type]
    assert is_settled(looks) is believed


def test_a_letter_is_settled_only_where_both_networks_are_sure_of_it() -> None:
    first, again = reading("张亲平", 1.0, 0.9, 1.0), reading("张亲平", 1.0, 0.7, 1.0)
    for chance, believed in ((0.99, True), (0.7, False)):
        third = reading("张亲半", 1.0, chance, 0.6)
        assert is_settled(TextLooks(BOX, BOX, Seen(first, third, again=again))) is believed  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quick", "believed"),
    [
        pytest.param(reading("张亲平"), True, id="the same, surely"),
        pytest.param(reading("张亲平", 1.0, 0.7, 1.0), False, id="not surely"),
        pytest.param(reading("张来平"), False, id="another"),
        pytest.param(reading("张亲、平"), False, id="a mark more"),
    ],
)
def test_a_quick_look_that_surely_sees_the_same_spares_the_longer_ones(quick: Reading, believed: bool) -> None:
    first, again = reading("张亲平", 1.0, 0.98, 1.0), reading("张亲平", 1.0, 0.7, 1.0)
    looks = TextLooks(BOX, BOX, Seen(first, reading("张"), again=again, quick=quick))  # type: ignore[arg-type]
    assert is_settled(looks) is believed
    assert ("again" in vars(looks)) is not believed


def test_readers_that_agree_on_a_traditional_form_are_not_believed() -> None:
    both = reading("趙红浩", 0.99, 0.99, 0.99)
    assert not read_alike(both, both, 0.8)


@pytest.mark.parametrize("clear", [True, False])
def test_what_is_asked_about_is_offered_in_simplified_characters(clear: bool) -> None:
    first = reading("罗強", 0.99, 0.9)
    field = judge_text(evidence_of("owner_name", first, Seen(first, first), clear=clear))
    assert (field.value, field.raw, field.doubtful) == ("罗强", "罗強", True)


class _OnTheRule(Seen):
    """A line that touches a rule, and what the main reader sees of it with the rule left in."""

    def __init__(self, first: Reading, upon: Reading) -> None:
        super().__init__(first, first)
        self._upon = upon

    def reading_upon_rule(self, box: Box) -> Reading | None:
        return self._upon


@pytest.mark.parametrize(
    ("upon", "believed"),
    [
        pytest.param("士成", False, id="another character"),
        pytest.param("十成。", False, id="one more mark"),
        pytest.param("十 成", True, id="the same"),
    ],
)
def test_a_line_that_is_another_with_its_rule_is_not_believed(upon: str, believed: bool) -> None:
    first = reading("十成")
    evidence = evidence_of("account_name", first, _OnTheRule(first, reading(upon)), printed=True)
    assert judge_text(evidence).doubtful is not believed


def test_what_a_rule_took_along_is_seen_with_the_rule(engines: Engines) -> None:
    """士 upon the rule of its cell is 十 without it."""
    page = np.full((90, 260, 3), 255, np.uint8)
    crop = draw_line("士成说", "hei", size_px=32, noise=0.0)[:, 8:]
    bottom = 20 + int(np.flatnonzero((crop[:, :44] < 90).any(axis=1))[-1])
    page[20 : 20 + crop.shape[0], 20 : 20 + crop.shape[1]] = crop[:, :, None]
    rules = np.zeros(page.shape[:2], np.uint8)
    rules[bottom - 3 : bottom + 1] = 255
    page[rules > 0] = 0
    picture = prepare(page, np.ascontiguousarray(page[:, :, 0]), rules)
    rereader = PictureRereader(picture, engines)
    line = picture.box((16, 20, 150, bottom + 2))
    upon = rereader.reading_upon_rule(line)
    assert rereader.first_reading(line).text == "十成说"
    assert upon is not None
    assert upon.text in {"士成说", "土成说"}
    assert rereader.put_away().reading_upon_rule(line) == upon
    assert rereader.reading_upon_rule(picture.box((16, 20, 150, bottom - 12))) is None
