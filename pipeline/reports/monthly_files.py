"""Monthly statistics for people: lines, a workbook with a chart, JSON rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, Final

from pipeline.reports.monthly import UNKNOWN, By, Figure, Monthly, MonthRow
from pipeline.reports.spreadsheet import HEAD_ROWS, Cell, Column, Table, add_table, new_book, save_book
from pipeline.wording import Wording

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

FIGURE_NAMES: Final[Mapping[Figure, str]] = {
    Figure.RECEIVED: "收件",
    Figure.REGISTERED: "登记",
    Figure.CHANGED: "变更",
    Figure.RETURNED: "退回补正",
    Figure.REFUSED: "不予受理",
    Figure.REOPENED: "重新收件",
    Figure.TRANSFERRED_OUT: "移出",
    Figure.TRANSFERRED_IN: "移入",
    Figure.CANCELLED: "注销",
    Figure.LATE: "逾期报送",
    Figure.OVERDUE: "期末逾期未结",
    Figure.OPEN: "期末在办",
}
DAYS_NAMES: Final = ("办结天数（中位）", "办结天数（九成以内）")
GROUP_NAMES: Final[Mapping[By, str]] = {By.TOTAL: "合计", By.OFFICE: "机构", By.ACCOUNT_TYPE: "账号类型"}
WHOLE_PERIOD: Final = "全期"
#: What the charts show as bars, and what as a line.
BARS: Final = (Figure.RECEIVED, Figure.REGISTERED, Figure.RETURNED)
LINE: Final = Figure.OPEN
_STEPS: Final = (1, 2, 5)
_LINES_WANTED: Final = 6
_SHEETS: Final[Mapping[By, str]] = {By.TOTAL: "按月", By.OFFICE: "按机构", By.ACCOUNT_TYPE: "按账号类型"}
_CHART_HEIGHT_CM, _CHART_WIDTH_CM = 9, 26


def axis(most: int) -> tuple[int, int]:
    """The step of a chart's axis and where it ends, for numbers up to `most`: round steps, some six lines."""
    step, power = 1, 1
    while step * _LINES_WANTED < most:
        steps = [factor * power for factor in _STEPS if factor * power > step]
        if steps:
            step = steps[0]
        else:
            power *= 10
    return step, max(step, -(-most // step) * step)


def monthly_row(row: MonthRow) -> dict[str, str | int | float | None]:
    """A row with stable keys; `month` is null for the whole period, `key` for the total."""
    return {
        "month": month_name(row) if row.month else None,
        "by": row.by.value,
        "key": row.key,
        **{figure.value: row.figures[figure] for figure in Figure},
        "median_days": row.median_days,
        "p90_days": row.p90_days,
    }


def month_name(row: MonthRow) -> str:
    """The month as YYYY-MM, or what the whole period is called."""
    return f"{row.month:%Y-%m}" if row.month else WHOLE_PERIOD


def group_name(row: MonthRow, wording: Wording) -> str:
    """The office or the account type in words."""
    if row.by is By.TOTAL:
        return GROUP_NAMES[By.TOTAL]
    if row.key == UNKNOWN:
        return "未定"
    return wording.office(row.key) if row.by is By.OFFICE else wording.account_type(row.key)


def period_line(monthly: Monthly, wording: Wording) -> str:
    """Which months, and when they were counted."""
    return f"统计期间：{monthly.first:%Y-%m} 至 {monthly.last:%Y-%m}　统计时间：{wording.moment(monthly.at)}"


def in_notice_order(rows: Sequence[MonthRow], wording: Wording) -> list[MonthRow]:
    """Offices as the notice lists them, everything else by key; months in order, the whole period last."""
    places = {office.key: place for place, office in enumerate(wording.profile.offices)}

    def place(row: MonthRow) -> tuple[int, str, bool, str]:
        return (places.get(row.key or "", len(places)), row.key or "", row.month is None, month_name(row))

    return sorted(rows, key=place)


def write_monthly(file: BinaryIO, monthly: Monthly, wording: Wording) -> None:
    """A workbook: the months with a chart, then offices and account types."""
    book = new_book()
    for by in By:
        rows = in_notice_order((*monthly.of(by), *monthly.of(by, whole=True)), wording)
        sheet = add_table(book, _table(by, monthly, wording), _lines(rows, wording))
        if by is By.TOTAL:
            _add_chart(sheet, len(rows) - 1)
    save_book(book, file)


def _table(by: By, monthly: Monthly, wording: Wording) -> Table:
    group = [] if by is By.TOTAL else [Column(title=GROUP_NAMES[by], width=16)]
    figures = [Column(title=name, width=9, number_format="0") for name in FIGURE_NAMES.values()]
    days = [Column(title=name, width=12, number_format="0.0") for name in DAYS_NAMES]
    return Table(
        name=_SHEETS[by],
        title=f"{wording.profile.city}新媒体账号登记备案月度统计（{_SHEETS[by]}）",
        note=period_line(monthly, wording),
        columns=[*group, Column(title="月份", width=10), *figures, *days],
        fixed=len(group) + 1,
        filtered=False,
    )


def _lines(rows: Sequence[MonthRow], wording: Wording) -> Iterator[list[Cell]]:
    for row in rows:
        group = [] if row.by is By.TOTAL else [group_name(row, wording)]
        yield [*group, month_name(row), *(row.figures[figure] for figure in Figure), row.median_days, row.p90_days]


def _add_chart(sheet: WriteOnlyWorksheet, count: int) -> None:
    """Bars for what happened and a line for what is open, from the table's own cells, below it."""
    from openpyxl.chart import BarChart, LineChart, Reference

    def cells(figure: Figure) -> Reference:
        column = 2 + list(Figure).index(figure)
        return Reference(sheet, min_col=column, min_row=HEAD_ROWS, max_row=HEAD_ROWS + count)

    names = Reference(sheet, min_col=1, min_row=HEAD_ROWS + 1, max_row=HEAD_ROWS + count)
    bars, line = BarChart(), LineChart()
    for figure in BARS:
        bars.add_data(cells(figure), titles_from_data=True)
    line.add_data(cells(LINE), titles_from_data=True)
    for chart in (bars, line):
        chart.set_categories(names)
    bars.title, bars.y_axis.title = "月度收件与办理", "件"
    bars.x_axis.delete = bars.y_axis.delete = False
    bars.y_axis.number_format = "0"
    bars.legend.position = "b"
    bars.height, bars.width = _CHART_HEIGHT_CM, _CHART_WIDTH_CM
    bars += line
    sheet.add_chart(bars, f"A{HEAD_ROWS + count + 3}")
