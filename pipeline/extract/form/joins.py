"""Two parts of one form as one: which reading of a row counts, and what is asked about at the seam. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.domain.document import ExtractedForm, Field, PageBox
from pipeline.domain.spelling import squash
from pipeline.extract.form.ditto import UNRESOLVED, resolve_dittos
from pipeline.extract.form.edges import TORN, edge_row
from pipeline.extract.form.labels import label_book
from pipeline.extract.form.repeats import settle_repeats
from pipeline.profile.form import FormSpec

DIFFERS: Final = "此栏在两张图片上都有，内容不一致，请核对"
LOST: Final = "此栏正好在两张图片的接缝处，没有读到，请对照原件补录"


def join_forms(
    upper: ExtractedForm, lower: ExtractedForm, spec: FormSpec, *, above: ExtractedForm | None = None
) -> ExtractedForm:
    """The form of two parts. It is the upper part's file; each value's place names its own.

    `above` is what the lower part follows, where the upper one is a form of several parts already.
    """
    seam = _Seam(upper, lower, spec, above or upper)
    fields = tuple(_pending(seam.field(key)) for key in _keys(spec, upper, lower, more=seam.lost))
    fields = settle_repeats(resolve_dittos(fields, spec), spec)
    unplaced = tuple(key for key in upper.unplaced if key in lower.unplaced and key not in seam.lost)
    return upper.model_copy(
        update={
            "fields": fields,
            "pages": upper.pages if upper.file != lower.file else tuple(sorted({*upper.pages, *lower.pages})),
            "unplaced": unplaced,
            "findings": (),
            "text_below": lower.text_below,
        }
    )


def add_close_up(whole: ExtractedForm, part: ExtractedForm, spec: FormSpec) -> ExtractedForm:
    """A whole form with what a picture of some of its rows adds: it settles doubts, and raises one where it says something else."""
    cut = edge_keys(part, last=True) | edge_keys(part, last=False)
    fields = (_compared(whole.field(key), part.field(key), cut=key in cut) for key in _keys(spec, whole, part))
    unplaced = tuple(key for key in whole.unplaced if part.field(key) is None)
    return whole.model_copy(update={"fields": settle_repeats(tuple(fields), spec), "unplaced": unplaced})


def _compared(field: Field | None, other: Field | None, *, cut: bool) -> Field:
    """`other` is the close-up's; where it was `cut`, it counts for less."""
    if field is None or other is None:
        return _only(field, other) if field is not None or not cut else _doubted(_only(field, other), TORN)
    return _merge(field, other, cut=True) if cut else _merge(*sorted((field, other), key=lambda item: item.doubtful))


def _only(field: Field | None, other: Field | None) -> Field:
    found = field or other
    assert found is not None
    return found


def _keys(spec: FormSpec, *forms: ExtractedForm, more: Iterable[str] = ()) -> Sequence[str]:
    """The keys of the forms, and `more`, as the form's rows go."""
    order = {field.key: at for at, field in enumerate(spec.fields)}
    keys = dict.fromkeys((*(item.key for form in forms for item in form), *more))
    return sorted(keys, key=lambda key: order.get(key, len(order)))


class _Seam:
    """Where two parts meet."""

    def __init__(self, upper: ExtractedForm, lower: ExtractedForm, spec: FormSpec, above: ExtractedForm) -> None:
        self._upper, self._lower = upper, lower
        self._ends, self._begins = edge_keys(above, last=True), edge_keys(lower, last=False)
        self._book = label_book(spec)
        self.lost = self._lost(spec)

    def field(self, key: str) -> Field:
        """The value of a row, from where it stands whole."""
        upper, lower = self._upper.field(key), self._lower.field(key)
        if upper is None and lower is None:
            return Field(key=key, value=None, doubtful=True, doubt=LOST, reader="none")
        if upper is None or lower is None:
            field = _only(upper, lower)
            return _doubted(field, TORN) if key in self._torn() else field
        if (key in self._ends) != (key in self._begins):
            return _merge(*((lower, upper) if key in self._ends else (upper, lower)), cut=True)
        return _merge(*sorted((upper, lower), key=lambda item: item.doubtful))

    def _torn(self) -> frozenset[str]:
        """Rows whose rest may stand on the other part: with a row lost in between, that is the one that was cut."""
        if self.lost:
            return frozenset()
        ends = frozenset() if self._repeat(self._lower.text_above, self._upper, self._ends) else self._ends
        begins = frozenset() if self._repeat(self._upper.text_below, self._lower, self._begins) else self._begins
        return ends | begins

    def _repeat(self, lines: Iterable[str], form: ExtractedForm, keys: Iterable[str]) -> bool:
        """Whether the lines beyond a part say nothing but what the other part has whole: labels and values of its row."""
        known = {squash(line) for key in keys if (field := form.field(key)) for line in field.raw.splitlines()}
        return all(line and (squash(line) in known or self._book.holds_label(line)) for line in lines)

    def _lost(self, spec: FormSpec) -> tuple[str, ...]:
        """The required rows between the two parts, where something of them is left on one side."""
        order = [field.key for field in spec.fields if field.required and field.labels]
        upper, lower = ([at for at, key in enumerate(order) if form.field(key)] for form in (self._upper, self._lower))
        between = order[max(upper) + 1 : min(lower)] if upper and lower else []
        return tuple(between) if self._lower.text_above or self._upper.text_below else ()


def _merge(counts: Field, other: Field, *, cut: bool = False) -> Field:
    """One row read twice: sure counts for more than doubtful, and two sure readings have to agree.

    `cut`: the other reading stands at the end of its part and may be the beginning or the end of the value.
    """
    if counts.key == "signed":
        return max((counts, other), key=lambda item: item.value is True)
    if not _is_filled(other):
        return counts
    if not _is_filled(counts):
        return _doubted(other, DIFFERS)
    if counts.said == other.said:
        return other if counts.doubtful and not other.doubtful else counts
    if other.doubtful or (cut and str(other.value) in str(counts.value)):
        return counts
    return _doubted(counts, DIFFERS).model_copy(update={"second": counts.second or str(other.value)})


def _doubted(field: Field, doubt: str) -> Field:
    return field.model_copy(update={"doubtful": True, "doubt": field.doubt or doubt})


def _pending(field: Field) -> Field:
    """A 同上 that pointed at nothing on its own part points again."""
    return field.model_copy(update={"doubtful": False, "doubt": None}) if field.doubt == UNRESOLVED else field


def _is_filled(field: Field) -> bool:
    return field.value is not None or bool(field.candidates)


def edge_keys(form: ExtractedForm, *, last: bool) -> frozenset[str]:
    """The keys of the first or last row on the page where the form begins or ends."""
    places = {item.key: item.source for item in form if isinstance(item.source, PageBox)}
    if not places:
        return frozenset()
    page = (max if last else min)(place.page for place in places.values())
    return frozenset(edge_row({key: place.box for key, place in places.items() if place.page == page}, last=last))
