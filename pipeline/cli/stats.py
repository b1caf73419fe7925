"""`beian stats`: monthly statistics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pipeline.reports.monthly import Monthly, MonthRow
    from pipeline.wiring import Application
    from pipeline.wording import Wording

_MOST_MONTHS = 600


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("stats")(show_statistics)


def show_statistics(
    context: typer.Context,
    first: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM", help="First month; else a year's worth.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month; else this one.")] = None,
    office: Annotated[str | None, typer.Option(help="Only this office's filings (key).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per month and group.")] = False,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="Also as a workbook with a chart.")] = None,
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Also as a picture.")] = None,
    recheck: Annotated[bool, typer.Option("--recheck", help="The error rate that second entries (复核) show.")] = False,
    font: Annotated[Path | None, typer.Option(metavar="FILE", help="Typeface of the picture; else searched.")] = None,
) -> int:
    """Monthly statistics: received, registered, returned, refused, transferred, overdue, open; by office and type."""
    from pipeline.reports.month_counting import sum_months
    from pipeline.store.course_counts import CountScope
    from pipeline.wiring import utc_now

    command: CommandContext = context.obj
    application = command.application()
    application.require_office(office)
    now = utc_now()
    begin, end = _period(first, last, now.astimezone(application.profile.zone).date())
    if recheck:
        from pipeline.cli.recheck_rates import show_rates

        _require_no_files(xlsx, png, font)
        show_rates(application, begin, end, office, as_json=as_json)
        return 0
    zone = application.profile.zone
    scope = CountScope(zone=zone, first=begin, last=end, today=now.astimezone(zone).date(), office=office)
    with application.store() as store:
        monthly = sum_months(store.count_courses(scope), scope, now)
    _write_files(monthly, application, xlsx, png, font)
    if as_json:
        _print_rows(monthly)
    elif xlsx is None and png is None:
        _print_tables(monthly, application.wording)
    return 0


def _period(first: str | None, last: str | None, today: date) -> tuple[date, date]:
    """The months, a year up to now unless said otherwise. Raises SettingsError."""
    from pipeline.cli.periods import month, require_order
    from pipeline.configuration.settings import SettingsError
    from pipeline.reports.monthly import months, year_up_to

    end = month(last, "--to") or today.replace(day=1)
    begin = month(first, "--from") or year_up_to(end)
    require_order(begin, end)
    if sum(1 for _ in months(begin, end)) > _MOST_MONTHS:
        raise SettingsError(f"--from {begin:%Y-%m} --to {end:%Y-%m}: at most {_MOST_MONTHS} months at once")
    return begin, end


def _require_no_files(*files: Path | None) -> None:
    from pipeline.configuration.settings import SettingsError

    if any(file is not None for file in files):
        raise SettingsError(
            "--recheck: error rates are printed as tables or --json; leave out --xlsx, --png and --font"
        )


def _write_files(
    monthly: Monthly, application: Application, xlsx: Path | None, png: Path | None, font: Path | None
) -> None:
    from pipeline.private_file import private_file
    from pipeline.reports.monthly_files import write_monthly

    if xlsx is not None:
        with private_file(xlsx) as file:
            write_monthly(file, monthly, application.wording)
        typer.echo(f"已保存到 {xlsx}", err=True)
    if png is not None:
        from pipeline.reports.monthly_picture import draw_monthly

        with private_file(png) as file:
            draw_monthly(file, monthly, application.wording, font_file=font)
        typer.echo(f"已保存到 {png}", err=True)


def _print_rows(monthly: Monthly) -> None:
    from pipeline.reports.monthly_files import monthly_row

    for row in monthly.rows:
        print_json(monthly_row(row))


def _print_tables(monthly: Monthly, wording: Wording) -> None:
    """The months, then the whole period by office and by account type."""
    from pipeline.reports.monthly import By
    from pipeline.reports.monthly_files import GROUP_NAMES, group_name, in_notice_order, month_name, period_line

    months = [*monthly.of(By.TOTAL), *monthly.of(By.TOTAL, whole=True)]
    _print_table(period_line(monthly, wording), "月份", [month_name(row) for row in months], months)
    for by in (By.OFFICE, By.ACCOUNT_TYPE):
        rows = in_notice_order(monthly.of(by, whole=True), wording)
        _print_table(f"按{GROUP_NAMES[by]}", GROUP_NAMES[by], [group_name(row, wording) for row in rows], rows)


def _print_table(title: str, first: str, names: Sequence[str], rows: Sequence[MonthRow]) -> None:
    from pipeline.cli.tables import print_table
    from pipeline.reports.monthly import Figure
    from pipeline.reports.monthly_files import DAYS_NAMES, FIGURE_NAMES

    lines = (
        (name, *(row.figures[figure] for figure in Figure), row.median_days, row.p90_days)
        for name, row in zip(names, rows, strict=True)
    )
    print_table(title, (first, *FIGURE_NAMES.values(), *DAYS_NAMES), lines)
