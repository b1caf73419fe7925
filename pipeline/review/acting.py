"""What somebody does with a case: corrections, findings settled, decisions. The desk decides what is allowed."""

from __future__ import annotations

from datetime import date
from typing import Final

from starlette.responses import Response

from pipeline.domain.finding import Finding
from pipeline.domain.life import ACTION_NAMES, STAGE_NAMES, Action, LifeError, PaperSeen, SetAsideReason
from pipeline.domain.notice import KIND_NAMES, NoticeKind, NoticeState
from pipeline.domain.people import is_visible, visible_offices
from pipeline.review.call import Call
from pipeline.review.case_pages import state_answer
from pipeline.review.finding_view import find_finding
from pipeline.review.refusal import RefusalError
from pipeline.review.rendering import answer
from pipeline.review.showing import is_secret
from pipeline.store.case_life import Handled
from pipeline.store.claims import Claim

#: What covers an ID number on the page; no number holds it.
_COVER: Final = "*"
_MAX_GROUND: Final = 1000
_MAX_BODY: Final = 20_000
#: Decisions a claim ends with; the others leave the case with whoever took it on.
_ENDING: Final = frozenset({Action.CONCLUDE, Action.RETURN, Action.REFUSE, Action.TRANSFER})


def save_fields(call: Call) -> Response:
    """Values as a person reads them; the same rules run again at once."""
    claim = _hold(call)
    values = call.form.starting("value.")
    if not values:
        raise RefusalError(400)
    if any(is_secret(key) and _COVER in value for key, value in values.items()):
        raise RefusalError(422, "证件号还是遮盖的，请先显示完整号码再确认。")
    handled = call.parts.officer(call.user).correct(call.case, values, version=_version(call))
    return state_answer(call, claim, handled.case)


def settle(call: Call) -> Response:
    """Set a finding aside, or state where the paper stands that it misses."""
    claim = _hold(call)
    item = _finding(call)
    officer, ground = call.parts.officer(call.user), call.form.get("ground").strip()[:_MAX_GROUND]
    seen = _paper_seen(call)
    if seen is not None:
        officer.note_paper(call.case, item.code, seen, ground=ground, detail=item.detail, version=_version(call))
        return state_answer(call, claim)
    officer.set_aside(
        call.case,
        item.code,
        reason=_reason(call),
        ground=ground,
        field=item.field,
        detail=item.detail,
        version=_version(call),
    )
    return state_answer(call, claim)


def act(call: Call) -> Response:
    """Take a decision; the paper that goes with it is drafted, and let go where the officer said so."""
    action = _action(call)
    _hold_for(call, action)
    handled = call.parts.officer(call.user).act(
        call.case,
        action,
        ground=call.form.get("ground").strip()[:_MAX_GROUND],
        office=call.form.get("office") or None,
        change_of=_record_to_change(call),
        changed_on=_day(call.form.get("changed_on")),
        version=_version(call),
    )
    call.parts.store.times.decided(call.case.case_id, call.user, call.parts.clock(), action.value)
    if action in _ENDING:
        call.parts.store.claims.release(call.case.case_id, call.user)
    return answer(
        {
            "said": _said(handled, action),
            "paper": _paper(call, handled, action),
            "stage": handled.stage.value,
            "version": handled.version,
        }
    )


def compose(call: Call) -> Response:
    """The text of a 补正通知书 that names the chosen findings."""
    found = tuple(dict.fromkeys((*call.case.mail_findings, *call.case.findings)))
    chosen = set(call.query.all("finding"))
    details = {item.detail for index, item in enumerate(found) if str(index) in chosen}
    body = call.parts.correspondence.preview(call.case.case_id, NoticeKind.SUPPLEMENT, details=details)
    return answer({"body": body})


def _paper(call: Call, handled: Handled, action: Action) -> str:
    """What became of the paper; the decision itself is done whatever becomes of that."""
    desk = call.parts.correspondence
    try:
        drafted = desk.draft_after(handled.case_id, action, actor=call.actor)
        if drafted is None:
            return ""
        notice, body = drafted.notice, call.form.get("body").replace("\r\n", "\n").strip()[:_MAX_BODY]
        if body and notice.state is NoticeState.DRAFTED and body != notice.draft.body.strip():
            notice = desk.edit(notice.notice_id, body, actor=call.actor)
        if call.form.get("release") and notice.state is NoticeState.DRAFTED:
            notice = desk.release(notice.notice_id, actor=call.actor)
    except LifeError as error:
        return f"通知未能起草或签发：{error}"
    state = "已签发，待发送" if notice.state is NoticeState.RELEASED else "已起草，待签发"
    return f"{KIND_NAMES[notice.kind]}{state}"


def _said(handled: Handled, action: Action) -> str:
    number = f"，备案号 {handled.number}" if handled.number else ""
    done = ACTION_NAMES[action] if action is Action.TRANSFER else STAGE_NAMES[handled.stage]
    return f"{done}{number}"


def _hold(call: Call) -> Claim:
    return call.parts.store.claims.hold(call.case.case_id, call.user, call.now)


def _hold_for(call: Call, action: Action) -> None:
    """A refused case is in nobody's hands until it is taken up again."""
    if action is not Action.REOPEN:
        _hold(call)


def _version(call: Call) -> int:
    version = call.form.number("version")
    if version is None:
        raise RefusalError(400)
    return version


def _finding(call: Call) -> Finding:
    index = call.form.number("index")
    found = None if index is None else find_finding(call.case, index, call.form.get("code"))
    if found is None:
        raise RefusalError(409, "这一问题已有变化，请按页面上现在的问题处理。")
    return found


def _reason(call: Call) -> SetAsideReason:
    try:
        return SetAsideReason(call.form.get("reason"))
    except ValueError:
        raise RefusalError(400) from None


def _paper_seen(call: Call) -> PaperSeen | None:
    file, page = call.form.number("file"), call.form.number("page")
    if not file and not page:
        return None
    if not file or not page:
        raise RefusalError(422, "请同时选定附件和页码。")
    return PaperSeen(file=file, page=page)


def _record_to_change(call: Call) -> str | None:
    """The 备案号 of the record that the case changes: one that whoever asks may see, because anybody can name a number."""
    number = call.form.get("change_of").strip()
    if not number:
        return None
    found = call.parts.store.show_record(number)
    offices = visible_offices(call.user, call.parts.office_keys)
    if found is None or not is_visible(offices, found.record.office):
        raise RefusalError(422, "本机构没有这个备案号的备案；备案属其他机构的，请将本件移交该机构办理。")
    return number


def _action(call: Call) -> Action:
    try:
        return Action(call.form.get("action"))
    except ValueError:
        raise RefusalError(400) from None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RefusalError(422, "变更日期请按 2019-03-01 的格式填写。") from None
