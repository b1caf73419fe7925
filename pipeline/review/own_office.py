"""Whose records and figures are meant where somebody may choose an office."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.people import visible_offices
from pipeline.profile.schema import Office
from pipeline.review.call import Call
from pipeline.review.refusal import RefusalError


def chosen_office(call: Call, wanted: str) -> str | None:
    """The office asked for, None for all: whoever sees one office only always gets that one.

    Raises `RefusalError` for somebody whose office the profile has no more.
    """
    offices = visible_offices(call.user, call.parts.office_keys)
    if offices is None:
        return wanted if wanted in call.parts.office_keys else None
    if not offices:
        raise RefusalError(403, "您的单位不在现行规则之中，请告知管理员。")
    return next(iter(offices))


def offices_to_choose(call: Call) -> Sequence[Office]:
    """The offices whoever asks may choose from."""
    offices = visible_offices(call.user, call.parts.office_keys)
    return [office for office in call.parts.profile.offices if offices is None or office.key in offices]
