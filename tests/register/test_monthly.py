"""Monthly statistics: months of the city's zone, books that balance, figures that a person can count."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from PIL import Image

from pipeline.chinese_font import NoChineseFontError
from pipeline.domain.life import Action
from pipeline.profile.schema import Profile
from pipeline.reports.month_counting import count_months
from pipeline.reports.monthly import By, Figure, Monthly, months, next_month, year_up_to
from pipeline.reports.monthly_files import FIGURE_NAMES, monthly_row, write_monthly
from pipeline.reports.monthly_picture import draw_monthly
from pipeline.store.activity import CaseActivity, Step, StepKind
from pipeline.store.store import Store
from pipeline.wording import Wording
from tests.officer.conftest import Desk
from tests.officer.filings import OWNER, doubtful_owner, filing, hand_in

ZONE = ZoneInfo("Asia/Shanghai")
NOVEMBER, DECEMBER, JANUARY, FEBRUARY = date(2018, 11, 1), date(2018, 12, 1), date(2019, 1, 1), date(2019, 2, 1)
NOW = datetime(2019, 2, 10, 4, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def case(received: str, *steps: Step, due: date | None = None, **more: str) -> CaseActivity:
    values = {"office": "sanhe", "received_office": "sanhe", "account_type": "wechat"} | more
    return CaseActivity(received=at(received), due=due, steps=steps, **values)


def step(when: str, kind: StepKind, office: str | None = None) -> Step:
    return Step(at=at(when), kind=kind, office=office)


def count(*activities: CaseActivity, office: str | None = None) -> Monthly:
    return count_months(activities, zone=ZONE, first=NOVEMBER, last=FEBRUARY, at=NOW, office=office)


def figures(monthly: Monthly, figure: Figure, by: By = By.TOTAL, key: str | None = None) -> list[int]:
    found = {row.month: row.figures[figure] for row in monthly.of(by) if row.key == key}
    return [found.get(month, 0) for month in months(NOVEMBER, FEBRUARY)]


def test_a_month_ends_at_midnight_in_the_city() -> None:
    monthly = count(case("2018-12-31T23:59:59"), case("2019-01-01T00:00:00"))
    assert figures(monthly, Figure.RECEIVED) == [0, 1, 1, 0]
    assert figures(monthly, Figure.OPEN) == [0, 1, 2, 2]


def test_days_to_conclusion_are_median_and_ninth_decile() -> None:
    cases = [
        case("2018-12-01T08:00", Step(at=at("2018-12-01T08:00") + timedelta(days=days), kind=StepKind.REGISTERED))
        for days in (0, 1, 2, 3, 4, 5, 6, 7, 8, 20)
    ]
    (row,) = (row for row in count(*cases).of(By.TOTAL) if row.month == DECEMBER)
    assert (row.median_days, row.p90_days) == (4.5, 8.0)
    (empty,) = (row for row in count().of(By.TOTAL) if row.month == DECEMBER)
    assert (empty.median_days, empty.p90_days) == (None, None)


def test_overdue_is_what_stood_open_past_its_day_at_the_months_end() -> None:
    due = date(2018, 12, 31)
    monthly = count(
        case("2018-12-05T08:00", step("2019-01-15T08:00", StepKind.REGISTERED), due=due),
        case("2018-12-05T08:00", due=due),
        case("2019-01-10T08:00", due=due),
        case("2019-02-05T08:00", due=date(2019, 2, 10)),
        case("2019-02-05T08:00", due=date(2019, 2, 9)),
        case("2018-12-05T08:00"),
    )
    assert figures(monthly, Figure.OVERDUE) == [0, 2, 2, 3]
    assert figures(monthly, Figure.LATE) == [0, 0, 1, 0]
    (whole,) = monthly.of(By.TOTAL, whole=True)
    assert (whole.figures[Figure.OVERDUE], whole.figures[Figure.OPEN], whole.figures[Figure.RECEIVED]) == (3, 5, 6)


def test_what_is_concluded_on_the_first_stood_open_at_the_last() -> None:
    due = date(2018, 12, 30)
    monthly = count(case("2018-12-05T08:00", step("2019-01-01T00:00", StepKind.REGISTERED), due=due))
    assert (figures(monthly, Figure.OPEN), figures(monthly, Figure.OVERDUE)) == ([0, 1, 0, 0], [0, 1, 0, 0])
    monthly = count(case("2018-12-05T08:00", step("2018-12-31T23:59", StepKind.REGISTERED), due=due))
    assert (figures(monthly, Figure.OPEN), figures(monthly, Figure.OVERDUE)) == ([0, 0, 0, 0], [0, 0, 0, 0])


def test_a_transfer_moves_a_filing_from_one_office_to_the_other() -> None:
    moved = case("2018-12-05T08:00", step("2019-01-03T08:00", StepKind.TRANSFERRED, "dachang"), office="dachang")
    monthly = count(moved)
    assert figures(monthly, Figure.RECEIVED, By.OFFICE, "sanhe") == [0, 1, 0, 0]
    assert figures(monthly, Figure.OPEN, By.OFFICE, "sanhe") == [0, 1, 0, 0]
    assert figures(monthly, Figure.OPEN, By.OFFICE, "dachang") == [0, 0, 1, 1]
    assert figures(monthly, Figure.TRANSFERRED_OUT, By.OFFICE, "sanhe") == [0, 0, 1, 0]
    assert figures(monthly, Figure.TRANSFERRED_IN, By.OFFICE, "dachang") == [0, 0, 1, 0]
    assert figures(monthly, Figure.OPEN) == [0, 1, 1, 1]
    assert figures(count(moved, office="dachang"), Figure.OPEN) == [0, 0, 1, 1]


def test_a_clock_behind_the_mail_server_leaves_nothing_negative() -> None:
    monthly = count(case("2019-01-01T00:00:05", step("2018-12-31T23:59:58", StepKind.REGISTERED)))
    assert figures(monthly, Figure.OPEN) == [0, 0, 0, 0]
    assert figures(monthly, Figure.REGISTERED) == [0, 0, 1, 0]


MOMENTS = st.integers(0, 160 * 1440).map(lambda minutes: at("2018-09-01T00:00") + timedelta(minutes=minutes))
OFFICES = st.sampled_from(["sanhe", "dachang", "city"])


@st.composite
def lives(draw: st.DrawFn) -> CaseActivity:
    """Any life the domain allows, at any times."""
    times = sorted(draw(st.lists(MOMENTS, min_size=1, max_size=7)))
    steps: list[Step] = []
    office = received_office = draw(OFFICES)
    is_open, kinds = True, (StepKind.RETURNED, StepKind.TRANSFERRED, StepKind.REFUSED, StepKind.REGISTERED)
    for when in times[1:]:
        kind = draw(st.sampled_from(kinds)) if is_open else StepKind.REOPENED
        if kind is StepKind.TRANSFERRED:
            office = draw(OFFICES)
        steps.append(Step(at=when, kind=kind, office=office if kind is StepKind.TRANSFERRED else None))
        is_open = kind not in (StepKind.REFUSED, StepKind.REGISTERED)
        if kind is StepKind.REGISTERED:
            break
    return CaseActivity(
        received=times[0],
        due=draw(st.none() | st.dates(date(2018, 10, 1), date(2019, 3, 1))),
        office=office,
        received_office=received_office,
        account_type=draw(st.sampled_from([None, "wechat", "app"])),
        steps=tuple(steps),
    )


@given(st.lists(lives(), max_size=12))
def test_the_books_balance(activities: Sequence[CaseActivity]) -> None:
    monthly = count(*activities)
    groups = {(row.by, row.key) for row in monthly.rows}
    comes = (Figure.RECEIVED, Figure.REOPENED, Figure.TRANSFERRED_IN)
    goes = (Figure.REGISTERED, Figure.CHANGED, Figure.REFUSED, Figure.TRANSFERRED_OUT)
    for by, key in groups:
        series = {figure: figures(monthly, figure, by, key) for figure in Figure}
        for month in range(1, 4):
            flow = sum(series[f][month] for f in comes) - sum(series[f][month] for f in goes)
            assert series[Figure.OPEN][month] == series[Figure.OPEN][month - 1] + flow
            assert 0 <= series[Figure.OVERDUE][month] <= series[Figure.OPEN][month]
    for figure in Figure:
        total = figures(monthly, figure)
        for by in (By.OFFICE, By.ACCOUNT_TYPE):
            keys = {key for kind, key in groups if kind is by}
            assert (
                total == [sum(column) for column in zip(*(figures(monthly, figure, by, k) for k in keys), strict=True)]
                or not keys
            )


@given(st.lists(lives(), max_size=8))
def test_overdue_agrees_with_asking_every_filing_at_every_months_end(activities: Sequence[CaseActivity]) -> None:
    """Another way to count: replay each filing up to the month's end."""
    wanted = []
    for month in months(NOVEMBER, JANUARY):
        end = datetime.combine(next_month(month), datetime.min.time(), ZONE)
        wanted.append(sum(_open_at(one, end) and one.due is not None and one.due < end.date() for one in activities))
    assert figures(count(*activities), Figure.OVERDUE)[:3] == wanted


def _open_at(activity: CaseActivity, end: datetime) -> bool:
    if activity.received >= end:
        return False
    ends = [
        s.kind
        for s in activity.steps
        if s.at < end and s.kind in (StepKind.REFUSED, StepKind.REGISTERED, StepKind.REOPENED)
    ]
    return not ends or ends[-1] is StepKind.REOPENED


def test_months() -> None:
    assert next_month(date(2018, 12, 1)) == date(2019, 1, 1)
    assert list(months(date(2018, 11, 1), date(2019, 1, 1))) == [NOVEMBER, DECEMBER, JANUARY]
    assert year_up_to(date(2018, 12, 1)) == date(2018, 1, 1)
    assert year_up_to(date(2019, 2, 1)) == date(2018, 3, 1)


@pytest.fixture
def counted(store: Store, profile: Profile, desk: Desk) -> Monthly:
    """A registered filing, one returned and concluded, one transferred, one refused, a change, a cancellation."""
    hand_in(store, profile, filing(), number=1)
    officer = desk("刘")
    cases = [
        hand_in(
            store, profile, filing(account_name=f"三河{n}号", account_type="app", owner_name=doubtful_owner()), number=n
        )
        for n in range(2, 5)
    ]
    officer.act(cases[0], Action.RETURN)
    officer.act(cases[0], Action.SUPPLEMENT)
    officer.correct(cases[0], {"owner_name": OWNER})
    officer.act(cases[0], Action.CONCLUDE)
    officer.act(cases[1], Action.TRANSFER, office="dachang", ground="属大厂")
    officer.act(cases[2], Action.REFUSE, ground="不属备案范围")
    officer.cancel_record("廊新媒备-131082-2018-00001", ground="停用")
    return count_months(
        store.iter_activity(), zone=profile.zone, first=NOVEMBER, last=DECEMBER, at=at("2018-12-20T10:00")
    )


def test_figures_from_the_store(counted: Monthly) -> None:
    def said(by: By, key: str | None) -> dict[str, int]:
        (row,) = (row for row in counted.of(by) if row.key == key and row.month == DECEMBER)
        return {figure.value: number for figure, number in row.figures.items() if number}

    assert said(By.TOTAL, None) == {
        "received": 4, "registered": 2, "returned": 1, "refused": 1, "transferred_out": 1, "transferred_in": 1,
        "cancelled": 1, "open": 1,
    }  # fmt: skip
    assert said(By.OFFICE, "dachang") == {"transferred_in": 1, "open": 1}
    assert said(By.ACCOUNT_TYPE, "wechat") == {"received": 1, "registered": 1, "cancelled": 1}
    for row in counted.rows:
        json.dumps(monthly_row(row))


def test_the_workbook_has_the_figures_as_numbers_and_a_chart_over_them(counted: Monthly, profile: Profile) -> None:
    file = io.BytesIO()
    write_monthly(file, counted, Wording(profile=profile))
    book = load_workbook(io.BytesIO(file.getvalue()))
    assert book.sheetnames == ["按月", "按机构", "按账号类型"]
    sheet = book["按月"]
    titles = [cell.value for cell in sheet[3]]
    assert titles[:3] == ["月份", "收件", "登记"]
    assert [cell.value for cell in sheet[5]][:3] == ["2018-12", 4, 2]
    (chart,) = sheet._charts
    drawn = {series.val.numRef.f for part in chart._charts for series in part.series}
    names = list(FIGURE_NAMES.values())
    columns = "".join("BCDEFGHIJKLM"[names.index(name)] for name in ("收件", "登记", "退回补正", "期末在办"))
    assert drawn == {f"'按月'!${column}$4:${column}$5" for column in columns}


def test_the_picture(counted: Monthly, profile: Profile, tmp_path: Path) -> None:
    wording = Wording(profile=profile)
    file = io.BytesIO()
    draw_monthly(file, counted, wording)
    picture = Image.open(io.BytesIO(file.getvalue()))
    assert (picture.format, picture.size) == ("PNG", (1600, 900))
    colours = {colour for _, colour in picture.getcolors(maxcolors=1_000_000)}
    assert {(0, 0x72, 0xB2), (0, 0x9E, 0x73), (0xCC, 0x33, 0x11)} <= colours
    none = tmp_path / "none.ttf"
    none.write_bytes(b"no typeface")
    with pytest.raises(NoChineseFontError, match="none"):
        draw_monthly(file, counted, wording, font_file=none)


def test_a_typeface_without_chinese_characters_is_not_used(
    counted: Monthly, profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """reportlab brings one with Latin letters only."""
    import reportlab

    latin = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    with pytest.raises(NoChineseFontError, match="Vera"):
        draw_monthly(io.BytesIO(), counted, Wording(profile=profile), font_file=latin)
    monkeypatch.setattr("pipeline.chinese_font._FOLDERS", (tmp_path,))
    with pytest.raises(NoChineseFontError, match="fonts-noto-cjk"):
        draw_monthly(io.BytesIO(), counted, Wording(profile=profile))
