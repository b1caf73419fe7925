"""Names of places whose rare character was read as another, to be found because the profile knows the places.

Readers make the same mistake at every look, so that agreement proves nothing. A text that holds a local name but for
the one character that readers make of its rare one is doubtful, and is given with the name. It is believed with the
name only where the town's whole name, with its suffix, stands behind its own county's: in an address anywhere, in the
name of a body or account directly. The city's own name is looked for in every text, as it is written by hand too (廓坊).

What stands directly behind a county's name and is no town of it, but differs from one of them by a character, is
doubtful too; then the text stays as read, and the town is offered. `raw` is what was read in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, TypeVar

from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field, FieldSet, PaperKind
from pipeline.extract.doubts import PLACE
from pipeline.extract.ocr.characters import is_common
from pipeline.extract.rare_characters import taken_for, taken_for_by_hand
from pipeline.extract.words import Words, load_words
from pipeline.profile.places import County, Places

_ADDRESS: Final = "address"
_TEXTS: Final = ("account_name", "account_subject", "description")
_BODY: Final = "name"
_SUFFIXES: Final = ("街道", "镇", "乡", "县", "市", "区")
#: A village's name is short and stands in other counties too: only with this behind it, and behind its county's name.
_VILLAGE: Final = "村"
_LEAST: Final = 2
_Set = TypeVar("_Set", bound=FieldSet)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A name as it may be misread. `counties` are the names of its county that tell by themselves; none for stems."""

    name: str
    counties: tuple[str, ...] = ()
    village: bool = False


@lru_cache(maxsize=8)
def place_names(places: Places) -> PlaceNames:
    """The places of a profile, put in order once."""
    return PlaceNames(places)


class PlaceNames:
    """The places of a profile, ready to be looked for."""

    def __init__(self, places: Places) -> None:
        self._counties = places.counties
        whole = tuple(_whole_names(places))
        city = tuple(_Place(name=name) for name in places.region)
        self._known = frozenset(place.name for place in (*city, *whole, *_stems(whole)))
        self._misread = dict(self._misreadings(whole, taken_for()))
        self._patterns = tuple(self._spellings(whole, taken_for()))
        self._anywhere = {
            **dict(self._misreadings(city, taken_for_by_hand())),
            **dict(self._misreadings(_stems(whole), taken_for())),
        }

    @cached_property
    def words(self) -> Words:
        """Everyday words and the names of these places."""
        return load_words().with_names(self._known)

    def in_one_spelling(self, text: str) -> tuple[str, frozenset[int]]:
        """A text with towns behind their own county's name as readers misread them, each always alike, and where in it their rare
        characters stand. As long as the text."""
        proved: set[int] = set()
        for pattern, stand_in in self._patterns:
            for match in pattern.finditer(text):
                at = match.start("rare")
                text = text[:at] + stand_in + text[at + 1 :]
                proved.add(at)
        return text, frozenset(proved)

    def check_form(self, form: ExtractedForm) -> ExtractedForm:
        """A form read from a picture, its address and names checked. Pure."""
        return self._checked(form, names=_TEXTS)

    def check_paper(self, paper: ExtractedPaper) -> ExtractedPaper:
        """The same of a paper; the name on an identity card is a person's."""
        return self._checked(paper, names=() if paper.kind is PaperKind.ID_CARD else (_BODY,))

    def _checked(self, fields: _Set, *, names: tuple[str, ...]) -> _Set:
        checked = tuple(
            self._address(item) if item.key == _ADDRESS else self._name(item) if item.key in names else item
            for item in fields
        )
        return fields.model_copy(update={"fields": checked})

    def _address(self, field: Field) -> Field:
        if not isinstance(field.value, str):
            return field
        text, proved = field.value, True
        for bad, place in self._misread.items():
            before = text[: max(0, self._find(bad, text))]
            behind = any(county in before for county in place.counties)
            if before and (behind or not place.village):
                text, proved = text.replace(bad, place.name), proved and behind and not place.village
        mended = self._with_names(text)
        if mended != field.value:
            return _corrected(field, mended, proved=proved and mended == text)
        offered = next(filter(None, (_offer(text, county) for county in self._counties)), None)
        if offered is None:
            return field
        return field.model_copy(update={"doubtful": True, "doubt": field.doubt or PLACE, "candidates": (offered,)})

    def _name(self, field: Field) -> Field:
        if not isinstance(field.value, str):
            return field
        text, proved = field.value, True
        for bad, place in self._misread.items():
            at = self._find(bad, text)
            if at >= 0:
                proved = proved and not place.village and text[:at].endswith(place.counties)
                text = text.replace(bad, place.name)
        mended = self._with_names(text)
        return field if mended == field.value else _corrected(field, mended, proved=proved and mended == text)

    def _with_names(self, text: str) -> str:
        for bad, place in self._anywhere.items():
            text = text.replace(bad, place.name) if self._find(bad, text) >= 0 else text
        return text

    def _misreadings(self, places: Iterable[_Place], table: Mapping[str, str]) -> Iterator[tuple[str, _Place]]:
        for place in places:
            for index, character in enumerate(place.name):
                for other in table.get(character, ""):
                    bad = place.name[:index] + other + place.name[index + 1 :]
                    if bad not in self._known:
                        yield bad, place

    def _spellings(self, places: Iterable[_Place], table: Mapping[str, str]) -> Iterator[tuple[re.Pattern[str], str]]:
        """For each rare character of a town's whole name what it is behind its county's, and what stands for all of these."""
        for place in places:
            counties = "|".join(map(re.escape, place.counties))
            for index, character in enumerate(place.name if counties and not place.village else ""):
                before, after = place.name[:index], place.name[index + 1 :]
                known = [other for other in table.get(character, "") if before + other + after not in self._known]
                stand_in = next(filter(is_common, known), None)
                if stand_in is not None and place.name.endswith(_SUFFIXES):
                    rare = f"(?P<rare>[{re.escape(character + ''.join(known))}])"
                    yield re.compile(f"(?:{counties}){re.escape(before)}{rare}{re.escape(after)}"), stand_in

    def _find(self, bad: str, text: str) -> int:
        """Where it stands and none of its characters belongs to another local name (沟阳 in 渠沟阳光); -1 if nowhere."""
        for at in _starts(bad, text):
            end = at + len(bad)
            others = ((start, start + len(name)) for name in self._known for start in _starts(name, text))
            if not any(start < end and at < stop for start, stop in others):
                return at
        return -1


def _whole_names(places: Places) -> Iterator[_Place]:
    for county in places.counties:
        yield _Place(name=county.name)
        for town in county.towns:
            yield from (_Place(name=name, counties=county.names) for name in (town.name, *town.aliases))
            yield from (
                _Place(name=stem if _VILLAGE in stem else stem + _VILLAGE, counties=county.names, village=True)
                for stem in town.villages
            )


def _stems(places: Iterable[_Place]) -> tuple[_Place, ...]:
    """Towns' and counties' names without their suffix, as they stand in the names of accounts."""
    named = (place.name for place in places if not place.village)
    cut = (name.removesuffix(end) for name in named for end in _SUFFIXES if name.endswith(end))
    return tuple(_Place(name=stem) for stem in dict.fromkeys(cut) if len(stem) >= _LEAST)


def _starts(name: str, text: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + 1)


def _offer(text: str, county: County) -> str | None:
    """The address with the one town that differs by one character from what stands directly behind the county's name."""
    names = [name for town in county.towns for name in (town.name, *town.aliases) if name.endswith(_SUFFIXES)]
    ends = [at + len(name) for name in county.names for at in _starts(name, text)]
    end = max(ends, default=None)
    if end is None or text.startswith(tuple(names), end):
        return None
    near = {name for name in names if _differ(text[end : end + len(name)], name) == 1}
    if len(near) != 1:
        return None
    (town,) = near
    return text[:end] + town + text[end + len(town) :]


def _differ(read: str, name: str) -> int:
    """In how many places, where both end in the same suffix; else more than one."""
    suffix = next((end for end in _SUFFIXES if name.endswith(end)), "")
    if len(read) != len(name) or not read.endswith(suffix):
        return len(name) + 2
    return sum(a != b for a, b in zip(read, name, strict=True))


def _corrected(field: Field, value: str, *, proved: bool) -> Field:
    """The field with the places' names; a doubt that it has already stays what it is."""
    doubt = field.doubt or (None if proved else PLACE)
    second = _seen_so(field.second, str(field.value), value) if proved else field.second
    return field.model_copy(update={"value": value, "doubtful": doubt is not None, "doubt": doubt, "second": second})


def _seen_so(second: str | None, before: str, value: str) -> str | None:
    """What another reader saw, with the places' names if it saw something else only where these were misread: officers are shown
    what differs."""
    if second is None or not len(second) == len(before) == len(value):
        return second
    same = all(seen == now or was != now for seen, was, now in zip(second, before, value, strict=True))
    return value if same else second
