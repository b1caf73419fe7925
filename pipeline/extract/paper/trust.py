"""When a value on a paper may be believed, and the fields made of it.

A number is proved by its check digit. Text from a file's own characters stands as it is. Text from a picture is sure
when a second reading of every piece of it says the same: another network (the third reader), another engine, or the main
reader on a differently prepared crop. What is neither is doubtful; composition lifts the doubt where form and paper say
the same (`agreement`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import Final

from pipeline.domain.document import Box, Field, PageBox
from pipeline.domain.spelling import normalise
from pipeline.extract.grid.pdf_layout import READER as PDF_TEXT
from pipeline.extract.image.one_spelling import OneSpellingRereader
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.characters import SURE, is_common
from pipeline.extract.ocr.simplified import simplify
from pipeline.extract.page import Page
from pipeline.extract.paper.brackets import is_bracket, is_lone_bracket
from pipeline.extract.paper.looks import (
    confirmed_by_third,
    is_contradicted,
    is_dropped_by_third,
    is_same_again,
    least_sure_of,
    looks_alone,
    may_be_rare,
    other_main_looks,
    padded,
    third_sure_of,
    value_alone,
)
from pipeline.extract.paper_geometry import Found, Piece, find_box
from pipeline.extract.raster.ink import Mask
from pipeline.extract.trust.strokes import kept_in_lines
from pipeline.extract.trust.unread_ink import begins_after_blank, has_unread_ink, lacks_one

NOT_READ_TWICE: Final = "证件上的此项两次识别不一致，请对照图片核对"
NOT_WHOLE: Final = "证件上的此项旁边或下方还有文字，可能未读全或多读，请对照图片核对"
NOT_ALONE: Final = "此号码可能是同一页上另一证件或材料的号码，请对照图片核对"
NOT_PROVED: Final = "证件上的号码未通过校验，请对照图片核对"
_TEXT_READERS: Final = frozenset({PDF_TEXT, "docx", "html"})
_SURE: Final = 0.90
#: So many characters persons' names have, most of them.
_LONGEST_NAME: Final = 4
#: Room between two pieces of one row, in heights of a line, that no line of print leaves.
_APART: Final = 0.8
_BRANCH: Final = re.compile("(分公司|办事处|营业部|分店|分部)$")


def is_text(pieces: Sequence[Piece]) -> bool:
    """Whether the pieces are a file's own characters and not read from a picture."""
    return all(piece.line.reader in _TEXT_READERS for piece in pieces)


def make_field(
    page: Page, key: str, value: str | None, found: Found, *, doubt: str | None = None, second: str | None = None
) -> Field:
    """A field with its place; a doubt that the lines themselves carry (hidden text) counts too."""
    doubt = doubt or next((piece.line.doubt for piece in found.pieces if piece.line.doubt), None)
    return Field(
        key=key,
        value=value if doubt is None or value is None else simplify(value),
        raw=found.text,
        sure=min((p.line.confidence for p in found.pieces if p.line.confidence is not None), default=None),
        doubtful=doubt is not None,
        doubt=doubt,
        source=PageBox(page=page.number, box=find_box(found.pieces, page)),
        reader=found.pieces[0].line.reader,
        second=second,
    )


def make_twice_read_field(page: Page, key: str, value: str, found: Found, *, doubt: str | None = None) -> Field:
    """A field that is sure when every piece of it reads the same again. `doubt` given: nothing is asked any more."""
    doubt = doubt or (NOT_WHOLE if found.open else None)
    if doubt is not None or is_text(found.pieces):
        return make_field(page, key, value, found, doubt=doubt)
    if any(_is_another(page, one, other) for one, other in pairwise(found.pieces)):
        return make_field(page, key, value, found, doubt=NOT_READ_TWICE)
    folded = _in_simplified(page, found, is_person=len(value) <= _LONGEST_NAME)
    value = simplify(value) if folded else value
    looks = tuple(folded.get(piece) or _look_again(page, _in_one_spelling(page, piece)) for piece in found.pieces)
    again = " ".join(seen for _, seen in looks if seen) or None
    doubt = None if all(agreed for agreed, _ in looks) else NOT_READ_TWICE
    return make_field(page, key, value, found, doubt=doubt, second=again)


def _in_one_spelling(page: Page, piece: Piece) -> Piece:
    """A piece as the page's readers are heard: names of places that the city knows in one spelling, if they were put so."""
    rereader = page.rereader
    if not isinstance(rereader, OneSpellingRereader):
        return piece
    return replace(piece, text=rereader.text(piece.text), line=rereader.spelled(piece.line))


def _in_simplified(page: Page, found: Found, *, is_person: bool) -> dict[Piece, tuple[bool, str]]:
    """Pieces whose characters that are not in everyday use are others, as both networks are sure in crops of their own; with what
    the third reader saw. The main one returned 愛 for 爱.

    Persons may be called so, and keep theirs, unless the main reader saw none such in the name alone: it had taken the
    label along into the other script (法定代表人康學東).
    """
    rare = [piece for piece in found.pieces if not all(map(is_common, piece.text))]
    seen = {piece: _seen_simplified(page, piece, is_person=is_person) for piece in rare}
    return {piece: (True, text) for piece, text in seen.items() if text} if all(seen.values()) else {}


def _seen_simplified(page: Page, piece: Piece, *, is_person: bool) -> str | None:
    simple, rereader, box = replace(piece, text=simplify(piece.text)), page.rereader, piece.line.box
    if not isinstance(rereader, PictureRereader) or not all(map(is_common, simple.text)):
        return None
    if is_person and not _is_simplified_alone(simple, rereader):
        return None
    mains = chain((rereader.first_reading(box),), other_main_looks(piece, rereader))
    if not any(is_same_again(simple, simplify(main.text)) and least_sure_of(simple, main) >= SURE for main in mains):
        return None
    third = third_sure_of(simple, rereader)
    return third if third and not _is_skipped_in(page, piece) and _has_kept_strokes(page, piece) else None


def _is_simplified_alone(simple: Piece, rereader: PictureRereader) -> bool:
    """Whether the main reader is sure of a name in everyday characters at every look at it without its label.

    Of 179 names with a traditional character behind labels, in six typefaces at 20 to 44 px, none was seen so.
    """
    looks = [rereader.main_reading(box, alphabet=None, prepared=False) for box in looks_alone(simple, rereader)]
    return bool(looks) and all(
        is_same_again(simple, look.text) and least_sure_of(simple, look) >= SURE for look in looks
    )


def _is_another(page: Page, one: Piece, other: Piece) -> bool:
    """Whether a piece may belong to a column whose label was not seen: it stands beside with room between them, or the name of a
    company was whole before it.

    股份有限公司(非上市) below a company's name was added to it, and every reader read both right.
    """
    (_, top, right, bottom), (left, upper, _, lower) = one.line.box, other.line.box
    beside = top < (upper + lower) / 2 < bottom
    far = beside and (left - right) * page.width > _APART * (bottom - top) * page.height
    return far or (one.text.endswith("公司") and not _BRANCH.search(other.text))


def _look_again(page: Page, piece: Piece) -> tuple[bool, str | None]:
    """Whether another look confirms a piece, and what it or the second reader saw: first the surest and quickest is asked."""
    if _is_skipped_in(page, piece) or not _has_kept_strokes(page, piece):
        return False, None
    if is_lone_bracket(piece) and isinstance(page.rereader, PictureRereader):
        return is_bracket(page.rereader, piece.line.box), piece.text
    if isinstance(page.rereader, PictureRereader) and may_be_rare(piece, page.rereader):
        return False, None
    third = confirmed_by_third(page, piece)
    if third is not None:
        return True, third
    second = _read_again(page, piece)
    if second is not None and is_same_again(piece, second) and not is_contradicted(page, piece):
        return True, second
    if second is not None and is_dropped_by_third(page, piece, second):
        return True, second
    return _is_confirmed_by_main(page, piece) and not is_contradicted(page, piece), second


def _is_skipped_in(page: Page, piece: Piece) -> bool:
    """Whether the line shows ink where its reading has no character, or has room for one; every reader passes over it."""
    box, rereader = piece.line.box, page.rereader
    if not isinstance(rereader, PictureRereader):
        return False
    reading = rereader.first_reading(box)
    shown = [character for character in reading.text if not character.isspace()]
    own = len("".join(piece.text.split()))
    ink, label = rereader.dark(box), max(0, len(shown) - own)
    skipped = has_unread_ink(reading, ink, label=label) and not _is_whole_alone(piece, rereader, ink)
    return skipped or lacks_one(reading, ink, label=label)


def _is_whole_alone(piece: Piece, rereader: PictureRereader, ink: Mask) -> bool:
    """Whether the value without its label is read as it was, with ink for none but its characters, and blank paper before it."""
    alone = value_alone(piece, rereader)
    if alone is None:
        return False
    reading = rereader.first_reading(alone)
    left, _, right, _ = piece.line.box
    left_px = (alone[0] - left) / (right - left) * ink.shape[1]
    is_all = is_same_again(piece, reading.text) and not has_unread_ink(reading, rereader.dark(alone))
    return is_all and begins_after_blank(reading, ink, left_px)


def _has_kept_strokes(page: Page, piece: Piece) -> bool:
    """Whether no stroke of a piece can be gone: of 叉 in black and white all readers saw 义, whose dot was left at one place."""
    if not isinstance(page.rereader, PictureRereader) or not page.rereader.picture.coarse:
        return True
    return kept_in_lines(page.lines, page.rereader).of(piece.line, page.rereader)


def read_number_again(page: Page, box: Box, alphabet: str) -> tuple[str, ...]:
    """What the second reader, and the main reader on a prepared crop, see in a box of one line with a number."""
    if page.rereader is None:
        return ()
    seen = [page.rereader.second_reading(padded(box), alphabet=alphabet, lines=1)]
    if isinstance(page.rereader, PictureRereader):
        seen.append(page.rereader.main_reading(padded(box), alphabet=alphabet, prepared=True).text)
    return tuple("".join(normalise(text).split()).upper() for text in seen if text)


def _read_again(page: Page, piece: Piece) -> str | None:
    if page.rereader is None:
        return None
    return page.rereader.second_reading(padded(piece.line.box), alphabet=None, lines=1)


def _is_confirmed_by_main(page: Page, piece: Piece) -> bool:
    confidence = piece.line.confidence
    if not isinstance(page.rereader, PictureRereader) or confidence is None or confidence < _SURE:
        return False
    again = page.rereader.main_reading(padded(piece.line.box), alphabet=None, prepared=True)
    return again.confidence >= _SURE and is_same_again(piece, again.text)
