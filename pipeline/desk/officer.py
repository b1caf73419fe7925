"""The officer's desk: corrections with the same rules run again, findings set aside, and the actions of a filing's life.

Reading and deciding happen here, writing in the store; a case that somebody else changed meanwhile is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.cases.entering import enter_value, with_fields
from pipeline.cases.joining import Joiner
from pipeline.cases.parting import join_filings, split_filing
from pipeline.domain.decision import DecidedCase, Filing, KnownFiling, Verdict
from pipeline.domain.document import ExtractedForm, Field
from pipeline.domain.finding_codes import OFFICE_MISMATCH
from pipeline.domain.life import Action, LifeError, PaperSeen, SetAsideReason
from pipeline.profile.schema import Profile
from pipeline.store.case_life import Handled, Handling
from pipeline.store.case_parting import Parted
from pipeline.store.errors import AccountTakenError, UnknownCaseError
from pipeline.store.records import CaseDetail
from pipeline.store.store import Store
from pipeline.validate.decide import decide_filing
from pipeline.validate.periods import add_period


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """One person at the desk. `name` is what the history calls them.

    `office` is the office whose register the person writes, None for whoever writes all of them.
    """

    name: str
    store: Store
    profile: Profile
    clock: Callable[[], datetime]
    office: str | None = None

    def correct(self, reference: str | CaseDetail, values: Mapping[str, str], *, version: int | None = None) -> Handled:
        """Enter values as a person reads them, by form key; the rules run again at once.

        `reference` may be the case itself as somebody just read it. A value given as it stands confirms it.
        Raises `LifeError` for a field the form does not have or a case without a form, `StaleCaseError`, `UnknownCaseError`.
        """
        case = self._case(reference, version)
        form = case.filing.form
        if form is None:
            raise LifeError("该件没有登记表，不能更正栏目。")
        changed = tuple(self._corrected(form, key, text) for key, text in values.items())
        corrected = with_fields(form, changed)
        filing = case.filing.model_copy(update={"form": corrected})
        verdict = decide_filing(filing, profile=self.profile, known=self._known(corrected, case))
        handling = self._handling(case, version)
        handled = self.store.life.save_correction(case.case_id, corrected, changed, verdict, handling)
        return replace(handled, case=_corrected_case(case, filing, verdict, handled))

    def set_aside(
        self,
        reference: str | CaseDetail,
        code: str,
        *,
        reason: SetAsideReason,
        ground: str,
        field: str | None = None,
        detail: str | None = None,
        version: int | None = None,
    ) -> Handled:
        """Hold the case's findings of that code (and field, and sentence, if given) for settled.

        That it is another office's is settled by one taking it: the person's own, else the one that received it.
        Raises `LifeError` when there is none, or no ground.
        """
        return self._set_aside(reference, code, reason, ground, None, field=field, detail=detail, version=version)

    def note_paper(
        self,
        reference: str | CaseDetail,
        code: str,
        seen: PaperSeen,
        *,
        ground: str = "",
        detail: str | None = None,
        version: int | None = None,
    ) -> Handled:
        """State that a paper which the rules miss stands on a page of an attachment (材料已核); settles that finding."""
        said = f"{seen.text}；{ground.strip()}" if ground.strip() else seen.text
        return self._set_aside(
            reference, code, SetAsideReason.PAPER_SEEN, said, seen, field=None, detail=detail, version=version
        )

    def _set_aside(
        self,
        reference: str | CaseDetail,
        code: str,
        reason: SetAsideReason,
        ground: str,
        seen: PaperSeen | None,
        *,
        field: str | None,
        detail: str | None,
        version: int | None,
    ) -> Handled:
        case = self._case(reference, version)
        found = [
            item
            for item in case.open_findings
            if item.code == code and field in (None, item.field) and detail in (None, item.detail)
        ]
        if not found:
            raise LifeError(f"该件没有尚未处理的“{code}”。")
        if not ground.strip():
            raise LifeError("将问题置为已核须写明依据。")
        handling, handled = self._handling(case, version), None
        for item in found:
            keeper = case.keeper(self.office) if item.code == OFFICE_MISMATCH else None
            handled = self.store.life.set_aside(
                case.case_id, item, handling, reason=reason, ground=ground, seen=seen, office=keeper
            )
            handling = Handling(actor=self.name, at=self.clock(), version=handled.version)
        if handled is None:
            raise LifeError(f"该件没有尚未处理的“{code}”。")
        return handled

    def act(
        self,
        reference: str | CaseDetail,
        action: Action,
        *,
        ground: str = "",
        office: str | None = None,
        change_of: str | None = None,
        changed_on: date | None = None,
        version: int | None = None,
    ) -> Handled:
        """Take an action. `changed_on` is the day the account changed, for a change of the record `change_of`.

        What is not allowed raises `LifeError` and stands in the history as tried.
        """
        case = self._case(reference, version)
        handling = self._handling(case, version)
        try:
            self._check(action, office, change_of, changed_on)
            if action is Action.CONCLUDE:
                self._require_own(case)
            said = self._with_change_day(case, ground, changed_on)
            return self.store.life.act(
                case.case_id, action, handling, profile=self.profile, ground=said, office=office, change_of=change_of
            )
        except LifeError as error:
            self.store.life.note_refused(case.case_id, action.value, handling, why=str(error))
            raise
        except AccountTakenError:
            why = "该账号已有在册的备案，请按变更办理（指明原备案号）。"
            self.store.life.note_refused(case.case_id, action.value, handling, why=why)
            raise LifeError(why) from None

    def split(self, reference: str, papers: Collection[int], *, version: int | None = None) -> Parted:
        """Give those papers (counted from 1) to a case of their own, whose form somebody enters. Raises `LifeError`."""
        case = self._case(reference)
        kept, new = split_filing(case.filing, papers, self.profile)
        decided = DecidedCase(filing=new, verdict=self._decide(new, case))
        return self.store.parting.split(
            case.case_id, papers, self._decide(kept, case), decided, self._handling(case, version)
        )

    def join(self, reference: str, other: str, *, version: int | None = None) -> Handled:
        """Give what another case has to this one; the other ends. It is of the same mail, or of a later one that may belong
        to this case. Raises `LifeError`."""
        case, given = self._case(reference), self._case(other)
        if given.message_id != case.message_id:
            return self.store.joinings.join(
                case.case_id,
                given.case_id,
                self._handling(case, version),
                other_version=given.version,
                rules=Joiner(profile=self.profile),
                profile=self.profile,
            )
        shared = any(
            one.has_form and not one.joined and one.case_id != given.case_id
            for one in self.store.siblings(case.case_id)
        )
        joined = join_filings(case.filing, given.filing, shared=shared)
        return self.store.parting.join(
            case.case_id,
            given.case_id,
            self._decide(joined, case),
            self._handling(case, version),
            other_version=given.version,
        )

    def unjoin(self, reference: str, other: str, *, version: int | None = None) -> Parted:
        """Take a join back: the other case is there again with its papers. Raises `LifeError`."""
        case, given = self._case(reference), self._case(other)
        if given.message_id != case.message_id:
            handling, rules = self._handling(case, version), Joiner(profile=self.profile)
            return self.store.joinings.part(case.case_id, given.case_id, handling, rules=rules, profile=self.profile)
        brought = self.store.papers_from(case.case_id, given.case_id)
        papers = tuple(enumerate(case.filing.papers, 1))
        shared = case.filing.shared or given.filing.form is not None
        stays = tuple(item for number, item in papers if number not in brought)
        kept = case.filing.model_copy(update={"papers": stays, "shared": shared})
        back = given.filing.model_copy(update={"papers": tuple(item for number, item in papers if number in brought)})
        verdicts = self._decide(kept, case), self._decide(back, given)
        return self.store.parting.unjoin(case.case_id, given.case_id, *verdicts, self._handling(case, version))

    def _decide(self, filing: Filing, case: CaseDetail) -> Verdict:
        known = () if filing.form is None else self._known(filing.form, case)
        return decide_filing(filing, profile=self.profile, known=known)

    def cancel_record(self, number: str, *, ground: str) -> None:
        """Take a record out of the register (注销). Raises `LifeError` without a ground, `UnknownRecordError`."""
        if not ground.strip():
            raise LifeError("注销备案须写明理由。")
        self.store.life.cancel_record(number, Handling(actor=self.name, at=self.clock()), self.profile, ground=ground)

    def _check(self, action: Action, office: str | None, change_of: str | None, changed_on: date | None) -> None:
        if office is not None and self.profile.office(office) is None:
            raise LifeError(f"没有代码为“{office}”的机构。")
        if change_of is not None and action is not Action.CONCLUDE:
            raise LifeError("只有办结时才能指明所变更的备案号。")
        if changed_on is not None and changed_on > self.clock().astimezone(self.profile.zone).date():
            raise LifeError("变更日期不能晚于今天。")

    def _require_own(self, case: CaseDetail) -> None:
        """Nobody writes another office's register. The city's own mailbox takes anyone's filing."""
        rightful = case.office or case.received_office
        if self.office is None or rightful == self.office:
            return
        received = self.profile.office(case.received_office)
        if received is not None and received.key == self.office and received.accepts_all:
            transfer = f"case.{Action.TRANSFER.value}"
            if all(item.kind != transfer for item in self.store.history(case.case_id)):
                return
        named = self.profile.office(rightful)
        raise LifeError(f"本件由{named.name if named else rightful}办理，本机构不能办结；尚未移交的请移交。")

    def _with_change_day(self, case: CaseDetail, ground: str, changed_on: date | None) -> str:
        """The ground with what the notice says of the day of the change; the form itself has none."""
        period = self.profile.deadlines.after_change
        if changed_on is None or period is None:
            return ground
        due = add_period(changed_on, period, self.profile.deadlines)
        late = case.received.astimezone(self.profile.zone).date() > due
        said = f"变更日期{changed_on}，应于{due}前办理变更，{'已逾期' if late else '未逾期'}"
        return f"{ground}（{said}）" if ground else said

    def _case(self, reference: str | CaseDetail, version: int | None = None) -> CaseDetail:
        """The case; one that was just read is not read again if it is of the version that is meant."""
        if isinstance(reference, CaseDetail) and version in (None, reference.version):
            return reference
        identity = reference.case_id if isinstance(reference, CaseDetail) else reference
        case = self.store.show_case(identity)
        if case is None:
            raise UnknownCaseError(f"case {identity}: there is no such case")
        return case

    def _handling(self, case: CaseDetail, version: int | None) -> Handling:
        return Handling(actor=self.name, at=self.clock(), version=case.version if version is None else version)

    def _known(self, form: ExtractedForm, case: CaseDetail) -> tuple[KnownFiling, ...]:
        return self.store.cases.known_filings(form, exclude_sha256=case.sha256, exclude_mailbox=case.mailbox)

    def _corrected(self, form: ExtractedForm, key: str, text: str) -> Field:
        spec = next((field for field in self.profile.form.fields if field.key == key), None)
        if spec is None:
            raise LifeError(f"登记表没有“{key}”这一栏。")
        old = form.field(key)
        source = old.source if old is not None else None
        return enter_value(spec, text, self.profile, source)


def _corrected_case(case: CaseDetail, filing: Filing, verdict: Verdict, handled: Handled) -> CaseDetail:
    """The case as it reads after a correction: its version says that nothing else changed meanwhile.

    Why the rules took it for what it is (`entity_reasons`) is told once and not kept.
    """
    kept = Verdict(entity=verdict.entity, office=handled.office, due=verdict.due, findings=verdict.findings)
    return replace(
        case,
        filing=filing,
        verdict=kept,
        office=handled.office,
        stage=handled.stage,
        version=handled.version,
        touched=True,
    )
