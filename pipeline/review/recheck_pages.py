"""复核: a colleague enters a case a second time without seeing what was read; then both are compared."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from pipeline.domain.people import Permission, may, visible_offices
from pipeline.domain.recheck import Outcome, RecheckState, error_rates
from pipeline.review.call import Call
from pipeline.review.originals import attachments
from pipeline.review.recheck_view import compared_fields, entry_fields, lines, rate_lines
from pipeline.review.refusal import RefusalError
from pipeline.review.rendering import answer, page
from pipeline.review.revealing import USUAL_REASON, is_revealed, note_reveal
from pipeline.review.sheets import sheets
from pipeline.review.showing import is_secret

_MAX_GROUND: Final = 1000
_COVER: Final = "*"


def show_list(call: Call) -> Response:
    """What waits for whoever asks, what that person has to settle; for supervisors what came of it."""
    store, parts = call.parts.store, call.parts
    offices = visible_offices(call.user, parts.office_keys)
    store.rechecks.draw(parts.recheck_share, parts.profile.zone, call.now)
    oversees = may(call.user, Permission.TAKE_OVER)
    rates = error_rates(store.rechecks.checked(offices), parts.profile.zone) if oversees else ()
    return page(
        "recheck_list.html",
        call,
        active="recheck",
        waiting=lines(call, store.rechecks.waiting(call.user, offices, call.now)),
        unsettled=lines(call, store.rechecks.unsettled(call.user, offices)),
        done=lines(call, store.rechecks.done(offices)) if oversees else [],
        rates=rate_lines(rates),
        oversees=oversees,
        share=f"{parts.recheck_share:.0%}",
        agreed=call.query.get("agreed") == "1",
    )


def show_one(call: Call) -> Response:
    """The empty fields beside the originals; once entered, the comparison."""
    recheck, store = call.recheck, call.parts.store
    blind = recheck.state is RecheckState.WAITING
    if blind:
        store.rechecks.open(recheck.recheck_id, call.user, call.now)
    else:
        store.events.record("case.viewed", actor=call.actor, case_id=recheck.case_id, at=call.now)
    revealed = is_revealed(call)
    files, trouble = attachments(call)
    return page(
        "recheck_entry.html" if blind else "recheck_compare.html",
        call,
        active="recheck",
        recheck_id=recheck.recheck_id,
        reference=recheck.case_id[:8].upper(),
        line=lines(call, [recheck])[0],
        case={"revealed": revealed},
        sheets=sheets(call.case, files),
        trouble=trouble,
        usual_reason=USUAL_REASON,
        fields=entry_fields(call) if blind else compared_fields(call, recheck, revealed=revealed),
        is_done=recheck.state is RecheckState.DONE,
    )


def reveal(call: Call) -> Response:
    """The case's ID numbers whole, once the reason is recorded."""
    note_reveal(call)
    return answer({"revealed": True})


def enter(call: Call) -> Response:
    """Keep what was entered; says where to go on."""
    values = call.form.starting("value.")
    done = call.parts.rechecker(call.user).enter(call.recheck.recheck_id, values)
    agreed = done.state is RecheckState.DONE
    return answer({"next": "/recheck?agreed=1" if agreed else f"/recheck/{done.recheck_id}"})


def settle(call: Call) -> Response:
    """Who was right, field by field; a wrong record is corrected."""
    outcomes = {key: _outcome(text) for key, text in call.form.starting("outcome.").items()}
    corrected = call.form.starting("value.")
    if any(is_secret(key) and _COVER in value for key, value in corrected.items()):
        raise RefusalError(422, "证件号还是遮盖的，请先显示完整号码再认定。")
    ground = call.form.get("ground").strip()[:_MAX_GROUND]
    settled = call.parts.rechecker(call.user).settle(call.recheck.recheck_id, outcomes, corrected, ground=ground)
    open_now = "；".join(item.detail for item in settled.open_findings[:3])
    said = f"备案已更正。按规则核对，更正后还有{len(settled.open_findings)}项问题，请科室负责人处理：{open_now}"
    return answer({"next": f"/recheck/{call.recheck.recheck_id}", "said": said if settled.open_findings else ""})


def _outcome(text: str) -> Outcome:
    try:
        return Outcome(text)
    except ValueError:
        raise RefusalError(400) from None
