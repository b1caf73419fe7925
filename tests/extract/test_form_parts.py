"""Parts of forms: which belong together, which value of a row counts, and what is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from pipeline.domain.document import DocumentReading, ExtractedForm, Field, PageBox
from pipeline.domain.finding import finding
from pipeline.domain.pages import PageGeometry
from pipeline.extract.form.edges import TORN
from pipeline.extract.form.joins import DIFFERS, LOST
from pipeline.extract.form.parts import join_parts
from pipeline.profile.load import load_profile

SPEC = load_profile("langfang-2018").form
KEYS = [field.key for field in SPEC.fields if field.required and field.labels]
#: Every value of an account; rows of two values share a height.
ROWS = [
    ["account_name"],
    ["account_type"],
    ["account_subject"],
    ["address"],
    ["description"],
    ["opened_on", "follower_count"],
    ["owner_name", "owner_id_number"],
    ["owner_wechat", "owner_phone"],
    ["admin_name", "admin_phone"],
    ["admin_wechat"],
    ["signed"],
]
Values = Mapping[str, object]
JIA: Values = {
    "account_name": "甲县便民网", "account_type": "wechat", "account_subject": "甲县某某商贸有限公司", "address": "甲县东街1号",
    "description": "发布本地便民信息", "opened_on": "2017-06-18", "follower_count": 3468, "owner_name": "张三丰",
    "owner_id_number": "132930196810046277", "owner_wechat": "abdefgh3456", "owner_phone": "13803161234",
    "admin_name": "李四海", "admin_phone": "13931695678", "admin_wechat": "nmrty78965", "signed": True,
}  # fmt: skip
YI: Values = {
    "account_name": "乙县美食圈", "account_type": "wechat", "account_subject": "乙县另一餐饮管理中心", "address": "乙县西路22号",
    "description": "介绍餐馆和小吃", "opened_on": "2016-01-09", "follower_count": 120, "owner_name": "王五岳",
    "owner_id_number": "131003196105206571", "owner_wechat": "ymtrh66789", "owner_phone": "15690271025",
    "admin_name": "赵六合", "admin_phone": "15681511224", "admin_wechat": "gnadeb9384", "signed": True,
}  # fmt: skip


def rows(values: Values, first: int, last: int, **more: object) -> ExtractedForm:
    """The form with the rows from `first` to `last` (from 0, both in)."""
    fields = tuple(
        Field(
            key=key,
            value=values[key],
            raw=str(values[key]),
            source=PageBox(page=1, box=(0.5 * at, 0.05 * row, 0.5 * at + 0.4, 0.05 * row + 0.05)),
            reader="rapidocr",
        )
        for row in range(first, last + 1)
        for at, key in enumerate(ROWS[row])
    )
    unplaced = tuple(key for key in KEYS if key not in {field.key for field in fields})
    return ExtractedForm(profile="langfang-2018", fields=fields, unplaced=unplaced, **more)  # type: ignore[arg-type]


def changed(form: ExtractedForm, key: str, **update: object) -> ExtractedForm:
    fields = tuple(item.model_copy(update=update) if item.key == key else item for item in form)
    return form.model_copy(update={"fields": fields})


def joined(*pieces: ExtractedForm) -> Sequence[DocumentReading]:
    """Each piece in a file of its own, put together. One with 账号名 or 账号主体 and five rows counts as a form."""
    readings = []
    for number, piece in enumerate(pieces, start=1):
        fields = tuple(
            item.model_copy(update={"source": item.source.model_copy(update={"file": number})})
            for item in piece
            if item.source is not None
        )
        one = piece.model_copy(update={"file": number, "fields": fields})
        is_form = len(fields) >= 5 and (one.field("account_name") or one.field("account_subject"))
        unread = one.model_copy(update={"findings": (finding("form.unreadable", f"“{number}”没有拍全。"),)})
        key = "forms" if is_form else "parts"
        readings.append(DocumentReading(engine="x", **{key: (one if is_form else unread,)}))
    return join_parts(readings, [f"{number}.jpg" for number in range(1, len(pieces) + 1)], SPEC)


def the_form(*pieces: ExtractedForm) -> ExtractedForm:
    readings = joined(*pieces)
    (form,) = (form for reading in readings for form in reading.forms)
    assert [item for reading in readings for item in reading.all_findings] == []
    return form


def doubts(form: ExtractedForm) -> dict[str, str | None]:
    return {item.key: item.doubt for item in form if item.doubtful}


def is_apart(*pieces: ExtractedForm) -> bool:
    """Whether every form stayed as it was."""
    readings = joined(*pieces)
    return all(len({item.source.file for item in form if item.source}) == 1 for r in readings for form in r.forms)


@pytest.mark.parametrize("cut", range(len(ROWS) - 1))
@pytest.mark.parametrize("turned", [False, True], ids=["in order", "lower first"])
def test_two_parts_are_one_form_wherever_it_was_cut(cut: int, turned: bool) -> None:
    pieces = [rows(JIA, 0, cut), rows(JIA, cut + 1, len(ROWS) - 1)]
    form = the_form(*(pieces[::-1] if turned else pieces))
    assert {item.key: item.value for item in form} == JIA
    assert (doubts(form), form.unplaced) == ({}, ())
    files = {item.key: item.source.file for item in form if item.source is not None}
    assert files["account_name"] == (2 if turned else 1)
    assert files["signed"] == (1 if turned else 2)


def test_rows_on_both_parts_have_to_agree() -> None:
    upper, lower = rows(JIA, 0, 7), rows(JIA, 5, 10)
    assert doubts(the_form(upper, lower)) == {}
    assert doubts(the_form(upper, changed(lower, "owner_name", value="张三 丰"))) == {}
    form = the_form(upper, changed(lower, "owner_name", value="张三车"))
    assert doubts(form) == {"owner_name": DIFFERS}
    assert {form.field("owner_name").value, form.field("owner_name").second} == {"张三丰", "张三车"}  # type: ignore[union-attr]


def test_a_row_that_is_cut_on_one_part_is_read_from_the_other() -> None:
    upper = changed(rows(JIA, 0, 4, text_below=("开通日期",)), "description", value="发布本地")
    form = the_form(upper, rows(JIA, 3, 10, text_above=("甲县东",)))
    assert (form.value("description"), doubts(form)) == (JIA["description"], {})
    doubtful = changed(rows(JIA, 0, 4), "description", doubtful=True, doubt="看不清", value="发市本地")
    assert doubts(the_form(doubtful, rows(JIA, 3, 10))) == {}


def test_a_row_whose_rest_stands_on_the_other_part_is_asked_about() -> None:
    lower = rows(JIA, 5, 10, text_above=("和招聘信息",))
    assert doubts(the_form(rows(JIA, 0, 4), lower)) == {"description": TORN}
    upper = rows(JIA, 0, 4, text_below=("2017年6",))
    assert doubts(the_form(upper, rows(JIA, 5, 10))) == {"opened_on": TORN, "follower_count": TORN}
    unread = rows(JIA, 5, 10, text_above=("",))
    assert doubts(the_form(rows(JIA, 0, 4), unread)) == {"description": TORN}


def test_text_beyond_a_part_that_only_repeats_the_other_s_row_asks_nothing() -> None:
    lower = rows(JIA, 5, 10, text_above=("功能简介", "发布本地便民信息"))
    assert doubts(the_form(rows(JIA, 0, 4), lower)) == {}


def test_a_row_that_neither_part_shows_whole_is_asked_for_and_its_neighbours_are_not() -> None:
    form = the_form(rows(JIA, 0, 4, text_below=("开通",)), rows(JIA, 6, 10, text_above=("日期",)))
    assert doubts(form) == {"opened_on": LOST, "follower_count": LOST}
    assert form.unplaced == ()
    deleted = the_form(rows(JIA, 0, 4), rows(JIA, 6, 10))
    assert (doubts(deleted), set(deleted.unplaced)) == ({}, {"opened_on", "follower_count"})


def test_same_as_above_points_at_the_other_part() -> None:
    lower = changed(
        rows(JIA, 8, 10), "admin_name", value=None, raw="同上", doubtful=True, doubt="“同上”所指的内容不明确，请核对"
    )
    form = the_form(rows(JIA, 0, 7), lower)
    assert (form.value("admin_name"), doubts(form)) == (JIA["owner_name"], {})


def test_whole_forms_are_never_joined_and_lose_nothing() -> None:
    for other in (YI, JIA):
        assert is_apart(rows(JIA, 0, 10), rows(other, 0, 10))
        assert is_apart(rows(JIA, 0, 4), rows(other, 0, 10))
        assert is_apart(rows(other, 0, 9), rows(JIA, 0, 10))


def test_a_part_that_contradicts_is_another_form_s() -> None:
    assert is_apart(rows(JIA, 0, 7), rows(YI, 5, 10))
    (upper, lower) = joined(rows(JIA, 0, 7), rows(YI, 5, 10))
    assert [item.code for item in (*upper.all_findings, *lower.all_findings)] == ["form.unreadable"]


def test_parts_of_one_account_beside_another_s_whole_form() -> None:
    readings = joined(rows(JIA, 0, 4), rows(YI, 0, 10), rows(JIA, 5, 10))
    forms = [{item.key: item.value for item in form} for reading in readings for form in reading.forms]
    assert forms == [JIA, YI]


def test_a_part_that_may_be_a_whole_form_s_is_asked_about() -> None:
    twin = {**JIA, "account_name": "甲县招聘通", "description": "发布招聘信息"}
    readings = joined(rows(twin, 0, 4), rows(JIA, 0, 10), rows(JIA, 5, 10))
    assert [len(reading.forms) for reading in readings] == [1, 1, 0]
    assert [item.code for item in readings[2].all_findings] == ["form.deviates"]
    assert "3.jpg" in readings[2].all_findings[0].detail


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 2, 1, 3), (3, 2, 1, 0)])
def test_halves_of_two_accounts_are_joined_by_what_they_share_only(order: Sequence[int]) -> None:
    apart = [rows(JIA, 0, 4), rows(JIA, 5, 10), rows(YI, 0, 4), rows(YI, 5, 10)]
    readings = joined(*(apart[at] for at in order))
    assert all(len({item.source.file for item in form if item.source}) == 1 for r in readings for form in r.forms)
    assert [item.code for reading in readings for item in reading.all_findings] == ["form.deviates"] * 2
    sharing = [rows(JIA, 0, 6), rows(JIA, 5, 10), rows(YI, 0, 6), rows(YI, 5, 10)]
    readings = joined(*(sharing[at] for at in order))
    found = [{item.key: item.value for item in form} for reading in readings for form in reading.forms]
    assert {form["account_name"]: form["owner_phone"] for form in found} == {
        values["account_name"]: values["owner_phone"] for values in (JIA, YI)
    }


def test_a_part_alone_says_what_was_wrong_with_it() -> None:
    (reading,) = joined(rows(JIA, 5, 10))
    assert (reading.forms, [item.code for item in reading.all_findings]) == ((), ["form.unreadable"])


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "lowest first"])
def test_three_parts_are_one_form(turned: bool) -> None:
    pieces = [rows(JIA, 0, 2), rows(JIA, 3, 6), rows(JIA, 7, 10)]
    form = the_form(*(pieces[::-1] if turned else pieces))
    assert {item.key: item.value for item in form} == JIA
    assert (doubts(form), form.unplaced) == ({}, ())
    assert len({item.source.file for item in form if item.source is not None}) == 3


def at_its_page_s_top(form: ExtractedForm) -> ExtractedForm:
    """The part as it lies on its own page."""
    boxes = {item.key: item.source.box for item in form if isinstance(item.source, PageBox)}
    up = min(box[1] for box in boxes.values())
    for key, (left, top, right, bottom) in boxes.items():
        form = changed(form, key, source=PageBox(page=1, box=(left, top - up, right, bottom - up)))
    return form


def test_every_seam_of_three_parts_is_looked_at() -> None:
    upper, middle, lower = (at_its_page_s_top(rows(JIA, *ends)) for ends in ((0, 4), (5, 6), (7, 10)))
    begun = middle.model_copy(update={"text_below": ("3456",)})
    assert doubts(the_form(upper, begun, lower)) == {"owner_wechat": TORN, "owner_phone": TORN}
    ended = lower.model_copy(update={"text_above": ("6277",)})
    assert doubts(the_form(upper, middle, ended)) == {"owner_name": TORN, "owner_id_number": TORN}


def test_three_parts_of_which_two_contradict_are_not_one_form() -> None:
    blurred = {"doubtful": True, "doubt": "看不清"}
    middle = changed(changed(rows(JIA, 4, 7), "opened_on", **blurred), "follower_count", **blurred)
    lower = rows({**JIA, "opened_on": "2011-12-30", "follower_count": 75}, 5, 10)
    readings = joined(rows(JIA, 0, 5), middle, lower)
    assert [item.code for reading in readings for item in reading.all_findings] == ["form.unreadable"] * 2


def test_three_parts_of_two_accounts_are_not_one_form() -> None:
    readings = joined(rows(JIA, 0, 4), rows(YI, 3, 7), rows(JIA, 6, 10))
    (form,) = (form for reading in readings for form in reading.forms)
    assert {item.key: item.value for item in form}.items() <= JIA.items()
    assert [item.code for item in readings[1].all_findings] == ["form.unreadable"]


@pytest.mark.parametrize(("first", "last"), [(5, 10), (4, 7), (1, 3)], ids=["lower half", "middle", "few rows"])
def test_a_close_up_beside_the_whole_form_asks_nothing(first: int, last: int) -> None:
    close_up = changed(rows(JIA, first, last), "follower_count", doubtful=True, doubt="看不清")
    if first == 1:
        close_up = close_up.model_copy(update={"fields": (*rows(JIA, 0, 0), *close_up)[:4]})
    for pieces in ((rows(JIA, 0, 10), close_up), (close_up, rows(JIA, 0, 10))):
        assert {item.key: item.value for item in the_form(*pieces)} == JIA
        assert doubts(the_form(*pieces)) == {}


def test_a_close_up_settles_what_the_whole_form_left_in_doubt() -> None:
    whole = changed(rows(JIA, 0, 10), "owner_phone", value="13803161284", doubtful=True, doubt="看不清")
    form = the_form(whole, rows(JIA, 5, 10))
    assert (form.value("owner_phone"), doubts(form)) == (JIA["owner_phone"], {})


def test_a_row_that_only_the_close_up_has_is_taken_from_it() -> None:
    whole = rows(JIA, 0, 10)
    without = whole.model_copy(
        update={"fields": tuple(f for f in whole if f.key != "owner_phone"), "unplaced": ("owner_phone",)}
    )
    form = the_form(without, rows(JIA, 5, 10))
    assert (form.value("owner_phone"), doubts(form), form.unplaced) == (JIA["owner_phone"], {}, ())
    cut = rows(JIA, 4, 7)
    assert doubts(the_form(without, cut)) == {"owner_phone": TORN}


def test_a_close_up_that_says_something_else_is_asked_about() -> None:
    form = the_form(rows(JIA, 0, 10), changed(rows(JIA, 5, 10), "owner_wechat", value="abdefgh3466"))
    assert doubts(form) == {"owner_wechat": DIFFERS}
    assert form.field("owner_wechat").second == "abdefgh3466"  # type: ignore[union-attr]
    scored = {**JIA, "owner_wechat": "wx__abc"}
    assert doubts(the_form(rows(scored, 0, 10), changed(rows(scored, 5, 10), "owner_wechat", value="wx_abc"))) == {
        "owner_wechat": DIFFERS
    }
    cut = changed(rows(JIA, 5, 9), "admin_wechat", value="nmrty789")  # the picture ends there
    assert doubts(the_form(rows(JIA, 0, 10), cut)) == {}


def test_people_alone_do_not_tell_a_close_up_from_another_account_of_theirs() -> None:
    """Of the account whose upper half was forgotten nothing would be heard again."""
    whole, part = joined(rows(JIA, 0, 10), rows(JIA, 6, 10))
    assert len(whole.forms) == 1
    assert [item.code for item in part.all_findings] == ["form.deviates"]
    assert "2.jpg" in part.all_findings[0].detail


def test_a_part_beside_another_account_s_whole_form_stays_by_itself() -> None:
    almost = changed(rows(JIA, 5, 10), "owner_phone", value=YI["owner_phone"])
    for other in (rows(JIA, 5, 10), rows({**YI, **{key: JIA[key] for key in ("owner_name", "owner_phone")}}, 5, 10)):
        _, part = joined(rows(YI, 0, 10), other)
        assert [item.code for item in part.all_findings] == ["form.unreadable"]
    _, part = joined(rows(JIA, 0, 10), almost)
    assert [item.code for item in part.all_findings] == ["form.unreadable"]


def test_a_close_up_that_two_accounts_forms_agree_with_is_asked_about() -> None:
    twin = {**JIA, "account_name": "甲县招聘通"}
    _, _, part = joined(rows(JIA, 0, 10), rows(twin, 0, 10), rows(JIA, 5, 10))
    assert [item.code for item in part.all_findings] == ["form.deviates"]


def test_a_close_up_of_a_form_that_came_twice_or_in_halves() -> None:
    twice = joined(rows(JIA, 0, 10), rows(JIA, 0, 10), rows(JIA, 5, 10))
    assert [item for reading in twice for item in reading.all_findings] == []
    assert doubts(the_form(rows(JIA, 0, 5), rows(JIA, 5, 10), rows(JIA, 4, 6))) == {}


def covered(*pieces: ExtractedForm, reason: bool = True) -> list[bool]:
    """Of each piece's page, whether those who may not see ID numbers see nothing of it."""
    readings = []
    for piece in pieces:
        absent = piece.field("owner_id_number") is None
        page = PageGeometry(
            page=1,
            source_width_px=9,
            source_height_px=9,
            width_px=9,
            height_px=9,
            id_unplaced=absent,
            id_absent=absent and reason,
        )
        readings.append(DocumentReading(engine="x", parts=(piece,), geometry=(page,)))
    return [reading.geometry[0].id_unplaced for reading in join_parts(readings, ["a", "b", "c"][: len(pieces)], SPEC)]


def test_a_part_whose_number_stands_well_inside_of_another_one_is_shown() -> None:
    assert covered(rows(JIA, 0, 4), rows(JIA, 5, 10)) == [False, False]
    assert covered(rows(JIA, 5, 10), rows(JIA, 0, 4)) == [False, False]
    assert covered(rows(JIA, 0, 7), rows(JIA, 8, 10)) == [False, False]
    assert covered(rows(JIA, 0, 2), rows(JIA, 3, 7), rows(JIA, 8, 10)) == [False, False, False]


@pytest.mark.parametrize(
    "pieces",
    [
        (rows(JIA, 0, 4),),
        (rows(JIA, 0, 5), rows(JIA, 6, 10)),  # the number's row is the first one under the cut
        (rows(JIA, 0, 5), rows(JIA, 5, 10)),  # and here it would be the first one below the upper part
        (rows(JIA, 0, 4, text_below=("",)), rows(JIA, 5, 10)),
        (rows(JIA, 0, 4), changed(rows(JIA, 5, 10), "owner_id_number", doubtful=True, doubt="看不清")),
        (rows(JIA, 0, 4), changed(rows(JIA, 5, 10), "owner_id_number", value=None, raw="")),
    ],
)
def test_a_part_that_may_show_some_of_the_number_stays_covered(pieces: Sequence[ExtractedForm]) -> None:
    assert covered(*pieces)[0]


def test_a_number_in_the_first_row_of_a_part_whose_rows_were_reordered() -> None:
    lower = changed(rows(JIA, 5, 10), "owner_id_number", source=PageBox(page=1, box=(0.5, 0.2, 0.9, 0.245)))
    assert covered(rows(JIA, 0, 4), lower) == [True, False]


def test_a_part_that_is_covered_for_another_reason_too_stays_so() -> None:
    assert covered(rows(JIA, 0, 4), rows(JIA, 5, 10), reason=False) == [True, False]
    assert covered(rows(JIA, 0, 4), rows(YI, 0, 10)) == [True, False]
