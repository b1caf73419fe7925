"""What the readers make of fresh pages of every channel, held against what they made of them before."""

from __future__ import annotations

from bench.contenders import Read
from bench.reading import floor_faults, load_floors, read_small
from bench.scoring import Score, Scored
from tests.lent_engines import lent_engines


def test_no_channel_is_read_worse_than_recorded() -> None:
    reads = read_small(lent_engines())
    assert {read.channel for read in reads} <= load_floors().keys()
    assert list(floor_faults(reads, load_floors())) == []


def _read(*scores: Score) -> Read:
    scored = tuple(Scored(document="form", key="address", score=item, right=False, field=None) for item in scores)
    return Read(channel="scan", seconds=1.0, found=None, scored=scored)


def test_what_is_worse_is_named() -> None:
    floors = {"scan": {"exact": 0.5, "wrong": 0}}
    assert list(floor_faults([_read(Score.EXACT, Score.DOUBTFUL)], floors)) == []
    (worse,) = floor_faults([_read(Score.EXACT, Score.DOUBTFUL, Score.LOST)], floors)
    assert worse == "scan: 33.3% of the values exact, the floor is 50.0%"
    (wrong,) = floor_faults([_read(Score.EXACT, Score.EXACT, Score.WRONG)], floors)
    assert wrong == "scan: silently wrong: form address"
