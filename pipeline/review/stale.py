"""A save that came too late: who changed what and when, so that nothing typed is lost and nothing is overwritten."""

from __future__ import annotations

from pipeline.review.call import Call
from pipeline.review.refusal import Refusal
from pipeline.store.errors import StaleCaseError
from pipeline.wording import EVENTS


def stale_refusal(call: Call, error: StaleCaseError) -> Refusal:
    """What the page needs to go on: the sentence, and the version as it is now."""
    wording, store = call.parts.wording, call.parts.store
    moment = wording.moment(error.at)
    what = EVENTS.get(error.kind, error.kind)
    latest = [item for item in store.history(call.case.case_id) if item.kind == error.kind and item.at == error.at]
    note = wording.note(latest[-1].note) if latest and latest[-1].note else ""
    said = f"{call.parts.names().get(error.actor, wording.actor(error.actor))}已于{moment}先行办理：{what}{f'（{note}）' if note else ''}。您的录入没有保存，仍保留在页面上。"
    now = store.show_case(call.case.case_id)
    return Refusal(409, said, {"stale": True, "version": now.version if now else None})
