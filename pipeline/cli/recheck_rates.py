"""`beian stats --recheck`: the error rate that second entries (复核) show."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from pipeline.cli.context import print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.domain.recheck import ErrorRate
    from pipeline.wiring import Application

_MONTHS = 12


def show_rates(application: Application, begin: date, end: date, office: str | None, *, as_json: bool) -> None:
    """The rates of the records decided from the month `begin` to the month `end`, of one office or of all."""
    from pipeline.domain.recheck import error_rates
    from pipeline.wiring import utc_now

    zone = application.profile.zone
    since = datetime.combine(begin, time(), zone)
    until = datetime.combine(_next_month(end), time(), zone)
    with application.store() as store:
        store.rechecks.draw(application.settings.recheck.share, zone, utc_now())
        offices = None if office is None else frozenset({office})
        rates = error_rates(store.rechecks.checked(offices, since, until), zone)
    if as_json:
        for item in rates:
            print_json(rate_row(item))
    else:
        _print_tables(rates)


def rate_row(item: ErrorRate) -> dict[str, object]:
    """One object of the JSON; `month` is null for the whole period, the rates where nothing was compared."""
    low, high = item.interval or (None, None)
    return {
        "source": item.source.value,
        "month": f"{item.month:%Y-%m}" if item.month else None,
        "cases": item.cases,
        "fields_compared": item.compared,
        "fields_wrong": item.wrong,
        "rate": item.rate,
        "rate_low": low,
        "rate_high": high,
    }


def _print_tables(rates: Sequence[ErrorRate]) -> None:
    from pipeline.cli.tables import print_table
    from pipeline.domain.recheck import SOURCE_NAMES, Source

    columns = ("月份", "复核件数", "比对栏目", "有误栏目", "差错率", "95% 区间")
    for source in Source:
        rows = [_line(item) for item in rates if item.source is source]
        print_table(f"复核：{SOURCE_NAMES[source]}", columns, rows)


def _line(item: ErrorRate) -> tuple[object, ...]:
    between = item.interval
    return (
        f"{item.month:%Y-%m}" if item.month else "合计",
        item.cases,
        item.compared,
        item.wrong,
        "—" if item.rate is None else f"{item.rate:.2%}",
        "—" if between is None else f"{between[0]:.2%} — {between[1]:.2%}",
    )


def _next_month(month: date) -> date:
    return date(month.year + month.month // _MONTHS, month.month % _MONTHS + 1, 1)
