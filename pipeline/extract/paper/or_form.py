"""Forms among pages of which some are papers.

Papers have labels of the form's own (名称, 类型, 住所; 姓名, 住址, 身份号码), too few on each to be one. On pages that follow
each other they add up: a licence and the card behind it were read as one form, and neither counted as a paper.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.form.judge import Judge
from pipeline.extract.form.mapper import Mapped, map_pages
from pipeline.extract.page import Page
from pipeline.extract.paper.papers import is_paper
from pipeline.profile.form import FormSpec


def map_pages_with_papers(pages: Sequence[Page], spec: FormSpec, *, profile_key: str, judge: Judge) -> Mapped:
    """As `map_pages`, but a form put together from several pages each of which is a paper by itself is none."""
    mapped = map_pages(pages, spec, profile_key=profile_key, judge=judge)
    papers: set[int] = set()
    for form in mapped.forms:
        own = [page for page in pages if page.number in form.pages]
        if len(own) > 1 and all(map(is_paper, own)):
            papers.update(form.pages)
    if not papers:
        return mapped
    rest = [page for page in pages if page.number not in papers]
    return map_pages(rest, spec, profile_key=profile_key, judge=judge)
