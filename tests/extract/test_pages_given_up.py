"""What is not done for pages that are no form: invoices, contracts, bank cards on a desk. They are given up early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

import numpy as np
import pytest

from pipeline.domain.document import DocumentReading, Field
from pipeline.extract.form.judge import Reading, TextJudge
from pipeline.extract.form.mapper import Mapped, map_pages
from pipeline.extract.form.rivals import find_pieces
from pipeline.extract.image.faults import Shot
from pipeline.extract.page import Fault
from pipeline.extract.raster import dashed_rules
from pipeline.extract.raster.dashes import Dashes, is_set_wider, look_of
from pipeline.extract.raster.rules import Rule, find_rules
from tests.extract.seen import PROFILE
from tests.extract.test_form_mapping import page_of

ROWS: Final = {
    "account_name": ("账号名称", "固安县燕赵养生馆"),
    "address": ("地址", "河北省廊坊市永清县新华路27号"),
    "owner_name": ("姓名", "张三丰"),
    "owner_id_number": ("身份证号", "132930196810046277"),
    "admin_wechat": ("管理员微信号", "nmrty78965"),
}


class _Asked(TextJudge):
    def __init__(self) -> None:
        self.keys: list[str] = []

    def judge(self, reading: Reading) -> Field:
        self.keys.append(reading.field.key)
        return super().judge(reading)


def _mapped(rows: Sequence[tuple[str, str]], judge: TextJudge) -> Mapped:
    return map_pages((page_of(rows),), PROFILE.form, profile_key=PROFILE.key, judge=judge)


def test_values_of_labels_that_belong_to_no_form_are_not_looked_at_again() -> None:
    """Of an invoice an account's name and an owner's telephone were judged, in a fifth of its time."""
    judge = _Asked()
    (part,) = _mapped([ROWS["account_name"], ROWS["owner_name"]], judge).parts
    assert judge.keys == []
    assert {field.key: (field.value, field.doubtful) for field in part} == {
        "account_name": ("固安县燕赵养生馆", True),
        "owner_name": ("张三丰", True),
    }


@pytest.mark.parametrize("keys", [*combinations(ROWS, 2)])
def test_whatever_may_go_on_elsewhere_is_judged(keys: tuple[str, str]) -> None:
    judge = _Asked()
    parts = _mapped([ROWS[key] for key in keys], judge).parts
    reading = DocumentReading(engine="rapidocr", parts=parts)
    assert len(parts) == 1
    assert judge.keys == (list(keys) if any(find_pieces(reading, 0, PROFILE.form)) else [])


def test_rules_that_were_found_once_say_that_a_table_is_cut() -> None:
    """They were looked for anew, on a desk's grain for half a second."""
    shot = Shot(
        rgb=np.full((2000, 1500, 3), 200, np.uint8),
        quads=(),
        matrix=np.eye(3),
        source=(2000, 1500),
        across=tuple(Rule(at=300.0 + 100 * row, start=0, end=900) for row in range(5)),
        down=(Rule(at=900.0, start=300, end=700),),
    )
    assert shot.fault() is Fault.CUT
    assert shot.put_away().fault() is Fault.CUT
    assert replace(shot, across=()).fault() is None


def test_chains_set_too_wide_are_told_without_their_look() -> None:
    rng = np.random.default_rng(89)
    told = 0
    for _ in range(300):
        starts = np.cumsum(rng.uniform(3, 60, rng.integers(8, 40)))
        middles = np.zeros(starts.size)
        chain = Dashes(starts=starts, ends=starts + 3, middles=middles, thick=middles + 2)
        wide = look_of(chain).gap > 15
        assert wide or not is_set_wider(chain, 15.0)
        told += wide and is_set_wider(chain, 15.0)
    assert told > 100


def test_grain_without_a_long_chain_of_dashes_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its chains were taken apart one by one to see that they are no rules."""
    rng = np.random.default_rng(89)
    grain = np.where(rng.random((900, 700)) < 0.03, 60, 255).astype(np.uint8)
    even = np.kron(grain, np.ones((2, 3), np.uint8))
    parts: list[int] = []
    own = dashed_rules._Side._parts
    monkeypatch.setattr(dashed_rules._Side, "_parts", lambda self, *given: parts.append(1) or own(self, *given))
    assert not find_rules(even).horizontal
    assert not parts
