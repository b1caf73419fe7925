"""The desk for the blind second entry (复核): what is entered, how it compares, and what follows from a difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.cases.entering import enter_value, plain_value, same_value, with_fields
from pipeline.domain.document import ExtractedForm
from pipeline.domain.finding import Finding
from pipeline.domain.life import LifeError
from pipeline.domain.people import User
from pipeline.domain.recheck import Outcome
from pipeline.profile.form import FieldKind, FormField
from pipeline.profile.schema import Profile
from pipeline.store.errors import AccountTakenError, UnknownCaseError
from pipeline.store.rechecks import FieldCheck, Recheck, Rechecks, Settlement
from pipeline.store.record_correction import Correction
from pipeline.store.records import CaseDetail
from pipeline.store.store import Store
from pipeline.validate.decide import decide_filing

#: Read by eye and not typed: whether somebody signed is no matter of spelling.
_NOT_ENTERED: Final = frozenset({FieldKind.SIGNATURE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a settlement led to. `open_findings` are what the rules now hold against the corrected record."""

    recheck: Recheck
    open_findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecker:
    """One person at the desk."""

    user: User
    store: Store
    profile: Profile
    clock: Callable[[], datetime]

    def enter(self, recheck_id: str, values: Mapping[str, str]) -> Recheck:
        """Compare what was typed with the register, in the domain's normal forms. Raises `LifeError`.

        A blank says that nothing stands there.
        """
        recheck, case = self._open(recheck_id)
        form = _form_of(case)
        checks = tuple(self._compare(spec, values.get(spec.key, ""), form) for spec in entered_fields(self.profile))
        return self._rechecks.keep_entry(recheck.recheck_id, self.user, checks, self.clock())

    def settle(
        self, recheck_id: str, outcomes: Mapping[str, Outcome], corrected: Mapping[str, str], *, ground: str
    ) -> Settled:
        """Say of every disagreement who was right. `corrected` are the right values where the record was wrong.

        Raises `LifeError`: an outcome, a value or the ground is missing, or another record holds the corrected account.
        """
        recheck, case = self._open(recheck_id)
        wrong = [item.key for item in recheck.differing if outcomes.get(item.key) is Outcome.WRONG]
        if wrong and not ground.strip():
            raise LifeError("更正备案须写明依据。")
        correction = self._correction(case, {key: corrected.get(key, "") for key in wrong}, ground) if wrong else None
        texts = {} if correction is None else {item.key: plain_value(item) for item in correction.changed}
        settlement = Settlement(outcomes=outcomes, corrected=texts, correction=correction, ground=ground)
        try:
            done = self._rechecks.settle(recheck.recheck_id, self.user, settlement, self.clock())
        except AccountTakenError:
            raise LifeError("更正后的账号已有另一在册的备案，请先核对那一件。") from None
        blocking = () if correction is None else tuple(item for item in correction.verdict.findings if item.blocks)
        return Settled(recheck=done, open_findings=blocking)

    @property
    def _rechecks(self) -> Rechecks:
        return self.store.rechecks

    def _open(self, recheck_id: str) -> tuple[Recheck, CaseDetail]:
        recheck = self._rechecks.find(recheck_id)
        case = None if recheck is None else self.store.show_case(recheck.case_id)
        if recheck is None or case is None:
            raise UnknownCaseError("there is no such second entry")
        return recheck, case

    def _compare(self, spec: FormField, text: str, form: ExtractedForm) -> FieldCheck:
        registered = form.field(spec.key)
        entered = None if not text.strip() else enter_value(spec, text.strip(), self.profile, None)
        agreed = same_value(spec, entered, registered)
        return FieldCheck(
            key=spec.key,
            registered=plain_value(registered),
            entered=plain_value(entered),
            outcome=Outcome.AGREED if agreed else None,
        )

    def _correction(self, case: CaseDetail, values: Mapping[str, str], ground: str) -> Correction:
        """The record's form with the right values, and what the same rules say of it."""
        form, specs = _form_of(case), {spec.key: spec for spec in entered_fields(self.profile)}
        changed = []
        for key, text in values.items():
            if not text.strip():
                raise LifeError(f"请填写“{specs[key].name}”应为的内容。")
            old = form.field(key)
            item = enter_value(specs[key], text.strip(), self.profile, old.source if old else None)
            if same_value(specs[key], item, old):
                raise LifeError(f"“{specs[key].name}”的更正内容与登记的相同；登记无误的，请认定为复核录入有误。")
            changed.append(item)
        corrected = with_fields(form, tuple(changed))
        known = self.store.cases.known_filings(corrected, exclude_sha256=case.sha256, exclude_mailbox=case.mailbox)
        filing = case.filing.model_copy(update={"form": corrected})
        verdict = decide_filing(filing, profile=self.profile, known=known)
        return Correction(form=corrected, changed=tuple(changed), verdict=verdict, ground=ground.strip())


def entered_fields(profile: Profile) -> tuple[FormField, ...]:
    """The fields that are entered a second time: what has to be filled in, and every row of tick boxes."""
    return tuple(
        spec
        for spec in profile.form.fields
        if (spec.required or spec.kind is FieldKind.CHOICE) and spec.kind not in _NOT_ENTERED
    )


def _form_of(case: CaseDetail) -> ExtractedForm:
    if case.filing.form is None:
        raise LifeError("这一件没有登记表，不能复核。")
    return case.filing.form
