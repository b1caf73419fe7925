"""Statistics: what came in and what became of it, month by month, how long it took, what is met most, what is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.responses import Response

from pipeline.domain.finding import TITLES
from pipeline.domain.life import STAGE_NAMES
from pipeline.reports.figures import FigureScope, PeriodFigures
from pipeline.reports.monthly import By, Figure, Monthly, MonthRow, months, year_up_to
from pipeline.reports.monthly_files import DAYS_NAMES, FIGURE_NAMES, group_name, in_notice_order, month_name
from pipeline.review.call import Call
from pipeline.review.chart import draw_chart
from pipeline.review.own_office import chosen_office, offices_to_choose
from pipeline.review.rendering import page

_MOST_MONTHS: Final = 60
_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTable:
    """One table: a name for each row, then its figures in the order of `FIGURE_NAMES` and the days."""

    key: str
    caption: str
    first: str
    rows: tuple[tuple[str, tuple[str, ...], bool], ...]


def show_statistics(call: Call) -> Response:
    """The figures of the chosen months, a year up to now unless said otherwise."""
    first, last, problem = _period(call)
    office = chosen_office(call, call.query.get("office"))
    figures = call.parts.figures.show(FigureScope(office=office, first=first, last=last))
    return page(
        "statistics.html",
        call,
        active="statistics",
        first=f"{first:%Y-%m}",
        last=f"{last:%Y-%m}",
        problem=problem,
        office=office or "",
        offices=offices_to_choose(call),
        scope_name=call.parts.wording.office(office) or call.parts.profile.city,
        counted_at=call.parts.wording.moment(figures.at),
        whole=_whole(figures.monthly),
        chart=draw_chart(figures.monthly.of(By.TOTAL)),
        tables=_tables(call, figures.monthly),
        columns=(*FIGURE_NAMES.values(), *DAYS_NAMES),
        times=_times(call, figures),
        findings=[(TITLES.get(item.code, item.code), item.code, item.count) for item in figures.findings],
        open=_open(call, figures),
    )


def _period(call: Call) -> tuple[date, date, str]:
    """The months, and what was wrong with those asked for."""
    now = call.parts.today.replace(day=1)
    typed = call.query.get("from").strip(), call.query.get("to").strip()
    first, last = _month(typed[0]), _month(typed[1])
    if (typed[0] and first is None) or (typed[1] and last is None):
        return year_up_to(now), now, "月份请按 2018-12 的格式填写。"
    end = min(last or now, now)
    begin = first or year_up_to(end)
    if begin > end:
        return year_up_to(now), now, "起始月份晚于截止月份，或者在将来。"
    if sum(1 for _ in months(begin, end)) > _MOST_MONTHS:
        return year_up_to(end), end, f"一次最多统计 {_MOST_MONTHS} 个月。"
    return begin, end, ""


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _whole(monthly: Monthly) -> list[tuple[str, int]]:
    """The figures of the whole period, for the top of the page."""
    (row,) = monthly.of(By.TOTAL, whole=True)
    shown = (Figure.RECEIVED, Figure.REGISTERED, Figure.CHANGED, Figure.RETURNED, Figure.OPEN, Figure.OVERDUE)
    return [(FIGURE_NAMES[figure], row.figures[figure]) for figure in shown]


def _tables(call: Call, monthly: Monthly) -> list[FigureTable]:
    wording = call.parts.wording
    by_month = (*monthly.of(By.TOTAL), *monthly.of(By.TOTAL, whole=True))
    by_office, by_type = (in_notice_order(monthly.of(by, whole=True), wording) for by in (By.OFFICE, By.ACCOUNT_TYPE))
    return [
        FigureTable(
            key="month",
            caption="按月",
            first="月份",
            rows=tuple((month_name(row), _cells(row), row.month is None) for row in by_month),
        ),
        FigureTable(
            key="office",
            caption="按机构（全期）",
            first="机构",
            rows=tuple((group_name(row, wording), _cells(row), False) for row in by_office),
        ),
        FigureTable(
            key="type",
            caption="按账号类型（全期）",
            first="账号类型",
            rows=tuple((group_name(row, wording), _cells(row), False) for row in by_type),
        ),
    ]


def _cells(row: MonthRow) -> tuple[str, ...]:
    days = ("—" if value is None else f"{value:.1f}" for value in (row.median_days, row.p90_days))
    return (*(str(row.figures[figure]) for figure in FIGURE_NAMES), *days)


def _times(call: Call, figures: PeriodFigures) -> list[tuple[str, int, str, str]]:
    wording = call.parts.wording
    return [
        (wording.office(item.office) or "未定", item.count, _spent(item.median_seconds), _spent(item.p90_seconds))
        for item in figures.times
    ]


def _spent(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), _SECONDS)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"


def _open(call: Call, figures: PeriodFigures) -> list[tuple[str, str, int, int, str]]:
    wording = call.parts.wording
    places = {key: place for place, key in enumerate(call.parts.office_keys)}
    found = sorted(figures.open, key=lambda item: (places.get(item.office or "", len(places)), item.stage))
    return [
        (
            wording.office(item.office) or "未定",
            STAGE_NAMES[item.stage],
            item.count,
            item.late,
            wording.moment(item.oldest)[:10],
        )
        for item in found
    ]
