"""Findings that come out of a reading process, held to be ours only if ours they can be. Runs on our side of the boundary.

A file that took its reader over says what it likes. A code that nobody knows would stand in the queue, in letters and in
the figures as it came, and texts without end would be sealed, opened and shown with every look at the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

from pipeline.domain.document import DocumentReading
from pipeline.domain.finding import Finding
from pipeline.domain.finding_codes import CODES
from pipeline.domain.spelling import MAX_TEXT
from pipeline.sandbox.errors import JobError

#: More than the limits on files and pages leave room for, and sentences of ours hold one name and one value at most.
MOST_FINDINGS: Final = 5000
_MAX_CLAUSE: Final = 200
_KEY: Final = re.compile(r"[a-z_]{1,40}")


def findings_of(reading: DocumentReading) -> Iterator[Finding]:
    """Every finding of a reading, those of its forms and papers among them."""
    forms = (form.findings for form in (*reading.forms, *reading.parts))
    return chain(reading.findings, *forms, *(paper.findings for paper in reading.papers))


def require_own_findings(findings: Iterable[Finding]) -> None:
    """Raise `JobError` for a finding that no job of ours makes, and for more than any mail leads to."""
    found = tuple(islice(findings, MOST_FINDINGS + 1))
    if len(found) > MOST_FINDINGS or not all(_is_own(item) for item in found):
        raise JobError("findings in the reply that are none of ours")


def _is_own(item: Finding) -> bool:
    texts = (item.clause or "", item.remedy or "")
    known = item.code in CODES and (item.field is None or _KEY.fullmatch(item.field) is not None)
    return known and len(item.detail) <= MAX_TEXT and max(map(len, texts)) <= _MAX_CLAUSE
