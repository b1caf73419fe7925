"""Other looks at a line of a paper: whether they say what the main reader saw first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Final

from pipeline.domain.document import Box
from pipeline.domain.spelling import normalise, squash
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.characters import SURE, is_common
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.ocr.rivals import rare_at
from pipeline.extract.ocr.simplified import simplify
from pipeline.extract.page import Page
from pipeline.extract.paper_geometry import Piece
from pipeline.extract.raster.blanks import in_blank

_FAIRLY_SURE: Final = 0.5
#: Of a text with a rare character, at each of two crops.
_SURE_OF_RARE: Final = 0.95
#: A dash before a digit, and what stands for it where marks are dropped.
_DASH: Final = re.compile("(?<=[0-9A-Za-z号楼室座栋幢])[-‐‑‒–—―−](?=[0-9])")
_KEPT: Final = "\ue000"
_PAD: Final = 0.003
#: In heights of a line, from the middle of a value's first character: most of what its own crop shows before it.
_BEFORE_VALUE: Final = 0.75
#: Of a short text, as most persons' names are, every reader has to see every character.
_LEAST_DROPPED_OF: Final = 6


def is_same_again(piece: Piece, second: str) -> bool:
    """Whether a second reading of the piece's line says the piece's text.

    The line may begin with the label: what the second reader sees before the value has to be made of the same
    characters, so that a character lost from the value's start is not taken for a part of the label. In which script the
    label is read (字號名称) is no matter.
    """
    value = _plain(piece.text)
    return bool(value) and _ends_with(_plain(second), value, _label_before(piece))


def _label_before(piece: Piece) -> str:
    """What stands before the piece in its line."""
    value = _plain(piece.text)
    lines = (_plain(piece.line.text), _plain(simplify(piece.line.text)))
    return next((line[: len(line) - len(value)] for line in lines if line.endswith(value)), "")


def _ends_with(again: str, value: str, label: str) -> bool:
    """Whether a reading is a value with nothing before it but characters of its label."""
    return again.endswith(value) and set(simplify(again[: len(again) - len(value)])) <= set(simplify(label))


def is_dropped_by_third(page: Page, piece: Piece, second: str) -> bool:
    """Whether the third reader sees, and is sure of, all of a piece but one Chinese character, which it drops, and the second
    reader sees that one between the same neighbours: 市广阳 was 市阳 to it at every look.
    """
    rereader, value, box = page.rereader, _plain(piece.text), piece.line.box
    if (
        not isinstance(rereader, PictureRereader)
        or not all(map(is_common, value))
        or not _is_main_sure(piece, rereader)
    ):
        return False
    third, label, seen = rereader.third_reading(box), _label_before(piece), _plain(second)
    chances = [chance for shown, chance in zip(third.text, third.chances, strict=True) if squash(shown)]
    if min(chances[1 - len(value) :], default=0.0) < SURE or len(value) < _LEAST_DROPPED_OF:
        return False
    dropped = [at for at in range(len(value)) if _ends_with(_plain(third.text), value[:at] + value[at + 1 :], label)]
    return len(dropped) == 1 and any(
        not value[at].isascii() and value[max(0, at - 1) : at + 2] in seen for at in dropped
    )


def _plain(text: str) -> str:
    """A text as two readings are compared: without blanks and marks, but for dashes before digits: 6-117 is not 6117."""
    return squash(_DASH.sub(_KEPT, normalise(text)))


def least_sure_of(piece: Piece, reading: Reading) -> float:
    """How sure a reader is of the piece's characters; those of the label before it, often pale, are no matter."""
    chances = [chance for shown, chance in zip(reading.text, reading.chances, strict=True) if squash(shown)]
    return min(chances[-len(squash(piece.text)) :], default=0.0) if squash(piece.text) else 0.0


def may_be_rare(piece: Piece, rereader: PictureRereader) -> bool:
    """Whether a rare character may stand where the main reader saw another one in the piece."""
    box = piece.line.box
    reading = rereader.first_reading(box)
    shown = [index for index, character in enumerate(reading.text) if squash(character)]
    own = len(squash(piece.text))
    if not 0 < own <= len(shown):
        return False
    start = shown[-own]
    return any(i >= start for i in rare_at(reading, partial(rereader.third_reading, box), start=start))


def padded(box: Box) -> Box:
    """A little more of the page than `box`."""
    left, top, right, bottom = box
    return max(0.0, left - _PAD), max(0.0, top - _PAD), min(1.0, right + _PAD), min(1.0, bottom + _PAD)


def confirmed_by_third(page: Page, piece: Piece) -> str | None:
    """What the third reader saw, where it confirms the piece and neither it nor the main reader was unsure of a character."""
    if not isinstance(page.rereader, PictureRereader):
        return None
    if not all(map(is_common, piece.text)):
        return _rare_seen_by_both(piece, page.rereader)
    return third_sure_of(piece, page.rereader) if _is_main_sure(piece, page.rereader) else None


def _is_main_sure(piece: Piece, rereader: PictureRereader) -> bool:
    """At its first look, or fairly then and wholly at another crop; there 靜 is 静, between which it cannot choose."""
    least = least_sure_of(piece, rereader.first_reading(piece.line.box))
    if not _FAIRLY_SURE <= least < SURE:
        return least >= SURE
    return any(map(partial(_is_surely, piece), other_main_looks(piece, rereader)))


def _is_surely(piece: Piece, again: Reading) -> bool:
    return is_same_again(piece, simplify(again.text)) and least_sure_of(piece, again) >= SURE


def other_main_looks(piece: Piece, rereader: PictureRereader) -> Iterator[Reading]:
    """The main reader once more, at a larger crop and at those of the value alone, if a label stands before it."""
    for box in (padded(piece.line.box), *looks_alone(piece, rereader)):
        yield rereader.main_reading(box, alphabet=None, prepared=False)


def looks_alone(piece: Piece, rereader: PictureRereader) -> tuple[Box, ...]:
    """The value alone: as high as its line, close round its ink, and with more round it; none without a label before it."""
    alone = value_alone(piece, rereader)
    return () if alone is None else (alone, rereader.close_round(alone), padded(alone))


def value_alone(piece: Piece, rereader: PictureRereader) -> Box | None:
    """The value's part of a line that begins with its label, as the main reader places its characters; None without a label.

    A label's characters are spread, often pale and of another face: networks that read line and label at once are less sure of the
    value, drop characters of it, or return all in traditional script (經濟技術開發區).
    """
    left, top, right, bottom = piece.line.box
    reading = rereader.first_reading(piece.line.box)
    shown = [(c, x) for c, x in zip(reading.text, reading.centres, strict=False) if squash(c)]
    own, value = squash(simplify(reading.text)), squash(simplify(piece.text))
    start = len(own) - len(value)
    if not value or start < 1 or len(shown) != len(own) or not own.endswith(value):
        return None
    edge = in_blank(rereader.dark(piece.line.box), shown[start - 1][1], shown[start][1])
    high_of_wide = (bottom - top) * rereader.picture.shape[0] / ((right - left) * rereader.picture.shape[1])
    edge = max(edge, shown[start][1] - _BEFORE_VALUE * high_of_wide)
    return left + edge * (right - left), top, right, bottom


def third_sure_of(piece: Piece, rereader: PictureRereader) -> str | None:
    """What the third reader saw at the first look that says the piece's text and is sure of it.

    Of lines set closely the larger crop shows parts of those above and below; close round its ink, and without the label, it drops
    fewer characters (幼儿园 was 幼园).
    """
    box = piece.line.box
    for seen in (box, padded(box), rereader.close_round(box), *looks_alone(piece, rereader)):
        third = rereader.third_reading(seen)
        if is_same_again(piece, third.text) and least_sure_of(piece, third) >= SURE:
            return third.text
    return None


def _rare_seen_by_both(piece: Piece, rereader: PictureRereader) -> str | None:
    """What the third reader saw of a text with a character that is not in everyday use (堃), where both networks see the same at
    two crops. Neither makes such a character of an everyday one, but for traditional forms; the third is seldom sure of it.

    Of 516 names with one of 104 such characters, printed small and soft, 206 pass and are right; with 0.90 the first wrong one did
    (爔 for 燨). Of 1,085 names with characters of GB 2312 none was read with such a one and passed.
    """
    if simplify(piece.text) != piece.text:
        return None
    box = piece.line.box
    pairs = ((box, padded(box)), looks_alone(piece, rereader)[:2])
    seen = (_seen_at_both(piece, rereader, crops) for crops in pairs if crops)
    return next(filter(None, seen), None)


def _seen_at_both(piece: Piece, rereader: PictureRereader, crops: tuple[Box, ...]) -> str | None:
    looks = [rereader.first_reading(box) for box in crops]
    if not all(is_same_again(piece, look.text) and least_sure_of(piece, look) >= _SURE_OF_RARE for look in looks):
        return None
    thirds = [rereader.third_reading(box) for box in crops]
    alike = all(is_same_again(piece, look.text) and least_sure_of(piece, look) >= _FAIRLY_SURE for look in thirds)
    return thirds[0].text if alike else None


def is_contradicted(page: Page, piece: Piece) -> bool:
    """Whether another look is sure of another character: of 濮囡英 the main reader saw 因 first, unsure, as the second reader did;
    of 彭赟 both saw 赞, and the third was sure of 赟 in a larger crop."""
    rereader = page.rereader
    if not isinstance(rereader, PictureRereader):
        return False
    larger = (padded(piece.line.box), *looks_alone(piece, rereader))
    mains = (rereader.main_reading(box, alphabet=None, prepared=False) for box in larger)
    thirds = (rereader.third_reading(box) for box in larger)
    return _is_guessed(piece, rereader) or any(_is_surely_another(piece, look) for look in chain(mains, thirds))


def _is_guessed(piece: Piece, rereader: PictureRereader) -> bool:
    """Whether the third reader sees another character in the very crop where the main one only guessed.

    Of 文化馆 under a seal it saw 交化馆, 0.29 sure; so did the second reader, which is no witness for such print alone.
    """
    first, third = (look(piece.line.box) for look in (rereader.first_reading, rereader.third_reading))
    own, other = squash(piece.text), squash(simplify(third.text))
    sure = [chance for shown, chance in zip(first.text, first.chances, strict=True) if squash(shown)][-len(own) :]
    pairs = zip(own, other[-len(own) :], sure, strict=False)
    return len(other) >= len(own) and any(one != seen and chance < _FAIRLY_SURE for one, seen, chance in pairs)


def _is_surely_another(piece: Piece, look: Reading) -> bool:
    own = _plain(piece.text)
    other = _plain(simplify(look.text))[-len(own) :]
    is_another = len(own) == len(other) and sum(a != b for a, b in zip(own, other, strict=True)) == 1
    return is_another and least_sure_of(piece, look) >= SURE
