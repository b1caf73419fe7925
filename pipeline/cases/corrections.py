"""What a later form of the same submitter settles without anybody being asked. Pure.

Two sure values that differ are a person's to choose between, unless one of them cannot be meant: a number that fails its
check was miswritten, and its correction is no second opinion. Nor is anything open where a paper of the case says what the
later form says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.cases.form_merging import DIFFERS
from pipeline.domain.decision import Filing
from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field
from pipeline.extract.agreement import settle
from pipeline.profile.schema import Profile
from pipeline.validate.case import Case, is_sure
from pipeline.validate.fields import check_field

#: What a value's own format or check digit refuses.
_REFUSED: Final = frozenset({"field.invalid", "field.legacy"})


def corrected_keys(held: Filing, later: ExtractedForm, profile: Profile) -> frozenset[str]:
    """The fields that are refused as they stand in the held form, and not as they stand in the later one."""
    if held.form is None:
        return frozenset()
    before, now = (Case(filing=held, form=form, profile=profile) for form in (held.form, later))
    return frozenset(
        spec.key
        for spec in profile.form.fields
        if is_sure(later.field(spec.key)) and _is_refused(before, spec.key) and not _is_refused(now, spec.key)
    )


def _is_refused(case: Case, key: str) -> bool:
    spec, field = next(item for item in case.profile.form.fields if item.key == key), case.form.field(key)
    return field is not None and any(item.code in _REFUSED for item in check_field(case, spec, field))


def settle_differences(form: ExtractedForm, papers: Sequence[ExtractedPaper]) -> ExtractedForm:
    """The merged form without doubt about what the later one and a paper of the case both say."""
    agreed = settle((form,), papers)[0][0]
    return form.model_copy(update={"fields": tuple(_settled(item, agreed) for item in form)})


def _settled(field: Field, agreed: ExtractedForm) -> Field:
    return (agreed.field(field.key) or field) if field.doubt == DIFFERS else field
