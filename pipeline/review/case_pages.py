"""The case page, and what its script asks for while somebody works on it."""

from __future__ import annotations

from typing import Final

from starlette.responses import RedirectResponse, Response

from pipeline.domain.life import OPEN_STAGES, RecordState
from pipeline.domain.people import Permission, may, visible_offices
from pipeline.review.call import Call
from pipeline.review.case_view import case_page, case_story
from pipeline.review.field_view import FieldRow
from pipeline.review.finding_view import is_change
from pipeline.review.originals import attachments
from pipeline.review.refusal import RefusalError
from pipeline.review.rendering import answer, fragment, page, render
from pipeline.review.revealing import USUAL_REASON, note_reveal
from pipeline.review.sheets import file_lines, sheets
from pipeline.review.showing import is_secret
from pipeline.store.claims import Claim
from pipeline.store.errors import CaseDoneError, CaseHeldError
from pipeline.store.records import CaseDetail
from pipeline.store.register_records import RegisterScope, RegistryRow

_MOST_RECORDS: Final = 3


def show_case(call: Call) -> Response:
    """The page. Opening it claims the case for whoever may handle it; every look is recorded.

    Whoever did not hold it before and leaves it as it was gives it back (`only_looks`): a look at a list's cases must not
    keep each from everybody else for a quarter of an hour.
    """
    case, store = call.case, call.parts.store
    claim = _claim(call)
    store.events.record("case.viewed", actor=call.actor, case_id=case.case_id, at=call.now)
    mine = claim is not None and claim.user.user_id == call.user.user_id
    if mine:
        store.times.opened(case.case_id, call.user, call.now)
    shown = case_page(call, case, claim)
    files, trouble = attachments(call)
    return page(
        "case.html",
        call,
        active="queue",
        case=shown,
        story=case_story(call, case),
        base=call.base,
        only_looks=mine and claim is not None and claim.since == call.now,
        changes=_changed_records(call, case),
        sheets=sheets(case, files),
        files=file_lines(files),
        trouble=trouble,
        usual_reason=USUAL_REASON,
        offices=_offices(call),
    )


def reveal(call: Call) -> Response:
    """The case's ID numbers whole, once the reason is recorded."""
    note_reveal(call)
    claims = call.parts.store.claims.holders([call.case.case_id], call.now)
    return answer(_state(call, call.case, claims.get(call.case.case_id)))


def keep_alive(call: Call) -> Response:
    """Somebody still works on the case: the claim goes on."""
    until = call.parts.store.claims.heartbeat(call.case.case_id, call.user, call.now)
    call.parts.store.times.active(call.case.case_id, call.user, call.now)
    if until is None:
        call.parts.store.claims.hold(call.case.case_id, call.user, call.now)
    return answer({"until": call.parts.wording.moment(until)})


def release(call: Call) -> Response:
    """Give the case back without a decision."""
    call.parts.store.claims.release(call.case.case_id, call.user)
    return answer({}) if call.wants_json else RedirectResponse("/", status_code=303)


def take_over(call: Call) -> Response:
    """Take the case from whoever works on it."""
    call.parts.store.claims.take_over(call.case.case_id, call.user, call.now, ground=call.form.get("ground")[:200])
    return RedirectResponse(f"/case/{call.case.case_id}", status_code=303)


def state_answer(call: Call, claim: Claim, known: CaseDetail | None = None) -> Response:
    """The case as it is now, for the page that is open; `claim` is the asker's own, `known` the case if it need not be read.

    Raises `RefusalError` when it is gone."""
    case = known or call.parts.store.show_case(call.case.case_id)
    if case is None:
        raise RefusalError(404)
    return answer(_state(call, case, claim))


def _state(call: Call, case: CaseDetail, claim: Claim | None) -> dict[str, object]:
    shown = case_page(call, case, claim)
    return {
        "version": shown.version,
        "open": shown.open_count,
        "mayConclude": shown.may_conclude,
        "revealed": shown.revealed,
        "summary": render("_summary.html", call, case=shown),
        "findings": render("_findings.html", call, case=shown),
        "fields": {row.key: _field(row) for row in shown.fields},
    }


def _field(row: FieldRow) -> dict[str, object]:
    return {
        "entry": row.entry,
        "masked": row.masked,
        "open": row.open,
        "corrected": row.corrected,
        "more": fragment("_reading.html", row=row),
        "beside": fragment("_beside.html", row=row) if is_secret(row.key) else None,
    }


def _claim(call: Call) -> Claim | None:
    """The claim on the case: one's own where one may have it, else whose it is."""
    store, case = call.parts.store, call.case
    if case.state == "review" and may(call.user, Permission.HANDLE_CASE):
        try:
            return store.claims.hold(case.case_id, call.user, call.now)
        except (CaseHeldError, CaseDoneError):
            pass
    return store.claims.holders([case.case_id], call.now).get(case.case_id)


def _changed_records(call: Call, case: CaseDetail) -> tuple[RegistryRow, ...]:
    """The records in force of the account, for a case that is to change one."""
    form = case.filing.form
    if form is None or not is_change(case) or case.stage not in OPEN_STAGES:
        return ()
    wanted = RegisterScope(
        offices=visible_offices(call.user, call.parts.office_keys),
        state=RecordState.ACTIVE,
        account=form.text("account_name"),
    )
    return call.parts.store.search_register(wanted, limit=_MOST_RECORDS).rows if wanted.account else ()


def _offices(call: Call) -> list[tuple[str, str]]:
    """Where a case can be handed to."""
    return [(office.key, office.short_name) for office in call.parts.profile.offices]
