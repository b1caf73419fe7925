"""What every rule looks at: a form, its papers, the day it came, and the profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.domain.decision import Filing
from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field, PaperKind
from pipeline.profile.schema import Profile


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A filing that has a form, seen by one profile. `received_on` is the day of receipt in the city's time zone."""

    filing: Filing
    form: ExtractedForm
    profile: Profile

    @property
    def received_on(self) -> date:
        return self.filing.received.astimezone(self.profile.zone).date()

    def text(self, key: str) -> str:
        """The form's value as text, "" when blank or absent."""
        return self.form.text(key)

    def is_sure(self, key: str) -> bool:
        """Whether the field holds a value that nobody doubts."""
        return is_sure(self.form.field(key))

    def name(self, key: str) -> str:
        """What messages call the field."""
        return next((field.name for field in self.profile.form.fields if field.key == key), key)

    def person(self, who: str) -> str:
        """What the form calls the "owner" or the "admin"."""
        return self.profile.form.person(who)

    def papers(self, *kinds: PaperKind) -> tuple[ExtractedPaper, ...]:
        """The readable papers of these kinds, in the order they came."""
        return tuple(paper for paper in self.filing.papers if paper.kind in kinds and is_readable(paper))


def is_sure(field: Field | None) -> bool:
    """Whether a field holds exactly one value that nobody doubts."""
    return field is not None and field.value is not None and not field.doubtful and len(field.candidates) < 2


def is_readable(paper: ExtractedPaper) -> bool:
    """Whether reading the paper gave anything to go by."""
    return not any(item.code == "material.unreadable" for item in paper.findings)
