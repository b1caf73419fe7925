"""Whole ID numbers: shown for a quarter of an hour after somebody asked for them and said why, and to that person only.

The log is what remembers it, so that no number is shown that was not recorded.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Final

from pipeline.review.call import Call
from pipeline.review.refusal import RefusalError

KIND: Final = "case.revealed"
USUAL_REASON: Final = "核对登记表与证件"
_HOLDS: Final = timedelta(minutes=15)
_MAX_REASON: Final = 200


def is_revealed(call: Call) -> bool:
    """Whether whoever asks revealed the call's case's numbers lately, in this session."""
    since = call.now - _HOLDS
    if call.session is not None:
        since = max(since, call.session.opened_at)
    return call.parts.store.has_done(KIND, call.case.case_id, actor=call.actor, since=since)


def note_reveal(call: Call) -> None:
    """Record it, with the field it was for and the reason."""
    reason = call.form.get("reason").strip()[:_MAX_REASON]
    if not reason:
        raise RefusalError(422, "查看完整证件号须写明原因。")
    note = json.dumps({"field": call.form.get("field")[:64], "ground": reason}, ensure_ascii=False)
    call.parts.store.events.record(KIND, actor=call.actor, case_id=call.case.case_id, note=note, at=call.now)
