"""The interval and the figures, against published numbers and by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.domain.recheck import Checked, Source, error_rates, wilson_interval

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("wrong", "compared", "low", "high"),
    [
        # Newcombe, Statist. Med. 17 (1998) 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(wrong: int, compared: int, low: float, high: float) -> None:
    found = wilson_interval(wrong, compared)
    assert found == pytest.approx((low, high), abs=5e-5)


def test_everything_wrong_and_nothing_compared() -> None:
    assert wilson_interval(0, 0) is None
    found = wilson_interval(10, 10)
    assert found is not None
    assert found[1] == 1.0
    assert found[0] == pytest.approx(1 - wilson_interval(0, 10)[1])  # type: ignore[index]


def test_rates_by_source_and_month_of_the_decision_in_the_city() -> None:
    late = datetime(2018, 11, 30, 16, 30, tzinfo=UTC)  # already December in the city
    rows = [
        Checked(source=Source.AUTOMATIC, office="sanhe", decided_at=late, compared=14, wrong=1),
        Checked(source=Source.AUTOMATIC, office="sanhe", decided_at=late.replace(day=1), compared=14, wrong=0),
        Checked(source=Source.PERSON, office="sanhe", decided_at=late, compared=14, wrong=2),
    ]
    found = {(item.source, item.month): (item.cases, item.compared, item.wrong) for item in error_rates(rows, ZONE)}
    november, december = date(2018, 11, 1), date(2018, 12, 1)
    assert found == {
        (Source.AUTOMATIC, november): (1, 14, 0),
        (Source.AUTOMATIC, december): (1, 14, 1),
        (Source.AUTOMATIC, None): (2, 28, 1),
        (Source.PERSON, november): (0, 0, 0),
        (Source.PERSON, december): (1, 14, 2),
        (Source.PERSON, None): (1, 14, 2),
    }
