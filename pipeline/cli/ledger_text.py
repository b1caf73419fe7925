"""A message's life for people and as JSON. Notes of events are shown with ID numbers masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.store.message_life import MessageLife
    from pipeline.wording import Wording


def life_row(life: MessageLife) -> dict[str, object]:
    """One JSON object."""
    from pipeline.domain.masking import mask_identity_numbers

    row = _plain(asdict(life))
    if not isinstance(row, dict):
        raise TypeError("a record is an object")
    for event in row["events"]:
        event["note"] = mask_identity_numbers(event["note"])
    return row


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def life_lines(life: MessageLife, wording: Wording) -> Iterator[str]:
    """From the server to the answer, one line each."""
    from pipeline.wording import DECISIONS

    yield f"邮件 {life.message_id}  {life.mailbox}  收到 {wording.moment(life.received)}  {life.size_bytes} 字节"
    yield f"  存档 {life.sha256}（{'在' if life.kept else '不见了'}）"
    yield from _places(life, wording)
    outcome = life.outcome or life.state
    decided = f"，{wording.moment(life.decided_at)}" if life.decided_at else ""
    yield f"  结果：{DECISIONS.get(outcome, outcome)}{decided}（第 {life.revision} 次核对，处理 {life.attempts} 次）"
    if life.state == "waiting" and life.postponed_for:
        yield f"  推迟：{life.postponed_for}，{wording.moment(life.not_before)} 后再试"
    yield from _cases(life, wording)
    yield from (f"  ↩ 是对案件 {case_id[:8]} 所发通知的回复" for case_id in life.answers)
    yield from _events(life, wording)


def _places(life: MessageLife, wording: Wording) -> Iterator[str]:
    for place in life.places:
        listed = "仍在" if place.listed else "已移走或删除"
        refused = f"，此前 {place.refusals} 次未能取得" if place.refusals else ""
        again = f"，第 {place.generation + 1} 次编号" if place.generation else ""
        where = f"{place.folder} UID {place.uid}（UIDVALIDITY {place.uidvalidity}{again}）"
        yield f"  位置 {where}：{wording.moment(place.recorded_at)} 收取{refused}，{listed}"


def _cases(life: MessageLife, wording: Wording) -> Iterator[str]:
    from pipeline.domain.life import STAGE_NAMES
    from pipeline.domain.notice import KIND_NAMES, STATE_NAMES

    for case in life.cases:
        old = "" if case.in_force else "（已被新的核对取代）"
        old = f"（已并入案件 {case.joined_into[:8]}）" if case.joined_into else old
        number = f"  备案号 {case.number}" if case.number else ""
        office = wording.office(case.office) or "待定"
        yield f"  案件 {case.case_id[:8]}：{STAGE_NAMES[case.stage]}，{office}，期限 {case.due or '—'}{number}{old}"
    for notice in life.notices:
        sent = f"，{wording.moment(notice.sent_at)} 发出" if notice.sent_at else ""
        answers = f"，回复：邮件 {'、'.join(map(str, notice.answers))}" if notice.answers else ""
        kind, state = KIND_NAMES[notice.kind], STATE_NAMES[notice.state]
        yield f"  {kind} {notice.notice_id[:8]}（案件 {notice.case_id[:8]}）：{state}{sent}{answers}"


def _events(life: MessageLife, wording: Wording) -> Iterator[str]:
    from pipeline.domain.masking import mask_identity_numbers
    from pipeline.wording import EVENTS

    for event in life.events:
        note = mask_identity_numbers(wording.note(event.note)) if event.note else ""
        said = "  ".join(part for part in (EVENTS.get(event.kind, event.kind), note) if part)
        yield f"  {wording.moment(event.at)} {wording.actor(event.actor)}  {said}"
