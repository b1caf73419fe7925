"""What the readers make of fresh pages of every channel, held against what they made of them before."""

from __future__ import annotations

from bench.contenders import Read
from bench.reading import floor_faults, load_floors, read_small, speed_lines
from bench.scoring import Score, Scored
from tests.lent_engines import lent_engines


def test_no_channel_is_read_worse_than_recorded() -> None:
    reads = read_small(lent_engines())
    assert {read.channel for read in reads} <= load_floors().keys()
    assert list(floor_faults(reads, load_floors())) == []


def _read(*scores: Score) -> Read:
    scored = tuple(Scored(document="form", key="address", score=item, right=False, field=None) for item in scores)
    return Read(channel="scan", seconds=1.0, peak_mb=700.0, found=None, scored=scored)


def test_what_is_worse_is_named() -> None:
    floors = {"scan": {"exact": 0.5, "wrong": 0}}
    assert list(floor_faults([_read(Score.EXACT, Score.DOUBTFUL)], floors)) == []
    (worse,) = floor_faults([_read(Score.EXACT, Score.DOUBTFUL, Score.LOST)], floors)
    assert worse == "scan: 33.3% of the values exact, the floor is 50.0%"
    (wrong,) = floor_faults([_read(Score.EXACT, Score.EXACT, Score.WRONG)], floors)
    assert wrong == "scan: silently wrong: form address"


def _timed(channel: str, seconds: float, peak_mb: float) -> Read:
    return Read(channel=channel, seconds=seconds, peak_mb=peak_mb, found=0.5)


def test_others_are_held_against_the_same_pages_of_pictures() -> None:
    """A Word file, which only we have read, must not make all pages look faster."""
    ours = [_timed("docx", 0.1, 500), *(_timed("scan", seconds, 700) for seconds in (1.0, 2.0, 3.0))]
    other = [_timed("scan", seconds, 100 * seconds) for seconds in (8.0, 4.0, 6.0)]
    lines = [line.split() for line in speed_lines({"ours": ours, "other": other})][1:]
    assert lines == [
        ["docx", "ours", "1", "0.10", "0.10", "1.0", "50.0%", "500", "500"],
        ["scan", "ours", "3", "2.00", "2.90", "1.0", "50.0%", "700", "700"],
        ["scan", "other", "3", "6.00", "7.80", "3.0", "50.0%", "600", "780"],
        ["all", "pictures", "ours", "3", "2.00", "2.90", "1.0", "50.0%", "700", "700"],
        ["all", "pictures", "other", "3", "6.00", "7.80", "3.0", "50.0%", "600", "780"],
    ]
