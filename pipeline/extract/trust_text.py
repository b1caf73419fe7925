"""Whether text that was read from a picture may be believed: line by line, in print on a clear page more easily than
elsewhere (`text_looks`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline.domain.document import Field
from pipeline.domain.spelling import squash
from pipeline.extract.doubts import NO_NUMBER, NOT_TWICE, UNCLEAR
from pipeline.extract.form_judge import Parsed
from pipeline.extract.simplified import simplify
from pipeline.extract.text_looks import (
    ON_CLEAR,
    ON_COARSE,
    ON_UNCLEAR,
    Sureness,
    TextLooks,
    guess,
    is_agreed,
    is_settled,
)
from pipeline.extract.trust_evidence import Evidence, padded
from pipeline.profile.form import FieldKind

#: Where an address always has a number. A 1 between two characters is a bare stroke that all readers pass over: both
#: networks were sure of 9号楼单元2503室 where a hand had written 9号楼1单元2503室.
_NUMBER_IS_GONE: Final = re.compile("[楼幢栋座]单元|单元室")


def judge_text(evidence: Evidence, seen: str | None = None) -> Field:
    """The field; `seen` is what another reader saw of the value before, if it was asked."""
    looks = [TextLooks(line.box, padded(line.box), evidence.rereader) for line in evidence.lines]
    believed = evidence.whole and all(_is_believed(look, evidence) for look in looks)
    others = [look.other for look in looks]
    other = "".join(text or look.first.text for text, look in zip(others, looks, strict=True))
    seen = other if any(others) else seen
    if believed and _NUMBER_IS_GONE.search(squash(evidence.reading.raw)):
        return evidence.doubted(NO_NUMBER, seen)
    if believed:
        return evidence.believed(seen)
    return evidence.doubted(NOT_TWICE if evidence.clear else UNCLEAR, seen, value=_offered(looks, evidence))


def _offered(looks: Sequence[TextLooks], evidence: Evidence) -> Parsed | None:
    """What is likelier than the value as read, if anything is."""
    if evidence.reading.field.kind not in (FieldKind.TEXT, FieldKind.PERSON_NAME):
        return None
    likely = simplify(_guessed(looks, evidence) if _may_be_guessed(evidence) else evidence.reading.raw)
    if likely == evidence.reading.raw:
        return None
    return replace(evidence.reading.parsed, value=evidence.parse(likely).value)


def _may_be_guessed(evidence: Evidence) -> bool:
    """Of what may be handwriting the main reader's own look is more often right."""
    return evidence.whole and not evidence.clear


def _guessed(looks: Sequence[TextLooks], evidence: Evidence) -> str:
    raw = evidence.reading.raw
    for look in looks:
        raw = raw.replace(look.first.text, guess(look), 1)
    return raw


def _is_believed(looks: TextLooks, evidence: Evidence) -> bool:
    if evidence.clear and evidence.digits().printed:
        return is_settled(looks)
    few_dots = evidence.rereader.picture.coarse
    by_hand = not (few_dots and evidence.digits().printed_coarsely)
    return is_agreed(looks, _needed(evidence), by_hand=by_hand, few_dots=few_dots)


def _needed(evidence: Evidence) -> Sureness:
    if evidence.clear:
        return ON_CLEAR
    return ON_COARSE if evidence.rereader.picture.coarse else ON_UNCLEAR
