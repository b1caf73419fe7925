"""The originals of a case as tabs: a page of a file each, named by what stands on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from pipeline.desk.evidence import ShownFile
from pipeline.domain.document import PAPER_NAMES, ExtractedForm, PageBox
from pipeline.domain.masking import mask_identity_numbers
from pipeline.domain.message import Media
from pipeline.store.records import CaseDetail

PICTURE: Final = "picture"
GRID: Final = "grid"
#: Files that have a first page even where nobody noted their pages.
_DRAWN: Final = frozenset({Media.PDF, Media.JPEG, Media.PNG, Media.GIF, Media.BMP, Media.TIFF, Media.WEBP, Media.HEIC})
_KINDS: Final = {
    Media.DOCX: "Word 文件",
    Media.DOC: "旧版 Word 文件",
    Media.RTF: "RTF 文件",
    Media.HTML: "邮件正文",
    Media.PDF: "PDF",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """An attachment in the list."""

    number: int
    name: str = field(repr=False)
    kind: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One tab. `kind` is "picture", or "grid" for the tables of a Word file; `page` counts from 1."""

    file: int
    page: int
    kind: str
    label: str = field(repr=False)


def sheets(case: CaseDetail, files: tuple[ShownFile, ...]) -> tuple[Sheet, ...]:
    """The pages that can be shown: what the case's form and papers stand on first, then everything else."""
    names = _names(case, {file.file for file in files if file.has_grid})
    found = [sheet for file in files for sheet in _of_file(file, names)]
    return tuple(sorted(found, key=lambda sheet: _rank(sheet, names)))


def file_lines(files: tuple[ShownFile, ...]) -> tuple[FileLine, ...]:
    """The attachments by name, those in archives with the archive's. People name copies of cards by their numbers."""
    return tuple(
        FileLine(
            number=file.file,
            name=mask_identity_numbers(" / ".join((*file.path, file.name))) or "（无文件名）",
            kind="图片" if file.media in _DRAWN - {Media.PDF} else _KINDS.get(file.media, file.media.value),
            size=f"{max(1, file.size_bytes // 1024)} KB",
        )
        for file in files
    )


def _of_file(file: ShownFile, names: dict[tuple[int, int], str]) -> Iterator[Sheet]:
    others = {other.page: f"其他：{other.looks_like}" for other in file.others}
    if file.has_grid:
        yield Sheet(file=file.file, page=1, kind=GRID, label=f"{others.get(None, '登记表')}（附件{file.file}）")
    pages = [page.page for page in file.pages] or ([1] if file.media in _DRAWN else [])
    for page in pages:
        many = f"·{page}" if len(pages) > 1 else ""
        where = f"附件{file.file}{many}"
        label = names.get((file.file, page)) or (f"{others[page]}（{where}）" if page in others else where)
        yield Sheet(file=file.file, page=page, kind=PICTURE, label=label)


def _names(case: CaseDetail, grids: Collection[int]) -> dict[tuple[int, int], str]:
    """What stands on a page. The form of a Word file stands in its tables, not on the pictures pasted into it."""
    found: dict[tuple[int, int], str] = {}
    form = case.filing.form
    if form is not None:
        places = [place for place in _form_places(form) if place[0] not in grids]
        found |= {place: _numbered("登记表", at, len(places)) for at, place in enumerate(places, 1)}
    for paper in case.filing.papers:
        if paper.file is not None:
            for page in paper.pages:
                name, before = PAPER_NAMES[paper.kind], found.get((paper.file, page))
                found[paper.file, page] = name if before in (None, name) else f"{before}、{name}"
    return found


def _form_places(form: ExtractedForm) -> tuple[tuple[int, int], ...]:
    """Files and pages that the form stands on, as its rows go: one that came in two files stands on both."""
    own = [] if form.file is None else [(form.file, page) for page in form.pages]
    sources = [item.source for item in form if isinstance(item.source, PageBox)]
    return tuple(dict.fromkeys((*own, *((place.file, place.page) for place in sources if place.file is not None))))


def _numbered(name: str, at: int, count: int) -> str:
    return f"{name} {at}/{count}" if count > 1 else name


def _rank(sheet: Sheet, names: dict[tuple[int, int], str]) -> tuple[int, int, int]:
    if sheet.kind == GRID:
        return (0, sheet.file, 0)
    place = (sheet.file, sheet.page)
    return (0 if place in names and names[place].startswith("登记表") else 1 if place in names else 2, *place)
