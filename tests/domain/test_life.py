"""Where actions lead, and which are refused."""

from __future__ import annotations

import itertools

import pytest

from pipeline.domain.finding import finding
from pipeline.domain.life import (
    ACTION_NAMES,
    OPEN_STAGES,
    SET_ASIDE_NAMES,
    STAGE_NAMES,
    Action,
    LifeError,
    SetAside,
    SetAsideReason,
    Stage,
    next_stage,
    open_findings,
)

LATE = finding("deadline.late", "已超过期限。")
NOTE = finding("material.one_side", "只有一面。")


def test_everything_has_a_chinese_name() -> None:
    assert set(STAGE_NAMES) == set(Stage)
    assert set(ACTION_NAMES) == set(Action)
    assert set(SET_ASIDE_NAMES) == set(SetAsideReason)


@pytest.mark.parametrize(("stage", "action"), list(itertools.product(Stage, Action)))
def test_no_action_registers_while_something_blocking_is_open(stage: Stage, action: Action) -> None:
    try:
        following = next_stage(stage, action, still_open=(LATE,), ground="理由", office="anci")
    except LifeError as error:
        assert "。" in str(error) or "：" in str(error)
        return
    assert following is not Stage.CONCLUDED


def test_a_concluded_filing_takes_no_action() -> None:
    for action in Action:
        with pytest.raises(LifeError, match="办结"):
            next_stage(Stage.CONCLUDED, action, still_open=(), ground="理由", office="anci")


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_refusing_and_transferring_need_a_ground(stage: Stage) -> None:
    for action in (Action.REFUSE, Action.TRANSFER):
        with pytest.raises(LifeError, match="理由"):
            next_stage(stage, action, still_open=(), ground="  ", office="anci")
    assert next_stage(stage, Action.TRANSFER, still_open=(), ground="不属本辖区", office="anci") is Stage.RECEIVED
    with pytest.raises(LifeError, match="接收机构"):
        next_stage(stage, Action.TRANSFER, still_open=(), ground="不属本辖区", office=None)


def test_a_returned_filing_must_be_supplemented_first() -> None:
    with pytest.raises(LifeError):
        next_stage(Stage.RETURNED, Action.CONCLUDE, still_open=(), ground="", office=None)
    assert next_stage(Stage.RETURNED, Action.SUPPLEMENT, still_open=(LATE,), ground="", office=None) is Stage.ACCEPTED


def test_only_this_very_finding_is_set_aside() -> None:
    done = SetAside(
        code=LATE.code, field=None, detail=LATE.detail, reason=SetAsideReason.JUDGED, ground="节假日", actor="甲"
    )
    other = finding("deadline.late", "最后日期是2019年2月4日，已超过期限。")
    assert open_findings((LATE, NOTE, other, other), (done,)) == (other,)
