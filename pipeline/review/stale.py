"""A save that came too late: who changed what and when, so that nothing typed is lost and nothing is overwritten."""

from __future__ import annotations

from pipeline.review.call import Call
from pipeline.review.refusal import RefusalError
from pipeline.store.errors import StaleCaseError
from pipeline.wording import EVENTS


def stale_refusal(call: Call, error: StaleCaseError) -> RefusalError:
    """What the page needs to go on: the sentence, and the version as it is now."""
    wording, store, case_id = call.parts.wording, call.parts.store, call.case.case_id
    who = call.parts.names().get(error.actor, wording.actor(error.actor))
    what = EVENTS.get(error.kind, error.kind)
    latest = [item for item in store.history(case_id) if (item.kind, item.at) == (error.kind, error.at)]
    note = wording.note(latest[-1].note) if latest and latest[-1].note else ""
    done = f"{what}（{note}）" if note else what
    said = f"{who}已于{wording.moment(error.at)}先行办理：{done}。您的录入没有保存，仍保留在页面上。"
    now = store.show_case(case_id)
    return RefusalError(409, said, {"stale": True, "version": now.version if now else None})
