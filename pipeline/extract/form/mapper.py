"""From pages to forms: the one mapper for Word documents, PDF text and recognised pictures.

Labels are found in the tables (or, without any, in the lines), each with the cells of its value; what stands there
is parsed by the field's kind and handed to the judge. A field whose label is nowhere is not guessed: it is
`unplaced`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.domain.document import ExtractedForm, Field
from pipeline.extract.doubts import BESIDE_TABLE
from pipeline.extract.form.ditto import resolve_dittos
from pipeline.extract.form.edges import Edges, doubt_torn_rows, find_edges, told_by_pages
from pipeline.extract.form.fields import FieldReader
from pipeline.extract.form.hits import APART, Break, Hit, Mark
from pipeline.extract.form.judge import Judge, StrayJudge
from pipeline.extract.form.labels import LabelBook, label_book
from pipeline.extract.form.lines import LineSearch
from pipeline.extract.form.lost_rules import split_at_lost_rules
from pipeline.extract.form.open_cells import cut_open_cells, open_table
from pipeline.extract.form.repeats import settle_repeats
from pipeline.extract.form.rivals import is_unbroken
from pipeline.extract.form.row_cells import cut_rows
from pipeline.extract.form.sequence import MIN_LABELS, Draft, Sequencer
from pipeline.extract.form.shared_cells import cut_shared_cells
from pipeline.extract.form.slots import Table, read_tables
from pipeline.extract.form.table_search import TableSearch
from pipeline.extract.page import Line, Page
from pipeline.profile.form import FieldKind, FormSpec

OUTSIDE = "此栏内容写在表格之外，请核对"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What a file's pages hold: forms, and tables with rows of a form but too few to be one, each in reading order."""

    forms: tuple[ExtractedForm, ...] = ()
    parts: tuple[ExtractedForm, ...] = ()


def map_forms(pages: Sequence[Page], spec: FormSpec, *, profile_key: str, judge: Judge) -> tuple[ExtractedForm, ...]:
    """Every registration form on `pages`, in reading order; none where too few labels stand. See `map_pages`."""
    return map_pages(pages, spec, profile_key=profile_key, judge=judge).forms


def map_pages(pages: Sequence[Page], spec: FormSpec, *, profile_key: str, judge: Judge) -> Mapped:
    """Every registration form on `pages`, and every part of one.

    `pages` are one file's, upright, in order; a form may run over several of them. `unplaced` names required
    fields without a label. Never raises for what the pages hold.
    """
    book = label_book(spec)
    drafts = _drafts(pages, book, spec)
    reader, strays = FieldReader(spec, judge), FieldReader(spec, StrayJudge())
    mapped: list[tuple[bool, ExtractedForm]] = []
    for draft in drafts:
        own = reader if draft.counts or _may_go_on(draft, spec) else strays
        mapped.append((draft.counts, _form(draft, own, spec, profile_key, find_edges(draft, pages, book, spec))))
    return Mapped(
        forms=tuple(form for counts, form in mapped if counts),
        parts=tuple(form for counts, form in mapped if not counts),
    )


def _drafts(pages: Sequence[Page], book: LabelBook, spec: FormSpec) -> tuple[Draft, ...]:
    """From the tables; from the lines where those hold no form."""
    sequencer = Sequencer(spec, book)
    found = sequencer.split(_table_marks(pages, book, spec))
    if sum(draft.counts for draft in found) == 1:
        _add_outside(next(draft for draft in found if draft.counts), pages, book, spec)
    if not any(draft.counts for draft in found):
        found = sequencer.split(_open_marks(pages, book, spec)) or found
    if not any(draft.counts for draft in found):
        found = _beside_tables(found, pages, book, spec)
    for draft in found:
        doubt_torn_rows(draft, pages, book, spec)
    return told_by_pages(found, sequencer, spec)


def _table_marks(pages: Sequence[Page], book: LabelBook, spec: FormSpec) -> Iterator[Mark]:
    for page in pages:
        for slots in read_tables(page):
            yield Break(title=False)
            cut = cut_rows(cut_open_cells(cut_shared_cells(slots, book), book, spec), book, spec)
            yield from TableSearch(Table(split_at_lost_rules(cut, book)), book, spec).marks()


def _open_marks(pages: Sequence[Page], book: LabelBook, spec: FormSpec) -> Iterator[Mark]:
    """What stands in tables without rules, or with some that make no cells."""
    for page in pages:
        if slots := open_table(page, book, spec):
            yield Break(title=False)
            yield from TableSearch(Table(slots), book, spec).marks()


def _line_marks(pages: Sequence[Page], book: LabelBook, spec: FormSpec) -> Iterator[Mark]:
    """On a picture of a table whose rules are known in part, as of bent paper, what stands beside a label is a guess; so is on a
    page of PDF text what stands apart from its label, where no way was found in which all of them are set."""
    for page in pages:
        guessed = page.photograph is not None and (page.ruled or bool(page.grids))
        for mark in LineSearch(page, book, spec).marks(page.lines):
            if isinstance(mark, Hit) and guessed:
                yield replace(mark, doubt=mark.doubt or BESIDE_TABLE)
            elif isinstance(mark, Hit) and page.typeset is not None and _stands_apart(mark):
                yield replace(mark, doubt=mark.doubt or APART)
            else:
                yield mark


def _stands_apart(hit: Hit) -> bool:
    """Whether a value, or the blank for one, does not stand in its label's own line, behind a colon."""
    return len(hit.lines) > 1 or not ({":", "："} & {*hit.lines[0].text})


def _add_outside(draft: Draft, pages: Sequence[Page], book: LabelBook, spec: FormSpec) -> None:
    """Fields that have no place in the only form's table but stand beside it as "label：value". Of where people sign nobody knows
    whether what stands below belongs to it."""
    optional = {field.key for field in spec.fields if not field.required}
    signed = {field.key for field in spec.fields if field.kind is FieldKind.SIGNATURE}
    own = {hit.page.number for hit in draft.hits.values()}
    for page in (page for page in pages if page.number in own):
        outside = tuple(_lines_outside(page))
        for hit in LineSearch(page, book, spec).inline_marks(outside):
            key = hit.keys[0]
            if len(hit.keys) == 1 and key not in draft.hits:
                found = hit if key in optional else _doubted(hit)
                open_end = key in signed and _has_text_below(hit, outside)
                draft.hits[key] = replace(found, doubt=APART) if open_end else found


def _beside_tables(
    found: tuple[Draft, ...], pages: Sequence[Page], book: LabelBook, spec: FormSpec
) -> tuple[Draft, ...]:
    """Where no table holds a form: what the lines hold, unless that is the lower rows alone and a table has them too."""
    lined = Sequencer(spec, book).split(_line_marks(pages, book, spec))
    first = {field.key for field in [field for field in spec.fields if field.required and field.labels][:2]}
    begun = any(draft.counts and first & draft.hits.keys() for draft in lined)
    if not begun and any(len(draft.hits) >= MIN_LABELS for draft in found):
        _add_open_rows(found, pages, book, spec)
        return found
    return lined if any(draft.counts for draft in lined) or not found else found


def _add_open_rows(drafts: Iterable[Draft], pages: Sequence[Page], book: LabelBook, spec: FormSpec) -> None:
    """To tables without the rows that forms are known by, the rows beside them: the first of half a form has no rule above."""
    for draft in drafts:
        own = {hit.page.number for hit in draft.hits.values()}
        for page in (page for page in pages if page.number in own):
            for mark in LineSearch(page, book, spec).marks(list(_lines_outside(page))):
                if isinstance(mark, Hit) and len(mark.keys) == 1 and mark.keys[0] not in draft.hits:
                    draft.hits[mark.keys[0]] = replace(mark, doubt=mark.doubt or BESIDE_TABLE)


def _has_text_below(hit: Hit, lines: Iterable[Line]) -> bool:
    return any(line.box[1] + line.box[3] > 2 * hit.lines[-1].box[3] for line in lines)


def _doubted(hit: Hit) -> Hit:
    return Hit(
        page=hit.page, keys=hit.keys, label=hit.label, lines=hit.lines, inline=hit.inline, doubt=hit.doubt or OUTSIDE
    )


def _lines_outside(page: Page) -> Iterator[Line]:
    boxes = [cell.box for grid in page.grids for cell in grid.cells if cell.box is not None]
    for line in page.lines:
        x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
        if not any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes):
            yield line


def _may_go_on(draft: Draft, spec: FormSpec) -> bool:
    """Whether a part may belong to a form the rest of which stands elsewhere (`parts`)."""
    required = [field.key for field in spec.fields if field.required and field.labels]
    return is_unbroken([at for at, key in enumerate(required) if key in draft.hits])


def _form(draft: Draft, reader: FieldReader, spec: FormSpec, profile_key: str, edges: Edges) -> ExtractedForm:
    fields = settle_repeats(resolve_dittos(tuple(reader.read(draft)), spec), spec)
    free = {option.other_key for field in spec.fields for option in field.options}
    missing = (f.key for f in spec.fields if f.required and f.key not in draft.hits and f.key not in free)
    return ExtractedForm(
        profile=profile_key,
        fields=_in_order(fields, spec),
        pages=tuple(sorted({hit.page.number for hit in draft.hits.values()})),
        unplaced=tuple(missing),
        text_above=edges.above,
        text_below=edges.below,
    )


def _in_order(fields: Iterable[Field], spec: FormSpec) -> tuple[Field, ...]:
    order = {field.key: number for number, field in enumerate(spec.fields)}
    return tuple(sorted(fields, key=lambda item: order.get(item.key, len(order))))
