"""Filings that were wrongly joined or separated: which papers belong to which form. Pure."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.domain.decision import Filing
from pipeline.domain.document import ExtractedForm, Field
from pipeline.domain.life import LifeError
from pipeline.profile.schema import Profile


def split_filing(filing: Filing, papers: Collection[int], profile: Profile) -> tuple[Filing, Filing]:
    """The filing without those papers (counted from 1), and one of its own with them and a blank form.

    What was read as one form cannot be taken apart again: a person enters the other one. Raises `LifeError`.
    """
    chosen = {number for number in papers if 1 <= number <= len(filing.papers)}
    if not chosen:
        raise LifeError("请选定归入新件的材料。")
    kept = tuple(paper for number, paper in enumerate(filing.papers, 1) if number not in chosen)
    given = tuple(paper for number, paper in enumerate(filing.papers, 1) if number in chosen)
    parted = filing.model_copy(update={"papers": kept, "shared": True})
    blank = blank_form(profile)
    new = filing.model_copy(update={"papers": given, "form": blank, "findings": (), "shared": filing.form is not None})
    return parted, new


def join_filings(filing: Filing, other: Filing, *, shared: bool) -> Filing:
    """The filing with the other's papers behind its own. Raises `LifeError`: only the other has a form."""
    if filing.form is None and other.form is not None:
        raise LifeError("请打开有登记表的一件，在那里合并。")
    unreadable = tuple(dict.fromkeys((*filing.unreadable, *other.unreadable)))
    return filing.model_copy(
        update={"papers": (*filing.papers, *other.papers), "unreadable": unreadable, "shared": shared}
    )


def blank_form(profile: Profile) -> ExtractedForm:
    """The city's form with nothing in it, to be filled in by a person."""
    fields = tuple(Field(key=spec.key, value=None, reader="none") for spec in profile.form.fields)
    return ExtractedForm(profile=profile.key, pages=(), fields=fields)
