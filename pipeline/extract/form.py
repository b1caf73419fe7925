"""From pages to forms: the one mapper for Word documents, PDF text and recognised pictures.

Labels are found in the tables (or, without any, in the lines), each with the cells of its value; what stands there
is parsed by the field's kind and handed to the judge. A field whose label is nowhere is not guessed: it is
`unplaced`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.domain.document import ExtractedForm, Field
from pipeline.extract.doubts import BESIDE_TABLE
from pipeline.extract.form_ditto import resolve_dittos
from pipeline.extract.form_fields import FieldReader
from pipeline.extract.form_hits import Break, Hit, Mark, TableSearch
from pipeline.extract.form_judge import Judge
from pipeline.extract.form_labels import LabelBook, label_book
from pipeline.extract.form_lines import LineSearch
from pipeline.extract.form_lost_rules import split_at_lost_rules
from pipeline.extract.form_repeats import settle_repeats
from pipeline.extract.form_sequence import Draft, Sequencer
from pipeline.extract.form_slots import Table, read_tables
from pipeline.extract.page import Line, Page
from pipeline.profile.form import FormSpec

OUTSIDE = "此栏内容写在表格之外，请核对"


def map_forms(pages: Sequence[Page], spec: FormSpec, *, profile_key: str, judge: Judge) -> tuple[ExtractedForm, ...]:
    """Every registration form on `pages`, in reading order; none where too few labels stand.

    `pages` are one file's, upright, in order; a form may run over several of them. `unplaced` names required
    fields without a label. Never raises for what the pages hold.
    """
    book = label_book(spec)
    sequencer = Sequencer(spec, book)
    drafts = sequencer.split(_table_marks(pages, book, spec))
    if drafts:
        if len(drafts) == 1:
            _add_outside(drafts[0], pages, book, spec)
    else:
        drafts = sequencer.split(_line_marks(pages, book, spec))
    reader = FieldReader(spec, judge)
    return tuple(_form(draft, reader, spec, profile_key) for draft in drafts)


def _table_marks(pages: Sequence[Page], book: LabelBook, spec: FormSpec) -> Iterator[Mark]:
    for page in pages:
        for slots in read_tables(page):
            yield Break(title=False)
            yield from TableSearch(Table(split_at_lost_rules(slots, book)), book, spec).marks()


def _line_marks(pages: Sequence[Page], book: LabelBook, spec: FormSpec) -> Iterator[Mark]:
    """On a picture of a table whose rules are known in part, as of bent paper, what stands beside a label is a guess."""
    for page in pages:
        guessed = page.photograph is not None and (page.ruled or bool(page.grids))
        for mark in LineSearch(page, book, spec).marks(page.lines):
            yield replace(mark, doubt=mark.doubt or BESIDE_TABLE) if guessed and isinstance(mark, Hit) else mark


def _add_outside(draft: Draft, pages: Sequence[Page], book: LabelBook, spec: FormSpec) -> None:
    """Fields that have no place in the only form's table but stand beside it as "label：value"."""
    optional = {field.key for field in spec.fields if not field.required}
    own = {hit.page.number for hit in draft.hits.values()}
    for page in (page for page in pages if page.number in own):
        for hit in LineSearch(page, book, spec).inline_marks(_lines_outside(page)):
            key = hit.keys[0]
            if len(hit.keys) == 1 and key not in draft.hits:
                draft.hits[key] = hit if key in optional else _doubted(hit)


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


def _form(draft: Draft, reader: FieldReader, spec: FormSpec, profile_key: str) -> ExtractedForm:
    fields = settle_repeats(resolve_dittos(tuple(reader.read(draft)), spec), spec)
    free = {option.other_key for field in spec.fields for option in field.options}
    missing = (f.key for f in spec.fields if f.required and f.key not in draft.hits and f.key not in free)
    return ExtractedForm(
        profile=profile_key,
        fields=_in_order(fields, spec),
        pages=tuple(sorted({hit.page.number for hit in draft.hits.values()})),
        unplaced=tuple(missing),
    )


def _in_order(fields: Iterable[Field], spec: FormSpec) -> tuple[Field, ...]:
    order = {field.key: number for number, field in enumerate(spec.fields)}
    return tuple(sorted(fields, key=lambda item: order.get(item.key, len(order))))
