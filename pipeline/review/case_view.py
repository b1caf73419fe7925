"""A case as its page shows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from pipeline.domain.life import OPEN_STAGES, STAGE_NAMES, Action, Stage, possible_actions
from pipeline.domain.masking import mask_identity_numbers
from pipeline.domain.notice import KIND_NAMES, STATE_NAMES
from pipeline.domain.people import Permission, may
from pipeline.review.call import Call
from pipeline.review.due import SETTLED, Due, due_of
from pipeline.review.field_view import FieldRow, field_rows
from pipeline.review.finding_view import FindingRow, finding_rows, is_change
from pipeline.review.part_view import MailLine, PaperLine, SiblingLine, mail_lines, paper_lines, sibling_lines
from pipeline.review.recheck_view import outcome_of
from pipeline.review.revealing import is_revealed
from pipeline.store.claims import Claim
from pipeline.store.records import CaseDetail, HistoryItem
from pipeline.wording import EVENTS

#: Shown apart from what was done: there is one for every look.
_LOOKS: Final = frozenset({"case.viewed", "case.revealed", "record.viewed"})
_BUTTONS: Final = (Action.ACCEPT, Action.SUPPLEMENT, Action.URGE, Action.REOPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One event in words."""

    at: str
    who: str
    what: str
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """A paper of the case."""

    kind: str
    state: str
    at: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Everything of the page but its pictures. `holder` is somebody else who works on it, "" for nobody else."""

    case_id: str
    reference: str
    version: int
    account: str = field(repr=False)
    subject: str = field(repr=False)
    entity: str
    office: str
    received_office: str
    also_office: str
    office_key: str
    keeper: str
    stage: str
    due: Due
    received: str
    number: str
    recheck: str
    has_form: bool
    mail_subject: str = field(repr=False)
    sender: str = field(repr=False)
    findings: tuple[FindingRow, ...] = field(repr=False)
    fields: tuple[FieldRow, ...] = field(repr=False)
    revealed: bool
    editable: bool
    holder: str
    held_until: str
    may_take_over: bool
    may_part: bool
    is_change: bool
    actions: frozenset[str]
    plain_actions: tuple[Action, ...]

    @property
    def open_count(self) -> int:
        """How many findings keep it out of the register."""
        return sum(item.open for item in self.findings)

    @property
    def may_conclude(self) -> bool:
        """Whether nothing stands in the way of 办结."""
        return self.editable and self.open_count == 0 and Action.CONCLUDE.value in self.actions


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStory:
    """What stands below the form: what was done and looked at, papers sent, papers that came, other cases of the mail.

    Apart from the page, because a save changes nothing that is shown of it.
    """

    history: tuple[HistoryLine, ...] = field(repr=False)
    looks: tuple[HistoryLine, ...] = field(repr=False)
    notices: tuple[NoticeLine, ...] = field(repr=False)
    papers: tuple[PaperLine, ...] = field(repr=False)
    siblings: tuple[SiblingLine, ...] = field(repr=False)
    mails: tuple[MailLine, ...] = field(repr=False)


def case_story(call: Call, case: CaseDetail) -> CaseStory:
    """The same for whoever asks."""
    history, names = call.parts.store.history(case.case_id), call.parts.names()
    return CaseStory(
        history=tuple(_line(call, item, names) for item in history if item.kind not in _LOOKS),
        looks=tuple(_line(call, item, names) for item in history if item.kind in _LOOKS),
        notices=_notices(call, case),
        papers=paper_lines(case),
        siblings=sibling_lines(call, case) if may(call.user, Permission.HANDLE_CASE) else (),
        mails=mail_lines(call, case),
    )


def case_page(call: Call, case: CaseDetail, claim: Claim | None) -> CasePage:
    """The case for whoever asks; `claim` is the one in force on it."""
    wording = call.parts.wording
    names = call.parts.names() if case.set_aside else {}
    revealed = is_revealed(call)
    other = claim is not None and claim.user.user_id != call.user.user_id
    form_keys = _form_keys(case, call)
    handles = may(call.user, Permission.HANDLE_CASE)
    return CasePage(
        case_id=case.case_id,
        reference=case.case_id[:8].upper(),
        version=case.version,
        account=_text(case, "account_name"),
        subject=_text(case, "account_subject"),
        entity=wording.entity(case.entity),
        office=wording.office(case.office or case.received_office),
        received_office=wording.office(case.received_office),
        also_office=wording.office(case.also_office),
        office_key=case.office or "",
        keeper=wording.office(case.keeper(call.user.office)),
        stage=STAGE_NAMES[case.stage],
        due=due_of(case.due, call.parts.today) if case.stage in OPEN_STAGES else SETTLED,
        received=wording.moment(case.received),
        number=case.number or "",
        recheck=_recheck(call, case),
        has_form=case.filing.form is not None,
        mail_subject=mask_identity_numbers(case.subject),
        sender=case.sender,
        findings=finding_rows(case, form_keys=form_keys, names=names),
        fields=field_rows(case, wording, revealed=form_keys if revealed else ()),
        revealed=revealed,
        editable=handles and not other and case.stage in OPEN_STAGES,
        holder=claim.user.name if claim is not None and other else "",
        held_until=wording.moment(claim.until)[-5:] if claim is not None and other else "",
        may_take_over=other and may(call.user, Permission.TAKE_OVER),
        may_part=handles and not other,
        is_change=is_change(case),
        actions=frozenset(action.value for action in possible_actions(case.stage))
        if handles and not other
        else frozenset(),
        plain_actions=tuple(action for action in _BUTTONS if action in possible_actions(case.stage)),
    )


def _recheck(call: Call, case: CaseDetail) -> str:
    """What came of the second entry; nobody is told before it is done."""
    found = call.parts.store.rechecks.of_case(case.case_id) if case.stage is Stage.CONCLUDED else None
    return "" if found is None else outcome_of(found)


def _form_keys(case: CaseDetail, call: Call) -> Collection[str]:
    return {spec.key for spec in call.parts.profile.form.fields} if case.filing.form is not None else set()


def _text(case: CaseDetail, key: str) -> str:
    return mask_identity_numbers(case.filing.form.text(key)) if case.filing.form is not None else ""


def _line(call: Call, item: HistoryItem, names: Mapping[str, str]) -> HistoryLine:
    wording = call.parts.wording
    return HistoryLine(
        at=wording.moment(item.at),
        who=names.get(item.actor, wording.actor(item.actor)),
        what=EVENTS.get(item.kind, item.kind),
        note=mask_identity_numbers(wording.note(item.note)) if item.note else "",
    )


def _notices(call: Call, case: CaseDetail) -> tuple[NoticeLine, ...]:
    moment = call.parts.wording.moment
    return tuple(
        NoticeLine(
            kind=KIND_NAMES[item.kind],
            state=STATE_NAMES[item.state],
            at=moment(item.sent_at or item.released_at or item.drafted_at),
            text=mask_identity_numbers(item.draft.text),
        )
        for item in call.parts.store.notices.list(case_id=case.case_id, limit=50)
    )
