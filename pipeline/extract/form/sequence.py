"""From labels in reading order to forms: which of two fields a label means, and where one form ends.

手机 stands twice on the form: beside a section's spanning cell it is that section's, otherwise it belongs with
whatever stood before it. A form ends where its labels start again, at a heading, or with the next table that
repeats them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.domain.spelling import squash
from pipeline.extract.form.hits import Break, Hit, Mark, SectionMark
from pipeline.extract.form.labels import TEXT_READERS, LabelBook
from pipeline.profile.form import FieldKind, FormField, FormSpec

#: Fewer labels are no form, but a notice or a letter that happens to use the words.
MIN_LABELS: Final = 5
#: A part of a form that goes on in another file has as many, or the last row alone.
MIN_PART: Final = 2
#: One of these has to be there.
ANCHORS: Final = frozenset({"account_name", "account_subject"})

OUTSIDE_SECTION: Final = "此栏不在表格相应部分之内，所属人员请核对"
WHOSE: Final = "此栏属于账号所有人还是管理员不明确，请核对"


@dataclass(slots=True)
class Draft:
    """A form being put together: its first label for every key, in reading order, and labels that came twice."""

    hits: dict[str, Hit] = field(default_factory=dict)
    repeated: list[tuple[str, Hit]] = field(default_factory=list)
    section: str | None = None

    @property
    def counts(self) -> bool:
        return len(self.hits) >= MIN_LABELS and not ANCHORS.isdisjoint(self.hits)


class Sequencer:
    """Splits marks into forms."""

    def __init__(self, spec: FormSpec, book: LabelBook) -> None:
        self._fields = {item.key: item for item in spec.fields}
        self._order = {item.key: number for number, item in enumerate(spec.fields)}
        self._book = book

    def split(self, marks: Iterable[Mark]) -> tuple[Draft, ...]:
        """The forms that have enough labels, and parts of forms (`is_part`), in reading order."""
        sequence = list(marks)
        drafts: list[Draft] = [Draft()]
        for number, mark in enumerate(sequence):
            draft = drafts[-1]
            if isinstance(mark, SectionMark):
                draft.section = mark.section
            elif isinstance(mark, Break):
                if self._ends(draft, mark, sequence[number + 1 :]):
                    drafts.append(Draft())
            else:
                self._place(mark, drafts, sequence[number + 1 :])
        good = tuple(draft for draft in drafts if draft.counts or self.is_part(draft))
        for draft in good:
            self._doubt_strays(draft)
        return good

    def is_part(self, draft: Draft) -> bool:
        """Whether it may be the rest of a form whose beginning stands elsewhere."""
        last = any(self._fields[key].kind is FieldKind.SIGNATURE for key in draft.hits)
        return not draft.counts and (last or len(draft.hits) >= MIN_PART)

    def _doubt_strays(self, draft: Draft) -> None:
        """Where a section's cell stands beside its rows, a row of that section elsewhere may be somebody else's."""
        spanned = {hit.section for hit in draft.hits.values()} - {None}
        for key, hit in draft.hits.items():
            if self._fields[key].section in spanned and hit.section != self._fields[key].section:
                draft.hits[key] = replace(hit, doubt=hit.doubt or OUTSIDE_SECTION)

    def _ends(self, draft: Draft, mark: Break, rest: Sequence[Mark]) -> bool:
        """A heading ends what stood before it; a table ends a form whose labels it repeats, else continues it."""
        if mark.title:
            return bool(draft.hits)
        upcoming = {hit.keys[0] for hit in _until_break(rest) if len(hit.keys) == 1}
        known = upcoming & draft.hits.keys()
        return len(known) >= 3 or bool(known & ANCHORS)

    def _place(self, hit: Hit, drafts: list[Draft], rest: Sequence[Mark]) -> None:
        draft = drafts[-1]
        key = self._resolve(hit, draft)
        if key is None:
            return
        if key in draft.hits and self._starts_again(key, draft, rest):
            drafts.append(self._next(key, draft))
            draft = drafts[-1]
            key = self._resolve(hit, draft)
            if key is None:
                return
        known = draft.hits.get(key)
        if known is not None and self._outdoes(hit, known, key):
            del draft.hits[key]  # to be placed where it stands
        if key in draft.hits:
            if not self._outdoes(draft.hits[key], hit, key) and not self._is_below_signature(key, draft):
                draft.repeated.append((key, hit))
        else:
            draft.hits[key] = hit if self._told_apart(hit, key, draft) else replace(hit, doubt=hit.doubt or WHOSE)
            # A spanning cell's section holds for the rows beside it only; a heading's until another field comes.
            draft.section = draft.section if self._fields[key].section is not None else None

    def _outdoes(self, one: Hit, other: Hit, key: str) -> bool:
        """Whether of two labels in a file's own characters one is surely the field's, and the other some other row's: beside the
        cell of the field's section (not 联系人's phone), for no other field, or in the notice's own word (地址, not 网址)."""
        if not _is_typed(one) or not _is_typed(other):
            return False
        item = self._fields[key]
        if item.section is not None and (one.section == item.section) != (other.section == item.section):
            return one.section == item.section
        if (len(one.keys) == 1) != (len(other.keys) == 1) and WHOSE in (one.doubt or "") + (other.doubt or ""):
            return len(one.keys) == 1
        if item.section is not None or len(self._book.exact(item.labels[0])) != 1:
            return False
        own, others = (squash(hit.label) == squash(item.labels[0]) for hit in (one, other))
        return own and not others

    def _is_below_signature(self, key: str, draft: Draft) -> bool:
        """Whether people signed between a field and its label here: what stands below that is the office's."""
        order = list(draft.hits)
        signed = [at for at, other in enumerate(order) if self._fields[other].kind is FieldKind.SIGNATURE]
        return bool(signed) and signed[-1] > order.index(key) and _is_typed(draft.hits[key])

    def _starts_again(self, key: str, draft: Draft, rest: Sequence[Mark]) -> bool:
        """Whether a repeated label begins a form: one that forms start with, with another such label soon after."""
        if not draft.counts or key in ANCHORS:
            return draft.counts
        soon = [mark for mark in rest if isinstance(mark, Hit)][:4]
        return key in list(draft.hits)[:3] and any(not ANCHORS.isdisjoint(hit.keys) for hit in soon)

    def _next(self, key: str, draft: Draft) -> Draft:
        """A new form; labels just before it that belong above its first label (编号) move over."""
        moved: dict[str, Hit] = {}
        for last in reversed(list(draft.hits)):
            if self._order[last] >= self._order[key]:
                break
            moved[last] = draft.hits.pop(last)
        return Draft(hits=dict(reversed(moved.items())))

    def _resolve(self, hit: Hit, draft: Draft) -> str | None:
        """The one field a label means here, None where it can be none of the form's."""
        section = hit.section
        if section is not None:
            keys = self._book.within(section, hit.label) or self._fitting(hit.keys, section)
            return self._nearest(keys, draft)
        if draft.section is not None:
            keys = self._book.within(draft.section, hit.label)
            keys = keys or tuple(key for key in hit.keys if self._fields[key].section == draft.section)
            if keys:
                return keys[0]
        return self._nearest(hit.keys, draft)

    def _told_apart(self, hit: Hit, key: str, draft: Draft) -> bool:
        """Whether anything but the order of the form says which of two fields the label means."""
        if len(hit.keys) < 2 or hit.section is not None or draft.section is not None:
            return True
        return any(self._belongs(self._fields[key], previous) for previous in draft.hits)

    def _fitting(self, keys: tuple[str, ...], section: str) -> tuple[str, ...]:
        own = tuple(key for key in keys if self._fields[key].section == section)
        return own or tuple(key for key in keys if self._fields[key].section is None)

    def _nearest(self, keys: tuple[str, ...], draft: Draft) -> str | None:
        if len(keys) < 2:
            return keys[0] if keys else None
        for previous in reversed(list(draft.hits)):
            for key in keys:
                if key != previous and self._belongs(self._fields[key], previous):
                    return key
        return next((key for key in keys if key not in draft.hits), keys[0])

    def _belongs(self, item: FormField, previous: str) -> bool:
        """Whether a field stands with the one before it: same section, or `after` it, directly or in a chain."""
        if item.section is not None and self._fields[previous].section == item.section:
            return True
        return previous in self._ancestors(item)

    def _ancestors(self, item: FormField) -> Iterator[str]:
        seen: set[str] = set()
        after = item.after
        while after is not None and after not in seen and after in self._fields:
            seen.add(after)
            yield after
            after = self._fields[after].after


def _is_typed(hit: Hit) -> bool:
    readers = [line.reader for line in hit.lines] if hit.label_cell is None else [hit.label_cell.reader]
    return bool(readers) and all(reader in TEXT_READERS for reader in readers)


def _until_break(marks: Sequence[Mark]) -> Iterator[Hit]:
    for mark in marks:
        if isinstance(mark, Break):
            return
        if isinstance(mark, Hit):
            yield mark
