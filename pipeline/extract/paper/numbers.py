"""The numbers on papers: found by their shape, proved by their check digits.

A reading is accepted as it stands when its check digit is right. Letters that a number's alphabet does not have stand
for the digit they look like (O for 0). A reading that fails is read again; a second reading that its check digit
proves is accepted when it differs from the first in one character, and the first stays as `raw`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from pipeline.domain.document import Field
from pipeline.domain.identifiers import (
    check_credit_code,
    check_id_number,
    check_organisation_code,
    check_registration_number,
)
from pipeline.domain.spelling import normalise
from pipeline.extract.doubts import COVERED, STREAKED
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.page import Page
from pipeline.extract.paper.places import look_for
from pipeline.extract.paper.trust import NOT_ALONE, NOT_PROVED, is_text, make_field, read_number_again
from pipeline.extract.paper.values import find_below, find_value
from pipeline.extract.paper_geometry import Found, Marked, Piece, find_box

_DIGITS: Final = "0123456789"
_LETTERS: Final = "ABCDEFGHJKLMNPQRTUWXY"
_DIGIT_LOOKS: Final = str.maketrans("OQDILZSBG|×✕", "000112586" + "1XX")
_CODE_LOOKS: Final = str.maketrans("OIZSV|", "0125Y1")
_DASHES: Final = str.maketrans("‐‑‒–—―−一﹣_", "-" * 10)
_LIFTED: Final = frozenset({COVERED, STREAKED})
_MOST_FOLDED: Final = 3
_MAX_TEXT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberKind:
    """A kind of number: where it goes (`key`), its label, its shape once folded, what proves it, what may stand in it."""

    key: str
    label: str
    shape: re.Pattern[str]
    loose: re.Pattern[str]
    is_right: Callable[[str], bool]
    looks: dict[int, int]
    alphabet: str
    length: int


def _kind(
    key: str, shape: str, loose: str, is_right: Callable[[str], bool], looks: dict[int, int], alphabet: str, length: int
) -> NumberKind:
    run = re.compile(f"(?<![0-9A-Z]){shape}(?![0-9A-Z])")
    return NumberKind(
        key=key,
        label=key,
        shape=run,
        loose=re.compile(loose),
        is_right=is_right,
        looks=looks,
        alphabet=alphabet,
        length=length,
    )


ID_NUMBER: Final = _kind(
    "id_number",
    r"[0-9]{17}[0-9X]",
    r"[0-9][0-9A-Z|]{15,18}",
    lambda text: check_id_number(text).ok,
    _DIGIT_LOOKS,
    _DIGITS + "X",
    18,
)
CREDIT_CODE: Final = _kind(
    "credit_code",
    r"[0-9A-Z]{18}",
    r"[0-9A-Z|]{16,20}",
    lambda text: check_credit_code(text).ok,
    _CODE_LOOKS,
    _DIGITS + _LETTERS,
    18,
)
REGISTRATION_NUMBER: Final = _kind(
    "credit_code",
    r"[0-9]{15}",
    r"[0-9][0-9A-Z|]{13,15}",
    lambda text: check_registration_number(text).ok,
    _DIGIT_LOOKS,
    _DIGITS,
    15,
)
ORGANISATION_CODE: Final = _kind(
    "organisation_code",
    r"[0-9A-Z]{8}-?[0-9X]",
    r"[0-9A-Z|]{7,9}-?[0-9A-Z|]",
    lambda text: check_organisation_code(text).ok,
    str.maketrans("×", "X"),
    _DIGITS + _LETTERS + "-",
    9,
)


def read_number(
    page: Page, kind: NumberKind, marked: Sequence[Marked], others: Sequence[Piece], *, anywhere: bool
) -> Field | None:
    """The number of that kind, beside or below its label, else (`anywhere`) the first on the page that is right.

    Doubtful where nothing proves it; None where nothing like it stands.
    """
    labelled = list(_labelled(kind, marked, others))
    lone = [Found(text=piece.text, pieces=(piece,)) for piece in others] if anywhere else []
    rests = [m.rest for m in marked if m.rest is not None] if anywhere else []
    places = (*labelled, *lone, *(Found(text=rest.text, pieces=(rest,)) for rest in rests))
    seen = [(right.replace("-", ""), found) for found in places if (right := _find_right(kind, found.text))]
    if seen:
        number, found = seen[0]
        is_only = all(other == number for other, _ in seen) and not _has_another(kind, labelled, number)
        found = _uncovered(page, kind, number, found)
        return make_field(page, kind.key, number, found, doubt=None if is_only else NOT_ALONE)
    shaky = [
        found
        for found in (*labelled, *lone)
        if kind.loose.search(_solid(found.text)) and not _is_persons(kind, found.text)
    ]
    read = _read_shaky(page, kind, shaky[0]) if shaky else None
    return read if read is not None and not read.doubtful else _look_for(page, kind, marked, others) or read


def _uncovered(page: Page, kind: NumberKind, number: str, found: Found) -> Found:
    """`found` without the doubt that a scanner's streak or a stamp lies over it: the check digit is right, and the third reader
    sees the number, too."""
    rereader, piece = page.rereader, found.pieces[0]
    if (
        piece.line.doubt not in _LIFTED
        or not isinstance(rereader, PictureRereader)
        or number not in _solid(found.text).replace("-", "")
    ):
        return found
    if number not in set(_windows(kind, rereader.third_reading(piece.line.box).text)):
        return found
    return replace(found, pieces=tuple(replace(p, line=replace(p.line, doubt=None)) for p in found.pieces[:1]))


def _is_persons(kind: NumberKind, text: str) -> bool:
    """Whether what may be a body's number is the ID number of a card on the same page."""
    return kind.key != ID_NUMBER.key and _find_right(ID_NUMBER, text) is not None


def _has_another(kind: NumberKind, labelled: Sequence[Found], number: str) -> bool:
    """Whether behind a label stands what is another number than the one that is right: that may be another paper's."""
    return any(_is_another(kind, _solid(found.text), number) for found in labelled)


def _is_another(kind: NumberKind, text: str, number: str) -> bool:
    run = kind.loose.search(text)
    if run is None or any(number in view.replace("-", "") for view in (text, text.translate(kind.looks))):
        return False
    return count_edits(run.group().translate(kind.looks).replace("-", ""), number) > 1


def _look_for(page: Page, kind: NumberKind, marked: Sequence[Marked], others: Sequence[Piece]) -> Field | None:
    """The number where its label says that it stands, though no line, or not all of it, was found there."""
    marks = [mark for mark in marked if mark.label.key == kind.label]
    seen = look_for(page, marks, others, kind.alphabet, partial(_windows, kind))
    if seen is None:
        return None
    number, found, twice = seen
    return make_field(page, kind.key, number, found, doubt=None if twice else NOT_PROVED)


def _labelled(kind: NumberKind, marked: Sequence[Marked], others: Sequence[Piece]) -> Iterable[Found]:
    for mark in marked:
        if mark.label.key != kind.label:
            continue
        found = find_value(mark, marked, others)
        if found is not None:
            yield Found(text=found.pieces[0].text, pieces=found.pieces[:1])
            yield found
        below = find_below(mark, others)
        if below is not None:
            yield Found(text=below.text, pieces=(below,))


def _find_right(kind: NumberKind, text: str) -> str | None:
    """The first run in `text` that its check digit proves, as read or with look-alikes folded."""
    plain = normalise(text)[:_MAX_TEXT].upper().translate(_DASHES)
    for shown in (plain, _solid(plain)):
        for view in (shown, shown.translate(kind.looks)):
            folded = sum(a != b for a, b in zip(shown, view, strict=True))
            runs = kind.shape.findall(view) if folded <= _MOST_FOLDED else ()
            right = next((run for run in runs if kind.is_right(run)), None)
            if right is not None:
                return str(right)
    return None


def _solid(text: str) -> str:
    return "".join(normalise(text)[:_MAX_TEXT].upper().translate(_DASHES).split())


def _read_shaky(page: Page, kind: NumberKind, found: Found) -> Field:
    """The number read again; taken when proved and but one character away from the first reading.

    One that fails its check is the paper's own fault, and not doubtful, where it stands in a file's own characters, or where every
    other look at it says the very same.
    """
    match = kind.loose.search(_solid(found.text))
    first = (match.group() if match else _solid(found.text)).translate(kind.looks).replace("-", "")
    piece = found.pieces[0]
    boxes = dict.fromkeys((find_box(found.pieces[:1], page), piece.line.box))
    seconds = [again for box in boxes for again in read_number_again(page, box, kind.alphabet)]
    right = next((value for text in seconds for value in _windows(kind, text) if count_edits(first, value) <= 1), None)
    second = seconds[0] if seconds else None
    if right is not None:
        return make_field(page, kind.key, right, found, second=second)
    whole = kind.shape.fullmatch(first) is not None
    surely = whole and (is_text(found.pieces[:1]) or (len(seconds) > 1 and all(again == first for again in seconds)))
    return make_field(page, kind.key, first, found, doubt=None if surely else NOT_PROVED, second=second)


def _windows(kind: NumberKind, text: str) -> Iterable[str]:
    """Every run of the number's length in a second reading that its check digit proves; a label before it may have left digits."""
    solid = _solid(text).replace("-", "").translate(kind.looks)
    for start in range(len(solid) - kind.length + 1):
        run = solid[start : start + kind.length]
        if kind.is_right(run):
            yield run


def count_edits(one: str, other: str) -> int:
    """0 for equal texts, 1 when one character is changed, dropped or added, else 2."""
    if one == other:
        return 0
    if len(one) == len(other):
        return 1 if sum(a != b for a, b in zip(one, other, strict=True)) == 1 else 2
    short, long = sorted((one, other), key=len)
    return 1 if any(long[:i] + long[i + 1 :] == short for i in range(len(long))) else 2
