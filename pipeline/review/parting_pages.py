"""Splitting a case, joining two of one mail or a later mail's, and taking a join back."""

from __future__ import annotations

from starlette.responses import Response

from pipeline.domain.people import is_visible, visible_offices
from pipeline.review.call import Call
from pipeline.review.refusal import RefusalError
from pipeline.review.rendering import answer

_MOST_DIGITS = 4


def split(call: Call) -> Response:
    """Give the chosen papers to a case of their own."""
    call.parts.store.claims.hold(call.case.case_id, call.user, call.now)
    papers = [_number(text) for text in call.form.all("paper")]
    parted = call.parts.officer(call.user).split(call.case.case_id, papers, version=_version(call))
    reference = parted.other.case_id[:8].upper()
    return answer({"said": f"已拆出新件 {reference}", "version": parted.kept.version})


def join(call: Call) -> Response:
    """Take over the papers of another case of the same mail, which ends."""
    store, other = call.parts.store, _other(call)
    store.claims.hold(call.case.case_id, call.user, call.now)
    store.claims.hold(other, call.user, call.now)
    handled = call.parts.officer(call.user).join(call.case.case_id, other, version=_version(call))
    return answer({"said": f"已并入件 {other[:8].upper()}", "version": handled.version})


def unjoin(call: Call) -> Response:
    """Let the other case be there again, with what it had brought."""
    if call.case.state == "review":
        call.parts.store.claims.hold(call.case.case_id, call.user, call.now)
    other = _other(call)
    parted = call.parts.officer(call.user).unjoin(call.case.case_id, other, version=_version(call))
    return answer({"said": f"件 {other[:8].upper()} 已恢复", "version": parted.kept.version})


def _other(call: Call) -> str:
    """The other case: of the same mail or a later one, and of an office the asker may see unless it is part of this one."""
    wanted = call.form.get("other")
    known = {item.case_id for item in call.parts.store.siblings(call.case.case_id)}
    other = call.parts.store.show_case(wanted) if wanted in known else None
    offices = visible_offices(call.user, call.parts.office_keys)
    joined = other is not None and other.joined_into == call.case.case_id
    if other is None or not (joined or is_visible(offices, *other.offices)):
        raise RefusalError(422, "没有这样的另一件，请刷新后再看。")
    return other.case_id


def _version(call: Call) -> int:
    version = call.form.number("version")
    if version is None:
        raise RefusalError(400)
    return version


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise RefusalError(400)
    return int(text)
