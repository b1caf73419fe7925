"""The originals of a case as tabs: a page of a file each, named by what stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pipeline.domain.document import PAPER_NAMES
from pipeline.domain.message import KeptFile, Media
from pipeline.store.records import CaseDetail

PICTURE: Final = "picture"
GRID: Final = "grid"
_MOST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One tab. `kind` is "picture", or "grid" for the tables of a Word file; `page` counts from 1."""

    file: int
    page: int
    kind: str
    label: str = field(repr=False)


def sheets(case: CaseDetail, files: tuple[KeptFile, ...]) -> tuple[Sheet, ...]:
    """The pages that can be shown: what the case's form and papers stand on first, then everything else."""
    names = _names(case)
    found = [sheet for file in files for sheet in _of_file(file, names)]
    return tuple(sorted(found, key=lambda sheet: _rank(sheet, names)))[:_MOST]


def _of_file(file: KeptFile, names: dict[tuple[int, int], str]) -> Iterator[Sheet]:
    if file.media is Media.DOCX:
        yield Sheet(file=file.file, page=1, kind=GRID, label=f"登记表（附件{file.file}）")
    for page in file.pages:
        many = f"·{page.page}" if len(file.pages) > 1 else ""
        label = names.get((file.file, page.page)) or f"附件{file.file}{many}"
        yield Sheet(file=file.file, page=page.page, kind=PICTURE, label=label)


def _names(case: CaseDetail) -> dict[tuple[int, int], str]:
    """What stands on a page, in the order of the case's documents."""
    found: dict[tuple[int, int], str] = {}
    form = case.filing.form
    if form is not None and form.file is not None:
        found |= {(form.file, page): _numbered("登记表", at, len(form.pages)) for at, page in enumerate(form.pages, 1)}
    for paper in case.filing.papers:
        if paper.file is not None:
            for page in paper.pages:
                name, before = PAPER_NAMES[paper.kind], found.get((paper.file, page))
                found[paper.file, page] = name if before in (None, name) else f"{before}、{name}"
    return found


def _numbered(name: str, at: int, count: int) -> str:
    return f"{name} {at}/{count}" if count > 1 else name


def _rank(sheet: Sheet, names: dict[tuple[int, int], str]) -> tuple[int, int, int]:
    if sheet.kind == GRID:
        return (0, sheet.file, 0)
    place = (sheet.file, sheet.page)
    return (0 if place in names and names[place].startswith("登记表") else 1 if place in names else 2, *place)
